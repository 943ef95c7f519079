package app_test

import (
	"archive/zip"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/rules"
)

// A social worker whose client doubts an answer of last month has it made again,
// with the rules and the facts of then; an administrator sees which rules those
// were, and takes them along.
func TestAnAnswerOfThenIsShownAgain(t *testing.T) {
	onEachEngine(t, func(w *world) {
		s := w.furnish()
		aicha, wim := w.as("leuven", "aicha"), w.as("leuven", "wim")
		home := "/families/" + string(s.family) + "/rights"
		aicha.sees("GET "+home, nil, 200, "Gevonden met versie", "Wat we eerder vonden")
		links := func(at, to string) {
			if _, page, _ := aicha.asks("GET "+at, nil); !strings.Contains(page, `href="`+to+`"`) {
				t.Errorf("%s does not lead to %s", at, to)
			}
		}
		links(home, home+"/before?right=vl.groeipakket.basis")
		w.later(40 * 24 * time.Hour)
		aicha = w.as("leuven", "aicha")
		for _, key := range []string{"all_may_stay", "all_live_here"} {
			aicha.calls("POST /api/v1/families/"+string(s.family)+"/facts", map[string]any{"facts": []map[string]any{{"key": key, "value": true, "source": "told"}}}, 200)
		}
		aicha.sees("GET "+home, nil, 200)
		_, looks, err := w.app.Rights.Looks(w.towns["leuven"].As(t.Context(), "aicha"), s.family, "vl.groeipakket.basis")
		if err != nil || len(looks) < 2 {
			t.Fatalf("kept are %+v, %v", looks, err)
		}
		then := home + "/then/" + string(looks[1].ID) + "?right=vl.groeipakket.basis"
		aicha.sees("GET "+home+"/before?right=vl.groeipakket.basis", nil, 200, "Zeker", "Mogelijk")
		links(home+"/before?right=vl.groeipakket.basis", then)
		aicha.sees("GET "+then, nil, 200, "Dit is precies het antwoord van toen", "Mogelijk", "Groeipakket - basisbedrag")
		aicha.sees("GET "+home+"/then/"+string(kernel.NewID())+"?right=vl.groeipakket.basis", nil, 404)
		aicha.sees("GET "+home+"/before?right=be.nothing", nil, 404)

		wim = w.as("leuven", "wim")
		wim.sees("GET "+then, nil, 403)
		wim.sees("GET /administration", nil, 200, "Versies van de regels")
		_, page, _ := wim.asks("GET /administration/versions", nil)
		_, rest, found := strings.Cut(page, "/administration/versions.zip?version=")
		version, _, _ := strings.Cut(rest, `"`)
		if !found {
			t.Fatal(page)
		}
		_, file, _ := wim.asks("GET /administration/versions.zip?version="+version, nil)
		z, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		if lib, err := rules.Load(z); err != nil || lib.Right("be.leefloon") == nil {
			t.Errorf("what was taken along is no set of packs: %v", err)
		}
		aicha.sees("GET /administration/versions", nil, 403)
		aicha.sees("GET /administration/versions.zip?version="+version, nil, 403)

		err = w.db.Write(t.Context(), func(q db.Querier) error {
			_, err := q.ExecContext(t.Context(), `UPDATE finding_look SET answers = REPLACE(answers, 'a', 'b') WHERE id = $1`, looks[1].ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, page, _ := aicha.asks("GET "+then, nil); strings.Contains(page, "Dit is precies") {
			t.Error("an answer that was changed since is shown as the one of then")
		}
	})
}
