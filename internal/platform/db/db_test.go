package db_test

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

var ctx = context.Background()

// module makes migrations of one file for each text.
func module(name string, texts ...string) db.Migrations {
	files := fstest.MapFS{}
	for i, text := range texts {
		files[string(rune('1'+i))+"_step.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)}
	}
	return db.Migrations{Module: name, Files: files}
}

// things has a column of each type that the engines share.
var things = module("things", `CREATE TABLE thing (
	alliance TEXT NOT NULL,
	id       TEXT NOT NULL,
	n        BIGINT NOT NULL,
	ok       BOOLEAN NOT NULL,
	share    DOUBLE PRECISION NOT NULL,
	sealed   BYTEA NOT NULL,
	perhaps  TEXT,
	PRIMARY KEY (alliance, id)
);`)

type thing struct {
	id      string
	n       int64
	ok      bool
	share   float64
	sealed  []byte
	perhaps *string
}

const columns = `id, n, ok, share, sealed, perhaps`

func put(t testing.TB, q db.Querier, th thing) {
	t.Helper()
	if _, err := q.ExecContext(ctx, `INSERT INTO thing (alliance, `+columns+`) VALUES ('a', $1, $2, $3, $4, $5, $6)
		ON CONFLICT (alliance, id) DO UPDATE SET n = excluded.n, ok = excluded.ok`,
		th.id, th.n, th.ok, th.share, th.sealed, th.perhaps); err != nil {
		t.Fatal(err)
	}
}

func list(t testing.TB, d *db.DB, where string, args ...any) (found []thing) {
	t.Helper()
	err := d.Read(ctx, func(q db.Querier) error {
		rows, err := q.QueryContext(ctx, `SELECT `+columns+` FROM thing WHERE `+where+` ORDER BY id`, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var th thing
			if err := rows.Scan(&th.id, &th.n, &th.ok, &th.share, &th.sealed, &th.perhaps); err != nil {
				return err
			}
			if th.sealed == nil {
				th.sealed = []byte{} // a driver may give no bytes as nil; NULL is refused by the column
			}
			found = append(found, th)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func write(t testing.TB, d *db.DB, fn func(q db.Querier) error) {
	t.Helper()
	if err := d.Write(ctx, fn); err != nil {
		t.Fatal(err)
	}
}

func ids(things []thing) (found []string) {
	for _, th := range things {
		found = append(found, th.id)
	}
	return found
}

func TestEachTypeComesBackAsItWent(t *testing.T) {
	text := "Ben Saïd ' \" \\ %\n😀"
	all := []thing{
		{id: "1", n: math.MaxInt64, ok: true, share: 0.1, sealed: []byte{0, 1, 254, 255}, perhaps: &text},
		{id: "2", n: math.MinInt64, ok: false, share: -1e300, sealed: []byte{}},
		{id: "3", n: 0, ok: true, share: 3, sealed: bytes.Repeat([]byte{7}, 100_000)},
	}
	dbtest.Each(t, []db.Migrations{things}, func(t *testing.T, d *db.DB) {
		write(t, d, func(q db.Querier) error {
			for _, th := range all {
				put(t, q, th)
			}
			return nil
		})
		found := list(t, d, `alliance = $1`, "a")
		if len(found) != len(all) {
			t.Fatalf("%d things, want %d", len(found), len(all))
		}
		for i, want := range all {
			got := found[i]
			if got.n != want.n || got.ok != want.ok || got.share != want.share || !bytes.Equal(got.sealed, want.sealed) {
				t.Errorf("thing %s = %+v, want %+v", want.id, got, want)
			}
			if (got.perhaps == nil) != (want.perhaps == nil) || got.perhaps != nil && *got.perhaps != *want.perhaps {
				t.Errorf("text of thing %s differs", want.id)
			}
		}
	})
}

// What a store may write: each line must give the same rows on both engines.
func TestOneTextOfSQLMeansTheSameOnBothEngines(t *testing.T) {
	x, big := "x", "X"
	all := []thing{
		{id: "a", n: 1, ok: true, perhaps: &x},
		{id: "b", n: 2, ok: false, perhaps: &big},
		{id: "c", n: 2, ok: true},
		{id: "d", n: 3, ok: false, share: 0.5},
	}
	cases := map[string]struct {
		where string
		args  []any
		want  []string
	}{
		"parameters out of order and repeated": {`n = $2 AND alliance = $1 AND n >= $2`, []any{"a", 2}, []string{"b", "c"}},
		"after a key of two columns":           {`(n, id) > ($1, $2)`, []any{2, "b"}, []string{"c", "d"}},
		"a bool by itself":                     {`ok`, nil, []string{"a", "c"}},
		"a bool as a parameter":                {`ok = $1`, []any{false}, []string{"b", "d"}},
		"LIKE minds case":                      {`perhaps LIKE 'x%'`, nil, []string{"a"}},
		"null is not distinct from null":       {`perhaps IS NOT DISTINCT FROM $1`, []any{nil}, []string{"c", "d"}},
		"a row of keys":                        {`(alliance, id) IN (SELECT alliance, id FROM thing WHERE n < $1)`, []any{2}, []string{"a"}},
		"a fraction":                           {`share > 0.25`, nil, []string{"d"}},
		"whole numbers divide whole":           {`n / 2 = 1`, nil, []string{"b", "c", "d"}},
		"a filtered count":                     {`n >= (SELECT count(*) FILTER (WHERE ok) FROM thing)`, nil, []string{"b", "c", "d"}},
	}
	dbtest.Each(t, []db.Migrations{things}, func(t *testing.T, d *db.DB) {
		write(t, d, func(q db.Querier) error {
			for _, th := range all {
				th.sealed = []byte{}
				put(t, q, th)
				put(t, q, th) // an upsert of what is there changes nothing
			}
			return nil
		})
		for name, tt := range cases {
			if got := ids(list(t, d, tt.where, tt.args...)); !slices.Equal(got, tt.want) {
				t.Errorf("%s: %q, want %q", name, got, tt.want)
			}
		}
	})
}

func TestAnAddressThatCannotWorkIsRefusedWithARemedy(t *testing.T) {
	for name, tt := range map[string]struct{ url, says string }{
		"no engine":            {"bondgenoot.db", "sqlite:PATH or postgres://"},
		"another engine":       {"mysql://localhost/x", "sqlite:PATH or postgres://"},
		"no path":              {"sqlite:", "for example sqlite:/var"},
		"memory":               {"sqlite::memory:", "needs a file"},
		"a folder not there":   {"sqlite:" + filepath.Join(t.TempDir(), "no", "where.db"), "where.db"},
		"a server not there":   {"postgres://me:secret-word@127.0.0.1:1/x?connect_timeout=2", "reach PostgreSQL"},
		"an unreadable server": {"postgres://me:secret-word@host:port/x", "PostgreSQL"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := db.Open(ctx, tt.url)
			if err == nil {
				d.Close()
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v, want it to say %q", err, tt.says)
			}
			if strings.Contains(err.Error(), "secret-word") {
				t.Errorf("%v tells the password", err)
			}
		})
	}
}

func TestAPathMayHoldWhatAnAddressMayNot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "50% of # what? é.db")
	d := dbtest.Open(t, "sqlite:"+path, things)
	write(t, d, func(q db.Querier) error { put(t, q, thing{id: "1", sealed: []byte{}}); return nil })
	again := dbtest.Open(t, "sqlite:"+path, things)
	if got := list(t, again, `1 = 1`); len(got) != 1 {
		t.Errorf("%d things, want 1", len(got))
	}
	if found, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "50% of # what[?] é.db")); len(found) != 1 {
		t.Errorf("the file is not where it was asked for: %q", found)
	}
}

func TestANewFileIsForItsOwnerAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows keeps rights in another way")
	}
	path := filepath.Join(t.TempDir(), "new.db")
	d := dbtest.Open(t, "sqlite:"+path, things) // writes, so that there is a log too
	defer d.Close()
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the rights %v", filepath.Base(file), info.Mode().Perm())
		}
	}
}

func TestMarksCountOnward(t *testing.T) {
	for _, tt := range []struct {
		from, n int
		want    string
	}{{1, 3, "$1, $2, $3"}, {9, 2, "$9, $10"}, {4, 1, "$4"}, {1, 0, ""}} {
		if got := db.Marks(tt.from, tt.n); got != tt.want {
			t.Errorf("Marks(%d, %d) = %q, want %q", tt.from, tt.n, got, tt.want)
		}
	}
}
