package db_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// What a connection keeps ready never mixes two uses of one text: one after the
// other, with other parameters, after a fault, and after the tables changed.
func TestAStatementIsItselfHoweverOftenItIsUsed(t *testing.T) {
	dbtest.Each(t, nil, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		write := func(query string, args ...any) error {
			return d.Write(ctx, func(q db.Querier) error { _, err := q.ExecContext(ctx, query, args...); return err })
		}
		if err := write(`CREATE TABLE number (n BIGINT PRIMARY KEY, label TEXT NOT NULL)`); err != nil {
			t.Fatal(err)
		}
		const insert, from = `INSERT INTO number (n, label) VALUES ($1, $2)`, `SELECT n FROM number WHERE n >= $1 ORDER BY n`
		for n := range 5 {
			if err := write(insert, n, fmt.Sprint(n)); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			if err := write(insert, 2, "again"); !db.Taken(err) {
				t.Errorf("a key that is there: %v", err)
			}
		}
		if err := write(insert, 5, "5"); err != nil {
			t.Errorf("after a fault: %v", err)
		}
		count := func(from64 int64) (n int) {
			err := d.Read(ctx, func(q db.Querier) error {
				return q.QueryRowContext(ctx, `SELECT count(*) FROM number WHERE n >= $1`, from64).Scan(&n)
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if a, b, c := count(0), count(4), count(99); a != 6 || b != 2 || c != 0 {
			t.Errorf("with other parameters: %d, %d, %d", a, b, c)
		}
		gone, cancel := context.WithCancel(ctx)
		cancel()
		_ = d.Read(gone, func(q db.Querier) error { _, err := q.QueryContext(gone, from, 0); return err })
		if n := count(0); n != 6 {
			t.Errorf("after somebody left: %d", n)
		}
		if err := write(`ALTER TABLE number ADD COLUMN more TEXT NOT NULL DEFAULT ''`); err != nil {
			t.Fatal(err)
		}
		if n := count(1); n != 5 {
			t.Errorf("after the table changed: %d", n)
		}
	})
}

// On SQLite rows may be read within rows, by the same text too.
func TestAStatementIsUsedWithinItself(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	const query = `WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 4) SELECT n FROM number WHERE n >= $1 ORDER BY n`
	var nested func(q db.Querier, from int) (string, error)
	nested = func(q db.Querier, from int) (said string, err error) {
		rows, err := q.QueryContext(t.Context(), query, from)
		if err != nil {
			return "", err
		}
		defer rows.Close()
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				return "", err
			}
			inner, err := nested(q, n+1)
			if err != nil {
				return "", err
			}
			said += fmt.Sprint(n, "[", inner, "]")
		}
		return said, rows.Err()
	}
	for range 2 {
		err := d.Read(t.Context(), func(q db.Querier) error {
			got, err := nested(q, 2)
			if want := "2[3[4[]]4[]]3[4[]]4[]"; got != want {
				t.Errorf("%s, want %s", got, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAHundredUseManyStatementsAtOnce(t *testing.T) {
	dbtest.Each(t, nil, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				for j := range 20 {
					err := d.Read(ctx, func(q db.Querier) error {
						var a, b int
						// More texts than a connection keeps.
						err := q.QueryRowContext(ctx, fmt.Sprintf(`SELECT CAST($1 AS BIGINT) + %d, CAST($2 AS BIGINT)`, (i*20+j)%700), i, j).Scan(&a, &b)
						if err == nil && (a != i+(i*20+j)%700 || b != j) {
							t.Errorf("%d and %d gave %d and %d", i, j, a, b)
						}
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
	})
}
