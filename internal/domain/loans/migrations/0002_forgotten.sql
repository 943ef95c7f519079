-- +goose Up
-- The day on which the first name and all else that was sealed was destroyed;
-- the number stays, for the figures and the book.
ALTER TABLE loan_borrower ADD COLUMN forgotten_on TEXT NOT NULL DEFAULT '';
