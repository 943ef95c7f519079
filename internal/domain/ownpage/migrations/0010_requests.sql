-- +goose Up
-- By when a request to correct is decided, and how it was.
ALTER TABLE own_message ADD COLUMN due TEXT NOT NULL DEFAULT '';
ALTER TABLE own_message ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
