package gaps

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Service answers about the directory of the actor's alliance.
type Service struct {
	Acts      *act.Acts
	Members   *members.Service
	Directory *directory.Desk
	Finder    *find.Finder
	Referrals *referrals.Service
}

// View is a matrix with what it was made of.
type View struct {
	Matrix
	Records []directory.PublicRecord // the open services, in the order of their IDs
	Places  []kernel.NIS             // the municipalities of the alliance
	Days    []kernel.Date            // that were kept, the newest first
	Keys    map[Axis][]string        // by which the axes may be narrowed

	Children []Children // who live there, by municipality
	fitting  []Standing // the services that count

	misses   []find.Miss // what was asked for, for who coordinates
	signals  []Signal
	refused  []referrals.Refusals
	partners map[kernel.ID][]kernel.ID
}

// ServicesIn is how many of the services that count are there for who lives in
// a municipality.
func (v View) ServicesIn(n kernel.NIS) (count int) {
	for _, x := range v.fitting {
		if len(x.Areas) == 0 || slices.Contains(x.Areas, n) {
			count++
		}
	}
	return count
}

// Look lays the directory out.
func (s *Service) Look(ctx context.Context, q Ask) (v View, err error) {
	var alliance kernel.ID
	var now kernel.Instant
	var then []Standing
	if err := s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.work", ""); err != nil {
			return err
		}
		alliance, now = a.Alliance(), a.Now
		if v.Days, err = listDays(ctx, a, alliance); err != nil || q.Then == "" {
			return err
		}
		then, err = loadDay(ctx, a, alliance, q.Then)
		return err
	}); err != nil {
		return v, err
	}
	if v.Places, err = s.places(ctx, alliance); err != nil {
		return v, err
	}
	var standings []Standing
	if v.Records, standings, err = s.standings(ctx, alliance, now); err != nil {
		return v, err
	}
	v.Matrix = Compute(q, standings, then, v.Places, now)
	if q.Then != "" {
		v.Was, _ = v.Ask.lay(then, v.RowKeys, v.ColKeys, v.Places)
		v.WasAll = len(then)
	}
	v.Keys = map[Axis][]string{}
	for _, axis := range Axes {
		v.Keys[axis] = keys(axis, standings, v.Places)
	}
	for _, x := range standings {
		if v.takes(x, v.Places) {
			v.fitting = append(v.fitting, x)
		}
	}
	if err := s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.work", ""); err != nil {
			return err
		}
		v.Children, err = childrenIn(ctx, a, alliance, v.Places)
		return err
	}); err != nil {
		return v, err
	}
	return v, s.demand(ctx, &v, now.Date())
}

// demand lays beside the matrix what was asked for in vain. Who does not
// coordinate sees what there is, not what was sought.
func (s *Service) demand(ctx context.Context, v *View, today kernel.Date) error {
	misses, err := s.Finder.Misses(ctx, Since(today), today)
	switch kernel.CodeOf(err) {
	case "":
		v.misses = misses
		v.Seek(misses)
	case kernel.Forbidden:
		return nil
	default:
		return err
	}
	if err := s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		v.signals, err = listSignals(ctx, a, a.Alliance(), Since(today), today)
		return err
	}); err != nil {
		return err
	}
	v.Hear(v.signals)
	refused, err := s.Referrals.WithoutRoom(ctx, Since(today), today)
	switch kernel.CodeOf(err) {
	case "":
	case kernel.Forbidden:
		return nil
	default:
		return err
	}
	partners, err := s.Directory.Partners(ctx)
	if err != nil {
		return err
	}
	v.refused, v.partners = refused, partners
	v.Refuse(refused, v.Records, partners)
	return nil
}

func (s *Service) places(ctx context.Context, alliance kernel.ID) ([]kernel.NIS, error) {
	all, err := s.Members.Alliances(ctx)
	if err != nil {
		return nil, err
	}
	for _, al := range all {
		if al.ID == alliance {
			return al.Municipalities, nil
		}
	}
	return nil, nil
}

// standings are the open services of an alliance, and where they stand.
func (s *Service) standings(ctx context.Context, alliance kernel.ID, at kernel.Instant) (records []directory.PublicRecord, all []Standing, err error) {
	for r, err := range s.Directory.Published(ctx, alliance) {
		if err != nil {
			return nil, nil, err
		}
		records = append(records, r)
		all = append(all, StandingOf(r, at))
	}
	return records, all, nil
}

// Keep keeps where help stands today, in place of what was kept earlier on the
// day. A coordinator may.
func (s *Service) Keep(ctx context.Context) error {
	var alliance kernel.ID
	var now kernel.Instant
	if err := s.Acts.Look(ctx, func(a *act.Act) error {
		alliance, now = a.Alliance(), a.Now
		return a.Allow(ctx, "directory.manage", "")
	}); err != nil {
		return err
	}
	_, all, err := s.standings(ctx, alliance, now)
	if err != nil {
		return err
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		if err := saveDay(ctx, a, alliance, now.Date(), now, all); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: alliance, Detail: map[string]string{"what": "gaps", "step": "keep", "day": string(now.Date())}})
	})
}

// Sweep keeps where help stands, once a month in each alliance.
func (s *Service) Sweep(ctx context.Context) (int64, error) {
	all, err := s.Members.Alliances(ctx)
	if err != nil {
		return 0, err
	}
	for _, al := range all {
		if err := s.keepMonth(ctx, al.ID); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

func (s *Service) keepMonth(ctx context.Context, alliance kernel.ID) error {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	var now kernel.Instant
	var kept bool
	due := func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		now = a.Now
		days, err := listDays(ctx, a, alliance)
		kept = err == nil && len(days) > 0 && days[0][:7] == now.Date()[:7]
		return err
	}
	if err := s.Acts.Look(ctx, due); err != nil || kept {
		return err
	}
	_, standings, err := s.standings(ctx, alliance, now)
	if err != nil {
		return err
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := due(a); err != nil || kept { // another service may have come first
			return err
		}
		if err := saveDay(ctx, a, alliance, now.Date(), now, standings); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "system.work", Subject: alliance, Detail: map[string]string{"what": "gaps", "step": "keep", "day": string(now.Date())}})
	})
}
