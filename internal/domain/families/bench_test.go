package families_test

import (
	"context"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// BenchmarkFamilies opens files with their record, lists and searches, among
// as many families as BONDGENOOT_BENCH_FAMILIES says (2,000 if it says
// nothing), spread over fifty organisations.
func BenchmarkFamilies(b *testing.B) {
	n, _ := strconv.Atoi(os.Getenv("BONDGENOOT_BENCH_FAMILIES"))
	if n == 0 {
		n = 2000
	}
	w := newTown(b, dbtest.Open(b, dbtest.SQLite(b), modules...))
	actors, ids := w.crowd(n)
	for _, bench := range []struct {
		name string
		run  func(i int) error
	}{
		{"read", func(i int) error {
			_, err := w.Read(actors[i%len(actors)], ids[i%len(ids)], families.ForCare)
			return err
		}},
		{"list", func(i int) error {
			_, err := w.List(actors[i%len(actors)], families.Query{})
			return err
		}},
		{"search", func(i int) error {
			_, err := w.Search(actors[i%len(actors)], surnames[i%len(surnames)], families.Query{})
			return err
		}},
		{"search two words", func(i int) error {
			_, err := w.Search(actors[i%len(actors)], "am "+surnames[i%len(surnames)][:4], families.Query{})
			return err
		}},
		{"search nothing", func(i int) error {
			_, err := w.Search(actors[i%len(actors)], "Xylander", families.Query{})
			return err
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var slowest time.Duration
			for i := range b.N {
				began := time.Now()
				if err := bench.run(i); err != nil {
					b.Fatal(err)
				}
				slowest = max(slowest, time.Since(began))
			}
			b.ReportMetric(float64(slowest.Microseconds())/1000, "ms-slowest")
		})
	}
}

var surnames = []string{"Peeters", "Janssens", "Maes", "Jacobs", "Mertens", "Willems", "Claes", "Goossens", "Wouters", "De Smet",
	"Dubois", "Lambert", "Martin", "Dupont", "Simon", "El Amrani", "Yıldız", "Ben Saïd", "Nowak", "Okafor"}

// crowd opens n files, a thousand an act, for fifty organisations in turn;
// actors[i] may read ids[i], and so on round.
func (w town) crowd(n int) (actors []context.Context, ids []kernel.ID) {
	for range 50 {
		actor := policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Caseworker}}
		actors = append(actors, act.As(context.Background(), actor))
	}
	ids = make([]kernel.ID, n)
	for from := range actors {
		for start := from; start < n; start += 1000 * len(actors) {
			ctx := actors[from]
			err := w.Acts.Do(ctx, func(a *act.Act) error {
				for i := start; i < min(n, start+1000*len(actors)); i += len(actors) {
					f, err := w.OpenIn(ctx, a, crowded(i))
					if err != nil {
						return err
					}
					ids[i] = f.ID
				}
				return nil
			})
			if err != nil {
				w.t.Fatal(err)
			}
			w.later(time.Minute)
		}
	}
	return actors, ids
}

func crowded(i int) families.NewFamily {
	name := surnames[i%7+i%13]
	return families.NewFamily{
		Anyway: true,
		Persons: []families.NewPerson{
			{Role: families.Applicant, First: "Amina", Last: name, Birth: kernel.DateOf(1985, 1, 1+i%5000)},
			{Role: families.Child, First: "Noor", Last: name, Birth: kernel.DateOf(2014, 1, 1+i%4000)},
			{Role: families.Child, First: "Idris", Last: name, Birth: kernel.DateOf(2018, 1, 1+i%2900)},
		},
		Contact:    families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(i)}, Languages: []string{"nl"}},
		PostalCode: "3470",
	}
}
