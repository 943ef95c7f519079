package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Original is a database that a test program makes once on each engine and
// copies for each test: to make hundreds of tables takes many times as long as
// to copy them. Its zero value with a Make is ready, and safe for many tests at
// once.
type Original struct {
	// Make fills an empty database and closes whatever it opened there.
	Make func(address string) error

	lite, pg struct {
		once sync.Once
		err  error
	}
	file   []byte // SQLite's, whole
	server string // the database on the server that is copied
}

// Each runs fn as a subtest on each engine, with the address of a copy.
func (o *Original) Each(t *testing.T, fn func(t *testing.T, address string)) {
	t.Helper()
	each(t, o.SQLite, o.Postgres, fn)
}

// SQLite is the address of a copy in a file of the test's own.
func (o *Original) SQLite(t testing.TB) string {
	t.Helper()
	o.lite.once.Do(func() { o.lite.err = o.makeFile() })
	if o.lite.err != nil {
		t.Fatal(o.lite.err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, o.file, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}

// makeFile keeps the file in memory, so that nothing is left on the disk.
func (o *Original) makeFile() error {
	folder, err := os.MkdirTemp("", "bondgenoot-original")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	made, whole := filepath.Join(folder, "made.db"), filepath.Join(folder, "whole.db")
	if err := o.Make("sqlite:" + made); err != nil {
		return err
	}
	d, err := sql.Open("sqlite", made)
	if err != nil {
		return err
	}
	_, err = d.Exec("VACUUM INTO ?", whole) // with what still stood in the log beside it
	if closed := d.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	o.file, err = os.ReadFile(whole)
	return err
}

// Postgres is the address of a copy in a database of the test's own, dropped
// after the test.
func (o *Original) Postgres(t testing.TB) string {
	t.Helper()
	server := serverOf(t)
	o.pg.once.Do(func() { o.pg.err = o.makeDatabase(server) })
	if o.pg.err != nil {
		t.Fatal(o.pg.err)
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name := newName("t")
	if _, err := admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + o.server); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		admin.Close()
	})
	return at(server, name)
}

// original is what the names of databases that are copied begin with.
const original = "original"

// makeDatabase makes the database that is copied. Nothing tells a test program
// that its last test is over: so it holds a lock on its original for as long as
// it lives, and whoever makes the next sweeps away what nobody holds.
func (o *Original) makeDatabase(server string) error {
	ctx := context.Background()
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	life, err := admin.Conn(ctx) // kept until the program ends, and its lock with it
	if err != nil {
		return err
	}
	if err := sweep(ctx, life); err != nil {
		return err
	}
	name := newName(original)
	if _, err := life.ExecContext(ctx, "SELECT pg_advisory_lock(hashtextextended($1, 0))", name); err != nil {
		return err
	}
	if _, err := life.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return fmt.Errorf("%w: the user of BONDGENOOT_TEST_POSTGRES needs the right CREATEDB", err)
	}
	if err := o.Make(at(server, name)); err != nil {
		return err
	}
	o.server = name
	return nil
}

// sweep drops the originals of programs that ended.
func sweep(ctx context.Context, life *sql.Conn) error {
	rows, err := life.QueryContext(ctx, "SELECT datname FROM pg_database WHERE datname LIKE $1", original+"%")
	if err != nil {
		return err
	}
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			rows.Close()
			return err
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, name := range names {
		var mine bool
		if err := life.QueryRowContext(ctx, "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name).Scan(&mine); err != nil {
			return err
		}
		if !mine {
			continue
		}
		if _, err := life.ExecContext(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			return err
		}
		if _, err := life.ExecContext(ctx, "SELECT pg_advisory_unlock(hashtextextended($1, 0))", name); err != nil {
			return err
		}
	}
	return nil
}

// newName is a name that nothing else on the server has.
func newName(kind string) string {
	return fmt.Sprintf("%s%d_%d_%d", kind, os.Getpid(), time.Now().UnixNano(), schemas.Add(1))
}

// at is the address of another database of the same server.
func at(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(err) // it was connected to a moment ago
	}
	u.Path = "/" + name
	return u.String()
}

// originals are kept by what the modules that are migrated in them say.
var originals sync.Map

// migrated is the original in which the modules have their tables and nothing
// else.
func migrated(t testing.TB, modules []db.Migrations) *Original {
	t.Helper()
	said := sha256.New()
	for _, m := range modules {
		fmt.Fprintln(said, m.Module)
		err := fs.WalkDir(m.Files, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(m.Files, path)
			fmt.Fprintln(said, path, len(text))
			said.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	made, _ := originals.LoadOrStore([sha256.Size]byte(said.Sum(nil)), &Original{Make: func(address string) error {
		ctx := context.Background()
		d, err := db.Open(ctx, address)
		if err != nil {
			return err
		}
		defer d.Close()
		return d.Migrate(ctx, modules...)
	}})
	return made.(*Original)
}
