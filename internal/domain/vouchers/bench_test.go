package vouchers_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// A hundred tills take vouchers at once, each its own, while the book holds a
// million entries. The bound is a hundred milliseconds for all but one in twenty.
func BenchmarkRedeemAtAHundredTills(b *testing.B) {
	for engine, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			const tills, entries = 100, 1_000_000
			w := newBoom(b, dbtest.Open(b, address(b), bagTables()...))
			w.fills(entries)
			w.arranged(func(s *vouchers.Setup) { s.Units, s.Worth, s.Anywhere = 1000, 1, true })
			w.fund(tills*1000, tills*1000)
			codes, at := make([]string, tills), make([]context.Context, tills)
			for i := range tills {
				family, child := w.opens("2024-11-23")
				must(w.Give(w.ines, w.bag(family, child)))
				codes[i] = w.given(family).Paper.Serial.String()
				if i%50 == 0 {
					at[i] = w.till(w.swap)
				} else {
					at[i] = at[i-i%50]
				}
			}
			var mu sync.Mutex
			var took []time.Duration
			b.ResetTimer()
			for b.Loop() {
				var all sync.WaitGroup
				for i := range tills {
					all.Go(func() {
						began := time.Now()
						_, _, err := w.Redeem(at[i], vouchers.Sale{ID: kernel.NewID(), Shown: codes[i]})
						mu.Lock()
						defer mu.Unlock()
						if took = append(took, time.Since(began)); err != nil {
							b.Error(err)
						}
					})
				}
				all.Wait()
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Milliseconds()), "p95-ms")
		})
	}
}

// fills writes so many entries into the book.
func (w *boom) fills(entries int) {
	w.t.Helper()
	const atOnce = 10_000
	ctx := context.Background()
	by := ledger.Writer{Alliance: w.alliance, Person: kernel.NewID(), Org: w.other, At: kernel.InstantOf(*w.clock)}
	for from := 0; from < entries/2; from += atOnce {
		w.did(w.Acts.DB.Write(ctx, func(q db.Querier) error {
			for i := from; i < from+atOnce; i++ {
				if _, err := ledger.Post(ctx, q, by, ledger.Transfer{ID: kernel.NewID(), Kind: "gift",
					Moves: []ledger.Move{{From: "world/givers", To: fmt.Sprintf("depot/%d/free", i%500), Asset: "item", Amount: 3}}}); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}
