package app_test

import (
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// A program that asks without end is told to wait, and no other program waits
// for it, though they share an address and a maker; soon it may go on.
func TestOneTokenUsesUpItsOwnAllowanceAlone(t *testing.T) {
	onEachEngine(t, func(w *world) {
		house, err := app.New(w.Context(), app.Config{Base: w.name, DB: w.db, Keeper: w.app.Members.Keeper, Mail: w.mail, Now: w.clock,
			Log: slog.New(slog.DiscardHandler), Tokens: kit.NewLimiter(1, 3, 100, false)})
		if err != nil {
			w.Fatal(err)
		}
		server := httptest.NewServer(house.Handler)
		w.Cleanup(server.Close)
		w.url = server.URL
		busy, calm := w.token("leuven", "aicha", true), w.token("leuven", "aicha", true)
		for range 3 {
			busy.gets("GET /session", nil, 200)
		}
		for _, what := range []string{"GET /session", "GET /programmes", "GET /organisations"} {
			if r := busy.gets(what, nil, 429); r.text("type") != "urn:bondgenoot:fault:kit.rate" {
				w.Errorf("%s is told %s", what, r.body)
			}
		}
		calm.gets("GET /session", nil, 200)
		w.later(time.Second)
		busy.gets("GET /session", nil, 200)
		busy.gets("GET /session", nil, 429)
	})
}
