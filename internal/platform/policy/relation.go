package policy

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Relation is how a holder stands to an object.
type Relation string

// The relations.
const (
	CareTeam  Relation = "care_team" // of a family: works with it
	Receiver  Relation = "receiver"  // of a referral: the team to which it was sent
	Sender    Relation = "sender"    // of a referral: who sent it, and sees how far it is
	Accepted  Relation = "accepted"  // of a family: has accepted a referral of it that is still open
	Emergency Relation = "emergency" // of a family: opened it for some minutes because there was no time to ask
	Partner   Relation = "partner"   // of a programme: carries it out
	OwnObject Relation = "own"       // the object is the actor's own person or organisation; never a row
	OwnFamily Relation = "family"    // the object is the family to which the actor belongs; never a row
)

// Related makes holder stand in relation to object. To say it twice is to say
// it once. A holder or an object without an ID is an error: nobody holds
// nothing. In lists the object has the place and the hint that others in a
// relation to it know ([Place], [Hinted]). An accepted referral gives nothing where the family said no
// ([Object]).
func Related(ctx context.Context, q db.Querier, alliance, holder kernel.ID, r Relation, object kernel.ID, now kernel.Instant) error {
	if alliance == "" || holder == "" || object == "" || r == OwnObject || r == OwnFamily {
		return fmt.Errorf("policy: the relation %q needs an alliance, a holder and an object", r)
	}
	const known = `FROM policy_relation r WHERE r.alliance = $1 AND r.object = $4), `
	_, err := q.ExecContext(ctx, `INSERT INTO policy_relation (alliance, holder, relation, object, since, shelf, moved, hint_a, hint_b)
		VALUES ($1, $2, $3, $4, $5, coalesce((SELECT max(r.shelf) `+known+`''), coalesce((SELECT max(r.moved) `+known+`''),
			coalesce((SELECT max(r.hint_a) `+known+`-1), coalesce((SELECT max(r.hint_b) `+known+`-1))
		ON CONFLICT DO NOTHING`, alliance, holder, r, object, now)
	if err != nil || r != Accepted {
		return err
	}
	_, err = q.ExecContext(ctx, `DELETE FROM policy_relation WHERE alliance = $1 AND holder = $2 AND relation = $3 AND object = $4
		AND EXISTS (SELECT 1 FROM policy_relation o WHERE o.alliance = $1 AND o.object = $4 AND o.relation = $5 AND o.holder IN ($2, '*'))`,
		alliance, holder, r, object, Objected)
	return err
}

// Window is when a relation holds: from Begins on, and before Ends. A zero end
// is open.
type Window struct{ Begins, Ends kernel.Instant }

// RelatedFor makes holder stand in relation to object within a window, in
// place of any window that it had.
func RelatedFor(ctx context.Context, q db.Querier, alliance, holder kernel.ID, r Relation, object kernel.ID, now kernel.Instant, w Window) error {
	if err := Related(ctx, q, alliance, holder, r, object, now); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, `UPDATE policy_relation SET begins = $5, ends = $6
		WHERE alliance = $1 AND holder = $2 AND relation = $3 AND object = $4`, alliance, holder, r, object, w.Begins, w.Ends)
	return err
}

// Joined makes whoever stands in a relation to one object stand in it to
// another too, within the same window, and lists those who did not already.
func Joined(ctx context.Context, q db.Querier, alliance kernel.ID, r Relation, from, to kernel.ID, now kernel.Instant) (joined []kernel.ID, err error) {
	rows, err := q.QueryContext(ctx, `SELECT f.holder, f.begins, f.ends FROM policy_relation f
		WHERE f.alliance = $1 AND f.object = $2 AND f.relation = $3 AND NOT EXISTS (SELECT 1 FROM policy_relation t
			WHERE t.alliance = f.alliance AND t.holder = f.holder AND t.relation = f.relation AND t.object = $4)
		ORDER BY f.holder`, alliance, from, r, to)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var windows []Window
	for rows.Next() {
		var holder kernel.ID
		var w Window
		if err := rows.Scan(&holder, &w.Begins, &w.Ends); err != nil {
			return nil, err
		}
		joined, windows = append(joined, holder), append(windows, w)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i, holder := range joined {
		if err := RelatedFor(ctx, q, alliance, holder, r, to, now, windows[i]); err != nil {
			return nil, err
		}
	}
	return joined, nil
}

// Stands tells whether holder was put in relation to object, whatever its
// window.
func Stands(ctx context.Context, q db.Querier, alliance, holder kernel.ID, r Relation, object kernel.ID) (bool, error) {
	var n int64
	err := q.QueryRowContext(ctx, `SELECT count(*) FROM policy_relation
		WHERE alliance = $1 AND holder = $2 AND relation = $3 AND object = $4`, alliance, holder, r, object).Scan(&n)
	return n > 0, err
}

// Unrelated ends a relation.
func Unrelated(ctx context.Context, q db.Querier, alliance, holder kernel.ID, r Relation, object kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM policy_relation
		WHERE alliance = $1 AND holder = $2 AND relation = $3 AND object = $4`, alliance, holder, r, object)
	return err
}

// UnrelatedPerson ends a relation that a person holds, at whichever post.
func UnrelatedPerson(ctx context.Context, q db.Querier, alliance, person kernel.ID, r Relation, object kernel.ID) error {
	if person == "" {
		return nil
	}
	posts := string(person) + "@"
	_, err := q.ExecContext(ctx, `DELETE FROM policy_relation
		WHERE alliance = $1 AND object = $2 AND relation = $3 AND substr(holder, 1, $4) = $5`,
		alliance, object, r, utf8.RuneCountInString(posts), posts)
	return err
}
