package vouchers_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// entriesInTheBook is how much stands in the book before.
var entriesInTheBook = flag.Int("entries", 1_000_000, "how many entries the book holds in a benchmark")

// tills are a hundred tills, each with a voucher that takes a thousand times.
func tills(b *testing.B, address string) (w *boom, redeem func(i int) time.Duration) {
	b.Helper()
	const tills = 100
	w = newBoom(b, opened(b, address))
	w.fills(*entriesInTheBook)
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
	return w, func(i int) time.Duration {
		began := time.Now()
		if _, _, err := w.Redeem(at[i], vouchers.Sale{ID: kernel.NewID(), Shown: codes[i]}); err != nil {
			b.Error(err)
		}
		return time.Since(began)
	}
}

// together lets a hundred tills take vouchers, each after its own pause, and
// reports how long they waited. The bound is a hundred milliseconds for all but
// one in twenty.
func together(b *testing.B, pause func() time.Duration) {
	for engine, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			_, redeem := tills(b, address(b))
			var mu sync.Mutex
			var took []time.Duration
			b.ResetTimer()
			for b.Loop() {
				var all sync.WaitGroup
				for i := range 100 {
					all.Go(func() {
						time.Sleep(pause())
						d := redeem(i)
						mu.Lock()
						defer mu.Unlock()
						took = append(took, d)
					})
				}
				all.Wait()
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}

// A hundred tills ring in the same instant, which no hundred shops do.
func BenchmarkRedeemAtAHundredTills(b *testing.B) {
	together(b, func() time.Duration { return 0 })
}

// A hundred tills ring within two seconds: fifty vouchers a second, each second.
func BenchmarkRedeemAtAHundredTillsWithinTwoSeconds(b *testing.B) {
	together(b, func() time.Duration { return rand.N(2 * time.Second) })
}

// opened is a database as the house opens it: those who are known to meet wait
// for each other, as they do not in other tests.
func opened(b *testing.B, address string) *db.DB {
	b.Helper()
	d := must(db.Open(context.Background(), address))
	b.Cleanup(func() { d.Close() })
	if err := d.Migrate(context.Background(), bagTables()...); err != nil {
		b.Fatal(err)
	}
	return d
}

// fills writes so many entries into the book, table by table: gifts to five
// hundred depots.
func (w *boom) fills(entries int) {
	w.t.Helper()
	ctx := context.Background()
	const depots = 500
	gifts := max(entries/2, depots)
	w.did(w.Acts.DB.Write(ctx, func(q db.Querier) error {
		for _, query := range []string{
			`INSERT INTO ledger_account (alliance, path, asset, root, branch, outside, single, balance, entries)
				VALUES ($1, 'world/givers', 'item', 'world', 'world/givers', true, false, -3 * CAST($2 AS BIGINT), CAST($2 AS BIGINT))`,
			`INSERT INTO ledger_account (alliance, path, asset, root, branch, outside, single, balance, entries)
				WITH RECURSIVE depot (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM depot WHERE i < 499)
				SELECT $1, 'depot/' || i || '/free', 'item', 'depot', 'depot/' || i, false, false, 3 * (CAST($2 AS BIGINT) / 500), CAST($2 AS BIGINT) / 500 FROM depot`,
			`INSERT INTO ledger_transfer (alliance, id, kind, day, at, person, org, reason, corrects, digest)
				WITH RECURSIVE gift (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM gift WHERE i < CAST($2 AS BIGINT))
				SELECT $1, 'gift-' || i, 'gift', '2026-03-03', '2026-03-03T10:00:00.000000Z', '', '', '', '', '' FROM gift`,
			`INSERT INTO ledger_entry (alliance, path, asset, seq, transfer, amount, balance)
				WITH RECURSIVE gift (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM gift WHERE i < CAST($2 AS BIGINT))
				SELECT $1, 'world/givers', 'item', i, 'gift-' || i, -3, -3 * i FROM gift`,
			`INSERT INTO ledger_entry (alliance, path, asset, seq, transfer, amount, balance)
				WITH RECURSIVE gift (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM gift WHERE i + 1 < CAST($2 AS BIGINT))
				SELECT $1, 'depot/' || (i % 500) || '/free', 'item', i / 500 + 1, 'gift-' || (i + 1), 3, 3 * (i / 500 + 1) FROM gift`,
		} {
			if _, err := q.ExecContext(ctx, query, w.alliance, gifts/depots*depots); err != nil {
				return err
			}
		}
		if w.Acts.DB.Engine == db.PostgreSQL { // which it would do by itself, soon after
			_, err := q.ExecContext(ctx, "ANALYZE ledger_account, ledger_transfer, ledger_entry")
			return err
		}
		return nil
	}))
}
