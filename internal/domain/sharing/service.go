package sharing

import (
	"context"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// Service is the module's use cases.
type Service struct {
	Acts     *act.Acts
	Vault    *vault.Vault
	Members  *members.Service
	Families *families.Service
}

// Shared is what a family shares and what it objects to.
type Shared struct {
	Decisions  []Decision // newest first, those that ended too
	Objections []Objection
}

// Of is what a family shares, for its care team; it leaves a record, as reading
// the file does.
func (s *Service) Of(ctx context.Context, family kernel.ID) (all Shared, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.share", family); err != nil {
			return err
		}
		if all, err = s.OfIn(ctx, a, family); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.read", Subject: family, Detail: map[string]string{"part": "sharing"}})
	})
	if err != nil {
		return Shared{}, err
	}
	return all, nil
}

// OfIn is [Service.Of] within an act of a module above, which has asked whether
// the actor may know it.
func (s *Service) OfIn(ctx context.Context, a *act.Act, family kernel.ID) (all Shared, err error) {
	if all.Decisions, err = decisionsOf(ctx, a, a.Alliance(), family); err != nil {
		return all, err
	}
	all.Objections, err = objectionsOf(ctx, a, a.Alliance(), family)
	return all, err
}

// Decide shares groups of a family's data with organisations. What the family
// objected to is refused with Conflict ("sharing.objected") unless the ground
// holds nevertheless.
func (s *Service) Decide(ctx context.Context, family kernel.ID, in New) (d Decision, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := s.begin(ctx, a, family); err != nil {
			return err
		}
		if d, err = in.read(a.Today()); err != nil {
			return err
		}
		if err := s.receivers(ctx, a, family, d); err != nil {
			return err
		}
		objections, err := objectionsOf(ctx, a, a.Alliance(), family)
		if err != nil {
			return err
		}
		for _, o := range objections {
			for _, org := range d.Recipients {
				if !d.Basis.Firm() && slices.ContainsFunc(d.Groups, func(g policy.Group) bool { return o.Covers(org, g) }) {
					return kernel.NewConflict("sharing.objected").At("groups")
				}
			}
		}
		d.ID, d.Family, d.Version = kernel.NewID(), family, 1
		d.DecidedAt, d.DecidedBy, d.DecidedOrg = a.Now, a.Actor.Person, a.Actor.Org
		if err := insertDecision(ctx, a, a.Alliance(), d); err != nil {
			return err
		}
		if err := s.settle(ctx, a, family, d.Recipients...); err != nil {
			return err
		}
		for _, org := range d.Recipients {
			if err := s.Families.Mark(ctx, a, family, families.Event{Kind: "sharing.decided", Subject: org, Detail: string(d.Basis)}); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "family.share", Subject: family, Fields: words(d.Groups),
			Detail: map[string]string{"decision": string(d.ID), "basis": string(d.Basis), "told": string(d.ToldHow), "until": string(d.Ends)}})
	})
	if err != nil {
		return Decision{}, err
	}
	return d, nil
}

// begin asks whether the actor may share, and whether anybody works with the
// family.
func (s *Service) begin(ctx context.Context, a *act.Act, family kernel.ID) error {
	if err := a.Allow(ctx, "family.share", family); err != nil {
		return err
	}
	f, err := s.Families.FamilyIn(ctx, a, family)
	if err == nil && f.State != families.StateOpen {
		err = kernel.NewConflict("family.closed")
	}
	return err
}

// receivers refuses those with whom this cannot be shared.
func (s *Service) receivers(ctx context.Context, a *act.Act, family kernel.ID, d Decision) error {
	for _, org := range d.Recipients {
		o, err := s.Members.OrganisationIn(ctx, a, org)
		if kernel.CodeOf(err) == kernel.NotFound || err == nil && !o.Active {
			err = kernel.NewInvalid("sharing.recipients").At("recipients")
		}
		if err != nil {
			return err
		}
		see, err := policy.SightOf(ctx, a, policy.Actor{Alliance: a.Alliance(), Org: org}, family, a.Now, false)
		switch {
		case err != nil:
			return err
		case see.All || org == a.Actor.Org:
			return kernel.NewInvalid("sharing.own").At("recipients")
		}
		if err := d.fits(o); err != nil {
			return fieldOf(err, "recipients")
		}
	}
	return nil
}

// End stops a decision before its day: who received see nothing of it from the
// next request on. One that ended already is Conflict ("sharing.ended").
func (s *Service) End(ctx context.Context, family, decision kernel.ID, why Ended) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.share", family); err != nil {
			return err
		}
		return s.EndIn(ctx, a, family, decision, why)
	})
}

// EndIn is [Service.End] within an act of a module above, which has asked: a
// family that stops it by itself.
func (s *Service) EndIn(ctx context.Context, a *act.Act, family, decision kernel.ID, why Ended) error {
	if !slices.Contains(EndedReasons[:], why) {
		return kernel.NewInvalid("sharing.why").At("why")
	}
	d, err := loadDecision(ctx, a, a.Alliance(), family, decision)
	if err != nil {
		return err
	}
	if d.EndedAt != "" || d.Ends < a.Today() {
		return kernel.NewConflict("sharing.ended")
	}
	d.EndedAt, d.EndedBy, d.EndedOrg, d.EndedWhy = a.Now, a.Actor.Person, a.Actor.Org, why
	if err := endDecision(ctx, a, a.Alliance(), d); err != nil {
		return err
	}
	if err := s.settle(ctx, a, family, d.Recipients...); err != nil {
		return err
	}
	for _, org := range d.Recipients {
		if err := s.Families.Mark(ctx, a, family, families.Event{Kind: "sharing.ended", Subject: org, Detail: string(why)}); err != nil {
			return err
		}
	}
	return a.Record(ctx, act.Entry{Action: "family.share", Subject: family, Fields: words(d.Groups),
		Detail: map[string]string{"decision": string(d.ID), "ended": string(why)}})
}

// Object writes down a no of the family, which works from the next request on:
// to one organisation or to all (zero), about some groups or all (none).
func (s *Service) Object(ctx context.Context, family, recipient kernel.ID, groups []policy.Group, how ToldHow) (o Objection, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.share", family); err != nil {
			return err
		}
		o, err = s.ObjectIn(ctx, a, family, recipient, groups, how)
		return err
	})
	if err != nil {
		return Objection{}, err
	}
	return o, nil
}

// ObjectIn is [Service.Object] within an act of a module above, which has
// asked: a family that objects by itself.
func (s *Service) ObjectIn(ctx context.Context, a *act.Act, family, recipient kernel.ID, groups []policy.Group, how ToldHow) (o Objection, err error) {
	var faults kernel.Faults
	for _, g := range groups {
		if _, err := policy.ParseGroup(string(g)); err != nil {
			faults.Check("groups", err)
		}
	}
	if !slices.Contains(ToldHows[:], how) || how == NotYetTold {
		faults.Check("told_how", kernel.NewInvalid("sharing.told_how"))
	}
	if recipient != "" {
		_, err := s.Members.OrganisationIn(ctx, a, recipient)
		if kernel.CodeOf(err) == kernel.NotFound {
			faults.Check("recipient", kernel.NewInvalid("sharing.recipients"))
		} else if err != nil {
			return o, err
		}
	}
	if err := faults.Err(); err != nil {
		return o, err
	}
	for _, g := range policy.Groups {
		if slices.Contains(groups, g) {
			o.Groups = append(o.Groups, g)
		}
	}
	o.ID, o.Family, o.Recipient, o.ToldHow = kernel.NewID(), family, recipient, how
	o.MadeAt, o.MadeBy, o.MadeOrg = a.Now, a.Actor.Person, a.Actor.Org
	if err := insertObjection(ctx, a, a.Alliance(), o); err != nil {
		return o, err
	}
	if err := s.settleAll(ctx, a, family, o.Recipient); err != nil {
		return o, err
	}
	if err := s.Families.Mark(ctx, a, family, families.Event{Kind: "sharing.objected", Subject: recipient}); err != nil {
		return o, err
	}
	return o, a.Record(ctx, act.Entry{Action: "family.share", Subject: family, Fields: words(o.Groups),
		Detail: map[string]string{"objection": string(o.ID), "to": string(recipient)}})
}

// Lift takes an objection back; decisions that still run work again. One that
// was lifted already is Conflict ("sharing.lifted").
func (s *Service) Lift(ctx context.Context, family, objection kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.share", family); err != nil {
			return err
		}
		o, err := loadObjection(ctx, a, a.Alliance(), family, objection)
		if err != nil {
			return err
		}
		if o.LiftedAt != "" {
			return kernel.NewConflict("sharing.lifted")
		}
		o.LiftedAt, o.LiftedBy = a.Now, a.Actor.Person
		if err := liftObjection(ctx, a, a.Alliance(), o); err != nil {
			return err
		}
		if err := s.settleAll(ctx, a, family, o.Recipient); err != nil {
			return err
		}
		if err := s.Families.Mark(ctx, a, family, families.Event{Kind: "sharing.lifted", Subject: o.Recipient}); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.share", Subject: family, Detail: map[string]string{"lifted": string(o.ID)}})
	})
}

// Forgotten hears that a family was erased: that something was shared is
// nobody's to know any more.
func (s *Service) Forgotten(ctx context.Context, a *act.Act, e families.Forgotten) error {
	all, err := s.OfIn(ctx, a, e.Family)
	if err != nil {
		return err
	}
	for _, d := range all.Decisions {
		for _, org := range d.Recipients {
			if err := unshare(ctx, a, e.Family, org); err != nil {
				return err
			}
		}
	}
	for _, o := range all.Objections {
		if err := policy.Unrelated(ctx, a, a.Alliance(), policy.Whom(o.Recipient), policy.Objected, e.Family); err != nil {
			return err
		}
	}
	open, err := emergenciesAbout(ctx, a, a.Alliance(), e.Family)
	if err != nil {
		return err
	}
	for _, x := range open {
		if err := policy.Unrelated(ctx, a, a.Alliance(), policy.At(x.Worker, x.Org), policy.Emergency, e.Family); err != nil {
			return err
		}
	}
	if err := forgetEmergencies(ctx, a, a.Alliance(), e.Family); err != nil {
		return err
	}
	return deleteAll(ctx, a, a.Alliance(), e.Family)
}

// words are groups as text.
func words(groups []policy.Group) (all []string) {
	for _, g := range groups {
		all = append(all, string(g))
	}
	return all
}

func groupsIn(text string) (all []policy.Group) {
	for _, g := range strings.Fields(text) {
		all = append(all, policy.Group(g))
	}
	return all
}

// fieldOf points a fault at a field.
func fieldOf(err error, field string) error {
	var faults kernel.Faults
	faults.Check(field, err)
	return faults.Err()
}
