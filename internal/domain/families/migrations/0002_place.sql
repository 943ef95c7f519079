-- +goose Up
-- Files that were there before their place in a list was kept with each
-- relation get it here, once; from now on insert and save in store.go do it.
UPDATE policy_relation SET shelf = f.state, moved = f.changed_at FROM family f
	WHERE f.alliance = policy_relation.alliance AND f.id = policy_relation.object;
