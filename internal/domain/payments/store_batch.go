package payments

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// nextNumber counts the batches or the payments of an alliance. The transaction
// behaves as though alone; a unique index stands behind it.
func nextNumber(ctx context.Context, q db.Querier, alliance kernel.ID, table string) (n int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce(max(number), 0) FROM `+table+` WHERE alliance = $1`, alliance).Scan(&n)
	return n + 1, err
}

const batchColumns = `id, number, payer, until, day, state, payments, cents, sha256, made_by, made_at,
	approved_by, approved_at, exported_by, exported_at, ended_by, ended_at`

func scanBatch(scan func(...any) error) (b Batch, err error) {
	err = scan(&b.ID, &b.Number, &b.Payer, &b.Until, &b.Day, &b.State, &b.Payments, &b.Cents, &b.SHA256, &b.MadeBy, &b.MadeAt,
		&b.ApprovedBy, &b.ApprovedAt, &b.ExportedBy, &b.ExportedAt, &b.EndedBy, &b.EndedAt)
	return b, err
}

func loadBatch(ctx context.Context, q db.Querier, alliance, id kernel.ID) (b Batch, err error) {
	b, err = scanBatch(q.QueryRowContext(ctx, `SELECT `+batchColumns+` FROM payment_batch WHERE alliance = $1 AND id = $2`, alliance, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return b, kernel.NewNotFound("payment.batch")
	}
	return b, err
}

func saveBatch(ctx context.Context, q db.Querier, alliance kernel.ID, b Batch) error {
	_, err := q.ExecContext(ctx, `INSERT INTO payment_batch (alliance, `+batchColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		ON CONFLICT (alliance, id) DO UPDATE SET state = excluded.state, sha256 = excluded.sha256,
			approved_by = excluded.approved_by, approved_at = excluded.approved_at, exported_by = excluded.exported_by,
			exported_at = excluded.exported_at, ended_by = excluded.ended_by, ended_at = excluded.ended_at`,
		alliance, b.ID, b.Number, b.Payer, b.Until, b.Day, b.State, b.Payments, b.Cents, b.SHA256, b.MadeBy, b.MadeAt,
		b.ApprovedBy, b.ApprovedAt, b.ExportedBy, b.ExportedAt, b.EndedBy, b.EndedAt)
	return err
}

// batchesOf lists the batches of an organisation, the newest first.
func batchesOf(ctx context.Context, q db.Querier, alliance, payer kernel.ID, limit int) (all []Batch, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		b, err := scanBatch(rows.Scan)
		all = append(all, b)
		return err
	}, `SELECT `+batchColumns+` FROM payment_batch WHERE alliance = $1 AND payer = $2 ORDER BY number DESC`+fmt.Sprintf(" LIMIT %d", limit), alliance, payer)
	return all, err
}

const lineColumns = `id, batch, number, payee, cents, credit, end_to_end, state, reason, bank_ref, paid_on`

func scanLine(scan func(...any) error) (l Line, err error) {
	err = scan(&l.ID, &l.Batch, &l.Number, &l.Payee, &l.Cents, &l.Credit, &l.EndToEnd, &l.Fate, &l.Reason, &l.BankRef, &l.PaidOn)
	return l, err
}

func saveLine(ctx context.Context, q db.Querier, alliance kernel.ID, l Line) error {
	_, err := q.ExecContext(ctx, `INSERT INTO payment_line (alliance, `+lineColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (alliance, id) DO UPDATE SET state = excluded.state, reason = excluded.reason, bank_ref = excluded.bank_ref, paid_on = excluded.paid_on`,
		alliance, l.ID, l.Batch, l.Number, l.Payee, l.Cents, l.Credit, l.EndToEnd, l.Fate, l.Reason, l.BankRef, l.PaidOn)
	return err
}

func listLines(ctx context.Context, q db.Querier, where string, args ...any) (all []Line, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		l, err := scanLine(rows.Scan)
		all = append(all, l)
		return err
	}, `SELECT `+lineColumns+` FROM payment_line WHERE alliance = $1 AND `+where, args...)
	return all, err
}

// linesOf lists the payments of a batch, in the order of the file.
func linesOf(ctx context.Context, q db.Querier, alliance, batch kernel.ID) ([]Line, error) {
	return listLines(ctx, q, `batch = $2 ORDER BY number`, alliance, batch)
}

// linesTo lists the payments to a payee that were handed to a bank, the newest
// first.
func linesTo(ctx context.Context, q db.Querier, alliance, payee kernel.ID, limit int) ([]Line, error) {
	return listLines(ctx, q, `payee = $2 AND batch IN (SELECT b.id FROM payment_batch b WHERE b.alliance = $1 AND b.exported_at <> '')
		ORDER BY number DESC`+fmt.Sprintf(" LIMIT %d", limit), alliance, payee)
}

func loadLine(ctx context.Context, q db.Querier, alliance, id kernel.ID) (l Line, err error) {
	return oneLine(scanLine(q.QueryRowContext(ctx, `SELECT `+lineColumns+` FROM payment_line WHERE alliance = $1 AND id = $2`, alliance, id).Scan))
}

// lineBy finds a payment by what the bank calls it.
func lineBy(ctx context.Context, q db.Querier, alliance kernel.ID, endToEnd string) (l Line, err error) {
	return oneLine(scanLine(q.QueryRowContext(ctx, `SELECT `+lineColumns+` FROM payment_line WHERE alliance = $1 AND end_to_end = $2`, alliance, endToEnd).Scan))
}

func oneLine(l Line, err error) (Line, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return l, kernel.NewNotFound("payment.line")
	}
	return l, err
}

// lastApproval is when a payment to a payee was approved last, before a batch.
func lastApproval(ctx context.Context, q db.Querier, alliance, payee kernel.ID, number int64) (at kernel.Instant, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce(max(b.approved_at), '') FROM payment_batch b
		JOIN payment_line l ON l.alliance = b.alliance AND l.batch = b.id
		WHERE b.alliance = $1 AND l.payee = $2 AND b.number < $3`, alliance, payee, number).Scan(&at)
	return at, err
}

const answerColumns = `id, payer, sha256, kind, accepted, paid, rejected, returned, again, others, read_at, read_by`

func scanAnswer(scan func(...any) error) (x Answer, err error) {
	err = scan(&x.ID, &x.Payer, &x.SHA256, &x.Kind, &x.Accepted, &x.Paid, &x.Rejected, &x.Returned, &x.Again, &x.Others, &x.ReadAt, &x.ReadBy)
	return x, err
}

func insertAnswer(ctx context.Context, q db.Querier, alliance kernel.ID, x Answer) error {
	_, err := q.ExecContext(ctx, `INSERT INTO payment_answer (alliance, `+answerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		alliance, x.ID, x.Payer, x.SHA256, x.Kind, x.Accepted, x.Paid, x.Rejected, x.Returned, x.Again, x.Others, x.ReadAt, x.ReadBy)
	return err
}

func answerOf(ctx context.Context, q db.Querier, alliance, payer kernel.ID, hash string) (x Answer, err error) {
	x, err = scanAnswer(q.QueryRowContext(ctx, `SELECT `+answerColumns+` FROM payment_answer WHERE alliance = $1 AND payer = $2 AND sha256 = $3`, alliance, payer, hash).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return x, kernel.NewNotFound("payment.answer")
	}
	return x, err
}
