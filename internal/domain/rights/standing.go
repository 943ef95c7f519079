package rights

import (
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Standing is how far a right is for one person, or for the family.
type Standing struct {
	Person kernel.ID // zero: the family
	Status rules.Status
	Has    bool   // the family said so, or the right was granted
	Claim  *Claim // the newest one; nil: none was made
}

// Asked tells whether a claim goes on: nobody has to ask again.
func (s Standing) Asked() bool { return s.Claim != nil && s.Claim.State.Open() }

// ToAsk tells whether the right is still to be asked for.
func (s Standing) ToAsk() bool {
	return !s.Has && !s.Asked() && (s.Status == rules.Entitled || s.Status == rules.Refer)
}

// Standings says how far a right is: for the family, or for each person whom
// it can be for. A claim that was made for somebody else stands here too, so
// that it is not lost from sight.
func (f *Found) Standings(x rules.Finding) []Standing {
	out := []Standing{{Status: x.Status, Has: slices.Contains(x.Received, rules.OfFamily)}}
	if x.Right != nil && x.Right.ForEach {
		out = nil
		for _, p := range x.Persons {
			out = append(out, Standing{Person: kernel.ID(p.Person), Status: p.Status, Has: slices.Contains(x.Received, p.Person)})
		}
	}
	for _, c := range f.Claims {
		if c.Right != x.ID {
			continue
		}
		i := slices.IndexFunc(out, func(s Standing) bool { return s.Person == c.Person })
		if i < 0 {
			out, i = append(out, Standing{Person: c.Person, Status: rules.NotEntitled}), len(out)
		}
		if out[i].Claim == nil { // the newest comes first
			out[i].Claim = &c
			out[i].Has = out[i].Has || c.State == Granted
		}
	}
	return out
}

// Had tells whether a family has all of a right that it can have: it said so,
// or it was granted.
func (f *Found) Had(x rules.Finding) bool {
	has := false
	for _, s := range f.Standings(x) {
		if s.Has {
			has = true
		} else if s.Status != rules.NotEntitled {
			return false
		}
	}
	return has
}

// has tells whether whoever an amount goes to has it.
func has(all []Standing, to string) bool {
	if to == rules.OfFamily {
		to = ""
	}
	return slices.ContainsFunc(all, func(s Standing) bool { return string(s.Person) == to && s.Has })
}
