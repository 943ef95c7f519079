-- +goose Up
-- The place of a depot from which a hand-out gives; empty: what it gives is in
-- no book.
ALTER TABLE handout_series ADD COLUMN depot TEXT NOT NULL DEFAULT '';
