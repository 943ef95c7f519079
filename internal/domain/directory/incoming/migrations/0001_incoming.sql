-- +goose Up
-- What somebody brought and has not taken over yet. It holds what is for
-- everybody to read, and is dropped once it is taken over, or after its term.
CREATE TABLE incoming_file (
	alliance TEXT NOT NULL,
	id       TEXT NOT NULL,
	source   TEXT NOT NULL,
	told     TEXT NOT NULL, -- JSON: how it is to be read
	body     BYTEA NOT NULL, -- the file, packed
	made_at  TEXT NOT NULL,
	made_by  TEXT NOT NULL,
	PRIMARY KEY (alliance, id)
);
CREATE INDEX incoming_file_made ON incoming_file (alliance, made_at);

-- What the columns of a source's tables are, as somebody said it last.
CREATE TABLE incoming_mapping (
	alliance TEXT NOT NULL,
	source   TEXT NOT NULL,
	columns  TEXT NOT NULL, -- JSON: by the names of columns
	PRIMARY KEY (alliance, source)
);
