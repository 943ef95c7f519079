-- +goose Up
-- Who holds what of one object is read in this index alone. While the index of
-- the walks was the only one that holds all that is asked, SQLite read every
-- relation of a holder in it to find those to one object.
DROP INDEX policy_relation_object;
CREATE INDEX policy_relation_object ON policy_relation (alliance, object, holder, relation, begins, ends);
