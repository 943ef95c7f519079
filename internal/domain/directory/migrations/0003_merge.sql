-- +goose Up
-- Records of one organisation that were joined, with all that it takes to put
-- both back.
CREATE TABLE directory_merge (
	alliance  TEXT NOT NULL,
	id        TEXT NOT NULL,
	kept      TEXT NOT NULL,
	gone      TEXT NOT NULL,
	body      TEXT NOT NULL, -- JSON: both as they were, the kept one as it became, and what moved
	made_at   TEXT NOT NULL,
	undone_at TEXT NOT NULL, -- '' while they are joined
	PRIMARY KEY (alliance, id)
);
CREATE INDEX directory_merge_made ON directory_merge (alliance, made_at);

-- Two that look alike, of which somebody said that they are not the same.
CREATE TABLE directory_apart (
	alliance TEXT NOT NULL,
	one      TEXT NOT NULL, -- the lower of the two IDs
	other    TEXT NOT NULL,
	made_at  TEXT NOT NULL,
	PRIMARY KEY (alliance, one, other)
);
