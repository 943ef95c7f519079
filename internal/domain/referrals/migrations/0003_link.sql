-- +goose Up
CREATE TABLE referral_link (
	alliance   TEXT NOT NULL,
	id         TEXT NOT NULL,
	referral   TEXT NOT NULL,
	token_hash TEXT NOT NULL,
	made_at    TEXT NOT NULL,
	made_by    TEXT NOT NULL,
	ends_at    TEXT NOT NULL,
	used_at    TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX referral_link_token ON referral_link (token_hash);
CREATE INDEX referral_link_referral ON referral_link (alliance, referral, made_at);
