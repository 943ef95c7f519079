-- +goose Up
CREATE TABLE alliance (
	alliance TEXT NOT NULL PRIMARY KEY,
	slug     TEXT NOT NULL UNIQUE,
	name_nl  TEXT NOT NULL,
	name_fr  TEXT NOT NULL,
	name_de  TEXT NOT NULL,
	name_en  TEXT NOT NULL,
	founded  TEXT NOT NULL
);
CREATE TABLE alliance_municipality (
	alliance TEXT NOT NULL,
	nis      TEXT NOT NULL,
	PRIMARY KEY (alliance, nis)
);
CREATE INDEX alliance_municipality_nis ON alliance_municipality (nis);
CREATE TABLE organisation (
	alliance     TEXT    NOT NULL,
	id           TEXT    NOT NULL,
	version      BIGINT  NOT NULL,
	name         TEXT    NOT NULL,
	folded       TEXT    NOT NULL,
	kind         TEXT    NOT NULL,
	part_of      TEXT    NOT NULL,
	municipality TEXT    NOT NULL,
	kbo          TEXT    NOT NULL,
	phone        TEXT    NOT NULL,
	mail         TEXT    NOT NULL,
	website      TEXT    NOT NULL,
	does         TEXT    NOT NULL,
	receives     BOOLEAN NOT NULL,
	active       BOOLEAN NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX organisation_folded ON organisation (alliance, folded, id);
CREATE TABLE worker (
	alliance TEXT    NOT NULL,
	id       TEXT    NOT NULL,
	version  BIGINT  NOT NULL,
	name     TEXT    NOT NULL,
	folded   TEXT    NOT NULL,
	mail     TEXT    NOT NULL,
	lang     TEXT    NOT NULL,
	active   BOOLEAN NOT NULL,
	PRIMARY KEY (alliance, id),
	UNIQUE (alliance, mail)
);
CREATE INDEX worker_mail ON worker (mail);
CREATE TABLE worker_role (
	alliance TEXT NOT NULL,
	worker   TEXT NOT NULL,
	org      TEXT NOT NULL,
	role     TEXT NOT NULL,
	PRIMARY KEY (alliance, worker, org, role)
);
CREATE INDEX worker_role_org ON worker_role (alliance, org, worker);
CREATE TABLE sign_in_code (
	alliance TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	worker   TEXT   NOT NULL,
	asked_at TEXT   NOT NULL,
	tries    BIGINT NOT NULL,
	used     TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX sign_in_code_worker ON sign_in_code (alliance, worker, asked_at);
CREATE TABLE session (
	alliance TEXT NOT NULL,
	token    TEXT NOT NULL,
	worker   TEXT NOT NULL,
	org      TEXT NOT NULL,
	began    TEXT NOT NULL,
	seen     TEXT NOT NULL,
	PRIMARY KEY (alliance, token)
);
CREATE INDEX session_worker ON session (alliance, worker);
