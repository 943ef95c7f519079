-- +goose Up
-- What was put off in a file that went into another, and how the other file
-- stood to the same right then: what undoing needs.
CREATE TABLE reach_merge (
	alliance    TEXT NOT NULL,
	merge       TEXT NOT NULL,
	family      TEXT NOT NULL,
	kept        TEXT NOT NULL,
	right_id    TEXT NOT NULL,
	person      TEXT NOT NULL,
	kept_person TEXT NOT NULL,
	why         TEXT NOT NULL,
	until       TEXT NOT NULL,
	found_on    TEXT NOT NULL,
	was         TEXT NOT NULL,
	was_why     TEXT NOT NULL,
	was_until   TEXT NOT NULL,
	PRIMARY KEY (alliance, merge, right_id, person)
);
CREATE INDEX reach_merge_family ON reach_merge (alliance, family);
CREATE INDEX reach_merge_kept ON reach_merge (alliance, kept);
