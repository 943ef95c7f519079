package sessions

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Feed is a series and its sessions from a month ago on, for who holds the
// address of its calendar: times and how many places are taken, nobody's name.
func (s *Service) Feed(ctx context.Context, address string) (series Series, all []Session, err error) {
	var alliance kernel.ID
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		alliance, series, err = behind(ctx, q, address)
		return err
	})
	if err != nil {
		return Series{}, nil, err
	}
	err = s.Acts.Look(act.As(ctx, policy.Actor{Alliance: alliance}), func(a *act.Act) error {
		if err := a.Allow(ctx, "handout.feed", ""); err != nil {
			return err
		}
		all, err = sessionsOf(ctx, a, alliance, `s.series = $2 AND s.day >= $3`, series.ID, a.Today().AddMonths(-1))
		return err
	})
	return series, all, err
}

// NewFeed gives the calendar of a series another address; the old one shows
// nothing any more.
func (s *Service) NewFeed(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		series, err := s.ofOrg(ctx, a, "handout.manage", id)
		if err != nil {
			return err
		}
		series.Feed = newFeed()
		if err := updateSeries(ctx, a, a.Alliance(), series); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "handout.feed_renew", Subject: id})
	})
}
