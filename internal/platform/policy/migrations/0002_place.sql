-- +goose Up
ALTER TABLE policy_relation ADD COLUMN shelf TEXT NOT NULL DEFAULT '';
ALTER TABLE policy_relation ADD COLUMN moved TEXT NOT NULL DEFAULT '';
CREATE INDEX policy_relation_place ON policy_relation (alliance, holder, relation, shelf, moved, object);
