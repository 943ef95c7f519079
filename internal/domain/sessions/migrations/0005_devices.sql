-- +goose Up
-- How many came to an open session, by who counted and on which device: one
-- account on two telephones keeps what both count. Nobody who came is registered.
CREATE TABLE handout_counted (
	alliance TEXT   NOT NULL,
	session  TEXT   NOT NULL,
	worker   TEXT   NOT NULL, -- a worker, or a telephone that takes part; empty: counted before this was kept
	device   TEXT   NOT NULL, -- made by the page; empty: none was told
	what     TEXT   NOT NULL,
	n        BIGINT NOT NULL,
	PRIMARY KEY (alliance, session, worker, device, what)
);
INSERT INTO handout_counted (alliance, session, worker, device, what, n) SELECT alliance, session, worker, '', what, n FROM handout_tally;
DROP TABLE handout_tally;
