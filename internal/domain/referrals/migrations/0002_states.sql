-- +goose Up
ALTER TABLE referral ADD COLUMN answered_at TEXT NOT NULL DEFAULT '';
ALTER TABLE referral ADD COLUMN released BIGINT NOT NULL DEFAULT 0;
ALTER TABLE referral ADD COLUMN held TEXT NOT NULL DEFAULT '';
ALTER TABLE referral ADD COLUMN review_on TEXT NOT NULL DEFAULT '';
UPDATE referral SET state = 'missed' WHERE state = 'accepted' AND no_shows > 0;
UPDATE referral SET answered_at = accepted_at WHERE accepted_at <> '';
UPDATE referral SET answered_at = ended_at WHERE state = 'declined';
UPDATE referral SET outcome = 'not_needed' WHERE state = 'withdrawn';
CREATE TABLE referral_term (
	alliance     TEXT   NOT NULL,
	holder       TEXT   NOT NULL,
	answer_days  BIGINT NOT NULL,
	contact_days BIGINT NOT NULL,
	PRIMARY KEY (alliance, holder)
);
