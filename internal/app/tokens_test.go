package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

var aToken = regexp.MustCompile(`bg_[a-z2-7]{77}`)

// token is a token of a worker's, and the program that has it.
func (w *world) token(town, worker string, readOnly bool, also ...policy.Role) *program {
	w.Helper()
	at := w.towns[town]
	who := at.Workers[worker]
	ctx := act.As(w.Context(), policy.Actor{Alliance: at.ID, Person: who.ID, Org: who.Org.ID, Roles: append(also, who.Roles...)})
	_, secret, err := w.app.Members.MakeToken(ctx, members.NewToken{Name: "Test", LastDay: kernel.InstantOf(w.clock()).Date().AddDays(30), ReadOnly: readOnly})
	if err != nil {
		w.Fatal(err)
	}
	return w.stranger().program().with("Authorization", "Bearer "+secret)
}

// Aïcha makes a token on her page, sees it once, and her program works with it,
// until the administrator stops it. The record says that a program did it.
func TestSomebodyGivesAProgramAToken(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, wim := w.as("leuven", "aicha"), w.as("leuven", "wim")
		aicha.sees("GET /tokens", nil, 200, "Gezinsteam", "U hebt geen sleutels")
		aicha.sees("POST /tokens", url.Values{"name": {""}, "may": {"all"}, "last_day": {"400"}}, 422, "Geef de sleutel een naam")
		_, body, _ := aicha.asks("POST /tokens", url.Values{"name": {"Praktijk"}, "may": {"all"}, "last_day": {"30"}})
		secret := aToken.FindString(body)
		if secret == "" {
			t.Fatalf("there is no token on the page:\n%s", plain(body))
		}
		aicha.misses("GET /tokens", secret)
		program := w.stranger().program().with("Authorization", "Bearer "+secret)
		if me := program.gets("GET /session", nil, 200); me.text("worker") != string(w.towns["leuven"].Workers["aicha"].ID) {
			t.Errorf("the program is %s", me.body)
		}
		file := "/families/" + program.gets("POST /families", vermeiren(), 201).text("id")
		looks := aicha.program().gets("GET "+file+"/looks", nil, 200)
		own := program.gets("GET /tokens", nil, 200)
		if last := looks.count("items") - 1; looks.text("items."+string(rune('0'+last))+".detail.token") != own.text("items.0.id") {
			t.Errorf("who looks later does not see that a program did it: %s", looks.body)
		}

		wim.sees("GET /administration", nil, 200, "1 sleutel")
		wim.sees("GET /administration/tokens", nil, 200, "Aïcha El Amrani", "Gezinsteam")
		wim.misses("GET /administration/tokens", "Praktijk")
		wim.sees("POST /administration/tokens/"+own.text("items.0.id")+"/stop", url.Values{}, 200, "De sleutel is gestopt")
		if r := program.gets("GET /session", nil, 401); r.text("type") != "urn:bondgenoot:fault:token.none" {
			t.Errorf("a token that was stopped is told %s", r.body)
		}
	})
}

// A token that reads only changes nothing; no token makes another; a session's
// secret is no token; a wrong one is refused everywhere.
func TestWhatATokenMayNot(t *testing.T) {
	onEachEngine(t, func(w *world) {
		writes, reads := w.token("leuven", "aicha", false), w.token("leuven", "aicha", true)
		file := "/families/" + writes.gets("POST /families", vermeiren(), 201).text("id")
		reads.gets("GET "+file, nil, 200)
		reads.gets("POST /families/search", obj{"q": "vermeiren"}, 200)
		for what, in := range map[string]any{"POST /families": vermeiren(), "POST " + file + "/notes": obj{"text": "a"}, "PUT " + file + "/contact": obj{"version": 1}} {
			if r := reads.gets(what, in, 403); r.text("type") != "urn:bondgenoot:fault:token.read_only" {
				t.Errorf("%s: %s", what, r.body)
			}
		}
		writes.gets("POST /tokens", obj{"name": "Nog een"}, 405)
		if status, _, _ := (&person{world: w, lang: "nl", client: w.stranger().client}).asks("GET /tokens", nil); status != 200 { // the sign-in page
			t.Errorf("a stranger's tokens: %d", status)
		}
		aicha := w.as("leuven", "aicha")
		base, _ := url.Parse(w.url)
		session := aicha.client.Jar.Cookies(base)[0].Value
		for _, wrong := range []string{"Bearer " + session, "Bearer nonsense", "Bearer ", "Basic YTpi", "Bearer bg_" + strings.Repeat("a", 77)} {
			aicha.program().with("Authorization", wrong).gets("GET /session", nil, 401)
			w.stranger().program().with("Authorization", wrong).gets("GET /alliances", nil, 401)
		}
		own := writes.gets("GET /tokens", nil, 200)
		writes.gets("DELETE /tokens/"+string(kernel.NewID()), nil, 404)
		writes.gets("GET /tokens/all", nil, 403)
		w.as("leuven", "wim").program().gets("GET /tokens/all", nil, 200)
		w.as("kortenaken", "hilde").program().gets("DELETE /tokens/all/"+own.text("items.0.id"), nil, 404)
		for i := range own.count("items") {
			if id := own.text("items." + string(rune('0'+i)) + ".id"); own.field("items."+string(rune('0'+i))+".read_only") == true {
				reads.gets("DELETE /tokens/"+id, nil, 403)
				writes.gets("DELETE /tokens/"+id, nil, 204)
			}
		}
		reads.gets("GET /session", nil, 401)
		w.later(31 * 24 * time.Hour)
		writes.gets("GET /session", nil, 401)
	})
}

// Every operation that is not public asks who is there, and believes no token
// that nobody made.
func TestEveryOperationAsksWhoIsThere(t *testing.T) {
	onEachEngine(t, func(w *world) {
		real, _ := w.knowledge()
		bodies := bodiesOfTheAPI(t)
		for _, route := range w.app.Routes.Table() {
			method, pattern, _ := strings.Cut(route.Pattern, " ")
			path, ok := strings.CutPrefix(pattern, "/api/v1")
			if !ok || policy.May(policy.Actor{}, route.Action) {
				continue
			}
			paths, _ := real.paths(pattern)
			if len(paths) == 0 {
				continue
			}
			path = strings.TrimPrefix(paths[0], "/api/v1")
			var body []byte
			if method != "GET" && method != "DELETE" {
				body = []byte(bodies[route.Pattern])
			}
			for _, wrong := range []string{"", "Bearer bg_" + strings.Repeat("b", 77)} {
				p := w.stranger().program()
				if wrong != "" {
					p = p.with("Authorization", wrong)
				}
				if r := p.sends(method+" "+path, body); r.status != 401 || r.header.Get("WWW-Authenticate") == "" {
					t.Errorf("%s answers %d to %q", route.Pattern, r.status, wrong)
				}
			}
		}
	})
}
