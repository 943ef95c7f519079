-- +goose Up
-- What a place asks everybody for, until a day: somebody chose to.
CREATE TABLE depot_call (
	alliance TEXT NOT NULL,
	place    TEXT NOT NULL,
	item     TEXT NOT NULL,
	service  TEXT NOT NULL, -- of the directory: where and when to bring it
	grade    TEXT NOT NULL, -- the least that is wished
	last_day TEXT NOT NULL,
	made_at  TEXT NOT NULL,
	made_by  TEXT NOT NULL,
	PRIMARY KEY (alliance, place, item)
);
