-- +goose Up
-- How the columns of a list of an organisation are read, by the name it gave.
CREATE TABLE register_mapping (
	alliance TEXT NOT NULL,
	id       TEXT NOT NULL,
	org      TEXT NOT NULL,
	name     TEXT NOT NULL,
	heads    TEXT NOT NULL,
	mapping  TEXT NOT NULL,
	saved_at TEXT NOT NULL,
	saved_by TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX register_mapping_name ON register_mapping (alliance, org, name);
-- A list that is read: how far it is, and what came of it. What it holds lies in
-- the vault, and is destroyed when it was read.
CREATE TABLE register_run (
	alliance    TEXT    NOT NULL,
	id          TEXT    NOT NULL,
	org         TEXT    NOT NULL,
	worker      TEXT    NOT NULL,
	name        TEXT    NOT NULL,
	ground      TEXT    NOT NULL,
	purpose     TEXT    NOT NULL,
	as_of       TEXT    NOT NULL,
	make_files  BOOLEAN NOT NULL,
	state       TEXT    NOT NULL,
	why         TEXT    NOT NULL,
	found       TEXT    NOT NULL,
	mapping     TEXT    NOT NULL,
	row_count   BIGINT  NOT NULL,
	row_at      BIGINT  NOT NULL,
	met         BIGINT  NOT NULL,
	made        BIGINT  NOT NULL,
	unmade      BIGINT  NOT NULL,
	altered     BIGINT  NOT NULL,
	facts       BIGINT  NOT NULL,
	wrong       BIGINT  NOT NULL,
	uploaded_at TEXT    NOT NULL,
	ended_at    TEXT    NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX register_run_org ON register_run (alliance, org, id);
-- Where a list could not be read and why, without what stands there.
CREATE TABLE register_fault (
	alliance TEXT   NOT NULL,
	run      TEXT   NOT NULL,
	line     BIGINT NOT NULL,
	col      BIGINT NOT NULL,
	reason   TEXT   NOT NULL,
	bound    TEXT   NOT NULL,
	PRIMARY KEY (alliance, run, line, col, reason)
);
-- For how many families a right would open.
CREATE TABLE register_opening (
	alliance TEXT   NOT NULL,
	run      TEXT   NOT NULL,
	right_id TEXT   NOT NULL,
	families BIGINT NOT NULL,
	PRIMARY KEY (alliance, run, right_id)
);
-- Which list said something of a family, and when: what was recorded at that
-- moment came from it.
CREATE TABLE register_entry (
	alliance TEXT NOT NULL,
	family   TEXT NOT NULL,
	run      TEXT NOT NULL,
	at       TEXT NOT NULL,
	PRIMARY KEY (alliance, family, run, at)
);
CREATE INDEX register_entry_run ON register_entry (alliance, run, family);
