package families

import (
	"context"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Service is the module's use cases.
type Service struct {
	Acts      *act.Acts
	Vault     *vault.Vault
	Members   *members.Service
	Law       *rules.Library // its dictionary says which facts there are
	Fictional bool           // this house plays with fictional people: their numbers alone are taken
	Texting   bool           // this house can send text messages
}

// Purpose is why somebody opens a file; it stands on record.
type Purpose string

// The purposes.
const (
	ForCare     Purpose = "care" // to work with the family
	ForIntake   Purpose = "intake"
	ForReferral Purpose = "referral"
	ForRequest  Purpose = "request" // the family asked what is in it

	ForConsultation Purpose = "consultation" // a consultation on the case, and nothing else
)

// Purposes lists the purposes in the order in which they are offered.
var Purposes = [...]Purpose{ForCare, ForIntake, ForReferral, ForRequest, ForConsultation}

// firstEvents is how much of the timeline comes with a file.
const firstEvents = 50

// Read opens a family's file for a purpose, and leaves one record of it. Who
// may not know the family finds nothing.
func (s *Service) Read(ctx context.Context, id kernel.ID, why Purpose) (file File, err error) {
	if !slices.Contains(Purposes[:], why) {
		return file, kernel.NewInvalid("family.purpose").At("purpose")
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.read", id); err != nil {
			return err
		}
		if file, err = s.readIn(ctx, a, id, why == ForConsultation); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.read", Subject: id, Detail: map[string]string{"purpose": string(why)}})
	})
	if err != nil {
		return File{}, err // an answer of a try that was rolled back is no answer
	}
	return file, nil
}

// ReadIn reads a file within an act of a module above, which has asked whether
// it may and leaves the record. What the actor sees of it is cut by group, here
// as elsewhere: [policy.SightOf].
func (s *Service) ReadIn(ctx context.Context, a *act.Act, id kernel.ID) (file File, err error) {
	return s.readIn(ctx, a, id, false)
}

func (s *Service) readIn(ctx context.Context, a *act.Act, id kernel.ID, consultation bool) (file File, err error) {
	if file, err = s.entire(ctx, a, id); err != nil {
		return file, err
	}
	if file.Sight, err = sight(ctx, a, id, consultation); err != nil {
		return File{}, err
	}
	file.narrow()
	return file, nil
}

// ReferredIn is what an organisation to which a family was referred needs to
// reach it, within an act of a module above that has asked whether the referral
// is the actor's, or that works for the house itself. To whom the family said
// no there is no file.
func (s *Service) ReferredIn(ctx context.Context, a *act.Act, id, org kernel.ID) (file File, err error) {
	if file, err = s.entire(ctx, a, id); err != nil {
		return file, err
	}
	file.Sight, err = policy.SightOfReferred(ctx, a, a.Alliance(), org, id)
	if err == nil && !file.Sight.Of(policy.Identity) {
		err = kernel.NewNotFound("object")
	}
	if err != nil {
		return File{}, err
	}
	file.narrow()
	return file, nil
}

// entire is all that is kept of a family, before anything is left out for a
// reader.
func (s *Service) entire(ctx context.Context, a *act.Act, id kernel.ID) (file File, err error) {
	al := a.Alliance()
	file.law = s.Law
	if file.Family, err = loadKept(ctx, a, id); err != nil {
		return file, err
	}
	persons, err := personsOf(ctx, a, al, id)
	if err != nil {
		return file, err
	}
	if file.live, err = factsOf(ctx, a, al, id, stillHolding); err != nil {
		return file, err
	}
	file.Facts = file.FactsOn(a.Today())
	if file.Team, err = carersOf(ctx, a, al, id); err != nil {
		return file, err
	}
	if file.Events, err = eventsOf(ctx, a, al, id, cursor{}, firstEvents); err != nil {
		return file, err
	}
	return file, s.unseal(ctx, a, &file, persons)
}

// sight is what the actor may see of a family; NotFound when not even who they
// are.
func sight(ctx context.Context, a *act.Act, id kernel.ID, consultation bool) (policy.Sight, error) {
	see, err := policy.SightOf(ctx, a, a.Actor, id, a.Now, consultation)
	if err == nil && !see.Of(policy.Identity) {
		err = kernel.NewNotFound("object")
	}
	return see, err
}

// unseal brings what the vault holds into the file.
func (s *Service) unseal(ctx context.Context, a *act.Act, file *File, persons []Person) error {
	key, err := s.Vault.Open(ctx, a, a.Alliance(), file.ID)
	if err != nil {
		return err
	}
	known := map[string]identity{}
	err = key.Each(ctx, a, "", func(name string, decode func(any) error) error {
		kind, id, _ := strings.Cut(name, "/")
		switch kind {
		case "contact":
			return decode(&file.Contact)
		case "person":
			var who identity
			err := decode(&who)
			known[id] = who
			return err
		case "note":
			note := Note{ID: kernel.ID(id)}
			err := decode(&note)
			file.Notes = append(file.Notes, note)
			return err
		}
		return nil // another module's
	})
	if err != nil {
		return err
	}
	slices.Reverse(file.Notes)
	for _, p := range persons {
		who := known[string(p.ID)]
		p.First, p.Last, p.INSZ = who.First, who.Last, who.INSZ
		p.Birth, p.Due = dateOf(file.Facts, p.ID, factBirth), dateOf(file.Facts, p.ID, factDue)
		if p.LeftOn == "" {
			file.Persons = append(file.Persons, p)
		} else {
			file.Gone = append(file.Gone, p)
		}
	}
	return nil
}

// FamilyIn is what is known of a family without knowing who it is, for a module
// above that has asked whether the actor may know it; NotFound when it is
// erased.
func (s *Service) FamilyIn(ctx context.Context, a *act.Act, id kernel.ID) (Family, error) {
	return loadKept(ctx, a, id)
}

// BornIn is the family in which somebody has a last name and a day of birth,
// whoever may know it; zero when there is none, or more than one. For a module
// above that has asked whether it may, and says nothing of it but to who is
// told of every such question.
func (s *Service) BornIn(ctx context.Context, a *act.Act, last string, birth kernel.Date) (kernel.ID, error) {
	found, err := s.Vault.FamiliesBy(ctx, a, a.Alliance(), vault.Terms{Births: []string{strings.TrimSpace(last) + " " + string(birth)}}, manyAlike)
	if err != nil {
		return "", err
	}
	var one kernel.ID
	for _, id := range found {
		f, err := load(ctx, a, a.Alliance(), id)
		switch {
		case kernel.CodeOf(err) == kernel.NotFound || err == nil && f.State == StateErased: // a sketch, or nobody any more
		case err != nil:
			return "", err
		case one != "":
			return "", nil
		default:
			one = id
		}
	}
	return one, nil
}

// loadKept loads a family of which more is left than figures. A file that went
// into another leads there: [MergedError].
func loadKept(ctx context.Context, a *act.Act, id kernel.ID) (Family, error) {
	f, err := load(ctx, a, a.Alliance(), id)
	switch {
	case err != nil:
	case f.State == StateErased:
		err = kernel.NewNotFound("family")
	case f.State == StateMerged:
		err = elsewhere(ctx, a, id)
	}
	return f, err
}

func dateOf(facts []Fact, person kernel.ID, key string) kernel.Date {
	for _, x := range facts {
		if x.Person == person && x.Key == key {
			return dateIn(x.Value)
		}
	}
	return ""
}

// change is how the care team alters a file: may they, is it open, alter,
// save, record.
func (s *Service) change(ctx context.Context, id kernel.ID, alter func(a *act.Act, f *Family) (act.Entry, error)) error {
	return s.changeBy(ctx, "family.change", id, alter)
}

func (s *Service) changeBy(ctx context.Context, action string, id kernel.ID, alter func(a *act.Act, f *Family) (act.Entry, error)) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, action, id); err != nil {
			return err
		}
		_, err := s.changeIn(ctx, a, id, alter)
		return err
	})
}

// changeIn is change within an act that has asked for permission already.
func (s *Service) changeIn(ctx context.Context, a *act.Act, id kernel.ID, alter func(a *act.Act, f *Family) (act.Entry, error)) (Family, error) {
	f, err := load(ctx, a, a.Alliance(), id)
	if err != nil {
		return f, err
	}
	if err := f.open(); err != nil {
		return f, err
	}
	entry, err := alter(a, &f)
	if err != nil {
		return f, err
	}
	f.ChangedAt = a.Now
	if err := save(ctx, a, a.Alliance(), &f); err != nil {
		return f, err
	}
	entry.Action, entry.Subject = "family.change", id
	return f, a.Record(ctx, entry)
}

// intake is what holds while data enters in this act.
func (s *Service) intake(a *act.Act) intake { return intake{a.Today(), s.Fictional, s.Law} }

// mark writes an event on the timeline.
func mark(ctx context.Context, a *act.Act, family kernel.ID, e Event) error {
	e.ID, e.At, e.Worker, e.Org = kernel.NewID(), a.Now, a.Actor.Person, a.Actor.Org
	return insertEvent(ctx, a, a.Alliance(), family, e)
}

// Mark writes an event on the timeline of a family, within an act of a module
// above. Kind and detail are codes; anything else is an error of the program.
func (s *Service) Mark(ctx context.Context, a *act.Act, family kernel.ID, e Event) error {
	if !code.MatchString(e.Kind) || e.Detail != "" && !code.MatchString(e.Detail) {
		return errNoCode
	}
	return mark(ctx, a, family, e)
}
