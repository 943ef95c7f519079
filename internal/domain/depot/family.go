package depot

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// OfFamily lists what was asked for the children of a family, the newest first,
// for its care team.
func (s *Service) OfFamily(ctx context.Context, family kernel.ID) (all []Request, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "depot.family", family); err != nil {
			return err
		}
		all, _, err = s.OfFamilyIn(ctx, a, family)
		return err
	})
	return all, err
}

// OfFamilyIn is [Service.OfFamily] within an act that has asked whether its
// actor may know it: the family's own page. Items says what the lines are of.
func (s *Service) OfFamilyIn(ctx context.Context, a *act.Act, family kernel.ID) (all []Request, items map[kernel.ID]Item, err error) {
	if items, err = itemsOf(ctx, a, a.Alliance()); err != nil {
		return nil, nil, err
	}
	all, err = requestsWhere(ctx, a, a.Alliance(), `family = $2 AND family <> '' ORDER BY number DESC`, mostOfFamily, family)
	if err != nil {
		return nil, nil, err
	}
	for n := range all {
		handed, err := handedTo(ctx, a, a.Alliance(), all[n].ID)
		if err != nil {
			return nil, nil, err
		}
		for i := range all[n].Lines {
			all[n].Lines[i].Handed = handed[all[n].Lines[i].Item]
		}
	}
	return all, items, nil
}

// Child is for whom it is asked, in the family's file; zero: nobody said.
func (r Request) Child() kernel.ID { return r.child }

const mostOfFamily = 500

// FamilyForgotten hears that a family was erased. What was asked and what went
// out stays as a number: nothing of it leads to anybody.
func (s *Service) FamilyForgotten(ctx context.Context, a *act.Act, family kernel.ID) error {
	if family == "" {
		return nil
	}
	_, err := a.ExecContext(ctx, `DELETE FROM depot_merge WHERE alliance = $1 AND request IN
		(SELECT id FROM depot_request WHERE alliance = $1 AND family = $2)`, a.Alliance(), family)
	if err != nil {
		return err
	}
	_, err = a.ExecContext(ctx, `UPDATE depot_request SET family = '', child = '' WHERE alliance = $1 AND family = $2`, a.Alliance(), family)
	return err
}

// FamilyMerged hears that two files became one: what was asked comes along.
// Persons says who of the file that went is who in the one that is kept.
func (s *Service) FamilyMerged(ctx context.Context, a *act.Act, merge, kept, gone kernel.ID, persons map[kernel.ID]kernel.ID) error {
	all, err := requestsWhere(ctx, a, a.Alliance(), `family = $2 ORDER BY number`, mostOfFamily, gone)
	if err != nil {
		return err
	}
	for _, r := range all {
		_, err := a.ExecContext(ctx, `INSERT INTO depot_merge (alliance, merge, request, child) VALUES ($1, $2, $3, $4)`, a.Alliance(), merge, r.ID, r.child)
		if err != nil {
			return err
		}
		r.family, r.Lines = kept, nil
		if p := persons[r.child]; p != "" {
			r.child = p
		}
		if err := saveRequest(ctx, a, a.Alliance(), r); err != nil {
			return err
		}
	}
	return nil
}

// FamilyParted hears that the two files are two again: what came along goes
// back, and what was asked since for those who go back.
func (s *Service) FamilyParted(ctx context.Context, a *act.Act, merge, kept, gone kernel.ID, back []kernel.ID) error {
	was, err := mergedBy(ctx, a, a.Alliance(), merge)
	if err != nil {
		return err
	}
	all, err := requestsWhere(ctx, a, a.Alliance(), `family = $2 ORDER BY number`, mostOfFamily, kept)
	if err != nil {
		return err
	}
	for _, r := range all {
		child, came := was[r.ID]
		if !came && (r.child == "" || !slices.Contains(back, r.child)) {
			continue
		}
		if came {
			r.child = child
		}
		r.family, r.Lines = gone, nil
		if err := saveRequest(ctx, a, a.Alliance(), r); err != nil {
			return err
		}
	}
	_, err = a.ExecContext(ctx, `DELETE FROM depot_merge WHERE alliance = $1 AND merge = $2`, a.Alliance(), merge)
	return err
}

// mergedBy is for whom, in the file that went, each request was that came along.
func mergedBy(ctx context.Context, q db.Querier, alliance, merge kernel.ID) (map[kernel.ID]kernel.ID, error) {
	rows, err := q.QueryContext(ctx, `SELECT request, child FROM depot_merge WHERE alliance = $1 AND merge = $2`, alliance, merge)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	was := map[kernel.ID]kernel.ID{}
	for rows.Next() {
		var request, child kernel.ID
		if err := rows.Scan(&request, &child); err != nil {
			return nil, err
		}
		was[request] = child
	}
	return was, rows.Err()
}
