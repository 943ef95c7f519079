package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/codes"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/registers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// compared is a town in which the welfare office knows twelve families with a
// child, eight in 3470 and four in 3473.
func compared(w *world) demo.Town {
	w.Helper()
	town := w.towns["kortenaken"]
	for i := range 12 {
		code := kernel.PostalCode("3470")
		if i >= 8 {
			code = "3473"
		}
		f, err := w.app.Families.Open(town.As(w.Context(), "stijn"), families.NewFamily{PostalCode: code, Municipality: "24054", Persons: []families.NewPerson{
			{Role: families.Applicant, First: "Leonie", Last: surname(i), Birth: "1990-06-11"},
			{Role: families.Child, First: "Mats", Last: surname(i), Birth: "2019-06-11"}}})
		w.did(err)
		_, err = w.app.Families.RecordFacts(town.As(w.Context(), "stijn"), f.ID, 0, []families.Fact{
			{Key: "all_may_stay", Value: []byte("true"), Source: families.Told}, {Key: "all_live_here", Value: []byte("true"), Source: families.Told}})
		w.did(err)
	}
	w.later(20 * time.Minute)
	w.work()
	return town
}

// pupils is the list of a school: those twelve children, and as many of whom
// nobody knows.
func pupils() string {
	var b strings.Builder
	b.WriteString("Klas,Achternaam,Voornaam,Geboortedatum\n")
	for i := range 12 {
		fmt.Fprintf(&b, "1A,%s,Mats,11/06/2019\n1B,Onbekendmans%c,Quirijn,12/07/2019\n", strings.ToUpper(surname(i)), 'a'+i)
	}
	return b.String()
}

// A school and a welfare office agree, the school brings its list, and both see
// how many families they have in common, by neighbourhood and by right: four of
// them are too few to show. No table holds a name, a code or the key afterwards.
func TestASchoolAndAWelfareOfficeCountWhomTheyHaveInCommon(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := compared(w)
		stijn, koen := w.as("kortenaken", "stijn"), w.as("kortenaken", "koen")
		form := url.Values{"partner": {string(town.Orgs["school"].ID)}, "name": {"leerlingen"}, "ground": {"public_task"},
			"until.day": {"1"}, "until.month": {"12"}, "until.year": {"2026"}, "until-day": {"1"}, "until-month": {"12"}, "until-year": {"2026"}}
		stijn.sees("GET /registers", nil, 200, "Lijsten vergelijken")
		stijn.sees("GET /comparisons/new", nil, 200, "Basisschool Kortenaken")
		stijn.sees("POST /comparisons", sent(form, "partner", ""), 422, "Kies een andere organisatie")
		stijn.sees("POST /comparisons", sent(form, "until.year", "2028", "until-year", "2028"), 422, "ten hoogste 60 dagen")
		at := stijn.sees("POST /comparisons", form, 200, "We wachten op Basisschool Kortenaken")
		stijn.sees("POST "+at+"/agree", url.Values{}, 403)
		koen.sees("POST "+at+"/key", url.Values{}, 409, "Ga eerst akkoord")
		koen.sees("GET /registers", nil, 200, "leerlingen")
		koen.sees("POST "+at+"/agree", url.Values{}, 200, "Haal de sleutel op")
		stijn.sees("POST "+at+"/key", url.Values{}, 403)
		w.as("leuven", "katrien").sees("GET "+at, nil, 404)

		if status, body, _ := koen.brings(at+"/list", "list", []byte("Naam,Klas\nMaes,1A\n"), nil); status != 422 || !strings.Contains(body, "We zien niet wie op de lijst staat") {
			t.Errorf("a list of nobody: %d\n%s", status, body)
		}
		if status, body, _ := koen.brings(at+"/list", "list", []byte("Naam,Voornaam,Geboortedatum\nMaes,An,1/1/2019\n"), nil); status != 422 || !strings.Contains(body, "minstens 10 mensen") {
			t.Errorf("a list of one: %d\n%s", status, body)
		}
		status, body, _ := koen.brings(at+"/list", "list", []byte(pupils()), nil)
		if status != 200 || !strings.Contains(body, "ongeveer 25 mensen") || !strings.Contains(body, "te weinig om te tonen") || !strings.Contains(body, "is vernietigd op") {
			t.Fatalf("the school sees %d\n%s", status, body)
		}
		stijn.sees("GET "+at, nil, 200, "ongeveer 25 mensen", "Groeipakket", "te weinig om te tonen")
		for _, p := range []*person{stijn, koen} {
			_, page, _ := p.asks("GET "+at, nil)
			for _, word := range []string{surname(0), "Mats", "Quirijn", "<td role=\"cell\" class=\"govuk-table__cell govuk-table__cell--numeric\" data-label=\"Gezinnen\">4<"} {
				if strings.Contains(page, word) {
					t.Errorf("the result says %q", word)
				}
			}
		}
		stijn.sees("GET "+at+"/families", nil, 404) // it was not agreed
		if status, _, _ := koen.brings(at+"/list", "list", []byte(pupils()), nil); status != 409 {
			t.Errorf("a list is brought twice: %d", status)
		}
		w.afterwards(strings.TrimPrefix(at, "/comparisons/"))
	})
}

// afterwards holds that nothing of a comparison is left from which somebody could
// be told.
func (w *world) afterwards(id string) {
	w.Helper()
	if n := w.number(`SELECT count(*) FROM vault_key WHERE family = $1`, id) + w.number(`SELECT count(*) FROM vault_entry WHERE family = $1`, id); n != 0 {
		w.Errorf("%d rows of the key are left", n)
	}
	made, ended := "", ""
	for table, cells := range w.cells() {
		for _, word := range []string{"Quirijn", "quirijn", "Onbekendmans", "onbekendmans"} {
			if strings.Contains(cells, word) {
				w.Errorf("%s holds a name of the list", table)
			}
		}
		if strings.Contains(cells, codes.Version+" ") || table != "vault_key" && hexCode(cells) && strings.HasPrefix(table, "register") {
			w.Errorf("%s holds codes", table)
		}
		if table == "audit_record" {
			made, ended = cells, cells
		}
	}
	if !strings.Contains(made, "compare.agree") || !strings.Contains(ended, "destroyed") {
		w.Error("the record does not tell of the key")
	}
}

// hexCode tells whether 64 figures of a code stand somewhere.
func hexCode(s string) bool {
	run := 0
	for _, r := range s {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'f' {
			run++
		} else {
			run = 0
		}
		if run >= 64 {
			return true
		}
	}
	return false
}

// The same with codes that the school made itself, for a welfare office that is
// let know which of its own clients are on the list: its caseworkers get the work
// list of those, and nobody else does.
func TestAWelfareOfficeWorksWithItsOwnClientsOnAList(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := compared(w)
		stijn, koen := town.As(w.Context(), "stijn"), w.as("kortenaken", "koen")
		c, err := w.app.Registers.Propose(stijn, registers.Proposal{Partner: town.Orgs["school"].ID, Name: "leerlingen", Ground: "consent", Until: "2026-12-20", OwnClients: true})
		w.did(err)
		at := "/comparisons/" + string(c.ID)
		koen.sees("GET "+at, nil, 200, "ziet ook welke van de eigen cliënten op de lijst staan")
		koen.sees("POST "+at+"/agree", url.Values{}, 200)
		r, err := http.NewRequestWithContext(w.Context(), "POST", w.url+at+"/key", nil)
		w.did(err)
		answer, err := koen.client.Do(r)
		w.did(err)
		file, err := io.ReadAll(answer.Body)
		w.did(err)
		answer.Body.Close()
		var key codes.Key
		w.did(json.Unmarshal(file, &key))
		list := codes.List{Run: key.Run()}
		for i := range 12 {
			list.People = append(list.People, key.Of(codes.Person{First: "mats", Last: surname(i), Birth: "2019-06-11"}))
		}
		list.Sort()
		var b bytes.Buffer
		w.did(list.Write(&b))
		other := bytes.Replace(b.Bytes(), []byte(key.Run()), []byte(kernel.NewID()), 1)
		if status, body, _ := koen.brings(at+"/list", "list", other, nil); status != 422 || !strings.Contains(body, "geen lijst met codes van deze vergelijking") {
			t.Errorf("codes of another run: %d\n%s", status, body)
		}
		if status, body, _ := koen.brings(at+"/list", "list", b.Bytes(), nil); status != 200 || !strings.Contains(body, "Vergeleken") {
			t.Fatalf("codes are brought: %d\n%s", status, body)
		}
		s := w.as("kortenaken", "stijn")
		s.sees("GET "+at, nil, 200, "Naar onze cliënten op de lijst")
		s.sees("GET "+at+"/families", nil, 200, "Groeipakket", surname(0), surname(11))
		koen.sees("GET "+at+"/families", nil, 404)
		w.afterwards(string(c.ID))
	})
}

// The key of a comparison whose term is over is destroyed.
func TestTheKeyOfAComparisonIsDestroyedWhenItsTermIsOver(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := compared(w)
		c, err := w.app.Registers.Propose(town.As(w.Context(), "stijn"), registers.Proposal{Partner: town.Orgs["school"].ID, Name: "leerlingen", Ground: "consent", Until: "2026-12-20"})
		w.did(err)
		w.did(w.app.Registers.Agree(town.As(w.Context(), "koen"), c.ID))
		_, err = w.app.Registers.Sweep(w.Context())
		w.did(err)
		if n := w.number(`SELECT count(*) FROM vault_key WHERE family = $1`, string(c.ID)); n != 1 {
			t.Errorf("%d keys before the term is over", n)
		}
		w.later(40 * 24 * time.Hour)
		if err := func() error {
			_, err := w.app.Registers.Bring(town.As(w.Context(), "koen"), c.ID, []byte(pupils()))
			return err
		}(); kernel.CodeOf(err) != kernel.Conflict {
			t.Errorf("a list after the term: %v", err)
		}
		_, err = w.app.Registers.Sweep(w.Context())
		w.did(err)
		w.afterwards(string(c.ID))
	})
}
