package families

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// TeamIn is the care team of a family, for a module above that has asked
// whether the actor may know it.
func (s *Service) TeamIn(ctx context.Context, a *act.Act, id kernel.ID) ([]Carer, error) {
	return carersOf(ctx, a, a.Alliance(), id)
}

// ChildElsewhereIn finds the one other open file in which a child of a file
// lives too, whoever may know it, and who the child is there; zero when there is
// none, or more than one. A file whose address is secret is never found. For a
// module above that has asked whether it may, and tells the actor nothing of
// what came of it.
func (s *Service) ChildElsewhereIn(ctx context.Context, a *act.Act, not kernel.ID, child Person) (family, person kernel.ID, err error) {
	terms := vault.Terms{}
	if child.INSZ != "" {
		terms.Numbers = []string{string(child.INSZ)}
	}
	if child.Birth != "" && child.Last != "" {
		terms.Births = []string{child.Last + " " + string(child.Birth)}
	}
	found, err := s.Vault.FamiliesBy(ctx, a, a.Alliance(), terms, manyAlike)
	if err != nil {
		return "", "", err
	}
	for _, id := range found {
		f, err := load(ctx, a, a.Alliance(), id)
		if kernel.CodeOf(err) == kernel.NotFound || err == nil && (id == not || f.State != StateOpen || f.Confidential) {
			continue
		}
		if err != nil {
			return "", "", err
		}
		persons, _, err := s.peopleOf(ctx, a, id)
		if err != nil {
			return "", "", err
		}
		here, ok := SameChild(persons, child)
		if !ok {
			continue
		}
		if family != "" {
			return "", "", nil
		}
		family, person = id, here
	}
	return family, person, nil
}

// SameChild finds who among the people of a file is the child of another: the
// same number, or the same day of birth and the same first name. ok is false
// when nobody is, or more than one could be.
func SameChild(persons []Person, child Person) (id kernel.ID, ok bool) {
	for _, p := range persons {
		if p.Role != Child || p.LeftOn != "" || child.Role != Child {
			continue
		}
		same := p.INSZ != "" && p.INSZ == child.INSZ
		if p.INSZ == "" || child.INSZ == "" {
			same = p.Birth != "" && p.Birth == child.Birth && p.First != "" && kernel.Fold(p.First) == kernel.Fold(child.First)
		}
		if !same {
			continue
		}
		if id != "" {
			return "", false
		}
		id = p.ID
	}
	return id, id != ""
}
