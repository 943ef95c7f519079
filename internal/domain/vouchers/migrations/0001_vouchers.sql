-- +goose Up
-- How an offer of a programme is given to a child.
CREATE TABLE voucher_setup (
	alliance   TEXT    NOT NULL,
	programme  TEXT    NOT NULL,
	offer      TEXT    NOT NULL,
	version    BIGINT  NOT NULL,
	units      BIGINT  NOT NULL,
	cents      BIGINT  NOT NULL,
	worth      BIGINT  NOT NULL,
	copay      BIGINT  NOT NULL,
	months     BIGINT  NOT NULL,
	event      TEXT    NOT NULL,
	age        BIGINT  NOT NULL,
	period     TEXT    NOT NULL,
	straight   BOOLEAN NOT NULL,
	home       TEXT    NOT NULL,
	anywhere   BOOLEAN NOT NULL,
	covers     TEXT    NOT NULL,
	changed_at TEXT    NOT NULL,
	PRIMARY KEY (alliance, programme, offer)
);
-- What a child was given for a period: at most once. How much is left lies in
-- the ledger.
CREATE TABLE voucher_grant (
	alliance    TEXT    NOT NULL,
	id          TEXT    NOT NULL,
	programme   TEXT    NOT NULL,
	offer       TEXT    NOT NULL,
	family      TEXT    NOT NULL,
	child       TEXT    NOT NULL,
	period      TEXT    NOT NULL,
	state       TEXT    NOT NULL,
	cause       TEXT    NOT NULL,
	decision    TEXT    NOT NULL,
	decided_on  TEXT    NOT NULL,
	units       BIGINT  NOT NULL,
	cents       BIGINT  NOT NULL,
	worth       BIGINT  NOT NULL,
	copay       BIGINT  NOT NULL,
	home        TEXT    NOT NULL,
	anywhere    BOOLEAN NOT NULL,
	begins      TEXT    NOT NULL,
	last_day    TEXT    NOT NULL,
	made_at     TEXT    NOT NULL,
	made_by     TEXT    NOT NULL,
	granted_at  TEXT    NOT NULL,
	ended_at    TEXT    NOT NULL,
	PRIMARY KEY (alliance, id),
	UNIQUE (alliance, programme, offer, child, period)
);
CREATE INDEX voucher_grant_family ON voucher_grant (alliance, family);
CREATE INDEX voucher_grant_day ON voucher_grant (alliance, state, last_day);
-- A paper, by its code. A lost one is replaced, and never good again.
CREATE TABLE voucher_paper (
	alliance TEXT   NOT NULL,
	code     BIGINT NOT NULL,
	voucher  TEXT   NOT NULL,
	state    TEXT   NOT NULL,
	key_id   BIGINT NOT NULL,
	made_at  TEXT   NOT NULL,
	made_by  TEXT   NOT NULL,
	ended_at TEXT   NOT NULL,
	PRIMARY KEY (alliance, code)
);
CREATE INDEX voucher_paper_voucher ON voucher_paper (alliance, voucher);
-- One time that a shop took a voucher.
CREATE TABLE voucher_use (
	alliance  TEXT   NOT NULL,
	id        TEXT   NOT NULL,
	voucher   TEXT   NOT NULL,
	code      BIGINT NOT NULL,
	org       TEXT   NOT NULL,
	till      TEXT   NOT NULL,
	worker    TEXT   NOT NULL,
	units     BIGINT NOT NULL,
	cents     BIGINT NOT NULL,
	copay     BIGINT NOT NULL,
	item      TEXT   NOT NULL,
	at        TEXT   NOT NULL,
	state     TEXT   NOT NULL,
	undone_at TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX voucher_use_voucher ON voucher_use (alliance, voucher);
CREATE INDEX voucher_use_org ON voucher_use (alliance, org, at);
-- A telephone or counter of a shop. Its link and PIN are made of the
-- installation's key; of what the telephone keeps only a hash is here.
CREATE TABLE voucher_till (
	alliance  TEXT   NOT NULL,
	id        TEXT   NOT NULL,
	org       TEXT   NOT NULL,
	name      TEXT   NOT NULL,
	made_at   TEXT   NOT NULL,
	made_by   TEXT   NOT NULL,
	wrong     BIGINT NOT NULL,
	token     TEXT   NOT NULL,
	paired_at TEXT   NOT NULL,
	ended_at  TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX voucher_till_org ON voucher_till (alliance, org);
CREATE INDEX voucher_till_token ON voucher_till (alliance, token);
-- The public keys under which vouchers were signed, one a year.
CREATE TABLE voucher_key (
	alliance TEXT   NOT NULL,
	id       BIGINT NOT NULL,
	year     BIGINT NOT NULL,
	public   TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
-- The last night on which an alliance's families were walked.
CREATE TABLE voucher_round (
	alliance TEXT NOT NULL,
	day      TEXT NOT NULL,
	PRIMARY KEY (alliance)
);
-- Whose a grant was before its file went into another.
CREATE TABLE voucher_merge (
	alliance TEXT NOT NULL,
	merge    TEXT NOT NULL,
	voucher  TEXT NOT NULL,
	child    TEXT NOT NULL,
	PRIMARY KEY (alliance, merge, voucher)
);
