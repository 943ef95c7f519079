package rights

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Prospect is what other numbers in a right would do to the families of an
// alliance. Figures are rounded as those of a [Tally] are, and sums so that
// nobody can be told from them.
type Prospect struct {
	All    Moves
	Rights []Moves // those that the numbers touch, when there is more than one
	Homes  []Moves // of all together, by postal code, when there is more than one; without a name those of whom it is not told
	Looked int
	Partly bool // there are more families than were looked at
}

// Moves is how many families a change moves, of a right or in a neighbourhood.
type Moves struct {
	Name             string // of the right or the neighbourhood
	Gain, Lose       int    // come to have it, or lose it, for certain
	More, Less       int    // have it before and after, more or less of it
	MayGain, MayLose int    // could have it when what is missing is known; or can no longer be certain of it
	Cost             kernel.Cents
	Secret           bool // the cost is kept back: too few are moved
}

// Numbers are the parameters of a right that somebody can try other values of.
func (s *Service) Numbers(ctx context.Context, right string) (r *rules.Right, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "programme.manage", ""); err != nil {
			return err
		}
		set, err := s.Programmes.RulesIn(ctx, a)
		if err != nil {
			return err
		}
		if r = set.Rules.Right(right); r == nil || !slices.Contains(triable(set.Rules, set.Rights()), r) {
			return kernel.NewNotFound("right")
		}
		return nil
	})
	return r, err
}

// Triable lists the rights of the alliance that have a number to try.
func (s *Service) Triable(ctx context.Context) (all []*rules.Right, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "programme.manage", ""); err != nil {
			return err
		}
		set, err := s.Programmes.RulesIn(ctx, a)
		if err == nil {
			all = triable(set.Rules, set.Rights())
		}
		return err
	})
	return all, err
}

func triable(lib *rules.Library, ids []string) (all []*rules.Right) {
	for _, id := range ids {
		if r := lib.Right(id); r != nil && slices.ContainsFunc(r.Parameters, Tried) {
			all = append(all, r)
		}
	}
	return all
}

// Tried tells whether a parameter is one that can be tried: a number that is
// computed with, and is the right's own.
func Tried(p *rules.Parameter) bool { return !p.Told && !p.Borrowed() && len(p.Values) > 0 }

// WhatIf counts what would become of the families of the alliance if some
// parameters were otherwise from today on. It opens no name, keeps nothing, and
// leaves one record. Values that change nothing are Invalid ("whatif.same").
func (s *Service) WhatIf(ctx context.Context, values []rules.Override, lang kernel.Lang) (p Prospect, err error) {
	var lib *rules.Library
	today := kernel.Date("")
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		today = a.Today()
		if err := a.Allow(ctx, "programme.manage", ""); err != nil {
			return err
		}
		set, err := s.Programmes.RulesIn(ctx, a)
		if err != nil {
			return err
		}
		lib = set.Rules
		return a.Record(ctx, act.Entry{Action: "programme.manage", Detail: map[string]string{"counted": "families", "most": strconv.Itoa(trialFamilies)}})
	})
	if err != nil {
		return p, err
	}
	c, err := comparison(lib, values, today)
	if err != nil {
		return p, err
	}
	if p.Partly, err = s.eachCase(ctx, today, adding(c)); err != nil {
		return p, err
	}
	p.lay(c.Effects())
	p.name(lib, lang)
	return p, nil
}

// comparison compares the rules with what they would be if some parameters were
// otherwise from a day on.
func comparison(lib *rules.Library, values []rules.Override, today kernel.Date) (*rules.Comparison, error) {
	day, err := rules.ParseDate(string(today))
	if err != nil {
		return nil, err
	}
	for i := range values {
		values[i].From = day
	}
	next, err := lib.Changed(rules.Change{Values: values})
	if err != nil {
		return nil, kernel.NewInvalid("whatif.values")
	}
	if len(lib.Touched(next)) == 0 {
		return nil, kernel.NewInvalid("whatif.same")
	}
	return lib.Compare(next, rules.ScanOptions{Date: day})
}

// adding counts a family where it lives.
func adding(c *rules.Comparison) func(f families.File, document []byte) error {
	return func(f families.File, document []byte) error { return c.AddCase(document, Neighbourhood(f.Family)) }
}

// Neighbourhood is the part of a municipality in which a family counts, by its
// postal code; "" for one of which nobody may know where it lives, or does.
func Neighbourhood(f families.Family) string {
	if f.Confidential {
		return ""
	}
	return string(f.PostalCode)
}

// NeighbourhoodName is what the people who live there call it; a postal code
// that several villages share has the names of the first.
func NeighbourhoodName(code string, lang kernel.Lang) string {
	const most = 3
	var names []string
	for _, p := range kernel.PlacesByPostalCode(kernel.PostalCode(code)) {
		if name := p.Name.In(lang); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > most {
		names = append(names[:most], "…")
	}
	return strings.TrimSpace(code + " " + strings.Join(names, ", "))
}

// lay rounds what was counted; names are those of the rules and the post.
func (p *Prospect) lay(effects []rules.Effects) {
	p.All, p.Looked = movesOf("", &effects[0].All), toFives(int(effects[0].All.Families))
	if len(effects) > 2 {
		for _, e := range effects[1:] {
			p.Rights = append(p.Rights, movesOf(e.Right.ID, &e.All))
		}
	}
	if homes := slices.Sorted(maps.Keys(effects[0].Areas)); len(homes) > 1 {
		for _, home := range homes {
			p.Homes = append(p.Homes, movesOf(home, effects[0].Areas[home]))
		}
	}
}

// name gives what was counted the names that people use.
func (p *Prospect) name(lib *rules.Library, lang kernel.Lang) {
	for i, m := range p.Rights {
		if r := lib.Right(m.Name); r != nil {
			p.Rights[i].Name = r.Names.In(rules.Lang(lang))
		}
	}
	for i, m := range p.Homes {
		p.Homes[i].Name = NeighbourhoodName(m.Name, lang)
	}
}

// movesOf rounds one count. A sum is told in steps of five times what the one
// family gets for whom it is most, so that one family more or less shows in no
// sum that somebody asks for twice.
func movesOf(name string, e *rules.Effect) Moves {
	m := Moves{Name: name, Gain: toFives(int(e.Gain)), Lose: toFives(int(e.Lose)), More: toFives(int(e.More)), Less: toFives(int(e.Less)),
		MayGain: toFives(int(e.MayGain)), MayLose: toFives(int(e.MayLose))}
	if moved := e.Gain + e.Lose + e.More + e.Less; moved > 0 && moved < few.Smallest {
		m.Secret = true
		return m
	}
	step := int64(100)
	for n := 0; step < 5*e.MostCents; n++ { // 1, 2, 5, 10, 20 … euros
		step = step * []int64{2, 5, 2}[n%3] / []int64{1, 2, 1}[n%3]
	}
	cost := e.GainCents - e.LoseCents
	half := step / 2
	if cost < 0 {
		half = -half
	}
	m.Cost = kernel.Cents((cost + half) / step * step)
	return m
}
