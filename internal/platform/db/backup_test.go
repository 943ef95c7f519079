package db_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"math"
	"reflect"
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// everything is a database with each type, an empty table, a generated column
// and rows that refer to rows that come after them.
var everything = []db.Migrations{things, rich, places}

func fill(t testing.TB, d *db.DB) {
	t.Helper()
	text := "Ben Saïd <b> ' \" \\ %\n😀\u2028"
	write(t, d, func(q db.Querier) error {
		put(t, q, thing{id: "1", n: math.MaxInt64, ok: true, share: 0.1, sealed: []byte{0, 1, 254, 255}, perhaps: &text})
		put(t, q, thing{id: "2", n: math.MinInt64, share: 1 << 60, sealed: []byte{}})
		for i := range 1000 {
			put(t, q, thing{id: fmt.Sprint("many", i), n: int64(i), sealed: []byte(fmt.Sprint(i))})
		}
		for _, statement := range []string{
			`INSERT INTO org (alliance, id, name) VALUES ('a', 'child', 'child'), ('a', 'parent', 'parent')`,
			`UPDATE org SET parent = 'parent' WHERE id = 'child'`,
			`INSERT INTO desk (alliance, id, org, ended) VALUES ('a', 'd', 'child', '')`,
		} {
			if _, err := q.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

func backup(t testing.TB, d *db.DB, modules ...db.Migrations) []byte {
	t.Helper()
	var file bytes.Buffer
	if _, err := d.Backup(ctx, db.Target{Data: &file}, modules...); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func restore(d *db.DB, file []byte, modules ...db.Migrations) error {
	_, err := d.Restore(ctx, db.Source{Data: bytes.NewReader(file)}, modules...)
	return err
}

func TestABackupComesBackWholeOnEitherEngine(t *testing.T) {
	for _, way := range []struct {
		name     string
		from, to func(testing.TB) string
	}{
		{"from SQLite to SQLite", dbtest.SQLite, dbtest.SQLite},
		{"from SQLite to PostgreSQL", dbtest.SQLite, dbtest.Postgres},
		{"from PostgreSQL to SQLite", dbtest.Postgres, dbtest.SQLite},
		{"from PostgreSQL to PostgreSQL", dbtest.Postgres, dbtest.Postgres},
	} {
		t.Run(way.name, func(t *testing.T) {
			from := dbtest.Open(t, way.from(t), everything...)
			fill(t, from)
			to := dbtest.Open(t, way.to(t))
			if err := restore(to, backup(t, from, everything...), everything...); err != nil {
				t.Fatal(err)
			}
			was, is := list(t, from, `1 = 1`), list(t, to, `1 = 1`)
			if len(was) != 1002 || !reflect.DeepEqual(was, is) {
				t.Errorf("%d rows came back of %d, or they differ", len(is), len(was))
			}
			var orgs string
			err := to.Read(ctx, func(q db.Querier) error {
				return q.QueryRowContext(ctx, `SELECT string_agg(o.id || coalesce(o.parent, '-') || o.twice || coalesce(d.id, '-'), ' ' ORDER BY o.id)
					FROM org o LEFT JOIN desk d ON d.alliance = o.alliance AND d.org = o.id`).Scan(&orgs)
			})
			if want := "childparent-2d parent--2-"; err != nil || orgs != want {
				t.Errorf("organisations %q, %v; want %q", orgs, err, want)
			}
			// The references bind again.
			err = to.Write(ctx, func(q db.Querier) error {
				_, err := q.ExecContext(ctx, `INSERT INTO desk (alliance, id, org, ended) VALUES ('a', 'e', 'nobody', '')`)
				return err
			})
			if err == nil {
				t.Error("a desk of no organisation was taken after the restore")
			}
			if err := restore(to, backup(t, from, everything...), everything...); err == nil {
				t.Error("restored over data")
			}
		})
	}
}

func TestTextThatIsNoTextComesBackToo(t *testing.T) {
	odd := "\xff\xfe odd \x00"
	from := dbtest.Open(t, dbtest.SQLite(t), things)
	write(t, from, func(q db.Querier) error { put(t, q, thing{id: "1", sealed: []byte{}, perhaps: &odd}); return nil })
	to := dbtest.Open(t, dbtest.SQLite(t))
	if err := restore(to, backup(t, from, things), things); err != nil {
		t.Fatal(err)
	}
	if got := *list(t, to, `1 = 1`)[0].perhaps; got != odd {
		t.Errorf("%q, want %q", got, odd)
	}
	pg := dbtest.Open(t, dbtest.Postgres(t))
	if err := restore(pg, backup(t, from, things), things); err == nil {
		t.Error("PostgreSQL took text that it cannot hold")
	}
}

func TestABackupIsOfOneMomentWhileWritersWrite(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, things)
		pair := func(i int64) {
			write(t, d, func(q db.Querier) error { // the two always say the same
				put(t, q, thing{id: "a", n: i, sealed: []byte{}})
				put(t, q, thing{id: "z", n: i, sealed: []byte{}})
				noise := make([]byte, 2000) // which no zip makes small: the file is written as it is read
				rand.Read(noise)
				put(t, q, thing{id: fmt.Sprint("m", i), n: i, sealed: noise})
				return nil
			})
		}
		for i := range int64(300) {
			pair(i)
		}
		var wg sync.WaitGroup
		stop, wrote := make(chan struct{}), make(chan struct{})
		wg.Go(func() {
			for i := int64(300); ; i++ {
				pair(i)
				select {
				case <-stop:
					return
				case wrote <- struct{}{}: // in step with the reader, so that the data does not outgrow it
				}
			}
		})
		var files [][]byte
		for range 5 {
			file := &slow{wrote: wrote}
			if _, err := d.Backup(ctx, db.Target{Data: file}, things); err != nil {
				t.Fatal(err)
			}
			files = append(files, file.Bytes())
		}
		close(stop)
		wg.Wait()
		for _, file := range files {
			to := dbtest.Open(t, dbtest.SQLite(t))
			if err := restore(to, file, things); err != nil {
				t.Fatal(err)
			}
			ends := list(t, to, `id IN ('a', 'z')`)
			all := list(t, to, `id LIKE 'm%'`)
			if len(ends) != 2 || ends[0].n != ends[1].n || int64(len(all)) != ends[0].n+1 {
				t.Errorf("a backup of more than one moment: %d, %d and %d rows", ends[0].n, ends[1].n, len(all))
			}
		}
	})
}

// slow is a file whose disk lets a writer of the database go first, three
// times in the middle of a backup.
type slow struct {
	bytes.Buffer
	wrote <-chan struct{}
	times int
}

func (s *slow) Write(p []byte) (int, error) {
	if s.times < 3 {
		s.times++
		<-s.wrote
	}
	return s.Buffer.Write(p)
}
