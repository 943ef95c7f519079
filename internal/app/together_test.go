package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// formAt is the form of a page as this person sees it now.
func (p *person) formAt(path string) url.Values {
	p.Helper()
	_, body, _ := p.asks("GET "+path, nil)
	sheet, ok := kit.SheetOf([]byte(body), "")
	if !ok {
		p.Fatalf("%s has no form in which edits are brought together:\n%s", path, plain(body))
	}
	return sheet.Values()
}

func with(form url.Values, pairs ...string) url.Values {
	c := url.Values{}
	for name, values := range form {
		c[name] = values
	}
	for i := 0; i < len(pairs); i += 2 {
		c[pairs[i]] = []string{pairs[i+1]}
	}
	return c
}

// edited is a form that changes something that has a version: a field and what
// is written in it, one after another, and a second field.
type edited struct {
	who, path         string
	first, one, other string
	again             string
	second, two       string
	unnamed           bool // nobody is told who the colleague was
}

func versioned(w *world) []edited {
	w.Helper()
	aicha := w.as("leuven", "aicha")
	family := noor(w)
	file := "/families/" + string(family)
	_, body, _ := aicha.asks("GET "+file, nil)
	_, after, _ := strings.Cut(body, file+"/people/")
	if strings.HasPrefix(after, "new") {
		_, after, _ = strings.Cut(after, file+"/people/")
	}
	someone, _, _ := strings.Cut(after, `"`)
	town := w.towns["leuven"]
	worker := town.Workers["aicha"]
	startProgrammes(w)
	_, programmes, _ := w.as("leuven", "katrien").asks("GET /programmes", nil)
	id := regexp.MustCompile(`href="/programmes/([0-9a-f-]{36})"`).FindStringSubmatch(programmes)
	if id == nil {
		w.Fatal("no programme to change")
	}
	org := "/administration/organisations/" + string(worker.Org.ID)
	library, err := w.app.Loans.Save(town.As(w.Context(), "saar"), bicycles())
	w.did(err)
	sort := kernel.NewID()
	_, err = w.app.Depot.OpenPlace(town.As(w.Context(), "saar"), depot.Place{ID: kernel.NewID(), Name: "Kelder", Kind: depot.Store})
	w.did(err)
	_, err = w.app.Depot.SaveItem(town.As(w.Context(), "saar"), depot.Item{ID: sort, Category: "trousers", Size: "104", Season: depot.AllYear, Grade: depot.Good, Pack: 1})
	w.did(err)
	part, bag := kernel.NewID(), kernel.NewID()
	for id, category := range map[kernel.ID]depot.Category{part: "toys", bag: "school"} {
		_, err = w.app.Depot.SaveItem(town.As(w.Context(), "saar"), depot.Item{ID: id, Category: category, Season: depot.AllYear, Grade: depot.Good, Pack: 1})
		w.did(err)
	}
	all := []edited{
		{who: "saar", path: "/depot/items/" + string(bag) + "/kit", first: "amount." + string(sort), one: "1", other: "2", again: "3", second: "amount." + string(part), two: "12", unnamed: true},
		{who: "saar", path: "/depot/items/" + string(sort), first: "name", one: "Broek een", other: "Broek twee", again: "Broek drie", second: "level", two: "12", unnamed: true},
		{who: "saar", path: "/loans/libraries/" + string(library.ID) + "/tariff", first: "name", one: "De Fietskelder", other: "Het Fietsnest", again: "De Fietsschuur", second: "place", two: "In de loods", unnamed: true},
		{who: "aicha", path: file + "/contact", first: "phones.0", one: kernel.FictionalPhone(41).Display(), other: kernel.FictionalPhone(42).Display(), again: kernel.FictionalPhone(43).Display(), second: "safe.hours", two: "Na negen uur"},
		{who: "aicha", path: file + "/people/" + someone, first: "first", one: "Noortje", other: "Noora", again: "Nora", second: "last", two: "Verzonnen"},
		{who: "wim", path: org, first: "name", one: "Huis Een", other: "Huis Twee", again: "Huis Drie", second: "does", two: "Wij luisteren"},
		{who: "wim", path: org + "/people/" + string(worker.ID) + "/details", first: "name", one: "Aïcha Een", other: "Aïcha Twee", again: "Aïcha Drie", second: "lang", two: "fr"},
		{who: "katrien", path: "/programmes/" + id[1] + "/change", first: "budget", one: "1.000,00", other: "2.000,00", again: "3.000,00", second: "from-day", two: "28"},
	}
	return all
}

func TestTwoPeopleEditTheSameAndNothingTypedIsLost(t *testing.T) {
	onEachEngine(t, func(w *world) {
		for _, e := range versioned(w) {
			p := w.as("leuven", e.who)

			// They differ in fields: both are kept, and nobody is asked.
			one, two := p.formAt(e.path), p.formAt(e.path)
			p.sees("POST "+e.path, with(one, e.first, e.one), 200)
			p.sees("POST "+e.path, with(two, e.second, e.two), 200)
			if now := p.formAt(e.path); now.Get(e.first) != e.one || now.Get(e.second) != e.two {
				t.Errorf("%s: %s is %q and %s is %q; want %q and %q", e.path, e.first, now.Get(e.first), e.second, now.Get(e.second), e.one, e.two)
			}

			// They touch the same field: the second sees what it was, what a
			// colleague wrote and what they typed, and chooses.
			one, two = p.formAt(e.path), p.formAt(e.path)
			p.sees("POST "+e.path, with(one, e.first, e.again), 200)
			for _, choice := range []string{"theirs", "mine"} {
				status, body, _ := p.asks("POST "+e.path, with(two, e.first, e.other))
				if status != 409 {
					t.Errorf("%s: a clash answers %d\n%s", e.path, status, plain(body))
					continue
				}
				for _, words := range []string{"Het was: " + e.one, "Wat uw collega schreef: " + e.again, "Wat u typte: " + e.other, "bewaarde dit op"} {
					if e.unnamed && words == "bewaarde dit op" {
						continue
					}
					if !strings.Contains(plain(body), words) {
						t.Errorf("%s: the page of a clash does not say %q:\n%s", e.path, words, plain(body))
					}
				}
				sheet, ok := kit.SheetOf([]byte(body), e.path)
				if !ok {
					t.Fatalf("%s: no form to choose in", e.path)
				}
				chosen := sheet.Values()
				for name := range chosen {
					if strings.HasPrefix(name, "choose.") {
						chosen.Set(name, choice)
					}
				}
				p.sees("POST "+e.path, chosen, 200)
				want := map[string]string{"theirs": e.again, "mine": e.other}[choice]
				if now := p.formAt(e.path).Get(e.first); now != want {
					t.Errorf("%s: %s was chosen, and kept is %q, want %q", e.path, choice, now, want)
				}
			}
		}
	})
}

func TestAHundredEditsOfOneFormAreAllBroughtTogether(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha := w.as("leuven", "aicha")
		path := "/families/" + string(noor(w)) + "/contact"
		fields := []string{"safe.hours", "safe.note", "safe.only_via", "mails.0", "languages.0"}
		values := []string{"Na negen uur", "Bel twee keer", "De vroedvrouw", "noor@example.be", "ar"}
		began := aicha.formAt(path)
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				f := i % len(fields)
				if status, body, _ := aicha.asks("POST "+path, with(began, fields[f], values[f])); status != 200 {
					t.Errorf("%s answers %d:\n%s", fields[f], status, plain(body))
				}
			})
		}
		wg.Wait()
		now := aicha.formAt(path)
		for i, f := range fields {
			if now.Get(f) != values[i] {
				t.Errorf("%s is %q, want %q", f, now.Get(f), values[i])
			}
		}
	})
}
