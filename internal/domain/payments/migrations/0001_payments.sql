-- +goose Up
-- Who pays out for the alliance.
CREATE TABLE payment_payer (
	alliance TEXT    NOT NULL,
	org      TEXT    NOT NULL,
	active   BOOLEAN NOT NULL,
	set_at   TEXT    NOT NULL,
	set_by   TEXT    NOT NULL,
	PRIMARY KEY (alliance, org)
);
-- Who is paid: an organisation, or somebody of a family. Name and account lie in
-- the vault, under a key of their own.
CREATE TABLE payment_payee (
	alliance  TEXT   NOT NULL,
	id        TEXT   NOT NULL,
	org       TEXT   NOT NULL,
	family    TEXT   NOT NULL,
	came_from TEXT   NOT NULL, -- the file with which it came, after a merge
	sealed    TEXT   NOT NULL, -- the number of its key
	version   BIGINT NOT NULL,
	set_at    TEXT   NOT NULL,
	set_by    TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX payment_payee_family ON payment_payee (alliance, family);
-- What is owed, each at once in the book too. Below zero: what is owed back.
CREATE TABLE payment_due (
	alliance TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	payer    TEXT   NOT NULL, -- empty: nobody said who pays
	payee    TEXT   NOT NULL,
	cents    BIGINT NOT NULL,
	kind     TEXT   NOT NULL,
	about    TEXT   NOT NULL,
	day      TEXT   NOT NULL,
	seq_to   BIGINT NOT NULL, -- of what was read from the book: its last entry
	at       TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX payment_due_payee ON payment_due (alliance, payee, day);
CREATE TABLE payment_batch (
	alliance    TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	number      BIGINT NOT NULL,
	payer       TEXT   NOT NULL,
	until       TEXT   NOT NULL, -- what was owed up to this day
	day         TEXT   NOT NULL, -- on which the bank is to pay
	state       TEXT   NOT NULL,
	payments    BIGINT NOT NULL,
	cents       BIGINT NOT NULL,
	sha256      TEXT   NOT NULL, -- of the file
	made_by     TEXT   NOT NULL,
	made_at     TEXT   NOT NULL,
	approved_by TEXT   NOT NULL,
	approved_at TEXT   NOT NULL,
	exported_by TEXT   NOT NULL,
	exported_at TEXT   NOT NULL,
	ended_by    TEXT   NOT NULL,
	ended_at    TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX payment_batch_number ON payment_batch (alliance, number);
CREATE INDEX payment_batch_payer ON payment_batch (alliance, payer, number);
-- One payment of a batch: one payee.
CREATE TABLE payment_line (
	alliance   TEXT   NOT NULL,
	id         TEXT   NOT NULL,
	batch      TEXT   NOT NULL,
	number     BIGINT NOT NULL, -- of its structured communication
	payee      TEXT   NOT NULL,
	cents      BIGINT NOT NULL, -- that are paid
	credit     BIGINT NOT NULL, -- that were owed back, and were taken off
	end_to_end TEXT   NOT NULL,
	state      TEXT   NOT NULL,
	reason     TEXT   NOT NULL, -- the bank's code
	bank_ref   TEXT   NOT NULL,
	paid_on    TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX payment_line_number ON payment_line (alliance, number);
CREATE UNIQUE INDEX payment_line_end_to_end ON payment_line (alliance, end_to_end);
CREATE INDEX payment_line_batch ON payment_line (alliance, batch, number);
CREATE INDEX payment_line_payee ON payment_line (alliance, payee, number);
-- Which dues a payment settles. A due is in one living payment at most.
CREATE TABLE payment_item (
	alliance TEXT    NOT NULL,
	line     TEXT    NOT NULL,
	due      TEXT    NOT NULL,
	live     BOOLEAN NOT NULL,
	PRIMARY KEY (alliance, line, due)
);
CREATE UNIQUE INDEX payment_item_once ON payment_item (alliance, due) WHERE live;
-- What a bank answered, and what came of it.
CREATE TABLE payment_answer (
	alliance TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	payer    TEXT   NOT NULL,
	sha256   TEXT   NOT NULL,
	kind     TEXT   NOT NULL,
	accepted BIGINT NOT NULL,
	paid     BIGINT NOT NULL,
	rejected BIGINT NOT NULL,
	returned BIGINT NOT NULL,
	again    BIGINT NOT NULL,
	others   BIGINT NOT NULL,
	read_at  TEXT   NOT NULL,
	read_by  TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX payment_answer_once ON payment_answer (alliance, payer, sha256);
