package db_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// safe is a module whose keys lie apart from what they seal.
var safe = func() db.Migrations {
	m := module("safe", `CREATE TABLE safe_key (alliance TEXT NOT NULL, family TEXT NOT NULL, n BIGINT NOT NULL, sealed BYTEA NOT NULL, PRIMARY KEY (alliance, family, n));
CREATE TABLE safe_entry (alliance TEXT NOT NULL, family TEXT NOT NULL, PRIMARY KEY (alliance, family));`)
	m.Apart = []string{"safe_key"}
	return m
}()

func lock(t testing.TB, d *db.DB, families ...string) {
	t.Helper()
	write(t, d, func(q db.Querier) error {
		for _, f := range families {
			if _, err := q.ExecContext(ctx, `INSERT INTO safe_key (alliance, family, n, sealed) VALUES ('<north>', $1, 1, $2)`, f, []byte("key of "+f)); err != nil {
				return err
			}
			if _, err := q.ExecContext(ctx, `INSERT INTO safe_entry (alliance, family) VALUES ('<north>', $1)`, f); err != nil {
				return err
			}
		}
		return nil
	})
}

func lose(t testing.TB, d *db.DB, family string) {
	t.Helper()
	write(t, d, func(q db.Querier) error {
		_, err := q.ExecContext(ctx, `DELETE FROM safe_key WHERE family = $1`, family)
		return err
	})
}

// keys are the families whose key is there, and entries all of them.
func keys(t testing.TB, d *db.DB) (keys, entries string) {
	t.Helper()
	err := d.Read(ctx, func(q db.Querier) error {
		return q.QueryRowContext(ctx, `SELECT
			(SELECT coalesce(string_agg(family, ' '), '') FROM safe_key),
			(SELECT coalesce(string_agg(family, ' '), '') FROM safe_entry)`).Scan(&keys, &entries)
	})
	if err != nil {
		t.Fatal(err)
	}
	sorted := func(s string) string {
		words := strings.Fields(s)
		slices.Sort(words)
		return strings.Join(words, " ")
	}
	return sorted(keys), sorted(entries)
}

func twoFiles(t testing.TB, d *db.DB, mark string) (data, apart []byte) {
	t.Helper()
	var one, other bytes.Buffer
	if _, err := d.Backup(ctx, db.Target{Data: &one, Apart: &other, Mark: mark}, safe); err != nil {
		t.Fatal(err)
	}
	return one.Bytes(), other.Bytes()
}

func TestWhatLiesApartComesBackFromItsNewestFile(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, safe)
		lock(t, d, "Ölçer", "b\"<>&", "c", "d")
		data, old := twoFiles(t, d, "ours")
		if text := unzip(t, data); strings.Contains(text, "a2V5IG9m") || !strings.Contains(unzip(t, old), "a2V5IG9m") { // "key of"
			t.Errorf("the data holds the keys, or the other file does not:\n%s", text)
		}
		lose(t, d, "c")
		lock(t, d, "e")
		newer, newest := twoFiles(t, d, "ours")

		for name, tt := range map[string]struct {
			data, apart []byte
			anyway      bool
			gone        int64
			keys        string
		}{
			"the first of both":               {data, old, false, 0, "b\"<>& c d Ölçer"},
			"the first data, the newest keys": {data, newest, false, 1, "b\"<>& d Ölçer"},
			"the newest of both":              {newer, newest, false, 0, "b\"<>& d e Ölçer"},
			"older keys, if it must be":       {newer, old, true, 1, "b\"<>& d Ölçer"},
		} {
			for engine, open := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
				to := dbtest.Open(t, open(t))
				gone, err := to.Restore(ctx, db.Source{Data: bytes.NewReader(tt.data), Apart: bytes.NewReader(tt.apart), Marks: []string{"theirs before", "ours"}, Anyway: tt.anyway}, safe)
				if err != nil || gone != tt.gone {
					t.Fatalf("%s, %s: %d gone, %v; want %d", name, engine, gone, err, tt.gone)
				}
				if has, entries := keys(t, to); has != tt.keys || len(strings.Fields(entries)) < 4 {
					t.Errorf("%s, %s: keys %q of %q, want %q", name, engine, has, entries, tt.keys)
				}
			}
		}
	})
}

func TestAFileThatDoesNotFitTheDataIsRefused(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t), safe)
	lock(t, d, "a", "b")
	data, apart := twoFiles(t, d, "ours")
	time.Sleep(time.Millisecond)
	lock(t, d, "c")
	newer, _ := twoFiles(t, d, "ours")
	text := unzip(t, apart)
	changed := func(old, new string) []byte { return rezip(t, strings.Replace(text, old, new, 1)) }
	plain := safe
	plain.Apart = nil
	for name, tt := range map[string]struct {
		data, apart []byte
		mark        string
		says        string
		is          error
	}{
		"no second file":                     {data, nil, "ours", "missing", nil},
		"the data twice":                     {data, data, "ours", "it holds the data", nil},
		"the two exchanged":                  {apart, data, "ours", "it holds what lies apart", nil},
		"keys that are older":                {newer, apart, "ours", "older than the data: it was written at 20", db.ErrOlder},
		"of another":                         {data, apart, "theirs", "another's", db.ErrAnothers},
		"keys of another":                    {data, changed(`"mark":"ours"`, `"mark":"theirs"`), "ours", "another's", db.ErrAnothers},
		"keys cut off":                       {data, apart[:len(apart)-9], "ours", "damaged", db.ErrDamaged},
		"keys changed":                       {data, changed("a2V5IG9m", "a2V5IG9n"), "ours", "damaged", db.ErrDamaged},
		"keys of another table":              {data, changed(`"table":"safe_key"`, `"table":"safe_entry"`), "ours", "", nil},
		"keys without a key":                 {data, changed(`"n",`, `"n2",`), "ours", "does not know", nil},
		"data of a time when none lay apart": {rezip(t, strings.Replace(unzip(t, data), `,"apart":true`, ``, 1)), apart, "ours", "keeps safe_key elsewhere", nil},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.EachURL(t, func(t *testing.T, address string) {
				to := dbtest.Open(t, address)
				from := db.Source{Data: bytes.NewReader(tt.data), Marks: []string{tt.mark}}
				if tt.apart != nil {
					from.Apart = bytes.NewReader(tt.apart)
				}
				_, err := to.Restore(ctx, from, safe)
				if err == nil || !strings.Contains(err.Error(), tt.says) || tt.is != nil && !errors.Is(err, tt.is) {
					t.Errorf("%v, want it to say %q", err, tt.says)
				}
				if err := to.Migrate(ctx, safe); err != nil {
					t.Fatal(err)
				}
				if k, e := keys(t, to); k+e != "" {
					t.Errorf("keys %q and entries %q arrived", k, e)
				}
			})
		})
	}
	if _, err := d.Backup(ctx, db.Target{Data: new(bytes.Buffer)}, safe); err == nil || !strings.Contains(err.Error(), "safe_key") {
		t.Errorf("a backup without a place for the keys: %v", err)
	}
	at, mark, err := db.Apart(bytes.NewReader(apart))
	if err != nil || mark != "ours" || !strings.HasPrefix(string(at), "20") {
		t.Errorf("the file says %q, %q, %v", at, mark, err)
	}
	if _, _, err := db.Apart(bytes.NewReader(data)); err == nil {
		t.Error("the data was taken for what lies apart")
	}
}
