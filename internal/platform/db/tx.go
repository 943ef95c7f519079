package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// maxTries bounds the retries of one write transaction on PostgreSQL.
	maxTries = 40
	// patience is how often a writer is refused before it queues up with the
	// others that were: from then on one of them tries at a time.
	patience = 3
)

// ErrNested says that a write transaction began within another of the same
// database. It is a fault of the program: on SQLite the inner one would wait
// for ever for the outer one, and on PostgreSQL one could commit without the
// other.
var ErrNested = errors.New("db: a write transaction began within another; work in the one that is there")

// Write runs fn in a transaction that behaves as though it ran alone, and
// commits when fn returns nil. On PostgreSQL fn runs again when the engine
// says that another transaction was in the way, and once more when a key was
// taken: the second time it sees by whom.
//
// A statement that failed dooms its transaction on both engines: when fn
// passes over such an error and returns nil, nothing is committed and the
// error comes back.
//
// fn must not call Write: that is [ErrNested], at once.
func (d *DB) Write(ctx context.Context, fn func(Querier) error) error {
	writing := d.writing.Add(1)
	defer d.writing.Add(-1)
	if writing > 1 && withinWrite() {
		return ErrNested
	}
	end, err := d.turn(ctx)
	if err != nil {
		return err
	}
	defer end()
	taken := false
	for try := 1; ; try++ {
		if try == patience+1 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case d.lane <- struct{}{}:
				defer func() { <-d.lane }()
			}
		}
		failed, err := d.once(ctx, fn)
		again := inTheWay(err) || inTheWay(failed) || errors.Is(failed, driver.ErrBadConn) && try < patience
		if Taken(failed) && !taken && d.Engine == PostgreSQL {
			taken, again = true, true // another one may have taken the key since fn looked
		}
		if err == nil || !again || try == maxTries {
			return err
		}
		pause := time.Duration(rand.Int64N(int64(time.Millisecond) << min(try, 7)))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// once runs fn in one write transaction.
func (d *DB) once(ctx context.Context, fn func(Querier) error) (failed, err error) {
	if d.Engine == PostgreSQL {
		return serializable(ctx, d.write, fn)
	}
	return inTx(ctx, d.write, nil, fn)
}

// withinWrite tells whether the function that calls it was itself called within
// another call of that function. Only the goroutine's own calls tell: a context
// is handed past a transaction, and one may serve many goroutines at once.
func withinWrite() bool {
	var calls [512]uintptr
	frames := runtime.CallersFrames(calls[:runtime.Callers(2, calls[:])])
	write, more := frames.Next()
	for more {
		var f runtime.Frame
		if f, more = frames.Next(); f.Function == write.Function {
			return true
		}
	}
	return false
}

// Read runs fn in a transaction that sees one moment of the data and may not
// change it.
func (d *DB) Read(ctx context.Context, fn func(Querier) error) error {
	var opts *sql.TxOptions
	if d.Engine == PostgreSQL {
		opts = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	_, err := inTx(ctx, d.read, opts, fn)
	return err
}

// inTx runs fn in one transaction. Besides the error it gives the first one
// that the engine had, whatever fn made of it.
func inTx(ctx context.Context, pool *sql.DB, opts *sql.TxOptions, fn func(Querier) error) (failed, err error) {
	tx, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return err, err
	}
	defer tx.Rollback() // after a commit this does nothing
	w := &watched{tx: tx}
	if err := fn(w); err != nil {
		return w.failed, err
	}
	if w.failed != nil {
		return w.failed, fmt.Errorf("a statement of this transaction failed: %w", w.failed)
	}
	err = tx.Commit()
	return err, err
}

type heardKey struct{}

// Heard is a context in which fn hears each statement of a transaction before
// it runs: for tests that count statements, or ask the engine how it goes about
// them. fn may be called by many at once, and does not use the transaction.
func Heard(ctx context.Context, fn func(query string, args []any)) context.Context {
	return context.WithValue(ctx, heardKey{}, fn)
}

func tell(ctx context.Context, query string, args []any) {
	if fn, ok := ctx.Value(heardKey{}).(func(string, []any)); ok {
		fn(query, args)
	}
}

// watched is a transaction that remembers the first statement that failed.
type watched struct {
	tx     Querier
	failed error
}

func (w *watched) note(err error) {
	if w.failed == nil {
		w.failed = err
	}
}

func (w *watched) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	tell(ctx, query, args)
	result, err := w.tx.ExecContext(ctx, query, args...)
	w.note(err)
	return result, err
}

func (w *watched) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	tell(ctx, query, args)
	rows, err := w.tx.QueryContext(ctx, query, args...)
	w.note(err)
	return rows, err
}

func (w *watched) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	tell(ctx, query, args)
	row := w.tx.QueryRowContext(ctx, query, args...)
	w.note(row.Err())
	return row
}

// inTheWay tells whether the engine refused only because of another
// transaction (serialization failure, deadlock).
func inTheWay(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}

// Taken tells whether err says that a unique key was there already.
func Taken(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23505"
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return false
}
