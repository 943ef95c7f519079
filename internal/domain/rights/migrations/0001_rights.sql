-- +goose Up
CREATE TABLE finding (
	alliance      TEXT   NOT NULL,
	family        TEXT   NOT NULL,
	right_id      TEXT   NOT NULL,
	status        TEXT   NOT NULL,
	amounts       TEXT   NOT NULL,
	missing       TEXT   NOT NULL,
	pack_version  TEXT   NOT NULL,
	facts_version BIGINT NOT NULL,
	found_on      TEXT   NOT NULL,
	found_at      TEXT   NOT NULL,
	PRIMARY KEY (alliance, family, right_id)
);
CREATE INDEX finding_right ON finding (alliance, right_id, status, family);
CREATE TABLE finding_round (
	alliance      TEXT   NOT NULL,
	family        TEXT   NOT NULL,
	pack_version  TEXT   NOT NULL,
	facts_version BIGINT NOT NULL,
	looked_on     TEXT   NOT NULL,
	changes       BIGINT NOT NULL,
	seen          BIGINT NOT NULL,
	PRIMARY KEY (alliance, family)
);
CREATE TABLE claim (
	alliance     TEXT   NOT NULL,
	id           TEXT   NOT NULL,
	version      BIGINT NOT NULL,
	family       TEXT   NOT NULL,
	right_id     TEXT   NOT NULL,
	person       TEXT   NOT NULL,
	state        TEXT   NOT NULL,
	deadline     TEXT   NOT NULL,
	applied_on   TEXT   NOT NULL,
	decided_on   TEXT   NOT NULL,
	amount_cents BIGINT NOT NULL,
	per          TEXT   NOT NULL,
	reason       TEXT   NOT NULL,
	opened_at    TEXT   NOT NULL,
	opened_by    TEXT   NOT NULL,
	opened_org   TEXT   NOT NULL,
	changed_at   TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX claim_open ON claim (alliance, family, right_id, person)
	WHERE state IN ('to_apply', 'applied', 'refused', 'appeal');
CREATE INDEX claim_deadline ON claim (alliance, deadline, id);
CREATE INDEX claim_family ON claim (alliance, family, id);
