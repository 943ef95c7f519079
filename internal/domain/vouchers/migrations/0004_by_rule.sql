-- +goose Up
-- What a grant is worth follows from the programme's own rule, for each child.
ALTER TABLE voucher_setup ADD COLUMN by_rule BOOLEAN NOT NULL DEFAULT FALSE;
