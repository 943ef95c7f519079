-- +goose Up
-- A hand-out that recurs at a place of an organisation.
CREATE TABLE handout_series (
	alliance   TEXT    NOT NULL,
	id         TEXT    NOT NULL,
	version    BIGINT  NOT NULL,
	org        TEXT    NOT NULL,
	name       TEXT    NOT NULL,
	place      TEXT    NOT NULL,
	weeks      BIGINT  NOT NULL,
	days       TEXT    NOT NULL,
	nth        BIGINT  NOT NULL,
	from_time  TEXT    NOT NULL,
	to_time    TEXT    NOT NULL,
	first_day  TEXT    NOT NULL,
	last_day   TEXT    NOT NULL,
	holidays   BOOLEAN NOT NULL,
	not_days   TEXT    NOT NULL,
	way        TEXT    NOT NULL,
	slot       BIGINT  NOT NULL, -- minutes
	places     BIGINT  NOT NULL,
	release_in BIGINT  NOT NULL, -- minutes
	own        BOOLEAN NOT NULL,
	items      TEXT    NOT NULL, -- as JSON
	feed       TEXT    NOT NULL,
	made_until TEXT    NOT NULL, -- the last day for which sessions were made
	ended      BOOLEAN NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX handout_series_org ON handout_series (alliance, org, id);
CREATE INDEX handout_series_made ON handout_series (ended, made_until);
CREATE UNIQUE INDEX handout_series_feed ON handout_series (feed);
-- One day of a series.
CREATE TABLE handout_session (
	alliance  TEXT    NOT NULL,
	id        TEXT    NOT NULL,
	series    TEXT    NOT NULL,
	day       TEXT    NOT NULL,
	starts    TEXT    NOT NULL,
	ends      TEXT    NOT NULL,
	cancelled BOOLEAN NOT NULL,
	closed    BOOLEAN NOT NULL,
	numbers   BIGINT  NOT NULL, -- the last number that was given
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX handout_session_day ON handout_session (alliance, series, day);
CREATE INDEX handout_session_next ON handout_session (alliance, cancelled, starts);
CREATE INDEX handout_session_over ON handout_session (closed, ends);
-- A time within a session, and how many of its places are taken: never more
-- than there are.
CREATE TABLE handout_slot (
	alliance TEXT   NOT NULL,
	session  TEXT   NOT NULL,
	n        BIGINT NOT NULL,
	starts   TEXT   NOT NULL,
	ends     TEXT   NOT NULL,
	places   BIGINT NOT NULL,
	taken    BIGINT NOT NULL,
	PRIMARY KEY (alliance, session, n),
	CHECK (taken >= 0 AND taken <= places)
);
CREATE INDEX handout_slot_ends ON handout_slot (ends);
-- That a family comes. Who walked in and has no file has no family here.
CREATE TABLE handout_booking (
	alliance  TEXT    NOT NULL,
	id        TEXT    NOT NULL,
	session   TEXT    NOT NULL,
	slot      BIGINT  NOT NULL, -- -1: none
	family    TEXT    NOT NULL,
	number    BIGINT  NOT NULL,
	walk_in   BOOLEAN NOT NULL,
	state     TEXT    NOT NULL,
	lines     TEXT    NOT NULL, -- as JSON: what to hand out
	given     TEXT    NOT NULL, -- as JSON: what was handed out
	booked_at TEXT    NOT NULL,
	handed_at TEXT    NOT NULL,
	event     TEXT    NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX handout_booking_number ON handout_booking (alliance, session, number);
CREATE INDEX handout_booking_family ON handout_booking (alliance, family, id);
CREATE INDEX handout_booking_slot ON handout_booking (alliance, session, slot, state);
-- What was told from a desk, once, and what came of it.
CREATE TABLE handout_event (
	alliance TEXT   NOT NULL,
	id       TEXT   NOT NULL, -- made where it was told
	session  TEXT   NOT NULL,
	booking  TEXT   NOT NULL,
	kind     TEXT   NOT NULL,
	lines    TEXT   NOT NULL, -- as JSON
	seq      BIGINT NOT NULL, -- the order on the telephone that told it
	told_at  TEXT   NOT NULL, -- by the clock of the desk
	came_at  TEXT   NOT NULL, -- when it came here
	worker   TEXT   NOT NULL,
	outcome  TEXT   NOT NULL,
	seen     BOOLEAN NOT NULL, -- what did not fit was looked at
	PRIMARY KEY (alliance, id)
);
CREATE INDEX handout_event_session ON handout_event (alliance, session, came_at, id);
-- How many came to an open session. Nobody is registered.
CREATE TABLE handout_count (
	alliance TEXT   NOT NULL,
	session  TEXT   NOT NULL,
	what     TEXT   NOT NULL,
	n        BIGINT NOT NULL,
	PRIMARY KEY (alliance, session, what)
);
-- Which appointments came along when two files became one.
CREATE TABLE handout_merge (
	alliance TEXT NOT NULL,
	merge    TEXT NOT NULL,
	booking  TEXT NOT NULL,
	PRIMARY KEY (alliance, merge, booking)
);
