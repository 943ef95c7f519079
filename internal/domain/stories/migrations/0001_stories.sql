-- +goose Up
-- What a programme tells about itself: as its partners write it, and as
-- everybody reads it.
CREATE TABLE story (
	alliance   TEXT   NOT NULL,
	programme  TEXT   NOT NULL,
	version    BIGINT NOT NULL,
	body       TEXT   NOT NULL, -- JSON: as it is being written
	public     TEXT   NOT NULL, -- JSON: as everybody reads it; '' while nobody may
	public_at  TEXT   NOT NULL, -- '' while nobody may
	changed_at TEXT   NOT NULL,
	PRIMARY KEY (alliance, programme)
);
-- Pictures, as they were made anew: nothing of the file that was brought but
-- what one sees.
CREATE TABLE story_photo (
	alliance  TEXT    NOT NULL,
	id        TEXT    NOT NULL,
	programme TEXT    NOT NULL,
	public    BOOLEAN NOT NULL,
	large     BYTEA   NOT NULL, -- JPEG
	small     BYTEA   NOT NULL, -- JPEG
	PRIMARY KEY (alliance, id)
);
CREATE INDEX story_photo_programme ON story_photo (alliance, programme);
