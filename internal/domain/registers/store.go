package registers

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const runColumns = `id, org, worker, name, ground, purpose, as_of, make_files, state, why, found, mapping,
	row_count, row_at, met, made, unmade, altered, facts, wrong, uploaded_at, ended_at`

func scanRun(scan func(...any) error) (r Run, err error) {
	var found, mapping string
	err = scan(&r.ID, &r.Org, &r.Worker, &r.Name, &r.Ground, &r.Purpose, &r.AsOf, &r.Make, &r.State, &r.Why, &found, &mapping,
		&r.Rows, &r.At, &r.Met, &r.Made, &r.Unmade, &r.Altered, &r.Facts, &r.Wrong, &r.Uploaded, &r.Ended)
	if err == nil {
		err = errors.Join(json.Unmarshal([]byte(found), &r.Found), json.Unmarshal([]byte(mapping), &r.Mapping))
	}
	return r, err
}

func loadRun(ctx context.Context, q db.Querier, alliance, id kernel.ID) (r Run, err error) {
	r, err = scanRun(q.QueryRowContext(ctx, `SELECT `+runColumns+` FROM register_run WHERE alliance = $1 AND id = $2`, alliance, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return r, kernel.NewNotFound("register")
	}
	return r, err
}

func saveRun(ctx context.Context, q db.Querier, alliance kernel.ID, r Run) error {
	found, err1 := json.Marshal(r.Found)
	mapping, err2 := json.Marshal(r.Mapping)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, `INSERT INTO register_run (alliance, `+runColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
		ON CONFLICT (alliance, id) DO UPDATE SET worker = excluded.worker, make_files = excluded.make_files, state = excluded.state, why = excluded.why,
			mapping = excluded.mapping, row_at = excluded.row_at, met = excluded.met, made = excluded.made, unmade = excluded.unmade,
			altered = excluded.altered, facts = excluded.facts, wrong = excluded.wrong, ended_at = excluded.ended_at`,
		alliance, r.ID, r.Org, r.Worker, r.Name, r.Ground, r.Purpose, r.AsOf, r.Make, r.State, r.Why, string(found), string(mapping),
		r.Rows, r.At, r.Met, r.Made, r.Unmade, r.Altered, r.Facts, r.Wrong, r.Uploaded, r.Ended)
	return err
}

// runsOf lists the runs of an organisation, the newest first.
func runsOf(ctx context.Context, q db.Querier, alliance, org kernel.ID, limit int) (runs []Run, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		r, err := scanRun(rows.Scan)
		runs = append(runs, r)
		return err
	}, `SELECT `+runColumns+` FROM register_run WHERE alliance = $1 AND org = $2 ORDER BY id DESC`+fmt.Sprintf(" LIMIT %d", limit), alliance, org)
	return runs, err
}

// Saved is a mapping that was kept.
type Saved struct {
	ID      kernel.ID
	Name    string
	Mapping Mapping
	SavedAt kernel.Instant
}

func savedOf(ctx context.Context, q db.Querier, alliance, org kernel.ID) (all []Saved, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var s Saved
		var mapping string
		if err := rows.Scan(&s.ID, &s.Name, &mapping, &s.SavedAt); err != nil {
			return err
		}
		all = append(all, s)
		return json.Unmarshal([]byte(mapping), &all[len(all)-1].Mapping)
	}, `SELECT id, name, mapping, saved_at FROM register_mapping WHERE alliance = $1 AND org = $2 ORDER BY name`, alliance, org)
	return all, err
}

func keepMapping(ctx context.Context, q db.Querier, alliance, org, worker kernel.ID, s Saved) error {
	mapping, err := json.Marshal(s.Mapping)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO register_mapping (alliance, id, org, name, heads, mapping, saved_at, saved_by)
		VALUES ($1, $2, $3, $4, '', $5, $6, $7)
		ON CONFLICT (alliance, org, name) DO UPDATE SET mapping = excluded.mapping, saved_at = excluded.saved_at, saved_by = excluded.saved_by`,
		alliance, s.ID, org, s.Name, string(mapping), s.SavedAt, worker)
	return err
}

func dropMapping(ctx context.Context, q db.Querier, alliance, org, id kernel.ID) error {
	result, err := q.ExecContext(ctx, `DELETE FROM register_mapping WHERE alliance = $1 AND org = $2 AND id = $3`, alliance, org, id)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, kernel.NewNotFound("register"))
	}
	return nil
}

func insertFaults(ctx context.Context, q db.Querier, alliance, run kernel.ID, faults []Fault) error {
	for _, f := range faults {
		_, err := q.ExecContext(ctx, `INSERT INTO register_fault (alliance, run, line, col, reason, bound) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (alliance, run, line, col, reason) DO NOTHING`, alliance, run, f.Line, f.Column, f.Reason, f.Bound)
		if err != nil {
			return err
		}
	}
	return nil
}

func faultsOf(ctx context.Context, q db.Querier, alliance, run kernel.ID, limit int) (faults []Fault, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var f Fault
		err := rows.Scan(&f.Line, &f.Column, &f.Reason, &f.Bound)
		faults = append(faults, f)
		return err
	}, `SELECT line, col, reason, bound FROM register_fault WHERE alliance = $1 AND run = $2 ORDER BY line, col, reason`+fmt.Sprintf(" LIMIT %d", limit), alliance, run)
	return faults, err
}

func countOpening(ctx context.Context, q db.Querier, alliance, run kernel.ID, right string) error {
	_, err := q.ExecContext(ctx, `INSERT INTO register_opening (alliance, run, right_id, families) VALUES ($1, $2, $3, 1)
		ON CONFLICT (alliance, run, right_id) DO UPDATE SET families = register_opening.families + 1`, alliance, run, right)
	return err
}

func openingsOf(ctx context.Context, q db.Querier, alliance, run kernel.ID) (all []Opening, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var o Opening
		err := rows.Scan(&o.Right, &o.Families)
		all = append(all, o)
		return err
	}, `SELECT right_id, families FROM register_opening WHERE alliance = $1 AND run = $2 ORDER BY families DESC, right_id`, alliance, run)
	return all, err
}

// beginAgain takes away what an earlier look at a list left.
func beginAgain(ctx context.Context, q db.Querier, alliance, run kernel.ID) error {
	for _, table := range []string{"register_fault", "register_opening"} {
		if _, err := q.ExecContext(ctx, `DELETE FROM `+table+` WHERE alliance = $1 AND run = $2`, alliance, run); err != nil {
			return err
		}
	}
	return nil
}

func insertEntry(ctx context.Context, q db.Querier, alliance, family, run kernel.ID, at kernel.Instant) error {
	_, err := q.ExecContext(ctx, `INSERT INTO register_entry (alliance, family, run, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, alliance, family, run, at)
	return err
}

func entriesOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (names map[kernel.Instant]string, err error) {
	names = map[kernel.Instant]string{}
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var at kernel.Instant
		var name string
		err := rows.Scan(&at, &name)
		names[at] = name
		return err
	}, `SELECT e.at, r.name FROM register_entry e JOIN register_run r ON r.alliance = e.alliance AND r.id = e.run
		WHERE e.alliance = $1 AND e.family = $2`, alliance, family)
	return names, err
}

// abandoned lists the lists that were uploaded before a moment and are kept
// still.
func abandoned(ctx context.Context, q db.Querier, before kernel.Instant, limit int) (all []runKey, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var k runKey
		err := rows.Scan(&k.alliance, &k.id)
		all = append(all, k)
		return err
	}, `SELECT alliance, id FROM register_run WHERE state NOT IN ('done', 'stopped') AND uploaded_at < $1 ORDER BY uploaded_at`+fmt.Sprintf(" LIMIT %d", limit), before)
	return all, err
}

type runKey struct{ alliance, id kernel.ID }
