-- +goose Up
-- Rights that an alliance wrote itself, each version of each.
CREATE TABLE local_right (
	alliance TEXT NOT NULL,
	id       TEXT NOT NULL,
	version  BIGINT NOT NULL,
	state    TEXT NOT NULL,
	wish     TEXT NOT NULL, -- JSON: what was filled in
	pack     TEXT NOT NULL, -- the rule that was made of it
	saved_at TEXT NOT NULL,
	saved_by TEXT NOT NULL,
	PRIMARY KEY (alliance, id, version)
);
