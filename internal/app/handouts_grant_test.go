package app_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// A bag that was granted is handed out at a desk of Boom: the list says how many
// the family may still get and nothing more of it, what is ticked comes off the
// grant at once, and who has nothing left is refused with the words. A holiday
// is left out, and who walked in is tied to a file by the number alone.
func TestADeskHandsOutWhatWasGranted(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["rivierenland"]
		as := town.As(w.Context(), "ines")
		boom := town.Orgs["boom"].ID
		p, err := w.app.Programmes.SwitchOn(as, programmes.New{Template: "boom-school-bag", Params: map[string]string{"months_valid": "12"}, From: "2026-01-01",
			Municipalities: []kernel.NIS{"11005"}, Partners: []programmes.Partner{{Org: boom, Part: programmes.Lead}, {Org: boom, Part: programmes.HandsOut}}})
		w.did(err)
		setup, _, err := w.app.Vouchers.Setup(as, p.ID, "bag")
		w.did(err)
		setup.Units, setup.Copay, setup.Worth = 2, 1_00, 0
		w.did(w.app.Vouchers.Arrange(as, setup))
		w.did(w.app.Vouchers.AddBudget(as, vouchers.Fund{ID: kernel.NewID(), Programme: p.ID, Offer: "bag", Units: 10}))
		family, child := w.toddler()
		_, err = w.app.Vouchers.Give(as, vouchers.NewGrant{ID: kernel.NewID(), Family: family, Child: child, Programme: p.ID, Offer: "bag"})
		w.did(err)

		ines := w.as("rivierenland", "ines")
		plan := url.Values{"name": {"Boekentassen"}, "place": {"OCMW Boom"}, "way": {"appointment"}, "days": {"TU"}, "weeks": {"1"}, "from": {"13:30"}, "to": {"16:00"},
			"first": {"2026-11-23"}, "slot": {"30"}, "places": {"4"}, "release": {"30"}, "items": {"1 Boekentas\nBrooddoos"}, "not": {"24 december"}}
		ines.sees("POST /handouts/new", plan, 422, "“24 december” is geen dag", "24/12/2026 - 3/1/2027")
		plan.Set("not", "22/12/2026 - 3/1/2027\n8.12.2026")
		ines.sees("POST /handouts/new", plan, 200, "De reeks is gepland", "Niet op 8 december 2026 en 22 december 2026 tot en met 3 januari 2027", "dinsdag 15 december")
		next, err := w.app.Sessions.Next(as, true, 20)
		w.did(err)
		for _, c := range next {
			if c.Session.Day == "2026-12-08" || c.Session.Day == "2026-12-22" {
				t.Errorf("there is a session on %s, which is left out", c.Session.Day)
			}
		}
		series, bag := "/handouts/"+string(next[0].Series.ID), next[0].Items[0]
		ines.sees("GET "+series+"/change", nil, 200, "Moet “Boekentas” eerst toegekend zijn?", "22/12/2026 - 03/01/2027")
		plan.Set("version", "1")
		plan.Set("paid-"+bag.Key, string(kernel.NewID())+"/bag")
		ines.sees("POST "+series+"/change", plan, 422, "Uw organisatie deelt dit niet uit")
		plan.Set("paid-"+bag.Key, string(p.ID)+"/bag")
		ines.sees("POST "+series+"/change", plan, 200, "De reeks is aangepast", "voor wie het toegekend kreeg")

		next, err = w.app.Sessions.Next(as, true, 1)
		w.did(err)
		day, file := string(next[0].Session.ID), "/families/"+string(family)
		ines.sees("POST "+file+"/handouts", url.Values{"session": {day}, "slot": {"0"}, "quantity." + bag.Key: {"1"}}, 200, "De afspraak staat")
		w.later(28*time.Hour + 45*time.Minute) // Tuesday, a quarter to two
		ines = w.as("rivierenland", "ines")
		desk := "/desk/" + day
		ines.sees("GET "+desk, nil, 200, "Boekentas: nog 2, het gezin betaalt € 1,00 per stuk")
		ines.misses("GET "+desk, "Celik", string(family))
		form := entryOf(ines, desk, "1")
		form.Set("quantity."+bag.Key, "3")
		ines.sees("POST "+desk, form, 409, "Boekentas: dit gezin mag er nog 2 krijgen")
		form.Set("quantity."+bag.Key, "1")
		ines.sees("POST "+desk, form, 200, "Afgevinkt", "Gekregen", "betaald: € 1,00")
		ines.sees("GET "+file+"/vouchers", nil, 200, "OCMW Boom")
		held, _, _, err := w.app.Vouchers.OfFamily(as, family)
		w.did(err)
		if held[0].Left != 1 || held[0].Uses[0].Copay != 1_00 {
			t.Errorf("of two one was handed out for a euro, and %d are left, %v was paid", held[0].Left, held[0].Uses[0].Copay)
		}
		walk := url.Values{"kind": {"walk_in"}, "event": {string(kernel.NewID())}, "booking": {string(kernel.NewID())}, "quantity." + bag.Key: {"1"}}
		ines.sees("POST "+desk, walk, 409, "alleen voor wie het toegekend kreeg")
		walk.Del("quantity." + bag.Key)
		walk.Set("quantity."+next[0].Items[1].Key, "1")
		ines.sees("POST "+desk, walk, 200, "Zonder afspraak")

		tie := url.Values{"do": {"tie"}, "walked": {day}, "number": {"1"}}
		ines.sees("POST "+file+"/handouts", tie, 422, "niemand met dit nummer zonder afspraak", "Gekomen zonder afspraak")
		tie.Set("number", "2")
		ines.sees("POST "+file+"/handouts", tie, 200, "Het staat bij dit gezin", "1 × Brooddoos")
		ines.sees("POST "+file+"/handouts", tie, 200, "Het staat bij dit gezin")
		ines.sees("POST "+file+"/handouts/"+walk.Get("booking"), url.Values{"do": {"untie"}}, 200, "niet meer bij dit gezin", "Gekomen zonder afspraak")
		ines.sees("GET "+series, nil, 200, "Maand per maand", "november 2026", "Niet gekomen")
		months := w.figuresOf(series)
		if len(months) != 1 || months[0].Families != 2 || months[0].WalkIns != 1 || months[0].Given[bag.Key] != 1 {
			t.Errorf("the months are %+v", months)
		}
	})
}

// figuresOf are the months of a series of Boom.
func (w *world) figuresOf(series string) []sessions.Month {
	w.Helper()
	_, months, err := w.app.Sessions.Figures(w.towns["rivierenland"].As(w.Context(), "ines"), kernel.ID(strings.TrimPrefix(series, "/handouts/")))
	w.did(err)
	return months
}

// onTheTelephone is all that a telephone keeps of a desk, as text.
const onTheTelephone = `(async () => {
  let all = "";
  for (const name of await caches.keys()) {
    const keep = await caches.open(name);
    for (const request of await keep.keys()) if (!request.url.includes("/assets/")) all += await (await keep.match(request, {ignoreVary: true})).text();
  }
  const open = indexedDB.open("bondgenoot-desk");
  const db = await new Promise(ok => { open.onsuccess = () => ok(open.result); });
  for (const name of db.objectStoreNames) {
    const rows = db.transaction(name).objectStore(name).getAll();
    await new Promise(ok => { rows.onsuccess = ok; });
    for (const row of rows.result) all += name + ": " + JSON.stringify(row) + (row.sealed ? new TextDecoder("latin1").decode(row.sealed) : "");
  }
  return all;
})()`

// What a telephone keeps of a list says nothing to who has no key: neither the
// frame nor the sealed list names anybody. The window that sealed it opens it
// without net; another window does not; and when the house does not know the
// worker any more, list and key are gone from the telephone.
func TestTheListOnATelephoneIsSealed(t *testing.T) {
	chromium(t)
	w := newWorld(t, dbtest.SQLite(t))
	net := w.between()
	day, _ := w.crowd(2)
	desk := "/desk/" + string(day)
	b := w.browse("liege", "jeanne")
	b.reads("fr")
	b.goes(desk)
	b.until("the list is ready to be used without net", `document.querySelector("bg-desk").dataset.ready === "yes" && !!navigator.serviceWorker.controller`)
	b.sees("Prénomaa")
	kept := ""
	b.must(chromedp.Evaluate(onTheTelephone, &kept, awaited))
	if !strings.Contains(kept, "bg-desk") || !strings.Contains(kept, "list: ") {
		t.Fatalf("nothing is kept: %.200s", kept)
	}
	for _, secret := range []string{"Prénom", "Pr\u00c3\u00a9nom", "Lait 1er", "Jeanne"} {
		if strings.Contains(kept, secret) {
			t.Errorf("%q lies open on the telephone", secret)
		}
	}
	net.cut.Store(true)
	b.goes(desk)
	b.until("the window that sealed the list opens it", `document.body.innerText.includes("Prénomaa")`)
	b.must(chromedp.Evaluate(`sessionStorage.clear()`, nil)) // as another window has it
	b.goes(desk)
	b.until("without the key it stays shut", `document.body.innerText.includes("verrouillée")`)
	b.misses("Prénomaa")
	net.cut.Store(false)
	b.until("with net it opens again", `document.body.innerText.includes("Prénomaa")`)

	w.did(w.app.Members.SignOutEverywhere(w.towns["liege"].As(w.Context(), "jeanne")))
	b.must(chromedp.Evaluate(`document.querySelector('#number-1 form[data-kind="hand"]').requestSubmit()`, nil))
	b.until("who is not known any more sees no list", `!document.body.innerText.includes("Prénomaa")`)
	b.must(chromedp.Evaluate(onTheTelephone+`.then(all => all + " key: " + sessionStorage.getItem("bg-desk"))`, &kept, awaited))
	if strings.Contains(kept, "list: ") || !strings.Contains(kept, "told: ") || !strings.Contains(kept, "key: null") {
		t.Errorf("after the session ended the telephone keeps %.400s", kept)
	}
}

// awaited waits for what a script promises.
func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
