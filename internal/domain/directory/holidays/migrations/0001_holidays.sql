-- +goose Up
-- When there is no school, as the coordinator told it, by community.
CREATE TABLE school_holiday (
	alliance  TEXT NOT NULL,
	id        TEXT NOT NULL,
	schools   TEXT NOT NULL, -- flemish, french, german
	kind      TEXT NOT NULL,
	first_day TEXT NOT NULL,
	last_day  TEXT NOT NULL,
	source    TEXT NOT NULL, -- who says so
	told_at   TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
