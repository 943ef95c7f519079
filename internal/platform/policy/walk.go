package policy

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Place says where an object stands in the lists of all who stand in a relation
// to it: on which shelf (a code of the object's module, such as its state), and
// when it last moved. The module says so in the act that makes or changes the
// object, after the relations that the act begins; a relation that begins
// later takes over the place that the others know.
//
// The relation carries the place so that a list is walked, not sorted: what one
// page costs does not grow with how much somebody may see.
func Place(ctx context.Context, q db.Querier, alliance, object kernel.ID, shelf string, moved kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE policy_relation SET shelf = $3, moved = $4 WHERE alliance = $1 AND object = $2`,
		alliance, object, shelf, moved)
	return err
}

// Walk asks for the objects on which an actor may do an action, those that
// moved last first, from a place on.
type Walk struct {
	Shelves []string       // on any of these; of one object there is one place
	Own     Relation       // only what the actor holds in person, at this post, in this relation; zero: all
	Through Relation       // only through this relation, whoever of the two holds it; zero: through any that allows the action
	Before  kernel.Instant // only what moved before; zero: whenever
	Rising  bool           // those that moved longest ago first; has no place to go on from
	Moved   kernel.Instant // with Object: those behind this place; zero: from the first
	Object  kernel.ID
	Limit   int
	Hints   [][]Hint // for each word, those of which the object's hint must hold one; none for a word: it may be any
	// Also is one more condition on the object whose ID is column, with
	// parameters numbered from $from; nil: none.
	Also func(column string, from int) (condition string, args []any)
}

// Query is a query for the walk, with the columns object and moved; its
// parameters are numbered from $from. It takes no more steps than the limit for
// each way in which the actor can stand to an object, unless Also refuses many.
// It gives ok = false when the action is not the actor's through relations
// alone: then [Filter] says what is.
func (w Walk) Query(actor Actor, action string, from int, now kernel.Instant) (query string, args []any, ok bool) {
	through, all := throughs(actor, action)
	if all || slices.Contains(through, OwnObject) || slices.Contains(through, OwnFamily) {
		return "", nil, false
	}
	mark := func(value any) string {
		args = append(args, value)
		return fmt.Sprintf("$%d", from+len(args)-1)
	}
	alliance := mark(actor.Alliance)
	var holders, shelves []string
	if post := At(actor.Person, actor.Org); post != "" {
		holders = append(holders, mark(post))
	}
	if only := cmp.Or(w.Own, w.Through); only != "" {
		through = slices.DeleteFunc(through, func(r Relation) bool { return r != only })
	}
	if w.Own == "" && actor.Org != "" {
		holders = append(holders, mark(actor.Org))
	}
	for _, shelf := range w.Shelves {
		shelves = append(shelves, mark(shelf))
	}
	if len(holders) == 0 || len(through) == 0 || len(shelves) == 0 {
		return `SELECT r.object, r.moved FROM policy_relation r WHERE 1 = 0`, nil, true
	}
	moment := mark(now)
	also := fmt.Sprintf(" AND r.begins <= %s AND (r.ends = '' OR r.ends > %s)", moment, moment)
	order := "DESC"
	if w.Rising {
		order = "ASC"
	}
	if w.Before != "" {
		also += " AND r.moved < " + mark(w.Before)
	}
	if w.Moved != "" {
		also += " AND (r.moved, r.object) < (" + mark(w.Moved) + ", " + mark(w.Object) + ")"
	}
	also += hintsHeld(w.Hints, mark)
	if w.Also != nil {
		condition, more := w.Also("r.object", from+len(args))
		also += " AND (" + condition + ")"
		args = append(args, more...)
	}
	var ways []string
	for _, holder := range holders {
		for _, relation := range through {
			for _, shelf := range shelves {
				ways = append(ways, fmt.Sprintf(`SELECT object, moved FROM (SELECT r.object, r.moved FROM policy_relation r
					WHERE r.alliance = %[1]s AND r.holder = %[2]s AND r.relation = '%[3]s' AND r.shelf = %[4]s%[5]s
					ORDER BY r.moved %[6]s, r.object %[6]s LIMIT %[7]d) way`, alliance, holder, relation, shelf, also, order, w.Limit))
			}
		}
	}
	// Whoever holds an object in two ways finds it once.
	return `SELECT object, moved FROM (` + strings.Join(ways, " UNION ") +
		fmt.Sprintf(`) ways ORDER BY moved %[1]s, object %[1]s LIMIT %[2]d`, order, w.Limit), args, true
}

// Reach counts the ways in which the actor stands to objects on these shelves
// that allow the action, and no further than the limit: the most that a [Walk]
// can come by, those that have ended counted too. It is the limit when the action needs no relation.
func Reach(ctx context.Context, q db.Querier, actor Actor, action string, shelves []string, limit int) (n int, err error) {
	through, all := throughs(actor, action)
	if all || slices.Contains(through, OwnObject) || slices.Contains(through, OwnFamily) {
		return limit, nil
	}
	if len(through) == 0 || len(shelves) == 0 {
		return 0, nil
	}
	args := []any{actor.Alliance, At(actor.Person, actor.Org), actor.Org}
	for _, shelf := range shelves {
		args = append(args, shelf)
	}
	err = q.QueryRowContext(ctx, fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 AS one FROM policy_relation r WHERE r.alliance = $1
		AND r.holder IN ($2, $3) AND r.holder <> '' AND r.relation IN (%s) AND r.shelf IN (%s) LIMIT %d) counted`,
		quoted(through), db.Marks(4, len(shelves)), limit), args...).Scan(&n)
	return n, err
}

// FilterEach is [Filter] for a list that begins with few rows: the engine asks
// it of each row, and does not gather all that the actor may see. It looks up
// the object and reads who holds it: they are fewer than the ways in which the
// actor could.
func FilterEach(actor Actor, action, column string, from int, now kernel.Instant) (condition string, args []any) {
	through, all := throughs(actor, action)
	switch {
	case all:
		return "1 = 1", nil
	case len(through) == 0:
		return "1 = 0", nil
	}
	condition = fmt.Sprintf(`EXISTS (SELECT 1 FROM policy_relation r WHERE r.alliance = $%d AND r.object = %s
		AND r.holder || '' IN ($%d, $%d) AND r.holder <> '' AND r.relation || '' IN (%s)`+open+`)`, from, column, from+1, from+2, quoted(through), from+3, from+3)
	return orOwn(actor, through, condition, column, from, now)
}

// Held is a condition for a WHERE clause: that holder, whoever asks, now stands
// in a relation to the row whose ID is column. It narrows a list and opens
// nothing. Its parameters are numbered from $from.
func Held(alliance, holder kernel.ID, r Relation, column string, from int, now kernel.Instant) (condition string, args []any) {
	return fmt.Sprintf(`%s IN (SELECT r.object FROM policy_relation r WHERE r.alliance = $%d
		AND r.holder = $%d AND r.holder <> '' AND r.relation = $%d`+open+`)`, column, from, from+1, from+2, from+3, from+3),
		[]any{alliance, holder, string(r), now}
}
