-- +goose Up
-- How claims stood before the file of their family went into another.
CREATE TABLE claim_merge (
	alliance TEXT NOT NULL,
	merge    TEXT NOT NULL,
	claim    TEXT NOT NULL,
	family   TEXT NOT NULL,
	person   TEXT NOT NULL,
	state    TEXT NOT NULL,
	deadline TEXT NOT NULL,
	reason   TEXT NOT NULL,
	PRIMARY KEY (alliance, merge, claim)
);
