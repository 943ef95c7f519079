-- +goose Up
-- How many came to an open session, by who counted: two telephones that count at
-- once are both kept. Nobody who came is registered.
CREATE TABLE handout_tally (
	alliance TEXT   NOT NULL,
	session  TEXT   NOT NULL,
	worker   TEXT   NOT NULL, -- a worker, or a telephone that takes part; empty: counted before this
	what     TEXT   NOT NULL,
	n        BIGINT NOT NULL,
	PRIMARY KEY (alliance, session, worker, what)
);
INSERT INTO handout_tally (alliance, session, worker, what, n) SELECT alliance, session, '', what, n FROM handout_count;
DROP TABLE handout_count;
-- What the family paid at the desk for what was granted to it in part.
ALTER TABLE handout_event ADD COLUMN copay BIGINT NOT NULL DEFAULT 0;
