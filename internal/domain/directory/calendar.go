package directory

import (
	"cmp"
	"io"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Telling is what a calendar is told in, and what is known of school holidays.
type Telling struct {
	Title    string
	Note     func(Hours) string                                 // what the rule cannot say, in the reader's language
	Holidays func(d kernel.Date, n kernel.NIS) (is, known bool) // whether there is no school; nil: nobody told
}

// Calendar is the opening hours of a service as a calendar file (RFC 5545): an
// event for each rule at each place, for the calendar of whoever goes there. On
// days on which it is known to be shut, for a public holiday or the school
// holidays, there is none; what is open in the school holidays alone stands on
// those days of which somebody told.
func Calendar(r PublicRecord, as Telling, today kernel.Date, now kernel.Instant) io.WriterTo {
	c := calendar{as: as}
	c.line("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bondgenoot//directory//EN", "METHOD:PUBLISH")
	c.lines = append(c.lines, brussels...)
	var home kernel.NIS
	if len(r.Service.Areas) > 0 {
		home = r.Service.Areas[0]
	}
	if len(r.Places) == 0 {
		c.hours(r.Service.Hours, string(r.Service.ID), "", home, today, now)
	}
	for _, p := range r.Places {
		where := strings.Trim(strings.Join([]string{p.Name, p.Street, strings.TrimSpace(p.Postal + " " + p.City)}, ", "), ", ")
		c.hours(r.HoursAt(p), string(r.Service.ID)+"-"+string(p.ID), where, cmp.Or(p.Municipality, home), today, now)
	}
	c.line("END:VCALENDAR")
	return c
}

// HoursAt are the hours of a service at one of its places: its own there, or
// else its own wherever it is, or else those of the place. That a house is open
// does not say that what one comes for is.
func (r PublicRecord) HoursAt(p PublicPlace) []Hours {
	switch {
	case len(p.ServiceHours) > 0:
		return p.ServiceHours
	case len(r.Service.Hours) > 0:
		return r.Service.Hours
	}
	return p.Hours
}

// brussels is the zone of the events, as it has been since 1996.
var brussels = []string{"BEGIN:VTIMEZONE", "TZID:Europe/Brussels",
	"BEGIN:DAYLIGHT", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "TZNAME:CEST", "DTSTART:19960331T020000", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:DAYLIGHT",
	"BEGIN:STANDARD", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "TZNAME:CET", "DTSTART:19961027T030000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD",
	"END:VTIMEZONE"}

type calendar struct {
	as    Telling
	lines []string
}

func (c *calendar) line(lines ...string) { c.lines = append(c.lines, lines...) }

// calendarDays is how far ahead a calendar tells on which days it is shut.
const calendarDays = 366

func (c *calendar) hours(all []Hours, uid, where string, n kernel.NIS, today kernel.Date, now kernel.Instant) {
	for i, h := range all {
		open, shut := c.days(h, n, today)
		if h.From == "" || h.Rule == "" || len(open) == 0 {
			continue
		}
		at := func(d kernel.Date) string { return compact(d) + "T" + strings.ReplaceAll(h.From, ":", "") + "00" }
		c.line("BEGIN:VEVENT", "UID:"+uid+"-"+string(rune('a'+i%26))+"@bondgenoot", "DTSTAMP:"+now.Time().UTC().Format("20060102T150405Z"),
			"DTSTART;TZID=Europe/Brussels:"+at(open[0]), "DTEND;TZID=Europe/Brussels:"+endOf(open[0], h.To))
		if h.Holidays == HolidayOnly {
			for _, d := range open[1:] {
				c.line("RDATE;TZID=Europe/Brussels:" + at(d))
			}
		} else {
			rule := h.Rule
			if h.Until != "" && !strings.Contains(rule, "UNTIL=") && !strings.Contains(rule, "COUNT=") {
				rule += ";UNTIL=" + compact(h.Until) + "T235959Z"
			}
			c.line("RRULE:" + rule)
			for _, d := range shut {
				if d > open[0] {
					c.line("EXDATE;TZID=Europe/Brussels:" + at(d))
				}
			}
		}
		c.line("SUMMARY:" + escaped.Replace(c.as.Title))
		if where != "" {
			c.line("LOCATION:" + escaped.Replace(where))
		}
		if c.as.Note != nil && c.as.Note(h) != "" {
			c.line("DESCRIPTION:" + escaped.Replace(c.as.Note(h)))
		}
		c.line("TRANSP:TRANSPARENT", "END:VEVENT")
	}
}

// days are those of the rule on which it is open, and on which it is shut, as
// far as anybody told.
func (c *calendar) days(h Hours, n kernel.NIS, today kernel.Date) (open, shut []kernel.Date) {
	for _, d := range h.ruled(today, today.AddDays(calendarDays)) {
		is, known := false, false
		if c.as.Holidays != nil {
			is, known = c.as.Holidays(d, n)
		}
		switch {
		case h.shutOn(d), h.Holidays == TermOnly && is && known, h.Holidays == HolidayOnly && !(is && known):
			shut = append(shut, d)
		default:
			open = append(open, d)
		}
	}
	return open, shut
}

func endOf(day kernel.Date, to string) string {
	if to == "24:00" {
		return compact(day.AddDays(1)) + "T000000"
	}
	return compact(day) + "T" + strings.ReplaceAll(to, ":", "") + "00"
}

func compact(d kernel.Date) string { return strings.ReplaceAll(string(d), "-", "") }

var escaped = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`, "\r", "")

// WriteTo writes the file, no line of which is longer than 75 bytes.
func (c calendar) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	for _, line := range c.lines {
		for n := 75; len(line) > n; n = 74 {
			cut := n
			for cut > 0 && line[cut]&0xC0 == 0x80 { // within a letter
				cut--
			}
			b.WriteString(line[:cut] + "\r\n ")
			line = line[cut:]
		}
		b.WriteString(line + "\r\n")
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// ruled are the days of the rule itself between two days, both included; none
// when there is no rule. A rule without a first day begins long ago, on a
// Monday.
func (h Hours) ruled(from, to kernel.Date) (days []kernel.Date) {
	o, err := h.option()
	if h.Rule == "" || err != nil {
		return nil
	}
	began := h.Since
	if began == "" {
		began = "2024-01-01"
	}
	o.Dtstart = began.Time()
	if h.Until != "" && h.Until < to {
		to = h.Until
	}
	r, err := rrule.NewRRule(*o)
	if err != nil || to < from {
		return nil
	}
	for _, t := range r.Between(from.Time(), to.Time().Add(time.Second), true) {
		days = append(days, kernel.Date(t.Format(time.DateOnly)))
	}
	return days
}

// Days are the days between two days, both included, on which it is open, as
// far as rules tell: public holidays and days that are named as shut are left
// out. School holidays are not looked at: when they are, each community says.
func (h Hours) Days(from, to kernel.Date) (days []kernel.Date) {
	for _, d := range h.ruled(from, to) {
		if !h.shutOn(d) {
			days = append(days, d)
		}
	}
	return days
}

func (h Hours) shutOn(d kernel.Date) bool {
	for _, not := range h.Not {
		if not == d {
			return true
		}
	}
	return h.Holidays != EveryDay && kernel.PublicHoliday(d)
}

// Opening is what can be said of a moment: whether it is open, until when, and
// when it opens next.
type Opening struct {
	Known bool   // somebody told hours that a rule can say
	Open  bool   // now
	Until string // the time of day at which it shuts, when it is open
	Next  kernel.Date
	From  string // the time of day at which it opens on Next
	Ask   bool   // it depends on the school holidays, of which nobody told here
}

// openingDays is how far ahead the next opening is looked for.
const openingDays = 62

// OpeningAt is what hours say of a moment in Belgium.
func OpeningAt(all []Hours, now kernel.Instant) (o Opening) {
	today, clock := now.Date(), now.Time().In(kernel.Brussels).Format("15:04")
	for _, h := range all {
		if h.Rule == "" || h.From == "" {
			continue
		}
		o.Known = true
		if h.Holidays == HolidayOnly || h.Holidays == TermOnly {
			o.Ask = true
		}
		if h.Holidays == HolidayOnly {
			continue // one cannot count on it
		}
		for _, d := range h.Days(today, today.AddDays(openingDays)) {
			if d == today && h.From <= clock && clock < h.To {
				o.Open, o.Until = true, max(o.Until, h.To)
				continue
			}
			if d == today && h.From <= clock {
				continue
			}
			if o.Next == "" || d < o.Next || d == o.Next && h.From < o.From {
				o.Next, o.From = d, h.From
			}
			break
		}
	}
	return o
}
