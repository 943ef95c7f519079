package depot_test

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Whatever is asked under a number that the asker made is done once when it is
// sent twice, and refused when something else is sent under that number.
func TestSomethingElseUnderANumberThatWasUsedIsRefused(t *testing.T) {
	inTown(t, func(w *town) {
		w.gives(w.trousers, 20)
		shirt := must(w.SaveItem(w.saar, depot.Item{ID: kernel.NewID(), Category: "trousers", Name: "Hemd", Size: "104", Season: depot.AllYear, Grade: depot.Good, Pack: 1}))
		case1 := must(w.SaveItem(w.saar, depot.Item{ID: kernel.NewID(), Category: "other", Name: "Koffer", Season: depot.AllYear, Grade: depot.New, Pack: 1}))
		w.gives(shirt, 20)
		if err := w.SetKit(w.saar, case1.ID, case1.Version, []depot.Part{{Item: shirt.ID, Pieces: 2}}); err != nil {
			t.Fatal(err)
		}
		container := must(w.OpenPlace(w.saar, depot.Place{ID: kernel.NewID(), Name: "Container", Kind: depot.Container}))
		first, second := w.asks(depot.Wish{Item: w.trousers.ID, Pieces: 2}), w.asks(depot.Wish{Item: w.trousers.ID, Pieces: 2})
		free := depot.Asset{Item: w.trousers.ID}
		for _, one := range []struct {
			what  string
			first func(id kernel.ID) error
			other func(id kernel.ID) error
		}{
			{"a sort of thing", func(id kernel.ID) error { return w.item(id, "Broek lang") }, func(id kernel.ID) error { return w.item(id, "Broek kort") }},
			{"a place", func(id kernel.ID) error { return w.opens(id, depot.Store, 7) }, func(id kernel.ID) error { return w.opens(id, depot.Container, 7) }},
			{"the rules of a place", func(id kernel.ID) error { return w.opens(id, depot.Store, 7) }, func(id kernel.ID) error { return w.opens(id, depot.Store, 8) }},
			{"a gift", func(id kernel.ID) error { return w.gift(id, 3) }, func(id kernel.ID) error { return w.gift(id, 4) }},
			{"a request", func(id kernel.ID) error { return w.request(id, 1) }, func(id kernel.ID) error { return w.request(id, 2) }},
			{"a reservation", func(id kernel.ID) error { return w.Reserve(w.rik, id, first.ID, true) }, func(id kernel.ID) error { return w.Reserve(w.rik, id, second.ID, true) }},
			{"what goes out", func(id kernel.ID) error { return w.HandOver(w.rik, id, first.ID, false) }, func(id kernel.ID) error { return w.HandOver(w.rik, id, second.ID, false) }},
			{"a set", func(id kernel.ID) error { return w.PutTogether(w.rik, id, w.place.ID, case1.ID, 1) }, func(id kernel.ID) error { return w.PutTogether(w.rik, id, w.place.ID, case1.ID, 2) }},
			{"a loss", func(id kernel.ID) error {
				return w.Lose(w.rik, depot.Losing{ID: id, Place: w.place.ID, Asset: free, Pieces: 1, Why: depot.Losses[0]})
			}, func(id kernel.ID) error {
				return w.Lose(w.rik, depot.Losing{ID: id, Place: w.place.ID, Asset: free, Pieces: 2, Why: depot.Losses[0]})
			}},
			{"an order", func(id kernel.ID) error {
				return w.Order(w.saar, id, w.place.ID, []depot.Ordered{{Item: w.milk.ID, Pieces: 6}})
			}, func(id kernel.ID) error {
				return w.Order(w.saar, id, w.place.ID, []depot.Ordered{{Item: w.milk.ID, Pieces: 12}})
			}},
			{"give and take", func(id kernel.ID) error {
				return w.Swapped(w.rik, depot.Swap{ID: id, Place: container.ID, Day: "2026-11-23", Given: 3})
			}, func(id kernel.ID) error {
				return w.Swapped(w.rik, depot.Swap{ID: id, Place: container.ID, Day: "2026-11-23", Given: 4})
			}},
			{"a count", func(id kernel.ID) error { return w.BeginCount(w.rik, id, w.place.ID) }, func(id kernel.ID) error { return w.BeginCount(w.rik, id, w.other.ID) }},
		} {
			id := kernel.NewID()
			wants(t, one.what, one.first(id), "")
			there := w.stock(w.place, w.trousers)
			wants(t, one.what+", sent twice", one.first(id), "")
			wants(t, "something else than "+one.what, one.other(id), "invalid ledger.other_content")
			if now := w.stock(w.place, w.trousers); now.Free != there.Free || now.Held != there.Held {
				t.Errorf("%s moved twice: %+v, then %+v", one.what, there, now)
			}
		}
	})
}

func (w *town) item(id kernel.ID, name string) error {
	_, err := w.SaveItem(w.saar, depot.Item{ID: id, Category: "trousers", Name: name, Size: "104", Season: depot.AllYear, Grade: depot.New, Pack: 1})
	return err
}

func (w *town) opens(id kernel.ID, kind depot.Kind, keep int64) error {
	rules := depot.Usual
	rules.KeepDays = keep
	_, err := w.OpenPlace(w.saar, depot.Place{ID: id, Name: "Kelder", Kind: kind, Rules: rules})
	return err
}

func (w *town) gift(id kernel.ID, n int64) error {
	return w.Receive(w.rik, depot.Receiving{ID: id, Place: w.place.ID, From: depot.Given, Lines: []depot.Incoming{{Item: w.trousers.ID, Amount: n}}})
}

func (w *town) request(id kernel.ID, n int64) error {
	_, err := w.Ask(w.lies, depot.Asking{ID: id, Place: w.place.ID, Months: 48, Lines: []depot.Wish{{Item: w.trousers.ID, Pieces: n}}})
	return err
}
