package app_test

import (
	"testing"
	"time"
)

// A program learns which of its worker's files are quiet, by number alone, and a
// coordinator's says after how long; nobody learns of those of others.
func TestAProgramAsksWhichFilesAreQuiet(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha := w.as("leuven", "aicha")
		family := string(familyOf(t, aicha.opens(peeters())))
		quiet := func(worker string) []any {
			w.Helper()
			return w.as("leuven", worker).calls("GET /api/v1/families/quiet", nil, 200)["items"].([]any)
		}
		if got := quiet("aicha"); len(got) != 0 {
			w.Errorf("a file of today is quiet: %v", got)
		}
		w.later(8*7*24*time.Hour + time.Minute)
		got := quiet("aicha")
		if len(got) != 1 || got[0].(map[string]any)["family"] != family || got[0].(map[string]any)["since"] != "2026-11-23" || len(got[0].(map[string]any)) != 3 {
			w.Errorf("quiet are %v, want the family, since when, and who works with it", got)
		}
		if got := quiet("goele"); len(got) != 0 {
			w.Errorf("somebody of another organisation learns of %v", got)
		}
		katrien := w.as("leuven", "katrien")
		katrien.calls("PUT /api/v1/families/quiet", map[string]any{"weeks": 53}, 422)
		katrien.calls("PUT /api/v1/families/quiet", map[string]any{"weeks": 20}, 204)
		if out := katrien.calls("GET /api/v1/families/quiet", nil, 200); out["weeks"] != 20.0 || out["own"] != true {
			w.Errorf("the term is %v", out)
		}
		w.as("leuven", "aicha").calls("PUT /api/v1/families/quiet", map[string]any{"weeks": 20}, 403)
		w.as("leuven", "lies").calls("GET /api/v1/families/quiet", nil, 403)
	})
}
