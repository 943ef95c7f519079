package ledger

import (
	"fmt"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// large is how many entries the book of the benchmark has: what an alliance
// writes in decades.
const large = 1_000_000

// filled is a book of many depots and vouchers.
func filled(b *testing.B, address string) *db.DB {
	b.Helper()
	d := dbtest.Open(b, address, Migrations())
	const atOnce = 10_000
	for from := 0; from < large/2; from += atOnce {
		err := d.Write(ctx, func(q db.Querier) error {
			for i := from; i < from+atOnce; i++ {
				t := one(kernel.ID(fmt.Sprintf("%09d", i)), "world/givers", fmt.Sprintf("depot/%d/free", i%500), fmt.Sprintf("item-%d", i%7), 3)
				if i >= large/4 {
					t = one(t.ID, fmt.Sprintf("depot/%d/free", i%500), "world/families", fmt.Sprintf("item-%d", i%7), 1)
				}
				if _, err := Post(ctx, q, north, t); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return d
}

// The whole book is worked out again. The bound is ten seconds for a million
// entries.
func BenchmarkVerifyAMillionEntries(b *testing.B) {
	for engine, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			d := filled(b, address(b))
			b.ResetTimer()
			for b.Loop() {
				if r := whole(b, d); r.Entries != large {
					b.Fatalf("%d entries", r.Entries)
				}
			}
		})
	}
}

// One transfer of two accounts, in a transaction of its own.
func BenchmarkPost(b *testing.B) {
	for engine, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			d := dbtest.Open(b, address(b), Migrations())
			n := 0
			for b.Loop() {
				n++
				if _, err := posts(d, north, one(kernel.ID(fmt.Sprint(n)), "world/givers", fmt.Sprint("depot/", n%100, "/free"), "tin", 1)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
