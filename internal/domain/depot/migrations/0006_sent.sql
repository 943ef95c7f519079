-- +goose Up
-- What was asked under an ID that the asker made, as a print: the same sent twice
-- is done once, and something else under the same ID is refused.
CREATE TABLE depot_sent (
	alliance TEXT NOT NULL,
	id       TEXT NOT NULL,
	digest   TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
