package families

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// listing is a [Query] with where it begins and the conditions that others
// gave: what the actor may see, and what was typed.
type listing struct {
	Query
	after cursor
	begin string // a query for families, with the column family; empty: all, in their order
	where string
	args  []any
}

// shelves are the states of the files that are asked for.
func (q Query) shelves() []string {
	switch q.State {
	case AnyState:
		return []string{string(StateOpen), string(StateClosed)}
	case StateClosed:
		return []string{string(StateClosed)}
	}
	return []string{string(StateOpen)}
}

// from says where the list begins: its parameters are the next ones.
func (l *listing) from(query string, args []any) {
	l.begin = query
	l.args = append(l.args, args...)
}

// and adds a condition and the values of its parameters.
func (l *listing) and(condition string, args []any) {
	l.where += " AND (" + condition + ")"
	l.args = append(l.args, args...)
}

// add adds a condition with %d for the number of each of its parameters, in
// order.
func (l *listing) add(condition string, args ...any) {
	numbers := make([]any, len(args))
	for i := range args {
		numbers[i] = len(l.args) + 1 + i
	}
	l.and(fmt.Sprintf(condition, numbers...), args)
}

// listFamilies lists one row more than was asked, so that the caller knows
// whether there are more.
func listFamilies(ctx context.Context, q db.Querier, l listing) ([]Row, error) {
	l.and(`f.state IN ('`+strings.Join(l.shelves(), "', '")+`')`, nil)
	if l.after.at != "" {
		l.add(`(f.changed_at, f.id) < ($%d, $%d)`, l.after.at, l.after.id)
	}
	// A beginning is few families: CROSS JOIN and an order that no index has
	// keep either engine from walking all families to find them.
	source, by := `family f`, `f.changed_at`
	if l.begin != "" {
		source, by = `(`+l.begin+`) w CROSS JOIN family f`, `f.changed_at || ''`
		l.and(`f.id = w.family`, nil)
	}
	rows := []Row{}
	err := each(ctx, q, func(r *sql.Rows) error {
		var row Row
		err := r.Scan(row.columns()...)
		rows = append(rows, row)
		return err
	}, `SELECT `+familyColumns+` FROM `+source+` WHERE f.alliance = $1`+l.where+
		fmt.Sprintf(` ORDER BY %s DESC, f.id DESC LIMIT %d`, by, l.Limit+1), l.args...)
	return rows, err
}

// fillPersons brings who belongs to each family, with their births, into the
// rows of a page.
func fillPersons(ctx context.Context, q db.Querier, alliance kernel.ID, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	at, args := map[kernel.ID]int{}, []any{alliance}
	for i, r := range rows {
		at[r.ID] = i
		args = append(args, r.ID)
	}
	return each(ctx, q, func(r *sql.Rows) error {
		var family kernel.ID
		var p RowPerson
		var birth, due string
		if err := r.Scan(&family, &p.ID, &p.Role, &birth, &due); err != nil {
			return err
		}
		row := &rows[at[family]]
		p.Birth = dateIn([]byte(birth))
		if d := dateIn([]byte(due)); d != "" && p.Role == Unborn && (row.Due == "" || d < row.Due) {
			row.Due = d
		}
		row.Persons = append(row.Persons, p)
		return nil
	}, `SELECT p.family, p.id, p.role, `+newestFact(factBirth)+`, `+newestFact(factDue)+` FROM family_person p
		WHERE p.alliance = $1 AND p.family IN (`+db.Marks(2, len(rows))+`) AND p.left_on = '' ORDER BY p.family, p.position, p.id`, args...)
}

// newestFact is the value of a person's fact, ” when there is none; key is a
// constant of this package.
func newestFact(key string) string {
	return `coalesce((SELECT x.value FROM family_fact x WHERE x.alliance = p.alliance AND x.family = p.family AND x.person = p.id
		AND x.key = '` + key + `' AND x.superseded_at = '' ORDER BY x.recorded_at DESC, x.id DESC LIMIT 1), '')`
}
