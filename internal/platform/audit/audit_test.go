package audit

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

var ctx = context.Background()

const (
	north = kernel.ID("01890000-0000-7000-8000-00000000000a")
	south = kernel.ID("01890000-0000-7000-8000-00000000000b")
)

func newLog(seed byte) *Log {
	s := make([]byte, ed25519.SeedSize)
	s[0] = seed
	return &Log{Key: ed25519.NewKeyFromSeed(s)}
}

func sample(alliance kernel.ID, i int) Record {
	return Record{
		Alliance: alliance, At: kernel.InstantOf(time.Date(2026, 3, 1, 9, 0, i, 0, time.UTC)),
		Person: kernel.ID(fmt.Sprint("person", i%7)), Org: kernel.ID(fmt.Sprint("org", i%3)), Action: "family.read",
		Subject: kernel.ID(fmt.Sprint("family", i%5)), Rule: "family.read through care_team",
		Fields: []string{"status"}, Detail: map[string]string{"to": fmt.Sprint(i)},
	}
}

// write appends n records, a transaction for every hundred.
func write(t testing.TB, d *db.DB, l *Log, alliance kernel.ID, n int) {
	t.Helper()
	for from := 0; from < n; from += 100 {
		err := d.Write(ctx, func(q db.Querier) error {
			for i := from; i < min(n, from+100); i++ {
				if err := l.Append(ctx, q, sample(alliance, i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// open has no triggers: it is what somebody can do who has the database file.
func open() []db.Migrations {
	text, err := fs.ReadFile(migrations, "migrations/0001_record.sql")
	if err != nil {
		panic(err)
	}
	return []db.Migrations{{Module: "audit", Files: fstest.MapFS{"0001_record.sql": {Data: text}}}}
}

func verify(t testing.TB, d *db.DB, l *Log) (report Report) {
	t.Helper()
	err := d.Read(ctx, func(q db.Querier) (err error) {
		report, err = l.Verify(ctx, q)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestARecordThatNobodyTouchedVerifies(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		l := newLog(1)
		if report := verify(t, d, l); report.Alliances != 0 || len(report.Troubles) != 0 {
			t.Errorf("of nothing: %+v", report)
		}
		for _, n := range []int{1, 2, 61, 64, 2500 - 128} { // 1, 3, 64, 128, 2500 records; more than two pages
			write(t, d, l, north, n)
			verify := verify(t, d, l)
			if len(verify.Troubles) != 0 {
				t.Errorf("trouble: %v", verify.Troubles[0])
			}
		}
		write(t, d, l, south, 70)
		report := verify(t, d, l)
		want := Report{Alliances: 2, Records: 2570, Checkpoints: 2500/64 + 1}
		if !reflect.DeepEqual(report, want) {
			t.Errorf("report %+v, want %+v", report, want)
		}
	})
}

func TestARecordComesBackAsItWasLeft(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		l := newLog(1)
		write(t, d, l, north, 30)
		write(t, d, l, south, 3)
		err := d.Read(ctx, func(q db.Querier) error {
			latest, err := l.Latest(ctx, q, north, 0, 10)
			if err != nil || len(latest) != 10 || latest[0].Seq != 29 || latest[9].Seq != 20 {
				t.Errorf("latest %+v, %v", latest, err)
			}
			next, err := l.Latest(ctx, q, north, latest[9].Seq, 100)
			if err != nil || len(next) != 20 || next[0].Seq != 19 {
				t.Errorf("next %+v, %v", next, err)
			}
			want := sample(north, 28)
			want.Seq = 28
			of, err := l.Of(ctx, q, north, want.Subject, 0, 2)
			if err != nil || len(of) != 2 || !reflect.DeepEqual(of[0], want) || of[1].Seq != 23 {
				t.Errorf("of a family %+v, %v; want %+v first", of, err, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheRecordRefusesChangeAndRemoval(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		l := newLog(1)
		write(t, d, l, north, 64)
		statements := []string{
			`UPDATE audit_record SET action = 'x'`, `UPDATE audit_record SET seq = 99 WHERE seq = 3`, `DELETE FROM audit_record WHERE seq = 63`,
			`UPDATE audit_hash SET hash = 'x'`, `DELETE FROM audit_hash`, `UPDATE audit_checkpoint SET at = 'x'`, `DELETE FROM audit_checkpoint`,
		}
		if d.Engine == db.PostgreSQL {
			statements = append(statements, `TRUNCATE audit_record`, `TRUNCATE audit_hash`, `TRUNCATE audit_checkpoint`)
		}
		for _, statement := range statements {
			err := d.Write(ctx, func(q db.Querier) error {
				_, err := q.ExecContext(ctx, statement)
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", statement, err)
			}
		}
		if report := verify(t, d, l); len(report.Troubles) != 0 || report.Records != 64 {
			t.Errorf("%+v", report)
		}
	})
}

func TestAHundredAtOnceLeaveARecordWithoutHoles(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		l := newLog(1)
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				err := d.Write(ctx, func(q db.Querier) error { return l.Append(ctx, q, sample(north, i)) })
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if report := verify(t, d, l); report.Records != 100 || report.Checkpoints != 1 || len(report.Troubles) != 0 {
			t.Errorf("%+v", report)
		}
	})
}

func TestARecordThatIsRolledBackLeavesNoTrace(t *testing.T) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) {
		l, no := newLog(1), errors.New("no")
		for i := range 130 {
			err := d.Write(ctx, func(q db.Querier) error {
				if err := l.Append(ctx, q, sample(north, i)); err != nil {
					return err
				}
				if i%2 == 0 {
					return no
				}
				return nil
			})
			if err != nil && !errors.Is(err, no) {
				t.Fatal(err)
			}
		}
		if report := verify(t, d, l); report.Records != 65 || len(report.Troubles) != 0 {
			t.Errorf("%+v", report)
		}
	})
}

func TestNothingMovesFromOnePartOfARecordIntoTheNext(t *testing.T) {
	a := chain("p", Record{Action: "ab", Subject: "c"}, "{}")
	for name, r := range map[string]Record{
		"a letter":         {Action: "a", Subject: "bc"},
		"a separator":      {Action: "ab\x00", Subject: "c"},
		"what looks alike": {Action: "ab,1:c", Subject: ""},
	} {
		if chain("p", r, "{}") == a {
			t.Errorf("%s moves and the hash stays", name)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	d := dbtest.Open(b, dbtest.SQLite(b), Migrations())
	l := newLog(1)
	for i := 0; b.Loop(); i++ {
		if err := d.Write(ctx, func(q db.Querier) error { return l.Append(ctx, q, sample(north, i)) }); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify reads a record of 100,000.
func BenchmarkVerify(b *testing.B) {
	d := dbtest.Open(b, dbtest.SQLite(b), Migrations())
	l := newLog(1)
	for range 100 {
		err := d.Write(ctx, func(q db.Querier) error {
			for i := range 1000 {
				if err := l.Append(ctx, q, sample(north, i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if report := verify(b, d, l); report.Records != 100_000 || len(report.Troubles) != 0 {
			b.Fatalf("%+v", report)
		}
	}
}
