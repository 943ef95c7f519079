-- +goose Up
-- It may give more than what a year is known to give: too little is known yet.
-- Each family is looked at once more in the next round, which tells it.
ALTER TABLE reach_right ADD COLUMN open BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE reach_family SET next_on = '';
