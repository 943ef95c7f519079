package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Each role finds a day of its own, and an empty one teaches.
func TestTheDayTeachesWhoIsNew(t *testing.T) {
	onEachEngine(t, func(w *world) {
		for worker, words := range map[string][]string{
			"aicha":   {"Dag Aïcha", "Een rustige dag", "Een nieuw dossier openen"},
			"katrien": {"Dag Katrien", "Ziet u een gezin dat hulp kan gebruiken?"},
			"lies":    {"Dag Lies", "Ziet u een gezin dat hulp kan gebruiken?", "Een gezin doorverwijzen"},
			"rik":     {"Dag Rik", "Vandaag wordt hier niemand verwacht"},
			"nele":    {"Dag Nele"},
			"wim":     {"Dag Wim", "Beheer"},
		} {
			p := w.as("leuven", worker)
			p.sees("GET /today", nil, 200, append(words, "Maandag 23 november")...)
			_, page, _ := p.reads("fr").asks("GET /today", nil)
			if !strings.Contains(plain(page), "Lundi 23 novembre") || strings.Contains(plain(page), "today.") {
				t.Errorf("%s reads in French:\n%s", worker, plain(page))
			}
		}
		w.as("kortenaken", "piet").sees("GET /today", nil, 200, "Vandaag wordt hier niemand verwacht")
	})
}

// send sends a referral of a family without a file from the midwives to the
// family team.
func (w *world) send(first string) referrals.Receipt {
	w.Helper()
	leuven := w.towns["leuven"]
	sent, err := w.app.Referrals.Send(leuven.As(w.Context(), "lies"), referrals.NewReferral{
		To: leuven.Orgs["team"].ID, Urgency: referrals.Normal,
		Sketch: families.NewFamily{Persons: []families.NewPerson{{Role: families.Applicant, First: first, Last: "Verbeeck"}},
			Contact: families.Contact{Phones: []kernel.Phone{"02 123 45 67"}}},
		Why: "Verwacht een kind en kent hier niemand.", Told: referrals.Told{How: referrals.Spoken, On: "2026-11-23", Agrees: true},
	})
	if err != nil {
		w.Fatal(err)
	}
	return sent
}

// What was sent waits on both sides: the team sees who asks, the midwife sees
// that it was received. When the day has passed, both see that too.
func TestTheDayShowsWhatWaits(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, lies, katrien := w.as("leuven", "aicha"), w.as("leuven", "lies"), w.as("leuven", "katrien")
		w.send("Noor")
		aicha.sees("GET /today", nil, 200, "1 doorverwijzing wacht op een antwoord", "Noor Verbeeck", "van Vroedvrouwen Leuven", "Nieuw")
		lies.sees("GET /today", nil, 200, "Wat u verstuurde", "Gezinsteam", "Ontvangen")
		lies.misses("GET /today", "Noor Verbeeck")
		katrien.misses("GET /today", "Noor Verbeeck")
		w.later(15 * 24 * time.Hour)
		aicha, lies = w.as("leuven", "aicha"), w.as("leuven", "lies") // nobody stays signed in that long
		aicha.sees("GET /today", nil, 200, "1 stap is over de dag heen", "De dag is voorbij")
		lies.sees("GET /today", nil, 200, "Een antwoord was verwacht op", "Bel even")
		lies.reads("fr").sees("GET /today", nil, 200, "Une réponse était attendue le")
	})
}

// A caseworker goes on where she was, sees what comes in her families, and
// which claims have a day.
func TestTheDayOfACaseworker(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, goele := w.as("leuven", "aicha"), w.as("leuven", "goele")
		file := aicha.opens(peeters())
		aicha.sees("GET "+file+"/rights", nil, 200)
		aicha.sees("GET /today", nil, 200, "Verder waar u was", "Fatima Peeters", "wachten op een antwoord", "Wat eraan komt",
			"Noor wordt 3", "Geboorte verwacht", "Alles van de komende drie maanden", "2 momenten waarop straks iets verandert")
		aicha.sees("GET /families/ahead", nil, 200, "Noor wordt 3", "Naar de kleuterklas", "Geboorte verwacht")
		aicha.sees("POST "+file+"/claims", form("right", "be.vt-bim"), 200)
		aicha.sees("GET /today", nil, 200, "1 aanvraag met een dag in de komende maand", "Aanvragen met een dag")
		goele.sees("GET /today", nil, 200, "Een rustige dag")
		goele.misses("GET /today", "Peeters")
		w.as("leuven", "katrien").misses("GET /today", "Peeters")
	})
}

// Two files that may be of the same people wait for the privacy officer, as a
// number.
func TestTheDayOfAPrivacyOfficer(t *testing.T) {
	onEachEngine(t, func(w *world) {
		w.as("leuven", "aicha").opens(peeters())
		w.as("leuven", "goele").opens(peeters())
		nele := w.as("leuven", "nele")
		nele.sees("GET /today", nil, 200, "1 paar dossiers dat om dezelfde mensen kan gaan")
		nele.misses("GET /today", "Peeters")
	})
}
