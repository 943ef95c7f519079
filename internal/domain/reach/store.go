package reach

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// changesOf is how often what the rules may see of a family changed, as far as
// was heard.
func changesOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (n int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT changes FROM reach_family WHERE alliance = $1 AND family = $2`, alliance, family).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

func countChange(ctx context.Context, q db.Querier, alliance, family kernel.ID) error {
	_, err := q.ExecContext(ctx, `INSERT INTO reach_family (alliance, family, edition, looked_on, next_on, changes, seen) VALUES ($1, $2, '', '', '', 1, 0)
		ON CONFLICT (alliance, family) DO UPDATE SET changes = reach_family.changes + 1`, alliance, family)
	return err
}

// look is what a look leaves of itself.
type look struct {
	edition          string
	lookedOn, nextOn kernel.Date
	seen             int64
}

func saveLook(ctx context.Context, q db.Querier, alliance, family kernel.ID, x look) error {
	_, err := q.ExecContext(ctx, `INSERT INTO reach_family (alliance, family, edition, looked_on, next_on, changes, seen) VALUES ($1, $2, $3, $4, $5, $6, $6)
		ON CONFLICT (alliance, family) DO UPDATE SET edition = excluded.edition, looked_on = excluded.looked_on, next_on = excluded.next_on, seen = excluded.seen`,
		alliance, family, x.edition, x.lookedOn, x.nextOn, x.seen)
	return err
}

// dueOf tells of which families an answer can be another one by now.
func dueOf(ctx context.Context, q db.Querier, alliance kernel.ID, ids []kernel.ID, edition string, today kernel.Date) (map[kernel.ID]bool, error) {
	due := map[kernel.ID]bool{}
	args := []any{alliance, edition, today}
	for _, id := range ids {
		due[id] = true
		args = append(args, id)
	}
	if len(ids) == 0 {
		return due, nil
	}
	err := db.Each(ctx, q, func(rows *sql.Rows) error {
		var id kernel.ID
		err := rows.Scan(&id)
		due[id] = false
		return err
	}, `SELECT family FROM reach_family WHERE alliance = $1 AND edition = $2 AND next_on > $3 AND changes = seen AND family IN (`+db.Marks(4, len(ids))+`)`, args...)
	return due, err
}

const lineColumns = `id, family, right_id, person, municipality, neighbourhood, stage, why, until, comes, year_cents, open, found_on, ended_on, closes_on`

func scanLine(rows *sql.Rows) (x Line, err error) {
	var cents int64
	err = rows.Scan(&x.ID, &x.Family, &x.Right, &x.Person, &x.Municipality, &x.Neighbourhood, &x.Stage, &x.Why, &x.Until, &x.Comes, &cents, &x.Open, &x.FoundOn, &x.EndedOn, &x.ClosesOn)
	x.Year = kernel.Cents(cents)
	return x, err
}

func linesOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) (map[key]Line, error) {
	all := map[key]Line{}
	err := db.Each(ctx, q, func(rows *sql.Rows) error {
		x, err := scanLine(rows)
		all[key{x.Right, x.Person}] = x
		return err
	}, `SELECT `+lineColumns+` FROM reach_right WHERE alliance = $1 AND family = $2`, alliance, family)
	return all, err
}

func loadLine(ctx context.Context, q db.Querier, alliance, id kernel.ID) (x Line, err error) {
	err = kernel.NewNotFound("reach")
	failed := db.Each(ctx, q, func(rows *sql.Rows) error {
		x, err = scanLine(rows)
		return err
	}, `SELECT `+lineColumns+` FROM reach_right WHERE alliance = $1 AND id = $2`, alliance, id)
	if failed != nil {
		return x, failed
	}
	return x, err
}

func saveLine(ctx context.Context, q db.Querier, alliance kernel.ID, x Line) error {
	_, err := q.ExecContext(ctx, `INSERT INTO reach_right (alliance, `+lineColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (alliance, id) DO UPDATE SET family = excluded.family, person = excluded.person, municipality = excluded.municipality, neighbourhood = excluded.neighbourhood,
			stage = excluded.stage, why = excluded.why, until = excluded.until, comes = excluded.comes, year_cents = excluded.year_cents, open = excluded.open,
			found_on = excluded.found_on, ended_on = excluded.ended_on, closes_on = excluded.closes_on`,
		alliance, x.ID, x.Family, x.Right, x.Person, x.Municipality, x.Neighbourhood, string(x.Stage), x.Why, x.Until, x.Comes, int64(x.Year), x.Open, x.FoundOn, x.EndedOn, x.ClosesOn)
	return err
}

// saveStep writes down to which stage a line came today; the last of a day counts.
func saveStep(ctx context.Context, q db.Querier, alliance kernel.ID, x Line, stage Stage, today kernel.Date) error {
	_, err := q.ExecContext(ctx, `INSERT INTO reach_step (alliance, line, since, stage, why) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (alliance, line, since) DO UPDATE SET stage = excluded.stage, why = excluded.why`, alliance, x.ID, today, string(stage), x.Why)
	return err
}

const turnColumns = `family, right_id, person, turns_on, opens, birth, year_cents`

func scanTurn(rows *sql.Rows) (t Turn, err error) {
	var cents int64
	err = rows.Scan(&t.Family, &t.Right, &t.Person, &t.On, &t.Opens, &t.Birth, &cents)
	t.Year = kernel.Cents(cents)
	return t, err
}

func turnsOf(ctx context.Context, q db.Querier, alliance, family kernel.ID, from kernel.Date) (all []Turn, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		t, err := scanTurn(rows)
		all = append(all, t)
		return err
	}, `SELECT `+turnColumns+` FROM reach_turn WHERE alliance = $1 AND family = $2 AND turns_on >= $3 ORDER BY turns_on, right_id, person`, alliance, family, from)
	return all, err
}

// saveTurns puts what turns for a family in the place of what was known, and
// counts what is other.
func saveTurns(ctx context.Context, q db.Querier, alliance, family kernel.ID, turns []Turn) (changed int, err error) {
	old, err := turnsOf(ctx, q, alliance, family, "")
	if err != nil {
		return 0, err
	}
	stays := map[Turn]bool{}
	for _, t := range turns {
		stays[t] = true
	}
	for _, t := range old {
		if stays[t] {
			delete(stays, t)
			continue
		}
		changed++
		_, err := q.ExecContext(ctx, `DELETE FROM reach_turn WHERE alliance = $1 AND family = $2 AND right_id = $3 AND person = $4 AND turns_on = $5`,
			alliance, family, t.Right, t.Person, t.On)
		if err != nil {
			return 0, err
		}
	}
	for t := range stays {
		changed++
		_, err := q.ExecContext(ctx, `INSERT INTO reach_turn (alliance, `+turnColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			alliance, family, t.Right, t.Person, t.On, t.Opens, t.Birth, int64(t.Year))
		if err != nil {
			return 0, err
		}
	}
	return changed, nil
}

// forget takes away all that is kept of a family.
func forget(ctx context.Context, q db.Querier, alliance, family kernel.ID) error {
	for _, statement := range []string{
		`DELETE FROM reach_step WHERE alliance = $1 AND line IN (SELECT id FROM reach_right WHERE alliance = $1 AND family = $2)`,
		`DELETE FROM reach_right WHERE alliance = $1 AND family = $2`,
		`DELETE FROM reach_turn WHERE alliance = $1 AND family = $2`,
		`DELETE FROM reach_family WHERE alliance = $1 AND family = $2`,
	} {
		if _, err := q.ExecContext(ctx, statement, alliance, family); err != nil {
			return err
		}
	}
	return nil
}

const roundColumns = `id, edition, begun_at, ended_at, walked, looked, failed`

func roundsOf(ctx context.Context, q db.Querier, alliance kernel.ID, limit int) (all []Round, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var r Round
		err := rows.Scan(&r.ID, &r.Edition, &r.BegunAt, &r.EndedAt, &r.Walked, &r.Looked, &r.Failed)
		all = append(all, r)
		return err
	}, `SELECT `+roundColumns+` FROM reach_round WHERE alliance = $1 ORDER BY begun_at DESC, id DESC LIMIT `+fmt.Sprint(limit), alliance)
	return all, err
}

// lastRound is the round that was begun last; zero when there was none.
func lastRound(ctx context.Context, q db.Querier, alliance kernel.ID) (Round, error) {
	all, err := roundsOf(ctx, q, alliance, 1)
	if err != nil || len(all) == 0 {
		return Round{}, err
	}
	return all[0], nil
}

func saveRound(ctx context.Context, q db.Querier, alliance kernel.ID, r Round) error {
	_, err := q.ExecContext(ctx, `INSERT INTO reach_round (alliance, `+roundColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		alliance, r.ID, r.Edition, r.BegunAt, r.EndedAt, r.Walked, r.Looked, r.Failed)
	return err
}

// goOn writes down how far a round came.
func goOn(ctx context.Context, q db.Querier, alliance kernel.ID, r Round) error {
	_, err := q.ExecContext(ctx, `UPDATE reach_round SET walked = $3, looked = $4, failed = $5, ended_at = $6 WHERE alliance = $1 AND id = $2`,
		alliance, r.ID, r.Walked, r.Looked, r.Failed, r.EndedAt)
	return err
}

// ask is a list as SQL: conditions and the values of their parameters.
type ask struct {
	parts []string
	args  []any
}

// next is the number of the next parameter.
func (w *ask) next() int { return len(w.args) + 1 }

// and adds a condition with %d for the number of each of its parameters.
func (w *ask) and(condition string, args ...any) {
	numbers := make([]any, len(args))
	for i := range args {
		numbers[i] = w.next() + i
	}
	w.filter(fmt.Sprintf(condition, numbers...), args)
}

// filter adds a condition whose parameters are numbered from next on.
func (w *ask) filter(condition string, args []any) {
	w.parts = append(w.parts, "("+condition+")")
	w.args = append(w.args, args...)
}

func (w *ask) where() string { return strings.Join(w.parts, " AND ") }
