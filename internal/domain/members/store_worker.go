package members

import (
	"context"
	"database/sql"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

func updateWorker(ctx context.Context, q db.Querier, alliance kernel.ID, w Worker) error {
	_, err := q.ExecContext(ctx, `UPDATE worker SET version = version + 1, name = $4, folded = $5, lang = $6
		WHERE alliance = $1 AND id = $2 AND version = $3`, alliance, w.ID, w.Version, w.Name, kernel.Fold(w.Name), w.Lang)
	return err
}

func setMail(ctx context.Context, q db.Querier, alliance, worker kernel.ID, mail kernel.Email) error {
	_, err := q.ExecContext(ctx, `UPDATE worker SET version = version + 1, mail = $3 WHERE alliance = $1 AND id = $2`, alliance, worker, mail)
	if db.Taken(err) {
		return kernel.NewConflict("worker.mail").At("mail")
	}
	return err
}

// mailFree refuses an address that a colleague has, or soon has.
func mailFree(ctx context.Context, q db.Querier, alliance, worker kernel.ID, mail kernel.Email) error {
	var n int
	err := q.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM worker WHERE alliance = $1 AND mail = $3 AND id <> $2)
		+ (SELECT count(*) FROM worker_mail_change WHERE alliance = $1 AND mail = $3 AND worker <> $2)`, alliance, worker, mail).Scan(&n)
	if err == nil && n > 0 {
		return kernel.NewConflict("worker.mail").At("mail")
	}
	return err
}

func workerEntered(ctx context.Context, q db.Querier, alliance, worker kernel.ID) (entered bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT entered FROM worker WHERE alliance = $1 AND id = $2`, alliance, worker).Scan(&entered)
	return entered, missing(err, "worker")
}

func markEntered(ctx context.Context, q db.Querier, alliance, worker kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE worker SET entered = TRUE WHERE alliance = $1 AND id = $2 AND NOT entered`, alliance, worker)
	return err
}

func loadMailChange(ctx context.Context, q db.Querier, alliance, worker kernel.ID) (c MailChange, err error) {
	err = q.QueryRowContext(ctx, `SELECT id, worker, mail, asked_at, due_at FROM worker_mail_change WHERE alliance = $1 AND worker = $2`,
		alliance, worker).Scan(&c.ID, &c.Worker, &c.Mail, &c.Asked, &c.Due)
	if errors.Is(err, sql.ErrNoRows) {
		return MailChange{}, nil
	}
	return c, err
}

func saveMailChange(ctx context.Context, q db.Querier, alliance kernel.ID, c MailChange) error {
	_, err := q.ExecContext(ctx, `INSERT INTO worker_mail_change (alliance, worker, id, mail, asked_at, due_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (alliance, worker) DO UPDATE SET id = excluded.id, mail = excluded.mail, asked_at = excluded.asked_at, due_at = excluded.due_at`,
		alliance, c.Worker, c.ID, c.Mail, c.Asked, c.Due)
	return err
}

func deleteMailChange(ctx context.Context, q db.Querier, alliance, worker kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM worker_mail_change WHERE alliance = $1 AND worker = $2`, alliance, worker)
	return err
}

// shutOut ends every way in that a worker has: sessions, codes on their way,
// known browsers, passkeys, linked identities, telephones that they let
// take part, tokens.
func shutOut(ctx context.Context, q db.Querier, alliance, worker, by kernel.ID, now kernel.Instant) error {
	for _, statement := range []string{
		`DELETE FROM session WHERE alliance = $1 AND worker = $2`,
		`UPDATE sign_in_code SET used = 'yes' WHERE alliance = $1 AND worker = $2`,
		`DELETE FROM worker_device WHERE alliance = $1 AND worker = $2`,
		`DELETE FROM passkey WHERE alliance = $1 AND worker = $2`,
		`DELETE FROM identity WHERE alliance = $1 AND worker = $2`,
	} {
		if _, err := q.ExecContext(ctx, statement, alliance, worker); err != nil {
			return err
		}
	}
	if err := endPairedBy(ctx, q, alliance, worker, now); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, `UPDATE token SET revoked_at = $3, revoked_by = $4 WHERE alliance = $1 AND worker = $2 AND revoked_at = ''`,
		alliance, worker, now, by)
	return err
}
