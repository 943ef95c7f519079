-- +goose Up
-- A right that somebody is writing, when it is what is counted: what was filled
-- in, and the rule that came of it.
ALTER TABLE whatif_trial ADD COLUMN written TEXT NOT NULL DEFAULT '';
