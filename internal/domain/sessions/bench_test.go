package sessions_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// BenchmarkSync measures how long it takes a desk that was without net for a
// whole session to be told of by all thirty families and one who walked in, one
// after the other, as the page sends them. The bound is two seconds, the way
// over the net not included.
func BenchmarkSync(b *testing.B) {
	for engine, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			d := must(db.Open(b.Context(), address(b)))
			b.Cleanup(func() { d.Close() })
			if err := d.Migrate(b.Context(), policy.Migrations(), audit.Migrations(), job.Migrations(), vault.Migrations(), members.Migrations(),
				families.Migrations(), ledger.Migrations(), depot.Migrations(), sessions.Migrations()); err != nil {
				b.Fatal(err)
			}
			w := newTown(b, d)
			var homes []kernel.ID
			for n := range 30 {
				homes = append(homes, w.family(fmt.Sprint("Prénom", n)))
			}
			var took []time.Duration
			for b.Loop() {
				b.StopTimer()
				w.at("2026-11-23 10:00")
				series := liege()
				series.Slot, series.Places = 150, 30
				_, day := w.tuesday(series)
				var all []sessions.Event
				for _, home := range homes {
					booked := w.books(home, day.ID, 0)
					all = append(all, sessions.Event{Booking: booked.ID, Kind: sessions.Hand, Lines: booked.Lines})
				}
				all = append(all, sessions.Event{Booking: kernel.NewID(), Kind: sessions.WalkIn, Lines: all[0].Lines})
				w.at(string(day.Day) + " 17:00")
				b.StartTimer()
				began := time.Now()
				for _, e := range all {
					e.ID, e.At = kernel.NewID(), kernel.InstantOf(*w.clock)
					if told, err := w.Tell(w.vic, day.ID, e); err != nil || told.Outcome != sessions.Done {
						b.Fatal(told.Outcome, err)
					}
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
