-- +goose Up
CREATE TABLE job (
	alliance    TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	kind        TEXT   NOT NULL,
	payload     TEXT   NOT NULL,
	run_at      TEXT   NOT NULL,
	unique_key  TEXT   NOT NULL,
	slot        TEXT   NOT NULL, -- the unique key while the job waits to begin, else its id
	state       TEXT   NOT NULL,
	attempts    BIGINT NOT NULL,
	trouble     TEXT   NOT NULL,
	lease_until TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX job_unique ON job (alliance, kind, slot);
CREATE INDEX job_due ON job (state, run_at);
