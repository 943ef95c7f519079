-- +goose Up
-- How sign-in providers know a worker: a keyed digest of issuer and subject,
-- never the subject itself.
CREATE TABLE identity (
	alliance TEXT NOT NULL,
	id       TEXT NOT NULL,
	worker   TEXT NOT NULL,
	provider TEXT NOT NULL,
	token    TEXT NOT NULL,
	made_at  TEXT NOT NULL,
	used_at  TEXT NOT NULL,
	PRIMARY KEY (alliance, id),
	UNIQUE (alliance, token)
);
CREATE INDEX identity_token ON identity (token);
CREATE INDEX identity_worker ON identity (alliance, worker);
-- Where a worker of this session showed who they are.
ALTER TABLE session ADD COLUMN provider TEXT NOT NULL DEFAULT '';
-- By which code providers know an organisation, where it is not its KBO.
ALTER TABLE organisation ADD COLUMN sign_in_code TEXT NOT NULL DEFAULT '';
