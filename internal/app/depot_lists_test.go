package app_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// The stock of Kirikou stands in a list: what is wrong is told by line and
// mended on the page, nothing comes in before all is right, and the note of
// thanks for a gift names nobody. An amount ten times as large is asked about
// once more.
func TestKirikouTakesItsListIn(t *testing.T) {
	onEachEngine(t, func(w *world) {
		saar, rik := w.as("leuven", "saar"), w.as("leuven", "rik")
		place := string(kernel.NewID())
		saar.sees("POST /depot", url.Values{"id": {place}, "name": {"Kirikou"}, "kind": {"store"}}, 200)
		at := "/depot/places/" + place
		text := "Soort;Maat;Staat;Hoeveel\nBroeken;104;gedragen en goed;drie\nJassen;92;nieuw;2\n"
		form := url.Values{"id": {string(kernel.NewID())}, "from": {"given"}, "text": {text}, "do": {"look"}}
		saar.sees("GET "+at+"/list", nil, 200, "Een lijst inlezen", "Het bestand")
		saar.sees("POST "+at+"/list", form, 200, "Regel 2", "Er staat niet bij hoeveel", "Niet lezen")
		form.Set("name.3", "Hoeveel")
		form.Set("column.3", "amount")
		saar.sees("POST "+at+"/list", form, 200, "“drie” is geen aantal", "1 soort is nieuw")
		form.Set("do", "bring")
		saar.sees("POST "+at+"/list", form, 422, "Er kwam niets binnen", "Regel 2", "drie")
		if n := w.free(w.towns["leuven"].As(w.Context(), "saar"), kernel.ID(place)); n != 0 {
			t.Errorf("%d pieces came in", n)
		}
		form.Set("text", strings.Replace(text, "drie", "3", 1))
		form.Set("do", "look")
		saar.sees("POST "+at+"/list", form, 200, "2 regels kunnen binnenkomen: 5 stuks", "2 × Jassen")
		form.Set("do", "bring")
		for range 2 {
			saar.sees("POST "+at+"/list", form, 200, "De lijst is binnen", "Broeken", "Jassen")
		}
		if n := w.free(w.towns["leuven"].As(w.Context(), "saar"), kernel.ID(place)); n != 5 {
			t.Errorf("%d pieces lie there, want 5", n)
		}
		rik.sees("POST "+at+"/list", url.Values{"id": {string(kernel.NewID())}, "from": {"given"}, "text": {"Soort;Maat;Hoeveel\nSchoenen;30;1\n"}, "do": {"look"}}, 200, "staat niet in de lijst van soorten")
		w.as("leuven", "goele").sees("GET "+at+"/list", nil, 404)

		_, file, _ := rik.asks("GET "+at+"/stock.xlsx", nil)
		if !strings.HasPrefix(file, "PK") {
			t.Errorf("the workbook begins with %.20q", file)
		}
		items, err := w.app.Depot.Items(w.towns["leuven"].As(w.Context(), "saar"))
		w.did(err)
		item := string(items[0].ID)
		gift := func(n string) url.Values {
			return url.Values{"id": {string(kernel.NewID())}, "from": {"given"}, "amount." + item: {n}}
		}
		for range 3 {
			rik.sees("POST "+at+"/in", gift("2"), 200, "Dank u wel", "2 × ")
		}
		many := gift("200")
		rik.sees("POST "+at+"/in", many, 409, "200 is veel", "Ja, het zijn er zoveel", "Nu in huis: 9")
		if _, page, _ := rik.asks("POST "+at+"/in", many); !strings.Contains(page, `value="200"`) {
			t.Error("what was typed is lost")
		}
		many.Set("sure."+item, "1")
		rik.sees("POST "+at+"/in", many, 200, "Dank u wel", "200 × ")
		rik.sees("GET "+at+"/scan", nil, 200, "Lees met de camera")
		rik.sees("POST "+at+"/scan", url.Values{"code": {"5412345000020"}, "do": {"look"}}, 422, "geen soort heeft ze", "5412345000020")
		_, file, _ = rik.asks("GET "+at+"/requests.csv", nil)
		if !strings.HasPrefix(strings.TrimPrefix(file, "\ufeff"), "Nummer,") {
			t.Errorf("the file of requests begins with %.40q", file)
		}
	})
}
