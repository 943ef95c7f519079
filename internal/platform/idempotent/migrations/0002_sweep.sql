-- +goose Up
DROP INDEX idempotent_request_began;
CREATE INDEX idempotent_request_old ON idempotent_request (began);
