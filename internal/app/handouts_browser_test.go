package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// wire is what lies between a telephone and the house, and can be cut.
type wire struct {
	cut  atomic.Bool
	deaf atomic.Bool  // what a desk sends does not arrive, all else does
	lost atomic.Int64 // the answers that are still to be lost on the way
}

// between puts a wire before the house.
func (w *world) between() *wire {
	w.Helper()
	c := &wire{}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if c.cut.Load() {
			panic(http.ErrAbortHandler)
		}
		sends := r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/sync")
		if sends && c.deaf.Load() {
			panic(http.ErrAbortHandler)
		}
		if sends && c.lost.Add(-1) >= 0 {
			w.app.Handler.ServeHTTP(httptest.NewRecorder(), r) // done, and nobody hears of it
			panic(http.ErrAbortHandler)
		}
		w.app.Handler.ServeHTTP(rw, r)
	}))
	w.Cleanup(server.Close)
	w.url = server.URL
	return c
}

// crowd is a hand-out of today, by the clock on the wall, to which families
// come.
func (w *world) crowd(n int, with ...func(*sessions.Series)) (day kernel.ID, coming []sessions.Booking) {
	w.Helper()
	town := w.towns["liege"]
	chantal, nadia := town.As(w.Context(), "chantal"), town.As(w.Context(), "nadia")
	now := time.Now().In(kernel.Brussels) // the browser has no other clock
	today := kernel.InstantOf(now).Date()
	w.mu.Lock()
	w.now = time.Date(now.Year(), now.Month(), now.Day(), 0, 1, 0, 0, kernel.Brussels)
	w.mu.Unlock()
	weekday := sessions.Weekdays[(int(today.Time().Weekday())+6)%7]
	series := sessions.Series{Name: "Lait et langes", Place: "Liège", Way: sessions.ByAppointment, Slot: 479, Places: int64(n), Release: 30,
		Items:  []sessions.Item{{Name: "Lait 1er âge", Usual: 2}, {Name: "Langes", Usual: 1}},
		Recurs: sessions.Recurrence{Weeks: 1, Days: []string{weekday}, From: "00:00", To: "23:59", First: today, Holidays: true}}
	for _, change := range with {
		change(&series)
	}
	made, err := w.app.Sessions.Plan(chantal, series)
	w.did(err)
	_, days, err := w.app.Sessions.Series(chantal, made.ID, today)
	w.did(err)
	for i := range n {
		f, err := w.app.Families.Open(nadia, families.NewFamily{Anyway: true, PostalCode: "4000", Persons: []families.NewPerson{
			{Role: families.Applicant, First: fmt.Sprintf("Prénom%c%c", 'a'+i/26, 'a'+i%26), Last: "Nomsecret", Birth: "1990-01-01"}}})
		w.did(err)
		b, err := w.app.Sessions.Book(nadia, sessions.Asking{Session: days[0].ID, Slot: 2, Family: f.ID})
		w.did(err)
		coming = append(coming, b)
	}
	w.mu.Lock()
	w.now = now
	w.mu.Unlock()
	return days[0].ID, coming
}

// until waits until a script says yes: long, since a machine may have much to do.
func (b *browser) until(what, script string) {
	b.Helper()
	for range 2000 {
		var yes bool
		if err := chromedp.Run(b.ctx, chromedp.Evaluate(script, &yes)); err == nil && yes {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	b.Fatalf("%s: never: %s", what, b.text())
}

// ticks hands out to numbers from one to another, as fast as somebody can.
func (b *browser) ticks(from, to int) {
	b.Helper()
	for n := from; n <= to; n++ {
		var was string
		b.must(chromedp.Evaluate(fmt.Sprintf(`(() => { const f = document.querySelector('#number-%d form[data-kind="hand"]'); if (!f) return "no form"; f.requestSubmit(); return ""; })()`, n), &was))
		if was != "" {
			b.Fatalf("number %d: %s", n, was)
		}
		b.until(fmt.Sprintf("number %d is ticked", n), fmt.Sprintf(`document.querySelector('#number-%d form[data-kind="hand"]').hidden`, n))
	}
}

const allSent = `(() => { const n = document.querySelector("[data-net]"); return !n.textContent.includes("Pas encore envoyé") && n.textContent.includes("Tout est envoyé"); })()`

// A whole session of thirty families without net: the page opens, is opened
// again half-way, and is ticked to its end; a colleague with net ticks one of
// them too. When the net is back, and an answer is lost on the way, all is sent,
// each is handed out once, and the one that was ticked
// twice is shown. Then Jeanne signs out, and nothing of the list is left.
func TestAWholeSessionWithoutNet(t *testing.T) {
	chromium(t)
	w := onSQLite(t)
	net := w.between()
	const families = 30
	day, coming := w.crowd(families)
	desk := "/desk/" + string(day)
	b := w.browse("liege", "jeanne")
	b.reads("fr")
	b.goes(desk)
	b.until("the list is ready to be used without net", `document.querySelector("bg-desk").dataset.ready === "yes" && !!navigator.serviceWorker.controller`)
	b.until("the page says so", `document.querySelector("[data-net]").textContent.includes("Cette liste marche aussi sans réseau")`)
	b.sees("Prénomaa")
	b.misses("Nomsecret")

	net.cut.Store(true)
	b.ticks(1, 12)
	b.sees("Pas de réseau", "Pas encore envoyé : 12")
	b.goes(desk)
	b.until("the list opens without net", `document.querySelector("[data-net]")?.textContent.includes("Pas encore envoyé\u00a0: 12")`)
	b.ticks(13, families)
	b.on(`document.querySelector('form[data-kind="walk_in"] input[name^="quantity."]').value = "1"; document.querySelector('form[data-kind="walk_in"]').requestSubmit(); return "stays";`, "", "")
	b.until("who walked in stands on the list", `document.querySelector("[data-net]").textContent.includes("Pas encore envoyé\u00a0: 31")`)
	b.on(`document.querySelector('form[action="/sign-out"]').requestSubmit(); return "stays";`, "", "")
	b.until("who has not sent all is told", `document.querySelector("[data-net]").textContent.includes("avant de vous déconnecter")`)

	chantal := w.towns["liege"].As(w.Context(), "chantal")
	_, err := w.app.Sessions.Tell(chantal, day, sessions.Event{ID: kernel.NewID(), Booking: coming[4].ID, Kind: sessions.Hand, Lines: coming[4].Lines, At: kernel.InstantOf(w.clock())})
	w.did(err)
	net.deaf.Store(true)
	net.cut.Store(false)
	b.goes("/handouts")
	b.on(`document.querySelector('form[action="/sign-out"]').requestSubmit(); return "";`, "", "")
	b.until("who signs out elsewhere is led to what is not sent", `document.querySelector("[data-net]")?.textContent.includes("Pas encore envoyé\u00a0: 31")`)
	if b.path() != desk {
		t.Fatalf("led to %s", b.path())
	}
	net.lost.Store(1)
	net.deaf.Store(false)
	began := time.Now()
	b.must(chromedp.Evaluate(`window.dispatchEvent(new Event("online"))`, nil)) // its answer is lost
	time.Sleep(200 * time.Millisecond)
	b.must(chromedp.Evaluate(`window.dispatchEvent(new Event("online"))`, nil))
	b.until("all is sent", allSent)
	t.Logf("%d families and one who walked in are sent in %s, with one answer lost", families, time.Since(began))
	b.sees("Coché deux fois", "Le numéro 5")
	d, err := w.app.Sessions.Day(chantal, day)
	w.did(err)
	if n := d.Of(sessions.Handed); n != families+1 || len(d.Conflicts) != 1 || d.Conflicts[0].Booking != coming[4].ID {
		t.Errorf("%d were given their things, %d conflicts", n, len(d.Conflicts))
	}

	b.on(`document.querySelector('form[action="/sign-out"]').requestSubmit(); return "";`, "", "")
	var left int
	b.must(chromedp.Evaluate(`caches.keys().then(k => k.length)`, &left, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	if left != 0 || b.path() != "/sign-in" {
		t.Errorf("after signing out %d lists are kept, at %s", left, b.path())
	}
	net.cut.Store(true)
	if err := chromedp.Run(b.ctx, chromedp.Navigate(w.url+desk)); err == nil && strings.Contains(b.text(), "Prénomaa") {
		t.Error("after signing out the list opens without net")
	}
}

// slowly has the browser keep the first list only when it is let go.
const slowly = `(() => {
  const put = Cache.prototype.put;
  Cache.prototype.put = async function (...one) {
    if (!window.letGo) await new Promise((go) => { window.letGo = go; });
    return put.apply(this, one);
  };
})()`

// A list that came before a family was served, and is kept and shown when a newer
// one has come, does not say that nobody was.
func TestAListThatIsLateDoesNotTakeThePlaceOfANewer(t *testing.T) {
	chromium(t)
	w := onSQLite(t)
	w.between()
	day, _ := w.crowd(2)
	b := w.browse("liege", "jeanne")
	b.reads("fr")
	b.must(chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(slowly).Do(ctx)
		return err
	}))
	b.goes("/desk/" + string(day))
	b.until("the first list is about to be kept", `!!window.letGo`)
	b.ticks(1, 1)
	const served = `document.querySelector("bg-desk").innerText.includes("1 famille servie")`
	for range 20 { // a page that does not wait has the newer list by then
		var is bool
		if b.must(chromedp.Evaluate(served, &is)); is {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	b.must(chromedp.Evaluate(`window.letGo()`, nil))
	b.until("the list is kept", `document.querySelector("bg-desk").dataset.ready === "yes"`)
	b.until("who was served stands there as served", served)
}
