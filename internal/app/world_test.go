package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
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
	"github.com/bondgenoot/bondgenoot/internal/platform/sms"
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
	sms   *sms.Sender
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
	original.Each(t, func(t *testing.T, address string) { fn(copied(t, address)) })
}

// asksAtOnce is how much one address may ask at once by the forms for who has
// no account.
const asksAtOnce = 120

// onSQLite is a world on SQLite, for what asks little of an engine.
func onSQLite(t *testing.T) *world {
	t.Helper()
	return copied(t, original.SQLite(t))
}

// newWorld founds a world in an empty database.
func newWorld(t *testing.T, address string) *world {
	t.Helper()
	w := &world{T: t, now: monday}
	key := filepath.Join(t.TempDir(), "key")
	w.did(vault.CreateKeyFile(key))
	w.open(address, key)
	towns, err := demo.Found(context.Background(), w.app)
	w.did(err)
	w.live(towns)
	return w
}

// copied is a world in a copy of the original.
func copied(t *testing.T, address string) *world {
	t.Helper()
	w := &world{T: t, now: monday}
	known, _ := foundations.Load(engineOf(address))
	f := known.(foundation)
	key := filepath.Join(t.TempDir(), "key")
	w.did(os.WriteFile(key, f.key, 0o600))
	w.open(address, key)
	w.live(f.towns)
	return w
}

// monday is when a world begins.
var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, kernel.Brussels)

// foundation is what belongs to an original beside its database.
type foundation struct {
	key   []byte
	towns []demo.Town
}

// foundations holds those of this test program by their engine.
var foundations sync.Map

func engineOf(address string) string {
	engine, _, _ := strings.Cut(address, ":")
	return engine
}

// original is the database of a world that was founded a moment ago.
var original = dbtest.Original{Make: func(address string) error {
	folder, err := os.MkdirTemp("", "bondgenoot-key")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "key")
	if err := vault.CreateKeyFile(path); err != nil {
		return err
	}
	key, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	keeper, err := vault.OpenKeyFile(path)
	if err != nil {
		return err
	}
	kept, err := mail.Parse("log:")
	if err != nil {
		return err
	}
	ctx := context.Background()
	d, err := db.Open(ctx, address)
	if err != nil {
		return err
	}
	defer d.Close()
	house, err := app.New(ctx, app.Config{Base: "http://localhost", DB: d, Keeper: keeper, Mail: mail.New(kept),
		Now: func() time.Time { return monday }, Demo: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	towns, err := demo.Found(ctx, house)
	foundations.Store(engineOf(address), foundation{key: key, towns: towns})
	return err
}}

// open opens the house in a database, and serves it.
func (w *world) open(address, key string) {
	w.Helper()
	ctx := context.Background()
	var err error
	w.db, err = db.Open(ctx, address)
	w.did(err)
	w.Cleanup(func() { w.db.Close() })
	keeper, err := vault.OpenKeyFile(key)
	w.did(err)
	kept, err := mail.Parse("log:")
	w.did(err)
	w.mail, w.sms = mail.New(kept), sms.New(sms.Gateway{Kept: true})
	server := httptest.NewUnstartedServer(nil)
	w.Cleanup(server.Close)
	_, port, _ := strings.Cut(server.Listener.Addr().String(), ":")
	w.name = "http://localhost:" + port
	w.app, err = app.New(ctx, app.Config{Base: w.name, Asks: kit.NewSlowLimiter(time.Hour, asksAtOnce, 10, false), DB: w.db, Keeper: keeper, Mail: w.mail, SMS: w.sms, Now: w.clock, Demo: true,
		Log: slog.New(slog.NewMultiHandler(slog.NewTextHandler(logTo{w.T}, &slog.HandlerOptions{Level: slog.LevelWarn}),
			slog.NewTextHandler(&w.heard, &slog.HandlerOptions{Level: slog.LevelDebug})))})
	w.did(err)
	server.Config.Handler = w.app.Handler
	server.Start()
	w.url = server.URL
}

// live says who is in the world; what a test changes there stays its own.
func (w *world) live(towns []demo.Town) {
	w.towns = map[string]demo.Town{}
	for _, town := range towns {
		town.Orgs, town.Workers = maps.Clone(town.Orgs), maps.Clone(town.Workers)
		w.towns[town.Slug] = town
	}
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
