package sessions

import (
	"context"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// The jobs that this module leaves.
const (
	RemindJob  = "sessions.remind"  // {"booking", "why", "at"}: a mail or a text message to a family
	ReleaseJob = "sessions.release" // {"session", "slot"}: who did not come is not waited for any more
)

// Why is why a family is written to.
type Why string

// The reasons.
const (
	Tomorrow  Why = "tomorrow"   // its appointment is the next day
	PlaceFree Why = "place_free" // it waited, and has a place now
	CalledOff Why = "called_off" // the session is not
)

// Reminding is the payload of [RemindJob].
type Reminding struct {
	Booking kernel.ID      `json:"booking"`
	Why     Why            `json:"why"`
	At      kernel.Instant `json:"at"` // of the appointment that it is about
}

// remindAt is the hour in Belgium at which a family is reminded, the day
// before.
const remindAt = 10

// remind asks for a message the day before an appointment. An appointment made
// later than that needs none.
func remind(ctx context.Context, a *act.Act, b Booking, t Slot) error {
	when := at(t.Starts.Date().AddDays(-1), remindAt*60)
	if b.Family == "" || when <= a.Now {
		return nil
	}
	return a.Later(ctx, RemindJob, Reminding{b.ID, Tomorrow, t.Starts}, when, string(b.ID)+"/"+string(t.Starts))
}

// By night a telephone that lights up wakes who should not see it.
const (
	morning = 8 * 60  // minutes after midnight in Belgium
	evening = 21 * 60 // likewise
)

// awake is when a family may be told of an appointment: at once (none) by day,
// and by night in the morning, where that leaves it two hours.
func awake(now, appointment kernel.Instant) kernel.Instant {
	day := now.Date()
	next := at(day, morning)
	if now >= at(day, evening) {
		next = at(day.AddDays(1), morning)
	}
	if now >= next || appointment < next.Add(2*time.Hour) {
		return ""
	}
	return next
}

// tellFamily asks for a message at once, or when it is day.
func tellFamily(ctx context.Context, a *act.Act, b Booking, why Why) error {
	if b.Family == "" {
		return nil
	}
	c, err := sessionIn(ctx, a, b.Session)
	if err != nil {
		return err
	}
	when := Mine{b, c}.When()
	return a.Later(ctx, RemindJob, Reminding{b.ID, why, when}, awake(a.Now, when), string(b.ID)+"/"+string(why)+"/"+string(when))
}

// Letter is what a family is written: when. Who else reads it learns nothing of
// where or why.
type Letter struct {
	families.Addressee // nobody: nobody is to be written to
	Why                Why
	When               kernel.Instant
	Number             int64
}

// LetterToMail is what the job behind [RemindJob] sends: nothing when the
// appointment is another by now, or when the family is not to be reached so.
func (s *Service) LetterToMail(ctx context.Context, alliance kernel.ID, j Reminding) (l Letter, err error) {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		l = Letter{Why: j.Why, When: j.At}
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		b, err := loadBooking(ctx, a, alliance, j.Booking)
		if kernel.CodeOf(err) == kernel.NotFound || err == nil && b.Family == "" {
			return nil // forgotten since
		}
		if err != nil {
			return err
		}
		c, err := sessionIn(ctx, a, b.Session)
		if err != nil {
			return err
		}
		stands := b.State == Booked
		if j.Why == CalledOff {
			stands = b.State == Cancelled
		}
		if !stands || (Mine{b, c}).When() != j.At || j.At <= a.Now {
			return nil
		}
		l.Number = b.Number
		l.Addressee, err = s.Families.AddresseeIn(ctx, a, b.Family)
		return err
	})
	if err != nil {
		return Letter{}, err
	}
	return l, nil
}

// Releasing is the payload of [ReleaseJob].
type Releasing struct {
	Session kernel.ID `json:"session"`
	Slot    int64     `json:"slot"`
}

// Release gives the places free of those who did not come to a time, as the job
// behind [ReleaseJob] asks: some minutes after it, as the series says.
func (s *Service) Release(ctx context.Context, alliance kernel.ID, j Releasing) error {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		c, err := sessionIn(ctx, a, j.Session)
		if err != nil {
			return err
		}
		n := 0
		t, ok := c.Session.Slot(j.Slot)
		if ok && !a.Now.Before(t.Ends.Add(time.Duration(c.Release)*time.Minute)) {
			if n, err = noShows(ctx, a, c.Session.ID, t.N); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "handout.release", Subject: j.Session, Detail: map[string]string{"families": decimal(n)}})
	})
}

// noShows gives the places of one time free.
func noShows(ctx context.Context, a *act.Act, session kernel.ID, slot int64) (n int, err error) {
	left, err := bookingsOf(ctx, a, a.Alliance(), `session = $2 AND slot = $3 AND state = $4`, session, slot, Booked)
	if err != nil {
		return 0, err
	}
	for _, b := range left {
		b.State = NoShow
		if err := saveBooking(ctx, a, a.Alliance(), b); err != nil {
			return n, err
		}
		if err := give(ctx, a, a.Alliance(), session, slot); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
