-- +goose Up
ALTER TABLE referral ADD COLUMN answer_by TEXT NOT NULL DEFAULT '';
CREATE INDEX referral_sent_at ON referral (alliance, sent_at);
