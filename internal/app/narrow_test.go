package app_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// grants are those of docs/operations.md, which a test reads: what daily work
// needs of PostgreSQL, once the tables were made by their owner.
func grants(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok1 := strings.Cut(string(b), "-- as the owner, in the database\n")
	text, _, ok2 := strings.Cut(rest, "```")
	if !ok1 || !ok2 {
		t.Fatal("docs/operations.md does not say what a narrow user of PostgreSQL needs")
	}
	return strings.Split(strings.TrimSpace(text), "\n")
}

// Daily work needs no right to make, change or empty tables: the house opens files,
// forgets them, and writes the table of keys anew as a user that has none.
func TestANarrowUserOfPostgreSQLIsEnough(t *testing.T) {
	address := dbtest.Postgres(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	schema := u.Query().Get("search_path")
	owner, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	role := fmt.Sprintf("daily_%d", time.Now().UnixNano())
	run := func(query string) {
		t.Helper()
		if _, err := owner.Exec(query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	made, err := db.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	if err := made.Migrate(t.Context(), app.Modules()...); err != nil {
		t.Fatal(err)
	}
	if err := made.Close(); err != nil {
		t.Fatal(err)
	}
	run("CREATE ROLE " + role + " LOGIN PASSWORD 'made up'")
	t.Cleanup(func() { // before the schema goes
		again, err := sql.Open("pgx", address)
		if err == nil {
			_, err = again.Exec("REASSIGN OWNED BY " + role + " TO CURRENT_USER; DROP OWNED BY " + role + "; DROP ROLE " + role)
			again.Close()
		}
		if err != nil {
			t.Error(err)
		}
	})
	for _, grant := range grants(t) {
		run(strings.NewReplacer("bondgenoot_daily", role, "SCHEMA public", "SCHEMA "+schema).Replace(grant))
	}
	u.User = url.UserPassword(role, "made up")

	w := newWorld(t, u.String())
	s := w.furnish()
	if err := w.app.Families.Forget(w.towns["leuven"].As(t.Context(), "nele"), s.family, families.EraseReasons[0]); err != nil {
		t.Fatal(err)
	}
	w.work()
	for _, query := range []string{"CREATE TABLE " + schema + ".x (a INT)", "DROP TABLE family", "TRUNCATE family", "ALTER TABLE audit_record DISABLE TRIGGER ALL",
		"DROP TRIGGER audit_record_no_change ON audit_record", "CREATE ROLE x"} {
		err := w.db.Write(t.Context(), func(q db.Querier) error {
			_, err := q.ExecContext(t.Context(), query)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: %v", query, err)
		}
	}
}
