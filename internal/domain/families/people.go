package families

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// PersonEdit is what can be changed of a person, as typed.
type PersonEdit struct {
	ID      kernel.ID
	Version int64 // from which the edit began
	Role    Role
	First   string
	Last    string
	INSZ    string
}

// rolesChanged is the key under which a change of who is who is told: rules
// see roles.
const rolesChanged = "role"

// AddPerson takes somebody into a family.
func (s *Service) AddPerson(ctx context.Context, family kernel.ID, in NewPerson) (added Person, err error) {
	err = s.change(ctx, family, func(a *act.Act, f *Family) (act.Entry, error) {
		entry := act.Entry{Fields: []string{"persons"}, Detail: map[string]string{"added": string(in.Role)}}
		var faults kernel.Faults
		added = s.intake(a).person(in, "", &faults)
		if err := faults.Err(); err != nil {
			return entry, err
		}
		persons, err := personsOf(ctx, a, a.Alliance(), family)
		if err != nil {
			return entry, err
		}
		if err := household(append(present(persons), added)); err != nil {
			return entry, err
		}
		key, err := s.Vault.Open(ctx, a, a.Alliance(), family)
		if err != nil {
			return entry, err
		}
		f.FactsVersion++
		added.position, added.Added = int64(len(persons)), a.Now
		if err := s.settle(ctx, a, key, *f, added); err != nil {
			return entry, err
		}
		return entry, s.afterwards(ctx, a, f, Event{Kind: "person.added", Subject: added.ID, Detail: string(in.Role)})
	})
	return added, err
}

// ChangePerson changes a person's role, names and number. An edit that began
// from an older version is Conflict ("stale") with the fields that differ. A
// partner who becomes the applicant changes places with who was.
func (s *Service) ChangePerson(ctx context.Context, family kernel.ID, in PersonEdit) (changed Person, err error) {
	err = s.change(ctx, family, func(a *act.Act, f *Family) (entry act.Entry, err error) {
		persons, key, err := s.peopleOf(ctx, a, family)
		if err != nil {
			return entry, err
		}
		i := slices.IndexFunc(persons, func(p Person) bool { return p.ID == in.ID && p.LeftOn == "" })
		if i < 0 {
			return entry, kernel.NewInvalid("family.person").At("person")
		}
		stored := persons[i]
		if changed, err = s.edited(a, stored, in); err != nil {
			return entry, err
		}
		entry.Fields = differing(stored, changed)
		entry.Detail = map[string]string{"person": string(in.ID)}
		if len(entry.Fields) == 0 {
			return entry, nil // as it is kept already, whoever brought that about
		}
		if err := act.Fresh(in.Version, stored.Version, entry.Fields...); err != nil {
			return entry, err
		}
		if changed.Role != stored.Role {
			f.FactsVersion++
			if err := s.changePlaces(ctx, a, family, present(persons), stored, changed); err != nil {
				return entry, err
			}
		}
		if err := savePerson(ctx, a, a.Alliance(), family, changed); err != nil {
			return entry, err
		}
		changed.Version++
		if err := key.Put(ctx, a, "person/"+string(changed.ID), identity{changed.First, changed.Last, changed.INSZ}); err != nil {
			return entry, err
		}
		if changed.Role == stored.Role {
			return entry, s.reindex(ctx, a, family)
		}
		return entry, s.afterwards(ctx, a, f, Event{Kind: "person.role", Subject: changed.ID, Detail: string(changed.Role)})
	})
	return changed, err
}

// edited is a stored person with what was typed.
func (s *Service) edited(a *act.Act, p Person, in PersonEdit) (Person, error) {
	var faults kernel.Faults
	with := s.intake(a)
	if !slices.Contains(Roles[:], in.Role) || (in.Role == Unborn) != (p.Role == Unborn) {
		faults.Check("role", kernel.NewInvalid("family.role"))
	}
	p.Role, p.First, p.Last = in.Role, with.name(in.First, "first", &faults), with.name(in.Last, "last", &faults)
	p.INSZ = with.number(in.INSZ, "insz", &faults)
	if p.Name() == "" && in.First+in.Last == "" && p.Role != Unborn {
		faults.Check("first", kernel.NewInvalid("family.name"))
	}
	if born, known := p.INSZ.BirthDate(); known && p.Birth != "" && p.Birth != born {
		faults.Check("insz", kernel.NewInvalid("family.birth_insz"))
	}
	return p, faults.Err()
}

// changePlaces keeps one applicant and at most one partner when a role
// changes.
func (s *Service) changePlaces(ctx context.Context, a *act.Act, family kernel.ID, persons []Person, before, after Person) error {
	for i, p := range persons {
		switch {
		case p.ID == after.ID:
			persons[i].Role = after.Role
		case p.Role == Applicant && after.Role == Applicant:
			persons[i].Role = Other
			if before.Role == Partner {
				persons[i].Role = Partner
			}
			if err := savePerson(ctx, a, a.Alliance(), family, persons[i]); err != nil {
				return err
			}
		}
	}
	if err := household(persons); err != nil {
		return kernel.NewInvalid("family.applicant").At("role")
	}
	return nil
}

// Born tells that an expected child was born: it becomes a child with a day of
// birth. First and last name may come later. A twin is added as a person.
func (s *Service) Born(ctx context.Context, family, person kernel.ID, birth kernel.Date, first, last string) (child Person, err error) {
	err = s.change(ctx, family, func(a *act.Act, f *Family) (entry act.Entry, err error) {
		entry = act.Entry{Fields: []string{factBirth, rolesChanged}}
		persons, key, err := s.peopleOf(ctx, a, family)
		if err != nil {
			return entry, err
		}
		i := slices.IndexFunc(persons, func(p Person) bool { return p.ID == person && p.LeftOn == "" })
		if i < 0 || persons[i].Role != Unborn {
			return entry, kernel.NewInvalid("family.person_unborn").At("person")
		}
		var faults kernel.Faults
		with := s.intake(a)
		child = persons[i]
		child.Role, child.Due, child.Birth = Child, "", birth
		child.First, child.Last = with.name(first, "first", &faults), with.name(last, "last", &faults)
		faults.Check("birth", with.birth(birth))
		if err := faults.Err(); err != nil {
			return entry, err
		}
		w, err := s.writing(ctx, a, f)
		if err != nil {
			return entry, err
		}
		if err := w.born(ctx, child); err != nil {
			return entry, err
		}
		if err := savePerson(ctx, a, a.Alliance(), family, child); err != nil {
			return entry, err
		}
		child.Version++
		if err := key.Put(ctx, a, "person/"+string(child.ID), identity{child.First, child.Last, child.INSZ}); err != nil {
			return entry, err
		}
		if err := s.reindex(ctx, a, family); err != nil {
			return entry, err
		}
		if err := mark(ctx, a, family, Event{Kind: "person.born", Subject: child.ID}); err != nil {
			return entry, err
		}
		if err := a.Tell(ctx, Born{family, child.ID}); err != nil {
			return entry, err
		}
		return entry, a.Tell(ctx, FactsChanged{family, entry.Fields})
	})
	return child, err
}

// born writes the facts of a birth: the day, and that nothing is due any more.
func (w *writing) born(ctx context.Context, child Person) error {
	facts := []Fact{{Person: child.ID, Key: factBirth, Value: quoted(string(child.Birth)), Source: Told}}
	due := Fact{Person: child.ID, Key: factDue, Value: []byte("null"), Source: Told}
	if _, known := w.newest(due); known {
		facts = append(facts, due)
	}
	_, err := w.write(ctx, facts)
	return err
}

// The reasons for which somebody no longer belongs to a family.
const (
	LeftMoved     = "moved"     // lives elsewhere
	LeftSeparated = "separated" // the adults no longer live together
	LeftPlaced    = "placed"    // lives in care or with a foster family
	LeftDied      = "died"
	LeftMistake   = "mistake" // never belonged to it
)

// LeftReasons lists the reasons in the order in which they are offered.
var LeftReasons = [...]string{LeftMoved, LeftSeparated, LeftPlaced, LeftDied, LeftMistake}

// Left tells that somebody no longer belongs to the family, from a day on. The
// applicant stays: first somebody else becomes the applicant.
func (s *Service) Left(ctx context.Context, family, person kernel.ID, from kernel.Date, reason string) error {
	return s.change(ctx, family, func(a *act.Act, f *Family) (act.Entry, error) {
		entry := act.Entry{Fields: []string{"persons"}, Detail: map[string]string{"left": reason}}
		var faults kernel.Faults
		if !slices.Contains(LeftReasons[:], reason) {
			faults.Check("reason", kernel.NewInvalid("family.left_reason"))
		}
		if _, err := kernel.ParseDate(string(from)); err != nil {
			faults.Check("from", err)
		} else if from > a.Today() {
			faults.Check("from", kernel.NewInvalid("family.left_future"))
		}
		persons, err := personsOf(ctx, a, a.Alliance(), family)
		if err != nil {
			return entry, err
		}
		i := slices.IndexFunc(persons, func(p Person) bool { return p.ID == person && p.LeftOn == "" })
		if i < 0 {
			faults.Check("person", kernel.NewInvalid("family.person"))
		} else if persons[i].Role == Applicant {
			faults.Check("person", kernel.NewInvalid("family.applicant"))
		}
		if err := faults.Err(); err != nil {
			return entry, err
		}
		persons[i].LeftOn = from
		if err := savePerson(ctx, a, a.Alliance(), family, persons[i]); err != nil {
			return entry, err
		}
		f.FactsVersion++
		return entry, s.afterwards(ctx, a, f, Event{Kind: "person.left", Subject: person, Detail: reason})
	})
}

// afterwards brings the index, the timeline and the modules above in line with
// who belongs to a family.
func (s *Service) afterwards(ctx context.Context, a *act.Act, f *Family, e Event) error {
	if err := s.reindex(ctx, a, f.ID); err != nil {
		return err
	}
	if err := mark(ctx, a, f.ID, e); err != nil {
		return err
	}
	return a.Tell(ctx, FactsChanged{f.ID, []string{rolesChanged}})
}

// peopleOf lists everybody who ever belonged to the family, with names and
// births, and the key with which they were opened.
func (s *Service) peopleOf(ctx context.Context, a *act.Act, family kernel.ID) ([]Person, vault.Family, error) {
	key, err := s.Vault.Open(ctx, a, a.Alliance(), family)
	if err != nil {
		return nil, key, err
	}
	persons, err := personsOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return nil, key, err
	}
	facts, err := factsOf(ctx, a, a.Alliance(), family, stillHolding+` AND key IN ($3, $4)`, factBirth, factDue)
	if err != nil {
		return nil, key, err
	}
	facts = holding(facts, a.Today())
	for i := range persons {
		p := &persons[i]
		var who identity
		if _, err := key.Get(ctx, a, "person/"+string(p.ID), &who); err != nil {
			return nil, key, err
		}
		p.First, p.Last, p.INSZ = who.First, who.Last, who.INSZ
		p.Birth, p.Due = dateOf(facts, p.ID, factBirth), dateOf(facts, p.ID, factDue)
	}
	return persons, key, nil
}

// reindex replaces all by which the family can be found.
func (s *Service) reindex(ctx context.Context, a *act.Act, family kernel.ID) error {
	persons, key, err := s.peopleOf(ctx, a, family)
	if err != nil {
		return err
	}
	var c Contact
	if _, err := key.Get(ctx, a, "contact", &c); err != nil {
		return err
	}
	return s.index(ctx, a, family, terms(persons, c))
}

// present are those who belong to the family, in a list of their own.
func present(persons []Person) []Person {
	return slices.DeleteFunc(slices.Clone(persons), func(p Person) bool { return p.LeftOn != "" })
}

// differing names what a person edit changes.
func differing(before, after Person) (fields []string) {
	for _, f := range []struct {
		name string
		same bool
	}{
		{"first", before.First == after.First},
		{"insz", before.INSZ == after.INSZ},
		{"last", before.Last == after.Last},
		{"role", before.Role == after.Role},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return fields
}
