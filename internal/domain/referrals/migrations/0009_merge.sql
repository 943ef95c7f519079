-- +goose Up
-- The referrals that came along when the file of their family went into
-- another.
CREATE TABLE referral_merge (
	alliance TEXT NOT NULL,
	merge    TEXT NOT NULL,
	referral TEXT NOT NULL,
	PRIMARY KEY (alliance, merge, referral)
);
