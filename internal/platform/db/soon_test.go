package db_test

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

const takes = `INSERT INTO place (alliance, id) VALUES ('a', $1)`

// stand counts the places, from outside.
func stand(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	err := d.Read(ctx, func(q db.Querier) error { return q.QueryRowContext(ctx, `SELECT count(*) FROM place`).Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What waits is there for whoever asks next, and all of it is there afterwards.
func TestWhatIsWrittenSoonIsThereForTheNextStatement(t *testing.T) {
	dbtest.Each(t, []db.Migrations{places}, func(t *testing.T, d *db.DB) {
		err := d.Write(ctx, func(q db.Querier) error {
			var n, m, o, rows int64
			err := errors.Join(db.Soon(ctx, q, takes, "1"), db.Soon(ctx, q, takes, "2"))
			err = errors.Join(err, db.Row(ctx, q, `SELECT count(*) FROM place`).Scan(&n))
			err = errors.Join(err, db.Soon(ctx, q, takes, "3"), q.QueryRowContext(ctx, `SELECT count(*) FROM place`).Scan(&m))
			err = errors.Join(err, db.Soon(ctx, q, takes, "4"), db.Each(ctx, q, func(r *sql.Rows) error { return r.Scan(&o) }, `SELECT count(*) FROM place`))
			err = errors.Join(err, db.Soon(ctx, q, takes, "5"))
			done, bad := q.ExecContext(ctx, `UPDATE place SET alliance = 'b'`)
			if err = errors.Join(err, bad); err == nil {
				rows, err = done.RowsAffected()
			}
			if none := db.Row(ctx, q, `SELECT 1 FROM place WHERE alliance = 'a'`).Scan(&n); !errors.Is(none, sql.ErrNoRows) {
				t.Errorf("of no row: %v", none)
			}
			if n != 2 || m != 3 || o != 4 || rows != 5 {
				t.Errorf("%d, %d, %d and %d places; want 2, 3, 4 and 5", n, m, o, rows)
			}
			return errors.Join(err, db.Soon(ctx, q, takes, "6"))
		})
		if n := stand(t, d); err != nil || n != 6 {
			t.Errorf("%d places afterwards, want 6: %v", n, err)
		}
	})
}

// What the engine has against a statement that waited ends the transaction,
// wherever it is told, and nothing that came after it is done.
func TestWhatWaitedAndCannotBeCommitsNothing(t *testing.T) {
	dbtest.Each(t, []db.Migrations{places}, func(t *testing.T, d *db.DB) {
		never := `INSERT INTO place (alliance, id) VALUES ('never', $1)`
		for name, after := range map[string]func(q db.Querier) error{
			"at the end":           func(db.Querier) error { return nil },
			"before another":       func(q db.Querier) error { _, err := q.ExecContext(ctx, never, "1"); return err },
			"before one passed by": func(q db.Querier) error { _, _ = q.ExecContext(ctx, never, "1"); return nil },
			"before a row":         func(q db.Querier) error { return db.Row(ctx, q, never+` RETURNING id`, "1").Scan(new(string)) },
			"before a row of theirs": func(q db.Querier) error {
				return q.QueryRowContext(ctx, never+` RETURNING id`, "1").Scan(new(string))
			},
			"before rows": func(q db.Querier) error {
				return db.Each(ctx, q, func(*sql.Rows) error { return nil }, never+` RETURNING id`, "1")
			},
			"before more that wait": func(q db.Querier) error { return db.Soon(ctx, q, never, "1") },
		} {
			for wrong, query := range map[string]string{"a place of nobody": `INSERT INTO place (alliance, id) VALUES (NULL, $1)`, "no table": `INSERT INTO square (id) VALUES ($1)`} {
				err := d.Write(ctx, func(q db.Querier) error {
					return errors.Join(db.Soon(ctx, q, takes, "1"), db.Soon(ctx, q, query, "2"), after(q))
				})
				if err == nil || errors.Is(err, context.Canceled) {
					t.Errorf("%s, told %s: %v", wrong, name, err)
				}
			}
		}
		if n := stand(t, d); n != 0 {
			t.Errorf("%d places are there, want none", n)
		}
	})
}

// A key that another took meanwhile is looked at once more, as with a statement
// that does not wait.
func TestOfAHundredWhoTakeOneKeySoonOneHasIt(t *testing.T) {
	dbtest.Each(t, []db.Migrations{places}, func(t *testing.T, d *db.DB) {
		var first, later atomic.Int64
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				again := false
				err := d.Write(ctx, func(q db.Querier) error {
					err := db.Row(ctx, q, `SELECT id FROM place WHERE alliance = 'a' AND id = '1'`).Scan(new(string))
					if again = err == nil; again || !errors.Is(err, sql.ErrNoRows) {
						return err
					}
					return db.Soon(ctx, q, takes, "1")
				})
				switch {
				case err != nil:
					t.Error(err)
				case again:
					later.Add(1)
				default:
					first.Add(1)
				}
			})
		}
		wg.Wait()
		if first.Load() != 1 || later.Load() != 99 || stand(t, d) != 1 {
			t.Errorf("%d took it and %d found it taken", first.Load(), later.Load())
		}
	})
}

// Whoever gives up, or is broken off, leaves nothing, and the next one writes.
func TestWhoIsBrokenOffLeavesNothing(t *testing.T) {
	dbtest.Each(t, []db.Migrations{places}, func(t *testing.T, d *db.DB) {
		write := func(ctx context.Context, fn func(q db.Querier) error) (err error) {
			defer func() {
				if recover() != nil {
					err = errors.New("broken off")
				}
			}()
			return d.Write(ctx, fn)
		}
		for name, then := range map[string]func(q db.Querier, end func()) error{
			"by itself":        func(db.Querier, func()) error { panic("broken off") },
			"when it was sent": func(q db.Querier, _ func()) error { db.Row(ctx, q, `SELECT 1`).Scan(new(int)); panic("broken off") },
			"by who asked":     func(_ db.Querier, end func()) error { end(); return nil },
			"by who asked, when at work": func(q db.Querier, end func()) error {
				err := db.Row(ctx, q, `SELECT 1`).Scan(new(int))
				end()
				return err
			},
		} {
			ctx, end := context.WithCancel(ctx)
			err := write(ctx, func(q db.Querier) error {
				return errors.Join(db.Soon(ctx, q, takes, "1"), then(q, end))
			})
			end()
			if n := stand(t, d); err == nil || n != 0 {
				t.Errorf("%s: %d places, %v", name, n, err)
			}
		}
		if err := write(ctx, func(q db.Querier) error { return db.Soon(ctx, q, takes, "1") }); err != nil || stand(t, d) != 1 {
			t.Errorf("the next one: %v", err)
		}
	})
}
