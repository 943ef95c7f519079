package reach

import (
	"context"
	"database/sql"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// putOff is a right that was put off in a file that went into another.
type putOff struct {
	family, kept       kernel.ID
	right              string
	person, keptPerson kernel.ID
	why                string
	until, foundOn     kernel.Date
	was                Stage // how the other file stood to it; empty: not at all
	wasWhy             string
	wasUntil           kernel.Date
}

// FamilyMerged hears that a file went into another. What was put off for the
// people who came along is put off still, and what was put off in both comes
// back on the nearer day; what the other file had asked for stays asked for.
// All else is looked at anew.
func (s *Service) FamilyMerged(ctx context.Context, a *act.Act, e families.Merged) error {
	known, err := linesOf(ctx, a, a.Alliance(), e.Kept)
	if err != nil {
		return err
	}
	coming, err := linesOf(ctx, a, a.Alliance(), e.Gone)
	if err != nil {
		return err
	}
	f, err := s.Families.FamilyIn(ctx, a, e.Kept)
	if err != nil {
		return err
	}
	for k, line := range coming {
		if line.Stage != Later || line.EndedOn != "" {
			continue
		}
		off := putOff{e.Gone, e.Kept, k.right, k.person, k.person, line.Why, line.Until, line.FoundOn, "", "", ""}
		if same := e.Persons[k.person]; same != "" {
			off.keptPerson = same
		}
		here, there := known[key{k.right, off.keptPerson}]
		if there && here.EndedOn == "" {
			off.was, off.wasWhy, off.wasUntil = here.Stage, here.Why, here.Until
		}
		if err := saveOff(ctx, a, a.Alliance(), e.Merge, off); err != nil {
			return err
		}
		switch {
		case !there:
			here = line
			here.Family, here.Person, here.Home = e.Kept, off.keptPerson, homeOf(f)
		case off.was == Later && here.Until <= line.Until, off.was != "" && off.was != Later && off.was != Unreached:
			continue
		default:
			here.Stage, here.Why, here.Until, here.EndedOn = Later, line.Why, line.Until, ""
			if err := saveStep(ctx, a, a.Alliance(), here, Later, a.Today()); err != nil {
				return err
			}
		}
		if err := saveLine(ctx, a, a.Alliance(), here); err != nil {
			return err
		}
	}
	if err := forget(ctx, a, a.Alliance(), e.Gone); err != nil {
		return err
	}
	return s.heard(ctx, a, e.Kept)
}

// FamilyParted hears that the two files are two again: what was put off in the
// one is put off there, and the other stands to it as before, unless somebody
// took it up meanwhile. Then each is looked at.
func (s *Service) FamilyParted(ctx context.Context, a *act.Act, e families.Parted) error {
	offs, err := offsOf(ctx, a, a.Alliance(), e.Merge)
	if err != nil {
		return err
	}
	known, err := linesOf(ctx, a, a.Alliance(), e.Kept)
	if err != nil {
		return err
	}
	f, err := s.Families.FamilyIn(ctx, a, e.Gone)
	if err != nil {
		return err
	}
	for _, off := range offs {
		here, there := known[key{off.right, off.keptPerson}]
		if !there || here.Stage != Later || here.EndedOn != "" {
			continue // asked for, or taken up, or no longer so
		}
		back := Line{ID: kernel.NewID(), Family: e.Gone, Right: off.right, Person: off.person, Home: homeOf(f),
			Stage: Later, Why: off.why, Until: off.until, Comes: here.Comes, Year: here.Year, FoundOn: off.foundOn, ClosesOn: here.ClosesOn}
		if err := saveLine(ctx, a, a.Alliance(), back); err != nil {
			return err
		}
		if err := saveStep(ctx, a, a.Alliance(), back, Later, a.Today()); err != nil {
			return err
		}
		if here.Why != off.why || here.Until != off.until {
			continue // put off anew since, or to its own day all along
		}
		if off.was == "" {
			if err := dropLine(ctx, a, a.Alliance(), here.ID); err != nil {
				return err
			}
			continue
		}
		here.Stage, here.Why, here.Until = off.was, off.wasWhy, off.wasUntil
		if err := saveLine(ctx, a, a.Alliance(), here); err != nil {
			return err
		}
		if err := saveStep(ctx, a, a.Alliance(), here, here.Stage, a.Today()); err != nil {
			return err
		}
	}
	if _, err := a.ExecContext(ctx, `DELETE FROM reach_merge WHERE alliance = $1 AND merge = $2`, a.Alliance(), e.Merge); err != nil {
		return err
	}
	if err := s.heard(ctx, a, e.Kept); err != nil {
		return err
	}
	return s.heard(ctx, a, e.Gone)
}

const offColumns = `family, kept, right_id, person, kept_person, why, until, found_on, was, was_why, was_until`

func saveOff(ctx context.Context, q db.Querier, alliance, merge kernel.ID, o putOff) error {
	_, err := q.ExecContext(ctx, `INSERT INTO reach_merge (alliance, merge, `+offColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		alliance, merge, o.family, o.kept, o.right, o.person, o.keptPerson, o.why, o.until, o.foundOn, string(o.was), o.wasWhy, o.wasUntil)
	return err
}

func offsOf(ctx context.Context, q db.Querier, alliance, merge kernel.ID) (all []putOff, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var o putOff
		err := rows.Scan(&o.family, &o.kept, &o.right, &o.person, &o.keptPerson, &o.why, &o.until, &o.foundOn, &o.was, &o.wasWhy, &o.wasUntil)
		all = append(all, o)
		return err
	}, `SELECT `+offColumns+` FROM reach_merge WHERE alliance = $1 AND merge = $2 ORDER BY right_id, person`, alliance, merge)
	return all, err
}

// dropLine takes away a line that came along with another file, and its steps.
func dropLine(ctx context.Context, q db.Querier, alliance, id kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM reach_step WHERE alliance = $1 AND line = $2`, alliance, id)
	if err == nil {
		_, err = q.ExecContext(ctx, `DELETE FROM reach_right WHERE alliance = $1 AND id = $2`, alliance, id)
	}
	return err
}
