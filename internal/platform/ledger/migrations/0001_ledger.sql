-- +goose Up
CREATE TABLE ledger_account (
	alliance TEXT    NOT NULL,
	path     TEXT    NOT NULL,
	asset    TEXT    NOT NULL,
	root     TEXT    NOT NULL, -- the first part of the path
	branch   TEXT    NOT NULL, -- its first two parts
	outside  BOOLEAN NOT NULL, -- what lies outside the alliance may be under zero
	single   BOOLEAN NOT NULL, -- of this asset there is one in the world
	balance  BIGINT  NOT NULL,
	entries  BIGINT  NOT NULL, -- how many made the balance
	PRIMARY KEY (alliance, path, asset),
	CHECK (outside OR balance >= 0),
	CHECK (outside OR NOT single OR balance <= 1),
	CHECK (balance BETWEEN -4000000000000000000 AND 4000000000000000000)
);
CREATE INDEX ledger_account_branch ON ledger_account (alliance, branch);
CREATE INDEX ledger_account_root ON ledger_account (alliance, root);
CREATE INDEX ledger_account_asset ON ledger_account (alliance, asset);
CREATE TABLE ledger_transfer (
	alliance TEXT NOT NULL,
	id       TEXT NOT NULL,
	kind     TEXT NOT NULL,
	day      TEXT NOT NULL, -- on which it happened
	at       TEXT NOT NULL, -- when it was written down
	person   TEXT NOT NULL,
	org      TEXT NOT NULL,
	reason   TEXT NOT NULL, -- a code, never a sentence
	corrects TEXT NOT NULL,
	digest   TEXT NOT NULL, -- of all that makes it this transfer and no other
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX ledger_transfer_corrects ON ledger_transfer (alliance, corrects) WHERE corrects <> '';
CREATE TABLE ledger_entry (
	alliance TEXT   NOT NULL,
	path     TEXT   NOT NULL,
	asset    TEXT   NOT NULL,
	seq      BIGINT NOT NULL, -- of this account, from 1 without holes
	transfer TEXT   NOT NULL,
	amount   BIGINT NOT NULL,
	balance  BIGINT NOT NULL, -- of the account after it
	PRIMARY KEY (alliance, path, asset, seq),
	FOREIGN KEY (alliance, path, asset) REFERENCES ledger_account (alliance, path, asset),
	FOREIGN KEY (alliance, transfer) REFERENCES ledger_transfer (alliance, id),
	CHECK (amount <> 0)
);
CREATE INDEX ledger_entry_transfer ON ledger_entry (alliance, transfer, path, asset, amount);
