package reach

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Action is how the record calls a look of the house itself.
const Action = "rights.round"

// look reads one family, thinks its rights through today and on the days to come
// and keeps what is new: two short acts with the thinking in between. A family
// that is not worked with is left alone.
func (s *Service) look(ctx context.Context, alliance, family kernel.ID) error {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	var out rights.Outlook
	var changes int64
	err := s.Acts.Do(ctx, func(a *act.Act) (err error) {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		if changes, err = changesOf(ctx, a, alliance, family); err != nil {
			return err
		}
		if out, err = s.Rights.OutlookIn(ctx, a, family); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: Action, Subject: family})
	})
	if _, gone := errors.AsType[*families.MergedError](err); gone || kernel.CodeOf(err) == kernel.NotFound || err == nil && out.File().State != families.StateOpen {
		return nil // erased, or part of another file, or closed, since the work was left
	}
	if err != nil {
		return err
	}
	lines, turns, err := see(out)
	if err != nil {
		return err
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		f, err := s.Families.FamilyIn(ctx, a, family)
		if err != nil || f.State != families.StateOpen {
			return kept(ctx, a, family, 0, err)
		}
		n, err := s.keep(ctx, a, family, lines, turns)
		if err != nil {
			return err
		}
		if err := saveLook(ctx, a, alliance, family, look{out.Edition(), out.Today(), nextOn(out.Today(), turns), changes}); err != nil {
			return err
		}
		return kept(ctx, a, family, n, nil)
	})
}

func kept(ctx context.Context, a *act.Act, family kernel.ID, n int, err error) error {
	if err != nil && kernel.CodeOf(err) != kernel.NotFound && kernel.CodeOf(err) != kernel.Conflict {
		return err
	}
	return a.Record(ctx, act.Entry{Action: Action, Subject: family, Detail: map[string]string{"changed": strconv.Itoa(n)}})
}

// nextOn is the day on which a family is looked at again by itself: the first on
// which an answer changes, or before what is known of the days to come runs out.
func nextOn(today kernel.Date, turns []Turn) kernel.Date {
	next := today.AddDays(fresh)
	for _, t := range turns {
		next = min(next, t.On)
	}
	return next
}

// answer is one right of one person on one day.
type answer struct {
	standing rights.Standing
	year     kernel.Cents
	open     bool
	comes    bool
}

// see thinks one family through: what is certain today, and what turns within
// the days to come. Of a right of which too little is known today it asks on the
// first of each month alone: to search what could decide it takes longest, and a
// day that decides it without another answer is rare.
func see(out rights.Outlook) (lines map[key]Line, turns []Turn, err error) {
	today := out.Today()
	now, decided, err := certain(out, today)
	if err != nil {
		return nil, nil, err
	}
	lines = map[key]Line{}
	for k, x := range now {
		line := Line{Family: out.File().ID, Right: k.right, Person: k.person, Home: homeOf(out.File().Family),
			Comes: x.comes, Year: x.year, Open: x.open, FoundOn: today}
		line.Stage, line.Why = stageOf(x.standing)
		lines[k] = line
	}
	until, before := today.AddDays(Ahead), now
	for _, day := range out.Turns(until) {
		only := decided
		if day.Time().Day() == 1 {
			only = nil
		}
		then, _, err := certain(out, day, only...)
		if err != nil {
			return nil, nil, err
		}
		for k, x := range before {
			if only != nil && !slices.Contains(only, k.right) {
				then[k] = x // not looked at on that day
			}
		}
		birth := expected(out.File(), today, day)
		for k, x := range then {
			if _, was := before[k]; !was && !x.standing.Has && !x.standing.Asked() {
				turns = append(turns, Turn{out.File().ID, k.right, k.person, day, true, birth, x.year})
			}
		}
		for k, x := range before {
			if _, still := then[k]; !still {
				turns = append(turns, Turn{out.File().ID, k.right, k.person, day, false, birth, x.year})
			}
		}
		before = then
	}
	for _, t := range turns {
		if line, ok := lines[key{t.Right, t.Person}]; ok && !t.Opens && line.ClosesOn == "" {
			line.ClosesOn = t.On
			lines[key{t.Right, t.Person}] = line
		}
	}
	return lines, turns, nil
}

// expected tells whether a child is expected between two days.
func expected(f families.File, from, until kernel.Date) bool {
	return slices.ContainsFunc(f.Persons, func(p families.Person) bool {
		return p.Role == families.Unborn && from <= p.Due && p.Due <= until
	})
}

// certain is what is certain on a day, by whose it is, and the rights of which an
// answer is known, of those that are looked at.
func certain(out rights.Outlook, day kernel.Date, only ...string) (all map[key]answer, decided []string, err error) {
	found, err := out.On(day, only...)
	if err != nil {
		return nil, nil, err
	}
	all, decided = map[key]answer{}, []string{}
	for _, x := range found.Result.Rights {
		if x.Status != rules.Unknown {
			decided = append(decided, x.ID)
		}
		if x.Status != rules.Entitled {
			continue
		}
		for _, s := range found.Standings(x) {
			if s.Status == rules.Entitled {
				year, open := rights.YearOf(x, s.Person)
				all[key{x.ID, s.Person}] = answer{s, year, open, x.Mode == "automatic"}
			}
		}
	}
	return all, decided, nil
}

// keep writes down what is other than before, and counts it.
func (s *Service) keep(ctx context.Context, a *act.Act, family kernel.ID, now map[key]Line, turns []Turn) (changed int, err error) {
	known, err := linesOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return 0, err
	}
	for k, line := range now {
		old, was := known[k]
		next := line.after(old, was, a.Today())
		if was && next == old {
			continue
		}
		changed++
		if err := saveLine(ctx, a, a.Alliance(), next); err != nil {
			return 0, err
		}
		if !was || next.Stage != old.Stage || next.Why != old.Why || old.EndedOn != "" {
			if err := saveStep(ctx, a, a.Alliance(), next, next.Stage, a.Today()); err != nil {
				return 0, err
			}
		}
	}
	for k, old := range known {
		if _, still := now[k]; still || old.EndedOn != "" {
			continue
		}
		changed++
		old.EndedOn, old.ClosesOn = a.Today(), ""
		if err := saveLine(ctx, a, a.Alliance(), old); err != nil {
			return 0, err
		}
		if old.Stage == Unreached || old.Stage == Later { // what came of a claim stays what it was
			if err := saveStep(ctx, a, a.Alliance(), old, "", a.Today()); err != nil {
				return 0, err
			}
		}
	}
	n, err := saveTurns(ctx, a, a.Alliance(), family, turns)
	return changed + n, err
}

// after is a line as it goes on from what was known of it: what somebody decided
// about it stands, for as long as it is certain.
func (x Line) after(old Line, was bool, today kernel.Date) Line {
	if !was {
		x.ID = kernel.NewID()
		return x
	}
	x.ID, x.FoundOn = old.ID, old.FoundOn
	if old.EndedOn != "" {
		x.FoundOn = today
	} else if old.Stage == Later && x.Stage == Unreached && today < old.Until {
		x.Stage, x.Why, x.Until = old.Stage, old.Why, old.Until
	}
	return x
}
