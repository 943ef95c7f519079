-- +goose Up
-- How far a large file is being taken over, as JSON; '' while nobody began.
ALTER TABLE incoming_file ADD COLUMN run TEXT NOT NULL DEFAULT '';
