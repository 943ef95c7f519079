-- +goose Up
ALTER TABLE policy_relation ADD COLUMN begins TEXT NOT NULL DEFAULT '';
ALTER TABLE policy_relation ADD COLUMN ends TEXT NOT NULL DEFAULT '';
