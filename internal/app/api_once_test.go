package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// The same key with the same content is one change and one answer; with
// another content, or in another's hands, it is something else.
func TestTwiceIsOnce(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, bram := w.as("leuven", "aicha").program().with("Idempotency-Key", "k-1"), w.as("leuven", "bram").program().with("Idempotency-Key", "k-1")
		first := aicha.gets("POST /families", vermeiren(), 201)
		again := aicha.gets("POST /families", vermeiren(), 201)
		if !bytes.Equal(first.body, again.body) || again.header.Get("Location") != first.header.Get("Location") ||
			again.header.Get("Idempotency-Replayed") != "true" || first.header.Get("Idempotency-Replayed") != "" {
			t.Errorf("the same request is answered otherwise:\n%s\n%s", first.body, again.body)
		}
		other := vermeiren()
		other["postal_code"] = "3001"
		if r := aicha.gets("POST /families", other, 422); r.text("errors.0.key") != "api.key_other" {
			t.Errorf("another content: %s", r.body)
		}
		if r := aicha.gets("POST /families/search", obj{"q": "vermeiren"}, 422); r.text("errors.0.key") != "api.key_other" {
			t.Errorf("another address: %s", r.body)
		}
		if n := w.rows("family"); n != 1 {
			t.Errorf("%d files were opened", n)
		}
		theirs := vermeiren()
		theirs["anyway"] = true
		bram.gets("POST /families", theirs, 201)
		if n := w.rows("family"); n != 2 {
			t.Errorf("a colleague's key is not their own: %d files", n)
		}

		wrong := vermeiren()
		wrong["postal_code"] = "9"
		mend := aicha.with("Idempotency-Key", "k-2")
		mend.gets("POST /families", wrong, 422)
		wrong["postal_code"], wrong["anyway"] = "3000", true
		mend.gets("POST /families", wrong, 201) // what failed may be mended under its key

		look := aicha.with("Idempotency-Key", "k-3")
		was := look.gets("POST /families/search", obj{"q": "vermeiren"}, 200)
		more := vermeiren()
		more["anyway"] = true
		aicha.with("Idempotency-Key", "k-4").gets("POST /families", more, 201)
		is := look.gets("POST /families/search", obj{"q": "vermeiren"}, 200)
		if was.count("items")+1 != is.count("items") {
			t.Errorf("a search is remembered: %d, then %d", was.count("items"), is.count("items"))
		}

		for _, key := range []string{strings.Repeat("x", 129), "with space", "é"} {
			if r := aicha.with("Idempotency-Key", key).gets("POST /families", vermeiren(), 422); r.text("errors.0.key") != "api.key" {
				t.Errorf("the key %q: %s", key, r.body)
			}
		}
		w.later(6 * time.Hour)
		aicha.gets("POST /families", vermeiren(), 201)
		w.later(19 * time.Hour) // a day is over, and so is the session
		later := w.as("leuven", "aicha").program().with("Idempotency-Key", "k-1")
		if r := later.gets("POST /families", theirs, 201); bytes.Equal(r.body, first.body) {
			t.Error("a key is remembered for more than a day")
		}
	})
}

// A hundred at once with one key are one change; all get its answer.
func TestAHundredAtOnceAreOne(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha := w.as("leuven", "aicha").program().with("Idempotency-Key", "crowd")
		body, err := json.Marshal(vermeiren())
		if err != nil {
			t.Fatal(err)
		}
		answers := make([]reply, 100)
		faults := make([]error, len(answers))
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { _, answers[i], faults[i] = aicha.try("POST /families", body) })
		}
		all.Wait()
		for i, r := range answers {
			if faults[i] != nil || r.status != http.StatusCreated || !bytes.Equal(r.body, answers[0].body) {
				t.Errorf("number %d got %d %s (%v)", i, r.status, r.body, faults[i])
			}
		}
		if n := w.rows("family"); n != 1 {
			t.Errorf("%d files were opened", n)
		}
		if n := w.rows("idempotent_request"); n != 1 {
			t.Errorf("%d keys are remembered", n)
		}
	})
}

// Nothing of anybody stands in what is remembered: not what was sent, not the
// key, not a name in an answer.
func TestWhatIsRememberedNamesNobody(t *testing.T) {
	onEachEngine(t, func(w *world) {
		lies, aicha := w.as("leuven", "lies").program(), w.as("leuven", "aicha").program()
		keyed := 0
		post := func(p *program, what string, in any, want int) reply {
			keyed++
			return p.with("Idempotency-Key", fmt.Sprintf("Hanna-Vermeiren-%d", keyed)).gets(what, in, want)
		}
		f := post(aicha, "POST /families", vermeiren(), 201)
		file := "/families/" + f.text("id")
		post(aicha, "POST "+file+"/persons", obj{"role": "partner", "first": "Sander", "last": "Nijs", "birth": "1990-05-05"}, 201)
		whole := aicha.gets("GET "+file, nil, 200)
		post(aicha, "POST "+file+"/persons/"+whole.text("persons.2.id")+"/born", obj{"birth": "2026-11-22", "first": "Lena"}, 200)
		post(aicha, "POST "+file+"/facts", obj{"facts": []obj{{"key": "all_live_here", "value": true, "source": "told"}}}, 200)
		post(aicha, "POST /families/search", obj{"q": "vermeiren"}, 200)
		team := aicha.gets("GET /session", nil, 200).text("organisation.id")
		sent := post(lies, "POST /referrals", obj{"to": team, "persons": []obj{{"role": "applicant", "first": "Imke", "last": "Vermeiren"}},
			"contact": obj{"phones": []string{"02 123 45 67"}}, "why": "Imke Vermeiren zoekt luiers.", "reference": "Imke",
			"told": obj{"how": "spoken", "on": "2026-11-20", "agrees": true}}, 201)
		ref := "/referrals/" + sent.text("id")
		post(aicha, "POST "+ref+"/accept", nil, 200)
		post(aicha, "POST "+ref+"/open-file", obj{"anyway": true}, 200)
		post(aicha, "POST "+ref+"/schedule", obj{"at": "2026-11-25T10:00:00+01:00", "place": "bij Vermeiren thuis"}, 200)

		var kept []string
		err := w.db.Read(w.Context(), func(q db.Querier) error {
			rows, err := q.QueryContext(w.Context(), `SELECT alliance, actor, token, content, attempt, began, state, location, body FROM idempotent_request`)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				columns := make([]string, 9)
				into := make([]any, len(columns))
				for i := range columns {
					into[i] = &columns[i]
				}
				if err := rows.Scan(into...); err != nil {
					return err
				}
				kept = append(kept, strings.Join(columns, " "))
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(kept) != keyed {
			t.Errorf("of %d requests %d are remembered", keyed, len(kept))
		}
		for _, row := range kept {
			for _, word := range []string{"hanna", "vermeiren", "tuur", "sander", "nijs", "lena", "imke", "luiers", "thuis", "verzonnen"} {
				if strings.Contains(strings.ToLower(row), word) {
					t.Errorf("%q is remembered: %s", word, row)
				}
			}
		}
	})
}

// Whatever goes wrong is a problem in the reader's language: field, reason and
// what to do.
func TestProblemsAreToldInFourLanguages(t *testing.T) {
	onEachEngine(t, func(w *world) {
		who := w.as("leuven", "aicha")
		deep := strings.Repeat(`{"persons":[`, 20) + strings.Repeat(`]}`, 20)
		for name, tt := range map[string]struct {
			what, body string
			status     int
			field, key string
		}{
			"no JSON":                  {"POST /families", `{"persons":`, 400, "", ""},
			"nothing at all":           {"POST /families", ``, 400, "", ""},
			"too deep":                 {"POST /families", deep, 429, "", ""},
			"a field that is none":     {"POST /families", `{"persons":[{"role":"applicant","first":"A","nickname":"B"}]}`, 422, "persons.0.nickname", "api.unknown"},
			"a field that is missing":  {"POST /families", `{"persons":[{"first":"A"}]}`, 422, "persons.0", "api.required"},
			"a role that is none":      {"POST /families", `{"persons":[{"role":"uncle","first":"A"}]}`, 422, "persons.0.role", "api.choice"},
			"a day that is none":       {"POST /families", `{"persons":[{"role":"applicant","first":"A","birth":"2020-13-01"}]}`, 422, "persons.0.birth", "api.date"},
			"another type":             {"POST /families", `{"persons":[{"role":"applicant","first":12}]}`, 422, "persons.0.first", "api.value"},
			"what the module refuses":  {"POST /families", `{"persons":[{"role":"applicant","first":"A","birth":"2031-01-01"}],"postal_code":"9"}`, 422, "persons.0.birth", "family.birth"},
			"an ID that is none":       {"GET /families/12", ``, 422, "family", "api.value"},
			"a limit that is none":     {"GET /families?limit=many", ``, 422, "limit", "api.value"},
			"a parameter that is none": {"GET /families?page=2", ``, 422, "page", "api.unknown"},
			"no such address":          {"GET /nowhere", ``, 404, "", ""},
			"no such method":           {"DELETE /families", ``, 405, "", ""},
		} {
			seen := map[string]string{}
			for _, lang := range []string{"nl", "fr", "de", "en"} {
				var body []byte
				if tt.body != "" || strings.HasPrefix(tt.what, "POST") {
					body = []byte(tt.body)
				}
				r := who.reads(lang).program().sends(tt.what, body)
				if r.status != tt.status || r.header.Get("Content-Type") != "application/problem+json" || r.text("errors.0.key") != tt.key ||
					r.text("errors.0.field") != tt.field || r.field("status") != float64(tt.status) || r.text("title") == "" || r.text("detail") == "" {
					t.Errorf("%s in %s: %d %s", name, lang, r.status, r.body)
				}
				if other, twice := seen[r.text("detail")]; twice {
					t.Errorf("%s is told in %s as in %s", name, lang, other)
				}
				seen[r.text("detail")] = lang
				if strings.Contains(r.text("detail"), "{{") || strings.HasPrefix(r.text("detail"), "fault.") || strings.HasPrefix(r.text("title"), "api.") {
					t.Errorf("%s in %s has no words: %s", name, lang, r.body)
				}
			}
		}
		p := who.program()
		if r := p.sends("POST /families", bytes.Repeat([]byte(" "), 600<<10)); r.status != 413 || r.text("title") == "" {
			t.Errorf("what is too large: %d %s", r.status, r.body)
		}
		if r := p.sends("POST /families", bytes.Repeat([]byte(" "), 2<<20)); r.status != 413 || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("what is far too large: %d %s", r.status, r.body)
		}
		if r := p.with("Content-Type", "text/plain").sends("POST /families", []byte(`{}`)); r.text("errors.0.key") != "api.media" {
			t.Errorf("another kind of content: %s", r.body)
		}
		if r := p.with("Sec-Fetch-Site", "cross-site").sends("POST /families", []byte(`{}`)); r.status != 403 || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("from another site: %d %s", r.status, r.body)
		}
		if r := p.sends("DELETE /families", nil); r.header.Get("Allow") != "GET, POST" {
			t.Errorf("allowed is %s", r.header.Get("Allow"))
		}
		if n := w.rows("family"); n != 0 {
			t.Errorf("%d files were opened", n)
		}
	})
}

// No body that anybody sends brings the house into trouble: every answer is
// one that was promised.
func TestAnyBodyIsAnswered(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	aicha := w.as("leuven", "aicha").program()
	file := aicha.gets("POST /families", vermeiren(), 201).text("id")
	whole := aicha.gets("GET /families/"+file, nil, 200)
	var targets []string
	for _, r := range w.app.Routes.Table() {
		method, path, _ := strings.Cut(r.Pattern, " ")
		if rest, ok := strings.CutPrefix(path, "/api/v1"); ok && (method == "POST" || method == "PUT") && rest != "/" {
			rest = strings.NewReplacer("{family}", file, "{person}", whole.text("persons.1.id")).Replace(rest)
			targets = append(targets, method+" "+strings.NewReplacer("{claim}", file, "{line}", file, "{referral}", file).Replace(rest))
		}
	}
	slices.Sort(targets)
	if len(targets) < 20 {
		t.Fatalf("there are only %d", len(targets))
	}
	values := []string{`null`, `true`, `-1`, `1e400`, `99999999999999999999`, `""`, `"x"`, `"\u0000"`, `"\ud800"`, `"2026-02-30"`, `[]`, `{}`, `[null]`, `[{}]`, `[[]]`, "\"\xff\""}
	fields := []string{"persons", "contact", "postal_code", "municipality", "facts", "began", "version", "role", "first", "birth", "from", "reason", "right",
		"person", "deadline", "on", "amount", "per", "at", "place", "worker", "outcome", "instead", "to", "why", "told", "family", "q", "after", "limit", "date", "phones", "address", "safe", "languages"}
	good := map[string]string{
		"persons": `[{"role":"applicant","first":"A"}]`, "version": `1`, "role": `"child"`, "birth": `"2020-01-01"`, "reason": `"moved"`,
		"from": `"2026-11-01"`, "facts": `[{"key":"all_live_here","value":true,"source":"told"}]`, "right": `"be.leefloon"`, "q": `"vermeiren"`,
		"date": `"2026-11-23"`, "at": `"2026-11-25T10:00:00+01:00"`, "why": `"x"`, "told": `{"how":"spoken","on":"2026-11-20","agrees":true}`,
		"outcome": `"helped"`, "deadline": `"2026-12-01"`, "worker": `"` + file + `"`,
	}
	if testing.Short() { // every endpoint, with fewer of the values
		values = values[:5]
	}
	asked := 0
	check := func(what string, body string) {
		asked++
		r, answer, err := aicha.try(what, []byte(body))
		switch {
		case err != nil:
			t.Fatal(err)
		case answer.status >= 500:
			t.Errorf("%s with %q answers %d: %s", what, body, answer.status, answer.body)
		default:
			if err := aicha.promised(r, answer); err != nil {
				t.Errorf("%s with %q answers against the document: %v", what, body, err)
			}
		}
	}
	chance := rand.New(rand.NewPCG(1, 2)) // the same every time
	for _, what := range targets {
		for _, v := range values {
			check(what, v)
		}
		known := accepted(t, aicha, what, fields)
		for _, name := range known {
			for _, v := range values {
				parts := []string{`"` + name + `":` + v}
				for _, other := range known {
					if v := good[other]; v != "" && other != name {
						parts = append(parts, `"`+other+`":`+v)
					}
				}
				body := "{" + strings.Join(parts, ",") + "}"
				check(what, body)
				if chance.IntN(8) == 0 {
					b := []byte(body)
					b[chance.IntN(len(b))] = byte(chance.IntN(256))
					check(what, string(b[:chance.IntN(len(b)+1)]))
					check(what, string(b))
				}
			}
		}
	}
	t.Logf("%d bodies at %d endpoints", asked, len(targets))
}

// accepted are the fields that an endpoint knows; a few where it answers
// before it reads them, as where nothing is found.
func accepted(t *testing.T, p *program, what string, fields []string) (known []string) {
	t.Helper()
	in := map[string]any{}
	for _, f := range fields {
		in[f] = nil
	}
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	_, r, err := p.try(what, body)
	if err != nil {
		t.Fatal(err)
	}
	var said struct{ Errors []struct{ Field, Key string } }
	_ = json.Unmarshal(r.body, &said)
	for _, f := range fields {
		if !slices.ContainsFunc(said.Errors, func(e struct{ Field, Key string }) bool { return e.Field == f && e.Key == "api.unknown" }) {
			known = append(known, f)
		}
	}
	if len(known) == len(fields) {
		return known[:3]
	}
	return known
}
