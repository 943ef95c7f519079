package app_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/incoming"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A coordinator brings a large file: the page answers at once, the rest goes on
// while they do something else, and the report says what was refused and where.
func TestACoordinatorLeavesALargeFile(t *testing.T) {
	onEachEngine(t, func(w *world) {
		const n = incoming.AtOnce + 10
		var file strings.Builder
		file.WriteString("Organisatie;Aanbod;Straat;Postcode\n")
		for i := range n - 1 {
			fmt.Fprintf(&file, "Huis %d;Aanbod %d;Markt %d;3000\n", i%40, i, i)
		}
		file.WriteString("Huis 1;Kapot;Steeg 2;0000\n")
		katrien := w.as("leuven", "katrien")
		status, body, path := katrien.brings("/directory/import", "file", []byte(file.String()), url.Values{"source": {"kaart"}, "lang": {"nl"}, "retrieved-day": {"20"}, "retrieved-month": {"11"}, "retrieved-year": {"2026"}})
		if status != 200 || !strings.Contains(body, "We probeerden de eerste 500 van 510 rijen") {
			t.Fatalf("%d %s", status, body)
		}
		katrien.sees("POST "+path+"/take", url.Values{}, 200, "we nemen het over", "0 van 510 rijen", "Het overnemen is begonnen")
		katrien.sees("POST "+path+"/take", url.Values{}, 200, "0 van 510 rijen") // twice is once
		w.as("leuven", "aicha").sees("GET "+path, nil, 403)
		w.work()
		katrien.sees("GET "+path, nil, 200, "kaart: overgenomen", "Kapot", "511")
		page, err := w.app.Directory.List(w.towns["leuven"].As(w.Context(), "katrien"), directory.Query{State: directory.Draft})
		w.did(err)
		if page.All != n-1 {
			t.Errorf("%d drafts, want %d", page.All, n-1)
		}
	})
}

// The coordinator tells when there is no school; what is closed then is closed
// for families at once, and what is there in the holidays alone is open.
func TestSchoolHolidaysOpenAndClose(t *testing.T) {
	onEachEngine(t, func(w *world) {
		ctx, desk := w.towns["leuven"].As(w.Context(), "katrien"), w.app.Directory
		org, err := desk.AddOrganisation(ctx, directory.Organisation{Name: "Huis Zonnebloem"})
		w.did(err)
		place, err := desk.AddLocation(ctx, directory.Location{Organisation: org.ID, Name: "Hoekhuis", City: "Leuven", Municipality: "24062"})
		w.did(err)
		for name, when := range map[string]directory.Holidays{"Huiswerkklas": directory.TermOnly, "Speelweek": directory.HolidayOnly} {
			_, err := desk.AddService(ctx, directory.Service{Organisation: org.ID, State: directory.Open, Name: kernel.Text{NL: name}, Levers: []directory.Lever{3}, At: []directory.Place{{Location: place.ID,
				Hours: []directory.Hours{{Rule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", From: "08:00", To: "18:00", Since: "2026-01-01", Holidays: when}}}}})
			w.did(err)
		}
		mother, katrien, tomorrow := w.stranger(), w.as("leuven", "katrien"), "GET /find?nis=24062&when=tomorrow"
		mother.sees(tomorrow, nil, 200, "Huiswerkklas") // nobody told: it is as on any Tuesday
		mother.misses(tomorrow, "Speelweek")
		form := url.Values{"schools": {"flemish"}, "kind": {"other"}, "first-day": {"24"}, "first-month": {"11"}, "first-year": {"2026"}, "last-day": {"23"}, "last-month": {"11"}, "last-year": {"2026"}, "source": {"Een voorbeeld"}}
		katrien.sees("POST /directory/holidays", form, 422, "De laatste dag komt na de eerste")
		form.Set("last-day", "27")
		katrien.sees("POST /directory/holidays", form, 200, "De vakantie is bewaard", "Scholen van de Vlaamse Gemeenschap", "Een voorbeeld")
		mother.sees(tomorrow, nil, 200, "Speelweek")
		mother.misses(tomorrow, "Huiswerkklas")
		w.as("leuven", "aicha").sees("GET /directory/holidays", nil, 403)
		all, err := w.app.Calendar.Of(w.Context(), w.towns["leuven"].ID)
		w.did(err)
		katrien.sees("POST /directory/holidays/drop", url.Values{"id": {string(all[0].ID)}}, 200, "Er staat nog niets")
		mother.sees(tomorrow, nil, 200, "Huiswerkklas")
	})
}
