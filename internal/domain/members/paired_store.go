package members

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const pairedColumns = `id, org, made_by, place, browser, made_at, until, token, claimed_at, confirmed_at, ended_at`

func (p *Paired) columns() []any {
	return []any{&p.ID, &p.Org, &p.MadeBy, &p.Place, &p.Browser, &p.Made, &p.Until, &p.token, &p.claimed, &p.confirmed, &p.ended}
}

func insertPaired(ctx context.Context, q db.Querier, alliance kernel.ID, p Paired) error {
	_, err := q.ExecContext(ctx, `INSERT INTO paired (alliance, id, org, made_by, place, browser, made_at, until, token, claimed_at, confirmed_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, '', $6, $7, '', '', '', '')`, alliance, p.ID, p.Org, p.MadeBy, p.Place, p.Made, p.Until)
	return err
}

// loadPaired finds a telephone by its ID or by the digest of what it keeps.
func loadPaired(ctx context.Context, q db.Querier, alliance kernel.ID, column, value string) (p Paired, err error) {
	err = q.QueryRowContext(ctx, `SELECT `+pairedColumns+` FROM paired WHERE alliance = $1 AND `+column+` = $2`, alliance, value).Scan(p.columns()...)
	return p, missing(err, "paired")
}

// listPaired are the telephones of an organisation whose hour has not come.
func listPaired(ctx context.Context, q db.Querier, alliance, org kernel.ID, now kernel.Instant) (all []Paired, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+pairedColumns+` FROM paired
		WHERE alliance = $1 AND org = $2 AND until > $3 AND ended_at = '' ORDER BY made_at DESC, id DESC`, alliance, org, now)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Paired
		if err := rows.Scan(p.columns()...); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// claimPaired gives a code to the first telephone that asks; to a later one it
// is Conflict.
func claimPaired(ctx context.Context, q db.Querier, alliance, id kernel.ID, token, browser string, now kernel.Instant) error {
	result, err := q.ExecContext(ctx, `UPDATE paired SET token = $3, browser = $4, claimed_at = $5
		WHERE alliance = $1 AND id = $2 AND claimed_at = '' AND ended_at = ''`, alliance, id, token, browser, now)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return kernel.NewConflict("paired.gone")
	}
	return nil
}

// endPairedBy ends the telephones that a worker let take part.
func endPairedBy(ctx context.Context, q db.Querier, alliance, worker kernel.ID, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE paired SET ended_at = $3 WHERE alliance = $1 AND made_by = $2 AND ended_at = ''`, alliance, worker, now)
	return err
}

// setPaired writes when something happened: confirmed_at or ended_at.
func setPaired(ctx context.Context, q db.Querier, alliance, id kernel.ID, column string, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE paired SET `+column+` = $3 WHERE alliance = $1 AND id = $2`, alliance, id, now)
	return err
}
