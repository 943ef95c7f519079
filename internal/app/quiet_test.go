package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A file in which nothing happens for eight weeks is shown to its worker and the
// coordinator, to who stands in, and to nobody else; each can do what is theirs.
func TestAQuietFileIsShownToWhoKeepsIt(t *testing.T) {
	onEachEngine(t, func(w *world) {
		s := w.furnish()
		aicha := w.as("leuven", "aicha")
		aicha.sees("GET /families/quiet", nil, 200, "Nergens is het te lang stil", "8 weken")
		aicha.misses("GET /today", "/families/quiet")
		w.later(57 * 24 * time.Hour)
		aicha, katrien := w.as("leuven", "aicha"), w.as("leuven", "katrien")
		aicha.sees("GET /today", nil, 200, "dossiers waar het al lang stil is")
		aicha.sees("GET /families/quiet", nil, 200, "niets sinds 23 november 2026", "Niets nodig nu", "Aïcha")
		aicha.misses("GET /families/quiet", "Weken zonder dat er iets gebeurt")
		aicha.sees("POST /families/quiet", url.Values{"weeks": {"3"}}, 403)
		w.as("leuven", "wim").sees("GET /families/quiet", nil, 403)

		katrien.sees("POST /families/quiet", url.Values{"weeks": {"0"}}, 422, "Kies een getal van 1 tot 52")
		katrien.sees("POST /families/quiet", url.Values{"weeks": {"abc"}}, 422, "Kies een getal van 1 tot 52")
		katrien.sees("POST /families/quiet", url.Values{"weeks": {"7"}}, 200, "Afgesproken", "7 weken")
		if _, page, _ := katrien.asks("GET /families/quiet", nil); !regexp.MustCompile(`<input[^>]*name="weeks"[^>]*value="7"|<input[^>]*value="7"[^>]*name="weeks"`).MatchString(page) {
			t.Error("the field does not show the weeks that are agreed")
		}

		town := w.towns["leuven"]
		today := kernel.InstantOf(w.clock()).Date()
		if err := w.app.Referrals.SetAway(town.As(t.Context(), "aicha"), referrals.Away{From: today, To: today.AddDays(9), StandIn: town.Workers["bram"].ID}); err != nil {
			t.Fatal(err)
		}
		file := "/families/" + string(s.family)
		bram := w.as("leuven", "bram")
		if _, page, _ := bram.asks("GET /families/quiet", nil); !strings.Contains(page, `href="`+file+`"`) {
			t.Errorf("who stands in reads:\n%s", plain(page))
		}
		bram.sees("GET /families/quiet", nil, 200, "is weg tot", "Bram Claes neemt waar")
		aicha.sees("POST "+file+"/looked", nil, 200, "Genoteerd. Het dossier komt vanzelf terug.")
		aicha.misses("GET /families/quiet", file)
		aicha.sees("GET "+file, nil, 200, "Iemand keek en vond nu niets nodig")
		katrien.sees("POST "+file+"/looked", nil, 403)
	})
}
