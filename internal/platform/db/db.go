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
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"modernc.org/sqlite"               // the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
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

	write   *sql.DB // one connection on SQLite, so that writers queue instead of failing
	read    *sql.DB
	lane    chan struct{} // held by the one writer, of those refused often, that tries again
	writing atomic.Int64  // write transactions that run or wait
	turnFor time.Duration // how long a writer waits for the one before it; 0: none waits
	turns   sync.Map      // by the key of those who wait for each other: a channel that one holds
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
	if strings.Contains(path, ":memory:") {
		return nil, errors.New("sqlite: needs a file, for its connections must see the same data")
	}
	// What is deleted is overwritten (secure_delete): a key that was destroyed
	// does not live on in the file. LIKE minds case, as on PostgreSQL. The file is
	// read as memory up to the most that SQLite allows: a search touches hundreds
	// of pages, and a call of the system for each takes longer than the search.
	const tuned = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=cache_size(-16384)&_pragma=mmap_size(2147418112)&_pragma=temp_store(2)" +
		"&_pragma=secure_delete(1)&_pragma=case_sensitive_like(1)"
	// A new file is for its owner alone, whatever the umask; SQLite gives its
	// log the same rights. One that is there is left as it is.
	if fresh, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err == nil {
		if err := fresh.Close(); err != nil {
			return nil, fmt.Errorf("open %s: %w", path, err)
		}
	}
	file := "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	write, err := openPrepared(file + tuned + "&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	write.SetMaxOpenConns(1)
	read, err := openPrepared(file + tuned + "&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(2 * runtime.NumCPU())
	read.SetMaxIdleConns(2 * runtime.NumCPU())
	d := &DB{Engine: SQLite, write: write, read: read, lane: make(chan struct{}, 1)}

	version, err := sqliteVersion(ctx, write)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), d.Close())
	}
	if olderThan(version, oldestSafeSQLite) {
		return nil, errors.Join(fmt.Errorf("SQLite %s can lose data; %s or later is needed", version, oldestSafeSQLite), d.Close())
	}
	return d, nil
}

// sqliteVersion makes the first connection. Programs that open a new file at
// once may be in each other's way as they give it its log, and SQLite does not
// wait there by itself.
func sqliteVersion(ctx context.Context, pool *sql.DB) (version string, err error) {
	for began := time.Now(); ; {
		err = pool.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version)
		lite, ok := errors.AsType[*sqlite.Error](err)
		if !ok || lite.Code()&0xff != sqlite3.SQLITE_BUSY || time.Since(began) > 10*time.Second {
			return version, err
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func openPostgres(ctx context.Context, url string) (*DB, error) {
	pool, err := sql.Open("pgx", url)
	if err != nil {
		return nil, errors.New("the postgres:// address cannot be read") // the cause would print the password
	}
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(16)
	var encoding string
	if err := pool.QueryRowContext(ctx, "SHOW server_encoding").Scan(&encoding); err != nil {
		return nil, errors.Join(fmt.Errorf("reach PostgreSQL: %w", withoutAddress(err)), pool.Close())
	}
	if encoding != "UTF8" {
		return nil, errors.Join(fmt.Errorf("the PostgreSQL database is encoded in %s; make one with ENCODING 'UTF8'", encoding), pool.Close())
	}
	return &DB{Engine: PostgreSQL, write: pool, read: pool, lane: make(chan struct{}, 1), turnFor: longestTurn}, nil
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

// Each runs a query and has every row of it scanned. The first error of scan
// ends it and is returned as it is.
func Each(ctx context.Context, q Querier, scan func(rows *sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
