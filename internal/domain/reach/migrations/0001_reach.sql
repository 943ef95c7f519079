-- +goose Up
-- When the rights of a family were last looked at, and when they must be again.
CREATE TABLE reach_family (
	alliance  TEXT   NOT NULL,
	family    TEXT   NOT NULL,
	edition   TEXT   NOT NULL,
	looked_on TEXT   NOT NULL,
	next_on   TEXT   NOT NULL,
	changes   BIGINT NOT NULL,
	seen      BIGINT NOT NULL,
	PRIMARY KEY (alliance, family)
);
-- A right that is certain, or was, or was asked for: how far it came.
CREATE TABLE reach_right (
	alliance     TEXT    NOT NULL,
	id           TEXT    NOT NULL,
	family       TEXT    NOT NULL,
	right_id     TEXT    NOT NULL,
	person       TEXT    NOT NULL,
	municipality TEXT    NOT NULL,
	stage        TEXT    NOT NULL,
	why          TEXT    NOT NULL,
	until        TEXT    NOT NULL,
	comes        BOOLEAN NOT NULL,
	year_cents   BIGINT  NOT NULL,
	found_on     TEXT    NOT NULL,
	ended_on     TEXT    NOT NULL,
	closes_on    TEXT    NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX reach_right_whose ON reach_right (alliance, family, right_id, person);
CREATE INDEX reach_right_value ON reach_right (alliance, stage, year_cents, id);
CREATE INDEX reach_right_closes ON reach_right (alliance, stage, closes_on, id);
-- The stage to which it came on a day; none when it ended.
CREATE TABLE reach_step (
	alliance TEXT NOT NULL,
	line     TEXT NOT NULL,
	since    TEXT NOT NULL,
	stage    TEXT NOT NULL,
	why      TEXT NOT NULL,
	PRIMARY KEY (alliance, line, since)
);
-- What will open or close.
CREATE TABLE reach_turn (
	alliance   TEXT    NOT NULL,
	family     TEXT    NOT NULL,
	right_id   TEXT    NOT NULL,
	person     TEXT    NOT NULL,
	turns_on   TEXT    NOT NULL,
	opens      BOOLEAN NOT NULL,
	birth      BOOLEAN NOT NULL,
	year_cents BIGINT  NOT NULL,
	PRIMARY KEY (alliance, family, right_id, person, turns_on)
);
CREATE INDEX reach_turn_day ON reach_turn (alliance, turns_on, family, right_id, person);
-- A walk over all families of an alliance.
CREATE TABLE reach_round (
	alliance TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	edition  TEXT   NOT NULL,
	begun_at TEXT   NOT NULL,
	ended_at TEXT   NOT NULL,
	walked   BIGINT NOT NULL,
	looked   BIGINT NOT NULL,
	failed   BIGINT NOT NULL,
	PRIMARY KEY (alliance, id)
);
