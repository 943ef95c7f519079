-- +goose Up
-- How often what is told to everybody changed: an index of fewer changes is old.
CREATE TABLE find_change (
	alliance TEXT   NOT NULL,
	changes  BIGINT NOT NULL,
	PRIMARY KEY (alliance)
);
-- What was looked for and not found, added up by day. No word that was typed,
-- and nobody who typed it.
CREATE TABLE find_missed (
	alliance     TEXT   NOT NULL,
	day          TEXT   NOT NULL,
	phase        TEXT   NOT NULL,
	lever        BIGINT NOT NULL,
	municipality TEXT   NOT NULL,
	lang         TEXT   NOT NULL,
	concept      TEXT   NOT NULL, -- what was meant, where it is known
	why          TEXT   NOT NULL, -- none: there is nothing; full: there is no room
	times        BIGINT NOT NULL,
	PRIMARY KEY (alliance, day, phase, lever, municipality, lang, concept, why)
);
