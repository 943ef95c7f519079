package sessions

import (
	"context"
	"slices"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// NoSlot is the time of who waits for a place, or walks in.
const NoSlot = int64(-1)

// Asking is an appointment as it is asked for.
type Asking struct {
	Session kernel.ID
	Slot    int64     // NoSlot: wait until a place is free
	Family  kernel.ID // zero for the family itself
	Person  kernel.ID // who comes; zero: the first of the file
	Lines   []Line    // nil: what a family usually gets
}

// Book makes an appointment for a family with which the actor works.
func (s *Service) Book(ctx context.Context, in Asking) (b Booking, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "handout.book", in.Family); err != nil {
			return err
		}
		file, err := s.Families.ReadIn(ctx, a, in.Family)
		if err != nil {
			return err
		}
		b, err = s.book(ctx, a, file, in, false)
		return err
	})
	return kept(b, err)
}

// BookOwn makes an appointment for the family that asks, on its own page: where
// the series lets families do so, and for what it usually hands out.
func (s *Service) BookOwn(ctx context.Context, session kernel.ID, slot int64) (b Booking, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		file, err := s.household(ctx, a)
		if err != nil {
			return err
		}
		b, err = s.book(ctx, a, file, Asking{Session: session, Slot: slot, Family: a.Actor.Family, Person: a.Actor.Person}, true)
		return err
	})
	return kept(b, err)
}

// kept is what was committed, or nothing with an error.
func kept(b Booking, err error) (Booking, error) {
	if err != nil {
		return Booking{}, err
	}
	return b, nil
}

// book makes an appointment within an act that was allowed.
func (s *Service) book(ctx context.Context, a *act.Act, file families.File, in Asking, own bool) (b Booking, err error) {
	c, err := sessionIn(ctx, a, in.Session)
	if err != nil {
		return b, err
	}
	if c.Way != ByAppointment || own && !c.Own {
		return b, kernel.NewNotFound("handout")
	}
	there, err := bookingsOf(ctx, a, a.Alliance(), `session = $2 AND family = $3 AND state IN ($4, $5, $6)`, in.Session, in.Family, Booked, Waiting, Handed)
	if err != nil {
		return b, err
	}
	if len(there) > 0 {
		return b, kernel.NewConflict("handout.already").At("slot")
	}
	if in.Lines == nil {
		in.Lines = c.usual()
	}
	b = Booking{ID: kernel.NewID(), Session: in.Session, Family: in.Family, BookedAt: a.Now}
	if b.Lines, err = c.lines(in.Lines); err != nil {
		return b, err
	}
	if len(b.Lines) == 0 {
		return b, kernel.NewInvalid("handout.nothing").At("lines")
	}
	if err := place(ctx, a, c, &b, in.Slot); err != nil {
		return b, err
	}
	if b.Number, err = nextNumber(ctx, a, a.Alliance(), b.Session); err != nil {
		return b, err
	}
	if err := insertBooking(ctx, a, a.Alliance(), b); err != nil {
		return b, err
	}
	if err := s.keepName(ctx, a, b, file, in.Person); err != nil {
		return b, err
	}
	detail := map[string]string{"booking": string(b.ID), "session": string(b.Session), "state": string(b.State)}
	return b, a.Record(ctx, act.Entry{Action: "handout.book", Subject: b.Family, Detail: detail})
}

// usual is what one family usually gets.
func (s Series) usual() (lines []Line) {
	for _, i := range s.Items {
		if i.Usual > 0 {
			lines = append(lines, Line{i.Key, i.Usual})
		}
	}
	return lines
}

// place gives a booking a time of a session, or a place in the row of those who
// wait. A full time is Conflict ("handout.full").
func place(ctx context.Context, a *act.Act, c Coming, b *Booking, slot int64) error {
	if c.Session.Cancelled || c.Session.Ends <= a.Now {
		return kernel.NewConflict("handout.over").At("slot")
	}
	if slot == NoSlot {
		b.Slot, b.State = NoSlot, Waiting
		return nil
	}
	t, ok := c.Session.Slot(slot)
	if !ok {
		return kernel.NewInvalid("handout.no_slot").At("slot")
	}
	if t.Ends <= a.Now {
		return kernel.NewConflict("handout.over").At("slot")
	}
	taken, err := take(ctx, a, a.Alliance(), c.Session.ID, slot)
	if err != nil {
		return err
	}
	if !taken {
		return kernel.NewConflict("handout.full").At("slot")
	}
	b.Slot, b.State = slot, Booked
	if err := remind(ctx, a, *b, t); err != nil {
		return err
	}
	free := t.Ends.Add(time.Duration(c.Release) * time.Minute)
	return a.Later(ctx, ReleaseJob, Releasing{c.Session.ID, slot}, free, string(c.Session.ID)+"/"+decimal(int(slot)))
}

// may asks whether the actor may change a booking: the family itself, who works
// with it, or the desk of the series.
func (s *Service) may(ctx context.Context, a *act.Act, b Booking, series Series) error {
	if a.Actor.Family != "" {
		if err := a.Allow(ctx, "handout.own", b.Family); err != nil {
			return err
		}
		_, err := s.household(ctx, a)
		return err
	}
	err := kernel.NewNotFound("handout")
	if b.Family != "" {
		if err := a.Allow(ctx, "handout.book", b.Family); err == nil {
			return nil
		} else if c := kernel.CodeOf(err); c != kernel.NotFound && c != kernel.Forbidden {
			return err
		}
	}
	if allowed := a.Allow(ctx, "handout.desk", series.Org); allowed == nil {
		return nil
	} else if c := kernel.CodeOf(allowed); c != kernel.NotFound && c != kernel.Forbidden {
		return allowed
	}
	return err
}

// changing loads a booking that the actor may change and that is still to come.
func (s *Service) changing(ctx context.Context, a *act.Act, id kernel.ID) (b Booking, c Coming, err error) {
	if b, err = loadBooking(ctx, a, a.Alliance(), id); err != nil {
		return b, c, err
	}
	if c, err = sessionIn(ctx, a, b.Session); err != nil {
		return b, c, err
	}
	if err := s.may(ctx, a, b, c.Series); err != nil {
		return b, c, err
	}
	if b.State != Booked && b.State != Waiting {
		return b, c, kernel.NewConflict("handout.done")
	}
	return b, c, nil
}

// Cancel takes an appointment back; its place goes to who waits longest.
func (s *Service) Cancel(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		b, c, err := s.changing(ctx, a, id)
		if err != nil {
			return err
		}
		was := b
		b.State = Cancelled
		if err := saveBooking(ctx, a, a.Alliance(), b); err != nil {
			return err
		}
		if err := s.free(ctx, a, c, was); err != nil {
			return err
		}
		if err := s.dropName(ctx, a, b); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "handout.cancel", Subject: b.Family, Detail: map[string]string{"booking": string(b.ID)}})
	})
}

// Move gives an appointment another time, of the same session or of another of
// the series.
func (s *Service) Move(ctx context.Context, id, session kernel.ID, slot int64) (b Booking, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		was, from, err := s.changing(ctx, a, id)
		if err != nil {
			return err
		}
		to := from
		if session != was.Session {
			if to, err = sessionIn(ctx, a, session); err != nil {
				return err
			}
			if to.Series.ID != from.Series.ID {
				return kernel.NewNotFound("handout")
			}
			there, err := bookingsOf(ctx, a, a.Alliance(), `session = $2 AND family = $3 AND state IN ($4, $5, $6)`, session, was.Family, Booked, Waiting, Handed)
			if err != nil {
				return err
			}
			if len(there) > 0 && was.Family != "" {
				return kernel.NewConflict("handout.already").At("slot")
			}
		}
		b = was
		if session == was.Session && slot == was.Slot {
			return a.Record(ctx, act.Entry{Action: "handout.move", Subject: b.Family, Detail: map[string]string{"booking": string(b.ID)}})
		}
		b.Session, b.BookedAt = session, a.Now
		if err := place(ctx, a, to, &b, slot); err != nil {
			return err
		}
		if session != was.Session {
			if b.Number, err = nextNumber(ctx, a, a.Alliance(), session); err != nil {
				return err
			}
		}
		if err := saveBooking(ctx, a, a.Alliance(), b); err != nil {
			return err
		}
		if err := s.free(ctx, a, from, was); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "handout.move", Subject: b.Family, Detail: map[string]string{"booking": string(b.ID), "session": string(session)}})
	})
	return kept(b, err)
}

// lead is how long before its time a place that became free still goes to
// somebody who waits: later, they would not hear of it in time.
const lead = 3 * time.Hour

// free gives the place of a booking free, and gives it to who waits longest.
func (s *Service) free(ctx context.Context, a *act.Act, c Coming, b Booking) error {
	if !b.Taken() {
		return nil
	}
	if err := give(ctx, a, a.Alliance(), b.Session, b.Slot); err != nil {
		return err
	}
	t, ok := c.Session.Slot(b.Slot)
	if !ok || t.Starts.Before(a.Now.Add(lead)) {
		return nil
	}
	waiting, err := bookingsOf(ctx, a, a.Alliance(), `session = $2 AND state = $3 AND id <> $4`, b.Session, Waiting, b.ID)
	if err != nil || len(waiting) == 0 {
		return err
	}
	first := waiting[0]
	for _, w := range waiting {
		if w.BookedAt < first.BookedAt {
			first = w
		}
	}
	if err := place(ctx, a, c, &first, b.Slot); err != nil {
		return err
	}
	if err := saveBooking(ctx, a, a.Alliance(), first); err != nil {
		return err
	}
	return tellFamily(ctx, a, first, PlaceFree)
}

// household is the file of the family that asks. Who belongs to it no more is
// told nothing: where the others go and when is not theirs to know.
func (s *Service) household(ctx context.Context, a *act.Act) (families.File, error) {
	if err := a.Allow(ctx, "handout.own", a.Actor.Family); err != nil {
		return families.File{}, err
	}
	file, err := s.Families.OwnIn(ctx, a, a.Actor.Family)
	if err == nil && !slices.ContainsFunc(file.Persons, func(p families.Person) bool { return p.ID == a.Actor.Person }) {
		err = kernel.NewNotFound("handout")
	}
	if err != nil {
		return families.File{}, err
	}
	return file, nil
}

// Mine are the appointments to come of the family that asks, and the sessions
// to which it may make one.
func (s *Service) Mine(ctx context.Context) (mine []Mine, next []Coming, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if _, err := s.household(ctx, a); err != nil {
			return err
		}
		if mine, err = mineOf(ctx, a, a.Actor.Family, true); err != nil {
			return err
		}
		next, err = coming(ctx, a, "", true, 12)
		return err
	})
	return mine, next, err
}

// Everything are all appointments of the family that asks, for it to take
// along; none for who belongs to it no more.
func (s *Service) Everything(ctx context.Context) (all []Mine, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if _, err := s.household(ctx, a); err != nil {
			return err
		}
		all, err = mineOf(ctx, a, a.Actor.Family, false)
		return err
	})
	if kernel.CodeOf(err) == kernel.NotFound {
		return nil, nil
	}
	return all, err
}

// Of are the appointments of a family with which the actor works, the newest
// first.
func (s *Service) Of(ctx context.Context, family kernel.ID) (all []Mine, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "handout.book", family); err != nil {
			return err
		}
		all, err = mineOf(ctx, a, family, false)
		return err
	})
	return all, err
}

// Mine is an appointment with where and when it is.
type Mine struct {
	Booking
	Coming Coming
}

// When is the beginning of its time, or of the session.
func (m Mine) When() kernel.Instant {
	if t, ok := m.Coming.Session.Slot(m.Slot); ok {
		return t.Starts
	}
	return m.Coming.Session.Starts
}

func mineOf(ctx context.Context, a *act.Act, family kernel.ID, open bool) (all []Mine, err error) {
	bookings, err := bookingsOf(ctx, a, a.Alliance(), `family = $2`, family)
	if err != nil {
		return nil, err
	}
	for _, b := range bookings {
		if open && b.State != Booked && b.State != Waiting {
			continue
		}
		c, err := sessionIn(ctx, a, b.Session)
		if err != nil {
			return nil, err
		}
		if open && c.Session.Ends <= a.Now {
			continue
		}
		all = append(all, Mine{b, c})
	}
	return all, nil
}
