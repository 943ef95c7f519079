package ownpage

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Shared is who sees what of a household, as one of its adults is told.
type Shared struct {
	Whole     bool // the household is the reader's own
	Team      []Helper
	Asked     []kernel.ID // organisations that were asked to help
	Refused   []kernel.ID // those to whom the family said no; zero among them: everybody outside the care team
	Decisions []sharing.Decision
	Names     map[kernel.ID]string
}

// Shared is what of the visitor's household is seen by whom. Who lives elsewhere
// is told of nobody.
func (s *Service) Shared(ctx context.Context, v Visit) (shared Shared, err error) {
	err = s.own(ctx, v, "sharing", func(a *act.Act, file families.File, look sight) error {
		shared, err = s.sharedIn(ctx, a, file, look)
		return err
	})
	if err != nil {
		return Shared{}, err
	}
	return shared, nil
}

func (s *Service) sharedIn(ctx context.Context, a *act.Act, file families.File, look sight) (shared Shared, err error) {
	if shared = (Shared{Whole: look.whole}); !look.whole {
		return shared, nil
	}
	if shared.Team, err = s.helpers(ctx, a, file); err != nil {
		return shared, err
	}
	own, err := s.Referrals.OwnIn(ctx, a, file.ID)
	if err != nil {
		return shared, err
	}
	for _, r := range own {
		if !slices.Contains(shared.Asked, r.Org) {
			shared.Asked = append(shared.Asked, r.Org)
		}
	}
	all, err := s.Sharing.OfIn(ctx, a, file.ID)
	if err != nil {
		return shared, err
	}
	ids := slices.Clone(shared.Asked)
	for _, d := range all.Decisions {
		if d.Runs(a.Today()) && toldOf(d) {
			shared.Decisions = append(shared.Decisions, d)
			ids = append(ids, d.Recipients...)
		}
	}
	for _, o := range all.Objections {
		if o.LiftedAt == "" && len(o.Groups) == 0 && !slices.Contains(shared.Refused, o.Recipient) {
			shared.Refused = append(shared.Refused, o.Recipient)
			ids = append(ids, o.Recipient)
		}
	}
	shared.Names, err = s.Members.NamesIn(ctx, a, ids...)
	return shared, err
}

// toldOf tells whether a family's page speaks of a decision: not of one of which
// the family was not told yet, for that may endanger somebody, and never of one
// that shares what a child said.
func toldOf(d sharing.Decision) bool {
	return d.ToldHow != sharing.NotYetTold && !slices.Contains(d.Groups, policy.Child)
}

// StopSharing ends a decision of the visitor's household: who received see
// nothing of it from the next request on. One that holds although the family
// objects, by a law or because somebody is in danger, is Conflict ("own.firm"). The care
// team is told.
func (s *Service) StopSharing(ctx context.Context, v Visit, decision kernel.ID) error {
	ctx = act.As(ctx, v.Actor())
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "own.write", v.Family); err != nil {
			return err
		}
		file, err := s.Families.OwnIn(ctx, a, v.Family)
		if err != nil {
			return err
		}
		all, err := s.Sharing.OfIn(ctx, a, v.Family)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all.Decisions, func(d sharing.Decision) bool { return d.ID == decision })
		if i < 0 || !sightOf(v.Code, file).whole || !toldOf(all.Decisions[i]) {
			return kernel.NewNotFound("decision")
		}
		if all.Decisions[i].Basis.Firm() {
			return kernel.NewConflict("own.firm")
		}
		if err := s.Sharing.EndIn(ctx, a, v.Family, decision, sharing.Withdrawn); err != nil {
			return err
		}
		return s.send(ctx, a, v, Message{Person: v.Person, Kind: Objection, About: aboutDecision + string(decision)})
	})
}
