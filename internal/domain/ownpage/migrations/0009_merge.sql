-- +goose Up
-- The messages and steps that came along when the file of their family went
-- into another.
CREATE TABLE own_merge (
	alliance TEXT NOT NULL,
	merge    TEXT NOT NULL,
	kind     TEXT NOT NULL,
	id       TEXT NOT NULL,
	person   TEXT NOT NULL,
	PRIMARY KEY (alliance, merge, kind, id)
);
