-- +goose Up
-- What the columns of lists of stock said here last, by their names, as JSON.
ALTER TABLE depot_place ADD COLUMN list_columns TEXT NOT NULL DEFAULT '';
