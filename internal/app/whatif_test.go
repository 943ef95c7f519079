package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// tried is a field of a number that can be tried.
var tried = regexp.MustCompile(`name="(value\.[a-z_.]+)"[^>]*value="([^"]*)"`)

// A coordinator tries another amount on the families of the alliance, and is
// told what it would do, but of nobody; what is no number is said at its field.
func TestAnotherAmountIsTriedBeforeItIsDecided(t *testing.T) {
	onEachEngine(t, func(w *world) {
		s := w.furnish()
		katrien, aicha := w.as("leuven", "katrien"), w.as("leuven", "aicha")
		for _, key := range []string{"all_may_stay", "all_live_here"} {
			aicha.calls("POST /api/v1/families/"+string(s.family)+"/facts", map[string]any{"facts": []map[string]any{{"key": key, "value": true, "source": "told"}}}, 200)
		}
		aicha.calls("POST /api/v1/families/"+string(s.family)+"/facts", map[string]any{"facts": []map[string]any{{"key": "special_living", "value": false, "source": "told"}}}, 200)
		katrien.sees("GET /programmes", nil, 200, "Wat als?")
		aicha.misses("GET /programmes", "Wat als?")
		aicha.sees("GET /what-if", nil, 403)
		katrien.sees("GET /what-if", nil, 200, "Groeipakket - basisbedrag", "Leefloon")
		katrien.misses("GET /what-if", "Waalse kinderbijslag")
		const at = "/what-if?right=vl.groeipakket.basis"
		katrien.sees("GET "+at, nil, 200, "184,62", "Uitproberen")
		katrien.sees("GET /what-if?right=be.nothing", nil, 404)
		same := url.Values{}
		_, page, _ := katrien.asks("GET "+at, nil)
		for _, field := range tried.FindAllStringSubmatch(page, -1) {
			same.Set(field[1], field[2])
		}
		if same.Get("value.basic") != "184,62" {
			t.Fatalf("what can be tried is %v", same)
		}
		katrien.sees("POST "+at, same, 422, "Zo verandert er niets")
		same.Set("value.basic", "veel")
		katrien.sees("POST "+at, same, 422, "Dit is geen getal")
		if _, page, _ := katrien.asks("POST "+at, same); !strings.Contains(page, `value="veel"`) {
			t.Error("what was typed is gone")
		}
		same.Set("value.basic", "1.200,50")
		status, page, _ := katrien.asks("POST "+at, same)
		for _, part := range []string{"Wat er zou veranderen: Groeipakket - basisbedrag", "krijgen meer", "minder dan 5", "niet getoond", `value="1.200,50"`} {
			if status != 200 || !strings.Contains(page, part) {
				t.Errorf("%d: the page lacks %s:\n%s", status, part, plain(page))
			}
		}

		same.Set("all", "1") // all of them, while one does something else
		katrien.sees("POST "+at, same, 200, "gezinnen", "U mag deze bladzijde verlaten", "1.200,5")
		katrien.sees("GET /what-if", nil, 200, "Naar uw telling van alle gezinnen")
		id, err := w.app.Rights.OwnTrial(w.towns["leuven"].As(t.Context(), "katrien"))
		if err != nil || id == "" {
			t.Fatal(id, err)
		}
		w.work()
		katrien.sees("GET /what-if/"+string(id), nil, 200, "Wat er zou veranderen: Groeipakket - basisbedrag", "krijgen meer", "minder dan 5", "1.200,5", "niet getoond")
		katrien.misses("GET /what-if/"+string(id), "U mag deze bladzijde verlaten")
		aicha.sees("GET /what-if/"+string(id), nil, 403)
		w.as("leuven", "omar").sees("GET /what-if/"+string(id), nil, 404)
	})
}
