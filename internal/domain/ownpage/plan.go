package ownpage

import (
	"cmp"
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// StepKind says where a step of a plan comes from, and so in which words it is
// told.
type StepKind string

// The kinds of steps. All but the first follow from what is under way.
const (
	Agreed      StepKind = "agreed"      // written down together
	ToAsk       StepKind = "ask"         // ask for a right
	ToHear      StepKind = "hear"        // wait for the answer, and ask after it
	ToFight     StepKind = "fight"       // it was refused: decide together whether to fight it
	ToJudge     StepKind = "judge"       // somebody else looks at it again
	Appointment StepKind = "appointment" // be somewhere
	TheyAnswer  StepKind = "they_answer" // an organisation says whether it can help
	TheyCall    StepKind = "they_call"   // an organisation gets in touch
	TheyHelp    StepKind = "they_help"   // an organisation helps
)

// Step is one thing that is to be done, by whom and by when.
type Step struct {
	ID     kernel.ID // of one that was agreed; zero otherwise
	Kind   StepKind
	Text   string    // of one that was agreed, in the words in which it was written
	Right  string    // the name of the right that it is about
	Person kernel.ID // for whom alone; zero: for the household
	Theirs bool      // the family does it
	Worker kernel.ID // who does it, or helps with it
	Org    kernel.ID
	Due    kernel.Date    // zero: no day was agreed
	At     kernel.Instant // of an appointment
	Place  string
	Done   kernel.Instant // zero: still to do
}

func (s Step) when() string {
	if s.At != "" {
		return string(s.At)
	}
	return string(cmp.Or(s.Due, "9999"))
}

// Plan is what was agreed and what is under way, for one adult.
type Plan struct {
	Me      families.Person
	Whole   bool
	Open    []Step // the nearest first
	Done    []Step // the latest first
	Team    []Helper
	Places  map[kernel.ID]members.Organisation // the organisations of the steps
	Names   map[kernel.ID]string               // workers and organisations
	Waiting int                                // messages that the adult has not seen
}

// Plan is the plan as the visitor sees it. Names of rights are in names.
func (s *Service) Plan(ctx context.Context, v Visit, names kernel.Lang) (plan Plan, err error) {
	err = s.own(ctx, v, "plan", func(a *act.Act, file families.File, look sight) error {
		plan, err = s.planIn(ctx, a, file, look, names)
		return err
	})
	if err != nil {
		return Plan{}, err
	}
	return plan, nil
}

// PlanOf is the plan as an adult of the family sees it, for a worker of the care
// team who prints it or makes it together with them. The zero person is the one
// with whom the file began.
func (s *Service) PlanOf(ctx context.Context, family, person kernel.ID, names kernel.Lang) (plan Plan, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.plan", family); err != nil {
			return err
		}
		file, err := s.Families.ReadIn(ctx, a, family)
		if err != nil {
			return err
		}
		look, err := s.sightFor(ctx, a, file, person)
		if err != nil {
			return err
		}
		if plan, err = s.planIn(ctx, a, file, look, names); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.read", Subject: about(family, person), Detail: map[string]string{"part": "plan"}})
	})
	if err != nil {
		return Plan{}, err
	}
	return plan, nil
}

// sightFor is what an adult of a file sees: by the code that they have, or, who
// has none, by what they are in the household.
func (s *Service) sightFor(ctx context.Context, a *act.Act, file families.File, person kernel.ID) (sight, error) {
	i := slices.IndexFunc(file.Persons, func(p families.Person) bool {
		return p.ID == person || person == "" && p.Role == families.Applicant
	})
	if person == "" && i >= 0 {
		person = file.Persons[i].ID
	}
	p, ok := file.Person(person)
	if !ok || p.Role == families.Child || p.Role == families.Unborn {
		return sight{}, kernel.NewNotFound("person")
	}
	c, err := liveCodeOf(ctx, a, a.Alliance(), file.ID, person)
	if kernel.CodeOf(err) == kernel.NotFound {
		c, err = Code{Person: person}, nil
		if p.LeftOn == "" && (p.Role == families.Applicant || p.Role == families.Partner) {
			c.Whole, c.Children = true, everyChild
		}
	}
	return sightOf(c, file), err
}

func (s *Service) planIn(ctx context.Context, a *act.Act, file families.File, look sight, names kernel.Lang) (plan Plan, err error) {
	plan = Plan{Whole: look.whole, Places: map[kernel.ID]members.Organisation{}}
	plan.Me, _ = file.Person(look.me)
	steps, err := s.writtenSteps(ctx, a, file.ID)
	if err != nil {
		return plan, err
	}
	seen, err := s.Rights.OwnIn(ctx, a, file)
	if err != nil {
		return plan, err
	}
	for _, c := range askedOf(file, look, seen, names) {
		if x, ok := claimStep(c); ok {
			steps = append(steps, x)
		}
	}
	if look.whole {
		own, err := s.Referrals.OwnIn(ctx, a, file.ID)
		if err != nil {
			return plan, err
		}
		for _, r := range own {
			steps = append(steps, referralStep(r))
		}
		if plan.Team, err = s.helpers(ctx, a, file); err != nil {
			return plan, err
		}
	}
	for _, x := range steps {
		switch {
		case !look.sees(file, x.Person):
		case x.Done != "":
			plan.Done = append(plan.Done, x)
		default:
			plan.Open = append(plan.Open, x)
		}
	}
	slices.SortStableFunc(plan.Open, func(x, y Step) int { return cmp.Compare(x.when(), y.when()) })
	slices.SortStableFunc(plan.Done, func(x, y Step) int { return cmp.Compare(y.Done, x.Done) })
	if plan.Waiting, err = unseenBy(ctx, a, a.Alliance(), file.ID, look.me); err != nil {
		return plan, err
	}
	return plan, s.called(ctx, a, &plan)
}

// called fills in who and where.
func (s *Service) called(ctx context.Context, a *act.Act, plan *Plan) (err error) {
	var ids []kernel.ID
	for _, x := range slices.Concat(plan.Open, plan.Done) {
		ids = append(ids, x.Worker, x.Org)
		if _, known := plan.Places[x.Org]; known || x.Org == "" {
			continue
		}
		o, err := s.Members.OrganisationIn(ctx, a, x.Org)
		if err != nil && kernel.CodeOf(err) != kernel.NotFound {
			return err
		}
		plan.Places[x.Org] = o
	}
	plan.Names, err = s.Members.NamesIn(ctx, a, ids...)
	return err
}
