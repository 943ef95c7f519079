-- +goose Up
-- Whether somebody got this code: by mail, or from the operator. One that
-- nobody got opens nothing.
ALTER TABLE sign_in_code ADD COLUMN given BOOLEAN NOT NULL DEFAULT TRUE;
