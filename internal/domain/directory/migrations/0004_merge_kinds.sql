-- +goose Up
-- Services and places are joined too; who did it and who undid it stands beside.
ALTER TABLE directory_merge ADD COLUMN kind TEXT NOT NULL DEFAULT 'organisation'; -- organisation, service, location
ALTER TABLE directory_merge ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
ALTER TABLE directory_merge ADD COLUMN undone_by TEXT NOT NULL DEFAULT '';
