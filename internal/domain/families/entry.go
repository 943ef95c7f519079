package families

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// Entry is what a list of an organisation's own clients says of one family.
type Entry struct {
	Family NewFamily   // who they are and where they live; the ID is left out
	Facts  []EntryFact // what the list says of them
	On     kernel.Date // the day of which the list speaks; what was recorded after it stays
	Make   bool        // a file, when the actor works with none of these people
	Try    bool        // tells what would come of it, and writes nothing
}

// EntryFact is a fact of somebody in the list.
type EntryFact struct {
	Person int // the place in Entry.Family.Persons; -1: the family
	Key    string
	Value  json.RawMessage
}

// Standing is what became of an entry.
type Standing string

// What can become of it. Left says as much of who has no file as of who has one
// that the actor may not know.
const (
	Met  Standing = "met"  // the actor works with them
	Made Standing = "made" // a file was made, or would be
	Left Standing = "left" // the actor works with nobody who fits, and no file is to be made
)

// Entered is what became of an entry. Before and After are what rules may see,
// when it was tried and not left.
type Entered struct {
	Family        kernel.ID // zero: there is none
	Standing      Standing
	Keys          []string // of the facts that say something new, sorted
	Before, After File
}

// EnterIn takes over what a list says of one family, within an act of a module
// above, which has asked whether it may and leaves the record of the list. A file
// that the actor works with ("register.enter") is found by national number, or by
// names and day of birth; any other is as good as none. Nobody is added to a file
// that there is: an entry with somebody who is not in it is Invalid
// ("register.person"); one that tells too little of who it is about is Invalid
// ("register.who"), and one that fits several files Conflict ("register.several").
func (s *Service) EnterIn(ctx context.Context, a *act.Act, e Entry) (out Entered, err error) {
	e.Family.ID = ""
	got, err := e.Family.read(s.intake(a))
	if err != nil {
		return out, err
	}
	if !slices.ContainsFunc(got.persons, told) {
		return out, kernel.NewInvalid("register.who")
	}
	id, persons, err := s.worksWith(ctx, a, got.persons)
	if err != nil {
		return out, err
	}
	if id == "" {
		return s.enterNew(ctx, a, e, got)
	}
	out = Entered{Family: id, Standing: Met}
	f, err := load(ctx, a, a.Alliance(), id)
	if err != nil {
		return out, err
	}
	if err := f.open(); err != nil {
		return out, err
	}
	w, err := s.writing(ctx, a, &f)
	if err != nil {
		return out, err
	}
	ids := make([]kernel.ID, len(got.persons))
	for i, p := range got.persons {
		at := slices.IndexFunc(persons, func(q Person) bool { return p.seemsTo(q) })
		if at < 0 {
			return out, kernel.NewInvalid("register.person").At(numbered("persons", i))
		}
		ids[i] = persons[at].ID
	}
	facts := w.newer(e.facts(ids), e.On, a.Today())
	if out.Before, out.After, out.Keys, err = w.outlook(s, facts); err != nil || e.Try || len(facts) == 0 {
		return out, err
	}
	_, err = s.RecordFactsIn(ctx, a, id, 0, facts)
	return out, err
}

// enterNew makes a file, or says that it would, or leaves it.
func (s *Service) enterNew(ctx context.Context, a *act.Act, e Entry, got entering) (out Entered, err error) {
	out.Standing = Left
	if e.Make {
		out.Standing = Made
	}
	f := Family{Version: 1, FactsVersion: 1, State: StateOpen, Municipality: got.nis, PostalCode: got.code}
	w := &writing{a: a, family: &f, persons: got.persons}
	for _, p := range got.persons {
		if p.Birth != "" {
			w.live = append(w.live, Fact{Person: p.ID, Key: factBirth, Value: quoted(string(p.Birth)), Source: Told})
		}
	}
	ids := func(persons []Person) (ids []kernel.ID) {
		for _, p := range persons {
			ids = append(ids, p.ID)
		}
		return ids
	}
	if out.Before, out.After, out.Keys, err = w.outlook(s, e.facts(ids(got.persons))); err != nil || !e.Make {
		return Entered{Standing: Left}, err
	}
	if e.Try {
		known, _, err := s.alike(ctx, a, "", terms(got.persons, got.contact))
		if err == nil && len(known) > 0 {
			err = &DuplicateError{known}
		}
		return out, err
	}
	made, err := s.OpenIn(ctx, a, e.Family)
	if err != nil {
		return out, err
	}
	out.Family = made.ID
	persons, err := personsOf(ctx, a, a.Alliance(), made.ID)
	if err != nil || len(e.Facts) == 0 {
		return out, err
	}
	_, err = s.RecordFactsIn(ctx, a, made.ID, 0, e.facts(ids(persons)))
	return out, err
}

// facts are those of the list, of the persons of a file.
func (e Entry) facts(ids []kernel.ID) (facts []Fact) {
	for _, x := range e.Facts {
		f := Fact{Key: x.Key, Value: x.Value, Source: Register}
		if x.Person >= 0 && x.Person < len(ids) {
			f.Person = ids[x.Person]
		}
		facts = append(facts, f)
	}
	return facts
}

// told tells whether enough is known of a person to say who it is.
func told(p Person) bool { return p.INSZ != "" || p.Birth != "" && p.First != "" && p.Last != "" }

// seemsTo tells whether somebody in a list is somebody in a file: by the national
// number when both have one, by names and day of birth otherwise.
func (p Person) seemsTo(q Person) bool {
	if q.LeftOn != "" {
		return false
	}
	if p.INSZ != "" && q.INSZ != "" {
		return p.INSZ == q.INSZ
	}
	return p.Birth != "" && p.Birth == q.Birth && p.First != "" && kernel.Fold(p.First) == kernel.Fold(q.First) && kernel.Fold(p.Last) == kernel.Fold(q.Last)
}

// worksWith finds the one file of these people that the actor works with; zero
// when there is none.
func (s *Service) worksWith(ctx context.Context, a *act.Act, listed []Person) (one kernel.ID, persons []Person, err error) {
	t := terms(listed, Contact{})
	found, err := s.Vault.FamiliesBy(ctx, a, a.Alliance(), vault.Terms{Births: t.Births, Numbers: t.Numbers}, manyAlike)
	if err != nil {
		return "", nil, err
	}
	for _, id := range found {
		if _, err := policy.Decide(ctx, a, a.Actor, "register.enter", id, a.Now); err != nil {
			if kernel.CodeOf(err) == kernel.Internal {
				return "", nil, err
			}
			continue // as though it were not there
		}
		in, _, err := s.peopleOf(ctx, a, id)
		if err != nil {
			return "", nil, err
		}
		if !slices.ContainsFunc(listed, func(p Person) bool {
			return told(p) && slices.ContainsFunc(in, func(q Person) bool { return p.seemsTo(q) })
		}) {
			continue
		}
		if one != "" {
			return "", nil, kernel.NewConflict("register.several")
		}
		one, persons = id, in
	}
	return one, persons, nil
}

// newer leaves out what the file knows from a register already, and of what
// something was recorded after the day of the list.
func (w *writing) newer(facts []Fact, on, today kernel.Date) (out []Fact) {
	held := holding(w.live, today)
	for _, x := range facts {
		i := slices.IndexFunc(held, func(y Fact) bool { return y.Person == x.Person && y.Key == x.Key })
		if i >= 0 && (held[i].RecordedAt.Date() > on || held[i].Source == Register && string(held[i].Value) == string(x.Value)) {
			continue
		}
		out = append(out, x)
	}
	return out
}

// outlook is what rules may see before and after some facts, and the keys of
// those that say something new. Nothing is written.
func (w *writing) outlook(s *Service, facts []Fact) (before, after File, keys []string, err error) {
	before = File{Family: *w.family, Persons: present(w.persons), law: s.Law, live: w.live}
	if len(facts) == 0 {
		return before, before, nil, nil
	}
	read, err := w.read(s.intake(w.a), facts)
	if err != nil {
		return before, after, nil, err
	}
	for _, x := range read {
		if old, known := w.newest(x); !known || string(old.Value) != string(x.Value) {
			keys = append(keys, x.Key)
		}
	}
	slices.Sort(keys)
	after = before
	after.live = slices.Concat(w.live, read)
	after.Facts = after.FactsOn(w.a.Today())
	tried := &writing{a: w.a, family: w.family, persons: w.persons, live: after.live}
	return before, after, slices.Compact(keys), tried.contradiction(s.Law, read)
}
