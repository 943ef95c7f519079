package depot_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// openLines are the lines that wait in the benchmark, two a request.
const openLines = 50_000

// BenchmarkRequests measures the list of requests of a place with 50,000 lines
// that wait: a page at the beginning and one in the middle, in turn.
func BenchmarkRequests(b *testing.B) {
	d := dbtest.Open(b, dbtest.SQLite(b), modules...)
	w := newTown(b, d)
	ctx := context.Background()
	if err := d.Write(ctx, func(q db.Querier) error {
		const atOnce = 500
		for from := 0; from < openLines/2; from += atOnce {
			var requests, lines []string
			for n := from + 1; n <= from+atOnce; n++ {
				id := kernel.NewID()
				requests = append(requests, fmt.Sprintf(`('%s', '%s', %d, '%s', '%s', '', '', '', 24, 'asked', '2026-11-01T08:00:00.000Z', '', '', '', 1)`, w.alliance, id, n, w.place.ID, w.place.Org))
				for no, item := range []kernel.ID{w.trousers.ID, w.milk.ID} {
					lines = append(lines, fmt.Sprintf(`('%s', '%s', %d, '%s', '%s', 2, '', '', 2, true)`, w.alliance, id, no+1, w.place.ID, item))
				}
			}
			for _, statement := range []string{
				`INSERT INTO depot_request (alliance, id, number, place, org, worker, family, child, months, state, made_at, ready_at, until, closed_at, version) VALUES ` + strings.Join(requests, ", "),
				`INSERT INTO depot_line (alliance, request, no, place, item, asked, instead, original, wants, open) VALUES ` + strings.Join(lines, ", ")} {
				if _, err := q.ExecContext(ctx, statement); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	for n := 0; b.Loop(); n++ {
		began := time.Now()
		all, _, err := w.Requests(w.rik, depot.Query{Place: w.place.ID, After: int64(n % 2 * openLines / 4)})
		if err != nil || len(all) == 0 {
			b.Fatal(len(all), err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "µs-p95")
}
