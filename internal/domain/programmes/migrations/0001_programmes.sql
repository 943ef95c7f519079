-- +goose Up
CREATE TABLE programme (
	alliance       TEXT NOT NULL,
	id             TEXT NOT NULL,
	version        BIGINT NOT NULL,
	template       TEXT NOT NULL,
	state          TEXT NOT NULL,
	overrides      TEXT NOT NULL, -- JSON
	params         TEXT NOT NULL, -- JSON
	municipalities TEXT NOT NULL, -- JSON
	from_day       TEXT NOT NULL,
	to_day         TEXT NOT NULL,
	budget_cents   BIGINT NOT NULL,
	opened_at      TEXT NOT NULL,
	opened_by      TEXT NOT NULL,
	opened_org     TEXT NOT NULL,
	changed_at     TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX programme_state ON programme (alliance, state, id);

CREATE TABLE programme_partner (
	alliance  TEXT NOT NULL,
	programme TEXT NOT NULL,
	org       TEXT NOT NULL,
	part      TEXT NOT NULL,
	PRIMARY KEY (alliance, programme, org, part)
);
CREATE INDEX programme_partner_org ON programme_partner (alliance, org, programme);
