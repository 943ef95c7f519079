package vouchers

import (
	"context"
	"regexp"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// NewGrant is what a worker asks for a child.
type NewGrant struct {
	ID        kernel.ID // made by who asks, so that to send it twice is to do it once
	Family    kernel.ID
	Child     kernel.ID
	Programme kernel.ID
	Offer     string
	Decision  string      // the reference of a committee's decision; empty: the worker's own
	DecidedOn kernel.Date // of the decision
	Cents     kernel.Cents
	Units     int64 // how much was decided, where it differs from what is usual; zero: as usual
}

// reference is how a decision may be referred to: "BCSD 2026/114, punt 7". It
// holds a figure and no sentence, for it stands beside a number, not in the vault.
var reference = regexp.MustCompile(`^[\p{L}\d][\p{L}\d /.,:°-]{0,38}$`)

// Give grants an offer to a child of a family, once for a period, and reserves
// it in the ledger. Who has it already is Conflict ("voucher.twice"), and so is a
// child whom the programme does not mean ("voucher.not_for"); when the
// budget is short nothing is granted, and the fault says by how much
// ("voucher.short").
func (s *Service) Give(ctx context.Context, in NewGrant) (g Grant, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.grant", in.Family); err != nil {
			return err
		}
		g, err = s.giveIn(ctx, a, in)
		return err
	})
	return g, err
}

func (s *Service) giveIn(ctx context.Context, a *act.Act, in NewGrant) (g Grant, err error) {
	child, err := s.childIn(ctx, a, in.Family, in.Child)
	if err != nil {
		return g, err
	}
	p, setup, err := s.runningIn(ctx, a, in.Programme, in.Offer)
	if err != nil {
		return g, err
	}
	if setup, err = in.decided(setup, a.Today()); err != nil {
		return g, err
	}
	if g, err = newGrant(setup, child, a.Today()); err != nil {
		return g, err
	}
	g.ID, g.Family, g.Cause, g.MadeAt, g.MadeBy = in.ID, in.Family, ByWorker, a.Now, a.Actor.Person
	if in.Decision != "" {
		g.Cause, g.Decision, g.DecidedOn = ByDecision, in.Decision, in.DecidedOn
	}
	if again, done, err := s.sentBefore(ctx, a, g, in); done || err != nil {
		return again, err
	}
	if err := s.free(ctx, a, g); err != nil {
		return g, err
	}
	if err := s.meantIn(ctx, a, g); err != nil {
		return g, err
	}
	if setup.ByRule && in.Cents == 0 {
		if err := s.ruledIn(ctx, a, &p, &g); err != nil {
			return g, err
		}
	}
	return g, s.grantIn(ctx, a, &p, &g, "given")
}

// decided checks what was decided, and is the setup with it.
func (in NewGrant) decided(setup Setup, today kernel.Date) (Setup, error) {
	wrong := kernel.Faults{}
	if _, err := kernel.ParseID(string(in.ID)); err != nil {
		wrong.Check("id", kernel.NewInvalid("voucher.id"))
	}
	if in.Decision != "" && !(reference.MatchString(in.Decision) && hasDigit(in.Decision)) {
		wrong.Check("decision", kernel.NewInvalid("voucher.decision"))
	}
	switch _, err := kernel.ParseDate(string(in.DecidedOn)); {
	case in.Decision == "" && in.DecidedOn != "":
		wrong.Check("decision", kernel.NewInvalid("voucher.decision"))
	case in.Decision != "" && (err != nil || in.DecidedOn > today):
		wrong.Check("decided", kernel.NewInvalid("voucher.decided_on"))
	}
	switch {
	case in.Units < 0 || in.Units > maxUnits || in.Units > 0 && setup.Units == 0:
		wrong.Check("units", kernel.NewInvalid("voucher.setup.units"))
	case in.Units > 0:
		setup.Units = in.Units
	}
	switch {
	case in.Cents < 0 || in.Cents > maxCents || in.Cents > 0 && setup.Units > 0:
		wrong.Check("cents", kernel.NewInvalid("voucher.setup.cents"))
	case in.Cents > 0 && setup.ByRule && in.Decision == "":
		wrong.Check("decision", kernel.NewInvalid("voucher.by_rule.decision"))
	case in.Cents > 0:
		setup.Cents = in.Cents
	}
	return setup, wrong.Err()
}

func hasDigit(s string) bool {
	return slices.ContainsFunc([]byte(s), func(b byte) bool { return '0' <= b && b <= '9' })
}

// newGrant is a proposal for a child on a day.
func newGrant(setup Setup, child families.Person, today kernel.Date) (Grant, error) {
	period, err := setup.periodOn(today, child.Birth)
	if err != nil {
		return Grant{}, err
	}
	begins := today
	if day := setup.dayOf(child.Birth, today); day != "" && day <= today && today < day.AddMonths(int(setup.Months)) {
		begins = day
	}
	return Grant{Programme: setup.Programme, Offer: setup.Offer, Form: setup.Form, Child: child.ID, Period: period, State: Proposed,
		Units: setup.Units, Cents: setup.total(), Worth: setup.Worth, Copay: setup.Copay, Home: setup.Home, Anywhere: setup.Anywhere,
		Begins: begins, LastDay: begins.AddMonths(int(setup.Months)).AddDays(-1)}, nil
}

// childIn is a child of a family that is worked with.
func (s *Service) childIn(ctx context.Context, a *act.Act, family, child kernel.ID) (families.Person, error) {
	file, err := s.Families.ReadIn(ctx, a, family)
	if err != nil {
		return families.Person{}, err
	}
	i := slices.IndexFunc(file.Persons, func(p families.Person) bool { return p.ID == child && p.Role == families.Child })
	switch {
	case file.State != families.StateOpen:
		return families.Person{}, kernel.NewConflict("family.closed")
	case i < 0:
		return families.Person{}, kernel.NewInvalid("family.person").At("child")
	}
	return file.Persons[i], nil
}

// runningIn is a programme that is offered today, and how it gives an offer.
func (s *Service) runningIn(ctx context.Context, a *act.Act, programme kernel.ID, offer string) (p programmes.Programme, setup Setup, err error) {
	if p, err = s.Programmes.ProgrammeIn(ctx, a, programme); err != nil {
		return p, setup, err
	}
	if setup, err = setupIn(ctx, a, a.Alliance(), &p, offer); err != nil {
		return p, setup, err
	}
	if !p.OnDay(a.Today()) {
		return p, setup, kernel.NewConflict("programme.not_on")
	}
	return p, setup, nil
}

// sentBefore tells whether a grant with this number is there already, and
// refuses the number when it is another's. What was left as usual was so then.
func (s *Service) sentBefore(ctx context.Context, a *act.Act, g Grant, in NewGrant) (before Grant, done bool, err error) {
	before, err = loadGrant(ctx, a, a.Alliance(), g.ID)
	if kernel.CodeOf(err) == kernel.NotFound {
		return g, false, nil
	}
	if err != nil {
		return g, false, err
	}
	same := before.Programme == g.Programme && before.Offer == g.Offer && before.Family == g.Family && before.Child == g.Child &&
		(in.Cents == 0 || before.Cents == in.Cents) && (in.Units == 0 || before.Units == in.Units) &&
		before.Decision == g.Decision && before.DecidedOn == g.DecidedOn
	if !same {
		return g, false, kernel.NewInvalid("voucher.other_content").At("id")
	}
	return before, true, a.Record(ctx, act.Entry{Action: "voucher.grant", Subject: g.Family, Detail: map[string]string{"grant": string(g.ID), "again": "yes"}})
}

// free refuses a second grant for the same child and period. One that was
// proposed or declined before makes way.
func (s *Service) free(ctx context.Context, a *act.Act, g Grant) error {
	before, err := grantFor(ctx, a, a.Alliance(), g)
	switch {
	case kernel.CodeOf(err) == kernel.NotFound:
		return nil
	case err != nil:
		return err
	case before.State == Proposed, before.State == Declined:
		return deleteGrant(ctx, a, a.Alliance(), before.ID)
	}
	return kernel.NewConflict("voucher.twice").At("child").With("day", string(before.GrantedAt.Date()))
}

// grantIn reserves a proposal in the ledger, keeps it and begins it.
func (s *Service) grantIn(ctx context.Context, a *act.Act, p *programmes.Programme, g *Grant, how string) error {
	if err := s.payableIn(ctx, a, *g); err != nil {
		return err
	}
	if err := s.reserve(ctx, a, *g); err != nil {
		return err
	}
	return s.grantedIn(ctx, a, p, g, how)
}

// grantedIn keeps what was reserved, and begins what follows from it.
func (s *Service) grantedIn(ctx context.Context, a *act.Act, p *programmes.Programme, g *Grant, how string) error {
	g.State, g.GrantedAt = Granted, a.Now
	if err := saveGrant(ctx, a, a.Alliance(), *g); err != nil {
		return err
	}
	if err := s.beginIn(ctx, a, p, *g); err != nil {
		return err
	}
	return a.Record(ctx, act.Entry{Action: "voucher.grant", Subject: g.Family,
		Detail: map[string]string{"grant": string(g.ID), "programme": string(p.ID), "offer": g.Offer, "how": how}})
}

// change is an act on a grant of a family.
func (s *Service) change(ctx context.Context, family, id kernel.ID, fn func(a *act.Act, g *Grant) error) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.grant", family); err != nil {
			return err
		}
		g, err := loadGrant(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		if g.Family != family {
			return kernel.NewNotFound("voucher")
		}
		return fn(a, &g)
	})
}

// Approve grants what was proposed; what is granted already stays so.
func (s *Service) Approve(ctx context.Context, family, id kernel.ID) error {
	return s.change(ctx, family, id, func(a *act.Act, g *Grant) error {
		switch g.State {
		case Granted:
			return s.note(ctx, a, *g, "approved already")
		case Proposed:
			return s.approveIn(ctx, a, g)
		}
		return kernel.NewConflict("voucher.over")
	})
}

func (s *Service) approveIn(ctx context.Context, a *act.Act, g *Grant) error {
	p, setup, err := s.runningIn(ctx, a, g.Programme, g.Offer)
	if err != nil {
		return err
	}
	if g.LastDay < a.Today() {
		return kernel.NewConflict("voucher.late").With("day", string(g.LastDay))
	}
	g.fill(setup)
	if setup.ByRule {
		if err := s.ruledIn(ctx, a, &p, g); err != nil {
			return err
		}
	}
	return s.grantIn(ctx, a, &p, g, "approved")
}

// Decline says that a proposal is not granted.
func (s *Service) Decline(ctx context.Context, family, id kernel.ID) error {
	return s.change(ctx, family, id, func(a *act.Act, g *Grant) error {
		if g.State != Proposed && g.State != Declined {
			return kernel.NewConflict("voucher.over")
		}
		g.State, g.EndedAt = Declined, a.Now
		if err := saveGrant(ctx, a, a.Alliance(), *g); err != nil {
			return err
		}
		return s.note(ctx, a, *g, "declined")
	})
}

// Revoke takes a grant back: what is left of it returns to the budget, and its
// paper is good for nothing. What was spent stays spent.
func (s *Service) Revoke(ctx context.Context, family, id kernel.ID) error {
	return s.change(ctx, family, id, func(a *act.Act, g *Grant) error {
		switch g.State {
		case Revoked:
			return s.note(ctx, a, *g, "revoked already")
		case Granted:
			return s.endIn(ctx, a, g, Revoked)
		}
		return kernel.NewConflict("voucher.over")
	})
}

// endIn ends a grant; what is left returns to the budget.
func (s *Service) endIn(ctx context.Context, a *act.Act, g *Grant, as State) error {
	if err := s.backIn(ctx, a, *g); err != nil {
		return err
	}
	if err := s.giveBack(ctx, a, *g, "voucher."+string(as)); err != nil {
		return err
	}
	g.State, g.EndedAt = as, a.Now
	if err := saveGrant(ctx, a, a.Alliance(), *g); err != nil {
		return err
	}
	return s.note(ctx, a, *g, string(as))
}

func (s *Service) note(ctx context.Context, a *act.Act, g Grant, how string) error {
	return a.Record(ctx, act.Entry{Action: "voucher.grant", Subject: g.Family, Detail: map[string]string{"grant": string(g.ID), "how": how}})
}
