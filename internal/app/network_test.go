package app_test

import (
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// Partners find each other: by kind, by name, with what they do and who works
// there.
func TestPartnersFindEachOther(t *testing.T) {
	onEachEngine(t, func(w *world) {
		lies, rik := w.as("leuven", "lies"), w.as("leuven", "rik")
		orgs := w.towns["leuven"].Orgs
		lies.sees("GET /network", nil, 200, "OCMW of sociaal huis", "Huis van het Kind Leuven", "Team van Huis van het Kind Leuven", "Kirikou", "Neemt doorverwijzingen aan")
		lies.sees("GET /network?q=lampeke", nil, 200, "’t Lampeke")
		lies.misses("GET /network?q=lampeke", "Kirikou")
		lies.sees("GET /network?kind=midwives", nil, 200, "Vroedvrouwen Leuven")
		lies.misses("GET /network?kind=midwives", "Kirikou")
		lies.sees("GET /network?q=zebedeus", nil, 200, "Geen organisatie gevonden")
		lies.sees("GET /network?kind=nothing&after=x", nil, 200)

		house := "/network/" + string(orgs["house"].ID)
		lies.sees("GET "+house, nil, 200, "Gezinsteam", "Katrien Mertens", "coördinator", "nog niet bekend", "Een gezin doorverwijzen", "Nog geen programma")
		lies.reads("fr").sees("GET "+house, nil, 200, "pas encore connu", "Équipes", "Orienter une famille")
		rik.misses("GET "+house, "/referrals/new", "/administration")
		lies.sees("GET /network/"+string(orgs["midwives"].ID), nil, 200, "kunt u niet doorverwijzen")
		lies.sees("GET /network/"+string(orgs["team"].ID), nil, 200, "Een team van", "Aïcha El Amrani")
		w.as("liege", "nadia").sees("GET "+house, nil, 404)
		w.as("leuven", "wim").sees("GET "+house, nil, 200, "Gegevens en mensen beheren")
		w.stranger().sees("GET /network", nil, 200, "Aanmelden")
	})
}

// Whoever sends a referral with three things wrong hears of all three at once,
// each at its own field, and finds back what they typed.
func TestAReferralThatCannotBeRight(t *testing.T) {
	onEachEngine(t, func(w *world) {
		lies := w.as("leuven", "lies")
		sent := form("to", string(w.towns["leuven"].Orgs["team"].ID), "first", "Hanna", "child2.first", "Tuur", "child2.birth-day", "30", "child2.birth-month", "2",
			"child2.birth-year", "2019", "due-day", "1", "due-month", "13", "due-year", "2026", "postal_code", "30", "told.how", "spoken", "told.on-day", "x", "told.agrees", "yes")
		status, body, _ := lies.asks("POST /referrals", sent)
		if status != 422 {
			t.Fatalf("it answers %d", status)
		}
		for _, at := range []string{"child2.birth", "due", "postal_code", "told.on", "why", "phone"} {
			if !strings.Contains(body, `href="#`+kit.FieldID(at)) {
				t.Errorf("nothing leads to the fault at %s", at)
			}
		}
		for _, kept := range []string{"Tuur", "<details class=\"govuk-details\" open"} {
			if !strings.Contains(body, kept) {
				t.Errorf("the page misses %q", kept)
			}
		}
	})
}
