package families

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

var errNoCode = errors.New("families: the kind and detail of an event are codes, not words")

// NewFamily is a family of whom no file exists yet, as typed.
type NewFamily struct {
	ID           kernel.ID // that of its sketch; zero: none
	Persons      []NewPerson
	Contact      Contact
	PostalCode   kernel.PostalCode // zero: not known
	Municipality kernel.NIS        // zero: as the postal code says
	Confidential bool              // the address leaves the care team for nobody
	Restricted   bool              // for the worker alone; colleagues do not stand in
	Anyway       bool              // although a file of the same people may exist
}

// DuplicateError says that the actor knows files that seem to be of the same
// people. It is Conflict ("family.duplicate").
type DuplicateError struct {
	Families []kernel.ID
}

var duplicate = kernel.NewConflict("family.duplicate")

func (e *DuplicateError) Error() string { return duplicate.Error() }

// Unwrap is the fault that people read.
func (e *DuplicateError) Unwrap() error { return duplicate }

// Open makes a file; its care team is the worker who opens it and, unless it
// is restricted, the organisation. When the actor knows a file that seems to
// be of the same people it refuses with a [DuplicateError], unless Anyway. A
// file that the actor may not know changes nothing for the actor: the privacy
// officer is told of the two ([Service.Twins]).
func (s *Service) Open(ctx context.Context, in NewFamily) (f Family, err error) {
	in.ID = "" // only a module that knows the sketch may open it
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		f, err = s.OpenIn(ctx, a, in)
		return err
	})
	return f, err
}

// OpenIn makes a file within an act of a module above. With the ID of a sketch
// the file takes its place; without persons it takes those of the sketch.
func (s *Service) OpenIn(ctx context.Context, a *act.Act, in NewFamily) (f Family, err error) {
	if err := a.Allow(ctx, "family.open", ""); err != nil {
		return f, err
	}
	if in.ID != "" && len(in.Persons) == 0 {
		if in, err = s.completed(ctx, a, in); err != nil {
			return f, err
		}
	}
	got, err := in.read(s.intake(a))
	if err != nil {
		return f, err
	}
	if f, err = s.enter(ctx, a, in, got); err != nil {
		return f, err
	}
	entry := act.Entry{Action: "family.open", Subject: f.ID, Detail: map[string]string{"persons": strconv.Itoa(len(got.persons))}}
	if in.Anyway {
		entry.Detail["duplicate"] = "anyway"
	}
	if err := a.Record(ctx, entry); err != nil {
		return f, err
	}
	return f, a.Tell(ctx, Opened{f.ID})
}

// entering is a [NewFamily] that has been read.
type entering struct {
	persons []Person
	contact Contact
	code    kernel.PostalCode
	nis     kernel.NIS
}

func (in NewFamily) read(with intake) (got entering, err error) {
	var faults kernel.Faults
	for i, p := range in.Persons {
		got.persons = append(got.persons, with.person(p, numbered("persons", i)+".", &faults))
	}
	got.contact = with.contact(in.Contact, "contact.", &faults)
	got.code, got.nis = with.home(in.PostalCode, in.Municipality, "", &faults)
	if len(faults) == 0 {
		faults.Check("persons", household(got.persons))
	}
	for i := range got.persons {
		got.persons[i].position = int64(i)
	}
	return got, faults.Err()
}

// enter writes a family that has been read.
func (s *Service) enter(ctx context.Context, a *act.Act, in NewFamily, got entering) (f Family, err error) {
	f = Family{
		ID: in.ID, Version: 1, FactsVersion: 1, ContactVersion: 1, State: StateOpen, Municipality: got.nis, PostalCode: got.code,
		Confidential: in.Confidential, OpenedAt: a.Now, OpenedBy: a.Actor.Person, OpenedOrg: a.Actor.Org, ChangedAt: a.Now,
	}
	key, err := s.keyOf(ctx, a, &f)
	if err != nil {
		return f, err
	}
	known, unseen, err := s.alike(ctx, a, f.ID, terms(got.persons, got.contact))
	if err != nil {
		return f, err
	}
	if len(known) > 0 && !in.Anyway {
		return f, &DuplicateError{known}
	}
	if err := insert(ctx, a, a.Alliance(), f); err != nil {
		return f, err
	}
	for _, other := range unseen {
		if err := insertTwin(ctx, a, a.Alliance(), Twin{Family: f.ID, Other: other, FoundAt: a.Now}); err != nil {
			return f, err
		}
	}
	for _, p := range got.persons {
		if err := s.settle(ctx, a, key, f, p); err != nil {
			return f, err
		}
	}
	if err := key.Put(ctx, a, "contact", got.contact); err != nil {
		return f, err
	}
	if err := s.firstTeam(ctx, a, f.ID, in.Restricted); err != nil {
		return f, err
	}
	if err := s.index(ctx, a, f.ID, terms(got.persons, got.contact)); err != nil {
		return f, err
	}
	if err := place(ctx, a, a.Alliance(), f); err != nil {
		return f, err
	}
	return f, mark(ctx, a, f.ID, Event{Kind: "opened"})
}

// keyOf opens the key of the sketch that the file replaces, or makes one.
func (s *Service) keyOf(ctx context.Context, a *act.Act, f *Family) (key vault.Family, err error) {
	if f.ID == "" {
		f.ID = kernel.NewID()
		return s.Vault.Create(ctx, a, a.Alliance(), f.ID)
	}
	if key, err = s.Vault.Open(ctx, a, a.Alliance(), f.ID); err != nil {
		return key, err
	}
	return key, key.Drop(ctx, a, "sketch")
}

// settle writes a person: the role in clear, the birth as a fact, the rest
// sealed.
func (s *Service) settle(ctx context.Context, a *act.Act, key vault.Family, f Family, p Person) error {
	p.Added = a.Now
	if err := insertPerson(ctx, a, a.Alliance(), f.ID, p); err != nil {
		return err
	}
	named, day := factBirth, p.Birth
	if p.Role == Unborn {
		named, day = factDue, p.Due
	}
	if day != "" {
		x := Fact{Version: f.FactsVersion, Person: p.ID, Key: named, Value: quoted(string(day)), Source: Told}
		if err := insertFact(ctx, a, a.Alliance(), f.ID, x.by(a)); err != nil {
			return err
		}
	}
	return key.Put(ctx, a, "person/"+string(p.ID), identity{p.First, p.Last, p.INSZ})
}

// manyAlike bounds how many files of the same people are looked at: a
// telephone at a shelter's desk is in hundreds.
const manyAlike = 50

// alike finds the files that seem to be of the same people: those that the
// actor may know, and those that they may not.
func (s *Service) alike(ctx context.Context, a *act.Act, self kernel.ID, t vault.Terms) (known, unseen []kernel.ID, err error) {
	found, err := s.Vault.FamiliesBy(ctx, a, a.Alliance(), t, manyAlike)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range found {
		if id == self {
			continue
		}
		_, err := policy.Decide(ctx, a, a.Actor, "family.read", id, a.Now)
		switch kernel.CodeOf(err) {
		case "":
			known = append(known, id)
		case kernel.Internal:
			return nil, nil, err
		default:
			unseen = append(unseen, id)
		}
	}
	return known, slices.Clip(unseen), nil
}

// Sketch keeps who a family is before it has a file, for a referral that still
// has to be accepted, and gives the ID under which the file may come. Nobody
// lists or searches a sketch. It joins the act of a module above, which has
// asked whether it may and leaves the record.
func (s *Service) Sketch(ctx context.Context, a *act.Act, in NewFamily) (kernel.ID, error) {
	got, err := in.read(s.intake(a))
	if err != nil {
		return "", err
	}
	id := kernel.NewID()
	key, err := s.Vault.Create(ctx, a, a.Alliance(), id)
	if err != nil {
		return "", err
	}
	in.ID, in.PostalCode, in.Municipality, in.Contact = "", got.code, got.nis, got.contact
	if err := key.Put(ctx, a, "sketch", in); err != nil {
		return "", err
	}
	return id, s.Vault.Index(ctx, a, a.Alliance(), id, terms(got.persons, got.contact))
}

// SketchIn is what a sketch holds, for a module above that has asked whether
// the actor may see it; NotFound when there is none, or when a file has taken
// its place.
func (s *Service) SketchIn(ctx context.Context, a *act.Act, id kernel.ID) (in NewFamily, err error) {
	key, err := s.Vault.Open(ctx, a, a.Alliance(), id)
	if err != nil {
		return in, err
	}
	found, err := key.Get(ctx, a, "sketch", &in)
	if err == nil && !found {
		err = kernel.NewNotFound("family")
	}
	in.ID = id
	return in, err
}

// SketchAlike finds what seems to be of the same people as a sketch: the files
// that the actor may know, and all that else there is. Of the second a module
// above shows only what is the actor's for another reason.
func (s *Service) SketchAlike(ctx context.Context, a *act.Act, id kernel.ID) (known, others []kernel.ID, err error) {
	sketch, err := s.SketchIn(ctx, a, id)
	if err != nil {
		return nil, nil, err
	}
	var persons []Person
	for _, p := range sketch.Persons {
		persons = append(persons, Person{Role: p.Role, First: p.First, Last: p.Last, INSZ: kernel.INSZ(p.INSZ), Birth: p.Birth})
	}
	return s.alike(ctx, a, id, terms(persons, sketch.Contact))
}

// DropSketch forgets a family of whom no file will come. A file is not
// touched by it.
func (s *Service) DropSketch(ctx context.Context, a *act.Act, id kernel.ID) error {
	if _, err := s.SketchIn(ctx, a, id); err != nil {
		return err
	}
	if err := deleteTwins(ctx, a, a.Alliance(), id); err != nil {
		return err
	}
	return s.Vault.Forget(ctx, a, a.Alliance(), id)
}

// completed takes from the sketch what was not typed anew.
func (s *Service) completed(ctx context.Context, a *act.Act, in NewFamily) (NewFamily, error) {
	sketch, err := s.SketchIn(ctx, a, in.ID)
	if err != nil {
		return in, err
	}
	sketch.Anyway = in.Anyway
	sketch.Restricted = sketch.Restricted || in.Restricted
	sketch.Confidential = sketch.Confidential || in.Confidential
	return sketch, nil
}

// SketchCase is what the rules may see of a sketch on a day, as [File.Case] is
// of a file: where it lives, and who is in it with birth or due date. For a
// module above that has asked whether the actor may see the sketch.
func (s *Service) SketchCase(ctx context.Context, a *act.Act, id kernel.ID) ([]byte, error) {
	sketch, err := s.SketchIn(ctx, a, id)
	if err != nil {
		return nil, err
	}
	f := File{law: s.Law}
	f.Municipality, f.PostalCode = sketch.Municipality, sketch.PostalCode
	for i, p := range sketch.Persons {
		who := Person{ID: kernel.ID("p" + strconv.Itoa(i)), Role: p.Role, Birth: p.Birth}
		f.Persons = append(f.Persons, who)
		key, day := factBirth, p.Birth
		if p.Role == Unborn {
			key, day = factDue, p.Due
		}
		if day != "" {
			f.Facts = append(f.Facts, Fact{Person: who.ID, Key: key, Value: quoted(string(day)), Source: Told})
		}
	}
	return f.Case(a.Today())
}
