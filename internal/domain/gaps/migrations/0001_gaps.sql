-- +goose Up
-- Where the open services of an alliance stood on a day, as the matrix reads
-- them: no family, no name and no address.
CREATE TABLE gap_day (
	alliance  TEXT NOT NULL,
	day       TEXT NOT NULL,
	kept_at   TEXT NOT NULL,
	standings TEXT NOT NULL, -- as JSON
	PRIMARY KEY (alliance, day)
);
-- How many children live in a municipality, as the alliance told it.
CREATE TABLE gap_children (
	alliance     TEXT   NOT NULL,
	municipality TEXT   NOT NULL,
	version      BIGINT NOT NULL,
	year         BIGINT NOT NULL,
	source       TEXT   NOT NULL,
	births       BIGINT NOT NULL, -- in that year; -1: not told
	to_4         BIGINT NOT NULL, -- on the first of January
	to_9         BIGINT NOT NULL,
	to_14        BIGINT NOT NULL,
	to_19        BIGINT NOT NULL,
	PRIMARY KEY (alliance, municipality)
);
