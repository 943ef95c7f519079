package families

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// firstTeam is who works with a family from its first day: the worker and,
// unless the file is for the worker alone, the organisation.
func (s *Service) firstTeam(ctx context.Context, a *act.Act, family kernel.ID, restricted bool) error {
	if err := joinTeam(ctx, a, family, a.Actor.Person, CarerWorker); err != nil || restricted {
		return err
	}
	return joinTeam(ctx, a, family, a.Actor.Org, CarerOrganisation)
}

func joinTeam(ctx context.Context, a *act.Act, family, holder kernel.ID, kind CarerKind) error {
	c := Carer{id: kernel.NewID(), Holder: holder, Kind: kind, Since: a.Now}
	if err := insertCarer(ctx, a, a.Alliance(), family, c); err != nil {
		return err
	}
	return policy.Related(ctx, a, a.Alliance(), holder, policy.CareTeam, family, a.Now)
}

// JoinTeam takes a worker or an organisation of the alliance into the care
// team; only the care team can. Who is in it already stays.
func (s *Service) JoinTeam(ctx context.Context, family, holder kernel.ID, kind CarerKind) error {
	return s.change(ctx, family, func(a *act.Act, f *Family) (act.Entry, error) {
		entry := act.Entry{Fields: []string{"team"}, Detail: map[string]string{"joined": string(kind)}}
		if err := s.knownHolder(ctx, a, holder, kind); err != nil {
			return entry, err
		}
		team, err := carersOf(ctx, a, a.Alliance(), family)
		if err != nil || slices.ContainsFunc(team, func(c Carer) bool { return c.Holder == holder }) {
			return entry, err
		}
		if err := joinTeam(ctx, a, family, holder, kind); err != nil {
			return entry, err
		}
		return entry, mark(ctx, a, family, Event{Kind: "team.joined", Subject: holder, Detail: string(kind)})
	})
}

func (s *Service) knownHolder(ctx context.Context, a *act.Act, holder kernel.ID, kind CarerKind) error {
	active := false
	var err error
	switch kind {
	case CarerWorker:
		w, found := s.Members.WorkerIn(ctx, a, holder)
		active, err = w.Active, found
	case CarerOrganisation:
		o, found := s.Members.OrganisationIn(ctx, a, holder)
		active, err = o.Active, found
	default:
		return kernel.NewInvalid("family.carer_kind").At("kind")
	}
	if kernel.CodeOf(err) == kernel.Internal {
		return err
	}
	if err != nil || !active {
		return kernel.NewInvalid("family.carer").At("holder")
	}
	return nil
}

// LeaveTeam takes a worker or an organisation out of the care team. The last
// one stays: a file always has somebody.
func (s *Service) LeaveTeam(ctx context.Context, family, holder kernel.ID) error {
	return s.change(ctx, family, func(a *act.Act, f *Family) (act.Entry, error) {
		entry := act.Entry{Fields: []string{"team"}}
		team, err := carersOf(ctx, a, a.Alliance(), family)
		if err != nil {
			return entry, err
		}
		i := slices.IndexFunc(team, func(c Carer) bool { return c.Holder == holder })
		switch {
		case i < 0:
			return entry, kernel.NewInvalid("family.carer").At("holder")
		case len(team) == 1:
			return entry, kernel.NewConflict("family.team_last").At("holder")
		}
		entry.Detail = map[string]string{"left": string(team[i].Kind)}
		if err := endCarer(ctx, a, a.Alliance(), family, team[i], a.Now); err != nil {
			return entry, err
		}
		if err := policy.Unrelated(ctx, a, a.Alliance(), holder, policy.CareTeam, family); err != nil {
			return entry, err
		}
		return entry, mark(ctx, a, family, Event{Kind: "team.left", Subject: holder, Detail: string(team[i].Kind)})
	})
}
