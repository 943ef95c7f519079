package db_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

func rezip(t *testing.T, text string) []byte {
	t.Helper()
	var file bytes.Buffer
	zipped := gzip.NewWriter(&file)
	if _, err := io.WriteString(zipped, text); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func unzip(t *testing.T, file []byte) string {
	t.Helper()
	zipped, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zipped)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// small is a backup of three rows.
func small(t *testing.T) []byte {
	d := dbtest.Open(t, dbtest.SQLite(t), things)
	write(t, d, func(q db.Querier) error {
		for _, id := range []string{"one", "two", "three"} {
			put(t, q, thing{id: id, n: 7, sealed: []byte("sealed")})
		}
		return nil
	})
	return backup(t, d, things)
}

func TestABackupThatIsNotAsItWasWrittenIsRefused(t *testing.T) {
	file := small(t)
	text := unzip(t, file)
	lines := strings.SplitAfter(text, "\n")
	without := func(i int) string { return strings.Join(append(append([]string{}, lines[:i]...), lines[i+1:]...), "") }
	for name, tt := range map[string]struct {
		file []byte
		says string
	}{
		"no file":                    {nil, "not a backup"},
		"another file":               {[]byte("PK\x03\x04 something else"), "not a backup"},
		"another gzip":               {rezip(t, "hello\n"), "not a backup"},
		"a newer form":               {rezip(t, strings.Replace(text, "backup-2", "backup-3", 1)), "newer version"},
		"cut off in the middle":      {file[:len(file)/2], "damaged"},
		"cut off in its last byte":   {file[:len(file)-1], "damaged"},
		"without its end":            {rezip(t, strings.Join(lines[:len(lines)-2], "")), "damaged"},
		"without a row":              {rezip(t, without(2)), "damaged"},
		"with a row twice":           {rezip(t, strings.Join(append(append([]string{}, lines[:3]...), lines[2:]...), "")), ""},
		"with a value changed":       {rezip(t, strings.Replace(text, ",7,", ",8,", 1)), "damaged"},
		"with an ID changed":         {rezip(t, strings.Replace(text, "two", "owt", 1)), "damaged"},
		"with something after it":    {append(append([]byte{}, file...), rezip(t, "more\n")...), "damaged"},
		"with rubbish after it":      {append(append([]byte{}, file...), "rubbish"...), "damaged"},
		"with a table unknown":       {rezip(t, strings.Replace(text, `"table":"thing"`, `"table":"other"`, 1)), `"other"`},
		"with a column unknown":      {rezip(t, strings.Replace(text, `"share"`, `"n) --"`, 1)), `does not know`},
		"with a row of no table":     {rezip(t, without(1)), "damaged"},
		"with a row too short":       {rezip(t, strings.Replace(text, `,null]`, `]`, 1)), "damaged"},
		"of a version that is newer": {rezip(t, strings.Replace(text, `"things":1`, `"things":2`, 1)), "newer version"},
		"with a part unknown":        {rezip(t, strings.Replace(text, `"things":1`, `"things":1,"else":1`, 1)), `part "else"`},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.EachURL(t, func(t *testing.T, address string) {
				d := dbtest.Open(t, address)
				err := restore(d, tt.file, things)
				if err == nil {
					t.Fatal("restored")
				}
				if !strings.Contains(err.Error(), tt.says) {
					t.Errorf("%v, want it to say %q", err, tt.says)
				}
				if err := d.Migrate(ctx, things); err != nil {
					t.Fatal(err)
				}
				if got := list(t, d, `1 = 1`); len(got) != 0 {
					t.Errorf("%d rows arrived", len(got))
				}
			})
		})
	}
}

// Each byte of a file is turned: either the backup is refused and nothing
// arrives, or, where the byte says nothing about the data (the time and system
// in gzip's own header, the bits that fill up the last byte before its last
// block), all of it arrives as it was.
func TestNoFlippedByteBringsOtherData(t *testing.T) {
	file := small(t)
	d := dbtest.Open(t, dbtest.SQLite(t), things)
	for at := range file {
		turned := bytes.Clone(file)
		turned[at] ^= 0x40
		err := restore(d, turned, things)
		got := list(t, d, `sealed = $1 AND n = 7`, []byte("sealed"))
		all := list(t, d, `1 = 1`)
		switch {
		case err != nil && len(all) != 0:
			t.Fatalf("byte %d: refused (%v), yet %d rows arrived", at, err, len(all))
		case err == nil && at >= 10 && at != len(file)-13:
			t.Errorf("byte %d of %d was turned and nobody noticed", at, len(file))
		case err == nil && (len(got) != 3 || len(all) != 3):
			t.Errorf("byte %d: other data arrived", at)
		}
		if err == nil {
			write(t, d, func(q db.Querier) error { _, err := q.ExecContext(ctx, `DELETE FROM thing`); return err })
		}
	}
}

func TestARestoreIntoDataTouchesNothing(t *testing.T) {
	newer := module("things", unpack(things), `ALTER TABLE thing ADD COLUMN more TEXT NOT NULL DEFAULT '';`)
	from := dbtest.Open(t, dbtest.SQLite(t), newer)
	write(t, from, func(q db.Querier) error { put(t, q, thing{id: "new", sealed: []byte{}}); return nil })
	file := backup(t, from, newer)
	dbtest.EachURL(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, things)
		write(t, d, func(q db.Querier) error { put(t, q, thing{id: "old", sealed: []byte{}}); return nil })
		if err := restore(d, file, newer); !errors.Is(err, db.ErrNotEmpty) {
			t.Errorf("Restore = %v, want %v", err, db.ErrNotEmpty)
		}
		tables, err := d.Schema(ctx)
		if err != nil || len(tables[0].Columns) != 7 {
			t.Errorf("the tables were migrated by a restore that was refused: %+v, %v", tables, err)
		}
	})
}

func TestAnOlderBackupIsMigratedOnward(t *testing.T) {
	newer := module("things", unpack(things), `ALTER TABLE thing ADD COLUMN more BIGINT NOT NULL DEFAULT 0;`, `UPDATE thing SET more = n + 1;`)
	young := module("young", `CREATE TABLE young (id TEXT NOT NULL PRIMARY KEY);`)
	file := small(t)
	dbtest.EachURL(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address)
		if err := restore(d, file, newer, young); err != nil {
			t.Fatal(err)
		}
		var sum int
		err := d.Read(ctx, func(q db.Querier) error {
			return q.QueryRowContext(ctx, `SELECT sum(more) + (SELECT count(*) FROM young) FROM thing`).Scan(&sum)
		})
		if err != nil || sum != 24 {
			t.Errorf("sum %d, %v; want 24: three rows of 7, each one more", sum, err)
		}
	})
	t.Run("but not into tables that are newer already", func(t *testing.T) {
		d := dbtest.Open(t, dbtest.SQLite(t), newer)
		if err := restore(d, file, newer); err == nil || !strings.Contains(err.Error(), "restore into a new database") {
			t.Errorf("Restore = %v", err)
		}
	})
}

func TestABackupMayArriveInSmallPieces(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	if _, err := d.Restore(ctx, db.Source{Data: iotest.OneByteReader(bytes.NewReader(small(t)))}, things); err != nil {
		t.Fatal(err)
	}
	if got := list(t, d, `1 = 1`); len(got) != 3 {
		t.Errorf("%d rows, want 3", len(got))
	}
}

func TestAFullDiskIsNoticed(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t), everything...)
	fill(t, d)
	full := errors.New("disk full")
	for _, room := range []int{0, 5, 1000} {
		_, err := d.Backup(ctx, db.Target{Data: &disk{room: room, full: full}}, everything...)
		if !errors.Is(err, full) {
			t.Errorf("with room for %d bytes: %v, want %v", room, err, full)
		}
	}
}

// disk takes room bytes and no more.
type disk struct {
	room int
	full error
}

func (d *disk) Write(p []byte) (int, error) {
	if len(p) > d.room {
		return 0, d.full
	}
	d.room -= len(p)
	return len(p), nil
}

// unpack is the text of a module of one step, without its first line.
func unpack(m db.Migrations) string {
	f, err := m.Files.Open("1_step.sql")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		panic(err)
	}
	return strings.TrimPrefix(string(text), "-- +goose Up\n")
}
