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
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// A year of Kirikou: so many families, asked for by so many partners, so many
// pieces.
const (
	yearFamilies = 768
	yearPartners = 55
	yearPieces   = 13_000
)

// BenchmarkAYearOfKirikou measures what a depot shows that has a year behind it:
// its board, its requests, those that wait, and what is short. Each
// family was helped four times, and each tenth waits again.
func BenchmarkAYearOfKirikou(b *testing.B) {
	for engine, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			w := newTown(b, dbtest.Open(b, address(b), modules...))
			w.passesAYear(b)
			for what, look := range map[string]func() (int, error){
				"board": func() (int, error) { x, err := w.Board(w.saar, w.place.ID); return int(x.Waiting), err },
				"waiting": func() (int, error) {
					all, _, err := w.Requests(w.rik, depot.Query{Place: w.place.ID, State: depot.Asked})
					return len(all), err
				},
				"all": func() (int, error) {
					all, _, err := w.Requests(w.rik, depot.Query{Place: w.place.ID})
					return len(all), err
				},
				"short": func() (int, error) { all, _, err := w.Shorts(w.lies, w.place.ID); return len(all), err },
			} {
				b.Run(what, func(b *testing.B) {
					var took []time.Duration
					for b.Loop() {
						began := time.Now()
						if n, err := look(); err != nil || n == 0 {
							b.Fatal(n, err)
						}
						took = append(took, time.Since(began))
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
				})
			}
		})
	}
}

// passesAYear writes a year of gifts, requests and what was fetched.
func (w *town) passesAYear(b *testing.B) {
	b.Helper()
	ctx := context.Background()
	items := []kernel.ID{w.trousers.ID, w.trousersNext.ID, w.trousersX.ID}
	const requests = yearFamilies*4 + yearFamilies/10
	free, pieces := "depot/"+string(w.place.ID)+"/free", int64(yearPieces/(yearFamilies*4))
	err := w.db.Write(ctx, func(q db.Querier) error {
		var rows, lines []string
		for n := range requests {
			id, partner, item := kernel.NewID(), fmt.Sprint("partner-", n%yearPartners), items[n%len(items)]
			made := w.clock.AddDate(-1, 0, 0).Add(time.Duration(n) * 360 * 24 * time.Hour / requests)
			state, waits := "collected", false
			if n >= yearFamilies*4 {
				state, waits = "asked", true
			}
			rows = append(rows, fmt.Sprintf(`('%s', '%s', %d, '%s', '%s', '', '', '', 24, '%s', '%s', '', '', '', 1)`, w.alliance, id, n+1, w.place.ID, partner, state, kernel.InstantOf(made)))
			lines = append(lines, fmt.Sprintf(`('%s', '%s', 1, '%s', '%s', %d, '', '', %d, %v)`, w.alliance, id, w.place.ID, item, pieces, pieces, waits))
			if waits {
				continue
			}
			held, asset := "depot/"+string(w.place.ID)+"/held/"+string(id), "item/"+string(item)
			for _, t := range []ledger.Transfer{
				{Kind: "depot.given", Moves: []ledger.Move{{From: "world/given", To: free, Asset: asset, Amount: pieces}}},
				{Kind: "depot.reserved", Moves: []ledger.Move{{From: free, To: held, Asset: asset, Amount: pieces}}},
				{Kind: "depot.handed", Moves: []ledger.Move{{From: held, To: "world/" + string(id), Asset: asset, Amount: pieces}}},
			} {
				t.ID, t.Day = kernel.NewID(), kernel.InstantOf(made).Date()
				if _, err := ledger.Post(ctx, q, ledger.Writer{Alliance: w.alliance, At: kernel.InstantOf(made)}, t); err != nil {
					return err
				}
			}
		}
		for part := range slices.Chunk(rows, 500) {
			if _, err := q.ExecContext(ctx, `INSERT INTO depot_request (alliance, id, number, place, org, worker, family, child, months, state, made_at, ready_at, until, closed_at, version) VALUES `+strings.Join(part, ", ")); err != nil {
				return err
			}
		}
		for part := range slices.Chunk(lines, 500) {
			if _, err := q.ExecContext(ctx, `INSERT INTO depot_line (alliance, request, no, place, item, asked, instead, original, wants, open) VALUES `+strings.Join(part, ", ")); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
