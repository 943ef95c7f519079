-- +goose Up
-- The outlines of neighbourhoods, for the map beside what families find.
CREATE TABLE outline (
	alliance TEXT   NOT NULL,
	number   BIGINT NOT NULL, -- in the order of the file
	name     TEXT   NOT NULL,
	rings    TEXT   NOT NULL, -- as JSON, in millionths of a degree
	source   TEXT   NOT NULL, -- who drew it
	told_at  TEXT   NOT NULL,
	PRIMARY KEY (alliance, number)
);
