-- +goose Up
-- On which occasion a desk lacked something, and whether somebody noted it or it
-- followed from what a family did not get: the same lack is bought once.
ALTER TABLE depot_lack ADD COLUMN occasion TEXT    NOT NULL DEFAULT '';
ALTER TABLE depot_lack ADD COLUMN noted    BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE depot_lack SET occasion = id;
