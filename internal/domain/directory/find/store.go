package find

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

func changesOf(ctx context.Context, q db.Querier, alliance kernel.ID) (n int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT changes FROM find_change WHERE alliance = $1`, alliance).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

func countChange(ctx context.Context, q db.Querier, alliance kernel.ID) error {
	_, err := q.ExecContext(ctx, `INSERT INTO find_change (alliance, changes) VALUES ($1, 1)
		ON CONFLICT (alliance) DO UPDATE SET changes = find_change.changes + 1`, alliance)
	return err
}

func addMiss(ctx context.Context, q db.Querier, alliance kernel.ID, m Miss) error {
	_, err := q.ExecContext(ctx, `INSERT INTO find_missed (alliance, day, phase, lever, municipality, lang, concept, why, times)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (alliance, day, phase, lever, municipality, lang, concept, why) DO UPDATE SET times = find_missed.times + excluded.times`,
		alliance, m.Day, m.Phase, m.Lever, m.Municipality, m.Lang, m.Concept, m.Why, m.Times)
	return err
}

func listMisses(ctx context.Context, q db.Querier, alliance kernel.ID, from, to kernel.Date) (all []Miss, err error) {
	rows, err := q.QueryContext(ctx, `SELECT day, phase, lever, municipality, lang, concept, why, times FROM find_missed
		WHERE alliance = $1 AND day >= $2 AND day <= $3 ORDER BY day DESC, concept, lever, phase, municipality, lang, why`, alliance, from, to)
	if err != nil {
		return nil, fmt.Errorf("find: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var m Miss
		if err := rows.Scan(&m.Day, &m.Phase, &m.Lever, &m.Municipality, &m.Lang, &m.Concept, &m.Why, &m.Times); err != nil {
			return nil, fmt.Errorf("find: %w", err)
		}
		all = append(all, m)
	}
	return all, rows.Err()
}
