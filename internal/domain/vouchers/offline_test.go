package vouchers_test

import (
	"context"
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// bagged gives Yusuf a bag worth 24 €, and is what stands on its QR. Of the
// budget another one is left.
func (w *boom) bagged(change func(s *vouchers.Setup)) (qr string) {
	w.t.Helper()
	w.arranged(func(s *vouchers.Setup) {
		s.Worth, s.Event, s.Age, s.Anywhere = 24_00, vouchers.NoEvent, 0, true
		change(s)
	})
	w.fund(120_00, 5)
	must(w.Give(w.ines, w.bag(w.family, w.yusuf)))
	return w.given(w.family).QR
}

// readied is a till that was told what it needs without net.
func (w *boom) readied(shop kernel.ID) context.Context {
	w.t.Helper()
	till := w.till(shop)
	_, err := w.Ready(till)
	w.did(err)
	return till
}

// without is what a till took now, without net.
func (w *boom) without(qr string) vouchers.Taken {
	return vouchers.Taken{Sale: vouchers.Sale{ID: kernel.NewID(), Shown: qr}, At: kernel.InstantOf(*w.clock)}
}

func TestWhatATillTakesWithoutNetIsKeptOnce(t *testing.T) {
	inBoom(t, func(w *boom) {
		qr := w.bagged(func(*vouchers.Setup) {})
		till := w.readied(w.swap)
		taken := w.without(qr)
		w.later(1)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := w.TakeOffline(till, taken); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		came := must(w.TakeOffline(till, taken))
		if !came.Again || came.Conflict != nil || came.Use.At != taken.At || came.Use.Told == "" {
			t.Errorf("told again it is %+v", came)
		}
		if n := w.balance(vouchers.Payable(w.swap), ledger.Euro); n != 24_00 {
			t.Errorf("the shop is owed %d", n)
		}
		taken.Item = "another thing"
		w.refused(second(w.TakeOffline(till, taken)), "voucher.other_content")
		taken = w.without(w.given(w.family).Paper.Serial.String())
		w.refused(second(w.TakeOffline(till, taken)), "voucher.offline.code")
		w.refused(second(w.TakeOffline(till, w.without(changed(qr)))), "voucher.unsigned")
		w.refused(second(w.TakeOffline(w.coordinator, w.without(qr))), "voucher.offline.till")
	})
}

func TestWhoBearsWhatWasSpentTwice(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(s *vouchers.Setup)
		before func(w *boom, qr string) // what happens before the till has net
		drain  bool                     // nothing is left of the budget
		bears  vouchers.Bearer
		why    string
		swap   int64 // what the shop is owed afterwards
		beside int64 // what was paid beside the budget
	}{
		{name: "the alliance pays what was spent elsewhere meanwhile", bears: vouchers.AllianceBears, why: "voucher.used", swap: 24_00},
		{name: "the alliance pays beside a budget that is empty", drain: true, bears: vouchers.AllianceBears, why: "voucher.used", swap: 24_00, beside: -24_00},
		{name: "the shop bears it where the programme says so", change: func(s *vouchers.Setup) { s.Bears = vouchers.ShopBears }, bears: vouchers.ShopBears, why: "voucher.used"},
		{name: "the shop bears what no programme gives without net", change: func(s *vouchers.Setup) { s.Offline = false }, bears: vouchers.ShopBears, why: "voucher.used"},
		{name: "the shop bears it when it was long without net", before: func(w *boom, _ string) { w.later(5) }, bears: vouchers.ShopBears, why: "voucher.used"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBoom(t, func(w *boom) {
				if c.change == nil {
					c.change = func(*vouchers.Setup) {}
				}
				qr := w.bagged(c.change)
				till, other := w.readied(w.swap), w.till(w.other)
				_, _, err := w.Redeem(other, vouchers.Sale{ID: kernel.NewID(), Shown: qr})
				w.did(err)
				if c.before != nil {
					c.before(w, qr)
				}
				if c.drain {
					for range 4 {
						family, child := w.opens("2024-11-23")
						must(w.Give(w.ines, w.bag(family, child)))
					}
				}
				taken := w.without(qr)
				came := must(w.TakeOffline(till, taken))
				if came.Conflict == nil || came.Conflict.Bears != c.bears || came.Conflict.Why != c.why {
					t.Fatalf("it came to %+v", came.Conflict)
				}
				if again := must(w.TakeOffline(till, taken)); !again.Again || *again.Conflict != *came.Conflict {
					t.Errorf("told again it is %+v", again.Conflict)
				}
				if n := w.balance(vouchers.Payable(w.swap), ledger.Euro); n != c.swap {
					t.Errorf("the shop is owed %d, want %d", n, c.swap)
				}
				if n := w.balance("world/twice/"+string(w.bags.ID), ledger.Euro); n != c.beside {
					t.Errorf("beside the budget %d was paid, want %d", n, c.beside)
				}
				all := must(w.Conflicts(till, ""))
				if len(all) != 1 || all[0] != *came.Conflict {
					t.Errorf("the shop sees %+v", all)
				}
				b := must(w.Board(w.coordinator, w.bags.ID))
				if f := b.Offers[0]; f.Twice != 1 || f.TwicePaid != kernel.Cents(c.swap) {
					t.Errorf("the board shows %d, %s", f.Twice, f.TwicePaid)
				}
			})
		})
	}
}

func TestWhatATillMayTakeWithoutNetIsBounded(t *testing.T) {
	inBoom(t, func(w *boom) {
		qr := w.bagged(func(s *vouchers.Setup) { s.Units, s.Worth, s.Copay, s.Cents = 0, 0, 0, 100_00 })
		till := w.readied(w.swap)
		sell := func(cents kernel.Cents) *vouchers.Conflict {
			t.Helper()
			in := w.without(qr)
			in.Cents = cents
			return must(w.TakeOffline(till, in)).Conflict
		}
		if c := sell(20_00); c != nil {
			t.Fatalf("twenty euros: %+v", c)
		}
		if c := sell(10_01); c == nil || c.Why != "voucher.offline.day" || c.Bears != vouchers.ShopBears || c.Cents != 10_01 {
			t.Fatalf("more than thirty euros on a day: %+v", c)
		}
		w.later(1)
		if c := sell(30_00); c != nil {
			t.Fatalf("thirty euros on another day: %+v", c)
		}
		w.later(3)
		if c := sell(10_00); c == nil || c.Why != "voucher.offline.late" {
			t.Fatalf("after four days: %+v", c)
		}
		if n := w.balance(vouchers.Payable(w.swap), ledger.Euro); n != 50_00 {
			t.Errorf("the shop is owed %d", n)
		}
	})
}

func TestATillTakesThreeHundredEurosWithoutNet(t *testing.T) {
	inBoom(t, func(w *boom) {
		w.bagged(func(s *vouchers.Setup) { s.Units, s.Worth, s.Copay, s.Cents = 0, 0, 0, 30_00 })
		w.fund(1000_00, 0)
		till := w.readied(w.swap)
		for n := range 11 {
			family, child := w.opens("2024-11-23")
			must(w.Give(w.ines, w.bag(family, child)))
			in := w.without(w.given(family).QR)
			in.Cents = 30_00
			switch c := must(w.TakeOffline(till, in)).Conflict; {
			case n < 10 && c != nil:
				t.Fatalf("the %d. is refused: %s", n+1, c.Why)
			case n == 10 && (c == nil || c.Why != "voucher.offline.device"):
				t.Fatalf("the eleventh is %+v", c)
			}
		}
	})
}

func TestAVoucherThatWasReplacedLaterWasGoodWhenItWasTaken(t *testing.T) {
	inBoom(t, func(w *boom) {
		qr := w.bagged(func(*vouchers.Setup) {})
		till := w.readied(w.swap)
		taken := w.without(qr)
		w.later(1)
		w.did(w.Replace(w.ines, w.family, w.given(w.family).ID))
		if came := must(w.TakeOffline(till, taken)); came.Conflict != nil {
			t.Errorf("taken before it was replaced: %+v", came.Conflict)
		}
		if came := must(w.TakeOffline(till, w.without(qr))); came.Conflict == nil || came.Conflict.Why != "voucher.replaced" || came.Conflict.Bears != vouchers.AllianceBears {
			t.Errorf("taken afterwards, by a till that was not told: %+v", came.Conflict)
		}
		w.later(1)
		r := must(w.Ready(till))
		if len(r.Ended) != 1 || len(r.Offers) != 1 || len(r.Keys) != 1 {
			t.Errorf("the till is told %+v", r)
		}
		if came := must(w.TakeOffline(till, w.without(qr))); came.Conflict == nil || came.Conflict.Bears != vouchers.ShopBears {
			t.Errorf("taken by a till that was told: %+v", came.Conflict)
		}
	})
}
