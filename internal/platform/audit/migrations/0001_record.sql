-- +goose Up
CREATE TABLE audit_record (
	alliance TEXT   NOT NULL,
	seq      BIGINT NOT NULL,
	at       TEXT   NOT NULL,
	person   TEXT   NOT NULL,
	org      TEXT   NOT NULL,
	action   TEXT   NOT NULL,
	subject  TEXT   NOT NULL,
	rule     TEXT   NOT NULL,
	body     TEXT   NOT NULL,
	prev     TEXT   NOT NULL,
	hash     TEXT   NOT NULL,
	PRIMARY KEY (alliance, seq)
);
CREATE INDEX audit_record_subject ON audit_record (alliance, subject, seq);
CREATE TABLE audit_head (
	alliance TEXT   NOT NULL PRIMARY KEY,
	size     BIGINT NOT NULL,
	hash     TEXT   NOT NULL
);
CREATE TABLE audit_hash (
	alliance TEXT   NOT NULL,
	idx      BIGINT NOT NULL,
	hash     TEXT   NOT NULL,
	PRIMARY KEY (alliance, idx)
);
CREATE TABLE audit_checkpoint (
	alliance  TEXT   NOT NULL,
	size      BIGINT NOT NULL,
	root      TEXT   NOT NULL,
	at        TEXT   NOT NULL,
	signature TEXT   NOT NULL,
	PRIMARY KEY (alliance, size)
);
