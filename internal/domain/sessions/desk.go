package sessions

import (
	"context"
	"slices"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Kind is what happened at a desk.
type Kind string

// The kinds.
const (
	Hand   Kind = "hand"    // somebody got what is in the lines
	WalkIn Kind = "walk_in" // somebody without an appointment got it; the booking is made with it
	Undo   Kind = "undo"    // it was a mistake: nothing was handed out
	Lack   Kind = "lack"    // somebody asked for what is in the lines, and there was none
)

// Outcome is what came of an event.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Already Outcome = "already" // somebody else had handed it out before; nothing moved
	Short   Outcome = "short"   // it was handed out, and the book of the depot held less than that
	Unpaid  Outcome = "unpaid"  // it was handed out without net, and more than was granted
	Nothing Outcome = "nothing" // there was nothing to undo
)

// Event is what happened at a desk, as the desk tells it: at once, or hours
// later when there is net again.
type Event struct {
	ID      kernel.ID // made by the desk before it is sent
	Booking kernel.ID // made by the desk too when somebody walked in
	Kind    Kind
	Lines   []Line
	Seq     int64          // the order on the telephone
	At      kernel.Instant // by the clock of the desk
}

// Told is an event with what came of it.
type Told struct {
	Event
	Session kernel.ID
	Came    kernel.Instant // when it came here
	Worker  kernel.ID
	Outcome Outcome
	Seen    bool // what did not fit was looked at
	Again   bool // it was told before: nothing moved now
	Number  int64
	Uses    []kernel.ID  // what it took from grants
	Copay   kernel.Cents // what the family paid for that
}

// Bounds of what a desk tells.
const (
	MostAtOnce = 200             // events in one message
	lateDays   = 31              // days after a session in which a desk may still tell of it
	early      = 12 * time.Hour  // a desk's clock says no moment further before the session
	ahead5     = 5 * time.Minute // nor one further ahead of ours
	keepNames  = 24 * time.Hour  // after a session first names are dropped
)

// Day is what the desk of a session works with.
type Day struct {
	Coming
	Entries   []Booking                      // in the order of their times and numbers; no cancelled ones
	Conflicts []Told                         // what did not fit and nobody has looked at
	Counts    map[string]int64               // of an open day: what all who counted counted
	Mine      map[kernel.ID]map[string]int64 // of that, what the actor counted, by device; what nobody told is not in it
	Free      map[string]int64               // how much lies free in the depot, by key, of what is in its book
	Lacked    map[string]int64               // how much could not be given today, by key
}

// Others is what was counted elsewhere than on a device of the actor: by others,
// and by the actor on another one.
func (d Day) Others(device kernel.ID) map[string]int64 {
	others := map[string]int64{}
	for what, n := range d.Counts {
		if rest := n - d.Mine[device][what]; rest > 0 {
			others[what] = rest
		}
	}
	return others
}

// Sum is how much of each item is to be prepared: for all who have an
// appointment.
func (d Day) Sum() map[string]int64 {
	sum := map[string]int64{}
	for _, b := range d.Entries {
		for _, l := range b.Lines {
			if b.State == Booked || b.State == Handed && !b.WalkIn {
				sum[l.Item] += l.Quantity
			}
		}
	}
	return sum
}

// Short is how much is missing of each item for those who are still to come, and
// what is in the depot's book.
func (d Day) Short() map[string]int64 {
	need := map[string]int64{}
	for _, b := range d.Entries {
		for _, l := range b.Lines {
			if b.State == Booked {
				need[l.Item] += l.Quantity
			}
		}
	}
	short := map[string]int64{}
	for key, n := range need {
		if free, ok := d.Free[key]; ok && n > free {
			short[key] = n - free
		}
	}
	return short
}

// Of counts the entries in a state.
func (d Day) Of(state State) (n int) {
	for _, b := range d.Entries {
		if b.State == state {
			n++
		}
	}
	return n
}

// Day is the list of a session for those who stand at the desk: numbers, first
// names, what to hand out, and nothing else of a family. It leaves a record.
func (s *Service) Day(ctx context.Context, session kernel.ID) (d Day, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		d = Day{}
		if d.Coming, err = sessionIn(ctx, a, session); err != nil {
			return err
		}
		if err := a.Allow(ctx, "handout.list", d.Org); err != nil {
			return err
		}
		if d.Entries, err = bookingsOf(ctx, a, a.Alliance(), `session = $2 AND state <> $3`, session, Cancelled); err != nil {
			return err
		}
		if err := s.names(ctx, a, d.Entries); err != nil {
			return err
		}
		if err := s.left(ctx, a, d.Series, d.Entries); err != nil {
			return err
		}
		for i := range d.Entries {
			d.Entries[i].Family = "" // the desk has no use for it
		}
		slices.SortStableFunc(d.Entries, func(x, y Booking) int { return int(order(x) - order(y)) })
		if d.Conflicts, err = conflictsOf(ctx, a, a.Alliance(), session); err != nil {
			return err
		}
		if err := paidOf(ctx, a, a.Alliance(), session, d.Entries); err != nil {
			return err
		}
		if d.Counts, d.Mine, err = countsOf(ctx, a, a.Alliance(), session, a.Actor.Person); err != nil {
			return err
		}
		if err := s.stock(ctx, a, &d); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "handout.list", Subject: session})
	})
	if err != nil {
		return Day{}, err
	}
	return d, nil
}

// order is where an entry stands in the list: by its time, then those without
// one.
func order(b Booking) int64 {
	if b.Slot == NoSlot {
		return 1000
	}
	return b.Slot
}

// Tell takes what happened at a desk. The same event told again is answered as
// the first time, and nothing moves; another content under its ID is Invalid
// ("handout.event"). Who was given their things already is told apart
// ([Already]) and shown to a person: nothing moves twice.
func (s *Service) Tell(ctx context.Context, session kernel.ID, e Event) (t Told, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		c, err := sessionIn(ctx, a, session)
		if err != nil {
			return err
		}
		if err := a.Allow(ctx, "handout.desk", c.Org); err != nil {
			return err
		}
		t, err = s.tell(ctx, a, c, e)
		return err
	})
	if err != nil {
		return Told{}, err
	}
	return t, nil
}

func (s *Service) tell(ctx context.Context, a *act.Act, c Coming, e Event) (t Told, err error) {
	if e.Lines, err = c.lines(e.Lines); err != nil {
		return t, err
	}
	before, found, err := loadEvent(ctx, a, a.Alliance(), e.ID)
	if err != nil {
		return t, err
	}
	if found {
		same := before.Session == c.Session.ID && before.Booking == e.Booking && before.Kind == e.Kind && slices.Equal(before.Lines, e.Lines)
		if !same {
			return t, kernel.NewInvalid("handout.event").At("id")
		}
		before.Again = true
		return before, a.Record(ctx, act.Entry{Action: "handout.again", Subject: c.Session.ID, Detail: map[string]string{"event": string(e.ID)}})
	}
	switch {
	case c.Way != ByAppointment:
		return t, kernel.NewNotFound("handout")
	case a.Today() < c.Session.Day:
		return t, kernel.NewConflict("handout.early")
	case c.Session.Day.DaysUntil(a.Today()) > lateDays:
		return t, kernel.NewConflict("handout.late")
	case e.Kind != Undo && len(e.Lines) == 0:
		return t, kernel.NewInvalid("handout.nothing").At("lines")
	}
	e.At = max(e.At, c.Session.Starts.Add(-early))
	if e.At > a.Now.Add(ahead5) {
		e.At = a.Now
	}
	t = Told{Event: e, Session: c.Session.ID, Came: a.Now, Worker: a.Actor.Person, Outcome: Done}
	if err := s.happened(ctx, a, c, &t); err != nil {
		return t, err
	}
	if err := insertEvent(ctx, a, a.Alliance(), t); err != nil {
		return t, err
	}
	return t, a.Record(ctx, act.Entry{Action: "handout." + string(e.Kind), Subject: c.Session.ID,
		Detail: map[string]string{"event": string(e.ID), "booking": string(e.Booking), "outcome": string(t.Outcome)}})
}

// happened changes the booking of an event, and posts what it moves.
func (s *Service) happened(ctx context.Context, a *act.Act, c Coming, t *Told) error {
	switch t.Kind {
	case WalkIn:
		return s.walksIn(ctx, a, c, t)
	case Lack:
		return s.lacks(ctx, a, c.Series, *t, t.Lines)
	}
	b, err := loadBooking(ctx, a, a.Alliance(), t.Booking)
	if err != nil {
		return err
	}
	if b.Session != c.Session.ID {
		return kernel.NewNotFound("handout")
	}
	t.Number = b.Number
	switch {
	case t.Kind == Hand && b.State == Handed:
		t.Outcome = Already
		return nil
	case t.Kind == Hand:
		if b.State != Booked { // its place was given free; what was handed out was handed out
			b.Slot = NoSlot
		}
		b.State, b.Given, b.HandedAt, b.Event = Handed, t.Lines, t.At, t.ID
		if err := s.moves(ctx, a, c.Series, t, b.Family); err != nil {
			return err
		}
		if err := s.lacksOf(ctx, a, c.Series, *t, b); err != nil {
			return err
		}
	case t.Kind == Undo && b.State != Handed:
		t.Outcome = Nothing
		return nil
	case t.Kind == Undo:
		if err := s.unpost(ctx, a, *t, b.Event); err != nil {
			return err
		}
		if err := s.unpay(ctx, a, b.Event); err != nil {
			return err
		}
		if err := s.Depot.UnlackIn(ctx, a, b.Event); err != nil {
			return err
		}
		b.State, b.Given, b.HandedAt, b.Event = Booked, nil, "", ""
		if b.WalkIn {
			b.State = Cancelled
		}
	default:
		return kernel.NewInvalid("handout.kind").At("kind")
	}
	return saveBooking(ctx, a, a.Alliance(), b)
}

// walksIn makes the booking of somebody without an appointment: a number, and
// what they got. Nobody's name.
func (s *Service) walksIn(ctx context.Context, a *act.Act, c Coming, t *Told) error {
	there, err := bookingsOf(ctx, a, a.Alliance(), `id = $2`, t.Booking)
	if err != nil {
		return err
	}
	if len(there) > 0 {
		return kernel.NewInvalid("handout.event").At("booking")
	}
	n, err := nextNumber(ctx, a, a.Alliance(), c.Session.ID)
	if err != nil {
		return err
	}
	t.Number = n
	if err := s.moves(ctx, a, c.Series, t, ""); err != nil {
		return err
	}
	return insertBooking(ctx, a, a.Alliance(), Booking{ID: t.Booking, Session: c.Session.ID, Slot: NoSlot, Number: n, WalkIn: true, State: Handed,
		Given: t.Lines, BookedAt: t.At, HandedAt: t.At, Event: t.ID})
}

// Seen says that somebody looked at what did not fit.
func (s *Service) Seen(ctx context.Context, session, event kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		c, err := sessionIn(ctx, a, session)
		if err != nil {
			return err
		}
		if err := a.Allow(ctx, "handout.desk", c.Org); err != nil {
			return err
		}
		if err := seeEvent(ctx, a, a.Alliance(), session, event); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "handout.seen", Subject: session, Detail: map[string]string{"event": string(event)}})
	})
}

// Counted are what an open session counts.
var Counted = [...]string{"families", "children", "brought", "taken"}

// Count keeps how many the actor counted at an open session on a device, in place
// of what they counted on it before. What others counted stays, and what the
// actor counted on another telephone: an open session counts the sum of all, and
// who stands at the other end of the room loses nothing. The device is made by
// the page that counts; zero: there is one of no name.
func (s *Service) Count(ctx context.Context, session, device kernel.ID, counts map[string]int64) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		c, err := sessionIn(ctx, a, session)
		if err != nil {
			return err
		}
		if err := a.Allow(ctx, "handout.desk", c.Org); err != nil {
			return err
		}
		if c.Way != Open {
			return kernel.NewNotFound("handout")
		}
		if a.Today() < c.Session.Day {
			return kernel.NewConflict("handout.early")
		}
		if _, err := kernel.ParseID(string(device)); err != nil && device != "" {
			return kernel.NewInvalid("ledger.id")
		}
		var wrong kernel.Faults
		for _, what := range Counted {
			wrong.Check(what, within(counts[what], 0, maxCount))
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		for _, what := range Counted {
			if err := keepCount(ctx, a, a.Alliance(), session, a.Actor.Person, device, what, counts[what]); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "handout.count", Subject: session})
	})
}
