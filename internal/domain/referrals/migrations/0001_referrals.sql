-- +goose Up
CREATE TABLE referral (
	alliance       TEXT    NOT NULL,
	id             TEXT    NOT NULL,
	version        BIGINT  NOT NULL,
	family         TEXT    NOT NULL,
	provisional    BOOLEAN NOT NULL,
	sender_org     TEXT    NOT NULL,
	sender_worker  TEXT    NOT NULL,
	sent_to        TEXT    NOT NULL,
	receiver_org   TEXT    NOT NULL,
	programme      TEXT    NOT NULL,
	urgency        TEXT    NOT NULL,
	state          TEXT    NOT NULL,
	owner          TEXT    NOT NULL,
	next_action    TEXT    NOT NULL,
	due            TEXT    NOT NULL,
	clock          TEXT    NOT NULL,
	sent_at        TEXT    NOT NULL,
	accepted_at    TEXT    NOT NULL,
	scheduled_for  TEXT    NOT NULL,
	arrived_at     TEXT    NOT NULL,
	ended_at       TEXT    NOT NULL,
	no_shows       BIGINT  NOT NULL,
	decline_reason TEXT    NOT NULL,
	proposed       TEXT    NOT NULL,
	outcome        TEXT    NOT NULL,
	part_of        TEXT    NOT NULL,
	followed_by    TEXT    NOT NULL,
	forgotten_at   TEXT    NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX referral_received ON referral (alliance, receiver_org, due, id);
CREATE INDEX referral_ended ON referral (alliance, receiver_org, ended_at, id);
CREATE INDEX referral_sent ON referral (alliance, sender_org, id);
CREATE INDEX referral_family ON referral (alliance, family);
CREATE TABLE referral_step (
	alliance   TEXT NOT NULL,
	referral   TEXT NOT NULL,
	id         TEXT NOT NULL,
	at         TEXT NOT NULL,
	move       TEXT NOT NULL,
	from_state TEXT NOT NULL,
	to_state   TEXT NOT NULL,
	worker     TEXT NOT NULL,
	org        TEXT NOT NULL,
	detail     TEXT NOT NULL,
	PRIMARY KEY (alliance, referral, id)
);
