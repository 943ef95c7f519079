-- +goose Up
-- What an event took from what was granted to the family: the numbers of those
-- uses, apart by a space.
ALTER TABLE handout_event ADD COLUMN uses TEXT NOT NULL DEFAULT '';
