package ledger

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// large is how many entries the book of the benchmark has: what an alliance
// writes in decades.
const large = 1_000_000

// filled is a book of many depots, as it would stand after half a million
// transfers: written table by table, for to post them one by one takes minutes.
// That it is as it would be is what the check finds.
func filled(b *testing.B, address string) *db.DB {
	b.Helper()
	d := dbtest.Open(b, address, Migrations())
	type stand struct{ seq, balance int64 }
	stands := map[Account]stand{}
	var transfers, entries rows
	for i := range large / 2 {
		depot, item := fmt.Sprintf("depot/%d/free", i%500), fmt.Sprintf("item-%d", i%7)
		t := one(kernel.ID(fmt.Sprintf("%09d", i)), "world/givers", depot, item, 3)
		if i >= large/4 {
			t = one(t.ID, depot, "world/families", item, 1)
		}
		did := t.entries()
		transfers = append(transfers, []any{north.Alliance, t.ID, t.Kind, north.At.Date(), north.At, north.Person, north.Org, "", "", digest(t, north.At.Date(), "", did)})
		for _, e := range did {
			now := stands[e.Account]
			now = stand{now.seq + 1, now.balance + e.amount}
			stands[e.Account] = now
			entries = append(entries, []any{north.Alliance, e.Path, e.Asset, now.seq, t.ID, e.amount, now.balance})
		}
	}
	var accounts rows
	for a, now := range stands {
		accounts = append(accounts, []any{north.Alliance, a.Path, a.Asset, root(a.Path), branch(a.Path), strings.HasPrefix(a.Path, Outside), false, now.balance, now.seq})
	}
	accounts.into(b, d, "ledger_account (alliance, path, asset, root, branch, outside, single, balance, entries)")
	transfers.into(b, d, "ledger_transfer (alliance, id, kind, day, at, person, org, reason, corrects, digest)")
	entries.into(b, d, "ledger_entry (alliance, path, asset, seq, transfer, amount, balance)")
	if d.Engine == db.PostgreSQL { // which it would do by itself, soon after
		err := d.Write(ctx, func(q db.Querier) error {
			_, err := q.ExecContext(ctx, "ANALYZE ledger_account, ledger_transfer, ledger_entry")
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return d
}

type rows [][]any

// into writes rows into a table, a thousand with each statement.
func (all rows) into(b *testing.B, d *db.DB, table string) {
	b.Helper()
	err := d.Write(ctx, func(q db.Querier) error {
		for part := range slices.Chunk(all, 1000) {
			var query strings.Builder
			query.WriteString("INSERT INTO " + table + " VALUES ")
			var args []any
			for i, row := range part {
				if i > 0 {
					query.WriteString(", ")
				}
				query.WriteString("(" + db.Marks(len(args)+1, len(row)) + ")")
				args = append(args, row...)
			}
			if _, err := q.ExecContext(ctx, query.String(), args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
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
