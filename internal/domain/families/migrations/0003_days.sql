-- +goose Up
CREATE INDEX family_fact_day ON family_fact (alliance, family, person, recorded_at, id)
	WHERE key IN ('birth_date', 'due_date') AND superseded_at = '';
