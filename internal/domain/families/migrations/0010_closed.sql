-- +goose Up
-- The closed files of an alliance, the longest closed first.
CREATE INDEX family_closed ON family (alliance, changed_at, id) WHERE state = 'closed';
