-- +goose Up
-- When the term of a request to correct was made longer; empty: it was not.
ALTER TABLE own_message ADD COLUMN extended_at TEXT NOT NULL DEFAULT '';
CREATE INDEX own_message_due ON own_message (alliance, due) WHERE due <> '' AND settled_at = '';
