-- +goose Up
-- Two partners count whom they have in common. The key lies in the vault until
-- they did, or until the term is over; of it a mark is left.
CREATE TABLE register_comparison (
	alliance    TEXT    NOT NULL,
	id          TEXT    NOT NULL,
	org         TEXT    NOT NULL,
	partner     TEXT    NOT NULL,
	name        TEXT    NOT NULL,
	ground      TEXT    NOT NULL,
	own_clients BOOLEAN NOT NULL,
	state       TEXT    NOT NULL,
	until       TEXT    NOT NULL,
	mark        TEXT    NOT NULL,
	outcome     TEXT    NOT NULL,
	proposed_by TEXT    NOT NULL,
	proposed_at TEXT    NOT NULL,
	agreed_by   TEXT    NOT NULL,
	agreed_at   TEXT    NOT NULL,
	ended_at    TEXT    NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX register_comparison_org ON register_comparison (alliance, org, id);
CREATE INDEX register_comparison_partner ON register_comparison (alliance, partner, id);
-- Own clients of who holds the ground, who are on the other list.
CREATE TABLE register_match (
	alliance   TEXT NOT NULL,
	comparison TEXT NOT NULL,
	family     TEXT NOT NULL,
	PRIMARY KEY (alliance, comparison, family)
);
CREATE INDEX register_match_family ON register_match (alliance, family);
