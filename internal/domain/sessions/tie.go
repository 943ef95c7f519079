package sessions

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// tieDays is for how many days after a session who walked in can be tied to a
// file.
const tieDays = 31

// Tie says that who walked in under a number was a family with which the actor
// works: the family tells its number, for the desk wrote no name down. A number
// that no walk-in has is Invalid ("handout.no_walk_in"), and so is one that is
// tied to another file.
func (s *Service) Tie(ctx context.Context, family, session kernel.ID, number int64) (b Booking, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "handout.book", family); err != nil {
			return err
		}
		if _, err := s.Families.ReadIn(ctx, a, family); err != nil {
			return err
		}
		if b, err = walkIn(ctx, a, a.Alliance(), session, number); err != nil {
			return err
		}
		c, err := sessionIn(ctx, a, session)
		if err != nil {
			return err
		}
		switch {
		case b.Family == family: // sent twice
			return a.Record(ctx, act.Entry{Action: "handout.tie", Subject: family, Detail: map[string]string{"booking": string(b.ID), "again": "yes"}})
		case b.Family != "", b.State != Handed, c.Session.Day.DaysUntil(a.Today()) > tieDays:
			return kernel.NewInvalid("handout.no_walk_in").At("number")
		}
		b.Family = family
		if err := saveBooking(ctx, a, a.Alliance(), b); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "handout.tie", Subject: family, Detail: map[string]string{"booking": string(b.ID)}})
	})
	return kept(b, err)
}

// Untie says that it was not this family: who walked in has no file again.
func (s *Service) Untie(ctx context.Context, family, booking kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "handout.book", family); err != nil {
			return err
		}
		b, err := loadBooking(ctx, a, a.Alliance(), booking)
		if err != nil {
			return err
		}
		if b.Family != family || !b.WalkIn {
			return kernel.NewNotFound("handout")
		}
		b.Family = ""
		if err := saveBooking(ctx, a, a.Alliance(), b); err != nil {
			return err
		}
		if err := forgetBooking(ctx, a, a.Alliance(), b.ID); err != nil { // no merge takes it back
			return err
		}
		return a.Record(ctx, act.Entry{Action: "handout.untie", Subject: family, Detail: map[string]string{"booking": string(b.ID)}})
	})
}

// WalkedIn lists the sessions of the last days to which somebody came without
// an appointment whose file is not known, the newest first.
func (s *Service) WalkedIn(ctx context.Context) (all []Coming, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "handout.look", ""); err != nil {
			return err
		}
		days, err := sessionsOf(ctx, a, a.Alliance(), `s.day >= $2 AND s.day <= $3 AND EXISTS (SELECT 1 FROM handout_booking w
			WHERE w.alliance = s.alliance AND w.session = s.id AND w.walk_in = $4 AND w.family = '' AND w.state = $5)`,
			a.Today().AddDays(-tieDays), a.Today(), true, Handed)
		if err != nil {
			return err
		}
		for n := len(days) - 1; n >= 0; n-- {
			series, err := loadSeries(ctx, a, a.Alliance(), days[n].Series)
			if err != nil {
				return err
			}
			all = append(all, Coming{series, days[n]})
		}
		return nil
	})
	return all, err
}
