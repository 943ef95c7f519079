package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/api"
)

// rubbish is what nobody types and programs send.
var rubbish = map[string]string{
	"nothing": "", "a script": `"><script>alert(1)</script>`, "NUL": "a\x00b", "half a letter": "a\xff", "half a surrogate": "\xed\xa0\x80",
	"a new header": "a\r\nSet-Cookie: session=x", "a day that is none": "0000-00-00", "the first year": "0001-01-01", "the last year": "9999-12-31",
	"the largest number": "9223372036854775807", "a larger number": "99999999999999999999", "less than nothing": "-1", "no number": "NaN",
	"the other way": "a\u202eb", "a long text": strings.Repeat("ж", 9000),
}

// asked are the keys that any page or endpoint reads from its address.
var asked = []string{"after", "before", "in", "out", "q", "key", "person", "family", "to", "programme", "fact", "at", "back", "show", "kind", "due", "gone", "limit", "postal", "lang"}

// Whatever is sent to whichever route by who may come there: an answer that is
// no fault of ours, under the same strict policy, with nothing of it as markup.
func TestRubbishIsNoFaultOfOurs(t *testing.T) {
	if testing.Short() {
		t.Skip("rubbish at every address takes half a minute: make test does it")
	}
	onEachEngine(t, func(w *world) {
		real, _ := w.knowledge()
		bodies := bodiesOfTheAPI(t)
		look := func(route string, r *httptest.ResponseRecorder, what string) {
			switch {
			case r.Code >= http.StatusInternalServerError:
				w.Errorf("%s answers %d to %s", route, r.Code, what)
			case !strings.Contains(r.Header().Get("Content-Security-Policy"), "script-src 'self';"):
				w.Errorf("%s answers %d to %s without the policy", route, r.Code, what)
			case strings.HasPrefix(r.Header().Get("Content-Type"), "text/html") && strings.Contains(r.Body.String(), "<script>alert"):
				w.Errorf("%s shows %s as markup", route, what)
			case strings.Contains(fmt.Sprint(r.Header()["Set-Cookie"]), "session=x"):
				w.Errorf("%s takes a header from %s", route, what)
			}
		}
		tried := map[string]bool{}
		for _, worker := range []string{"aicha", "katrien", "wim", "nele", "lies", "rik", ""} {
			who, roles := w.outsider("", ""), []policy.Role(nil)
			if worker != "" {
				who, roles = w.outsider("leuven", worker), w.towns["leuven"].Workers[worker].Roles
			}
			for _, route := range w.app.Routes.Table() {
				method, pattern, _ := strings.Cut(route.Pattern, " ")
				paths, _ := real.paths(pattern)
				if tried[route.Pattern] || !policy.May(policy.Actor{Roles: roles}, route.Action) || len(paths) == 0 || pattern == "/sign-out" {
					continue
				}
				if worker != "" && policy.May(policy.Actor{}, route.Action) {
					continue // the stranger tries it
				}
				tried[route.Pattern] = true
				path := strings.TrimSuffix(paths[len(paths)-1], "{$}")
				once := w.db.Engine == db.SQLite // what is refused before any engine is asked
				for name, bad := range rubbish {
					if len(bad) >= 1000 && !once {
						continue
					}
					switch {
					case method == http.MethodGet && len(bad) < 1000:
						all := url.Values{}
						for _, key := range asked {
							all.Set(key, bad)
							if name == "NUL" && w.db.Engine == db.PostgreSQL { // what this engine cannot hold
								look(route.Pattern, who.tries(method, path+"?"+key+"="+url.QueryEscape(bad), "", ""), key+" with "+name)
							}
						}
						look(route.Pattern, who.tries(method, path+"?"+all.Encode(), "", ""), name)
					case strings.HasPrefix(pattern, api.Root):
						quoted, _, _ := strings.Cut(fmt.Sprintf("%q", bad)+"\n", "\n")
						look(route.Pattern, who.tries(method, path, asJSON, strings.NewReplacer(`"x"`, quoted, `"`+nobodysID+`"`, quoted).Replace(bodies[route.Pattern])), name)
						look(route.Pattern, who.tries(method, path, asJSON, bad), name+" for JSON")
					default:
						form, _ := url.ParseQuery(typed(real))
						for field := range form {
							form[field] = []string{bad, bad}
						}
						look(route.Pattern, who.tries(method, path, asForm, form.Encode()), name)
						look(route.Pattern, who.tries(method, path, asForm, bad), name+" for a form")
					}
				}
				if method != http.MethodGet && once {
					look(route.Pattern, who.tries(method, path, asJSON, strings.Repeat("[", 200_000)), "what is deep")
					look(route.Pattern, who.tries(method, path, asForm, strings.Repeat("a", 2<<20)), "what is large")
					look(route.Pattern, who.tries(method, path, "multipart/form-data; boundary=x", "--y"), "half a form")
					look(route.Pattern, who.tries(method, path, "///", "a=b"), "a kind that is none")
				}
			}
		}
		for _, method := range []string{"HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "CONNECT", "FOO"} {
			for _, path := range []string{"/", "/today", "//today", "/../today", "/assets/../today", "/assets/", "/families/x", api.Root, api.Root + "/", api.Root + "/families"} {
				look(method, w.outsider("", "").tries(method, path, "", ""), path)
			}
		}
	})
}

// A stranger who asks a code waits as long as somebody who works here, and is
// led to the same page with a ticket that looks the same.
func TestAskingACodeTellsNobodyWhoWorksHereByTheClock(t *testing.T) {
	w := onSQLite(t)
	for _, mail := range []string{"nobody@leuven.example", "aicha@leuven.example"} {
		began := time.Now()
		answer := w.outsider("", "").tries(http.MethodPost, "/sign-in", asForm, url.Values{"mail": {mail}}.Encode())
		if took := time.Since(began); took < 300*time.Millisecond || answer.Code != http.StatusSeeOther {
			t.Errorf("%s is answered %d after %v", mail, answer.Code, took)
		}
	}
}

// bodiesOfTheAPI are bodies that the document of the API allows, by pattern.
func bodiesOfTheAPI(t *testing.T) map[string]string {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.Document())
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string]string{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.RequestBody == nil {
				continue
			}
			b, err := json.Marshal(example("", op.RequestBody.Value.Content.Get(asJSON).Schema.Value))
			if err != nil {
				t.Fatal(err)
			}
			bodies[method+" "+path] = string(b)
		}
	}
	return bodies
}

// nobodysID is an ID that nothing has.
const nobodysID = "0198c2a0-5b7e-7c3d-9e21-4f6a8b0c1d2e"

// example is a value that a schema allows: everything that must be there.
func example(name string, s *openapi3.Schema) any {
	switch {
	case s.Type.Is("object"):
		o := map[string]any{}
		for key, of := range s.Properties {
			if slices.Contains(s.Required, key) {
				o[key] = example(key, of.Value)
			}
		}
		return o
	case s.Type.Is("array"):
		return []any{example(name, s.Items.Value)}
	case s.Type.Is("integer"):
		return 1
	case s.Type.Is("boolean"):
		return true
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Format == "uuid":
		return nobodysID
	case s.Format == "date":
		return "2026-11-20"
	case s.Format == "date-time":
		return "2026-11-30T10:00:00Z"
	case s.Type.Is("string"):
		return "x"
	}
	return true
}
