package sessions

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

func eventsOf(ctx context.Context, q db.Querier, alliance kernel.ID, condition string, args ...any) (all []Told, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var t Told
		var lines, uses string
		err := rows.Scan(&t.ID, &t.Session, &t.Booking, &t.Kind, &lines, &t.Seq, &t.At, &t.Came, &t.Worker, &t.Outcome, &t.Seen, &uses, &t.Copay, &t.Number)
		for _, use := range strings.Fields(uses) {
			t.Uses = append(t.Uses, kernel.ID(use))
		}
		if err == nil {
			err = json.Unmarshal([]byte(lines), &t.Lines)
		}
		all = append(all, t)
		return err
	}, `SELECT e.id, e.session, e.booking, e.kind, e.lines, e.seq, e.told_at, e.came_at, e.worker, e.outcome, e.seen, e.uses, e.copay, coalesce(b.number, 0)
		FROM handout_event e LEFT JOIN handout_booking b ON b.alliance = e.alliance AND b.id = e.booking
		WHERE e.alliance = $1 AND `+condition+` ORDER BY e.came_at, e.id`, append([]any{alliance}, args...)...)
	return all, err
}

func loadEvent(ctx context.Context, q db.Querier, alliance, id kernel.ID) (t Told, found bool, err error) {
	all, err := eventsOf(ctx, q, alliance, `e.id = $2`, id)
	if err != nil || len(all) == 0 {
		return t, false, err
	}
	return all[0], true, nil
}

func listed(ids []kernel.ID) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
	}
	return strings.Join(all, " ")
}

func conflictsOf(ctx context.Context, q db.Querier, alliance, session kernel.ID) ([]Told, error) {
	return eventsOf(ctx, q, alliance, `e.session = $2 AND e.outcome IN ($3, $4, $5) AND e.seen = $6`, session, Already, Short, Unpaid, false)
}

func insertEvent(ctx context.Context, q db.Querier, alliance kernel.ID, t Told) error {
	_, err := q.ExecContext(ctx, `INSERT INTO handout_event (alliance, id, session, booking, kind, lines, seq, told_at, came_at, worker, outcome, seen, uses, copay)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		alliance, t.ID, t.Session, t.Booking, t.Kind, written(t.Lines), t.Seq, t.At, t.Came, t.Worker, t.Outcome, false, listed(t.Uses), t.Copay)
	return err
}

func seeEvent(ctx context.Context, q db.Querier, alliance, session, event kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE handout_event SET seen = $4 WHERE alliance = $1 AND session = $2 AND id = $3`, alliance, session, event, true)
	return err
}

// countsOf is what all counted at a session, and what one of them did by device.
func countsOf(ctx context.Context, q db.Querier, alliance, session, worker kernel.ID) (all map[string]int64, mine map[kernel.ID]map[string]int64, err error) {
	all, mine = map[string]int64{}, map[kernel.ID]map[string]int64{}
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var who, device kernel.ID
		var what string
		var n int64
		err := rows.Scan(&who, &device, &what, &n)
		if all[what] += n; who == worker {
			if mine[device] == nil {
				mine[device] = map[string]int64{}
			}
			mine[device][what] = n
		}
		return err
	}, `SELECT worker, device, what, n FROM handout_counted WHERE alliance = $1 AND session = $2`, alliance, session)
	return all, mine, err
}

func keepCount(ctx context.Context, q db.Querier, alliance, session, worker, device kernel.ID, what string, n int64) error {
	_, err := q.ExecContext(ctx, `INSERT INTO handout_counted (alliance, session, worker, device, what, n) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (alliance, session, worker, device, what) DO UPDATE SET n = excluded.n`, alliance, session, worker, device, what, n)
	return err
}

// paidOf brings into the entries of a day what each family paid.
func paidOf(ctx context.Context, q db.Querier, alliance, session kernel.ID, all []Booking) error {
	paid := map[kernel.ID]kernel.Cents{}
	err := db.Each(ctx, q, func(rows *sql.Rows) error {
		var id kernel.ID
		var cents kernel.Cents
		err := rows.Scan(&id, &cents)
		paid[id] = cents
		return err
	}, `SELECT id, copay FROM handout_event WHERE alliance = $1 AND session = $2 AND copay > 0`, alliance, session)
	for n := range all {
		all[n].Paid = paid[all[n].Event]
	}
	return err
}
