package payments

import (
	"context"
	"database/sql"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

func savePayer(ctx context.Context, q db.Querier, alliance, org kernel.ID, active bool, at kernel.Instant, by kernel.ID) error {
	_, err := q.ExecContext(ctx, `INSERT INTO payment_payer (alliance, org, active, set_at, set_by) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (alliance, org) DO UPDATE SET active = excluded.active, set_at = excluded.set_at, set_by = excluded.set_by`,
		alliance, org, active, at, by)
	return err
}

func isPayer(ctx context.Context, q db.Querier, alliance, org kernel.ID) (active bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT active FROM payment_payer WHERE alliance = $1 AND org = $2`, alliance, org).Scan(&active)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return active, err
}

const payeeColumns = `id, org, family, came_from, sealed, version, set_at, set_by`

func scanPayee(scan func(...any) error) (p Payee, err error) {
	err = scan(&p.ID, &p.Org, &p.Family, &p.came, &p.sealed, &p.Version, &p.SetAt, &p.SetBy)
	return p, err
}

func loadPayee(ctx context.Context, q db.Querier, alliance, id kernel.ID) (p Payee, err error) {
	p, err = scanPayee(q.QueryRowContext(ctx, `SELECT `+payeeColumns+` FROM payment_payee WHERE alliance = $1 AND id = $2`, alliance, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return p, kernel.NewNotFound("payment.payee")
	}
	return p, err
}

// payeeOf is the payee that an organisation is: it has the same ID.
func payeeOf(ctx context.Context, q db.Querier, alliance, org kernel.ID) (Payee, error) {
	return loadPayee(ctx, q, alliance, org)
}

// payeesOf lists the payees of a family, the first one first.
func payeesOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (all []Payee, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		p, err := scanPayee(rows.Scan)
		all = append(all, p)
		return err
	}, `SELECT `+payeeColumns+` FROM payment_payee WHERE alliance = $1 AND family = $2 AND family <> '' ORDER BY id`, alliance, family)
	return all, err
}

func savePayee(ctx context.Context, q db.Querier, alliance kernel.ID, p Payee) error {
	_, err := q.ExecContext(ctx, `INSERT INTO payment_payee (alliance, `+payeeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (alliance, id) DO UPDATE SET version = excluded.version, set_at = excluded.set_at, set_by = excluded.set_by`,
		alliance, p.ID, p.Org, p.Family, p.came, p.sealed, p.Version, p.SetAt, p.SetBy)
	return err
}

func dropPayee(ctx context.Context, q db.Querier, alliance, id kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM payment_payee WHERE alliance = $1 AND id = $2`, alliance, id)
	return err
}

// movePayees hands the payees of one file to another, which remember where they
// came from.
func movePayees(ctx context.Context, q db.Querier, alliance, gone, kept kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE payment_payee SET family = $3, came_from = CASE WHEN came_from = '' THEN family ELSE came_from END
		WHERE alliance = $1 AND family = $2 AND family <> ''`, alliance, gone, kept)
	return err
}

func returnPayees(ctx context.Context, q db.Querier, alliance, kept, gone kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE payment_payee SET family = came_from, came_from = ''
		WHERE alliance = $1 AND family = $2 AND came_from = $3 AND came_from <> ''`, alliance, kept, gone)
	return err
}

const dueColumns = `id, payer, payee, cents, kind, about, day, seq_to`

func scanDue(rows *sql.Rows) (d Due, err error) {
	err = rows.Scan(&d.ID, &d.Payer, &d.Payee, &d.Cents, &d.Kind, &d.About, &d.Day, &d.seqTo)
	return d, err
}

func insertDue(ctx context.Context, q db.Querier, alliance kernel.ID, d Due, at kernel.Instant) error {
	_, err := q.ExecContext(ctx, `INSERT INTO payment_due (alliance, `+dueColumns+`, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		alliance, d.ID, d.Payer, d.Payee, d.Cents, d.Kind, d.About, d.Day, d.seqTo, at)
	return err
}

// gathered is up to which entry the book was read for a payee.
func gathered(ctx context.Context, q db.Querier, alliance, payee kernel.ID) (seq int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce(max(seq_to), 0) FROM payment_due WHERE alliance = $1 AND payee = $2`, alliance, payee).Scan(&seq)
	return seq, err
}

// openDues lists what a payee waits for from one payer, or from nobody in
// particular, and what no living payment holds, the oldest first.
func openDues(ctx context.Context, q db.Querier, alliance, payee, payer kernel.ID) (all []Due, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		d, err := scanDue(rows)
		all = append(all, d)
		return err
	}, `SELECT `+dueColumns+` FROM payment_due d WHERE alliance = $1 AND payee = $2 AND payer IN ('', $3)
		AND NOT EXISTS (SELECT 1 FROM payment_item i WHERE i.alliance = d.alliance AND i.due = d.id AND i.live)
		ORDER BY day, id`, alliance, payee, payer)
	return all, err
}

// duesOf lists what a payment settles, or settled.
func duesOf(ctx context.Context, q db.Querier, alliance, line kernel.ID) (all []Due, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		d, err := scanDue(rows)
		all = append(all, d)
		return err
	}, `SELECT `+dueColumns+` FROM payment_due d WHERE alliance = $1
		AND id IN (SELECT i.due FROM payment_item i WHERE i.alliance = $1 AND i.line = $2) ORDER BY day, id`, alliance, line)
	return all, err
}

func insertItems(ctx context.Context, q db.Querier, alliance, line kernel.ID, dues []Due) error {
	for _, d := range dues {
		if _, err := q.ExecContext(ctx, `INSERT INTO payment_item (alliance, line, due, live) VALUES ($1, $2, $3, $4)`, alliance, line, d.ID, true); err != nil {
			return err
		}
	}
	return nil
}

// letGo lets another payment take what this one held.
func letGo(ctx context.Context, q db.Querier, alliance, line kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE payment_item SET live = $3 WHERE alliance = $1 AND line = $2`, alliance, line, false)
	return err
}
