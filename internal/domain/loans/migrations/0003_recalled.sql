-- +goose Up
-- When a thing was made, and whether its maker asks it back or it is not safe.
ALTER TABLE loan_thing ADD COLUMN made TEXT NOT NULL DEFAULT '';
ALTER TABLE loan_thing ADD COLUMN recalled BOOLEAN NOT NULL DEFAULT FALSE;
