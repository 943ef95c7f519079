package app_test

import (
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A program keeps a file as people do: notes, the care team, what happened,
// who looked, its end, its beginning again, and its erasure.
func TestAProgramKeepsAFile(t *testing.T) {
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		aicha, bram, nele := w.as("leuven", "aicha").program(), w.as("leuven", "bram").program(), w.as("leuven", "nele").program()
		id := aicha.gets("POST /families", vermeiren(), 201).text("id")
		file := "/families/" + id

		aicha.gets("POST "+file+"/notes", obj{"text": " "}, 422)
		note := aicha.gets("POST "+file+"/notes", obj{"text": "Belt liever in de voormiddag."}, 201)
		if strings.Contains(string(note.body), "voormiddag") {
			t.Errorf("what is sealed stands in an answer that is remembered: %s", note.body)
		}
		if whole := aicha.gets("GET "+file, nil, 200); whole.text("notes.0.id") != note.text("id") {
			t.Errorf("the note is not in the file: %s", whole.body)
		}

		kirikou := string(leuven.Orgs["kirikou"].ID)
		aicha.gets("POST "+file+"/team", obj{"holder": kirikou, "kind": "worker"}, 422)
		aicha.gets("POST "+file+"/team", obj{"holder": kirikou, "kind": "organisation"}, 422)
		house := string(leuven.Orgs["house"].ID)
		aicha.gets("POST "+file+"/team", obj{"holder": house, "kind": "organisation"}, 204)
		aicha.gets("DELETE "+file+"/team/"+house, nil, 204)
		aicha.gets("DELETE "+file+"/team/"+house, nil, 422)
		aicha.gets("DELETE "+file+"/team/"+string(leuven.Orgs["team"].ID), nil, 204)
		aicha.gets("DELETE "+file+"/team/"+string(leuven.Workers["aicha"].ID), nil, 409)
		bram.gets("GET "+file, nil, 404)

		first := aicha.gets("GET "+file+"/timeline?limit=2", nil, 200)
		rest := aicha.gets("GET "+file+"/timeline?limit=100&after="+first.text("next"), nil, 200)
		if first.count("items") != 2 || rest.count("items") == 0 || rest.text("next") != "" {
			t.Errorf("the timeline: %s\n%s", first.body, rest.body)
		}
		looks := aicha.gets("GET "+file+"/looks?limit=1", nil, 200)
		if looks.count("items") != 1 || looks.text("items.0.worker") != string(leuven.Workers["aicha"].ID) || looks.field("next") == nil {
			t.Errorf("who looked: %s", looks.body)
		}
		aicha.gets("GET "+file+"/findings", nil, 200)
		aicha.gets("GET "+file+"/rights", nil, 200)
		if found := aicha.gets("GET "+file+"/findings", nil, 200); found.count("items") == 0 || found.field("stale") != false {
			t.Errorf("what was found: %.300s", found.body)
		}
		if ahead := aicha.gets("GET /families/ahead?until=2027-02-28", nil, 200); ahead.count("items") != 2 { // a birth, a third birthday
			t.Errorf("what comes: %s", ahead.body)
		}

		aicha.gets("POST "+file+"/close", obj{"reason": "tired"}, 422)
		aicha.gets("POST "+file+"/close", obj{"reason": "helped"}, 204)
		aicha.gets("POST "+file+"/notes", obj{"text": "Nog iets."}, 409)
		aicha.gets("POST "+file+"/reopen", nil, 204)
		aicha.gets("POST "+file+"/reopen", nil, 409)

		aicha.gets("POST "+file+"/erase", obj{"reason": "asked"}, 403)
		nele.gets("POST "+file+"/erase", obj{"reason": "asked"}, 204)
		nele.gets("POST "+file+"/erase", obj{"reason": "asked"}, 409)
		nele.gets("POST /families/"+string(kernel.NewID())+"/erase", obj{"reason": "asked"}, 404)
		aicha.gets("GET "+file, nil, 404)
	})
}

// A program carries a programme: as a draft, on, changed, paused, ended.
func TestAProgramCarriesAProgramme(t *testing.T) {
	onEachEngine(t, func(w *world) {
		katrien := w.as("leuven", "katrien").program()
		w.as("leuven", "aicha").program().gets("POST /programmes", obj{"template": "leuven-kirikou"}, 403)
		katrien.gets("POST /programmes", obj{"template": "no-such"}, 422)
		draft := katrien.gets("POST /programmes", obj{"template": "leuven-kirikou", "draft": true, "words": obj{"names": obj{"nl": "Kirikou", "fr": "Kirikou", "de": "Kirikou", "en": "Kirikou"}}}, 201)
		at := strings.TrimPrefix(draft.header.Get("Location"), "/api/v1")
		began := katrien.gets("GET "+at, nil, 200)
		if began.text("state") != "draft" || began.text("names.nl") != "Kirikou" {
			t.Errorf("the draft: %s", began.body)
		}
		change := obj{"version": 1, "from": "2026-12-01", "budget": "1000.00", "partners": began.field("partners"), "municipalities": []string{"24062"}}
		katrien.gets("PUT "+at, change, 200)
		stale := katrien.gets("PUT "+at, obj{"version": 1, "from": "2027-01-01", "budget": "1000.00", "partners": began.field("partners"), "municipalities": []string{"24062"}}, 409)
		if stale.text("errors.0.field") != "from" && stale.text("errors.1.field") != "from" {
			t.Errorf("a stale edit is told %s", stale.body)
		}
		katrien.gets("POST "+at+"/pause", nil, 409)
		if r := katrien.sends("POST "+at+"/start", nil); r.status != 200 && r.status != 422 {
			t.Errorf("it starts with %d", r.status)
		}
		katrien.gets("POST "+at+"/end", nil, 200)
		katrien.gets("PUT "+at, obj{"version": 3}, 409)
		katrien.gets("POST "+at+"/resume", nil, 409)
	})
}

// A referral goes to a team, is tied to a file, is passed on, or is sent again.
func TestAProgramSendsAReferralOn(t *testing.T) {
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		lies, aicha := w.as("leuven", "lies").program(), w.as("leuven", "aicha").program()
		told := obj{"how": "together", "on": "2026-11-20", "agrees": true}
		send := func() string {
			v := vermeiren()
			return "/referrals/" + lies.gets("POST /referrals", obj{"to": leuven.Orgs["team"].ID, "persons": v["persons"], "contact": v["contact"],
				"why": "Hanna zoekt spullen voor de baby.", "told": told}, 201).text("id")
		}
		if n := aicha.gets("GET /referrals/counts", nil, 200); n.field("open") != 0.0 {
			t.Errorf("before anything came: %s", n.body)
		}
		declined := send()
		aicha.gets("POST "+declined+"/direct", obj{"team": leuven.Orgs["kirikou"].ID}, 422)
		aicha.gets("POST "+declined+"/decline", obj{"reason": "full"}, 200)
		aicha.gets("POST "+declined+"/again", obj{"to": leuven.Orgs["kirikou"].ID, "told": told}, 404)
		lies.gets("POST "+declined+"/again", obj{"to": leuven.Orgs["team"].ID, "told": told}, 422)
		again := lies.gets("POST "+declined+"/again", obj{"to": leuven.Orgs["kirikou"].ID, "told": told}, 201)
		if again.text("part_of") != strings.TrimPrefix(declined, "/referrals/") {
			t.Errorf("the next try: %s", again.body)
		}

		passed := send()
		aicha.gets("POST "+passed+"/accept", nil, 200)
		aicha.gets("POST "+passed+"/pass-on", obj{"to": leuven.Orgs["kirikou"].ID, "told": obj{"how": "together", "on": "2026-11-20", "agrees": false}}, 422)
		aicha.gets("POST "+passed+"/pass-on", obj{"to": leuven.Orgs["kirikou"].ID, "told": told}, 201)
		aicha.gets("POST "+passed+"/pass-on", obj{"to": leuven.Orgs["kirikou"].ID, "told": told}, 409)

		file := aicha.gets("POST /families", vermeiren(), 201).text("id")
		tied := send()
		aicha.gets("POST "+tied+"/accept", nil, 200)
		aicha.gets("POST "+tied+"/tie", obj{"family": kernel.NewID()}, 404)
		if r := aicha.gets("POST "+tied+"/tie", obj{"family": file}, 200); r.text("family") != file || r.field("provisional") != false {
			t.Errorf("what was tied: %s", r.body)
		}
		if n := aicha.gets("GET /referrals/counts", nil, 200); n.field("open") != 1.0 || n.field("mine") != 1.0 {
			t.Errorf("what is open: %s", n.body)
		}
	})
}

// Who keeps the house does so with a program too, and nobody else does.
func TestAProgramKeepsTheHouse(t *testing.T) {
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		wim, nele, aicha := w.as("leuven", "wim").program(), w.as("leuven", "nele").program(), w.as("leuven", "aicha").program()
		for _, what := range []string{"GET /workers", "GET /jobs", "GET /record", "GET /twins", "POST /record/verify"} {
			aicha.gets(what, nil, 403)
		}
		wim.gets("POST /organisations", obj{"name": "Buurthuis", "kind": "non_profit", "kbo": "1", "mail": "no"}, 422)
		made := wim.gets("POST /organisations", obj{"name": "Buurthuis (fictief)", "kind": "non_profit", "website": "https://brug.example"}, 201)
		at := "/organisations/" + made.text("id")
		changed := wim.gets("PUT "+at, obj{"version": 1, "active": true, "name": "Buurthuis De Brug (fictief)", "kind": "non_profit", "receives": true}, 200)
		if changed.field("version") != 2.0 {
			t.Errorf("after a change: %s", changed.body)
		}
		if stale := wim.gets("PUT "+at, obj{"version": 1, "active": true, "name": "Anders", "kind": "non_profit"}, 409); stale.count("errors") == 0 {
			t.Errorf("a stale edit is told %s", stale.body)
		}
		worker := wim.gets("POST /workers", obj{"name": "Mila Verzonnen", "mail": "mila@leuven.example", "lang": "nl", "organisation": made.text("id"), "roles": []string{"volunteer"}}, 201)
		posts := "/workers/" + worker.text("id") + "/posts/" + made.text("id")
		mila := obj{"name": "Mila Verzonnen-Maes", "mail": "mila.maes@leuven.example", "lang": "fr", "version": 1}
		wim.gets("PUT /workers/"+worker.text("id"), mila, 200)
		wim.gets("PUT /workers/"+worker.text("id"), mila, 409)
		if all := wim.gets("GET /workers", nil, 200); !strings.Contains(string(all.body), "mila.maes@leuven.example") {
			t.Errorf("who never signed in has the new address at once:\n%s", all.body)
		}
		mila["mail"] = "mila@leuven.example"
		mila["version"] = 3
		wim.gets("PUT /workers/"+worker.text("id"), mila, 200)
		wim.gets("PUT "+posts, obj{"roles": []string{"emperor"}}, 422)
		wim.gets("PUT "+posts, obj{"roles": []string{"referrer"}}, 204)
		if all := wim.gets("GET /workers", nil, 200); !strings.Contains(string(all.body), "mila@leuven.example") {
			t.Errorf("who works here: %s", all.body)
		}
		wim.gets("PUT "+posts, obj{"roles": []string{}}, 204)
		wim.gets("PUT /workers/"+string(leuven.Workers["wim"].ID)+"/posts/"+string(leuven.Workers["wim"].Org.ID), obj{"roles": []string{}}, 409)
		wim.gets("GET /jobs", nil, 200)
		wim.gets("POST /jobs/"+string(kernel.NewID())+"/retry", nil, 404)

		page := nele.gets("GET /record?limit=2", nil, 200)
		if page.count("items") != 2 || page.field("next") == nil {
			t.Errorf("the record: %s", page.body)
		}
		if all := nele.gets("POST /record/verify", nil, 200); all.field("whole") != true {
			t.Errorf("the record is not whole: %s", all.body)
		}
		nele.gets("GET /twins", nil, 200)
		nele.gets("POST /twins/settle", obj{"family": kernel.NewID(), "other": kernel.NewID(), "verdict": "same"}, 404)
	})
}

// A path that does not know a method says which it knows, also where the
// wildcard of another path would have taken it.
func TestAPathSaysWhichMethodsItKnows(t *testing.T) {
	onEachEngine(t, func(w *world) {
		for what, want := range map[string]string{
			"GET /families/search": "POST", "DELETE /alliances": "GET", "OPTIONS /families": "GET, POST", "OPTIONS /families/search": "POST",
			"PATCH /families/ahead": "GET",
		} {
			r := w.as("leuven", "aicha").program().gets(what, nil, 405)
			if allow := r.header.Get("Allow"); allow != want {
				t.Errorf("%s: Allow is %q, not %q", what, allow, want)
			}
		}
		w.stranger().program().gets("OPTIONS /nothing", nil, 404)
	})
}

// What the description forbids is refused, field by field, also where a reader
// of JSON would take it for nothing.
func TestWhatTheDescriptionForbidsIsRefused(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha := w.as("leuven", "aicha").program()
		file := "/families/" + aicha.gets("POST /families", vermeiren(), 201).text("id")
		for what, tt := range map[string]struct {
			in    any
			field string
		}{
			"GET /claims?family=":      {nil, "family"},
			"GET /organisations?kind=": {nil, "kind"},
			"GET /families?mine=":      {nil, "mine"},
			"GET /families?limit=":     {nil, "limit"},
			"POST /families/search":    {obj{"q": "a", "after": nil}, "after"},
			"PUT " + file + "/contact": {obj{"version": 1, "phones": []any{nil}}, "phones.0"},
			"POST " + file + "/claims": {obj{"right": "be.leefloon", "person": nil}, "person"},
			"POST " + file + "/facts":  {obj{"facts": []obj{{"key": "all_live_here", "value": true, "source": "told", "valid_from": nil}}}, "facts.0.valid_from"},
			"POST /rights/check":       {obj{"date": nil, "persons": []obj{}}, "date"},
		} {
			r := aicha.gets(what, tt.in, 422)
			if r.text("errors.0.field") != tt.field {
				t.Errorf("%s names %s: %s", what, r.text("errors.0.field"), r.body)
			}
		}
		aicha.gets("GET /organisations?q=", nil, 200)
		aicha.gets("POST "+file+"/facts", obj{"facts": []obj{{"key": "all_live_here", "value": nil, "source": "told"}}}, 200)
		aicha.with("Idempotency-Key", "").gets("POST /families", vermeiren(), 422)
	})
}
