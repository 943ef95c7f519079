-- +goose Up
-- After how many weeks the quiet files of an organisation are shown.
CREATE TABLE family_quiet (
	alliance TEXT   NOT NULL,
	org      TEXT   NOT NULL,
	weeks    BIGINT NOT NULL,
	PRIMARY KEY (alliance, org)
);
