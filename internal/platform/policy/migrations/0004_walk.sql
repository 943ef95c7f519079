-- +goose Up
-- A walk reads nothing but its index: it asks of each relation whether it holds.
DROP INDEX policy_relation_place;
CREATE INDEX policy_relation_place ON policy_relation (alliance, holder, relation, shelf, moved, object, begins, ends);
