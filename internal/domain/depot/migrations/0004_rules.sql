-- +goose Up
-- Who needs it at once, and for how many children it is: one, or a class.
ALTER TABLE depot_request ADD COLUMN urgent BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE depot_request ADD COLUMN children BIGINT NOT NULL DEFAULT 1;
-- Pieces of one category for one child in so many months; 0: no bound.
ALTER TABLE depot_place ADD COLUMN per_child BIGINT NOT NULL DEFAULT 0;
ALTER TABLE depot_place ADD COLUMN per_months BIGINT NOT NULL DEFAULT 12;
CREATE INDEX depot_request_child ON depot_request (alliance, child);
