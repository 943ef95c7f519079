-- +goose Up
-- Two files that turned out to be of the same people. What was moved, and how
-- it stood before, lies sealed in the vault.
CREATE TABLE family_merge (
	alliance   TEXT NOT NULL,
	id         TEXT NOT NULL,
	kept       TEXT NOT NULL,
	gone       TEXT NOT NULL,
	merged_at  TEXT NOT NULL,
	merged_by  TEXT NOT NULL,
	merged_org TEXT NOT NULL,
	until      TEXT NOT NULL,
	parted_at  TEXT NOT NULL,
	parted_by  TEXT NOT NULL,
	settled_at TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX family_merge_gone ON family_merge (alliance, gone) WHERE parted_at = '';
CREATE INDEX family_merge_kept ON family_merge (alliance, kept, merged_at);
