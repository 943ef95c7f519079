-- +goose Up
-- The packs as they were applied, each text once, and which of them an edition
-- of the rules had.
CREATE TABLE pack_text (
	alliance TEXT NOT NULL,
	digest   TEXT NOT NULL,
	content  TEXT NOT NULL,
	PRIMARY KEY (alliance, digest)
);
CREATE TABLE pack_edition (
	alliance TEXT NOT NULL,
	edition  TEXT NOT NULL,
	kept_at  TEXT NOT NULL,
	files    TEXT NOT NULL,
	PRIMARY KEY (alliance, edition)
);
-- From what was found: the facts of then, the edition, and the digest of each
-- answer.
CREATE TABLE finding_look (
	alliance      TEXT   NOT NULL,
	family        TEXT   NOT NULL,
	id            TEXT   NOT NULL,
	edition       TEXT   NOT NULL,
	facts_version BIGINT NOT NULL,
	looked_on     TEXT   NOT NULL,
	looked_at     TEXT   NOT NULL,
	lang          TEXT   NOT NULL,
	facts         TEXT   NOT NULL,
	answers       TEXT   NOT NULL,
	PRIMARY KEY (alliance, family, id)
);
