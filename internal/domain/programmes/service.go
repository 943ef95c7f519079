package programmes

import (
	"cmp"
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Service is the module's use cases. Its fields are set once, before use.
type Service struct {
	Acts    *act.Acts
	Members *members.Service
	Library *Library
	Law     *rules.Library // the dictionary and the rights of the packs

	rulesets rulesets
}

// New is what a coordinator decides when a template is taken over.
type New struct {
	Template       string
	Params         map[string]string // as typed, by id
	Partners       []Partner
	Municipalities []kernel.NIS // none: those of the alliance
	From           kernel.Date  // "": today
	To             kernel.Date
	Budget         kernel.Cents
	Overrides      Overrides
	Draft          bool // keep it, complete or not, and offer it to nobody yet
}

// SwitchOn makes a programme of a template and offers it, unless in.Draft. It
// refuses with all that is wrong at once: params that cannot be or that were
// not decided, at "params.ID"; partners, period, budget. The actor's
// organisation leads when no partner does.
func (s *Service) SwitchOn(ctx context.Context, in New) (p Programme, err error) {
	t, err := s.Library.Template(in.Template)
	if err != nil {
		return p, err
	}
	if len(in.Municipalities) == 0 {
		if in.Municipalities, err = s.ownMunicipalities(ctx); err != nil {
			return p, err
		}
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "programme.manage", ""); err != nil {
			return err
		}
		p = Programme{
			ID: kernel.NewID(), Version: 1, Template: t.ID, State: Draft, Overrides: in.Overrides,
			Municipalities: in.Municipalities, Partners: in.Partners, From: in.From, To: in.To, Budget: in.Budget,
			OpenedAt: a.Now, OpenedBy: a.Actor.Person, OpenedOrg: a.Actor.Org, ChangedAt: a.Now, template: t,
		}
		if p.From == "" {
			p.From = a.Today()
		}
		if !slices.ContainsFunc(p.Partners, func(q Partner) bool { return q.Part == Lead }) {
			p.Partners = append(slices.Clone(p.Partners), Partner{Org: a.Actor.Org, Part: Lead})
		}
		params, typed := t.Read(in.Params)
		p.Params = params
		wrong := gather(typed, p.tidy())
		if !in.Draft {
			wrong = append(wrong, undecided(wrong, p.ready(a.Today()))...)
			p.State = On
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		if err := s.known(ctx, a, p.Partners, nil); err != nil {
			return err
		}
		if err := insert(ctx, a, a.Alliance(), p); err != nil {
			return err
		}
		if err := s.settle(ctx, a, Programme{}, p); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "programme.manage", Subject: p.ID, Detail: map[string]string{"template": t.ID, "state": string(p.State)}})
	})
	return p, err
}

func (s *Service) ownMunicipalities(ctx context.Context) ([]kernel.NIS, error) {
	all, err := s.Members.Alliances(ctx)
	for _, al := range all {
		if al.ID == act.ActorOf(ctx).Alliance {
			return al.Municipalities, err
		}
	}
	return nil, err
}

// Edit replaces what a coordinator decided.
type Edit struct {
	Version        int64 // from which the edit began
	Params         map[string]string
	Partners       []Partner
	Municipalities []kernel.NIS
	From, To       kernel.Date
	Budget         kernel.Cents
	Overrides      Overrides
}

// Change replaces what was decided about a programme. One that is on must stay
// complete. One that has ended is Conflict ("programme.ended"); an edit that
// began before another one is Conflict ("stale") with the fields that differ.
func (s *Service) Change(ctx context.Context, id kernel.ID, e Edit) (Programme, error) {
	return s.change(ctx, id, func(a *act.Act, p *Programme) error {
		stored := *p
		params, typed := p.template.Read(e.Params)
		p.Params, p.Partners, p.Municipalities = params, slices.Clone(e.Partners), slices.Clone(e.Municipalities)
		p.From, p.To, p.Budget, p.Overrides = e.From, e.To, e.Budget, e.Overrides
		wrong := gather(typed, p.tidy())
		if err := act.Fresh(e.Version, stored.Version, act.Differing(*p, stored)...); err != nil {
			return err
		}
		if p.State == Ended {
			return kernel.NewConflict("programme.ended")
		}
		if p.State == On {
			wrong = append(wrong, undecided(wrong, p.ready(a.Today()))...)
		}
		return wrong.Err()
	})
}

// Start offers a draft to families. It refuses with all that was not decided.
func (s *Service) Start(ctx context.Context, id kernel.ID) (Programme, error) {
	return s.move(ctx, id, On)
}

// Pause offers the programme to nobody until it is resumed.
func (s *Service) Pause(ctx context.Context, id kernel.ID) (Programme, error) {
	return s.move(ctx, id, Paused)
}

// Resume offers a paused programme again.
func (s *Service) Resume(ctx context.Context, id kernel.ID) (Programme, error) {
	return s.move(ctx, id, On)
}

// End ends the programme today; it stays to be read.
func (s *Service) End(ctx context.Context, id kernel.ID) (Programme, error) {
	return s.move(ctx, id, Ended)
}

func (s *Service) move(ctx context.Context, id kernel.ID, to State) (Programme, error) {
	return s.change(ctx, id, func(a *act.Act, p *Programme) error { return p.move(to, a.Today()) })
}

// change is the act common to all changes of a programme: what fn makes of it
// is saved as a new version, with the relations of its partners.
func (s *Service) change(ctx context.Context, id kernel.ID, fn func(a *act.Act, p *Programme) error) (Programme, error) {
	var before Programme
	table := act.Table[Programme]{
		Load: func(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Programme, error) {
			p, err := load(ctx, q, alliance, id)
			return s.withTemplate(p), err
		},
		Save: save,
		Detail: func(before, after Programme) map[string]string {
			return map[string]string{"template": after.Template, "before": string(before.State), "state": string(after.State)}
		},
	}
	var after Programme
	err := s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "programme.manage", id); err != nil {
			return err
		}
		var err error
		after, err = act.ChangeIn(ctx, a, "programme.manage", id, table, func(a *act.Act, p *Programme) error {
			before = *p
			if err := fn(a, p); err != nil {
				return err
			}
			if len(act.Differing(before, *p)) == 0 {
				return nil
			}
			p.Version, p.ChangedAt = p.Version+1, a.Now
			return s.known(ctx, a, p.Partners, before.Partners)
		})
		if err != nil || after.Version == before.Version {
			return err
		}
		return s.settle(ctx, a, before, after)
	})
	return after, err
}

// known holds that every partner who was not one before is an organisation of
// the alliance that takes part.
func (s *Service) known(ctx context.Context, a *act.Act, partners, before []Partner) error {
	for _, p := range partners {
		if slices.ContainsFunc(before, func(q Partner) bool { return q.Org == p.Org }) {
			continue
		}
		org, err := s.Members.OrganisationIn(ctx, a, p.Org)
		if kernel.CodeOf(err) == kernel.NotFound || err == nil && !org.Active {
			return kernel.NewInvalid("programme.partner").At("partners")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// settle brings the policy relations of the partners up to date and tells the
// modules above.
func (s *Service) settle(ctx context.Context, a *act.Act, before, after Programme) error {
	was, is := before.carriers(), after.carriers()
	for _, org := range was {
		if !slices.Contains(is, org) {
			if err := policy.Unrelated(ctx, a, a.Alliance(), org, policy.Partner, after.ID); err != nil {
				return err
			}
		}
	}
	for _, org := range is {
		if !slices.Contains(was, org) {
			if err := policy.Related(ctx, a, a.Alliance(), org, policy.Partner, after.ID, a.Now); err != nil {
				return err
			}
		}
	}
	return a.Tell(ctx, Changed{Programme: after.ID, State: after.State})
}

// carriers are the organisations that carry it out; nobody once it has ended.
func (p *Programme) carriers() []kernel.ID {
	var orgs []kernel.ID
	if p.State != Ended {
		for _, q := range p.Partners {
			orgs = append(orgs, q.Org)
		}
	}
	slices.Sort(orgs)
	return slices.Compact(orgs)
}

// tidy puts lists in the order in which they are stored and then checks.
func (p *Programme) tidy() error {
	if p.Params == nil {
		p.Params = Params{}
	}
	p.Overrides = p.Overrides.trimmed()
	p.Municipalities = append([]kernel.NIS{}, p.Municipalities...)
	slices.Sort(p.Municipalities)
	p.Municipalities = slices.Compact(p.Municipalities)
	slices.SortFunc(p.Partners, func(a, b Partner) int {
		return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.Org, b.Org))
	})
	return p.check()
}

// gather makes one list of what several checks found.
func gather(errs ...error) kernel.Faults {
	var wrong kernel.Faults
	for _, err := range errs {
		wrong = append(wrong, faults(err)...)
	}
	return wrong
}

// undecided are the faults in err at fields at which nothing is wrong yet.
func undecided(wrong kernel.Faults, err error) kernel.Faults {
	return slices.DeleteFunc(faults(err), func(f *kernel.Fault) bool {
		return slices.ContainsFunc(wrong, func(g *kernel.Fault) bool { return g.Field == f.Field })
	})
}
