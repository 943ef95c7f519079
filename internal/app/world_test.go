package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// world is a whole house with the four alliances of the demonstration and
// their workers, without families, on one engine, served on loopback. Its
// clock stands at nine o'clock on a Monday until a test moves it.
type world struct {
	*testing.T
	app   *app.App
	db    *db.DB
	towns map[string]demo.Town
	mail  *mail.Mailer // that keeps its letters
	url   string
	name  string // the same by name, to which passkeys belong

	heard logged // all that the house wrote in its log

	mu  sync.Mutex
	now time.Time
}

// logged keeps what a log was told, each line.
type logged struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *logged) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *logged) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// onEachEngine runs fn in a world of its own on SQLite and on PostgreSQL.
func onEachEngine(t *testing.T, fn func(w *world)) {
	t.Helper()
	t.Parallel() // a world shares nothing with another
	dbtest.EachURL(t, func(t *testing.T, address string) { fn(newWorld(t, address)) })
}

// asksAtOnce is how much one address may ask at once by the forms for who has
// no account.
const asksAtOnce = 120

func newWorld(t *testing.T, address string) *world {
	t.Helper()
	ctx := context.Background()
	w := &world{T: t, towns: map[string]demo.Town{}, now: time.Date(2026, 11, 23, 9, 0, 0, 0, kernel.Brussels)}
	d, err := db.Open(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	w.db = d

	path := filepath.Join(t.TempDir(), "key")
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
	w.mail = mail.New(kept)
	server := httptest.NewUnstartedServer(nil)
	t.Cleanup(server.Close)
	_, port, _ := strings.Cut(server.Listener.Addr().String(), ":")
	w.name = "http://localhost:" + port
	w.app, err = app.New(ctx, app.Config{Base: w.name, Asks: kit.NewSlowLimiter(time.Hour, asksAtOnce, 10, false), DB: d, Keeper: keeper, Mail: w.mail, Now: w.clock, Demo: true,
		Log: slog.New(slog.NewMultiHandler(slog.NewTextHandler(logTo{t}, &slog.HandlerOptions{Level: slog.LevelWarn}),
			slog.NewTextHandler(&w.heard, &slog.HandlerOptions{Level: slog.LevelDebug})))})
	if err != nil {
		t.Fatal(err)
	}
	towns, err := demo.Found(ctx, w.app)
	if err != nil {
		t.Fatal(err)
	}
	for _, town := range towns {
		w.towns[town.Slug] = town
	}
	server.Config.Handler = w.app.Handler
	server.Start()
	w.url = server.URL
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// later moves the clock.
func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// work does every job that is due.
func (w *world) work() {
	w.Helper()
	for {
		did, err := w.app.Queue.Once(w.Context())
		if err != nil {
			w.Fatal(err)
		}
		if !did {
			return
		}
	}
}

// logTo shows warnings of the house in the test that caused them.
type logTo struct{ t *testing.T }

func (l logTo) Write(b []byte) (int, error) {
	if l.t.Context().Err() == nil { // not after the test has ended
		l.t.Log(strings.TrimSpace(string(b)))
	}
	return len(b), nil
}

// person is a browser in somebody's hands.
type person struct {
	*world
	client *http.Client
	lang   string
}

// as is a browser in which a worker of a town has signed in; stranger is one
// in which nobody has.
func (w *world) as(town, worker string) *person {
	w.Helper()
	p := w.stranger()
	t, ok := w.towns[town]
	if !ok {
		w.Fatalf("there is no town %s", town)
	}
	who := t.Workers[worker]
	cookie, err := w.app.Members.SignInAs(w.Context(), t.ID, who.ID, who.Org.ID)
	if err != nil {
		w.Fatalf("%s of %s signs in: %v", worker, town, err)
	}
	base, _ := url.Parse(w.url)
	p.client.Jar.SetCookies(base, []*http.Cookie{{Name: "session", Value: cookie, Path: "/"}})
	return p
}

func (w *world) stranger() *person {
	jar, _ := cookiejar.New(nil) // never fails
	return &person{world: w, lang: "nl", client: &http.Client{Jar: jar, Timeout: 2 * time.Minute}}
}

// reads makes the person a reader of a language.
func (p *person) reads(lang string) *person {
	q := *p
	q.lang = lang
	return &q
}

// asks sends a request ("GET /today") and follows redirects; a nil form sends
// none. It answers with status, body and the path at which it ended.
func (p *person) asks(what string, form url.Values) (status int, body, path string) {
	p.Helper()
	method, target, _ := strings.Cut(what, " ")
	var send io.Reader
	if form != nil {
		send = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(p.Context(), method, p.url+target, send)
	if err != nil {
		p.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept-Language", p.lang)
	answer, err := p.client.Do(r)
	if err != nil {
		p.Fatal(err)
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	if err != nil {
		p.Fatal(err)
	}
	return answer.StatusCode, string(all), answer.Request.URL.Path
}

// sees sends a request, wants a status and every one of the words on the page,
// and answers with the path at which it ended.
func (p *person) sees(what string, form url.Values, want int, words ...string) (path string) {
	p.Helper()
	status, body, path := p.asks(what, form)
	if status != want {
		p.Errorf("%s answers %d, want %d:\n%s", what, status, want, plain(body))
		return path
	}
	for _, word := range words {
		if !strings.Contains(plain(body), word) {
			p.Errorf("%s does not say %q:\n%s", what, word, plain(body))
		}
	}
	return path
}

// misses wants that none of the words stands on a page.
func (p *person) misses(what string, words ...string) {
	p.Helper()
	_, body, _ := p.asks(what, nil)
	for _, word := range words {
		if strings.Contains(body, word) {
			p.Errorf("%s says %q", what, word)
		}
	}
}

// calls sends JSON to the API, wants a status, and decodes the answer.
func (p *person) calls(what string, in any, want int) (out map[string]any) {
	p.Helper()
	method, target, _ := strings.Cut(what, " ")
	body, err := json.Marshal(in)
	if err != nil {
		p.Fatal(err)
	}
	var send io.Reader
	if in != nil {
		send = strings.NewReader(string(body))
	}
	r, err := http.NewRequestWithContext(p.Context(), method, p.url+target, send)
	if err != nil {
		p.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Language", p.lang)
	if method == http.MethodPost {
		r.Header.Set("Idempotency-Key", fmt.Sprint(kernel.NewID()))
	}
	answer, err := p.client.Do(r)
	if err != nil {
		p.Fatal(err)
	}
	defer answer.Body.Close()
	all, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != want {
		p.Fatalf("%s answers %d, want %d:\n%s", what, answer.StatusCode, want, all)
	}
	if len(all) > 0 {
		if err := json.Unmarshal(all, &out); err != nil {
			p.Fatalf("%s: %v in %s", what, err, all)
		}
	}
	return out
}

// plain is the words of a page without its markup, white space folded.
func plain(html string) string {
	var b strings.Builder
	inTag := false
	for _, r := range html {
		switch {
		case r == '<':
			inTag = true
			b.WriteByte(' ')
		case r == '>':
			inTag = false
		case !inTag:
			b.WriteRune(r)
		}
	}
	text := strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(b.String())
	return strings.Join(strings.Fields(strings.ReplaceAll(text, "\u00a0", " ")), " ")
}
