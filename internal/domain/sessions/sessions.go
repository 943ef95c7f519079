// Package sessions is help that is handed out at a place on certain days: milk
// and nappies on Tuesdays and Thursdays, a container that opens every other
// Wednesday. A series says when it recurs; its sessions are made ahead; each
// has times with so many places, and families come to one of them by
// appointment, or walk in. Where nobody registers, a session has counts alone.
//
// What the people at the desk see is a number, a first name and what to hand
// out. The first name lies in the vault under the family's key, and is dropped
// when the session is over; a family whose address is secret has none here. All
// tables know a family by its ID.
//
// What was handed out is an event with an ID that the desk's telephone made, so
// that it is told once however often it is sent: [Service.Tell]. What it moves
// is posted in one place, post.go; what has to be granted to a family is taken
// from its grants in the same act, by a module above: [Grants].
//
// Owns the tables handout_series, handout_session, handout_slot,
// handout_booking, handout_event, handout_counted and handout_merge.
//
// Acts: handout.manage, handout.look, handout.list, handout.desk, handout.book,
// handout.own, handout.feed; the house itself makes sessions ahead and ends
// them. Tells: nothing. Hears: families.Forgotten, families.Merged,
// families.Parted. Leaves the job "sessions.remind": a mail to a family.
package sessions

import (
	"embed"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this module.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "sessions", Files: files}
}

// Service is the module's use cases.
type Service struct {
	Acts     *act.Acts
	Vault    *vault.Vault
	Members  *members.Service
	Families *families.Service
	Depot    *depot.Service
	Grants   Grants
}

// Way is how people come to a series.
type Way string

// The ways.
const (
	ByAppointment Way = "appointment" // places at times, and walk-ins
	Open          Way = "open"        // nobody registers; what is kept is how many came
)

// Series is a hand-out that recurs at a place of an organisation.
type Series struct {
	ID      kernel.ID
	Version int64
	Org     kernel.ID
	Name    string
	Place   string // where, on one line
	Recurs  Recurrence
	Way     Way
	Slot    int64 // minutes of one time; by appointment alone
	Places  int64 // families in one time
	Release int64 // minutes after its time that a family who did not come is waited for
	Own     bool  // families may make their own appointment on their own page
	Items   []Item
	Feed    string // what the address of its calendar carries; names nobody
	Ended   bool
	Depot   kernel.ID // the place from which it gives; zero: what it gives is in no book
}

// Item is something that a series hands out.
type Item struct {
	Key   string `json:"key"` // stable within the series
	Name  string `json:"name"`
	Usual int64  `json:"usual"` // how many one family usually gets; 0: as it is asked

	Asset kernel.ID `json:"asset,omitempty"` // what the depot calls it; zero: the book knows nothing of it
	Paid  Promise   `json:"paid,omitzero"`   // whose grants pay it; zero: anybody gets it
}

// Line is a quantity of an item.
type Line struct {
	Item     string `json:"item"` // the key
	Quantity int64  `json:"quantity"`
}

// Bounds of a series and of what is handed out.
const (
	maxLine     = 120  // letters of a name or a place
	maxItems    = 30   // kinds of things in a series
	MaxPlaces   = 200  // families in one time
	MaxQuantity = 99   // of one item for one family
	maxSlot     = 480  // minutes of one time
	maxRelease  = 1440 // minutes
	maxCount    = 5000 // people in one open session
)

var timeOfDay = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

// check tells all that is wrong with a series, and tidies it.
func (s *Series) check() error {
	var wrong kernel.Faults
	s.Name, s.Place = tidy(s.Name), tidy(s.Place)
	wrong.Check("name", line(s.Name))
	wrong.Check("place", line(s.Place))
	s.Recurs.check(&wrong)
	switch s.Way {
	case Open:
		s.Slot, s.Places, s.Release, s.Own, s.Items = 0, 0, 0, false, nil
	case ByAppointment:
		wrong.Check("slot", within(s.Slot, 5, maxSlot))
		wrong.Check("places", within(s.Places, 1, MaxPlaces))
		wrong.Check("release", within(s.Release, 0, maxRelease))
		s.items(&wrong)
		if len(wrong) == 0 && s.Recurs.minutes() < s.Slot {
			wrong.Check("slot", kernel.NewInvalid("handout.slot"))
		}
	default:
		wrong.Check("way", kernel.NewInvalid("handout.way"))
	}
	return wrong.Err()
}

func (s *Series) items(wrong *kernel.Faults) {
	s.Items = slices.DeleteFunc(slices.Clone(s.Items), func(i Item) bool { return tidy(i.Name) == "" })
	if len(s.Items) == 0 {
		wrong.Check("items", kernel.NewInvalid("handout.items"))
	}
	if len(s.Items) > maxItems {
		wrong.Check("items", kernel.NewTooMany("handout.many").With("limit", strconv.Itoa(maxItems)))
		return
	}
	last := 0
	for _, i := range s.Items {
		n, _ := strconv.Atoi(i.Key)
		last = max(last, n)
	}
	for n := range s.Items {
		i := &s.Items[n]
		i.Name = tidy(i.Name)
		wrong.Check("items", line(i.Name))
		wrong.Check("items", within(i.Usual, 0, MaxQuantity))
		if i.Key == "" {
			last++
			i.Key = strconv.Itoa(last)
		}
	}
}

// Item is the item of a key; false when the series does not have it any more.
func (s Series) Item(key string) (Item, bool) {
	for _, i := range s.Items {
		if i.Key == key {
			return i, true
		}
	}
	return Item{}, false
}

// lines reads quantities: of items that the series has, each once, none of
// nothing.
func (s Series) lines(typed []Line) (lines []Line, err error) {
	for _, i := range s.Items {
		sum := int64(0)
		for _, l := range typed {
			if l.Item != i.Key {
				continue
			}
			if l.Quantity < 0 || l.Quantity > MaxQuantity || sum > 0 {
				return nil, kernel.NewInvalid("handout.quantity").At("lines").With("item", i.Name).With("limit", strconv.Itoa(MaxQuantity))
			}
			sum = l.Quantity
		}
		if sum > 0 {
			lines = append(lines, Line{i.Key, sum})
		}
	}
	for _, l := range typed {
		if _, ok := s.Item(l.Item); !ok && l.Quantity != 0 {
			return nil, kernel.NewInvalid("handout.item").At("lines")
		}
	}
	return lines, nil
}

func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

func line(s string) error {
	switch {
	case s == "":
		return kernel.NewInvalid("handout.empty")
	case utf8.RuneCountInString(s) > maxLine:
		return kernel.NewTooMany("handout.long").With("limit", strconv.Itoa(maxLine))
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		return kernel.NewInvalid("handout.text")
	}
	return nil
}

func within(n, least, most int64) error {
	if n < least || n > most {
		return kernel.NewInvalid("handout.within").With("least", strconv.FormatInt(least, 10)).With("most", strconv.FormatInt(most, 10))
	}
	return nil
}

// Session is one day of a series.
type Session struct {
	ID        kernel.ID
	Series    kernel.ID
	Day       kernel.Date
	Starts    kernel.Instant
	Ends      kernel.Instant
	Cancelled bool
	Closed    bool // it is over, and the first names are gone
	Slots     []Slot
	Waiting   int64

	numbers int64
}

// Slot is a time within a session.
type Slot struct {
	N      int64
	Starts kernel.Instant
	Ends   kernel.Instant
	Places int64
	Taken  int64
}

// Free is how many families can still come.
func (s Slot) Free() int64 { return max(0, s.Places-s.Taken) }

// Free is how many families can still come to the session at a time that has
// not begun.
func (s Session) Free(now kernel.Instant) (n int64) {
	for _, slot := range s.Slots {
		if !s.Cancelled && now.Before(slot.Starts) {
			n += slot.Free()
		}
	}
	return n
}

// Slot is the time of a number; false when there is none.
func (s Session) Slot(n int64) (Slot, bool) {
	for _, slot := range s.Slots {
		if slot.N == n {
			return slot, true
		}
	}
	return Slot{}, false
}

// State is how far an appointment is.
type State string

// The states.
const (
	Booked    State = "booked"
	Waiting   State = "waiting" // until a place is free
	Handed    State = "handed"
	NoShow    State = "no_show" // did not come; the place was given free
	Cancelled State = "cancelled"
)

// Booking is that a family comes.
type Booking struct {
	ID       kernel.ID
	Session  kernel.ID
	Slot     int64     // of the session; -1: none, as for who walks in or waits
	Family   kernel.ID // zero: somebody who walked in and has no file
	Number   int64     // by which they are called, from 1 in each session
	WalkIn   bool
	State    State
	Lines    []Line // what to hand out
	Given    []Line // what was handed out
	BookedAt kernel.Instant
	HandedAt kernel.Instant
	Event    kernel.ID // by which it was handed out

	First string                  // from the vault, where it may be shown
	Left  map[string]int64        // on the list of a day: how much the family may still get of items that are granted, by key
	Copay map[string]kernel.Cents // and what it pays for one piece, where it pays a part
	Paid  kernel.Cents            // that it paid for what it got
}

// Taken tells whether the booking holds a place.
func (b Booking) Taken() bool { return b.Slot >= 0 && (b.State == Booked || b.State == Handed) }
