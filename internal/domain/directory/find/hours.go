package find

import (
	"slices"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/holidays"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Hour is whether something is open at a moment.
type Hour string

// What can be said of a moment. Of what has no hours, or hours that are told in
// words alone, nobody knows.
const (
	HourUnknown Hour = ""
	IsOpen      Hour = "open"
	IsShut      Hour = "shut"
)

// span is a part of a weekday at which a place is open, made of one rule.
type span struct {
	days     uint8 // a bit a weekday, Sunday the lowest
	from, to int16 // minutes of the day
	rule     *directory.Hours
}

// week is when a place is open. Rough tells that it has rules which do not come
// back every week: of those days nobody knows here.
type week struct {
	spans []span
	rough bool
	in    kernel.NIS // where it is, for the holidays of the schools there
}

var weekdays = map[string]time.Weekday{"SU": 0, "MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6}

// weekOf reads the rules that come back every week or every day.
func weekOf(hours []directory.Hours) (w week) {
	for i := range hours {
		h := &hours[i]
		days, weekly := daysOf(h.Rule)
		from, okFrom := minutes(h.From)
		to, okTo := minutes(h.To)
		if !weekly || !okFrom || !okTo || from >= to {
			w.rough = true
			continue
		}
		w.spans = append(w.spans, span{days, from, to, h})
	}
	return w
}

// daysOf are the weekdays of a rule that comes back every week or day.
func daysOf(rule string) (days uint8, weekly bool) {
	for part := range strings.SplitSeq(strings.TrimPrefix(rule, "RRULE:"), ";") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "FREQ":
			if value == "DAILY" && days == 0 {
				days = 0x7f
			}
			weekly = value == "WEEKLY" || value == "DAILY"
		case "INTERVAL":
			if value != "1" {
				return 0, false
			}
		case "BYDAY":
			days = 0
			for day := range strings.SplitSeq(value, ",") {
				d, known := weekdays[day]
				if !known {
					return 0, false
				}
				days |= 1 << d
			}
		case "WKST", "":
		default:
			return 0, false
		}
	}
	return days, weekly && days != 0
}

// minutes of the day of "09:30".
func minutes(s string) (int16, bool) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, s == "24:00"
	}
	return int16(t.Hour()*60 + t.Minute()), true
}

// day is a date with what is asked of it again and again.
type day struct {
	date    kernel.Date
	weekday uint8 // a bit
	public  bool  // a public holiday
	schools holidays.Year
}

func dayOf(d kernel.Date, schools holidays.Year) day {
	return day{d, 1 << d.Time().Weekday(), kernel.PublicHoliday(d), schools}
}

// on tells whether a rule holds on a day in a municipality. Where nobody told
// whether there is school, what is open in the holidays alone is not counted as
// open, and what is shut in them is.
func (s span) on(d day, in kernel.NIS) bool {
	h := s.rule
	if h.Holidays == directory.TermOnly || h.Holidays == directory.HolidayOnly {
		holiday, known := d.schools.Is(d.date, in)
		if known && holiday != (h.Holidays == directory.HolidayOnly) || !known && h.Holidays == directory.HolidayOnly {
			return false
		}
	}
	switch {
	case s.days&d.weekday == 0, h.Since != "" && d.date < h.Since, h.Until != "" && h.Until < d.date:
		return false
	case d.public && h.Holidays != directory.EveryDay:
		return false
	}
	return !slices.Contains(h.Not, d.date)
}

// at tells whether it is open at a minute of a day.
func (w week) at(d day, minute int16) Hour {
	return w.between(d, minute, minute+1)
}

// between tells whether it is open at any time between two minutes of a day.
func (w week) between(d day, from, to int16) Hour {
	for _, s := range w.spans {
		if s.from < to && from < s.to && s.on(d, w.in) {
			return IsOpen
		}
	}
	if w.rough || len(w.spans) == 0 {
		return HourUnknown
	}
	return IsShut
}

// moment is the time of a query, and the days that it can mean.
type moment struct {
	when          When
	today, next   day
	minute        int16
	weekend, days []day // the coming days on which people work, and do not
	wednesday     day
}

func momentOf(q Query) moment {
	date := q.Now.Date()
	m := moment{when: q.When, today: dayOf(date, q.Schools), next: dayOf(date.AddDays(1), q.Schools)}
	t := q.Now.Time().In(kernel.Brussels)
	m.minute = int16(t.Hour()*60 + t.Minute())
	for i := range 7 {
		d := dayOf(date.AddDays(i), q.Schools)
		switch d.weekday {
		case 1 << time.Saturday, 1 << time.Sunday:
			m.weekend = append(m.weekend, d)
		case 1 << time.Wednesday:
			m.wednesday = d
			m.days = append(m.days, d)
		default:
			m.days = append(m.days, d)
		}
	}
	return m
}

// noon and five are where an afternoon and an evening begin; midnight ends them.
const (
	noon     = 12*60 + 1
	six      = 18 * 60
	five     = 17*60 + 1
	midnight = 24 * 60
)

// fits tells whether one can come at the time that is asked for. Where nobody
// knows, one cannot count on it.
func (w week) fits(m moment) bool {
	anyDay := func(days []day, from, to int16) bool {
		return slices.ContainsFunc(days, func(d day) bool { return w.between(d, from, to) == IsOpen })
	}
	switch m.when {
	case Now:
		return w.at(m.today, m.minute) == IsOpen
	case Tomorrow:
		return w.between(m.next, 0, midnight) == IsOpen
	case Wednesday:
		return w.between(m.wednesday, noon, six) == IsOpen
	case Evening:
		return anyDay(m.days, five, midnight)
	case Weekend:
		return anyDay(m.weekend, 0, midnight)
	case InHoliday:
		return slices.ContainsFunc(w.spans, func(s span) bool { return s.rule.Holidays != directory.TermOnly })
	}
	return true
}

// Weekdays are the days of the week on which a rule holds, Monday first; false
// for a rule that does not come back every week.
func Weekdays(rule string) (days []time.Weekday, weekly bool) {
	bits, weekly := daysOf(rule)
	for i := range 7 {
		if d := time.Weekday((i + 1) % 7); weekly && bits&(1<<d) != 0 {
			days = append(days, d)
		}
	}
	return days, weekly
}
