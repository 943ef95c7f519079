package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

var places = module("places", `CREATE TABLE place (alliance TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (alliance, id));`)

var errFull = errors.New("all places are taken")

// book takes one of ten places: it looks first and inserts then, with nothing
// but the transaction to keep two from taking the last one.
func book(d *db.DB, id int) error {
	return d.Write(ctx, func(q db.Querier) error {
		var n int
		if err := q.QueryRowContext(ctx, `SELECT count(*) FROM place WHERE alliance = $1`, "a").Scan(&n); err != nil {
			return err
		}
		if n >= 10 {
			return errFull
		}
		_, err := q.ExecContext(ctx, `INSERT INTO place (alliance, id) VALUES ($1, $2)`, "a", fmt.Sprint(id))
		return err
	})
}

func TestOfTenPlacesAHundredAtOnceTakeExactlyTen(t *testing.T) {
	for name, handles := range map[string]int{"through one handle": 1, "through two handles": 2} {
		t.Run(name, func(t *testing.T) {
			dbtest.EachURL(t, func(t *testing.T, address string) {
				var open []*db.DB
				for range handles {
					open = append(open, dbtest.Open(t, address, places))
				}
				var taken, full atomic.Int64
				var wg sync.WaitGroup
				for i := range 100 {
					wg.Go(func() {
						switch err := book(open[i%handles], i); {
						case err == nil:
							taken.Add(1)
						case errors.Is(err, errFull):
							full.Add(1)
						default:
							t.Error(err)
						}
					})
				}
				wg.Wait()
				if taken.Load() != 10 || full.Load() != 90 {
					t.Errorf("%d got a place and %d were told it is full; want 10 and 90", taken.Load(), full.Load())
				}
			})
		})
	}
}

// Every writer reads and changes the same row: the hardest case for an engine
// that lets them begin together.
func TestAHundredWritersOfOneRowAllArrive(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, things)
		write(t, d, func(q db.Querier) error { put(t, q, thing{id: "1", sealed: []byte{}}); return nil })
		var runs atomic.Int64
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				err := d.Write(ctx, func(q db.Querier) error {
					runs.Add(1)
					var n int64
					if err := q.QueryRowContext(ctx, `SELECT n FROM thing WHERE id = $1`, "1").Scan(&n); err != nil {
						return err
					}
					_, err := q.ExecContext(ctx, `UPDATE thing SET n = $1 WHERE id = $2`, n+1, "1")
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := list(t, d, `id = '1'`); got[0].n != 100 {
			t.Errorf("counted to %d, want 100", got[0].n)
		}
		if d.Engine == db.PostgreSQL && runs.Load() == 100 {
			t.Log("PostgreSQL had nothing to try again") // allowed, and very unlikely
		}
	})
}

func TestAFunctionThatWasInTheWayRunsAgain(t *testing.T) {
	address := dbtest.Postgres(t)
	d, other := dbtest.Open(t, address, things), dbtest.Open(t, address)
	for name, fault := range map[string]func(err error) error{
		"when it returns the error":           func(err error) error { return err },
		"when it hides the error":             func(error) error { return errors.New("something went wrong") },
		"when it makes nothing of that error": func(error) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			write(t, d, func(q db.Querier) error { put(t, q, thing{id: "1", sealed: []byte{}}); return nil })
			runs := 0
			err := d.Write(ctx, func(q db.Querier) error {
				runs++
				var n int64
				if err := q.QueryRowContext(ctx, `SELECT n FROM thing WHERE id = '1'`).Scan(&n); err != nil {
					return err
				}
				if runs == 1 { // another one is faster
					write(t, other, func(q db.Querier) error { put(t, q, thing{id: "1", n: 41, sealed: []byte{}}); return nil })
				}
				if _, err := q.ExecContext(ctx, `UPDATE thing SET n = $1 WHERE id = '1'`, n+1); err != nil {
					return fault(err)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := list(t, d, `id = '1'`)[0].n; runs != 2 || got != 42 {
				t.Errorf("%d runs and %d, want 2 and 42", runs, got)
			}
		})
	}
}

func TestAWriteWithinAWriteFailsAtOnce(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, address string) {
		d, other := dbtest.Open(t, address, things), dbtest.Open(t, dbtest.SQLite(t), things)
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		nothing := func(db.Querier) error { return nil }
		err := d.Write(ctx, func(q db.Querier) error {
			put(t, q, thing{id: "1", sealed: []byte{}})
			if err := other.Write(ctx, nothing); err != nil {
				t.Errorf("another database: %v", err)
			}
			return d.Write(ctx, nothing)
		})
		if !errors.Is(err, db.ErrNested) || ctx.Err() != nil {
			t.Errorf("%v, want %v", err, db.ErrNested)
		}
		if got := list(t, d, `1 = 1`); len(got) != 0 {
			t.Errorf("%d rows of a transaction that failed", len(got))
		}
		if err := d.Write(ctx, nothing); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

func TestNothingOfAFailedTransactionStays(t *testing.T) {
	boom := errors.New("boom")
	insert := func(t *testing.T, q db.Querier) { put(t, q, thing{id: "1", sealed: []byte{}}) }
	dbtest.Each(t, []db.Migrations{things}, func(t *testing.T, d *db.DB) {
		for name, tt := range map[string]struct {
			fn   func(t *testing.T, q db.Querier) error
			want error
		}{
			"when the function fails": {func(t *testing.T, q db.Querier) error { insert(t, q); return boom }, boom},
			"when a statement failed and was passed over": {func(t *testing.T, q db.Querier) error {
				insert(t, q)
				q.ExecContext(ctx, `INSERT INTO thing (alliance, id) VALUES ('a', '2')`)
				return nil
			}, nil},
			"when a question failed and was passed over": {func(t *testing.T, q db.Querier) error {
				insert(t, q)
				q.QueryRowContext(ctx, `SELECT nothing FROM thing`)
				return nil
			}, nil},
		} {
			t.Run(name, func(t *testing.T) {
				err := d.Write(ctx, func(q db.Querier) error { return tt.fn(t, q) })
				if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
					t.Errorf("Write = %v", err)
				}
				if got := list(t, d, `1 = 1`); len(got) != 0 {
					t.Errorf("%d rows stayed", len(got))
				}
			})
		}
		t.Run("when the function panics", func(t *testing.T) {
			func() {
				defer func() { recover() }()
				d.Write(ctx, func(q db.Querier) error { insert(t, q); panic("boom") })
			}()
			if got := list(t, d, `1 = 1`); len(got) != 0 {
				t.Errorf("%d rows stayed", len(got))
			}
			write(t, d, func(q db.Querier) error { return nil }) // the connection is free again
		})
	})
}

func TestAReaderSeesOneMomentAndChangesNothing(t *testing.T) {
	dbtest.Each(t, []db.Migrations{things}, func(t *testing.T, d *db.DB) {
		write(t, d, func(q db.Querier) error { put(t, q, thing{id: "1", sealed: []byte{}}); return nil })
		err := d.Read(ctx, func(q db.Querier) error {
			count := func() (n int) {
				if err := q.QueryRowContext(ctx, `SELECT count(*) FROM thing`).Scan(&n); err != nil {
					t.Error(err)
				}
				return n
			}
			before := count()
			write(t, d, func(q db.Querier) error { put(t, q, thing{id: "2", sealed: []byte{}}); return nil })
			if after := count(); before != 1 || after != 1 {
				t.Errorf("saw %d, then %d; want 1 throughout", before, after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, statement := range map[string]string{
			"insert": `INSERT INTO thing (alliance, ` + columns + `) VALUES ('a', '3', 1, TRUE, 0, '', '')`,
			"update": `UPDATE thing SET n = 5`,
			"delete": `DELETE FROM thing`,
			"create": `CREATE TABLE other (id TEXT)`,
		} {
			err := d.Read(ctx, func(q db.Querier) error {
				_, err := q.ExecContext(ctx, statement)
				return err
			})
			if err == nil {
				t.Errorf("a reader may %s", name)
			}
		}
		if got := list(t, d, `n = 0`); len(got) != 2 {
			t.Errorf("%d rows as they were, want 2", len(got))
		}
	})
}

func TestTakenKnowsAKeyThatWasThere(t *testing.T) {
	unique := module("unique", `CREATE TABLE one (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL CHECK (name <> 'no'));
		CREATE UNIQUE INDEX one_name ON one (name);`)
	dbtest.Each(t, []db.Migrations{unique}, func(t *testing.T, d *db.DB) {
		insert := func(id, name any) error {
			return d.Write(ctx, func(q db.Querier) error {
				_, err := q.ExecContext(ctx, `INSERT INTO one (id, name) VALUES ($1, $2)`, id, name)
				if err != nil {
					return fmt.Errorf("insert: %w", err)
				}
				return nil
			})
		}
		if err := insert("1", "a"); err != nil || db.Taken(err) {
			t.Fatal(err)
		}
		for name, tt := range map[string]struct {
			err  error
			want bool
		}{
			"the same key":        {insert("1", "b"), true},
			"the same name":       {insert("2", "a"), true},
			"a name that is not":  {insert("3", nil), false},
			"a name that may not": {insert("3", "no"), false},
			"no error":            {nil, false},
			"another's words":     {errors.New("UNIQUE constraint failed"), false},
		} {
			if got := db.Taken(tt.err); got != tt.want {
				t.Errorf("%s: Taken(%v) = %v", name, tt.err, got)
			}
		}
	})
}

func TestAnEndedContextEndsTheTransaction(t *testing.T) {
	dbtest.Each(t, []db.Migrations{things}, func(t *testing.T, d *db.DB) {
		ended, end := context.WithCancel(ctx)
		err := d.Write(ended, func(q db.Querier) error {
			put(t, q, thing{id: "1", sealed: []byte{}})
			end()
			_, err := q.ExecContext(ended, `UPDATE thing SET n = 2`)
			return err
		})
		if err == nil {
			t.Error("committed after its context ended")
		}
		if got := list(t, d, `1 = 1`); len(got) != 0 {
			t.Errorf("%d rows stayed", len(got))
		}
		if err := d.Write(ended, func(db.Querier) error { return nil }); err == nil || !strings.Contains(err.Error(), "cancel") {
			t.Errorf("begun after its context ended: %v", err)
		}
	})
}

// Each looks whether the name is free and takes it then: the others must be
// told that it is not, in the words of the house.
func TestOfAHundredWhoWantOneNameTheOthersSeeThatItIsTaken(t *testing.T) {
	dbtest.Each(t, []db.Migrations{places}, func(t *testing.T, d *db.DB) {
		var won, lost atomic.Int64
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				err := d.Write(ctx, func(q db.Querier) error {
					var there bool
					err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM place WHERE id = 'name')`).Scan(&there)
					if err != nil {
						return err
					}
					if there {
						return errFull
					}
					_, err = q.ExecContext(ctx, `INSERT INTO place (alliance, id) VALUES ('a', 'name')`)
					return err
				})
				switch {
				case err == nil:
					won.Add(1)
				case errors.Is(err, errFull):
					lost.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || lost.Load() != 99 {
			t.Errorf("%d won and %d were told; want 1 and 99", won.Load(), lost.Load())
		}
	})
}
