-- +goose Up
-- From where a code was asked: a digest of the browser or of the network.
ALTER TABLE sign_in_code ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_in_code ADD COLUMN known BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX sign_in_code_asked ON sign_in_code (asked_at);
-- Who was in before; who worked here before this column was may have been.
ALTER TABLE worker ADD COLUMN entered BOOLEAN NOT NULL DEFAULT TRUE;
-- The browsers in which a worker signed in.
CREATE TABLE worker_device (
	alliance TEXT NOT NULL,
	worker   TEXT NOT NULL,
	token    TEXT NOT NULL,
	since    TEXT NOT NULL,
	seen     TEXT NOT NULL,
	PRIMARY KEY (alliance, worker, token)
);
CREATE INDEX worker_device_seen ON worker_device (seen);
-- A mail address that takes the place of another on a day to come.
CREATE TABLE worker_mail_change (
	alliance TEXT NOT NULL,
	worker   TEXT NOT NULL,
	id       TEXT NOT NULL,
	mail     TEXT NOT NULL,
	asked_at TEXT NOT NULL,
	due_at   TEXT NOT NULL,
	PRIMARY KEY (alliance, worker)
);
CREATE INDEX session_seen ON session (seen);
CREATE INDEX session_began ON session (began);
