-- +goose Up
-- In which form something is given: a paper, a transfer to the family's account,
-- or what a provider bills.
ALTER TABLE voucher_setup ADD COLUMN form TEXT NOT NULL DEFAULT '';
ALTER TABLE voucher_grant ADD COLUMN form TEXT NOT NULL DEFAULT '';
