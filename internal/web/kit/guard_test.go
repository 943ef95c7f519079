package kit

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
)

func TestStatus(t *testing.T) {
	for want, err := range map[int]error{
		200: nil,
		401: &kernel.Fault{Code: kernel.Unauthenticated},
		403: kernel.NewForbidden("role"),
		404: fmt.Errorf("load: %w", kernel.NewNotFound("family")),
		409: kernel.NewConflict("stale"),
		413: fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 1}),
		422: kernel.NewInvalid("date"),
		429: kernel.NewTooMany("kit.rate"),
		500: errors.New("the disk is full"),
	} {
		if got := Status(err); got != want {
			t.Errorf("Status(%v) = %d, want %d", err, got, want)
		}
	}
}

func TestOnlyTextIsLegible(t *testing.T) {
	for name, tt := range map[string]struct {
		query string
		want  int
	}{
		"words":                    {"q=na%C3%AFef+%F0%9F%90%A3&after=x%09y", http.StatusOK},
		"half a letter":            {"after=a%FF", http.StatusUnprocessableEntity},
		"NUL":                      {"after=a%00b", http.StatusUnprocessableEntity},
		"NUL in a name":            {"a%00=b", http.StatusUnprocessableEntity},
		"NUL in a second one":      {"q=a&q=%00", http.StatusUnprocessableEntity},
		"what is half a surrogate": {"q=%ED%A0%80", http.StatusUnprocessableEntity},
	} {
		t.Run(name, func(t *testing.T) {
			answer := httptest.NewRecorder()
			site(t, nil).handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/families/1?"+tt.query, nil))
			if answer.Code != tt.want {
				t.Errorf("%s answers %d, want %d", tt.query, answer.Code, tt.want)
			}
		})
	}
}

// world is a site with the guards before it and its log behind.
type world struct {
	handler http.Handler
	log     *bytes.Buffer
	now     time.Time
}

func site(t *testing.T, change func(*Guard)) *world {
	t.Helper()
	w := &world{log: &bytes.Buffer{}, now: time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)}
	g := Guard{
		Texts: i18n.MustLoad(), Log: slog.New(slog.NewTextHandler(w.log, nil)), Secure: true, MaxBody: 1000,
		Now: func() time.Time { return w.now },
	}
	if change != nil {
		change(&g)
	}
	mux := http.NewServeMux()
	handle := func(pattern string, h http.HandlerFunc) { mux.Handle(pattern, Pattern(h)) }
	handle("GET /families/{id}", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "<p>"+Reading(r.Context()).T("kit.search")+strings.Repeat(" lang", 200)+"</p>")
	})
	handle("POST /families/{id}", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			Fail(w, r, NewView(r, "2026-03-03"), err)
		}
	})
	handle("GET /panic", func(http.ResponseWriter, *http.Request) { panic("Janssens, Aïcha") })
	mux.Handle("POST /language", SwitchLanguage(true))
	mux.Handle("GET /assets/", Assets(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Fail(w, r, NewView(r, "2026-03-03"), kernel.NewNotFound("page"))
	})))
	h, err := g.Wrap(mux)
	if err != nil {
		t.Fatal(err)
	}
	w.handler = h
	return w
}

func (w *world) ask(r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec
}

func get(path string, headers ...string) *http.Request {
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func post(path, body string, headers ...string) *http.Request {
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func TestEveryAnswerCarriesThePolicy(t *testing.T) {
	w := site(t, nil)
	for _, r := range []*http.Request{get("/families/1"), get("/nothing"), get("/panic"), post("/families/1", "a=b", "Sec-Fetch-Site", "cross-site")} {
		h := w.ask(r).Header()
		for name, want := range map[string]string{
			"Content-Security-Policy":   "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
			"X-Content-Type-Options":    "nosniff",
			"Referrer-Policy":           "same-origin",
			"Strict-Transport-Security": "max-age=31536000; includeSubDomains",
		} {
			if h.Get(name) != want {
				t.Errorf("%s %s: %s is %q", r.Method, r.URL.Path, name, h.Get(name))
			}
		}
	}
}

func TestWhatTheGuardsRefuse(t *testing.T) {
	for name, tt := range map[string]struct {
		request *http.Request
		status  int
		says    string
	}{
		"a form from another site":         {post("/families/1", "a=b", "Sec-Fetch-Site", "cross-site"), 403, "Ce formulaire venait"},
		"an old browser's foreign form":    {post("/families/1", "a=b", "Origin", "https://evil.example"), 403, "Ce formulaire venait"},
		"a body that says it is too large": {post("/families/1", strings.Repeat("a", 1001)), 413, "plus grand"},
		"a body that turns out too large":  {chunked(), 413, "plus grand"},
		"our own panic":                    {get("/panic"), 500, "chez nous"},
		"a form of our own passes":         {post("/families/1", "a=b", "Sec-Fetch-Site", "same-origin"), 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			tt.request.Header.Set("Accept-Language", "fr")
			got := site(t, nil).ask(tt.request)
			if got.Code != tt.status || !strings.Contains(got.Body.String(), tt.says) {
				t.Errorf("got %d %.300s, want %d %q", got.Code, got.Body, tt.status, tt.says)
			}
			if got.Code != 200 && got.Header().Get("Cache-Control") != "no-store" {
				t.Error("an error page may be kept")
			}
		})
	}
}

func chunked() *http.Request {
	r := post("/families/1", strings.Repeat("a", 1001))
	r.ContentLength = -1
	return r
}

func TestTheLogNamesRoutesAndNobody(t *testing.T) {
	w := site(t, nil)
	w.ask(get("/families/0190-secret?q=Janssens"))
	w.ask(get("/nowhere/Janssens"))
	w.ask(get("/panic"))
	w.ask(httptest.NewRequest("JANSSENS", "/families/1", nil))
	log := w.log.String()
	for _, word := range []string{"Janssens", "JANSSENS", "secret", "192.0.2.1"} {
		if strings.Contains(log, word) {
			t.Errorf("the log says %q:\n%s", word, log)
		}
	}
	for _, want := range []string{`method=GET route="GET /families/{id}" status=200`, `route=none status=404`, `route="GET /panic" status=500`, `method=other`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not say %s:\n%s", want, log)
		}
	}
}

func TestAPageIsPackedForWhoTakesIt(t *testing.T) {
	w := site(t, nil)
	got := w.ask(get("/families/1", "Accept-Encoding", "br, gzip;q=0.8", "Accept-Language", "de"))
	if got.Header().Get("Content-Encoding") != "gzip" {
		t.Fatal("not packed")
	}
	z, err := gzip.NewReader(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || !strings.HasPrefix(string(text), "<p>Suchen") {
		t.Errorf("unpacked: %.40q, %v", text, err)
	}
	for _, refused := range []string{"", "br", "gzip;q=0"} {
		if got := w.ask(get("/families/1", "Accept-Encoding", refused)); got.Header().Get("Content-Encoding") != "" {
			t.Errorf("packed although the browser takes %q", refused)
		}
	}
}

func TestAssetsAreKeptAndPacked(t *testing.T) {
	w := site(t, nil)
	for name, tt := range map[string]struct {
		path, takes                 string
		status                      int
		kind, coding, cachedAtLeast string
	}{
		"the stylesheet, as small as it gets": {Asset("app.css"), "gzip, br", 200, "text/css; charset=utf-8", "br", "immutable"},
		"the stylesheet for an old browser":   {Asset("app.css"), "gzip", 200, "text/css; charset=utf-8", "gzip", "immutable"},
		"the stylesheet of an older version":  {"/assets/000000000000/app.css", "", 200, "text/css; charset=utf-8", "", "max-age=300"},
		"a font is packed already":            {Asset("fonts/text-latin.woff2"), "gzip, br", 200, "font/woff2", "", "immutable"},
		"the sprite":                          {Asset("icons.svg"), "br", 200, "image/svg+xml", "br", "immutable"},
		"what does not exist":                 {Asset("nothing.css"), "", 404, "", "", ""},
		"what lies outside":                   {Asset("../src/app.scss"), "", 307, "", "", ""},
		"what is packed is not for itself":    {Asset("app.css.br"), "", 404, "", "", ""},
		"what is no part of a page":           {Asset("source.sha256"), "", 404, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := w.ask(get(tt.path, "Accept-Encoding", tt.takes))
			h := got.Header()
			if got.Code != tt.status || h.Get("Content-Encoding") != tt.coding || !strings.Contains(h.Get("Cache-Control"), tt.cachedAtLeast) {
				t.Errorf("got %d %v", got.Code, h)
			}
			if tt.kind != "" && h.Get("Content-Type") != tt.kind {
				t.Errorf("it is called %q", h.Get("Content-Type"))
			}
		})
	}
}

// TestTheLookWasBuiltFromItsSources fails when somebody changed assets/src and
// did not run scripts/assets.sh.
func TestTheLookWasBuiltFromItsSources(t *testing.T) {
	names, err := filepath.Glob("assets/src/*")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	sum := sha256.New()
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sum.Write(data)
	}
	got, want := hex.EncodeToString(sum.Sum(nil)), strings.TrimSpace(string(built().files["source.sha256"]))
	if got != want {
		t.Errorf("assets/dist was not built from what assets/src is now: run scripts/assets.sh")
	}
}

func TestAFragmentThatFailsBecomesAPage(t *testing.T) {
	got := site(t, nil).ask(post("/families/1", strings.Repeat("a", 1001), "HX-Request", "true"))
	if got.Code != 413 || got.Header().Get("HX-Retarget") != "#main" || got.Header().Get("HX-Reselect") != "#main" {
		t.Errorf("got %d %v", got.Code, got.Header())
	}
}

func TestALanguageIsChosenAndKept(t *testing.T) {
	w := site(t, nil)
	got := w.ask(post("/language", "lang=fr&back=%2Ffamilies%2F1%3Fa%3Db", "Sec-Fetch-Site", "same-origin"))
	if got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/families/1?a=b" {
		t.Fatalf("got %d to %q", got.Code, got.Header().Get("Location"))
	}
	cookie := got.Result().Cookies()[0]
	if !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is %v", cookie)
	}
	r := get("/families/1", "Accept-Language", "de")
	r.AddCookie(cookie)
	if page := w.ask(r).Body.String(); !strings.HasPrefix(page, "<p>Chercher") {
		t.Errorf("reads %.40q", page)
	}
	if got := w.ask(post("/language", "lang=xx&back=//evil.example")); got.Header().Get("Location") != "/" || len(got.Result().Cookies()) != 0 {
		t.Errorf("a language nobody speaks: %v", got.Header())
	}
}

func TestWhatNoRouteTakesIsRefusedInTheReadersWords(t *testing.T) {
	w := site(t, nil)
	for name, tt := range map[string]struct {
		method, path string
		status       int
		allow, says  string
	}{
		"a method that the page does not take":  {"DELETE", "/families/1", 405, "GET, HEAD, POST", "Cette page ne s’ouvre pas ainsi"},
		"a method that nobody ever wrote down":  {"BREW", "/families/1", 405, "GET, HEAD, POST", "Rien n’a changé"},
		"a file of the look that is sent":       {"PUT", "/assets/x/app.css", 405, "GET, HEAD", "Cette page ne s’ouvre pas ainsi"},
		"a file of the look that there is none": {"GET", "/assets/x/none.css", 404, "", "Nous ne trouvons pas cette page"},
		"an address that nobody made":           {"GET", "/nothing", 404, "", "Nous ne trouvons pas cette page"},
	} {
		r := httptest.NewRequest(tt.method, tt.path, nil)
		r.Header.Set("Accept-Language", "fr")
		rec := w.ask(r)
		body := rec.Body.String()
		if rec.Code != tt.status || rec.Header().Get("Allow") != tt.allow || !strings.Contains(body, tt.says) || !strings.Contains(body, `lang="fr"`) {
			t.Errorf("%s: %d, Allow %q, want %d, %q and %q in\n%s", name, rec.Code, rec.Header().Get("Allow"), tt.status, tt.allow, tt.says, body)
		}
	}
}
