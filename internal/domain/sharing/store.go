package sharing

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const decisionColumns = `id, family, version, basis, parts, recipients, starts, ends, edition, conditions, evidence, told_how, told_on,
	decided_at, decided_by, decided_org, ended_at, ended_by, ended_org, ended_why`

func scanDecision(scan func(...any) error) (d Decision, err error) {
	var parts, recipients, conditions string
	err = scan(&d.ID, &d.Family, &d.Version, &d.Basis, &parts, &recipients, &d.Starts, &d.Ends, &d.Edition, &conditions, &d.Evidence,
		&d.ToldHow, &d.ToldOn, &d.DecidedAt, &d.DecidedBy, &d.DecidedOrg, &d.EndedAt, &d.EndedBy, &d.EndedOrg, &d.EndedWhy)
	d.Groups = groupsIn(parts)
	for _, r := range strings.Fields(recipients) {
		d.Recipients = append(d.Recipients, kernel.ID(r))
	}
	for _, c := range strings.Fields(conditions) {
		d.Conditions = append(d.Conditions, Condition(c))
	}
	return d, err
}

func decisionsOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (all []Decision, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+decisionColumns+` FROM sharing_decision
		WHERE alliance = $1 AND family = $2 ORDER BY decided_at DESC, id DESC`, alliance, family)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		d, err := scanDecision(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

func loadDecision(ctx context.Context, q db.Querier, alliance, family, id kernel.ID) (Decision, error) {
	d, err := scanDecision(q.QueryRowContext(ctx, `SELECT `+decisionColumns+` FROM sharing_decision
		WHERE alliance = $1 AND family = $2 AND id = $3`, alliance, family, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = kernel.NewNotFound("decision")
	}
	return d, err
}

func insertDecision(ctx context.Context, q db.Querier, alliance kernel.ID, d Decision) error {
	var recipients, conditions []string
	for _, r := range d.Recipients {
		recipients = append(recipients, string(r))
	}
	for _, c := range d.Conditions {
		conditions = append(conditions, string(c))
	}
	purpose := "help"
	if d.Basis == Consultation {
		purpose = "consultation"
	}
	_, err := q.ExecContext(ctx, `INSERT INTO sharing_decision (alliance, purpose, `+decisionColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, '', '', '', '')`,
		alliance, purpose, d.ID, d.Family, d.Version, d.Basis, strings.Join(words(d.Groups), " "), strings.Join(recipients, " "), d.Starts, d.Ends,
		d.Edition, strings.Join(conditions, " "), d.Evidence, d.ToldHow, d.ToldOn, d.DecidedAt, d.DecidedBy, d.DecidedOrg)
	return err
}

// endDecision ends a decision that runs; Conflict when somebody was first.
func endDecision(ctx context.Context, q db.Querier, alliance kernel.ID, d Decision) error {
	result, err := q.ExecContext(ctx, `UPDATE sharing_decision SET version = version + 1, ended_at = $4, ended_by = $5, ended_org = $6, ended_why = $7
		WHERE alliance = $1 AND family = $2 AND id = $3 AND ended_at = ''`,
		alliance, d.Family, d.ID, d.EndedAt, d.EndedBy, d.EndedOrg, d.EndedWhy)
	return once(result, err, "sharing.ended")
}

func once(result sql.Result, err error, key string) error {
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, kernel.NewConflict(key))
	}
	return nil
}

const objectionColumns = `id, family, recipient, parts, told_how, made_at, made_by, made_org, lifted_at, lifted_by`

func scanObjection(scan func(...any) error) (o Objection, err error) {
	var parts string
	err = scan(&o.ID, &o.Family, &o.Recipient, &parts, &o.ToldHow, &o.MadeAt, &o.MadeBy, &o.MadeOrg, &o.LiftedAt, &o.LiftedBy)
	o.Groups = groupsIn(parts)
	return o, err
}

func objectionsOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (all []Objection, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+objectionColumns+` FROM sharing_objection
		WHERE alliance = $1 AND family = $2 ORDER BY made_at DESC, id DESC`, alliance, family)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		o, err := scanObjection(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, rows.Err()
}

func loadObjection(ctx context.Context, q db.Querier, alliance, family, id kernel.ID) (Objection, error) {
	o, err := scanObjection(q.QueryRowContext(ctx, `SELECT `+objectionColumns+` FROM sharing_objection
		WHERE alliance = $1 AND family = $2 AND id = $3`, alliance, family, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = kernel.NewNotFound("objection")
	}
	return o, err
}

func insertObjection(ctx context.Context, q db.Querier, alliance kernel.ID, o Objection) error {
	_, err := q.ExecContext(ctx, `INSERT INTO sharing_objection (alliance, `+objectionColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '')`,
		alliance, o.ID, o.Family, o.Recipient, strings.Join(words(o.Groups), " "), o.ToldHow, o.MadeAt, o.MadeBy, o.MadeOrg)
	return err
}

func liftObjection(ctx context.Context, q db.Querier, alliance kernel.ID, o Objection) error {
	result, err := q.ExecContext(ctx, `UPDATE sharing_objection SET lifted_at = $4, lifted_by = $5
		WHERE alliance = $1 AND family = $2 AND id = $3 AND lifted_at = ''`, alliance, o.Family, o.ID, o.LiftedAt, o.LiftedBy)
	return once(result, err, "sharing.lifted")
}

func deleteAll(ctx context.Context, q db.Querier, alliance, family kernel.ID) error {
	for _, table := range []string{"sharing_decision", "sharing_objection", "sharing_delay"} {
		if _, err := q.ExecContext(ctx, `DELETE FROM `+table+` WHERE alliance = $1 AND family = $2`, alliance, family); err != nil {
			return err
		}
	}
	return nil
}

func dateIn(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, kernel.Brussels)
}
