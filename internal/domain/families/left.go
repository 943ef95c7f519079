package families

import (
	"context"
	"database/sql"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// A file is never without somebody. When its last carer leaves, the
// organisation takes it over; a file that was for the worker alone goes to one
// person there who both coordinates and keeps files, if there is one.

// WorkerLeft takes who no longer keeps files for an organisation out of the
// care teams in which they were through it, and sees to it that each file still
// has somebody. A listener to [members.Left].
func (s *Service) WorkerLeft(ctx context.Context, a *act.Act, e members.Left) error {
	if policy.May(policy.Actor{Roles: e.Still}, "family.read") {
		return nil
	}
	var kept []kernel.ID
	err := db.Each(ctx, a, func(rows *sql.Rows) error {
		var family kernel.ID
		err := rows.Scan(&family)
		kept = append(kept, family)
		return err
	}, `SELECT family FROM family_carer WHERE alliance = $1 AND holder = $2 AND kind = $3 AND until = '' ORDER BY family`,
		a.Alliance(), e.Worker, CarerWorker)
	if err != nil {
		return err
	}
	for _, family := range kept {
		if err := s.leftBehind(ctx, a, family, e); err != nil {
			return err
		}
	}
	return nil
}

// leftBehind is one family of whose team somebody leaves an organisation.
func (s *Service) leftBehind(ctx context.Context, a *act.Act, family kernel.ID, e members.Left) error {
	knew, err := policy.Stands(ctx, a, a.Alliance(), policy.At(e.Worker, e.Org), policy.CareTeam, family)
	if err != nil || !knew {
		return err
	}
	if err := policy.Unrelated(ctx, a, a.Alliance(), policy.At(e.Worker, e.Org), policy.CareTeam, family); err != nil {
		return err
	}
	team, err := carersOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return err
	}
	alone, left := true, map[string]string{}
	for _, c := range team {
		can, err := s.cares(ctx, a, family, c)
		switch {
		case err != nil:
			return err
		case can:
			alone = false
		case c.Holder == e.Worker:
			left = map[string]string{"left": string(c.Kind), "why": "owner_left"}
			if err := leaveTeam(ctx, a, family, c); err != nil {
				return err
			}
			if err := mark(ctx, a, family, Event{Kind: "team.left", Subject: c.Holder, Detail: string(c.Kind)}); err != nil {
				return err
			}
		}
	}
	if alone {
		if err := s.takeOver(ctx, a, family, e.Org, left); err != nil {
			return err
		}
	}
	return a.Record(ctx, act.Entry{Action: "family.change", Subject: family, Fields: []string{"team"}, Detail: left})
}

// cares tells whether a carer can open the file: an organisation, or a worker
// at a post through which they know the family.
func (s *Service) cares(ctx context.Context, a *act.Act, family kernel.ID, c Carer) (bool, error) {
	return s.caresFrom(ctx, a, family, c, "")
}

// caresFrom is cares for when an organisation is no longer there.
func (s *Service) caresFrom(ctx context.Context, a *act.Act, family kernel.ID, c Carer, without kernel.ID) (bool, error) {
	if c.Kind == CarerOrganisation {
		return c.Holder != without, nil
	}
	posts, err := s.Members.PostsIn(ctx, a, c.Holder)
	if err != nil {
		return false, err
	}
	for _, p := range posts {
		if p.Organisation.ID == without || !policy.May(policy.Actor{Roles: p.Roles}, "family.read") {
			continue
		}
		knows, err := policy.Stands(ctx, a, a.Alliance(), policy.At(c.Holder, p.Organisation.ID), policy.CareTeam, family)
		if err != nil || knows {
			return knows, err
		}
	}
	return false, nil
}

// takeOver gives a file that nobody has to somebody of an organisation, or to
// the organisation.
func (s *Service) takeOver(ctx context.Context, a *act.Act, family, org kernel.ID, detail map[string]string) error {
	posts, err := s.Members.ColleaguesIn(ctx, a, org)
	if err != nil {
		return err
	}
	slices.SortFunc(posts, func(x, y members.Post) int { // the same one, whenever it is asked
		if x.Worker.ID < y.Worker.ID {
			return -1
		}
		return 1
	})
	holder, kind := org, CarerOrganisation
	for _, p := range posts {
		if slices.Contains(p.Roles, policy.Coordinator) && policy.May(policy.Actor{Roles: p.Roles}, "family.read") {
			holder, kind = p.Worker.ID, CarerWorker
			break
		}
	}
	detail["joined"] = string(kind)
	if err := joinTeam(ctx, a, family, holder, kind, org); err != nil {
		return err
	}
	return mark(ctx, a, family, Event{Kind: "team.joined", Subject: holder, Detail: string(kind)})
}

// OrganisationStopping refuses that an organisation stops taking part while it,
// or somebody who works for it, is all that an open file has: Conflict
// ("organisation.files"), with how many. A listener to [members.Stopping].
func (s *Service) OrganisationStopping(ctx context.Context, a *act.Act, e members.Stopping) error {
	posts, err := s.Members.ColleaguesIn(ctx, a, e.Org)
	if err != nil {
		return err
	}
	kept := map[kernel.ID]bool{}
	for _, holder := range append([]kernel.ID{e.Org}, workersOf(posts)...) {
		err := db.Each(ctx, a, func(rows *sql.Rows) error {
			var family kernel.ID
			err := rows.Scan(&family)
			kept[family] = true
			return err
		}, `SELECT c.family FROM family_carer c JOIN family f ON f.alliance = c.alliance AND f.id = c.family
			WHERE c.alliance = $1 AND c.holder = $2 AND c.until = '' AND f.state = $3`, a.Alliance(), holder, StateOpen)
		if err != nil {
			return err
		}
	}
	left := 0
	for family := range kept {
		elsewhere, err := s.caredElsewhere(ctx, a, family, e.Org)
		if err != nil {
			return err
		}
		if !elsewhere {
			left++
		}
	}
	if left > 0 {
		return kernel.NewConflict("organisation.files").With("files", strconv.Itoa(left)).At("active")
	}
	return nil
}

func workersOf(posts []members.Post) (workers []kernel.ID) {
	for _, p := range posts {
		workers = append(workers, p.Worker.ID)
	}
	return workers
}

// caredElsewhere tells whether a file still has somebody when an organisation
// is gone.
func (s *Service) caredElsewhere(ctx context.Context, a *act.Act, family, org kernel.ID) (bool, error) {
	team, err := carersOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return false, err
	}
	for _, c := range team {
		if can, err := s.caresFrom(ctx, a, family, c, org); can || err != nil {
			return can, err
		}
	}
	return false, nil
}
