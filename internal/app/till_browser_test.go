package app_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// tillWithBags are two vouchers of a child each, worth 24 € at the till of Boempetat!,
// and the link and PIN of that till.
func (w *world) tillWithBags() (p programmes.Programme, codes []string, link, pin string) {
	w.Helper()
	p = w.bags()
	town := w.towns["rivierenland"]
	ines, today := town.As(w.Context(), "ines"), kernel.InstantOf(w.clock()).Date()
	w.did(w.app.Vouchers.Arrange(ines, vouchers.Setup{Programme: p.ID, Offer: "bag", Units: 1, Worth: 24_00, Copay: 1_00, Months: 12, Period: vouchers.Once, Anywhere: true, Offline: true}))
	w.did(w.app.Vouchers.AddBudget(ines, vouchers.Fund{ID: kernel.NewID(), Programme: p.ID, Offer: "bag", Units: 20, Cents: 480_00}))
	for n := range 2 {
		family, child := w.toddler()
		g, err := w.app.Vouchers.Give(ines, vouchers.NewGrant{ID: kernel.NewID(), Family: family, Child: child, Programme: p.ID, Offer: "bag",
			Decision: fmt.Sprintf("BCSD 2026/%d", n), DecidedOn: today})
		w.did(err)
		h, _, err := w.app.Vouchers.Print(ines, family, g.ID)
		w.did(err)
		codes = append(codes, h.QR)
	}
	made, err := w.app.Vouchers.OpenTill(ines, town.Orgs["swap"].ID, "Toonbank")
	w.did(err)
	_, link, pin, err = w.app.Vouchers.Till(ines, made.ID)
	w.did(err)
	return p, codes, link, pin
}

// shows scans a code at the till.
func (b *browser) shows(code string) {
	b.Helper()
	b.must(chromedp.Evaluate(fmt.Sprintf(`(() => { const f = document.querySelector('form[action="/till"]:not([data-offline])'); f.elements.code.value = %q; f.requestSubmit(); return ""; })()`, code), nil))
}

// The net of a shop fails: what it scans is checked on the telephone, taken
// within the bounds, kept while the page is opened again, and told once when
// the net is back. One of the two was spent elsewhere meanwhile: that is shown,
// with who bears it.
func TestATillWithoutNet(t *testing.T) {
	chromium(t)
	w := newWorld(t, dbtest.SQLite(t))
	net := w.between()
	now := time.Now() // the browser has no other clock
	w.mu.Lock()
	w.now = now
	w.mu.Unlock()
	p, codes, link, pin := w.tillWithBags()
	b := w.browse("rivierenland", "")
	b.goes("/till/" + link)
	b.must(chromedp.SetValue(`input[name="pin"]`, pin, chromedp.ByQuery), chromedp.Submit(`input[name="pin"]`, chromedp.ByQuery))
	b.until("the till is ready to be used without net", `document.querySelector("bg-till")?.dataset.ready === "yes" && !!navigator.serviceWorker.controller`)
	b.sees("Deze kassa werkt ook zonder internet", "en wie betaalt als een bon al gebruikt was")

	b.check(axe(t), "/till")
	b.looks(1280, false)

	net.cut.Store(true)
	offline := func(what, words string) {
		t.Helper()
		b.until(what, fmt.Sprintf(`document.querySelector("[data-net]").textContent.includes(%q)`, words))
	}
	b.shows("AAAAA-AAAAA-2")
	offline("a typed code needs net", "telt alleen de QR")
	b.shows(codes[0][:60] + "AB" + codes[0][62:])
	offline("what was changed is not ours", "niet van ons")
	for _, code := range codes {
		b.shows(code)
		b.until("the voucher is good", `!document.querySelector("[data-card]").hidden`)
		b.sees("Bon voor een boekentas", "Het gezin betaalt u nu € 1,00", "toch betaald")
		b.misses("Yusuf", "Celik")
		b.must(chromedp.Evaluate(`document.querySelector("[data-offline]").requestSubmit()`, nil))
		b.until("it is kept", `document.querySelector("[data-card]").hidden`)
	}
	b.shows(codes[0])
	if kernel.InstantOf(time.Now()).Date() == kernel.InstantOf(now).Date() { // not over midnight
		offline("one a day", "vandaag zonder internet niets meer")
	}
	b.goes("/till") // again, from what was kept
	offline("the till opens without net", "Nog niet verstuurd: 2")

	_, err := w.app.Vouchers.Enter(w.Context(), link, pin) // another telephone has the till from now on
	w.did(err)
	_, _, err = w.app.Vouchers.Redeem(w.towns["rivierenland"].As(w.Context(), "ines"), vouchers.Sale{ID: kernel.NewID(), Shown: codes[1], Org: w.towns["rivierenland"].Orgs["swap"].ID})
	w.did(err)
	net.cut.Store(false)
	offline("who is a till no more is told, and loses nothing", "geen kassa meer")
	b.goes("/till/" + link)
	b.must(chromedp.SetValue(`input[name="pin"]`, pin, chromedp.ByQuery), chromedp.Submit(`input[name="pin"]`, chromedp.ByQuery))
	net.lost.Store(1) // the first answer is lost on the way
	offline("all is sent", "Alles is verstuurd")
	b.sees("De bon was elders al gebruikt. Wordt toch betaald.")
	b.goes("/till")
	b.sees("Niet meer goed", "Wordt toch betaald", "Te betalen aan de winkel: € 72,00")

	board, err := w.app.Vouchers.Board(w.towns["rivierenland"].As(w.Context(), "ines"), p.ID)
	w.did(err)
	if f := board.Offers[0]; f.All.Redeemed != 2 || f.Twice != 1 || f.TwicePaid != 24_00 || board.Shops[0].Cents != 72_00 {
		t.Errorf("redeemed %d, twice %d for %s, owed %s", f.All.Redeemed, f.Twice, f.TwicePaid, board.Shops[0].Cents)
	}
}
