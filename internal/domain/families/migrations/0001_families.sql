-- +goose Up
CREATE TABLE family (
	alliance        TEXT    NOT NULL,
	id              TEXT    NOT NULL,
	version         BIGINT  NOT NULL,
	facts_version   BIGINT  NOT NULL,
	contact_version BIGINT  NOT NULL,
	state           TEXT    NOT NULL,
	municipality    TEXT    NOT NULL,
	postal_code     TEXT    NOT NULL,
	confidential    BOOLEAN NOT NULL,
	opened_at       TEXT    NOT NULL,
	opened_by       TEXT    NOT NULL,
	opened_org      TEXT    NOT NULL,
	changed_at      TEXT    NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX family_changed ON family (alliance, changed_at, id);
CREATE TABLE family_person (
	alliance TEXT   NOT NULL,
	family   TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	version  BIGINT NOT NULL,
	role     TEXT   NOT NULL,
	position BIGINT NOT NULL,
	added_at TEXT   NOT NULL,
	left_on  TEXT   NOT NULL,
	PRIMARY KEY (alliance, family, id)
);
CREATE TABLE family_fact (
	alliance      TEXT   NOT NULL,
	family        TEXT   NOT NULL,
	id            TEXT   NOT NULL,
	version       BIGINT NOT NULL,
	person        TEXT   NOT NULL,
	key           TEXT   NOT NULL,
	value         TEXT   NOT NULL,
	source        TEXT   NOT NULL,
	valid_from    TEXT   NOT NULL,
	valid_to      TEXT   NOT NULL,
	recorded_at   TEXT   NOT NULL,
	recorded_by   TEXT   NOT NULL,
	recorded_org  TEXT   NOT NULL,
	superseded_at TEXT   NOT NULL,
	PRIMARY KEY (alliance, family, id)
);
CREATE TABLE family_carer (
	alliance TEXT NOT NULL,
	family   TEXT NOT NULL,
	id       TEXT NOT NULL,
	holder   TEXT NOT NULL,
	kind     TEXT NOT NULL,
	since    TEXT NOT NULL,
	until    TEXT NOT NULL,
	PRIMARY KEY (alliance, family, id)
);
CREATE INDEX family_carer_holder ON family_carer (alliance, holder, family);
CREATE TABLE family_event (
	alliance TEXT NOT NULL,
	family   TEXT NOT NULL,
	id       TEXT NOT NULL,
	at       TEXT NOT NULL,
	kind     TEXT NOT NULL,
	worker   TEXT NOT NULL,
	org      TEXT NOT NULL,
	subject  TEXT NOT NULL,
	detail   TEXT NOT NULL,
	PRIMARY KEY (alliance, family, id)
);
CREATE INDEX family_event_at ON family_event (alliance, family, at, id);
CREATE TABLE family_twin (
	alliance   TEXT NOT NULL,
	family     TEXT NOT NULL,
	other      TEXT NOT NULL,
	found_at   TEXT NOT NULL,
	settled_at TEXT NOT NULL,
	settled_by TEXT NOT NULL,
	verdict    TEXT NOT NULL,
	PRIMARY KEY (alliance, family, other)
);
