package app_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Beside the list stands a map of what it shows, drawn in the page, over the
// outlines that the coordinator brought. What is told to nobody is not on it.
func TestTheMapShowsWhatTheListShows(t *testing.T) {
	onEachEngine(t, func(w *world) {
		ctx := w.towns["leuven"].As(w.Context(), "katrien")
		desk := w.app.Directory
		org, err := desk.AddOrganisation(ctx, directory.Organisation{Name: "Huis Zonnebloem"})
		w.did(err)
		at := func(name, lat, lon string) directory.Place {
			l, err := desk.AddLocation(ctx, directory.Location{Organisation: org.ID, Name: name, City: "Leuven", Municipality: "24062", Lat: lat, Lon: lon})
			w.did(err)
			return directory.Place{Location: l.ID}
		}
		open := func(name string, sheltered bool, places ...directory.Place) {
			_, err := desk.AddService(ctx, directory.Service{Organisation: org.ID, State: directory.Open, Name: kernel.Text{NL: name}, Levers: []directory.Lever{8}, Sheltered: sheltered, At: places})
			w.did(err)
		}
		mother, katrien := w.stranger(), w.as("leuven", "katrien")
		open("Luierbank", false, at("Hoekhuis", "50.8798", "4.7005"))
		open("Kleerkast", false, at("Zolder", "50.8650", "4.6800"))
		open("Bedden", false, at("Kelder", "50.8650", "4.6801")) // at the same corner: one dot, and one number for both
		open("Zonder adres", false)
		open("Veilig huis", true, at("Geheim", "50.8999", "4.7999"))
		_, page, _ := mother.asks("GET /find?nis=24062&lever=8", nil)
		if dots := strings.Count(page, `class="bg-map__dot"`); dots != 2 || strings.Contains(page, "bg-map__area") || strings.Contains(page, "4.7999") || strings.Contains(page, "Geheim") {
			t.Errorf("%d dots on the map:\n%s", dots, page)
		}
		if numbers, second := strings.Count(page, `class="bg-map__n"`), strings.Count(page, `Nummer </span>2</span>`); numbers != 3 || second != 2 && second != 1 {
			t.Errorf("%d numbers in the list, %d of them the second", numbers, second)
		}
		if !strings.Contains(page, `role="img" aria-label="Kaart met de plekken uit de lijst: 2"`) || strings.Contains(page, "<script") {
			t.Error("the map says nothing to who cannot see it, or needs a script")
		}
		_, page, _ = mother.asks("GET /find?nis=24062&lever=6", nil) // nothing to show
		if strings.Contains(page, "bg-map") {
			t.Error("a map of nothing")
		}
		const outline = `{"type":"FeatureCollection","features":[{"properties":{"naam":"Kessel-Lo"},"geometry":{"type":"Polygon","coordinates":[[[4.69,50.86],[4.75,50.86],[4.75,50.90],[4.69,50.90],[4.69,50.86]]]}},
			{"properties":{"naam":"Ver weg"},"geometry":{"type":"Polygon","coordinates":[[[5.69,50.86],[5.75,50.86],[5.75,50.90],[5.69,50.86]]]}}]}`
		if status, body, _ := katrien.brings("/directory/outlines", "file", []byte("{}"), url.Values{"source": {"Stad"}}); status != 422 || !strings.Contains(body, "geen GeoJSON") {
			t.Errorf("what is no outline: %d", status)
		}
		if status, body, _ := katrien.brings("/directory/outlines", "file", []byte(outline), url.Values{"source": {"Stad Leuven, open data"}}); status != 200 || !strings.Contains(body, "Buurten die nu op de kaart staan: 2") {
			t.Errorf("outlines: %d %s", status, body)
		}
		mother.sees("GET /find?nis=24062&lever=8", nil, 200, "Buurten: Stad Leuven, open data.", "Kessel-Lo")
		mother.misses("GET /find?nis=24062&lever=8", "Ver weg")
		w.as("leuven", "aicha").sees("GET /directory/outlines", nil, 403)
		katrien.sees("POST /directory/outlines/drop", url.Values{}, 200, "Er zijn nog geen grenzen")
	})
}
