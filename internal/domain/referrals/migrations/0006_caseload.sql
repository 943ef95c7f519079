-- +goose Up
ALTER TABLE referral ADD COLUMN offered_to TEXT NOT NULL DEFAULT '';
CREATE INDEX referral_owner ON referral (alliance, owner, due);
CREATE TABLE referral_caseload (
	alliance TEXT   NOT NULL,
	org      TEXT   NOT NULL,
	worker   TEXT   NOT NULL,
	most     BIGINT NOT NULL,
	PRIMARY KEY (alliance, org, worker)
);
CREATE TABLE referral_away (
	alliance TEXT NOT NULL,
	org      TEXT NOT NULL,
	worker   TEXT NOT NULL,
	from_day TEXT NOT NULL,
	to_day   TEXT NOT NULL,
	stand_in TEXT NOT NULL,
	PRIMARY KEY (alliance, org, worker)
);
