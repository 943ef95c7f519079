package vouchers

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const conflictColumns = `id, voucher, programme, offer, code, org, till, units, cents, item, at, told_at, why, bears`

func scanConflict(row scanner) (c Conflict, err error) {
	err = row.Scan(&c.ID, &c.Grant, &c.Programme, &c.Offer, &c.Serial, &c.Org, &c.Till, &c.Units, &c.Cents, &c.Item, &c.At, &c.Told, &c.Why, &c.Bears)
	return c, err
}

func loadConflict(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Conflict, error) {
	return first(ctx, q, "voucher.use", scanConflict, `SELECT `+conflictColumns+` FROM voucher_conflict WHERE alliance = $1 AND id = $2`, alliance, id)
}

func conflictsAt(ctx context.Context, q db.Querier, alliance, org kernel.ID, limit int) ([]Conflict, error) {
	return collect(ctx, q, scanConflict, `SELECT `+conflictColumns+` FROM voucher_conflict WHERE alliance = $1 AND org = $2 ORDER BY told_at DESC, id DESC LIMIT $3`,
		alliance, org, limit)
}

func insertConflict(ctx context.Context, q db.Querier, alliance kernel.ID, c Conflict) error {
	_, err := q.ExecContext(ctx, `INSERT INTO voucher_conflict (alliance, `+conflictColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		alliance, c.ID, c.Grant, c.Programme, c.Offer, int64(c.Serial), c.Org, c.Till, c.Units, c.Cents, c.Item, c.At, c.Told, c.Why, string(c.Bears))
	return err
}

// twice counts the conflicts of an offer, and what the alliance paid for them.
func twice(ctx context.Context, q db.Querier, alliance, programme kernel.ID, offer string) (n int64, cents kernel.Cents, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*), CAST(coalesce(sum(CASE WHEN bears = '' THEN cents ELSE 0 END), 0) AS BIGINT) FROM voucher_conflict
		WHERE alliance = $1 AND programme = $2 AND offer = $3`, alliance, programme, offer).Scan(&n, &cents)
	return n, cents, err
}

// offlineSum is what a till took without net: of one voucher on one day, or of
// all, of what it told of since a moment. What is a conflict counts too.
type offlineTotal struct {
	units int64
	cents kernel.Cents
}

func offlineSum(ctx context.Context, q db.Querier, alliance, till, grant kernel.ID, toldSince, on kernel.Instant) (sum offlineTotal, err error) {
	type row struct {
		units int64
		cents kernel.Cents
		at    kernel.Instant
	}
	scan := func(r scanner) (x row, err error) {
		err = r.Scan(&x.units, &x.cents, &x.at)
		return x, err
	}
	all, err := collect(ctx, q, scan, `SELECT units, cents, at FROM voucher_use
			WHERE alliance = $1 AND till = $2 AND told_at <> '' AND told_at >= $3 AND (voucher = $4 OR $4 = '') AND state = 'done'
		UNION ALL SELECT units, cents, at FROM voucher_conflict
			WHERE alliance = $1 AND till = $2 AND told_at >= $3 AND (voucher = $4 OR $4 = '')`, alliance, till, toldSince, grant)
	for _, x := range all {
		if on == "" || x.at.Date() == on.Date() {
			sum.units, sum.cents = sum.units+x.units, sum.cents+x.cents
		}
	}
	return sum, err
}
