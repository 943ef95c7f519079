-- +goose Up
CREATE TABLE policy_relation (
	alliance TEXT NOT NULL,
	holder   TEXT NOT NULL,
	relation TEXT NOT NULL,
	object   TEXT NOT NULL,
	since    TEXT NOT NULL,
	PRIMARY KEY (alliance, holder, relation, object)
);
CREATE INDEX policy_relation_object ON policy_relation (alliance, object, holder);
