package retention

import (
	"context"
	"database/sql"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

func insertRule(ctx context.Context, q db.Querier, alliance kernel.ID, r Rule) error {
	_, err := q.ExecContext(ctx, `INSERT INTO retention_rule (alliance, id, kind, begins, months, source, set_at, set_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, alliance, r.ID, r.Kind, r.Begins, r.Months, r.Source, r.SetAt, r.SetBy)
	return err
}

// rulesOf lists the rules in the order in which they were set.
func rulesOf(ctx context.Context, q db.Querier, alliance kernel.ID) (all []Rule, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var r Rule
		err := rows.Scan(&r.ID, &r.Kind, &r.Begins, &r.Months, &r.Source, &r.SetAt, &r.SetBy)
		all = append(all, r)
		return err
	}, `SELECT id, kind, begins, months, source, set_at, set_by FROM retention_rule WHERE alliance = $1 ORDER BY set_at, id`, alliance)
	return all, err
}

func insertHold(ctx context.Context, q db.Querier, alliance kernel.ID, h Hold) error {
	_, err := q.ExecContext(ctx, `INSERT INTO retention_hold (alliance, id, family, reason, review_on, made_at, made_by, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '')`, alliance, h.ID, h.Family, string(h.Reason), h.ReviewOn, h.MadeAt, h.MadeBy)
	return err
}

// holdsOf lists the holds that stand, of all families or of one.
func holdsOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (all []Hold, err error) {
	where, args := "", []any{alliance}
	if family != "" {
		where, args = " AND family = $2", append(args, family)
	}
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var h Hold
		err := rows.Scan(&h.ID, &h.Family, &h.Reason, &h.ReviewOn, &h.MadeAt, &h.MadeBy, &h.EndedAt)
		all = append(all, h)
		return err
	}, `SELECT id, family, reason, review_on, made_at, made_by, ended_at FROM retention_hold
		WHERE alliance = $1 AND ended_at = ''`+where+` ORDER BY made_at, id`, args...)
	return all, err
}

func endHolds(ctx context.Context, q db.Querier, alliance, family kernel.ID, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE retention_hold SET ended_at = $3 WHERE alliance = $1 AND family = $2 AND ended_at = ''`, alliance, family, now)
	return err
}

func forgetHolds(ctx context.Context, q db.Querier, alliance, family kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM retention_hold WHERE alliance = $1 AND family = $2`, alliance, family)
	return err
}
