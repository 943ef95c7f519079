package ownpage

import (
	"context"
	"maps"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// own is how an adult reads what is theirs: may they, read the file, show what
// they may see of it, record. The record is the adult's, not the family's: what
// one of them reads the other is not told.
func (s *Service) own(ctx context.Context, v Visit, part string, show func(a *act.Act, file families.File, look sight) error) error {
	ctx = act.As(ctx, v.Actor())
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "own.read", v.Family); err != nil {
			return err
		}
		file, err := s.Families.OwnIn(ctx, a, v.Family)
		if err != nil {
			return err
		}
		if !belongs(v.Code, file) {
			return kernel.NewNotFound("family")
		}
		if err := show(a, file, sightOf(v.Code, file)); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "own.read", Subject: v.Person, Detail: map[string]string{"part": part}})
	})
}

// About is what is written of an adult and of those whom they may see.
type About struct {
	Me           families.Person
	Whole        bool              // the household is their own: its address and facts are shown
	Persons      []families.Person // themselves first
	Facts        []families.Fact
	Contact      families.Contact // zero, unless the household is their own
	PostalCode   kernel.PostalCode
	Municipality kernel.NIS
	Team         []Helper // who works with the family; none for one who lives elsewhere
}

// Helper is somebody who works with the family.
type Helper struct {
	Worker kernel.ID // zero: the organisation as a whole
	Org    kernel.ID
	Name   string
	OrgAs  string // the name of the organisation
	Phone  kernel.Phone
	Site   string
	Town   kernel.NIS
}

// About is what is written of the visitor, of the children they live with, and
// of the household if it is theirs.
func (s *Service) About(ctx context.Context, v Visit) (about About, err error) {
	err = s.own(ctx, v, "about", func(a *act.Act, file families.File, look sight) error {
		about = aboutOf(file, look)
		if !look.whole {
			return nil
		}
		about.Team, err = s.helpers(ctx, a, file)
		return err
	})
	if err != nil {
		return About{}, err
	}
	return about, nil
}

// aboutOf cuts a file to what one adult may see of it.
func aboutOf(file families.File, look sight) About {
	about := About{Whole: look.whole}
	about.Me, _ = file.Person(look.me)
	about.Persons = append(about.Persons, about.Me)
	for _, p := range file.Persons {
		if p.ID != look.me && look.sees(file, p.ID) {
			p.INSZ = ""
			about.Persons = append(about.Persons, p)
		}
	}
	for _, x := range file.Facts {
		if look.shows(file, x) {
			about.Facts = append(about.Facts, x)
		}
	}
	if look.whole {
		about.Contact, about.PostalCode, about.Municipality = file.Contact, file.PostalCode, file.Municipality
	}
	return about
}

// ofTheChild are the facts that are of a child wherever it lives. An adult who
// lives elsewhere is shown these of the children they see, and no other: what a
// child costs, where it goes to school and what it is registered for tell of the
// other home.
var ofTheChild = []string{"birth_date", "due_date", "care_needs", "care_points", "care_points_first", "disability_66", "secondary_form"}

// shows tells whether an adult is shown a fact.
func (s sight) shows(file families.File, x families.Fact) bool {
	if !s.sees(file, x.Person) {
		return false
	}
	return s.whole || x.Person == s.me || slices.Contains(ofTheChild, x.Key)
}

// helpers are the care team with what is publicly known of its organisations.
func (s *Service) helpers(ctx context.Context, a *act.Act, file families.File) (team []Helper, err error) {
	for _, c := range file.Team {
		h := Helper{Org: c.Holder}
		if c.Kind == families.CarerWorker {
			h.Worker = c.Holder
			posts, err := s.Members.PostsIn(ctx, a, c.Holder)
			if err != nil {
				return nil, err
			}
			if len(posts) == 0 {
				continue // works here no more
			}
			h.Name, h.Org = posts[0].Worker.Name, posts[0].Organisation.ID
			if i := slices.IndexFunc(posts, inTeam(file)); i >= 0 {
				h.Org = posts[i].Organisation.ID
			}
		}
		if team, err = s.withOrganisation(ctx, a, team, h); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(team, func(h Helper) bool { // told by name already
		return h.Worker == "" && slices.ContainsFunc(team, func(x Helper) bool { return x.Worker != "" && x.Org == h.Org })
	}), nil
}

func (s *Service) withOrganisation(ctx context.Context, a *act.Act, team []Helper, h Helper) ([]Helper, error) {
	o, err := s.Members.OrganisationIn(ctx, a, h.Org)
	if kernel.CodeOf(err) == kernel.NotFound {
		return team, nil
	}
	h.OrgAs, h.Phone, h.Site, h.Town = o.Name, o.Phone, o.Website, o.Municipality
	return append(team, h), err
}

// Found is what there is for a family, as one adult may see it.
type Found struct {
	Certain, Possible []Right
	Asked             []Asked
}

// Right is one right or offer.
type Right struct {
	ID, Name, Summary string
	Amounts           []Amount
	InKind            string
	Automatic         bool
	How, Where        string
	Local             bool // of the alliance, not of the law
	By                string
	Waits             []reach.PutOff // with what the care team waits; none: with nothing
}

// Amount is what a right comes to, and for whom.
type Amount struct {
	Cents kernel.Cents
	Per   string // "month", "once" …
	For   string // the first name of whom it is for; empty: the family
}

// Asked is a right that was asked for.
type Asked struct {
	rights.Claim
	Name string // empty: the right exists no more
}

// Find is what there is for the visitor today, and how far what they asked
// for is. Names are in names. Who does not live in the household sees what was
// asked for themselves and for the children they see, and nothing that rests on
// what the household earns.
func (s *Service) Find(ctx context.Context, v Visit, names kernel.Lang) (found Found, err error) {
	var seen rights.OwnSight
	var waits []reach.PutOff
	var kept families.File
	var look sight
	err = s.own(ctx, v, "rights", func(a *act.Act, file families.File, l sight) error {
		kept, look = file, l
		if seen, err = s.Rights.OwnIn(ctx, a, file); err != nil {
			return err
		}
		waits, err = s.Reach.PutOffIn(ctx, a, file.ID)
		return err
	})
	if err != nil {
		return Found{}, err
	}
	return foundFor(kept, look, seen, waits, names)
}

func foundFor(file families.File, look sight, seen rights.OwnSight, waits []reach.PutOff, names kernel.Lang) (found Found, err error) {
	found.Asked = askedOf(file, look, seen, names)
	if !look.whole {
		return found, nil
	}
	all, err := seen.Find(names)
	if err != nil {
		return Found{}, err
	}
	for i := range all.Result.Rights {
		x := &all.Result.Rights[i]
		one, mine := rightOf(file, look, &all, x)
		for _, w := range waits {
			if w.Right == x.ID && look.sees(file, w.Person) {
				one.Waits = append(one.Waits, w)
			}
		}
		switch {
		case !mine:
		case x.Status == rules.Entitled:
			found.Certain = append(found.Certain, one)
		case x.Status == rules.Unknown:
			found.Possible = append(found.Possible, one)
		}
	}
	slices.SortStableFunc(found.Certain, func(a, b Right) int { return len(b.Amounts) - len(a.Amounts) })
	return found, nil
}

func askedOf(file families.File, look sight, seen rights.OwnSight, names kernel.Lang) (asked []Asked) {
	claims, called := seen.Claims(names)
	for _, c := range claims {
		if look.sees(file, c.Person) {
			asked = append(asked, Asked{c, called[c.Right]})
		}
	}
	return asked
}

// rightOf is a finding as the adult may see it; mine is false when it is of
// another adult alone.
func rightOf(file families.File, look sight, all *rights.Found, x *rules.Finding) (one Right, mine bool) {
	_, local := all.Local[x.ID]
	one = Right{ID: x.ID, Name: x.Name, Summary: x.Summary, InKind: x.InKind, Automatic: x.Mode == "automatic", How: x.Apply, Where: x.Where,
		Local: local, By: x.Decides}
	mine = len(x.Persons) == 0
	for _, p := range x.Persons {
		mine = mine || p.Status == x.Status && look.sees(file, kernel.ID(p.Person))
	}
	for _, amount := range x.Amounts {
		to := kernel.ID(amount.To)
		if amount.To == rules.OfFamily {
			to = ""
		}
		if look.sees(file, to) {
			one.Amounts = append(one.Amounts, Amount{kernel.Cents(amount.Cents), amount.Per, firstName(file, to)})
		}
	}
	return one, mine && (len(x.Amounts) == 0 || len(one.Amounts) > 0)
}

// firstName is the first name of a person of the file; empty for nobody of it.
func firstName(file families.File, person kernel.ID) string {
	i := slices.IndexFunc(file.Persons, func(p families.Person) bool { return p.ID == person })
	if i < 0 {
		return ""
	}
	return file.Persons[i].First
}

// FamilyForgotten hears that a family was erased: its codes, visits, messages
// and plan go. What was sealed went with its key.
func (s *Service) FamilyForgotten(ctx context.Context, a *act.Act, e families.Forgotten) error {
	return forget(ctx, a, a.Alliance(), e.Family)
}

// inTeam finds the post at which a worker is in the care team of a file, as far
// as its organisations tell.
func inTeam(file families.File) func(members.Post) bool {
	return func(p members.Post) bool {
		return slices.ContainsFunc(file.Team, func(c families.Carer) bool { return c.Holder == p.Organisation.ID })
	}
}

// Everything is all that the pages of an adult show, to be taken along.
type Everything struct {
	On       kernel.Instant
	About    About
	Rights   Found
	Plan     []Step
	Things   []Thing
	Messages []Message
	Shared   Shared
	Looks    []audit.Record
	Wallet   Wallet
	Names    map[kernel.ID]string // of the workers and organisations that stand in it
}

// Everything is all that the visitor's pages show, at one moment.
func (s *Service) Everything(ctx context.Context, v Visit, names kernel.Lang) (all Everything, err error) {
	var seen rights.OwnSight
	var waits []reach.PutOff
	var kept families.File
	var look sight
	err = s.own(ctx, v, "everything", func(a *act.Act, file families.File, l sight) error {
		kept, look = file, l
		all = Everything{On: a.Now, About: aboutOf(file, l), Names: map[kernel.ID]string{}}
		if seen, err = s.Rights.OwnIn(ctx, a, file); err != nil {
			return err
		}
		if waits, err = s.Reach.PutOffIn(ctx, a, file.ID); err != nil {
			return err
		}
		plan, err := s.planIn(ctx, a, file, l, names)
		if err != nil {
			return err
		}
		all.Plan, all.About.Team = append(plan.Open, plan.Done...), plan.Team
		if all.Messages, err = s.messages(ctx, a, file.ID, l.me); err != nil {
			return err
		}
		if err := s.thingsIn(ctx, a, file.ID, &all); err != nil {
			return err
		}
		looks, err := s.looksIn(ctx, a, file, l, 0)
		if err != nil {
			return err
		}
		all.Looks = looks.Records
		if all.Wallet, err = s.walletIn(ctx, a, file, l); err != nil {
			return err
		}
		if all.Shared, err = s.sharedIn(ctx, a, file, l); err != nil {
			return err
		}
		writers, err := s.writers(ctx, a, all.Messages)
		for _, more := range []map[kernel.ID]string{plan.Names, looks.Names, writers, all.Shared.Names} {
			maps.Copy(all.Names, more)
		}
		return err
	})
	if err != nil {
		return Everything{}, err
	}
	all.Rights, err = foundFor(kept, look, seen, waits, names)
	return all, err
}
