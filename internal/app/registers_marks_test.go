package app_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A list whose every value is like no other word goes all the way, with what is
// wrong in it: nowhere but on the page that shows how it is read, and in the
// sealed files that come of it, does anything of it stand. Not in an address, a
// refusal, what is told of its rows, a job, a record, a letter or the log.
func TestNothingThatStoodInAListIsToldElsewhere(t *testing.T) {
	onEachEngine(t, func(w *world) {
		var list strings.Builder
		list.WriteString("Naam;Voornaam;Rijksregisternummer;Geboortedatum;Postcode;Telefoon;Huur;Steun\n")
		for i := range 4 {
			fmt.Fprintf(&list, "Merkteken%c;Kenwoord%c;%s;%02d/03/1990;3470;02 123 45 6%d;;leefloon\n", 'a'+i, 'a'+i, insz(t, i), i+1, i)
		}
		list.WriteString("Merktekenx;Kenwoordx;90.13.33-777.77;31/02/1990;Postmerk;Belmerk;Huurmerk;Steunmerk\n")
		list.WriteString("Merktekeny;Kenwoordy;;;;;;;Breedtemerk\n")
		marks := []string{"merkteken", "kenwoord", "postmerk", "belmerk", "huurmerk", "steunmerk", "breedtemerk", "90.13.33", "901333", "777.77", "777-77", "31/02", "123 45 6", "+3221234561"}
		for i := range 4 {
			marks = append(marks, insz(t, i), strings.NewReplacer(".", "", "-", "").Replace(insz(t, i)))
		}
		silent := func(where, text string) {
			t.Helper()
			text = strings.ToLower(text)
			for _, mark := range marks {
				if strings.Contains(text, mark) {
					t.Errorf("%s says %q", where, mark)
				}
			}
		}
		form := url.Values{"name": {"leefloon"}, "ground": {"public_task"}, "purpose": {"find_rights"},
			"as_of-day": {"23"}, "as_of-month": {"11"}, "as_of-year": {"2026"}, "as_of.day": {"23"}, "as_of.month": {"11"}, "as_of.year": {"2026"}}
		columns := url.Values{"dates": {"dmy"}, "decimal": {","}, "to.0": {"applicant.last"}, "to.1": {"applicant.first"}, "to.2": {"applicant.insz"}, "to.3": {"applicant.birth"},
			"to.4": {"family.postal"}, "to.5": {"family.phone"}, "to.6": {""}, "to.7": {"applicant.benefit"}}
		p := w.as("kortenaken", "stijn")
		_, body, _ := p.brings("/registers", "list", []byte(list.String()), sent(form, "name", ""))
		silent("a refused form", body)
		_, body, at := p.brings("/registers", "list", []byte(strings.SplitAfterN(list.String(), "\n", 2)[1]), form) // without its head
		silent("the refusal of a list without names of columns", body)
		silent("its address", at)
		status, body, at := p.brings("/registers", "list", []byte(list.String()), form)
		if status != 200 || !strings.Contains(body, "Merktekena") {
			t.Fatalf("the page that shows how the list is read: %d\n%s", status, body)
		}
		run := strings.TrimSuffix(at, "/columns")
		_, _, at = p.asks("POST "+run+"/columns", sent(columns, "do", "try", "make", "1"))
		silent("the address of a dry run", at)
		w.work()
		_, body, _ = p.asks("GET "+run, nil)
		silent("what would come of it", body)
		p.sees("POST "+run+"/start", url.Values{}, 200)
		for range 3 {
			w.work()
		}
		_, body, _ = p.asks("GET "+run, nil)
		silent("what came of it", body)
		p.sees("GET "+run, nil, 200, "4 nieuwe dossiers", "2 rijen met een fout", "Rijksregisternummer", "Telefoon", "Postcode", "Steun")
		w.later(24 * time.Hour)
		w.work()
		for table, cells := range w.cells() {
			silent(table, cells)
		}
		silent("the log", w.heard.String())
		if !strings.Contains(w.heard.String(), "/registers") {
			t.Error("the log told of no request: nothing was held beside it")
		}
	})
}
