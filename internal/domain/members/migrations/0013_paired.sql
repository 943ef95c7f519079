-- +goose Up
-- Telephones that a worker let take part for some hours. Of what opens the
-- door of one there is a digest, never the secret itself.
CREATE TABLE paired (
	alliance     TEXT NOT NULL,
	id           TEXT NOT NULL,
	org          TEXT NOT NULL,
	made_by      TEXT NOT NULL,
	place        TEXT NOT NULL,
	made_at      TEXT NOT NULL,
	until        TEXT NOT NULL,
	token        TEXT NOT NULL,
	browser      TEXT NOT NULL,
	claimed_at   TEXT NOT NULL,
	confirmed_at TEXT NOT NULL,
	ended_at     TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX paired_org ON paired (alliance, org, until);
CREATE INDEX paired_token ON paired (alliance, token);
CREATE INDEX paired_until ON paired (until);
