-- +goose Up
-- That a partner said that something is missing: once a day for the same thing.
-- No family is in it, and no words.
CREATE TABLE gap_signal (
	alliance     TEXT NOT NULL,
	day          TEXT NOT NULL,
	organisation TEXT NOT NULL, -- that said so
	phase        TEXT NOT NULL, -- '' for what was not said
	lever        BIGINT NOT NULL,
	municipality TEXT NOT NULL,
	language     TEXT NOT NULL,
	part         TEXT NOT NULL,
	PRIMARY KEY (alliance, day, organisation, phase, lever, municipality, language, part)
);
