package policy

import (
	"context"
	"fmt"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Hint is what an object may be found by, come down to two numbers, as its
// module makes them: what carries not all bits that are asked is not it, and
// what carries them may be. The zero Hint is of what nothing finds.
type Hint [2]int64

// Hinted keeps the hint of an object with every relation to it, so that a
// [Walk] passes over an object without looking at anything else. A relation
// that begins later takes over the hint that the others know; the first one
// knows none, and may then be anything.
func Hinted(ctx context.Context, q db.Querier, alliance, object kernel.ID, h Hint) error {
	_, err := q.ExecContext(ctx, `UPDATE policy_relation SET hint_a = $3, hint_b = $4 WHERE alliance = $1 AND object = $2`,
		alliance, object, h[0], h[1])
	return err
}

// Placed is an object that has a place in lists.
type Placed struct{ Alliance, Object kernel.ID }

// Unhinted lists objects that have a place in lists and no hint yet, in the
// order of their IDs from after on.
func Unhinted(ctx context.Context, q db.Querier, after Placed, limit int) (some []Placed, err error) {
	rows, err := q.QueryContext(ctx, fmt.Sprintf(`SELECT DISTINCT alliance, object FROM policy_relation
		WHERE hint_a = -1 AND shelf <> '' AND (alliance, object) > ($1, $2) ORDER BY alliance, object LIMIT %d`, limit), after.Alliance, after.Object)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Placed
		if err := rows.Scan(&p.Alliance, &p.Object); err != nil {
			return nil, err
		}
		some = append(some, p)
	}
	return some, rows.Err()
}

// hintsHeld is the condition that a relation's hint carries, for each word, all
// bits of one of its hints; mark writes a parameter.
func hintsHeld(words [][]Hint, mark func(value any) string) string {
	var all strings.Builder
	for _, hints := range words {
		var ways []string
		for _, h := range hints {
			a, b := mark(h[0]), mark(h[1])
			ways = append(ways, fmt.Sprintf("(r.hint_a & %s) = %s AND (r.hint_b & %s) = %s", a, a, b, b))
		}
		if len(ways) > 0 {
			all.WriteString(" AND (" + strings.Join(ways, " OR ") + ")")
		}
	}
	return all.String()
}
