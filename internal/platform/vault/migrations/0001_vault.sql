-- +goose Up
CREATE TABLE vault_key (
	alliance TEXT  NOT NULL,
	family   TEXT  NOT NULL,
	sealed   BYTEA NOT NULL,
	PRIMARY KEY (alliance, family)
);
CREATE TABLE vault_entry (
	alliance TEXT  NOT NULL,
	family   TEXT  NOT NULL,
	name     TEXT  NOT NULL,
	sealed   BYTEA NOT NULL,
	PRIMARY KEY (alliance, family, name)
);
CREATE TABLE vault_token (
	alliance TEXT NOT NULL,
	token    TEXT NOT NULL,
	family   TEXT NOT NULL,
	PRIMARY KEY (alliance, token, family)
);
CREATE INDEX vault_token_family ON vault_token (alliance, family);
