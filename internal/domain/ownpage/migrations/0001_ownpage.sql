-- +goose Up
CREATE TABLE own_code (
	alliance    TEXT    NOT NULL,
	id          TEXT    NOT NULL,
	family      TEXT    NOT NULL,
	person      TEXT    NOT NULL,
	child       BOOLEAN NOT NULL,
	whole       BOOLEAN NOT NULL,
	children    TEXT    NOT NULL,
	lang        TEXT    NOT NULL,
	names       TEXT    NOT NULL,
	scanned     TEXT    NOT NULL,
	typed       TEXT    NOT NULL,
	made_at     TEXT    NOT NULL,
	made_by     TEXT    NOT NULL,
	made_org    TEXT    NOT NULL,
	last_day    TEXT    NOT NULL,
	ended_at    TEXT    NOT NULL,
	used_at     TEXT    NOT NULL,
	uses        BIGINT  NOT NULL,
	wrong       BIGINT  NOT NULL,
	wrong_since TEXT    NOT NULL,
	wrong_ever  BIGINT  NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX own_code_family ON own_code (alliance, family, person);
CREATE UNIQUE INDEX own_code_scanned ON own_code (scanned);
CREATE INDEX own_code_typed ON own_code (typed);
CREATE TABLE own_visit (
	alliance TEXT NOT NULL,
	token    TEXT NOT NULL,
	code     TEXT NOT NULL,
	family   TEXT NOT NULL,
	lang     TEXT NOT NULL,
	names    TEXT NOT NULL,
	began    TEXT NOT NULL,
	seen     TEXT NOT NULL,
	PRIMARY KEY (alliance, token)
);
CREATE INDEX own_visit_code ON own_visit (alliance, code);
CREATE TABLE own_message (
	alliance   TEXT    NOT NULL,
	family     TEXT    NOT NULL,
	id         TEXT    NOT NULL,
	person     TEXT    NOT NULL,
	kind       TEXT    NOT NULL,
	about      TEXT    NOT NULL,
	by_team    BOOLEAN NOT NULL,
	worker     TEXT    NOT NULL,
	org        TEXT    NOT NULL,
	at         TEXT    NOT NULL,
	seen_at    TEXT    NOT NULL,
	settled_at TEXT    NOT NULL,
	settled_by TEXT    NOT NULL,
	PRIMARY KEY (alliance, family, id)
);
CREATE INDEX own_message_waiting ON own_message (alliance, settled_at, by_team);
CREATE TABLE own_step (
	alliance  TEXT    NOT NULL,
	family    TEXT    NOT NULL,
	id        TEXT    NOT NULL,
	person    TEXT    NOT NULL,
	theirs    BOOLEAN NOT NULL,
	worker    TEXT    NOT NULL,
	org       TEXT    NOT NULL,
	due       TEXT    NOT NULL,
	made_at   TEXT    NOT NULL,
	made_by   TEXT    NOT NULL,
	done_at   TEXT    NOT NULL,
	done_by   TEXT    NOT NULL,
	PRIMARY KEY (alliance, family, id)
);
