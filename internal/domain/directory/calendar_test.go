package directory

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestWhenItIsOpen(t *testing.T) {
	week := []Hours{{Rule: "FREQ=WEEKLY;BYDAY=MO,WE", From: "09:00", To: "12:00"}, {Rule: "FREQ=WEEKLY;BYDAY=MO", From: "13:00", To: "17:00"}}
	second := []Hours{{Rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", From: "14:00", To: "16:00", Since: "2026-11-18"}}
	at := func(s string) kernel.Instant {
		return kernel.InstantOf(must(time.ParseInLocation("2006-01-02 15:04", s, kernel.Brussels)))
	}
	for name, tt := range map[string]struct {
		hours []Hours
		now   string
		want  Opening
	}{
		"while it is open":              {week, "2026-11-23 09:00", Opening{Known: true, Open: true, Until: "12:00", Next: "2026-11-23", From: "13:00"}},
		"the minute it shuts":           {week, "2026-11-23 12:00", Opening{Known: true, Next: "2026-11-23", From: "13:00"}},
		"the evening before":            {week, "2026-11-24 20:00", Opening{Known: true, Next: "2026-11-25", From: "09:00"}},
		"a public holiday":              {week, "2026-05-25 10:00", Opening{Known: true, Next: "2026-05-27", From: "09:00"}},
		"the week between":              {second, "2026-11-25 15:00", Opening{Known: true, Next: "2026-12-02", From: "14:00"}},
		"the day the clock is set back": {[]Hours{{Rule: "FREQ=DAILY", From: "01:00", To: "04:00", Holidays: EveryDay}}, "2026-10-25 03:30", Opening{Known: true, Open: true, Until: "04:00", Next: "2026-10-26", From: "01:00"}},
		"when it has ended":             {[]Hours{{Rule: "FREQ=DAILY", From: "09:00", To: "10:00", Until: "2026-11-20"}}, "2026-11-23 09:30", Opening{Known: true}},
		"a day that is named":           {[]Hours{{Rule: "FREQ=DAILY", From: "09:00", To: "10:00", Not: []kernel.Date{"2026-11-23"}}}, "2026-11-23 09:30", Opening{Known: true, Next: "2026-11-24", From: "09:00"}},
		"in the school holidays alone":  {[]Hours{{Rule: "FREQ=DAILY", From: "09:00", To: "10:00", Holidays: HolidayOnly}}, "2026-11-23 09:30", Opening{Known: true, Ask: true}},
		"in words alone":                {[]Hours{{Words: kernel.Text{NL: "bel eerst"}}}, "2026-11-23 09:30", Opening{}},
	} {
		if got := OpeningAt(tt.hours, at(tt.now)); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}

func TestOpeningHoursAreACalendar(t *testing.T) {
	r := PublicRecord{Service: PublicService{ID: "s", Name: kernel.Text{NL: "Melk, luiers; en meer " + strings.Repeat("é", 60)},
		Hours: []Hours{{Rule: "FREQ=WEEKLY;BYDAY=MO", From: "09:00", To: "12:00", Until: "2027-06-30"}}}, Places: []PublicPlace{{PublicLocation: PublicLocation{ID: "p", Street: "Kerkstraat 1"}}}}
	var b bytes.Buffer
	if _, err := Calendar(r, Telling{Title: "Melk, luiers; en meer " + strings.Repeat("é", 60)}, "2026-11-23", "2026-11-23T08:00:00.000000Z").WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(b.String(), "\r\n ", "")
	for _, want := range []string{"DTSTART;TZID=Europe/Brussels:20261123T090000", "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630T235959Z", `SUMMARY:Melk\, luiers\; en meer`,
		"LOCATION:Kerkstraat 1", "EXDATE;TZID=Europe/Brussels:20270329T090000"} {
		if !strings.Contains(text, want) {
			t.Errorf("misses %s in\n%s", want, text)
		}
	}
	for line := range strings.SplitSeq(b.String(), "\r\n") {
		if len(line) > 75 {
			t.Errorf("%d bytes: %s", len(line), line)
		}
	}
}

// In the school holidays that somebody told, what is for term alone is in no
// calendar, and what is for holidays alone is; of days of which nobody told it
// says what the rule says, and the note beside it.
func TestACalendarKnowsTheSchoolHolidays(t *testing.T) {
	autumn := func(d kernel.Date, n kernel.NIS) (bool, bool) {
		return "2026-12-21" <= d && d <= "2027-01-03", n == "24062" && d <= "2027-01-31"
	}
	calendar := func(h Holidays) string {
		r := PublicRecord{Service: PublicService{ID: "s", Areas: []kernel.NIS{"24062"}, Hours: []Hours{{Rule: "FREQ=WEEKLY;BYDAY=MO", From: "15:30", To: "17:30", Holidays: h}}}}
		var b bytes.Buffer
		must(Calendar(r, Telling{Title: "Huiswerk", Holidays: autumn, Note: func(h Hours) string { return string(h.Holidays) }}, "2026-11-24", "2026-11-24T08:00:00.000000Z").WriteTo(&b))
		return b.String()
	}
	term := calendar(TermOnly)
	for _, want := range []string{"DTSTART;TZID=Europe/Brussels:20261130T153000", "EXDATE;TZID=Europe/Brussels:20261221T153000", "EXDATE;TZID=Europe/Brussels:20261228T153000", "DESCRIPTION:term_only"} {
		if !strings.Contains(term, want) {
			t.Errorf("in term alone misses %s:\n%s", want, term)
		}
	}
	if strings.Contains(term, "EXDATE;TZID=Europe/Brussels:20270104") || strings.Contains(calendar(AsEver), "EXDATE;TZID=Europe/Brussels:20261221") {
		t.Error("a day on which it is open is left out")
	}
	only := calendar(HolidayOnly)
	if !strings.Contains(only, "DTSTART;TZID=Europe/Brussels:20261221T153000") || !strings.Contains(only, "RDATE;TZID=Europe/Brussels:20261228T153000") || strings.Contains(only, "RRULE:FREQ=WEEKLY") {
		t.Errorf("in the holidays alone:\n%s", only)
	}
}
