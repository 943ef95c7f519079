package payments_test

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// A file was taken and lost before it reached the bank: another than who took it
// says so, all is owed again, and the next batch pays it once.
func TestABatchThatNeverReachedTheBankIsOwedAgain(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.owes(w.gaper, 30_00, "2026-10-31")
		b, _ := w.exported()
		if f := fault(w.TakeBack(w.ann, b.ID)); f != "payment.four_eyes.back" {
			t.Errorf("who took the file took it back: %s", f)
		}
		w.ok(w.TakeBack(w.ben, b.ID))
		w.ok(w.TakeBack(w.ben, b.ID))
		if owed, way := w.lies(payments.Payable(w.gaper)), w.lies("clearing/"+string(b.ID)); owed != 30_00 || way != 0 {
			t.Errorf("%d are owed again, %d on their way", owed, way)
		}
		if f := fault(w.Cancel(w.ann, b.ID)); f != "" {
			t.Errorf("cancelled once more: %s", f)
		}
		again, _ := w.exported()
		if again.Cents != 30_00 {
			t.Errorf("the next batch holds %s", again.Cents)
		}
		must(w.Read(w.ann, report(again, "ACCP")))
		if f := fault(w.TakeBack(w.ben, again.ID)); f != "payment.answered" {
			t.Errorf("a batch that the bank has: %s", f)
		}
	})
}

// What nobody took yet can be taken back; what a batch holds cannot, until it is
// cancelled.
func TestWhatIsOwedIsTakenBackUntilABatchHoldsIt(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		payee, about := w.familyPayee(), kernel.NewID()
		w.ok(w.does(func(a *act.Act) error {
			_, err := w.OweIn(w.house, a, payments.Owe{ID: kernel.NewID(), Payee: payee, Cents: 40_00, From: "world/budget", Kind: "allowance", About: about, Day: "2026-11-01"})
			return err
		}))
		back := func() error {
			return w.does(func(a *act.Act) error {
				_, err := w.UnoweIn(w.house, a, about)
				return err
			})
		}
		b := w.made()
		if f := fault(back()); f != "payment.underway" {
			t.Errorf("what a batch holds was taken back: %s", f)
		}
		w.ok(w.Cancel(w.ann, b.ID))
		w.ok(back())
		w.ok(back())
		if n, budget := w.lies(payments.Payable(payee)), w.lies("world/budget"); n != 0 || budget != 0 {
			t.Errorf("%d stay owed, %d in the budget", n, budget)
		}
		if f := fault(w.makes()); f != "payment.batch.empty" {
			t.Errorf("a batch of what was taken back: %s", f)
		}
	})
}

func (w *town) makes() error {
	_, err := w.Make(w.ann, payments.New{ID: kernel.NewID(), Until: "2026-11-23", Day: "2026-11-25"})
	return err
}
