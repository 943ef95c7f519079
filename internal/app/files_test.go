package app_test

import (
	"encoding/csv"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// properties reads a calendar by the rules of RFC 5545 alone: lines that end in
// CR LF and are not longer than 75 octets, folded ones joined, a name, a colon
// and a value.
func properties(t *testing.T, file string) map[string][]string {
	t.Helper()
	if strings.Contains(strings.ReplaceAll(file, "\r\n", ""), "\n") || !strings.HasSuffix(file, "\r\n") {
		t.Fatalf("a line does not end in CR LF: %q", file)
	}
	for _, line := range strings.Split(file, "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line has %d octets: %q", len(line), line)
		}
	}
	all := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSuffix(strings.ReplaceAll(file, "\r\n ", ""), "\r\n"), "\r\n") {
		name, value, ok := strings.Cut(line, ":")
		if !ok || !regexp.MustCompile(`^[A-Z-]+(;[A-Z-]+=[^;:]+)*$`).MatchString(name) {
			t.Errorf("this is no property: %q", line)
		}
		all[name] = append(all[name], value)
	}
	return all
}

// An appointment goes into a calendar that others see: it has a beginning, an
// end and a number that stays the same, and says neither who nor why nor where.
func TestTheCalendarFileIsOneAndNamesNobody(t *testing.T) {
	onEachEngine(t, func(w *world) {
		s := w.furnish()
		path := "GET /referrals/" + string(s.visit) + "/appointment.ics"
		aicha := w.as("leuven", "aicha")
		uid := ""
		for _, lang := range []string{"nl", "fr", "de", "en"} {
			status, file, _ := aicha.reads(lang).asks(path, nil)
			if status != 200 {
				t.Fatalf("answers %d", status)
			}
			p := properties(t, file)
			for _, name := range []string{"VERSION", "PRODID", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} {
				if len(p[name]) != 1 || p[name][0] == "" {
					t.Errorf("%s stands there %d times", name, len(p[name]))
				}
			}
			if got := strings.Join(append(p["BEGIN"], p["END"]...), " "); got != "VCALENDAR VEVENT VEVENT VCALENDAR" || p["VERSION"][0] != "2.0" {
				t.Errorf("its parts are %s", got)
			}
			if uid != "" && p["UID"][0] != uid {
				t.Errorf("its number was %s and is %s", uid, p["UID"][0])
			}
			uid = p["UID"][0]
			var at [3]time.Time
			for i, name := range []string{"DTSTAMP", "DTSTART", "DTEND"} {
				moment, err := time.Parse("20060102T150405Z", p[name][0])
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				at[i] = moment
			}
			if !at[0].Before(at[1]) || !at[1].Before(at[2]) {
				t.Errorf("its moments are %v", at)
			}
			letter := aicha.visited(s.visit)
			for _, secret := range letter {
				if strings.Contains(strings.ReplaceAll(file, "\r\n ", ""), secret) {
					t.Errorf("it says %q", secret)
				}
			}
		}
		w.as("leuven", "goele").sees(path, nil, 404)
		w.stranger().sees(path, nil, 401)
	})
}

// visited are words of a referral that no calendar may hold.
func (p *person) visited(id kernel.ID) (words []string) {
	p.Helper()
	l, err := p.app.Referrals.Read(p.towns["leuven"].As(p.Context(), "aicha"), id)
	if err != nil {
		p.Fatal(err)
	}
	for _, s := range l.Sketch.Persons {
		words = append(words, s.First, s.Last)
	}
	words = append(words, l.Why, l.Place, l.Who)
	var said []string
	for _, x := range words {
		if x != "" {
			said = append(said, x)
		}
	}
	if len(said) < 3 {
		p.Fatalf("there is too little that it could say: %v", said)
	}
	return said
}

// A coordinator takes the figures along. Every spreadsheet reads them, none
// takes a name for a formula, and what is too small to show is not in them.
func TestTheFileOfFiguresIsReadAndTellsNothingSmall(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.furnish()
		town := w.towns["leuven"]
		evil, err := w.app.Members.AddOrganisation(town.As(w.Context(), "wim"), members.Organisation{Name: `=HYPERLINK("x";"y"), "z"`, Kind: members.NonProfit, Receives: true})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 7 {
			_, err := w.app.Referrals.Send(town.As(w.Context(), "katrien"), referrals.NewReferral{To: evil.ID, Why: "Steun.",
				Told:   referrals.Told{How: referrals.Spoken, On: "2026-11-20", Agrees: true},
				Sketch: families.NewFamily{Persons: []families.NewPerson{{Role: families.Applicant, First: "Quirina"}}, Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(20 + i)}}}})
			if err != nil {
				t.Fatal(err)
			}
		}
		katrien := w.as("leuven", "katrien")
		read := func(side string) [][]string {
			t.Helper()
			status, body, _ := katrien.asks("GET /referrals/figures.csv?side="+side, nil)
			if status != 200 || strings.Contains(strings.ReplaceAll(body, "\r\n", ""), "\n") || strings.Contains(body, "Quirina") {
				t.Fatalf("%s answers %d: %q", side, status, body)
			}
			rows, err := csv.NewReader(strings.NewReader(body)).ReadAll() // every row as wide as the first
			if err != nil || len(rows) < 2 {
				t.Fatalf("%s: %v in %q", side, err, body)
			}
			for _, row := range rows {
				for _, cell := range row {
					if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "+") || strings.HasPrefix(cell, "-") || strings.HasPrefix(cell, "@") {
						t.Errorf("%s: a spreadsheet computes %q", side, cell)
					}
				}
			}
			return rows
		}
		if own := read("sent"); own[1][0] != `'=HYPERLINK("x";"y"), "z"` || own[1][1] != "7" {
			t.Errorf("the own figures are %q", own)
		}
		for _, row := range read("alliance")[1:] {
			for _, cell := range row[1:] {
				if len(cell) == 1 && cell >= "1" && cell <= "4" {
					t.Errorf("what is small is shown: %q", row)
				}
			}
		}
		w.as("leuven", "aicha").sees("GET /referrals/figures.csv", nil, 403)
	})
}
