package sharing

import (
	"context"
	"database/sql"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const emergencyColumns = `id, family, reason, begins, ends, worker, org, judge_by, verdict, judged_at, judged_by`

func scanEmergency(scan func(...any) error) (e Emergency, err error) {
	err = scan(&e.ID, &e.Family, &e.Reason, &e.Begins, &e.Ends, &e.Worker, &e.Org, &e.JudgeBy, &e.Verdict, &e.JudgedAt, &e.JudgedBy)
	return e, err
}

func emergencies(ctx context.Context, q db.Querier, query string, args ...any) (list []Emergency, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		e, err := scanEmergency(rows.Scan)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, rows.Err()
}

func emergenciesOf(ctx context.Context, q db.Querier, alliance kernel.ID, all bool) ([]Emergency, error) {
	which := ` AND verdict = ''`
	if all {
		which = ``
	}
	return emergencies(ctx, q, `SELECT `+emergencyColumns+` FROM sharing_emergency WHERE alliance = $1`+which+`
		ORDER BY begins DESC, id DESC LIMIT 100`, alliance)
}

func emergenciesAbout(ctx context.Context, q db.Querier, alliance, family kernel.ID) ([]Emergency, error) {
	return emergencies(ctx, q, `SELECT `+emergencyColumns+` FROM sharing_emergency WHERE alliance = $1 AND family = $2 AND family <> ''
		ORDER BY begins DESC, id DESC`, alliance, family)
}

func loadEmergency(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Emergency, error) {
	e, err := scanEmergency(q.QueryRowContext(ctx, `SELECT `+emergencyColumns+` FROM sharing_emergency WHERE alliance = $1 AND id = $2`, alliance, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = kernel.NewNotFound("emergency")
	}
	return e, err
}

// triesOf counts how often a worker tried since a moment.
func triesOf(ctx context.Context, q db.Querier, alliance, worker kernel.ID, since kernel.Instant) (n int, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM sharing_emergency WHERE alliance = $1 AND worker = $2 AND begins > $3`,
		alliance, worker, since).Scan(&n)
	return n, err
}

func insertEmergency(ctx context.Context, q db.Querier, alliance kernel.ID, e Emergency) error {
	_, err := q.ExecContext(ctx, `INSERT INTO sharing_emergency (alliance, `+emergencyColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', '')`,
		alliance, e.ID, e.Family, e.Reason, e.Begins, e.Ends, e.Worker, e.Org, e.JudgeBy)
	return err
}

func judgeEmergency(ctx context.Context, q db.Querier, alliance kernel.ID, e Emergency) error {
	result, err := q.ExecContext(ctx, `UPDATE sharing_emergency SET verdict = $3, judged_at = $4, judged_by = $5
		WHERE alliance = $1 AND id = $2 AND verdict = ''`, alliance, e.ID, e.Verdict, e.JudgedAt, e.JudgedBy)
	return once(result, err, "emergency.judged")
}

// forgetEmergencies leaves of them who opened something and when: the
// colleague's act stays, the family's number goes.
func forgetEmergencies(ctx context.Context, q db.Querier, alliance, family kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE sharing_emergency SET family = '' WHERE alliance = $1 AND family = $2`, alliance, family)
	return err
}

const delayColumns = `id, family, org, adult, reason, begins, review_on, made_at, made_by, made_org, ended_at, ended_by`

func delaysOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (all []Delay, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+delayColumns+` FROM sharing_delay WHERE alliance = $1 AND family = $2
		ORDER BY made_at DESC, id DESC`, alliance, family)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d Delay
		if err := rows.Scan(&d.ID, &d.Family, &d.Org, &d.Adult, &d.Reason, &d.Begins, &d.ReviewOn, &d.MadeAt, &d.MadeBy, &d.MadeOrg, &d.EndedAt, &d.EndedBy); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

func insertDelay(ctx context.Context, q db.Querier, alliance kernel.ID, d Delay) error {
	_, err := q.ExecContext(ctx, `INSERT INTO sharing_delay (alliance, `+delayColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '')`,
		alliance, d.ID, d.Family, d.Org, d.Adult, d.Reason, d.Begins, d.ReviewOn, d.MadeAt, d.MadeBy, d.MadeOrg)
	return err
}

func endDelay(ctx context.Context, q db.Querier, alliance, family, id kernel.ID, at kernel.Instant, by kernel.ID) error {
	result, err := q.ExecContext(ctx, `UPDATE sharing_delay SET ended_at = $4, ended_by = $5
		WHERE alliance = $1 AND family = $2 AND id = $3 AND ended_at = ''`, alliance, family, id, at, by)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, kernel.NewNotFound("delay"))
	}
	return nil
}
