// Package db opens the one database of an installation, SQLite or PostgreSQL,
// and lets everything above write each query once, as plain SQL in the words
// that both engines share. What the engines do differently stays in here.
//
// A write transaction behaves as though it ran alone: BEGIN IMMEDIATE on
// SQLite, SERIALIZABLE with retry on PostgreSQL. Its function may therefore
// run more than once and must touch only the database. A read transaction
// sees one moment of the data throughout.
//
// It owns no table but the version tables of the migrations (migrated_*).
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"
)

// Engine is one of the two databases.
type Engine string

// The engines.
const (
	SQLite     Engine = "sqlite"
	PostgreSQL Engine = "postgres"
)

// Querier is what a store needs of a transaction.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	Engine Engine

	write *sql.DB // one connection on SQLite, so that writers queue instead of failing
	read  *sql.DB
}

// oldestSafeSQLite is the first release without the fault that could corrupt
// a database when its write-ahead log is reset under two connections.
const oldestSafeSQLite = "3.51.3"

// Open opens the database that url names: "sqlite:PATH" or "postgres://…".
// It does not migrate.
func Open(ctx context.Context, url string) (*DB, error) {
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		return openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"))
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return openPostgres(ctx, url)
	}
	return nil, errors.New("the database must be given as sqlite:PATH or postgres://USER@HOST/NAME")
}

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if path == "" {
		return nil, errors.New("sqlite: needs a path to a file, for example sqlite:/var/lib/bondgenoot/bondgenoot.db")
	}
	const tuned = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=cache_size(-16384)&_pragma=mmap_size(268435456)&_pragma=temp_store(2)"
	write, err := sql.Open("sqlite", "file:"+path+tuned+"&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", "file:"+path+tuned+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(2 * runtime.NumCPU())
	read.SetMaxIdleConns(2 * runtime.NumCPU())
	d := &DB{Engine: SQLite, write: write, read: read}

	var version string
	if err := write.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), d.Close())
	}
	if olderThan(version, oldestSafeSQLite) {
		return nil, errors.Join(fmt.Errorf("SQLite %s can lose data; %s or later is needed", version, oldestSafeSQLite), d.Close())
	}
	return d, nil
}

func openPostgres(ctx context.Context, url string) (*DB, error) {
	pool, err := sql.Open("pgx", url)
	if err != nil {
		return nil, errors.New("the postgres:// address cannot be read") // the cause would print the password
	}
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(16)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("reach PostgreSQL: %w", withoutAddress(err)), pool.Close())
	}
	return &DB{Engine: PostgreSQL, write: pool, read: pool}, nil
}

// withoutAddress keeps the server's own words and drops the address, which
// may hold a password.
func withoutAddress(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return errors.New(pg.Message)
	}
	return errors.New("no answer from the server; check host, port, name and password")
}

func olderThan(version, bound string) bool {
	var v, b [3]int
	fmt.Sscanf(version, "%d.%d.%d", &v[0], &v[1], &v[2])
	fmt.Sscanf(bound, "%d.%d.%d", &b[0], &b[1], &b[2])
	for i := range v {
		if v[i] != b[i] {
			return v[i] < b[i]
		}
	}
	return false
}

// Close closes every connection.
func (d *DB) Close() error {
	if d.read == d.write {
		return d.write.Close()
	}
	return errors.Join(d.read.Close(), d.write.Close())
}

// maxTries bounds the retries of one write transaction on PostgreSQL.
const maxTries = 20

// Write runs fn in a transaction that behaves as though it ran alone, and
// commits when fn returns nil. On PostgreSQL fn runs again when the engine
// says that another transaction was in the way.
func (d *DB) Write(ctx context.Context, fn func(Querier) error) error {
	var opts *sql.TxOptions
	if d.Engine == PostgreSQL {
		opts = &sql.TxOptions{Isolation: sql.LevelSerializable}
	}
	for try := 1; ; try++ {
		err := inTx(ctx, d.write, opts, fn)
		if err == nil || !inTheWay(err) || try == maxTries {
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

// Read runs fn in a transaction that sees one moment of the data and may not
// change it.
func (d *DB) Read(ctx context.Context, fn func(Querier) error) error {
	var opts *sql.TxOptions
	if d.Engine == PostgreSQL {
		opts = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	return inTx(ctx, d.read, opts, fn)
}

func inTx(ctx context.Context, pool *sql.DB, opts *sql.TxOptions, fn func(Querier) error) error {
	tx, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after a commit this does nothing
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
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
	return err != nil && strings.Contains(err.Error(), "UNIQUE constraint failed")
}

// Marks writes n placeholders starting at $from: "$3, $4, $5".
func Marks(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", from+i)
	}
	return b.String()
}
