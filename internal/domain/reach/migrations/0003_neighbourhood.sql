-- +goose Up
-- In which part of the municipality the family counts; '' when nobody may know,
-- or does. Each family is looked at once more in the next round, which tells it.
ALTER TABLE reach_right ADD COLUMN neighbourhood TEXT NOT NULL DEFAULT '';
UPDATE reach_family SET next_on = '';
