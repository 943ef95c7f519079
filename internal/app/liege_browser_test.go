package app_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// pieces puts a number in a field of a form on the desk and sends it.
func (b *browser) pieces(form, key string, n int) {
	b.Helper()
	var wrong string
	b.must(chromedp.Evaluate(fmt.Sprintf(`(() => { const f = document.querySelector(%q); if (!f) return "no form"; f.elements["quantity." + %q].value = %d; f.requestSubmit(); return ""; })()`, form, key, n), &wrong))
	if wrong != "" {
		b.Fatalf("%s: %s\n%s", form, wrong, b.text())
	}
}

// The Tuesday of Liège, in a browser: three families have an appointment and one
// walks in; the list on a volunteer's telephone says at once that there is too
// little milk; what could not be given becomes an order from the wholesaler, it
// comes with its last day, and the board shows what went out and what there is.
func TestTheTuesdayOfLiegeRunsShortOfMilk(t *testing.T) {
	chromium(t)
	w := onSQLite(t)
	w.between()
	chantal := w.towns["liege"].As(w.Context(), "chantal")
	today := kernel.InstantOf(time.Now()).Date()
	place, err := w.app.Depot.OpenPlace(chantal, depot.Place{ID: kernel.NewID(), Name: "Remise", Kind: depot.Store})
	w.did(err)
	item := func(i depot.Item) kernel.ID {
		i.ID, i.Season, i.Grade = kernel.NewID(), depot.AllYear, depot.New
		made, err := w.app.Depot.SaveItem(chantal, i)
		w.did(err)
		return made.ID
	}
	milk, nappies := item(depot.Item{Category: "milk", Name: "1er âge", Pack: 6, Dated: true, Level: 6}), item(depot.Item{Category: "nappies", Size: "3", Pack: 1})
	day, _ := w.crowd(3, func(s *sessions.Series) {
		s.Depot, s.Items[0].Asset, s.Items[1].Asset = place.ID, milk, nappies
	})
	w.did(w.app.Depot.Receive(chantal, depot.Receiving{ID: kernel.NewID(), Place: place.ID, From: depot.Given,
		Lines: []depot.Incoming{{Item: milk, Amount: 5, Until: today.AddDays(40)}, {Item: nappies, Amount: 10}}}))

	desk := "/desk/" + string(day)
	phone := w.browse("liege", "jeanne")
	phone.reads("fr")
	phone.looks(390, false)
	phone.goes(desk)
	phone.until("the list is on the telephone", `document.querySelector("bg-desk").dataset.ready === "yes"`)
	phone.sees("Il n’y en a pas assez", "Lait 1er âge : il en manque 1 pour qui vient encore, il en reste 5")
	phone.ticks(1, 2)
	phone.pieces(`#number-3 form[data-kind="hand"]`, "1", 1) // the last tin
	phone.until("the third has theirs", `document.querySelector("#number-3 form[data-kind=hand]").hidden`)
	phone.pieces(`form[data-kind="walk_in"]`, "2", 1)
	phone.until("who walked in is on the list", `document.querySelector("#number-4") !== null`)
	phone.pieces(`form[data-kind="lack"]`, "1", 3)
	phone.until("what there was not is told at once", `document.body.innerText.includes("3 n’ont pas pu être donnés aujourd’hui")`)

	b := w.browse("liege", "chantal")
	b.reads("fr")
	b.check(axe(t), desk) // with what is short, and what lacked
	b.goes(desk)
	b.clicks("Voir ce que vous pouvez commander")
	// One for the third family, which is derived too and counted once, two for who
	// walked in, six to have again.
	b.sees("Libre : 0. Seuil : 6. Par paquet : 6.", "A manqué au comptoir : 3.")
	b.clicks("C’est commandé")
	b.sees("En route", "12 × Lait en poudre, 1er âge")
	b.misses("A manqué au comptoir")
	b.clicks("C’est arrivé")
	until := today.AddMonths(10)
	b.types("Dernier jour où", until.Time().Format("2-1-2006"))
	b.clicks("Enregistrer")
	b.goes("/depot/places/" + string(place.ID))
	b.sees("18 Libre", "0 Sortes qui manquent", "0 Commandé, à venir")

	shelf, err := w.app.Depot.At(chantal, place.ID)
	w.did(err)
	for _, of := range shelf.Stock {
		if of.Item.ID == milk && (of.Free != 12 || len(of.Lots) != 1 || of.Lots[0].Until != until) {
			t.Errorf("of the milk there is %+v", of.Lots)
		}
		if of.Item.ID == nappies && of.Free != 6 {
			t.Errorf("%d packs of nappies are left", of.Free)
		}
	}
	board, err := w.app.Depot.Board(chantal, place.ID)
	w.did(err)
	if m := board.Months[len(board.Months)-1]; m.In != 27 || m.Out != 9 {
		t.Errorf("the board says that %d came in and %d went out", m.In, m.Out)
	}
}
