-- +goose Up
-- One child, two homes: a side is a child in one family's file. A question that
-- reached nobody has one side.
CREATE TABLE home_link (
	alliance  TEXT NOT NULL,
	id        TEXT NOT NULL,
	state     TEXT NOT NULL,
	asked_at  TEXT NOT NULL,
	until     TEXT NOT NULL,
	linked_at TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX home_link_until ON home_link (state, until);
CREATE TABLE home_side (
	alliance TEXT    NOT NULL,
	link     TEXT    NOT NULL,
	family   TEXT    NOT NULL,
	person   TEXT    NOT NULL,
	asked    BOOLEAN NOT NULL,
	lives    TEXT    NOT NULL,
	gives    TEXT    NOT NULL,
	PRIMARY KEY (alliance, link, family)
);
CREATE INDEX home_side_family ON home_side (alliance, family);
-- Where a side stood before its file went into another.
CREATE TABLE home_merge (
	alliance TEXT NOT NULL,
	merge    TEXT NOT NULL,
	link     TEXT NOT NULL,
	person   TEXT NOT NULL,
	PRIMARY KEY (alliance, merge, link)
);
