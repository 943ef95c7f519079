-- +goose Up
-- What a shop takes without net, and who bears it when the same was spent
-- elsewhere meanwhile.
ALTER TABLE voucher_setup ADD COLUMN offline BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE voucher_setup ADD COLUMN bears   TEXT    NOT NULL DEFAULT '';
-- When a telephone told of what it took without net; empty: there was net.
ALTER TABLE voucher_use ADD COLUMN told_at TEXT NOT NULL DEFAULT '';
-- When the telephone was last told what it needs to do without net.
ALTER TABLE voucher_till ADD COLUMN ready_at TEXT NOT NULL DEFAULT '';
-- What a shop took without net and was not good any more: why, and who bears it.
CREATE TABLE voucher_conflict (
	alliance  TEXT   NOT NULL,
	id        TEXT   NOT NULL,
	voucher   TEXT   NOT NULL,
	programme TEXT   NOT NULL,
	offer     TEXT   NOT NULL,
	code      BIGINT NOT NULL,
	org       TEXT   NOT NULL,
	till      TEXT   NOT NULL,
	units     BIGINT NOT NULL,
	cents     BIGINT NOT NULL,
	item      TEXT   NOT NULL,
	at        TEXT   NOT NULL,
	told_at   TEXT   NOT NULL,
	why       TEXT   NOT NULL,
	bears     TEXT   NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX voucher_conflict_org ON voucher_conflict (alliance, org, told_at);
CREATE INDEX voucher_conflict_programme ON voucher_conflict (alliance, programme, told_at);
