package sessions

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Ahead is for how many days sessions are made ahead.
const Ahead = 42

// Plan makes a series of the actor's organisation and its first sessions. An ID
// that the asker made is kept: the same sent twice is planned once, and another
// series under it is Invalid ("ledger.other_content").
func (s *Service) Plan(ctx context.Context, in Series) (made Series, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "handout.manage", a.Actor.Org); err != nil {
			return err
		}
		made = in
		if err := made.check(); err != nil {
			return err
		}
		if err := s.draws(ctx, a, Series{}, made); err != nil {
			return err
		}
		if made.ID == "" {
			made.ID = kernel.NewID()
		}
		if _, err := kernel.ParseID(string(made.ID)); err != nil {
			return kernel.NewInvalid("ledger.id")
		}
		was, err := loadSeries(ctx, a, a.Alliance(), made.ID)
		switch {
		case err == nil:
			made.Version, made.Org, made.Feed, made.Ended = was.Version, a.Actor.Org, was.Feed, was.Ended
			if len(act.Differing(was, made)) > 0 {
				return kernel.NewInvalid("ledger.other_content")
			}
			return a.Record(ctx, act.Entry{Action: "handout.plan", Subject: made.ID, Detail: map[string]string{"again": "yes"}})
		case kernel.CodeOf(err) != kernel.NotFound:
			return err
		}
		made.Version, made.Org, made.Feed, made.Ended = 1, a.Actor.Org, newFeed(), false
		if err := insertSeries(ctx, a, a.Alliance(), made); err != nil {
			return err
		}
		if _, err := ahead(ctx, a, a.Alliance(), made, a.Today()); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "handout.plan", Subject: made.ID, Detail: map[string]string{"way": string(made.Way)}})
	})
	if err != nil {
		return Series{}, err
	}
	return made, nil
}

func newFeed() string {
	b := make([]byte, 18)
	rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// Change replaces how a series is. Sessions to come to which nobody comes yet
// are made anew; those to which somebody comes stay as they are, unless their
// day is left out from now on: then it is called off, and the families are told.
func (s *Service) Change(ctx context.Context, in Series) (now Series, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		before, err := s.ofOrg(ctx, a, "handout.manage", in.ID)
		if err != nil {
			return err
		}
		now = in
		now.Org, now.Feed, now.Ended, now.Way = before.Org, before.Feed, before.Ended, before.Way
		if err := now.check(); err != nil {
			return err
		}
		if err := s.draws(ctx, a, before, now); err != nil {
			return err
		}
		now.Version = before.Version // compared by what is in them
		fields := act.Differing(before, now)
		if err := act.Fresh(in.Version, before.Version, fields...); err != nil {
			return err
		}
		now.Version++
		if err := updateSeries(ctx, a, a.Alliance(), now); err != nil {
			return err
		}
		if err := dropEmpty(ctx, a, a.Alliance(), now.ID, a.Now); err != nil {
			return err
		}
		if err := leaveOut(ctx, a, before, now); err != nil {
			return err
		}
		if _, err := ahead(ctx, a, a.Alliance(), now, a.Today()); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "handout.change", Subject: now.ID, Fields: fields})
	})
	if err != nil {
		return Series{}, err
	}
	return now, nil
}

// leaveOut calls the days off that are left out from now on and to which
// somebody would come.
func leaveOut(ctx context.Context, a *act.Act, before, now Series) error {
	left, err := sessionsOf(ctx, a, a.Alliance(), `s.series = $2 AND s.starts > $3 AND s.cancelled = $4`, now.ID, a.Now, false)
	if err != nil {
		return err
	}
	for _, one := range left {
		if !slices.Contains(now.Recurs.Not, one.Day) || slices.Contains(before.Recurs.Not, one.Day) {
			continue
		}
		if err := callOff(ctx, a, one.ID); err != nil {
			return err
		}
	}
	return nil
}

// End ends a series after today: no more sessions are made, and those to come
// are called off.
func (s *Service) End(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		series, err := s.ofOrg(ctx, a, "handout.manage", id)
		if err != nil {
			return err
		}
		series.Ended = true
		series.Version++
		if err := updateSeries(ctx, a, a.Alliance(), series); err != nil {
			return err
		}
		if err := dropEmpty(ctx, a, a.Alliance(), id, a.Now); err != nil {
			return err
		}
		left, err := sessionsOf(ctx, a, a.Alliance(), `s.series = $2 AND s.starts > $3 AND s.cancelled = $4`, id, a.Now, false)
		if err != nil {
			return err
		}
		for _, one := range left {
			if err := callOff(ctx, a, one.ID); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "handout.end", Subject: id})
	})
}

// CallOff cancels one session with its appointments.
func (s *Service) CallOff(ctx context.Context, session kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		one, err := loadSession(ctx, a, a.Alliance(), session)
		if err != nil {
			return err
		}
		if _, err := s.ofOrg(ctx, a, "handout.manage", one.Series); err != nil {
			return err
		}
		if one.Cancelled || one.Ends < a.Now {
			return kernel.NewConflict("handout.over")
		}
		if err := callOff(ctx, a, session); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "handout.call_off", Subject: session})
	})
}

// callOff cancels a session, and tells the families who would have come.
func callOff(ctx context.Context, a *act.Act, session kernel.ID) error {
	coming, err := bookingsOf(ctx, a, a.Alliance(), `session = $2 AND state IN ($3, $4)`, session, Booked, Waiting)
	if err != nil {
		return err
	}
	if err := cancelSession(ctx, a, a.Alliance(), session); err != nil {
		return err
	}
	for _, b := range coming {
		if err := tellFamily(ctx, a, b, CalledOff); err != nil {
			return err
		}
	}
	return nil
}

// ofOrg is a series, if the actor may do action for its organisation.
func (s *Service) ofOrg(ctx context.Context, a *act.Act, action string, id kernel.ID) (Series, error) {
	series, err := loadSeries(ctx, a, a.Alliance(), id)
	if err != nil {
		return Series{}, err
	}
	return series, a.Allow(ctx, action, series.Org)
}

// Coming is a session with the series of which it is one.
type Coming struct {
	Series
	Session Session
}

// Ours lists the series of the actor's organisation.
func (s *Service) Ours(ctx context.Context) (all []Series, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "handout.look", ""); err != nil {
			return err
		}
		all, err = seriesOf(ctx, a, a.Alliance(), `org = $2 AND ended = $3`, a.Actor.Org, false)
		return err
	})
	return all, err
}

// Series is one series, with its sessions from a day on.
func (s *Service) Series(ctx context.Context, id kernel.ID, from kernel.Date) (series Series, all []Session, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "handout.look", ""); err != nil {
			return err
		}
		if series, err = loadSeries(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		all, err = sessionsOf(ctx, a, a.Alliance(), `s.series = $2 AND s.day >= $3`, id, from)
		return err
	})
	return series, all, err
}

// Next lists the sessions of the alliance that are not over, the nearest first:
// of all series, or of those of the actor's organisation alone.
func (s *Service) Next(ctx context.Context, ours bool, limit int) (all []Coming, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "handout.look", ""); err != nil {
			return err
		}
		org := kernel.ID("")
		if ours {
			org = a.Actor.Org
		}
		all, err = coming(ctx, a, org, false, limit)
		return err
	})
	return all, err
}

// coming are the sessions that are not over, the nearest first; of one
// organisation, unless org is zero, and of those to which families make their
// own appointment, if own says so.
func coming(ctx context.Context, a *act.Act, org kernel.ID, own bool, limit int) (all []Coming, err error) {
	known, err := seriesOf(ctx, a, a.Alliance(), `ended = $2`, false)
	if err != nil {
		return nil, err
	}
	by := map[kernel.ID]Series{}
	for _, x := range known {
		if (org == "" || x.Org == org) && (!own || x.Own) {
			by[x.ID] = x
		}
	}
	next, err := sessionsOf(ctx, a, a.Alliance(), `s.ends > $2 AND s.cancelled = $3`, a.Now, false)
	if err != nil {
		return nil, err
	}
	for _, one := range next {
		if series, ok := by[one.Series]; ok && len(all) < limit {
			all = append(all, Coming{series, one})
		}
	}
	return all, nil
}

// Session is one session with its series.
func (s *Service) Session(ctx context.Context, id kernel.ID) (c Coming, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "handout.look", ""); err != nil {
			return err
		}
		c, err = sessionIn(ctx, a, id)
		return err
	})
	return c, err
}

func sessionIn(ctx context.Context, a *act.Act, id kernel.ID) (c Coming, err error) {
	if c.Session, err = loadSession(ctx, a, a.Alliance(), id); err != nil {
		return c, err
	}
	c.Series, err = loadSeries(ctx, a, a.Alliance(), c.Session.Series)
	return c, err
}
