-- +goose Up
ALTER TABLE job ADD COLUMN ended_at TEXT NOT NULL DEFAULT '';
UPDATE job SET ended_at = run_at WHERE state <> 'waiting';
CREATE INDEX job_ended ON job (state, ended_at);
