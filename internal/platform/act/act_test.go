package act_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

var modules = []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), ledger.Migrations(), {Module: "box", Files: fstest.MapFS{
	"1_box.sql": {Data: []byte(`-- +goose Up
CREATE TABLE box (alliance TEXT NOT NULL, id TEXT NOT NULL, n BIGINT NOT NULL, label TEXT NOT NULL, tags TEXT NOT NULL, PRIMARY KEY (alliance, id));`)},
}}}

func acts(d *db.DB) *act.Acts {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	return &act.Acts{DB: d, Audit: &audit.Log{Key: key}, Now: time.Now}
}

// aicha coordinates, for the welfare office of the north.
var aicha = policy.Actor{Alliance: "north", Person: "aicha", Org: "welfare", Roles: []policy.Role{policy.Coordinator}}

var ctx = act.As(context.Background(), aicha)

// manage is an action that a coordinator may do.
const manage = "programme.manage"

func each(t *testing.T, fn func(t *testing.T, s *act.Acts)) {
	t.Helper()
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) { fn(t, acts(d)) })
}

// fill is an act that makes a box, allowed and recorded.
func fill(ctx context.Context, a *act.Act, id kernel.ID, n int64) error {
	if err := a.Allow(ctx, manage, id); err != nil {
		return err
	}
	if _, err := a.ExecContext(ctx, `INSERT INTO box (alliance, id, n, label, tags) VALUES ($1, $2, $3, '', '')`, a.Alliance(), id, n); err != nil {
		return err
	}
	return a.Record(ctx, act.Entry{Action: "box.fill", Subject: id})
}

// count tells how many rows of a table there are; records are verified too.
func count(t testing.TB, s *act.Acts, table string) (n int) {
	t.Helper()
	err := s.DB.Read(ctx, func(q db.Querier) error {
		report, err := s.Audit.Verify(ctx, q)
		if err != nil || len(report.Troubles) > 0 {
			t.Errorf("the record: %v, %v", report.Troubles, err)
		}
		return q.QueryRowContext(ctx, `SELECT count(*) FROM `+table).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func records(t testing.TB, s *act.Acts) (all []audit.Record) {
	t.Helper()
	err := s.DB.Read(ctx, func(q db.Querier) (err error) {
		all, err = s.Audit.Latest(ctx, q, "north", 0, 1000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAnActCommitsOnlyWhenItWasDecidedAndRecorded(t *testing.T) {
	boom := errors.New("boom")
	each(t, func(t *testing.T, s *act.Acts) {
		made := 0
		put := func(a *act.Act) error {
			_, err := a.ExecContext(ctx, `INSERT INTO box (alliance, id, n, label, tags) VALUES ('north', 'x', 1, '', '')`)
			return err
		}
		for name, tt := range map[string]struct {
			fn   func(a *act.Act) error
			want error
		}{
			"decided and recorded": {func(a *act.Act) error { made++; return fill(ctx, a, "1", 1) }, nil},
			"not decided": {func(a *act.Act) error {
				return errors.Join(put(a), a.Record(ctx, act.Entry{Action: "box.fill"}))
			}, act.ErrUndecided},
			"not recorded":      {func(a *act.Act) error { return errors.Join(a.Allow(ctx, manage, ""), put(a)) }, act.ErrUnrecorded},
			"neither":           {put, act.ErrUndecided},
			"failed at the end": {func(a *act.Act) error { return errors.Join(fill(ctx, a, "y", 1), boom) }, boom},
			"refused":           {func(a *act.Act) error { return errors.Join(put(a), a.Allow(ctx, "job.manage", "")) }, kernel.NewForbidden("role")},
			"refused and passed over": {func(a *act.Act) error {
				a.Allow(ctx, "job.manage", "")
				return errors.Join(put(a), a.Record(ctx, act.Entry{Action: "box.fill"}))
			}, act.ErrUndecided},
			"filtered by an action nobody knows": {func(a *act.Act) error {
				a.Filter("box.sell", "id", 1)
				return errors.Join(put(a), a.Record(ctx, act.Entry{Action: "box.fill"}))
			}, act.ErrUndecided},
		} {
			t.Run(name, func(t *testing.T) {
				if err := s.Do(ctx, tt.fn); !errors.Is(err, tt.want) {
					t.Errorf("Do = %v, want %v", err, tt.want)
				}
			})
		}
		if boxes, kept := count(t, s, "box"), count(t, s, "audit_record"); boxes != 1 || kept != 1 || made != 1 {
			t.Errorf("%d boxes and %d records, want one of each", boxes, kept)
		}
	})
}

func TestTheRecordSaysWhoWhatWhenAndByWhichRule(t *testing.T) {
	each(t, func(t *testing.T, s *act.Acts) {
		now := time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)
		s.Now = func() time.Time { return now }
		worker := aicha
		worker.Roles = []policy.Role{policy.Caseworker}
		ctx := act.As(context.Background(), worker)
		err := s.DB.Write(ctx, func(q db.Querier) error {
			return policy.Related(ctx, q, "north", "welfare", policy.Accepted, "family1", kernel.InstantOf(now))
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Do(ctx, func(a *act.Act) error {
			if a.Today() != "2026-03-02" {
				t.Errorf("today is %s; in Belgium it is past midnight", a.Today())
			}
			return errors.Join(a.Allow(ctx, "family.read", "family1"),
				a.Record(ctx, act.Entry{Action: "family.read", Subject: "family1", Fields: []string{"status"}, Detail: map[string]string{"page": "file"}}))
		})
		if err != nil {
			t.Fatal(err)
		}
		want := audit.Record{Alliance: "north", At: kernel.InstantOf(now), Person: "aicha", Org: "welfare", Action: "family.read", Subject: "family1",
			Rule: "family.read through accepted", Fields: []string{"status"}, Detail: map[string]string{"page": "file"}}
		if got := records(t, s); len(got) != 1 || !reflect.DeepEqual(got[0], want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
}

// On SQLite the inner act would wait for the outer one for ever.
func TestAnActWithinAnActFailsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *act.Acts) {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		began := time.Now()
		act.On(s, func(ctx context.Context, _ *act.Act, _ inner) error {
			return s.Do(ctx, func(a *act.Act) error { return fill(ctx, a, "c", 1) })
		})
		for name, within := range map[string]func(a *act.Act) error{
			"called": func(*act.Act) error { return s.Do(ctx, func(a *act.Act) error { return fill(ctx, a, "b", 1) }) },
			"told":   func(a *act.Act) error { return a.Tell(ctx, inner{}) },
			"deferred": func(*act.Act) (err error) {
				defer func() { err = s.Do(ctx, func(*act.Act) error { return nil }) }()
				return nil
			},
		} {
			err := s.Do(ctx, func(a *act.Act) error {
				if err := fill(ctx, a, "a", 1); err != nil {
					return err
				}
				return within(a)
			})
			if !errors.Is(err, db.ErrNested) {
				t.Errorf("%s: %v, want %v", name, err, db.ErrNested)
			}
		}
		if time.Since(began) > 20*time.Second {
			t.Error("it waited")
		}
		if n := count(t, s, "box"); n != 0 {
			t.Errorf("%d boxes of acts that failed", n)
		}
		// A look may stand within an act, and acts of others beside it.
		err := s.Do(ctx, func(a *act.Act) error {
			if err := s.Look(ctx, func(a *act.Act) error { return a.Allow(ctx, manage, "") }); err != nil {
				return err
			}
			return fill(ctx, a, "a", 1)
		})
		if err != nil {
			t.Error(err)
		}
	})
}

type inner struct{}

func TestALookAsksThePolicyAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *act.Acts) {
		if err := s.Do(ctx, func(a *act.Act) error { return fill(ctx, a, "1", 1) }); err != nil {
			t.Fatal(err)
		}
		for name, tt := range map[string]struct {
			fn   func(a *act.Act) error
			fine bool
		}{
			"with leave":     {func(a *act.Act) error { return a.Allow(ctx, "network.read", "") }, true},
			"with a filter":  {func(a *act.Act) error { a.Filter("referral.list", "id", 1); return nil }, true},
			"without asking": {func(a *act.Act) error { return nil }, false},
			"refused":        {func(a *act.Act) error { return a.Allow(ctx, "job.manage", "") }, false},
			"with a change":  {func(a *act.Act) error { return fill(ctx, a, "2", 1) }, false},
			"with a record": {func(a *act.Act) error {
				return errors.Join(a.Allow(ctx, manage, ""), a.Record(ctx, act.Entry{Action: "x"}))
			}, false},
			"with a job after": {func(a *act.Act) error { return errors.Join(a.Allow(ctx, manage, ""), a.Later(ctx, "mail", 1, "", "")) }, false},
		} {
			if err := s.Look(ctx, tt.fn); (err == nil) != tt.fine {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := count(t, s, "box"); n != 1 {
			t.Errorf("%d boxes", n)
		}
	})
}

func TestWhoIsNotSignedInIsTold(t *testing.T) {
	each(t, func(t *testing.T, s *act.Acts) {
		nobody := context.Background()
		if got := act.ActorOf(nobody); got.SignedIn() {
			t.Errorf("%+v", got)
		}
		if got := act.ActorOf(ctx); !reflect.DeepEqual(got, aicha) {
			t.Errorf("%+v", got)
		}
		err := s.Do(nobody, func(a *act.Act) error { return fill(nobody, a, "1", 1) })
		if kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("%v", err)
		}
	})
}

type filled struct{ ID kernel.ID }

type emptied struct{ ID kernel.ID }

func TestWhatAListenerDoesBelongsToTheAct(t *testing.T) {
	each(t, func(t *testing.T, s *act.Acts) {
		full := kernel.NewConflict("box.full")
		var order []string
		act.On(s, func(ctx context.Context, a *act.Act, e filled) error {
			order = append(order, "first "+string(e.ID))
			_, err := a.ExecContext(ctx, `INSERT INTO box (alliance, id, n, label, tags) VALUES ($1, $2, 0, 'heard', '')`, a.Alliance(), e.ID+"-heard")
			return err
		})
		act.On(s, func(_ context.Context, _ *act.Act, e filled) error {
			order = append(order, "second "+string(e.ID))
			if e.ID == "bad" {
				return full
			}
			return nil
		})
		act.On(s, func(context.Context, *act.Act, emptied) error { t.Error("heard what was not told"); return nil })
		tell := func(id kernel.ID) error {
			order = nil
			return s.Do(ctx, func(a *act.Act) error {
				if err := fill(ctx, a, id, 1); err != nil {
					return err
				}
				return a.Tell(ctx, filled{id})
			})
		}
		if err := tell("good"); err != nil {
			t.Fatal(err)
		}
		if want := []string{"first good", "second good"}; !reflect.DeepEqual(order, want) {
			t.Errorf("heard %q, want %q", order, want)
		}
		err := tell("bad")
		if !errors.Is(err, full) || kernel.CodeOf(err) != kernel.Conflict || !strings.Contains(err.Error(), "filled") {
			t.Errorf("%v, want %v with the event's name", err, full)
		}
		if boxes, kept := count(t, s, "box"), count(t, s, "audit_record"); boxes != 2 || kept != 1 {
			t.Errorf("%d boxes and %d records; want those of the good one", boxes, kept)
		}
		if err := s.Do(ctx, func(a *act.Act) error { return errors.Join(fill(ctx, a, "z", 1), a.Tell(ctx, 7)) }); err != nil {
			t.Errorf("an event that nobody hears: %v", err)
		}
	})
}

func TestWorkForLaterIsThereOnlyAfterTheCommit(t *testing.T) {
	each(t, func(t *testing.T, s *act.Acts) {
		done := make(chan job.Job, 10)
		s.Queue = &job.Queue{DB: s.DB, Now: time.Now, Handlers: map[string]job.Handler{
			"mail": func(_ context.Context, j job.Job) error { done <- j; return nil },
		}}
		open, end := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		wg.Go(func() { s.Queue.Run(open, 1) })
		boom := errors.New("boom")
		for _, want := range []error{boom, nil} {
			err := s.Do(ctx, func(a *act.Act) error {
				err := errors.Join(fill(ctx, a, "1", 1), a.Later(ctx, "mail", map[string]string{"letter": "welcome"}, "", ""),
					a.Later(ctx, "remind", 1, a.Now.Add(time.Hour), "1"), a.Later(ctx, "remind", 1, a.Now.Add(time.Hour), "1"))
				return errors.Join(err, want)
			})
			if !errors.Is(err, want) {
				t.Fatalf("%v, want %v", err, want)
			}
		}
		j := <-done
		if string(j.Payload) != `{"letter":"welcome"}` || j.Alliance != "north" {
			t.Errorf("%+v", j)
		}
		end()
		wg.Wait()
		if len(done) != 0 {
			t.Error("the act that failed left a job")
		}
		if n := count(t, s, "job"); n != 2 {
			t.Errorf("%d jobs, want the letter and one reminder", n)
		}
		err := s.Do(ctx, func(a *act.Act) error {
			return errors.Join(fill(ctx, a, "2", 1), a.Later(ctx, "mail", func() {}, "", ""))
		})
		if err == nil {
			t.Error("a payload that is no JSON was taken")
		}
	})
}

func TestAHundredActsAtOnceAreAllRecorded(t *testing.T) {
	each(t, func(t *testing.T, s *act.Acts) {
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				err := s.Do(ctx, func(a *act.Act) error {
					return errors.Join(fill(ctx, a, kernel.ID(fmt.Sprint(i)), 1), a.Later(ctx, "count", i, "", "once"))
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if boxes, kept, jobs := count(t, s, "box"), count(t, s, "audit_record"), count(t, s, "job"); boxes != 100 || kept != 100 || jobs != 1 {
			t.Errorf("%d boxes, %d records, %d jobs; want 100, 100 and 1", boxes, kept, jobs)
		}
	})
}

func BenchmarkAct(b *testing.B) {
	d := dbtest.Open(b, dbtest.SQLite(b), modules...)
	s := acts(d)
	for i := 0; b.Loop(); i++ {
		if err := s.Do(ctx, func(a *act.Act) error { return fill(ctx, a, kernel.ID(fmt.Sprint(i)), 1) }); err != nil {
			b.Fatal(err)
		}
	}
}

func TestWhatGoesAlongIsThereExactlyWhenTheActIs(t *testing.T) {
	each(t, func(t *testing.T, s *act.Acts) {
		beside := func(ctx context.Context, q db.Querier) error {
			_, err := q.ExecContext(ctx, `INSERT INTO box (alliance, id, n, label, tags) VALUES ('north', 'beside', 1, '', '')`)
			return err
		}
		refuse := errors.New("not now")
		along := act.Along(ctx, beside)
		if err := s.Do(along, func(a *act.Act) error { return errors.Join(fill(along, a, "one", 1), refuse) }); !errors.Is(err, refuse) {
			t.Errorf("an act that refuses gives %v", err)
		}
		if n := count(t, s, "box"); n != 0 {
			t.Errorf("of an act that refused %d rows are left", n)
		}
		if err := s.Do(along, func(a *act.Act) error { return fill(along, a, "one", 1) }); err != nil {
			t.Fatal(err)
		}
		if n := count(t, s, "box"); n != 2 {
			t.Errorf("of an act and what goes along with it %d rows are there", n)
		}
		against := act.Along(ctx, func(context.Context, db.Querier) error { return refuse })
		if err := s.Do(against, func(a *act.Act) error { return fill(against, a, "two", 1) }); !errors.Is(err, refuse) {
			t.Errorf("an act against which something goes along gives %v", err)
		}
		if n := count(t, s, "box"); n != 2 {
			t.Errorf("what went along refused, and %d rows are there", n)
		}
	})
}
