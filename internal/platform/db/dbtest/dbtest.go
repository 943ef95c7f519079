// Package dbtest gives each test a database of its own, on both engines: a
// SQLite file in a temporary folder and a schema in the PostgreSQL that
// BONDGENOOT_TEST_POSTGRES names. `make test` sees to that server; without it
// the test fails, unless BONDGENOOT_TEST_ENGINES=sqlite says that this run
// leaves PostgreSQL out, as `make quick` does. With a server too, that variable
// says on which of the two a round of tests is: `make test` makes one of each.
package dbtest

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Each runs fn as a subtest on each engine, with the modules migrated.
func Each(t *testing.T, modules []db.Migrations, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	migrated(t, modules).Each(t, func(t *testing.T, address string) { fn(t, Open(t, address)) })
}

// EachURL runs fn as a subtest on each engine, with the address of an empty
// database.
func EachURL(t *testing.T, fn func(t *testing.T, address string)) {
	t.Helper()
	each(t, SQLite, Postgres, fn)
}

// each runs fn as a subtest on each engine that this run is for.
func each(t *testing.T, lite, pg func(testing.TB) string, fn func(t *testing.T, address string)) {
	t.Helper()
	only := os.Getenv("BONDGENOOT_TEST_ENGINES") // said aloud by who sets it
	if only != "postgres" {
		t.Run("sqlite", func(t *testing.T) { fn(t, lite(t)) })
	}
	if only != "sqlite" {
		t.Run("postgres", func(t *testing.T) { fn(t, pg(t)) })
	}
}

// SQLite is the address of a new SQLite file.
func SQLite(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "test.db")
}

var schemas atomic.Int64

// serverOf is the server of this run. In a run that leaves PostgreSQL out the
// test is skipped, and says so.
func serverOf(t testing.TB) string {
	t.Helper()
	server := os.Getenv("BONDGENOOT_TEST_POSTGRES")
	if server == "" && os.Getenv("BONDGENOOT_TEST_ENGINES") == "sqlite" {
		t.Skip("this run leaves PostgreSQL out (BONDGENOOT_TEST_ENGINES=sqlite)")
	}
	if server == "" {
		t.Fatal("BONDGENOOT_TEST_POSTGRES names no server: run `make test`, or set BONDGENOOT_TEST_ENGINES=sqlite to leave PostgreSQL out")
	}
	return server
}

// Postgres is the address of a new, empty schema, dropped after the test. In a
// run that leaves PostgreSQL out it skips the test, and says so.
func Postgres(t testing.TB) string {
	t.Helper()
	server := serverOf(t)
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	schema := newName("t")
	if _, err := admin.Exec("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := admin.Exec("DROP SCHEMA " + schema + " CASCADE")
		for range 5 { // the server's own upkeep may hold a table in another order
			if err == nil || !strings.Contains(err.Error(), "deadlock") {
				break
			}
			_, err = admin.Exec("DROP SCHEMA " + schema + " CASCADE")
		}
		if err != nil {
			t.Error(err)
		}
		admin.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20")
	return u.String()
}

// Open opens and migrates; the database is closed after the test. Writers begin
// all at once in it.
func Open(t testing.TB, address string, modules ...db.Migrations) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	d.AllAtOnce() // what holds for two programs is tried in one
	if err := d.Migrate(context.Background(), modules...); err != nil {
		t.Fatal(err)
	}
	return d
}
