-- +goose Up
-- For how long files of a kind are kept, from a day on: what the alliance
-- decided, and where that stands. A line is never changed.
CREATE TABLE retention_rule (
	alliance TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	kind     TEXT   NOT NULL,
	begins   TEXT   NOT NULL,
	months   BIGINT NOT NULL,
	source   TEXT   NOT NULL,
	set_at   TEXT   NOT NULL,
	set_by   TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
-- That a file is kept longer: why, and until when that is looked at again.
CREATE TABLE retention_hold (
	alliance  TEXT NOT NULL,
	id        TEXT NOT NULL,
	family    TEXT NOT NULL,
	reason    TEXT NOT NULL,
	review_on TEXT NOT NULL,
	made_at   TEXT NOT NULL,
	made_by   TEXT NOT NULL,
	ended_at  TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX retention_hold_family ON retention_hold (alliance, family);
