package sessions

import (
	"context"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// atOnce is how many series or sessions are looked at in one round.
const atOnce = 50

// Sweep makes the sessions of the coming weeks, and closes those that are over:
// their first names are dropped, and who still waited waits no more. It tells
// how many it closed.
func (s *Service) Sweep(ctx context.Context) (closed int64, err error) {
	if err := s.makeAhead(ctx); err != nil {
		return 0, err
	}
	for {
		n, err := s.closeSome(ctx)
		closed += int64(n)
		if err != nil || n < atOnce {
			return closed, err
		}
	}
}

func (s *Service) makeAhead(ctx context.Context) error {
	today := kernel.InstantOf(s.Acts.Now()).Date()
	for {
		var alliances []kernel.ID
		var all []Series
		err := s.Acts.DB.Read(ctx, func(q db.Querier) (err error) {
			alliances, all, err = due(ctx, q, today.AddDays(Ahead), atOnce)
			return err
		})
		if err != nil {
			return err
		}
		for i, series := range all {
			err := s.house(ctx, alliances[i], func(ctx context.Context, a *act.Act) error {
				made, err := ahead(ctx, a, a.Alliance(), series, a.Today())
				if err != nil {
					return err
				}
				return a.Record(ctx, act.Entry{Action: "handout.ahead", Subject: series.ID, Detail: map[string]string{"sessions": decimal(made)}})
			})
			if err != nil {
				return fmt.Errorf("series %s: %w", series.ID, err)
			}
		}
		if len(all) < atOnce {
			return nil
		}
	}
}

func (s *Service) closeSome(ctx context.Context) (int, error) {
	var alliances, ids []kernel.ID
	err := s.Acts.DB.Read(ctx, func(q db.Querier) (err error) {
		alliances, ids, err = over(ctx, q, kernel.InstantOf(s.Acts.Now()).Add(-keepNames), atOnce)
		return err
	})
	if err != nil {
		return 0, err
	}
	for i, id := range ids {
		err := s.house(ctx, alliances[i], func(ctx context.Context, a *act.Act) error { return s.close(ctx, a, id) })
		if err != nil {
			return i, fmt.Errorf("session %s: %w", id, err)
		}
	}
	return len(ids), nil
}

func (s *Service) close(ctx context.Context, a *act.Act, id kernel.ID) error {
	c, err := sessionIn(ctx, a, id)
	if err != nil {
		return err
	}
	for _, t := range c.Session.Slots {
		if _, err := noShows(ctx, a, id, t.N); err != nil {
			return err
		}
	}
	all, err := bookingsOf(ctx, a, a.Alliance(), `session = $2`, id)
	if err != nil {
		return err
	}
	for _, b := range all {
		if err := s.dropName(ctx, a, b); err != nil {
			return err
		}
		if b.State != Waiting && b.State != Booked {
			continue
		}
		b.State = Cancelled
		if err := saveBooking(ctx, a, a.Alliance(), b); err != nil {
			return err
		}
	}
	if err := closeSession(ctx, a, a.Alliance(), id); err != nil {
		return err
	}
	return a.Record(ctx, act.Entry{Action: "handout.close", Subject: id})
}

// house does something as the house itself, in one alliance.
func (s *Service) house(ctx context.Context, alliance kernel.ID, fn func(ctx context.Context, a *act.Act) error) error {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		return fn(ctx, a)
	})
}
