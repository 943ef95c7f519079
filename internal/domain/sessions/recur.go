package sessions

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Recurrence is on which days and at which hours, on the clocks of Belgium: a
// session at 13:30 is at 13:30 before and after the clocks change.
type Recurrence struct {
	Weeks    int64         // every how many weeks; 0: by the month
	Days     []string      // "MO" … "SU"
	Nth      int64         // by the month: the first (1) … fourth (4), the last (-1)
	From, To string        // "13:30"
	First    kernel.Date   // the first day; weeks are counted from its week
	Last     kernel.Date   // zero: no end is known
	Holidays bool          // also on public holidays
	Not      []kernel.Date // days on which it is not
}

// Weekdays are the days as rules write them, from Monday.
var Weekdays = [...]string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// longestRun is for how many days a series can be planned.
const longestRun = 5 * 366

// maxNot is how many days can be left out.
const maxNot = 400

func (r *Recurrence) check(wrong *kernel.Faults) {
	var days []string
	for _, d := range Weekdays {
		if slices.Contains(r.Days, d) {
			days = append(days, d)
		}
	}
	if len(days) == 0 || len(days) != len(slices.Compact(slices.Sorted(slices.Values(r.Days)))) {
		wrong.Check("days", kernel.NewInvalid("handout.days"))
	}
	r.Days = days
	switch {
	case r.Weeks < 0 || r.Weeks > 8:
		wrong.Check("weeks", kernel.NewInvalid("handout.weeks"))
	case r.Weeks == 0 && r.Nth != -1 && (r.Nth < 1 || r.Nth > 4):
		wrong.Check("nth", kernel.NewInvalid("handout.weeks"))
	case r.Weeks > 0:
		r.Nth = 0
	}
	for field, at := range map[string]string{"from": r.From, "to": r.To} {
		if !timeOfDay.MatchString(at) {
			wrong.Check(field, kernel.NewInvalid("handout.time"))
		}
	}
	if len(*wrong) == 0 && r.From >= r.To {
		wrong.Check("to", kernel.NewInvalid("handout.times"))
	}
	if _, err := kernel.ParseDate(string(r.First)); err != nil {
		wrong.Check("first", err)
		return
	}
	if r.Last != "" {
		if _, err := kernel.ParseDate(string(r.Last)); err != nil {
			wrong.Check("last", err)
		} else if r.Last < r.First || r.First.DaysUntil(r.Last) > longestRun {
			wrong.Check("last", kernel.NewInvalid("handout.last"))
		}
	}
	r.Not = slices.Compact(slices.Sorted(slices.Values(r.Not)))
	if len(r.Not) > maxNot {
		wrong.Check("not", kernel.NewTooMany("handout.not").With("limit", strconv.Itoa(maxNot)))
	}
	for _, d := range r.Not {
		if _, err := kernel.ParseDate(string(d)); err != nil {
			wrong.Check("not", err)
		}
	}
}

// rule is the recurrence as RFC 5545 writes it.
func (r Recurrence) rule() string {
	if r.Weeks > 0 {
		return fmt.Sprintf("FREQ=WEEKLY;INTERVAL=%d;BYDAY=%s", r.Weeks, strings.Join(r.Days, ","))
	}
	days := make([]string, len(r.Days))
	for i, d := range r.Days {
		days[i] = fmt.Sprintf("%d%s", r.Nth, d)
	}
	return "FREQ=MONTHLY;BYDAY=" + strings.Join(days, ",")
}

// On are the days between two days, both included, on which there is a
// session.
func (r Recurrence) On(from, to kernel.Date) []kernel.Date {
	hours := directory.Hours{Rule: r.rule(), Since: r.First, Until: r.Last, Not: r.Not}
	if r.Holidays {
		hours.Holidays = directory.EveryDay
	}
	return hours.Days(from, to)
}

// at is the moment of minutes after midnight of a day, by the clock on the
// wall.
func at(day kernel.Date, minutes int64) kernel.Instant {
	d := day.Time()
	return kernel.InstantOf(time.Date(d.Year(), d.Month(), d.Day(), 0, int(minutes), 0, 0, kernel.Brussels))
}

// minutesOf are the minutes after midnight of a time of day.
func minutesOf(clock string) int64 {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return 0
	}
	return int64(t.Hour()*60 + t.Minute())
}

// minutes is how long a session is, by the clock on the wall.
func (r Recurrence) minutes() int64 { return minutesOf(r.To) - minutesOf(r.From) }

// on is the session of a day, with its times. What is left after the last whole
// time is no time of its own.
func (s Series) on(day kernel.Date) Session {
	from, to := minutesOf(s.Recurs.From), minutesOf(s.Recurs.To)
	made := Session{ID: kernel.NewID(), Series: s.ID, Day: day, Starts: at(day, from), Ends: at(day, to)}
	if s.Way != ByAppointment {
		return made
	}
	for n := int64(0); from+(n+1)*s.Slot <= to; n++ {
		made.Slots = append(made.Slots, Slot{N: n, Starts: at(day, from+n*s.Slot), Ends: at(day, from+(n+1)*s.Slot), Places: s.Places})
	}
	return made
}
