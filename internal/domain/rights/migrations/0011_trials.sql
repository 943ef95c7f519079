-- +goose Up
-- What somebody tries on all families of an alliance, how far the count is, and
-- at the end what came of it, rounded.
CREATE TABLE whatif_trial (
	alliance TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	asked_by TEXT   NOT NULL,
	right_id TEXT   NOT NULL,
	tried    TEXT   NOT NULL,
	on_day   TEXT   NOT NULL,
	edition  TEXT   NOT NULL,
	after    TEXT   NOT NULL,
	looked   BIGINT NOT NULL,
	families BIGINT NOT NULL,
	counts   TEXT   NOT NULL,
	told     TEXT   NOT NULL,
	begun_at TEXT   NOT NULL,
	ended_at TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
