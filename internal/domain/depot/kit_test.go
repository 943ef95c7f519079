package depot_test

import (
	"context"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// A case for a birth is put together from what lies there, all of it or none,
// and carries the first last day of what is in it; it goes out as one piece, and
// taken apart everything lies there again.
func TestABirthCaseIsPutTogether(t *testing.T) {
	inTown(t, func(w *town) {
		box, err := w.SaveItem(w.saar, depot.Item{ID: kernel.NewID(), Category: "other", Name: "geboortekoffer", Season: depot.AllYear, Grade: depot.New, Pack: 1})
		wants(t, "the case", err, "")
		parts := []depot.Part{{Item: w.trousers.ID, Pieces: 2}, {Item: w.milk.ID, Pieces: 1}}
		wants(t, "a part with a day", w.SetKit(w.saar, box.ID, 1, parts), "invalid depot.kit_dated at lines.1")
		wants(t, "a car seat in it", w.SetKit(w.saar, box.ID, 1, []depot.Part{{Item: w.pram.ID, Pieces: 1}}), "invalid depot.kit_numbered at lines.0")
		wants(t, "itself in it", w.SetKit(w.saar, box.ID, 1, []depot.Part{{Item: box.ID, Pieces: 1}}), "invalid depot.kit_in_kit at lines.0")
		wants(t, "a volunteer says what is in it", w.SetKit(w.rik, box.ID, 1, parts), "forbidden role")
		box, err = w.SaveItem(w.saar, depot.Item{ID: kernel.NewID(), Category: "other", Name: "koffer", Season: depot.AllYear, Grade: depot.New, Pack: 1, Dated: true})
		wants(t, "a case with a day", err, "")
		wants(t, "what is in it", w.SetKit(w.saar, box.ID, 1, parts), "")
		wants(t, "by who saw it before", w.SetKit(w.saar, box.ID, 1, parts), "conflict stale")

		w.gives(w.trousers, 5)
		w.receives(depot.Incoming{Item: w.milk.ID, Amount: 1, Until: "2027-01-01"}, depot.Incoming{Item: w.milk.ID, Amount: 1, Until: "2027-06-01"})
		wants(t, "three", w.PutTogether(w.rik, kernel.NewID(), w.place.ID, box.ID, 3), "conflict depot.kit_short at parts.0")
		w.has(w.trousers, 5, 0, 0)
		if all := must(w.Sets(w.rik, w.place.ID)); len(all) != 1 || all[0].Most != 2 || all[0].Parts[0].Free != 5 {
			t.Errorf("the sets are %+v", all)
		}
		id := kernel.NewID()
		for range 2 { // sent twice
			wants(t, "two", w.PutTogether(w.rik, id, w.place.ID, box.ID, 2), "")
		}
		w.has(w.trousers, 1, 0, 0)
		w.has(w.milk, 0, 0, 0)
		if of := w.stock(w.place, box); of.Free != 2 || len(of.Lots) != 1 || of.Lots[0].Until != "2027-01-01" {
			t.Errorf("the cases are %+v", of)
		}
		wants(t, "other things in it", w.SetKit(w.saar, box.ID, 2, parts[:1]), "conflict depot.kit_lies")
		r := w.asks(depot.Wish{Item: box.ID, Pieces: 1})
		wants(t, "reserves", w.Reserve(w.rik, kernel.NewID(), r.ID, false), "")
		wants(t, "hands over", w.HandOver(w.rik, kernel.NewID(), r.ID, false), "")
		wants(t, "takes two apart", w.TakeApart(w.rik, kernel.NewID(), w.place.ID, box.ID, 2), "conflict depot.too_few at pieces")
		wants(t, "takes one apart", w.TakeApart(w.rik, kernel.NewID(), w.place.ID, box.ID, 1), "")
		w.has(w.trousers, 3, 0, 0)
		w.has(w.milk, 1, 0, 0)
		w.has(box, 0, 0, 0)
		wants(t, "elsewhere", w.PutTogether(w.piet, kernel.NewID(), w.place.ID, box.ID, 1), "not_found object")
		wants(t, "no set any more", w.SetKit(w.saar, box.ID, 2, nil), "")
		if all := must(w.Kits(w.lies)); len(all) != 0 {
			t.Errorf("sets are left: %+v", all)
		}
	})
}

// The rules of a place are data: who comes first when there is too little, and
// how much one child gets.
func TestARuleSaysWhoComesFirstAndHowMuch(t *testing.T) {
	inTown(t, func(w *town) {
		ask := func(months int64, urgent bool) kernel.ID {
			r, err := w.Ask(w.lies, depot.Asking{ID: kernel.NewID(), Place: w.place.ID, Months: months, Urgent: urgent, Lines: []depot.Wish{{Item: w.trousers.ID, Pieces: 1}}})
			wants(t, "asks", err, "")
			return r.ID
		}
		old, urgent, young := ask(48, false), ask(40, true), ask(6, false)
		p := w.place
		for _, tt := range []struct {
			first depot.First
			gets  kernel.ID
		}{{depot.Oldest, old}, {depot.Urgent, urgent}, {depot.Youngest, young}, {depot.Newest, old}} {
			p.Rules.First = tt.first
			wants(t, string(tt.first), w.ChangePlace(w.saar, p), "")
			p.Version++
			w.gives(w.trousers, 1)
			if n, err := w.ShareOut(w.rik, kernel.NewID(), p.ID); n != 1 || err != nil {
				t.Errorf("%s: %d helped, %v", tt.first, n, err)
			}
			if r, _, err := w.Read(w.rik, tt.gets); err != nil || !r.Held() {
				t.Errorf("%s: another one was helped, %v", tt.first, err)
			}
			for _, id := range []kernel.ID{old, urgent, young} {
				_ = w.PutBack(w.rik, kernel.NewID(), id, false)
			}
			wants(t, "out of the way", w.Lose(w.rik, depot.Losing{ID: kernel.NewID(), Place: p.ID, Asset: depot.Asset{Item: w.trousers.ID}, Pieces: 1, Why: depot.Recycled}), "")
		}
		p.Rules.First = "loudest"
		wants(t, "no such order", w.ChangePlace(w.saar, p), "invalid depot.choose at first")
	})
}

// A class asks without a name for as much as all its children need, and what is
// new is bought for it.
func TestAClassAsksForAllItsChildren(t *testing.T) {
	inTown(t, func(w *town) {
		in := depot.Asking{ID: kernel.NewID(), Place: w.place.ID, Months: 84, Children: 24, Lines: []depot.Wish{{Item: w.milk.ID, Pieces: 481}}}
		_, err := w.Ask(w.lies, in)
		wants(t, "more than twenty a child", err, "invalid depot.most_asked at lines.0.pieces")
		in.Lines[0].Pieces = 24
		for range 2 {
			r, err := w.Ask(w.lies, in)
			wants(t, "asks", err, "")
			if r.Children != 24 || r.Number != 1 {
				t.Errorf("request %d is for %d", r.Number, r.Children)
			}
		}
		in.ID, in.Children = kernel.NewID(), depot.MostChildren+1
		_, err = w.Ask(w.lies, in)
		wants(t, "a class of sixty-one", err, "invalid depot.children at children")
		all, _, err := w.Proposals(w.rik, w.place.ID)
		if err != nil || len(all) != 1 || all[0].Buy != 48 || all[0].Waits != 24 { // twenty in stock and twenty-four: eight packs of six
			t.Errorf("proposed %+v, %v", all, err)
		}
	})
}

// promised says what is promised elsewhere.
type promised map[kernel.ID]int64

func (p promised) ComingIn(context.Context, *act.Act, kernel.ID, kernel.Date, kernel.Date) (map[kernel.ID]int64, error) {
	return p, nil
}

// What a desk could not give, and what is promised to who comes, is proposed;
// what is ordered is lacked no more, until the order is called off.
func TestWhatADeskLackedIsOrdered(t *testing.T) {
	inTown(t, func(w *town) {
		w.Coming = promised{w.milk.ID: 4}
		event, morning := kernel.NewID(), kernel.NewID()
		lack := func(do func(a *act.Act) error) {
			t.Helper()
			wants(t, "at the desk", w.Acts.Do(w.rik, func(a *act.Act) error {
				if err := a.Allow(w.rik, "depot.work", a.Actor.Org); err != nil {
					return err
				}
				if err := do(a); err != nil {
					return err
				}
				return a.Record(w.rik, act.Entry{Action: "depot.work", Subject: w.place.ID})
			}), "")
		}
		for range 2 { // told twice
			lack(func(a *act.Act) error {
				return w.LackIn(w.rik, a, depot.Lacking{Event: event, Occasion: morning, Noted: true, Place: w.place.ID, Lines: []depot.Handed{{Item: w.milk.ID, Pieces: 3}}})
			})
		}
		// Of the same morning it follows from two families that each lacked one: it is
		// the same lack, and counted once.
		derived := func(event kernel.ID) {
			lack(func(a *act.Act) error {
				return w.LackIn(w.rik, a, depot.Lacking{Event: event, Occasion: morning, Place: w.place.ID, Lines: []depot.Handed{{Item: w.milk.ID, Pieces: 1}}})
			})
		}
		families := []kernel.ID{kernel.NewID(), kernel.NewID()}
		derived(families[0])
		derived(families[1])
		proposed := func(lacked, buy int64) {
			t.Helper()
			all, _, err := w.Proposals(w.rik, w.place.ID)
			if err != nil || len(all) != 1 || all[0].Lacked != lacked || all[0].Promised != 4 || all[0].Buy != buy {
				t.Errorf("proposed %+v, %v", all, err)
			}
		}
		proposed(3, 30) // twenty, three and four: five packs of six
		if short, _, err := w.Shorts(w.lies, w.place.ID); err != nil || len(short) != 1 || short[0].Missing != 3 || short[0].Lacked != 3 {
			t.Errorf("short are %+v, %v", short, err)
		}
		order := kernel.NewID()
		wants(t, "orders less", w.Order(w.saar, order, w.place.ID, []depot.Ordered{{Item: w.milk.ID, Pieces: 6}}), "")
		proposed(0, 18)
		wants(t, "it will not come", w.CallOff(w.saar, order), "")
		proposed(3, 30)
		lack(func(a *act.Act) error { return w.UnlackIn(w.rik, a, event) })
		proposed(2, 30) // what two families did not get
		for _, id := range families {
			lack(func(a *act.Act) error { return w.UnlackIn(w.rik, a, id) })
		}
		proposed(0, 24)

		// What went out at a desk is counted on the board, and what was taken back is not.
		w.receives(depot.Incoming{Item: w.milk.ID, Amount: 9, Until: "2027-01-01"})
		hand, other := kernel.NewID(), kernel.NewID()
		for _, id := range []kernel.ID{hand, other} {
			lack(func(a *act.Act) error {
				_, err := w.HandOutIn(w.rik, a, id, w.place.ID, kernel.NewID(), []depot.Handed{{Item: w.milk.ID, Pieces: 2}})
				return err
			})
		}
		lack(func(a *act.Act) error { return w.TakeBackIn(w.rik, a, kernel.NewID(), other) })
		b, err := w.Board(w.rik, w.place.ID)
		if m := b.Months[len(b.Months)-1]; err != nil || m.In != 9 || m.Out != 2 || b.Free != 7 {
			t.Errorf("the board says %+v, %v", m, err)
		}
	})
}
