package families

import (
	"context"
	"database/sql"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// firstTeam is who works with a family from its first day: the worker and,
// unless the file is for the worker alone, the organisation.
func (s *Service) firstTeam(ctx context.Context, a *act.Act, family kernel.ID, restricted bool) error {
	if err := joinTeam(ctx, a, family, a.Actor.Person, CarerWorker, a.Actor.Org); err != nil || restricted {
		return err
	}
	return joinTeam(ctx, a, family, a.Actor.Org, CarerOrganisation)
}

// joinTeam writes a carer, and what the carer may know: an organisation all, a
// worker only at these posts.
func joinTeam(ctx context.Context, a *act.Act, family, holder kernel.ID, kind CarerKind, posts ...kernel.ID) error {
	c := Carer{id: kernel.NewID(), Holder: holder, Kind: kind, Since: a.Now}
	if err := insertCarer(ctx, a, a.Alliance(), family, c); err != nil {
		return err
	}
	if kind == CarerOrganisation {
		return policy.Related(ctx, a, a.Alliance(), holder, policy.CareTeam, family, a.Now)
	}
	return givePosts(ctx, a, family, holder, posts)
}

// givePosts lets a worker know a family while acting for these organisations.
func givePosts(ctx context.Context, a *act.Act, family, worker kernel.ID, posts []kernel.ID) error {
	for _, org := range posts {
		if err := policy.Related(ctx, a, a.Alliance(), policy.At(worker, org), policy.CareTeam, family, a.Now); err != nil {
			return err
		}
	}
	return nil
}

// JoinTeam takes a worker or a team of the actor's own house into the care
// team; only the care team can. With other organisations a file is shared, by a
// decision: Invalid ("family.team_share"). A worker knows the family from then on at the
// posts that they have now and that may read files, and at no other. Who is in
// the team already stays in it; a worker may have come to new posts since.
func (s *Service) JoinTeam(ctx context.Context, family, holder kernel.ID, kind CarerKind) error {
	return s.change(ctx, family, func(a *act.Act, f *Family) (act.Entry, error) {
		entry := act.Entry{Fields: []string{"team"}, Detail: map[string]string{"joined": string(kind)}}
		posts, err := s.knownHolder(ctx, a, holder, kind)
		if err != nil {
			return entry, err
		}
		team, err := carersOf(ctx, a, a.Alliance(), family)
		if err != nil {
			return entry, err
		}
		if slices.ContainsFunc(team, func(c Carer) bool { return c.Holder == holder }) {
			return entry, givePosts(ctx, a, family, holder, posts)
		}
		if err := joinTeam(ctx, a, family, holder, kind, posts...); err != nil {
			return entry, err
		}
		return entry, mark(ctx, a, family, Event{Kind: "team.joined", Subject: holder, Detail: string(kind)})
	})
}

// knownHolder refuses who cannot be in a care team: those of another house do
// not keep the file, it is shared with them. Posts are the organisations of
// this house for which a worker may read files.
func (s *Service) knownHolder(ctx context.Context, a *act.Act, holder kernel.ID, kind CarerKind) (posts []kernel.ID, err error) {
	own, err := s.Members.OrganisationIn(ctx, a, a.Actor.Org)
	if err != nil {
		return nil, err
	}
	fits, elsewhere := false, false
	switch kind {
	case CarerWorker:
		found, failed := s.Members.PostsIn(ctx, a, holder)
		for _, p := range found {
			if !policy.May(policy.Actor{Roles: p.Roles}, "family.read") {
				continue
			}
			if sameHouse(own, p.Organisation) {
				posts = append(posts, p.Organisation.ID)
			} else {
				elsewhere = true
			}
		}
		fits, err = len(posts) > 0, failed
	case CarerOrganisation:
		o, failed := s.Members.OrganisationIn(ctx, a, holder)
		elsewhere = failed == nil && o.Active && !sameHouse(own, o)
		fits, err = o.Active && !elsewhere, failed
	default:
		return nil, kernel.NewInvalid("family.carer_kind").At("kind")
	}
	switch {
	case kernel.CodeOf(err) == kernel.Internal:
		return nil, err
	case err == nil && !fits && elsewhere:
		return nil, kernel.NewInvalid("family.team_share").At("holder")
	case err != nil || !fits:
		return nil, kernel.NewInvalid("family.carer").At("holder")
	}
	return posts, nil
}

// sameHouse tells whether two organisations are one, or teams of one.
func sameHouse(o, other members.Organisation) bool {
	return o.ID == other.ID || o.ID == other.PartOf || o.PartOf != "" && (o.PartOf == other.ID || o.PartOf == other.PartOf)
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
		if err := leaveTeam(ctx, a, family, team[i]); err != nil {
			return entry, err
		}
		return entry, mark(ctx, a, family, Event{Kind: "team.left", Subject: holder, Detail: string(team[i].Kind)})
	})
}

// leaveTeam ends a carer's work with a family, and all that it let them know.
func leaveTeam(ctx context.Context, a *act.Act, family kernel.ID, c Carer) error {
	if err := endCarer(ctx, a, a.Alliance(), family, c, a.Now); err != nil {
		return err
	}
	if c.Kind == CarerWorker {
		return policy.UnrelatedPerson(ctx, a, a.Alliance(), c.Holder, policy.CareTeam, family)
	}
	return policy.Unrelated(ctx, a, a.Alliance(), c.Holder, policy.CareTeam, family)
}

// HousesIn are the organisations that work with each of some families now, for a
// module above that has asked whether the actor may know of them: those in the
// care team, or where only workers are, the one that opened the file.
func (s *Service) HousesIn(ctx context.Context, a *act.Act, families []kernel.ID) (houses map[kernel.ID][]kernel.ID, err error) {
	houses = map[kernel.ID][]kernel.ID{}
	if len(families) == 0 {
		return houses, nil
	}
	args := []any{a.Alliance()}
	for _, id := range families {
		args = append(args, id)
	}
	opened := map[kernel.ID]kernel.ID{}
	err = db.Each(ctx, a, func(rows *sql.Rows) error {
		var family, first, house kernel.ID
		err := rows.Scan(&family, &first, &house)
		if opened[family] = first; house != "" {
			houses[family] = append(houses[family], house)
		}
		return err
	}, `SELECT f.id, f.opened_org, coalesce(c.holder, '') FROM family f
		LEFT JOIN family_carer c ON c.alliance = f.alliance AND c.family = f.id AND c.kind = 'organisation' AND c.until = ''
		WHERE f.alliance = $1 AND f.id IN (`+db.Marks(2, len(families))+`) ORDER BY f.id, c.since, c.holder`, args...)
	for family, first := range opened {
		if len(houses[family]) == 0 {
			houses[family] = []kernel.ID{first}
		}
	}
	return houses, err
}
