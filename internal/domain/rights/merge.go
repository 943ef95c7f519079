package rights

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Merged hears that two files of a family became one: the claims come along.
// When both files ask for the same right, the one that is further on the way
// goes on, and the other is let go as a double.
func (s *Service) Merged(ctx context.Context, a *act.Act, e families.Merged) error {
	kept, err := claimsOf(ctx, a, a.Alliance(), e.Kept)
	if err != nil {
		return err
	}
	coming, err := claimsOf(ctx, a, a.Alliance(), e.Gone)
	if err != nil {
		return err
	}
	for _, c := range coming {
		if err := keepBefore(ctx, a, a.Alliance(), e.Merge, c); err != nil {
			return err
		}
		c.Family = e.Kept
		if same := e.Persons[c.Person]; same != "" {
			c.Person = same
		}
		i := slices.IndexFunc(kept, func(k Claim) bool {
			return k.State.Open() && c.State.Open() && k.Right == c.Right && k.Person == c.Person
		})
		if i >= 0 {
			let := &c
			if further(c, kept[i]) {
				let = &kept[i]
				if err := keepBefore(ctx, a, a.Alliance(), e.Merge, kept[i]); err != nil {
					return err
				}
			}
			let.State, let.Reason, let.Deadline = Dropped, double, ""
			if let != &c {
				if err := placeClaim(ctx, a, a.Alliance(), *let); err != nil {
					return err
				}
			}
		}
		if err := placeClaim(ctx, a, a.Alliance(), c); err != nil {
			return err
		}
	}
	return nil
}

// further tells whether a claim is further on the way than another; of two that
// are as far, the older.
func further(c, than Claim) bool {
	at := func(x Claim) int { return slices.Index(States[:], x.State) }
	return at(c) > at(than) || at(c) == at(than) && c.OpenedAt.Before(than.OpenedAt)
}

// Parted hears that the two files are two again: the claims go back, and so do
// those that came since for somebody who goes back.
func (s *Service) Parted(ctx context.Context, a *act.Act, e families.Parted) error {
	was, err := claimsBefore(ctx, a, a.Alliance(), e.Merge)
	if err != nil {
		return err
	}
	all, err := claimsOf(ctx, a, a.Alliance(), e.Kept)
	if err != nil {
		return err
	}
	var freed []Claim // were let go as doubles: they go on once their doubles have gone
	for _, c := range all {
		b, known := was[c.ID]
		let := known && c.State == Dropped && c.Reason == double
		if let {
			c.State, c.Deadline, c.Reason = b.State, b.Deadline, b.Reason
		}
		switch {
		case known && b.Family == e.Gone:
			c.Family, c.Person = e.Gone, b.Person
		case c.Person != "" && slices.Contains(e.Back, c.Person):
			c.Family = e.Gone
		case let:
			freed = append(freed, c)
			continue
		default:
			continue
		}
		if err := placeClaim(ctx, a, a.Alliance(), c); err != nil {
			return err
		}
	}
	for _, c := range freed {
		if err := placeClaim(ctx, a, a.Alliance(), c); err != nil {
			return err
		}
	}
	_, err = a.ExecContext(ctx, `DELETE FROM claim_merge WHERE alliance = $1 AND merge = $2`, a.Alliance(), e.Merge)
	return err
}

// keepBefore writes down how a claim stood before a merge.
func keepBefore(ctx context.Context, q db.Querier, alliance, merge kernel.ID, c Claim) error {
	_, err := q.ExecContext(ctx, `INSERT INTO claim_merge (alliance, merge, claim, family, person, state, deadline, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		alliance, merge, c.ID, c.Family, c.Person, string(c.State), c.Deadline, string(c.Reason))
	return err
}

func claimsBefore(ctx context.Context, q db.Querier, alliance, merge kernel.ID) (map[kernel.ID]Claim, error) {
	rows, err := q.QueryContext(ctx, `SELECT claim, family, person, state, deadline, reason FROM claim_merge
		WHERE alliance = $1 AND merge = $2`, alliance, merge)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[kernel.ID]Claim{}
	for rows.Next() {
		var c Claim
		if err := rows.Scan(&c.ID, &c.Family, &c.Person, &c.State, &c.Deadline, &c.Reason); err != nil {
			return nil, err
		}
		all[c.ID] = c
	}
	return all, rows.Err()
}

// placeClaim gives a claim to a family and a person; whoever edits it meanwhile
// is told.
func placeClaim(ctx context.Context, q db.Querier, alliance kernel.ID, c Claim) error {
	_, err := q.ExecContext(ctx, `UPDATE claim SET family = $3, person = $4, state = $5, deadline = $6, reason = $7, version = version + 1
		WHERE alliance = $1 AND id = $2`, alliance, c.ID, c.Family, c.Person, string(c.State), c.Deadline, string(c.Reason))
	if db.Taken(err) {
		return kernel.NewConflict("claim.open")
	}
	return err
}
