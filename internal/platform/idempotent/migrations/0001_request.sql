-- +goose Up
CREATE TABLE idempotent_request (
	alliance TEXT   NOT NULL,
	actor    TEXT   NOT NULL,
	token    TEXT   NOT NULL,
	content  TEXT   NOT NULL,
	attempt  TEXT   NOT NULL,
	began    TEXT   NOT NULL,
	state    TEXT   NOT NULL,
	status   BIGINT NOT NULL,
	location TEXT   NOT NULL,
	body     TEXT   NOT NULL,
	PRIMARY KEY (alliance, actor, token)
);
CREATE INDEX idempotent_request_began ON idempotent_request (alliance, began);
