-- +goose Up
-- What a worker sees of their sessions: how each began, and in what browser.
ALTER TABLE session ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN how TEXT NOT NULL DEFAULT 'code';
ALTER TABLE session ADD COLUMN browser TEXT NOT NULL DEFAULT '';
-- The passkeys of a worker. credential is what the library keeps of one: a
-- public key, never a secret.
CREATE TABLE passkey (
	alliance   TEXT NOT NULL,
	id         TEXT NOT NULL,
	worker     TEXT NOT NULL,
	name       TEXT NOT NULL,
	key_id     TEXT NOT NULL,
	credential TEXT NOT NULL,
	made_at    TEXT NOT NULL,
	used_at    TEXT NOT NULL,
	PRIMARY KEY (alliance, id),
	UNIQUE (alliance, key_id)
);
CREATE INDEX passkey_worker ON passkey (alliance, worker);
-- Questions that were answered: none is answered twice.
CREATE TABLE passkey_answer (
	alliance TEXT NOT NULL,
	token    TEXT NOT NULL,
	at       TEXT NOT NULL,
	PRIMARY KEY (alliance, token)
);
CREATE INDEX passkey_answer_at ON passkey_answer (at);
