-- +goose Up
CREATE TABLE draft (
	alliance TEXT NOT NULL,
	worker   TEXT NOT NULL,
	org      TEXT NOT NULL,
	form     TEXT NOT NULL,
	id       TEXT NOT NULL,
	page     TEXT NOT NULL,
	family   TEXT NOT NULL,
	about    TEXT NOT NULL,
	saved_at TEXT NOT NULL,
	PRIMARY KEY (alliance, worker, org, form)
);
CREATE INDEX draft_id ON draft (alliance, id);
CREATE INDEX draft_family ON draft (alliance, family);
CREATE INDEX draft_about ON draft (alliance, about);
CREATE INDEX draft_saved ON draft (saved_at);
