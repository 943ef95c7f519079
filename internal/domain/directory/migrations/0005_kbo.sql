-- +goose Up
-- What a source tells of an enterprise is looked up by its number.
CREATE INDEX directory_organisation_kbo ON directory_organisation (alliance, kbo);
