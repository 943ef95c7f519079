package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// An administrator gives a colleague another address; she is told at the old
// one, and decides.
func TestAWorkersNameAddressAndLanguageAreKept(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["leuven"]
		wim, aicha := w.as("leuven", "wim"), w.as("leuven", "aicha")
		who := town.Workers["aicha"]
		person := keptFor(who.Org.ID, who.ID)
		wim.sees("GET "+person, nil, 200, "Naam, adres en taal")
		wim.sees("GET "+person+"/details", nil, 200, "gaat na drie dagen in", `Aïcha El Amrani`)
		aicha.sees("GET "+person+"/details", nil, 403)
		wim.sees("POST "+person+"/details", form("name", " ", "mail", "nergens", "lang", "xx", "version", "1"), 422, "Hier ontbreekt een naam", "e-mailadres")
		wim.sees("POST "+person+"/details", form("name", "Aïcha Amrani", "mail", "aicha.amrani@leuven.example", "lang", "nl", "version", "1"), 200,
			"gaat na drie dagen in, en we laten het aan beide adressen weten", "aicha.amrani@leuven.example")
		wim.sees("POST "+person+"/details", form("name", "Iemand", "mail", string(who.Mail), "lang", "nl", "version", "1"), 409, "Iemand anders heeft dit intussen veranderd", "Aïcha Amrani")
		w.work()
		_, letters, _ := aicha.asks("GET /demo/mail", nil)
		for _, words := range []string{"aicha@leuven.example", "aicha.amrani@leuven.example", "stop het", "26 november 2026"} {
			if !strings.Contains(plain(letters), words) {
				t.Errorf("the letters do not say %q:\n%s", words, plain(letters))
			}
		}
		aicha.sees("GET /account", nil, 200, "Mijn gegevens", "aicha.amrani@leuven.example", "Wist u hier niets van?")
		aicha.sees("POST /account/mail", form("do", "stop"), 200, "Het adres blijft zoals het was")
		aicha.misses("GET /account", "aicha.amrani@leuven.example")

		aicha.sees("POST /account/language", form("lang", "xx"), 422)
		aicha.sees("POST /account/language", form("lang", "fr"), 200, "Votre langue est enregistrée", "Mes données")
		aicha.sees("GET /today", nil, 200, "Aujourd’hui")

		wim.sees("POST "+person+"/details", form("name", "Aïcha Amrani", "mail", "aicha.amrani@leuven.example", "lang", "fr", "version", "3"), 200)
		if path := aicha.sees("POST /account/mail", form("do", "take"), 200, "nouvelle adresse"); path != "/sign-in" {
			t.Errorf("with the new address she is at %s", path)
		}
		aicha.sees("GET /today", nil, 200, "Se connecter")
		w.as("leuven", "nele").sees("GET /administration/record", nil, 200, "zette een nieuw e-mailadres in de plaats", "hield een nieuw e-mailadres tegen")
	})
}

// keptFor is where an administrator keeps somebody at an organisation.
func keptFor(org, worker kernel.ID) string {
	return "/administration/organisations/" + string(org) + "/people/" + string(worker)
}

// What has ended by itself is gone after the hourly sweep of the queue.
func TestTheQueueSweepsWhatHasEnded(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha := w.as("leuven", "aicha")
		aicha.calls("POST /api/v1/referrals", map[string]any{}, 422)
		w.later(7*24*time.Hour + 25*time.Hour) // for a week it stays known whose a session was
		w.app.Queue.SweepAll(w.Context())
		for _, table := range []string{"session", "idempotent_request"} {
			var n int
			err := w.db.Read(w.Context(), func(q db.Querier) error {
				return q.QueryRowContext(w.Context(), `SELECT count(*) FROM `+table).Scan(&n)
			})
			if err != nil || n != 0 {
				t.Errorf("%d rows of %s are left: %v", n, table, err)
			}
		}
	})
}
