package app_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// overTLS is a house as operators run it: behind TLS, without the
// demonstration's doors.
func overTLS(t *testing.T, address string) (*app.App, *mail.Mailer) {
	t.Helper()
	d, err := db.Open(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	path := t.TempDir() + "/key"
	if err := vault.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	keeper, err := vault.OpenKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := mail.Parse("log:")
	if err != nil {
		t.Fatal(err)
	}
	letters := mail.New(kept)
	house, err := app.New(context.Background(), app.Config{Base: "https://bondgenoot.example", DB: d, Keeper: keeper, Mail: letters, Secure: true,
		Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return house, letters
}

// Each cookie that the house gives over TLS is this site's alone, by its name;
// no script reads it, no other site sends it along, and nothing over plain
// HTTP. What takes a cookie away has the same form, or a browser would ignore
// it.
func TestEveryCookieIsThisSitesAlone(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, address string) {
		house, letters := overTLS(t, address)
		towns, err := demo.Found(t.Context(), house)
		if err != nil {
			t.Fatal(err)
		}
		town := towns[0]
		jar := map[string]string{}
		seen := map[string]int{}
		ask := func(method, path, form string) *http.Response {
			t.Helper()
			r := httptest.NewRequest(method, "https://bondgenoot.example"+path, strings.NewReader(form))
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			if method == http.MethodPost {
				r.Header.Set("Content-Type", asForm)
			}
			for name, value := range jar {
				r.AddCookie(&http.Cookie{Name: name, Value: value})
			}
			w := httptest.NewRecorder()
			house.Handler.ServeHTTP(w, r)
			answer := w.Result()
			for _, c := range answer.Cookies() {
				seen[c.Name]++
				if jar[c.Name] = c.Value; c.MaxAge < 0 {
					delete(jar, c.Name)
				}
				if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode && c.SameSite != http.SameSiteStrictMode || c.Domain != "" {
					t.Errorf("%s %s gives the cookie %s", method, path, c.Raw)
				}
				if ours := strings.HasPrefix(c.Name, "__Host-") && c.Path == "/"; !ours && !strings.HasPrefix(c.Name, "__Secure-") {
					t.Errorf("%s %s gives the cookie %s, which a neighbour could set too", method, path, c.Name)
				}
				if len(c.Raw) > 4096 {
					t.Errorf("the cookie %s is %d bytes long", c.Name, len(c.Raw))
				}
			}
			return answer
		}
		code := func() string {
			t.Helper()
			for {
				did, err := house.Queue.Once(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if !did {
					break
				}
			}
			kept := letters.Kept()
			for _, word := range strings.FieldsFunc(kept[0].Text, func(r rune) bool { return r < '0' || r > '9' }) {
				if len(word) == 6 {
					return word
				}
			}
			t.Fatalf("no code in %q", kept[0].Text)
			return ""
		}

		ask("POST", "/language", "lang=fr")
		for range 2 { // the second time somebody is signed in already
			former := jar["__Host-session"]
			ask("POST", "/sign-in", "mail=wim%40leuven.example")
			if answer := ask("POST", "/sign-in/code", "code="+code()); answer.StatusCode != http.StatusSeeOther || jar["__Host-session"] == "" {
				t.Fatalf("the code answers %d", answer.StatusCode)
			}
			if former == jar["__Host-session"] {
				t.Error("who signs in again keeps the session")
			}
			if _, err := house.Members.Session(t.Context(), former); former != "" && kernel.CodeOf(err) != kernel.Unauthenticated {
				t.Errorf("the former session is still open: %v", err)
			}
		}
		last := jar["__Host-session"]
		ask("POST", "/session", url.Values{"alliance": {string(town.ID)}, "org": {string(town.Workers["wim"].Org.ID)}}.Encode())
		answer := ask("POST", "/sign-out", "")
		if jar["__Host-session"] != "" || answer.Header.Get("Clear-Site-Data") == "" {
			t.Error("signing out leaves something in the browser")
		}
		if _, err := house.Members.Session(t.Context(), last); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("a session that was left is still open: %v", err)
		}
		ask("GET", "/mine/leave", "")
		for _, name := range []string{"session", "ticket", "back", "said", "lang", "device", "visit"} {
			if seen["__Host-"+name] == 0 {
				t.Errorf("the cookie %s was not tried", name)
			}
		}
	})
}

// Whatever is asked, by whom and with what outcome: the answer says what it is
// and in which letters, is shown nowhere but here, is kept by no cache when it
// is about people, opens itself to no other site, and carries the policy for
// browsers.
func TestEveryAnswerSaysWhatItIsAndIsKeptNowhere(t *testing.T) {
	onEachEngine(t, func(w *world) {
		real, s := w.knowledge()
		h := outsider{world: w, name: "the mother"}
		file, err := w.app.Families.Read(w.towns["leuven"].As(w.Context(), "aicha"), s.family, "care")
		if err != nil {
			t.Fatal(err)
		}
		slip := w.gives(s.family, ownpage.Give{Person: file.Persons[0].ID, Lang: kernel.NL, Days: 5})
		if h.visit, err = w.app.Own.Scanned(w.Context(), slip.Scan); err != nil {
			t.Fatal(err)
		}
		pages := 0
		for _, who := range []outsider{w.outsider("leuven", "aicha"), w.outsider("leuven", "katrien"), w.outsider("leuven", "wim"), w.outsider("leuven", "nele"), h, w.outsider("", "")} {
			for _, route := range w.app.Routes.Table() {
				method, pattern, _ := strings.Cut(route.Pattern, " ")
				if method != http.MethodGet || pattern == "/mine/leave" {
					continue
				}
				paths, _ := real.paths(strings.ReplaceAll(pattern, "{$}", ""))
				for _, path := range append(paths, "/nowhere") {
					answer := who.tries(method, path, "", "")
					pages++
					header := answer.Header()
					kind := header.Get("Content-Type")
					if answer.Body.Len() > 0 && (kind == "" || strings.HasPrefix(kind, "text/") && !strings.Contains(strings.ToLower(kind), "charset=utf-8")) {
						t.Errorf("%s answers %s (%d) with the type %q", path, who.name, answer.Code, kind)
					}
					if !strings.HasPrefix(path, "/assets/") && answer.Body.Len() > 0 && answer.Code != http.StatusSeeOther && header.Get("Cache-Control") != "no-store" && !public(path) {
						t.Errorf("%s may be kept by a cache: %q (%d)", path, header.Get("Cache-Control"), answer.Code)
					}
					for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "", "Server": ""} {
						if got := header.Get(name); got != want {
							t.Errorf("%s answers with %s: %q", path, name, got)
						}
					}
					policy := header.Get("Content-Security-Policy")
					for _, part := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
						if !strings.Contains(policy, part) {
							t.Errorf("%s answers without %s", path, part)
						}
					}
					if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
						t.Errorf("%s has the policy %q", path, policy)
					}
				}
			}
		}
		if pages < 300 {
			t.Errorf("only %d pages were asked for", pages)
		}
		for _, method := range []string{http.MethodTrace, http.MethodConnect, "PROPFIND"} {
			if answer := w.outsider("leuven", "aicha").tries(method, "/today", "", ""); answer.Code < 400 {
				t.Errorf("%s is answered with %d", method, answer.Code)
			}
		}
	})
}

// public are descriptions that are the same for everybody.
func public(path string) bool {
	return path == "/api/v1/openapi.json" || strings.HasPrefix(path, "/assets/")
}
