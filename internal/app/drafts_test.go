package app_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// holds tells whether any cell of the tables that could hold it has the words.
func (w *world) holds(words string) bool {
	w.Helper()
	found := false
	err := w.db.Read(w.Context(), func(q db.Querier) error {
		for _, query := range []string{
			`SELECT form || page || family || about FROM draft`, `SELECT body || action || subject FROM audit_record`,
			`SELECT payload FROM job`, `SELECT token FROM vault_token`, `SELECT name FROM vault_entry`,
		} {
			rows, err := q.QueryContext(w.Context(), query)
			if err != nil {
				return err
			}
			for rows.Next() {
				var cell string
				if err := rows.Scan(&cell); err != nil {
					return err
				}
				found = found || strings.Contains(cell, words)
			}
			rows.Close()
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return found
}

// post is the mark by which the pages of this person are told from those of
// others.
func (p *person) post() string {
	p.Helper()
	_, body, _ := p.asks("GET /today", nil)
	_, after, _ := strings.Cut(body, `data-who="`)
	who, _, _ := strings.Cut(after, `"`)
	return who
}

func (w *world) count(query string) (n int) {
	w.Helper()
	if err := w.db.Read(w.Context(), func(q db.Querier) error { return q.QueryRowContext(w.Context(), query).Scan(&n) }); err != nil {
		w.Fatal(err)
	}
	return n
}

// Aïcha writes a note for an hour; her session has ended when she sends it. She
// signs in again and finds it back. Nobody else does.
func TestWhatWasTypedOutlivesTheSession(t *testing.T) {
	onEachEngine(t, func(w *world) {
		const words = "Zij vertelde over de brief van de huisbaas."
		aicha, bram := w.as("leuven", "aicha"), w.as("leuven", "bram")
		family := noor(w)
		notes := "/families/" + string(family) + "/notes"
		w.later(11 * time.Hour)
		aicha.sees("POST "+notes, url.Values{"text": {words}}, 200, "Wat u typte, is bijgehouden", "Aanmelden")
		if n := w.count(`SELECT count(*) FROM draft`); n != 1 {
			t.Fatalf("%d drafts are kept", n)
		}
		if w.holds("huisbaas") {
			t.Error("what was typed lies open")
		}
		aicha.sees("GET "+notes, nil, 200, "Aanmelden")
		aicha.misses("GET "+notes, "huisbaas", "U was hier iets aan het schrijven")

		bram = w.as("leuven", "bram")
		bram.misses("GET "+notes, "huisbaas", "U was hier iets aan het schrijven")

		aicha = w.as("leuven", "aicha")
		_, body, _ := aicha.asks("GET "+notes, nil)
		if !strings.Contains(plain(body), "U was hier iets aan het schrijven op 23 november 2026") || strings.Contains(body, "huisbaas") {
			t.Fatalf("the page of the form says\n%s", plain(body))
		}
		_, restore, _ := strings.Cut(body, notes+"?draft=")
		id, _, _ := strings.Cut(restore, `"`)
		bram.sees("GET "+notes+"?draft="+id, nil, 404)
		bram.sees("POST /drafts/"+id+"/drop", url.Values{}, 404)
		_, body, _ = aicha.asks("GET "+notes+"?draft="+id, nil)
		sheet, ok := kit.SheetOf([]byte(body), notes)
		if !ok || sheet.Values().Get("text") != words {
			t.Fatalf("put back is %v\n%s", sheet.Values(), plain(body))
		}
		aicha.sees("POST "+notes, sheet.Values(), 200, words)
		if n := w.count(`SELECT count(*) FROM draft`) + w.count(`SELECT count(*) FROM vault_entry WHERE name LIKE 'draft/%'`); n != 0 {
			t.Errorf("%d pieces are left of a draft that was sent", n)
		}
		if n := w.count(`SELECT count(*) FROM audit_record WHERE action = 'draft.keep'`); n != 1 {
			t.Errorf("%d records of what was kept", n)
		}
	})
}

func TestADraftEndsByItselfWithItsFamilyAndAtItsWritersWord(t *testing.T) {
	onEachEngine(t, func(w *world) {
		family := noor(w)
		notes := "/families/" + string(family) + "/notes"
		town := w.towns["leuven"]
		who := town.Workers["aicha"]
		aicha := w.as("leuven", "aicha")
		keep := func(form, typed string, want int) {
			t.Helper()
			aicha.sees("POST /drafts", url.Values{"form": {form}, "page": {form}, "typed": {typed}, "who": {aicha.post()}}, want)
		}
		left := func() int {
			return w.count(`SELECT count(*) FROM draft`) + w.count(`SELECT count(*) FROM vault_entry WHERE name LIKE 'draft/%'`)
		}
		keep(notes, "text=een", 204)
		keep(notes, "text=twee", 204)
		keep("/families/new", "first=Noor", 204)
		if n := left(); n != 4 {
			t.Fatalf("%d pieces of two drafts", n)
		}
		keep("/sign-in", "mail=x", 404)
		keep("/api/v1/families", "x=y", 404)
		keep("/nowhere", "x=y", 404)
		keep("/families/"+string(kernel.NewID())+"/notes", "text=x", 404)
		keep(notes, "text="+strings.Repeat("x", 70<<10), 429)
		keep(notes, "%zz", 422)
		w.as("leuven", "bram").sees("POST /drafts", url.Values{"form": {notes}, "page": {notes}, "typed": {"text=x"},
			"who": {aicha.post()}}, 409)

		_, body, _ := w.as("leuven", "aicha").asks("GET /families/new", nil)
		_, drop, _ := strings.Cut(body, `action="/drafts/`)
		drop, _, _ = strings.Cut(drop, `"`)
		w.as("leuven", "aicha").sees("POST /drafts/"+drop, url.Values{}, 200, "weggegooid")
		if n := left(); n != 2 {
			t.Errorf("%d pieces are left of one draft", n)
		}
		w.later(14*24*time.Hour + time.Minute)
		w.as("leuven", "aicha").misses("GET "+notes, "U was hier iets aan het schrijven")
		w.app.Queue.SweepAll(w.Context())
		if n := left(); n != 0 {
			t.Errorf("%d pieces are left after fourteen days", n)
		}
		aicha = w.as("leuven", "aicha")
		keep(notes, "text=drie", 204)
		officer := act.As(w.Context(), policy.Actor{Alliance: town.ID, Person: who.ID, Org: who.Org.ID, Roles: []policy.Role{policy.PrivacyOfficer}})
		if err := w.app.Families.Forget(officer, family, "asked"); err != nil {
			t.Fatal(err)
		}
		if n := left(); n != 0 {
			t.Errorf("%d pieces are left of a draft about a family that is forgotten", n)
		}
	})
}

// offline cuts the net of a tab, or brings it back.
func offline(cut bool) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := network.EmulateNetworkConditionsByRule([]*network.Conditions{{DownloadThroughput: -1, UploadThroughput: -1, Offline: cut}}).Do(ctx)
		return err
	})
}

// The tab is gone, the net drops, the session ends: in a real browser.
func TestWhatIsTypedIsKeptWhateverHappensToTheTab(t *testing.T) {
	chromium(t)
	original.Each(t, func(t *testing.T, address string) {
		w := copied(t, address)
		notes := "/families/" + string(noor(w)) + "/notes"
		b := w.browse("leuven", "aicha")
		kept := func(what string) {
			t.Helper()
			for range 200 {
				if b.value(`document.querySelector("[data-kept]")?.dataset.kept`) == what {
					return
				}
				time.Sleep(50 * time.Millisecond)
			}
			t.Fatalf("the page does not say %s:\n%s", what, b.text())
		}
		write := func(words string) {
			t.Helper()
			b.must(chromedp.SetValue(`textarea[name=text]`, words), chromedp.Evaluate(
				`document.querySelector("textarea[name=text]").dispatchEvent(new Event("input", {bubbles: true}))`, nil))
		}

		// The tab is gone: another one finds what was typed.
		b.goes(notes)
		write("Eerst dit.")
		kept("saved")
		window := b.ctx
		tab, end := chromedp.NewContext(window)
		defer end()
		b = &browser{w, tab}
		b.must(network.Enable(), network.SetExtraHTTPHeaders(network.Headers{"Accept-Language": "nl"}))
		gone, stop := context.WithTimeout(window, 2*time.Second) // the tab does not live to answer
		defer stop()
		_ = chromedp.Run(gone, page.Close())
		b.goes(notes)
		b.sees("U was hier iets aan het schrijven")
		b.clicks("Verder schrijven")
		if now := b.value(`document.querySelector("textarea[name=text]").value`); now != "Eerst dit." {
			t.Errorf("after a crash stands %q", now)
		}

		// The net drops: the page says so, keeps trying, and succeeds.
		b.must(network.OverrideNetworkState(true, 0, -1, -1), offline(true))
		write("Eerst dit. Dan dat.")
		kept("unsaved")
		b.sees("Nog niet bewaard", "We blijven het proberen")
		b.must(network.OverrideNetworkState(false, 0, -1, -1), offline(false))
		kept("saved")

		// The session ends in between: what is typed then is kept too.
		w.later(11 * time.Hour)
		write("Eerst dit. Dan dat. En dan nog iets.")
		kept("ended")
		b.sees("U bent afgemeld")
		town := w.towns["leuven"]
		who := town.Workers["aicha"]
		cookie, err := w.app.Members.SignInAs(w.Context(), town.ID, who.ID, who.Org.ID)
		if err != nil {
			t.Fatal(err)
		}
		b.must(network.SetCookie("session", cookie).WithURL(w.url))
		b.goes(notes)
		b.clicks("Verder schrijven")
		if now := b.value(`document.querySelector("textarea[name=text]").value`); now != "Eerst dit. Dan dat. En dan nog iets." {
			t.Errorf("after the session has ended stands %q", now)
		}
		b.clicks("Bewaren")
		b.goes(notes)
		b.sees("En dan nog iets.")
		b.misses("U was hier iets aan het schrijven")
	})
}
