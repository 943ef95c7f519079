-- +goose Up
-- The tokens with which programs sign in. Of a token there is a hash, never
-- the token itself.
CREATE TABLE token (
	alliance   TEXT    NOT NULL,
	id         TEXT    NOT NULL,
	hash       TEXT    NOT NULL,
	worker     TEXT    NOT NULL,
	org        TEXT    NOT NULL,
	name       TEXT    NOT NULL,
	read_only  BOOLEAN NOT NULL,
	made_at    TEXT    NOT NULL,
	last_day   TEXT    NOT NULL,
	used_at    TEXT    NOT NULL,
	revoked_at TEXT    NOT NULL,
	revoked_by TEXT    NOT NULL,
	PRIMARY KEY (alliance, id),
	UNIQUE (alliance, hash)
);
CREATE INDEX token_worker ON token (alliance, worker, id);
