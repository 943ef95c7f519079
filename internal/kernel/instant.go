package kernel

import (
	"database/sql/driver"
	"fmt"
	"time"
	_ "time/tzdata" // a container without a zone file still knows Brussels
)

// Instant is a moment, kept as fixed-width UTC text with microseconds, so that
// both engines compare, sort and group it alike and no driver interprets it.
// Its zero value is before every moment.
type Instant string

const instantForm = "2006-01-02T15:04:05.000000Z"

// Brussels is the zone in which days begin and end.
var Brussels = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		panic(err) // cannot happen: the zone table is linked in
	}
	return zone
}()

// InstantOf is the moment t, to the microsecond.
func InstantOf(t time.Time) Instant { return Instant(t.UTC().Format(instantForm)) }

// ParseInstant reads an RFC 3339 moment; anything else is Invalid ("instant").
func ParseInstant(s string) (Instant, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.UTC().Year() < 1 || t.UTC().Year() > 9999 {
		return "", NewInvalid("instant")
	}
	return InstantOf(t), nil
}

// Time is the moment as the standard library knows it; the zero Instant gives
// the zero time.
func (i Instant) Time() time.Time {
	t, _ := time.Parse(instantForm, string(i))
	return t
}

// Date is the day in Belgium at this moment; the zero Instant is on no day.
func (i Instant) Date() Date {
	if i == "" {
		return ""
	}
	return Date(i.Time().In(Brussels).Format(time.DateOnly))
}

// Add is the moment d later.
func (i Instant) Add(d time.Duration) Instant { return InstantOf(i.Time().Add(d)) }

// Before tells whether i comes before j.
func (i Instant) Before(j Instant) bool { return i < j }

// Value writes an Instant as text.
func (i Instant) Value() (driver.Value, error) { return string(i), nil }

// Date is a day in the calendar of Belgium, "2006-01-02". Days compare as
// text. Its zero value is no day.
type Date string

// ParseDate reads a day that exists; anything else is Invalid ("date").
func ParseDate(s string) (Date, error) {
	if t, err := time.Parse(time.DateOnly, s); err != nil || t.Year() < 1 {
		return "", NewInvalid("date")
	}
	return Date(s), nil
}

// DateOf is the day y-m-d; a day past the end of a month runs into the next.
func DateOf(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
}

// Time is midnight UTC of the day: for arithmetic with days, not for moments.
func (d Date) Time() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

// AddDays is the day n days later; from no day it leads to no day.
func (d Date) AddDays(n int) Date {
	if d == "" {
		return ""
	}
	return Date(d.Time().AddDate(0, 0, n).Format(time.DateOnly))
}

// AddMonths is the same day n months later, or the last day of that month;
// from no day it leads to no day.
func (d Date) AddMonths(n int) Date {
	if d == "" {
		return ""
	}
	t := d.Time()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return DateOf(first.Year(), first.Month(), min(t.Day(), last))
}

// DaysUntil counts the days from d to e; negative when e is earlier.
func (d Date) DaysUntil(e Date) int {
	const day = 24 * 60 * 60 // seconds: every day of UTC has as many
	return int((e.Time().Unix() - d.Time().Unix()) / day)
}

// YearsUntil counts the completed years from d to e, as an age is counted; a
// birthday on 29 February falls on 1 March in other years.
func (d Date) YearsUntil(e Date) int {
	from, to := d.Time(), e.Time()
	years := to.Year() - from.Year()
	if to.Month() < from.Month() || to.Month() == from.Month() && to.Day() < from.Day() {
		years--
	}
	return years
}

// MonthsUntil counts the completed months from d to e: a month is complete on
// the same day of the next one, so from 31 January to 28 February it is not.
func (d Date) MonthsUntil(e Date) int {
	from, to := d.Time(), e.Time()
	months := 12*(to.Year()-from.Year()) + int(to.Month()) - int(from.Month())
	if to.Day() < from.Day() {
		months--
	}
	return months
}

// String is the day as it is stored.
func (d Date) String() string { return string(d) }

// GoString keeps a day readable in a failing test.
func (d Date) GoString() string { return fmt.Sprintf("%q", string(d)) }
