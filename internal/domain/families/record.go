package families

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/rules"
)

// maxFacts bounds what one answer can hold.
const maxFacts = 300

// by is the fact as the actor records it now.
func (x Fact) by(a *act.Act) Fact {
	x.ID, x.RecordedAt, x.RecordedBy, x.RecordedOrg = kernel.NewID(), a.Now, a.Actor.Person, a.Actor.Org
	return x
}

// RecordFacts writes down several facts at once, all or none: of each Person,
// Key, Value, Source, ValidFrom and ValidTo. What is newer takes the place of
// what was known of the same days; nothing is lost ([Service.FactHistory]).
//
// Began is the FactsVersion that the writer saw, or 0 when it does not matter.
// A fact that somebody else recorded differently since then is refused with
// Conflict ("stale"), and nothing is written.
func (s *Service) RecordFacts(ctx context.Context, family kernel.ID, began int64, facts []Fact) (f Family, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.change", family); err != nil {
			return err
		}
		f, err = s.RecordFactsIn(ctx, a, family, began, facts)
		return err
	})
	return f, err
}

// RecordFactsIn is [Service.RecordFacts] within an act of a module above that
// has asked whether it may.
func (s *Service) RecordFactsIn(ctx context.Context, a *act.Act, family kernel.ID, began int64, facts []Fact) (Family, error) {
	return s.changeIn(ctx, a, family, func(a *act.Act, stored *Family) (act.Entry, error) {
		w, err := s.writing(ctx, a, stored)
		if err != nil {
			return act.Entry{}, err
		}
		read, err := w.read(s.intake(a), facts)
		if err != nil {
			return act.Entry{}, err
		}
		if err := w.fresh(began, read); err != nil {
			return act.Entry{}, err
		}
		keys, err := w.write(ctx, read)
		if err != nil {
			return act.Entry{}, err
		}
		if err := w.contradiction(s.Law, read); err != nil {
			return act.Entry{}, err
		}
		if slices.Contains(keys, factBirth) {
			if err := s.reindex(ctx, a, stored.ID); err != nil {
				return act.Entry{}, err
			}
		}
		return act.Entry{Fields: keys}, w.tell(ctx, keys)
	})
}

// writing is facts being written into one family in one act.
type writing struct {
	a       *act.Act
	family  *Family
	persons []Person
	live    []Fact // in the order of recording
}

func (s *Service) writing(ctx context.Context, a *act.Act, f *Family) (w *writing, err error) {
	w = &writing{a: a, family: f}
	if w.persons, err = personsOf(ctx, a, a.Alliance(), f.ID); err != nil {
		return nil, err
	}
	w.live, err = factsOf(ctx, a, a.Alliance(), f.ID, stillHolding)
	return w, err
}

// read checks facts as they came in and gives them in canonical form.
func (w *writing) read(with intake, facts []Fact) ([]Fact, error) {
	if len(facts) == 0 || len(facts) > maxFacts {
		return nil, kernel.NewInvalid("family.facts").With("limit", "300")
	}
	var faults kernel.Faults
	var read []Fact
	for _, x := range facts {
		got := Fact{Person: x.Person, Key: x.Key, Source: x.Source, ValidFrom: x.ValidFrom, ValidTo: x.ValidTo}
		var err error
		if got.Value, err = w.value(with, x); err == nil {
			err = got.check()
		}
		if err == nil && slices.ContainsFunc(read, func(y Fact) bool {
			return y.Person == got.Person && y.Key == got.Key && y.ValidFrom == got.ValidFrom
		}) {
			err = kernel.NewInvalid("family.fact_twice")
		}
		faults.Check(x.field(), err)
		read = append(read, got)
	}
	return read, faults.Err()
}

func (w *writing) value(with intake, x Fact) ([]byte, error) {
	var role Role
	if x.Person != "" {
		i := slices.IndexFunc(w.persons, func(p Person) bool { return p.ID == x.Person && p.LeftOn == "" })
		if i < 0 {
			return nil, kernel.NewInvalid("family.person")
		}
		role = w.persons[i].Role
	}
	day := dateIn(x.Value)
	switch {
	case role == "" && (x.Key == factMunicipality || x.Key == factPostalCode):
		return nil, kernel.NewInvalid("family.fact_home")
	case role == "":
	case x.Key == factBirth && role == Unborn:
		return nil, kernel.NewInvalid("family.birth_unborn")
	case x.Key == factBirth && day != "":
		return quoted(string(day)), with.birth(day)
	case x.Key == factDue && role != Unborn:
		return nil, kernel.NewInvalid("family.due_born")
	case x.Key == factDue && day != "":
		return quoted(string(day)), with.due(day)
	}
	return with.canonical(x, role)
}

// check refuses a source that there is not and a period that ends before it
// begins.
func (x Fact) check() error {
	if !slices.Contains(Sources[:], x.Source) {
		return kernel.NewInvalid("family.source")
	}
	for _, day := range []kernel.Date{x.ValidFrom, x.ValidTo} {
		if day == "" {
			continue
		}
		if _, err := kernel.ParseDate(string(day)); err != nil {
			return err
		}
	}
	if x.ValidTo != "" && x.ValidTo < x.ValidFrom {
		return kernel.NewInvalid("family.fact_period")
	}
	return nil
}

// newest is what was last recorded under a fact's person and key.
func (w *writing) newest(x Fact) (y Fact, ok bool) {
	for _, old := range w.live {
		if old.Person == x.Person && old.Key == x.Key {
			y, ok = old, true
		}
	}
	return y, ok
}

// fresh refuses facts of which something else was recorded since the writer
// looked.
func (w *writing) fresh(began int64, facts []Fact) error {
	if began == 0 || began == w.family.FactsVersion {
		return nil
	}
	var differing []string
	for _, x := range facts {
		if old, ok := w.newest(x); ok && old.Version > began && string(old.Value) != string(x.Value) {
			differing = append(differing, x.field())
		}
	}
	if len(differing) == 0 {
		return nil // what changed since is something else
	}
	return act.Fresh(began, w.family.FactsVersion, differing...)
}

// write records facts and gives the sorted keys of those that say something
// new. What repeats what the same day already brought is not written again.
func (w *writing) write(ctx context.Context, facts []Fact) (keys []string, err error) {
	al := w.a.Alliance()
	next := w.family.FactsVersion + 1
	for _, x := range facts {
		old, known := w.newest(x)
		if known && x.same(old) && old.RecordedAt.Date() == w.a.Today() {
			continue
		}
		changed := !known || string(old.Value) != string(x.Value) || old.ValidFrom != x.ValidFrom || old.ValidTo != x.ValidTo
		if x.Version = w.family.FactsVersion; changed {
			keys, x.Version = append(keys, x.Key), next
		}
		x = x.by(w.a)
		for i, y := range w.live {
			if y.Person == x.Person && y.Key == x.Key && y.SupersededAt == "" && x.covers(y) {
				if err := supersede(ctx, w.a, al, w.family.ID, y.ID, w.a.Now); err != nil {
					return nil, err
				}
				w.live[i].SupersededAt = w.a.Now
			}
		}
		if err := insertFact(ctx, w.a, al, w.family.ID, x); err != nil {
			return nil, err
		}
		w.live = append(w.live, x)
	}
	if len(keys) > 0 {
		w.family.FactsVersion = next
	}
	slices.Sort(keys)
	return slices.Compact(keys), nil
}

// contradiction refuses facts that cannot be beside what else is known.
func (w *writing) contradiction(law *rules.Library, written []Fact) error {
	file := File{Family: *w.family, Persons: present(w.persons), law: law}
	for _, x := range w.live {
		if x.SupersededAt == "" {
			file.live = append(file.live, x)
		}
	}
	doc := file.document(w.a.Today(), w.a.Today())
	for {
		wrong, err := doc.refused(law)
		if err != nil || wrong == "" {
			return err
		}
		person, key := doc.place(wrong)
		for _, x := range written {
			if x.Person == person && x.Key == key && x.known() {
				return kernel.NewInvalid("family.fact_contradicts").At(x.field())
			}
		}
		if !doc.drop(wrong) {
			return nil // not of these facts: whoever reads the case is told
		}
	}
}

// tell tells which facts changed, if any did.
func (w *writing) tell(ctx context.Context, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	return w.a.Tell(ctx, FactsChanged{w.family.ID, keys})
}

// FactHistory is all that was ever recorded under a key of a person, or of the
// family (zero person), the newest first. It leaves a record, as reading the
// file does.
func (s *Service) FactHistory(ctx context.Context, family, person kernel.ID, key string) (facts []Fact, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.read", family); err != nil {
			return err
		}
		if _, err := loadKept(ctx, a, family); err != nil {
			return err
		}
		if facts, err = factsOf(ctx, a, a.Alliance(), family, `person = $3 AND key = $4`, person, key); err != nil {
			return err
		}
		file := &File{law: s.Law}
		if file.Sight, err = sight(ctx, a, family, false); err != nil {
			return err
		}
		facts = slices.DeleteFunc(facts, file.hidden)
		slices.Reverse(facts)
		entry := act.Entry{Action: "family.read", Subject: family, Detail: map[string]string{"part": "history"}}
		if len(facts) > 0 {
			entry.Fields = []string{key} // a key that exists, never what somebody typed
		}
		return a.Record(ctx, entry)
	})
	return facts, err
}
