package app_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Rik asks everybody for trousers. Anybody reads what, in which state, and where
// to bring it, in their language, and on a poster; never how many children wait.
func TestADepotAsksEverybodyForWhatIsShort(t *testing.T) {
	onEachEngine(t, func(w *world) {
		o := w.offers()
		town := w.towns["leuven"]
		saar, rik, giver := w.as("leuven", "saar"), w.as("leuven", "rik").reads("en"), w.stranger()
		lead := town.As(w.Context(), "saar")
		place, err := w.app.Depot.OpenPlace(lead, depot.Place{ID: kernel.NewID(), Name: "Kirikou", Kind: depot.Store})
		w.did(err)
		item, err := w.app.Depot.SaveItem(lead, depot.Item{ID: kernel.NewID(), Category: "trousers", Size: "104", Season: depot.Winter, Grade: depot.Good, Pack: 1})
		w.did(err)
		_, err = w.app.Depot.Ask(town.As(w.Context(), "lies"), depot.Asking{ID: kernel.NewID(), Place: place.ID, Months: 48, Lines: []depot.Wish{{Item: item.ID, Pieces: 17}}})
		w.did(err)
		at := "/depot/places/" + string(place.ID) + "/calls"

		giver.sees("GET /gifts/leuven", nil, 200, "Nu zoeken we niets in het bijzonder")
		giver.misses("GET /find?at=3000", "zoekt dit")
		giver.sees("GET /gifts/nergens", nil, 404)
		rik.sees("GET "+strings.TrimSuffix(at, "calls")+"short", nil, 200, "Ask everybody")
		rik.sees("GET "+at, nil, 200, "Trousers · size 104 · winter", "Huis Zonnebloem", "one child")
		day := kernel.InstantOf(w.clock()).Date().AddDays(10)
		form := url.Values{"id": {string(kernel.NewID())}, "items": {string(item.ID)}, "grade": {"good"}, "service": {string(kernel.NewID())},
			"last_day-day": {string(day[8:])}, "last_day-month": {string(day[5:7])}, "last_day-year": {string(day[:4])}}
		rik.sees("POST "+at, form, 422, "Choose where people can bring it")
		form.Set("service", string(o.bank))
		for range 2 {
			rik.sees("POST "+at, form, 200, "Everybody can read it now", "No longer ask for this")
		}
		w.as("leuven", "goele").sees("GET "+at, nil, 404)
		saar.sees("GET "+at, nil, 200, "Broeken")

		giver.sees("GET /find?at=3000", nil, 200, "Leuven zoekt dit")
		for path, words := range map[string][]string{
			"/gifts/leuven":                {"maat 104 · winter", "nieuw of gebruikt en goed", "Huis Zonnebloem", "Voorbeeldstraat 1", "08:30", "We vragen uw naam niet"},
			"/gifts/leuven?lang=fr":        {"taille 104", "neuf, ou usagé et en bon état", "Où et quand"},
			"/gifts/leuven?lang=ar":        {"Voorbeeldstraat 1"},
			"/gifts/leuven/poster?lang=de": {"Größe 104", "Scannen Sie dies", "/gifts/leuven", "Voorbeeldstraat 1"},
		} {
			giver.sees("GET "+path, nil, 200, words...)
			giver.misses("GET "+path, "Kirikou", string(place.ID), string(item.ID))
		}
		rik.sees("POST "+at+"/"+string(item.ID)+"/stop", nil, 200, "no longer asked for")
		giver.sees("GET /gifts/leuven", nil, 200, "niets in het bijzonder")
		form.Set("id", string(kernel.NewID()))
		rik.sees("POST "+at, form, 200)
		giver.sees("GET /gifts/leuven", nil, 200, "Voorbeeldstraat 1")
		w.later(11 * 24 * time.Hour)
		giver.sees("GET /gifts/leuven", nil, 200, "niets in het bijzonder")
	})
}
