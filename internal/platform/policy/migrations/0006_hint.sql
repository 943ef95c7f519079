-- +goose Up
-- By what an object may be found stands beside its place, and a search passes
-- over the others within the index alone. Every bit is set while it is not
-- known: then the object may be anything.
ALTER TABLE policy_relation ADD COLUMN hint_a BIGINT NOT NULL DEFAULT -1;
ALTER TABLE policy_relation ADD COLUMN hint_b BIGINT NOT NULL DEFAULT -1;
DROP INDEX policy_relation_place;
CREATE INDEX policy_relation_place ON policy_relation (alliance, holder, relation, shelf, moved, object, begins, ends, hint_a, hint_b);
CREATE INDEX policy_relation_unhinted ON policy_relation (alliance, object) WHERE hint_a = -1 AND shelf <> '';
