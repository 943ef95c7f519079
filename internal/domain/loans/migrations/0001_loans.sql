-- +goose Up
-- A lending library of an organisation: what sizes it has, what it asks, what
-- is looked at when a thing goes and comes.
CREATE TABLE loan_library (
	alliance    TEXT    NOT NULL,
	id          TEXT    NOT NULL,
	org         TEXT    NOT NULL,
	name        TEXT    NOT NULL,
	place       TEXT    NOT NULL,
	months      BIGINT  NOT NULL,
	more_months BIGINT  NOT NULL,
	keep_days   BIGINT  NOT NULL,
	sizes       TEXT    NOT NULL,
	tariff      TEXT    NOT NULL,
	checks      TEXT    NOT NULL,
	closed      BOOLEAN NOT NULL,
	version     BIGINT  NOT NULL,
	PRIMARY KEY (alliance, id)
);
-- One thing that is lent, by the number that stands on it. Where it is, the
-- book says.
CREATE TABLE loan_thing (
	alliance TEXT NOT NULL,
	id       TEXT NOT NULL,
	library  TEXT NOT NULL,
	mark     TEXT NOT NULL,
	size     TEXT NOT NULL,
	name     TEXT NOT NULL,
	added_on TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX loan_thing_mark ON loan_thing (alliance, library, mark);
-- A child who borrows, by number. Its first name is sealed under a key of its own.
CREATE TABLE loan_borrower (
	alliance  TEXT    NOT NULL,
	id        TEXT    NOT NULL,
	number    BIGINT  NOT NULL,
	library   TEXT    NOT NULL,
	family    TEXT    NOT NULL, -- empty: no file, or forgotten
	child     TEXT    NOT NULL,
	household TEXT    NOT NULL, -- of those who have no file: the first of them
	outside   BOOLEAN NOT NULL,
	social    BOOLEAN NOT NULL,
	sealed    TEXT    NOT NULL,
	made_at   TEXT    NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX loan_borrower_number ON loan_borrower (alliance, number);
CREATE UNIQUE INDEX loan_borrower_child ON loan_borrower (alliance, library, child) WHERE child <> '';
CREATE INDEX loan_borrower_family ON loan_borrower (alliance, family);
CREATE TABLE loan_loan (
	alliance    TEXT    NOT NULL,
	id          TEXT    NOT NULL,
	number      BIGINT  NOT NULL,
	library     TEXT    NOT NULL,
	thing       TEXT    NOT NULL,
	borrower    TEXT    NOT NULL,
	state       TEXT    NOT NULL,
	fee         BIGINT  NOT NULL, -- in all that was paid for it
	deposit     BIGINT  NOT NULL, -- as it was asked; what is left of it is in the book
	out_on      TEXT    NOT NULL,
	due         TEXT    NOT NULL,
	paid_until  TEXT    NOT NULL,
	asked_at    TEXT    NOT NULL, -- the family asked to keep it longer
	returned_on TEXT    NOT NULL, -- empty: it is out
	next        TEXT    NOT NULL, -- the loan for which it was exchanged
	missing     TEXT    NOT NULL, -- what was not in order when it came back
	verdict     TEXT    NOT NULL,
	kept        BIGINT  NOT NULL,
	reason      TEXT    NOT NULL,
	photo       BOOLEAN NOT NULL,
	grown_on    TEXT    NOT NULL, -- when it was seen that the child outgrows it
	looked_on   TEXT    NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX loan_loan_number ON loan_loan (alliance, number);
CREATE UNIQUE INDEX loan_loan_open ON loan_loan (alliance, thing) WHERE returned_on = '';
CREATE INDEX loan_loan_library ON loan_loan (alliance, library, state, due);
CREATE INDEX loan_loan_borrower ON loan_loan (alliance, borrower);
CREATE TABLE loan_wish (
	alliance TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	number   BIGINT NOT NULL,
	library  TEXT   NOT NULL,
	borrower TEXT   NOT NULL,
	size     TEXT   NOT NULL,
	thing    TEXT   NOT NULL, -- empty: whichever of the size
	state    TEXT   NOT NULL,
	holds    TEXT   NOT NULL, -- the thing that is kept for it
	until    TEXT   NOT NULL,
	made_at  TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX loan_wish_number ON loan_wish (alliance, number);
CREATE INDEX loan_wish_library ON loan_wish (alliance, library, state, number);
CREATE INDEX loan_wish_borrower ON loan_wish (alliance, borrower);
-- What was done, once under each ID; of a thing it is its history.
CREATE TABLE loan_step (
	alliance TEXT NOT NULL,
	id       TEXT NOT NULL,
	library  TEXT NOT NULL,
	thing    TEXT NOT NULL,
	loan     TEXT NOT NULL,
	kind     TEXT NOT NULL,
	detail   TEXT NOT NULL,
	at       TEXT NOT NULL,
	digest   TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX loan_step_thing ON loan_step (alliance, thing, at);
-- Whose a borrower was before its file went into another.
CREATE TABLE loan_merge (
	alliance TEXT NOT NULL,
	merge    TEXT NOT NULL,
	borrower TEXT NOT NULL,
	child    TEXT NOT NULL,
	PRIMARY KEY (alliance, merge, borrower)
);
