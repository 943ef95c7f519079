package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// On PostgreSQL each statement is a way there and back, which takes as long as
// most statements themselves; and while one who writes goes back and forth, all
// who meet it wait. So what nobody needs the result of waits for the next
// statement that somebody does, or for the end, and goes with it in one way.

// Soon runs a statement of a write transaction whose result nobody needs, at
// the latest before the next one that is no Soon. What the engine has against
// it comes then, or at the end, and nothing is committed. On SQLite, and of a
// statement that takes no part in this, it runs at once.
func Soon(ctx context.Context, q Querier, query string, args ...any) error {
	if w, ok := q.(waiting); ok {
		return w.Soon(ctx, query, args...)
	}
	_, err := q.ExecContext(ctx, query, args...)
	return err
}

// Row reads one row, in one way with what waits; no row is [sql.ErrNoRows]. It
// asks the engine when it is scanned, which is done once.
func Row(ctx context.Context, q Querier, query string, args ...any) Scanner {
	if w, ok := q.(waiting); ok {
		return w.Row(ctx, query, args...)
	}
	return q.QueryRowContext(ctx, query, args...)
}

// Scanner is a row that can be read.
type Scanner interface{ Scan(into ...any) error }

// waiting is what can keep statements until the next one.
type waiting interface {
	Soon(ctx context.Context, query string, args ...any) error
	Row(ctx context.Context, query string, args ...any) Scanner
}

const (
	begin  = "begin isolation level serializable"
	commit = "commit"
)

// serializable runs fn in one transaction of PostgreSQL. Besides the error it
// gives the first one that the engine had, whatever fn made of it.
func serializable(ctx context.Context, pool *sql.DB, fn func(Querier) error) (failed, err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err, err
	}
	defer conn.Close()
	a := &alone{watched: watched{tx: conn}, conn: conn}
	a.batch.Queue(begin)
	defer a.rollback(ctx)
	if err := fn(a); err != nil {
		if a.late != nil { // fn saw only that nothing goes on
			err = a.late
		}
		return a.failed, err
	}
	if a.failed != nil {
		return a.failed, fmt.Errorf("a statement of this transaction failed: %w", a.failed)
	}
	err = a.commit(ctx)
	return err, err
}

// alone is a transaction of PostgreSQL that behaves as though it ran alone. It
// begins with its first statement.
type alone struct {
	watched
	conn  *sql.Conn
	batch pgx.Batch // what waits
	late  error     // what the engine had against what waited
	begun bool      // the engine was told
	ended bool
}

// flush sends what waits.
func (a *alone) flush(ctx context.Context) error {
	if a.batch.Len() == 0 || a.late != nil {
		return a.late
	}
	batch, first := a.batch, !a.begun
	a.batch, a.begun = pgx.Batch{}, true
	err := a.conn.Raw(func(c any) error {
		return c.(*stdlib.Conn).Conn().SendBatch(ctx, &batch).Close()
	})
	if first && pgconn.SafeToRetry(err) {
		err = errors.Join(driver.ErrBadConn, err)
	}
	a.late = err
	a.note(err)
	return err
}

func (a *alone) Soon(ctx context.Context, query string, args ...any) error {
	tell(ctx, query, args)
	a.batch.Queue(query, args...)
	return a.late
}

func (a *alone) Row(ctx context.Context, query string, args ...any) Scanner {
	return asked{ctx, a, query, args}
}

// asked is a row that is to be read.
type asked struct {
	ctx   context.Context // of the one question
	in    *alone
	query string
	args  []any
}

func (r asked) Scan(into ...any) error {
	tell(r.ctx, r.query, r.args)
	none := false
	r.in.batch.Queue(r.query, r.args...).QueryRow(func(row pgx.Row) error {
		err := row.Scan(into...)
		if none = errors.Is(err, pgx.ErrNoRows); none { // which is no reason to end the transaction
			return nil
		}
		return err
	})
	if err := r.in.flush(r.ctx); err != nil {
		return err
	}
	if none {
		return sql.ErrNoRows
	}
	return nil
}

func (a *alone) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := a.flush(ctx); err != nil {
		return nil, err
	}
	return a.watched.ExecContext(ctx, query, args...)
}

func (a *alone) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := a.flush(ctx); err != nil {
		return nil, err
	}
	return a.watched.QueryContext(ctx, query, args...)
}

// QueryRowContext gives a row of nothing when what waited failed. The question
// is not asked then: the transaction may not even have begun.
func (a *alone) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if a.flush(ctx) != nil {
		ended, end := context.WithCancel(ctx)
		end()
		return a.tx.QueryRowContext(ended, "SELECT 1")
	}
	return a.watched.QueryRowContext(ctx, query, args...)
}

// commit sends what waits, and the end with it.
func (a *alone) commit(ctx context.Context) error {
	if !a.begun && a.batch.Len() == 1 {
		a.ended = true // nothing was asked
		return nil
	}
	a.batch.Queue(commit).Exec(func(tag pgconn.CommandTag) error {
		if tag.String() != "COMMIT" {
			return pgx.ErrTxCommitRollback
		}
		return nil
	})
	err := a.flush(ctx)
	a.ended = err == nil
	return err
}

// rollback ends a transaction that did not commit, also of who does not wait
// for it any more. A connection on which that fails is used no more.
func (a *alone) rollback(ctx context.Context) {
	if a.ended || !a.begun {
		return
	}
	a.conn.ExecContext(context.WithoutCancel(ctx), "rollback")
}
