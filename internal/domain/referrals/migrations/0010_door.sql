-- +goose Up
-- Who asked from outside: a code, empty when an organisation of the alliance
-- sent it.
ALTER TABLE referral ADD COLUMN origin TEXT NOT NULL DEFAULT '';
-- The forms by which somebody without an account asks an organisation for
-- help. The token is the address, which hangs on a wall.
CREATE TABLE referral_door (
	alliance TEXT NOT NULL,
	id       TEXT NOT NULL,
	org      TEXT NOT NULL,
	audience TEXT NOT NULL,
	lang     TEXT NOT NULL,
	token    TEXT NOT NULL,
	made_at  TEXT NOT NULL,
	made_by  TEXT NOT NULL,
	ended_at TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX referral_door_token ON referral_door (token);
CREATE INDEX referral_door_org ON referral_door (alliance, org, ended_at);
-- What came in by one: of the ticket of the form and of the code of who sent
-- it, a digest.
CREATE TABLE referral_knock (
	alliance TEXT NOT NULL,
	referral TEXT NOT NULL,
	door     TEXT NOT NULL,
	ticket   TEXT NOT NULL,
	code     TEXT NOT NULL,
	at       TEXT NOT NULL,
	PRIMARY KEY (alliance, referral)
);
CREATE UNIQUE INDEX referral_knock_ticket ON referral_knock (alliance, ticket);
CREATE UNIQUE INDEX referral_knock_code ON referral_knock (code);
CREATE INDEX referral_knock_door ON referral_knock (alliance, door, at);
