package payments_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// The power fails at each step: once before the commit, of which then nothing is
// there, and once after it, when only the answer was lost and somebody asks
// again. Nothing is paid twice, and the bank's names for the payments stay.
func TestTheStepsOfAPaymentMayBeBrokenOffAndAskedAgain(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.owes(w.gaper, 10_00, "2026-11-01")
		w.owes(w.boom, 20_00, "2026-11-01")
		in := payments.New{ID: kernel.NewID(), Until: "2026-11-23", Day: "2026-11-25"}
		var files [][]byte
		var id []string
		broken := errors.New("the power failed")
		steps := []struct {
			who context.Context
			do  func(ctx context.Context) error
		}{
			{w.ann, func(ctx context.Context) error { return second(w.Make(ctx, in)) }},
			{w.ben, func(ctx context.Context) error { return second(w.Approve(ctx, in.ID)) }},
			{w.ann, func(ctx context.Context) error {
				_, file, err := w.Export(ctx, in.ID)
				if err == nil {
					files, id = append(files, file), idsOf(file)
				}
				return err
			}},
			{w.ann, func(ctx context.Context) error {
				return second(w.Read(ctx, report(payments.Batch{ID: in.ID}, "PART", id[0]+" RJCT AC04")))
			}},
			{w.ben, func(ctx context.Context) error {
				return second(w.Read(ctx, statement(100_00, 80_00, "2026-11-25", "-20.00 "+id[1])))
			}},
		}
		for i, step := range steps {
			fails := act.Along(step.who, func(context.Context, db.Querier) error { return broken })
			if err := step.do(fails); !errors.Is(err, broken) {
				t.Fatalf("step %d: %v", i, err)
			}
			for range 2 {
				if err := step.do(step.who); err != nil {
					t.Fatalf("step %d: %v", i, err)
				}
			}
		}
		if len(files) != 2 || string(files[0]) != string(files[1]) || len(id) != 2 {
			t.Errorf("%d files, of which the second is another", len(files))
		}
		if w.lies("clearing/"+string(in.ID)) != 0 || w.lies("world/bank/"+string(w.ocmw)) != 20_00 || w.lies(payments.Payable(w.gaper)) != 10_00 {
			t.Errorf("%d at clearing, %d left the bank, %d owed", w.lies("clearing/"+string(in.ID)), w.lies("world/bank/"+string(w.ocmw)), w.lies(payments.Payable(w.gaper)))
		}
	})
}

// Everybody presses at once: each step happens once.
func TestEachStepHappensOnceHoweverManyPress(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.owes(w.gaper, 10_00, "2026-11-01")
		in := payments.New{ID: kernel.NewID(), Until: "2026-11-23", Day: "2026-11-25"}
		together := func(do func() error) {
			t.Helper()
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(func() {
					if err := do(); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
		together(func() error { return second(w.Make(w.ann, in)) })
		together(func() error { return second(w.Approve(w.ben, in.ID)) })
		together(func() error { _, _, err := w.Export(w.ann, in.ID); return err })
		_, file, err := w.Export(w.ann, in.ID)
		w.ok(err)
		answer := statement(100_00, 90_00, "2026-11-25", "-10.00 "+idsOf(file)[0])
		together(func() error { return second(w.Read(w.ann, answer)) })
		if w.lies("clearing/"+string(in.ID)) != 0 || w.lies("world/bank/"+string(w.ocmw)) != 10_00 || w.lies(payments.Payable(w.gaper)) != 0 {
			t.Errorf("%d at clearing, %d left the bank", w.lies("clearing/"+string(in.ID)), w.lies("world/bank/"+string(w.ocmw)))
		}
	})
}

// A file of which a byte changed since the approval is given to nobody.
func TestAFileThatIsNotTheApprovedOneIsNotGiven(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		w.owes(w.gaper, 10_00, "2026-11-01")
		b, _ := w.exported()
		w.ok(w.db.Write(t.Context(), func(q db.Querier) error {
			_, err := q.ExecContext(t.Context(), `UPDATE payment_batch SET sha256 = $3 WHERE alliance = $1 AND id = $2`, w.alliance, b.ID, "0"+b.SHA256[1:63]+"x")
			return err
		}))
		if _, file, err := w.Export(w.ann, b.ID); err == nil || file != nil || kernel.CodeOf(err) != kernel.Internal {
			t.Errorf("it is given all the same: %v", err)
		}
	})
}
