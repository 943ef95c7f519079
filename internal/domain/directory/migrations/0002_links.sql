-- +goose Up
-- Links that were mailed to organisations, with which somebody there says that
-- its record is right, or mends it.
CREATE TABLE directory_link (
	alliance     TEXT NOT NULL,
	id           TEXT NOT NULL,
	organisation TEXT NOT NULL,
	token_hash   TEXT NOT NULL,
	lang         TEXT NOT NULL,
	made_at      TEXT NOT NULL,
	made_by      TEXT NOT NULL,
	ends_at      TEXT NOT NULL,
	used_at      TEXT NOT NULL, -- '' while it can be used
	PRIMARY KEY (alliance, id)
);
CREATE UNIQUE INDEX directory_link_token ON directory_link (token_hash);
CREATE INDEX directory_link_organisation ON directory_link (alliance, organisation, made_at);
