package homes

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// The facts by which rules know where a child lives.
const (
	allLiveHere   = "all_live_here"
	livesHereSelf = "lives_here_self"
)

// Lives writes down, in this home's file, whether a child with two homes is
// registered here: rights follow the register. In the other home's file nothing
// changes; its own team writes down what it knows. The others of the family
// stay registered where they were.
func (s *Service) Lives(ctx context.Context, family, id kernel.ID, where Lives) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		l, err := s.own(ctx, a, family, id, Linked)
		if err != nil {
			return err
		}
		if where != Here && where != Elsewhere {
			return kernel.NewInvalid("home.lives").At("lives")
		}
		file, err := s.Families.ReadIn(ctx, a, family)
		if err != nil {
			return err
		}
		if facts := livingFacts(file, l.own.person, where); len(facts) > 0 {
			if _, err := s.Families.RecordFactsIn(ctx, a, family, 0, facts); err != nil {
				return err
			}
		}
		l.own.lives = where
		if err := saveSide(ctx, a, a.Alliance(), l.own); err != nil {
			return err
		}
		return s.done(ctx, a, family, "lives")
	})
}

// livingFacts are the facts that say of one child where it is registered.
func livingFacts(file families.File, child kernel.ID, where Lives) (facts []families.Fact) {
	told := func(person kernel.ID, key, value string) {
		facts = append(facts, families.Fact{Person: person, Key: key, Value: []byte(value), Source: families.Told})
	}
	all, _ := file.Fact("", allLiveHere)
	if where == Here {
		if string(all.Value) != "true" {
			told(child, livesHereSelf, "true")
		}
		return facts
	}
	if string(all.Value) == "true" { // so all others are
		for _, p := range file.Persons {
			if p.Role == families.Child && p.ID != child {
				told(p.ID, livesHereSelf, "true")
			}
		}
	}
	if string(all.Value) != "false" {
		told("", allLiveHere, "false")
	}
	told(child, livesHereSelf, "false")
	return facts
}
