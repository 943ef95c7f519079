package job

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

func sweep(t testing.TB, s *Queue) int64 {
	t.Helper()
	n, err := s.Sweep(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatIsDoneIsSweptAwayAfterThirtyDays(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		s, c := queue(d, map[string]Handler{
			"good": func(context.Context, Job) error { return nil },
			"bad":  func(context.Context, Job) error { return errors.New("never") },
		})
		// Due long before it was done: the thirty days begin when it was done.
		add(t, d, Job{Kind: "good", RunAt: c.instant().Add(-90 * 24 * time.Hour)}, Job{Kind: "bad", RunAt: c.instant()},
			Job{Kind: "good", Unique: "far ahead", RunAt: c.instant().Add(365 * 24 * time.Hour)})
		for len(all(t, d, Failed)) == 0 {
			once(t, s)
			c.pass(2 * time.Hour)
		}
		done := c.Now()
		add(t, d, Job{Kind: "good", Unique: "later", RunAt: c.instant()})
		once(t, s)
		if n := sweep(t, s); n != 0 || len(all(t, d, Done)) != 2 {
			t.Errorf("%d were swept at once", n)
		}
		c.pass(30*24*time.Hour - time.Second)
		if n := sweep(t, s); n != 1 || len(all(t, d, Done)) != 1 {
			t.Errorf("%d were swept after thirty days, want the first", n)
		}
		c.pass(2 * time.Second)
		if n := sweep(t, s); n != 1 || len(all(t, d, Done)) != 0 {
			t.Errorf("%d were swept, want the second; it was done at %v", n, done)
		}
		c.pass(300 * 24 * time.Hour)
		sweep(t, s)
		failed, waiting := all(t, d, Failed), all(t, d, Waiting)
		if len(failed) != 1 || len(waiting) != 1 {
			t.Fatalf("failed %+v, waiting %+v; want both kept", failed, waiting)
		}
		// What is retried and done stays for thirty days from then.
		s.Handlers["bad"] = s.Handlers["good"]
		err := d.Write(ctx, func(q db.Querier) error { return Retry(ctx, q, north, failed[0].ID, c.instant()) })
		if err != nil {
			t.Fatal(err)
		}
		once(t, s)
		if n := sweep(t, s); n != 0 || len(all(t, d, Done)) != 1 {
			t.Error("what was just retried is gone")
		}
	})
}

func TestTheRunningQueueSweepsAndOthersWriteMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		s, c := queue(d, nil)
		old := c.instant()
		err := d.Write(ctx, func(q db.Querier) error {
			for i := range 2*sweepAtOnce + 10 {
				_, err := q.ExecContext(ctx, `INSERT INTO job (alliance, id, kind, payload, run_at, unique_key, slot, state, attempts, trouble, lease_until, ended_at)
					VALUES ('north', $1, 'a', '{}', $2, $1, $1, 'done', 1, '', '', $2)`, fmt.Sprint("old", i), old)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		c.pass(31 * 24 * time.Hour)
		ctx, end := context.WithTimeout(ctx, time.Minute)
		defer end()
		var wg sync.WaitGroup
		wg.Go(func() { s.Run(ctx, 1) })
		for ctx.Err() == nil && len(all(t, d, Done)) > 0 {
			time.Sleep(2 * time.Millisecond)
		}
		if ctx.Err() != nil {
			t.Error("nothing was swept")
		}
		end()
		wg.Wait()
	})
}

// What was done before this version knew when ends its thirty days too.
func TestJobsOfAnOlderVersionAreSweptToo(t *testing.T) {
	first, err := migrations.ReadFile("migrations/0001_job.sql")
	if err != nil {
		t.Fatal(err)
	}
	dbtest.EachURL(t, func(t *testing.T, address string) {
		older := fstest.MapFS{"0001_job.sql": {Data: first}}
		d := dbtest.Open(t, address, db.Migrations{Module: "job", Files: older})
		s, c := queue(d, nil)
		err := d.Write(ctx, func(q db.Querier) error {
			_, err := q.ExecContext(ctx, `INSERT INTO job (alliance, id, kind, payload, run_at, unique_key, slot, state, attempts, trouble, lease_until)
				VALUES ('north', '1', 'a', '{}', $1, '1', '1', 'done', 1, '', ''), ('north', '2', 'a', '{}', $1, '2', '2', 'waiting', 0, '', '')`, c.instant())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Migrate(ctx, Migrations()); err != nil {
			t.Fatal(err)
		}
		if n := sweep(t, s); n != 0 {
			t.Errorf("%d were swept at once", n)
		}
		c.pass(31 * 24 * time.Hour)
		if n := sweep(t, s); n != 1 || len(all(t, d, Waiting)) != 1 {
			t.Errorf("%d were swept, want the one that was done", n)
		}
	})
}
