package families

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
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
	err := db.Each(ctx, q, func(r *sql.Rows) error {
		var row Row
		err := r.Scan(row.columns()...)
		rows = append(rows, row)
		return err
	}, `SELECT `+familyColumns+` FROM `+source+` WHERE f.alliance = $1`+l.where+
		fmt.Sprintf(` ORDER BY %s DESC, f.id DESC LIMIT %d`, by, l.Limit+1), l.args...)
	return rows, err
}

// fillPersons brings who belongs to each family into the rows of a page; at is
// the place of each family in it.
func fillPersons(ctx context.Context, q db.Querier, alliance kernel.ID, rows []Row, at map[kernel.ID]int) error {
	among, args := amongRows(alliance, rows)
	return db.Each(ctx, q, func(r *sql.Rows) error {
		var family kernel.ID
		var p RowPerson
		err := r.Scan(&family, &p.ID, &p.Role)
		row := &rows[at[family]]
		row.Persons = append(row.Persons, p)
		return err
	}, `SELECT family, id, role FROM family_person WHERE `+among+` AND left_on = '' ORDER BY family, position, id`, args...)
}

// fillDays brings into the rows of a page when each was born, and when the
// child is due that comes first. What was recorded last counts.
func fillDays(ctx context.Context, q db.Querier, alliance kernel.ID, rows []Row, at map[kernel.ID]int) error {
	among, args := amongRows(alliance, rows)
	due := map[kernel.ID]kernel.Date{}
	err := db.Each(ctx, q, func(r *sql.Rows) error {
		var family, person kernel.ID
		var key, value string
		if err := r.Scan(&family, &person, &key, &value); err != nil {
			return err
		}
		if key == factDue {
			due[person] = dateIn([]byte(value))
			return nil
		}
		persons := rows[at[family]].Persons
		if i := slices.IndexFunc(persons, func(p RowPerson) bool { return p.ID == person }); i >= 0 {
			persons[i].Birth = dateIn([]byte(value))
		}
		return nil
	}, `SELECT family, person, key, value FROM family_fact WHERE `+among+` AND `+aDay+` ORDER BY family, person, recorded_at, id`, args...)
	for i := range rows {
		for _, p := range rows[i].Persons {
			if d := due[p.ID]; d != "" && p.Role == Unborn && (rows[i].Due == "" || d < rows[i].Due) {
				rows[i].Due = d
			}
		}
	}
	return err
}

// aDay is the condition of the facts that lists show, in the words of their
// index, family_fact_day.
const aDay = `key IN ('` + factBirth + `', '` + factDue + `') AND superseded_at = ''`

func amongRows(alliance kernel.ID, rows []Row) (condition string, args []any) {
	args = []any{alliance}
	for _, r := range rows {
		args = append(args, r.ID)
	}
	return `alliance = $1 AND family IN (` + db.Marks(2, len(rows)) + `)`, args
}
