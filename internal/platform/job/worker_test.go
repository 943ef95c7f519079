package job

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

func TestAnotherWorkerTakesOverWhenOneDies(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var done int
		s, c := queue(d, map[string]Handler{"a": func(context.Context, Job) error { done++; return nil }})
		add(t, d, Job{Kind: "a", RunAt: c.instant()})
		dead, err := s.claim(ctx) // and is not heard of again
		if err != nil {
			t.Fatal(err)
		}
		c.pass(lease)
		if once(t, s) {
			t.Error("taken over while its lease ran")
		}
		c.pass(time.Second)
		if !once(t, s) || done != 1 {
			t.Error("not taken over")
		}
		// The dead one rises and says that it failed: nobody listens.
		if err := s.finish(ctx, dead, errors.New("late")); err != nil {
			t.Fatal(err)
		}
		if got := all(t, d, Done); len(got) != 1 || got[0].Trouble != "" || got[0].Attempts != 2 {
			t.Errorf("done: %+v", got)
		}
	})
}

func TestASlowWorkerDoesNotSpeakForTheOneThatTookOver(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		s, c := queue(d, nil)
		add(t, d, Job{Kind: "a", RunAt: c.instant()})
		slow, err := s.claim(ctx)
		if err != nil {
			t.Fatal(err)
		}
		c.pass(lease + time.Second)
		quick, err := s.claim(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, trouble := range []error{nil, errors.New("late")} {
			if err := s.finish(ctx, slow, trouble); err != nil {
				t.Fatal(err)
			}
			if err := s.giveBack(ctx, slow, slow.RunAt); err != nil {
				t.Fatal(err)
			}
		}
		if did := once(t, s); did || len(all(t, d, Waiting)) != 1 {
			t.Error("the slow one let go of what the quick one does")
		}
		if err := s.finish(ctx, quick, nil); err != nil || len(all(t, d, Done)) != 1 {
			t.Errorf("the quick one is not done: %v", err)
		}
	})
}

func TestAJobThatKillsTheProgramIsGivenUpToo(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		s, c := queue(d, map[string]Handler{"a": func(context.Context, Job) error { t.Error("tried once too often"); return nil }})
		add(t, d, Job{Kind: "a", RunAt: c.instant()})
		for range maxAttempts {
			if _, err := s.claim(ctx); err != nil {
				t.Fatal(err)
			}
			c.pass(lease + time.Second)
		}
		if !once(t, s) {
			t.Fatal("nobody looked at it")
		}
		if failed := all(t, d, Failed); len(failed) != 1 || failed[0].Trouble == "" {
			t.Errorf("failed: %+v", failed)
		}
	})
}

// What may not be done yet waits for its hour, however often it is asked, and is
// neither an attempt nor a failure; what failed before stays counted.
func TestAJobWaitsForItsHour(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var open kernel.Instant
		tries := 0
		var c *clock
		s, c := queue(d, map[string]Handler{"a": func(context.Context, Job) error {
			if tries++; tries == 1 {
				return errors.New("away")
			}
			if c.instant() < open {
				return fmt.Errorf("text: %w", NotYet{open})
			}
			return nil
		}})
		open = c.instant().Add(10 * time.Hour)
		add(t, d, Job{Kind: "a", RunAt: c.instant(), Unique: "x"})
		once(t, s)
		c.pass(time.Minute)
		once(t, s)
		if w := all(t, d, Waiting); len(w) != 1 || w[0].RunAt != open || w[0].Attempts != 1 || w[0].Trouble != "away" || once(t, s) {
			t.Fatalf("by night: %+v", w)
		}
		add(t, d, Job{Kind: "a", RunAt: c.instant().Add(20 * time.Hour), Unique: "x"}) // waits already
		c.pass(10 * time.Hour)
		for once(t, s) {
		}
		if done := all(t, d, Done); len(done) != 1 || done[0].Attempts != 2 || tries != 3 || len(all(t, d, Waiting)) != 0 {
			t.Errorf("by day: %+v after %d tries", done, tries)
		}
	})
}

func TestAPanicIsAFailureOfThatJobAlone(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var done int
		s, c := queue(d, map[string]Handler{
			"bad":  func(context.Context, Job) error { var m map[string]int; m["x"] = 1; return nil },
			"good": func(context.Context, Job) error { done++; return nil },
		})
		add(t, d, Job{Kind: "bad", RunAt: c.instant().Add(-time.Second)}, Job{Kind: "good", RunAt: c.instant()})
		for once(t, s) {
		}
		w := all(t, d, Waiting)
		if done != 1 || len(w) != 1 || w[0].Kind != "bad" || w[0].Trouble != "the program stumbled over it" {
			t.Errorf("%d done; waiting %+v", done, w)
		}
	})
}

func TestAHundredWorkersNeverDoOneJobAtOnce(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, address string) {
		const jobs = 150
		var queues []*Queue
		running := make([]atomic.Int64, jobs)
		done := make([]atomic.Int64, jobs)
		var left atomic.Int64
		left.Store(jobs)
		finished, end := context.WithCancel(ctx)
		defer end()
		handle := func(_ context.Context, j Job) error {
			var i int
			fmt.Sscan(j.Unique, &i)
			if running[i].Add(1) != 1 {
				t.Errorf("job %d is done twice at once", i)
			}
			time.Sleep(time.Millisecond)
			running[i].Add(-1)
			if done[i].Add(1) == 1 && left.Add(-1) == 0 {
				end()
			}
			return nil
		}
		for range 2 { // as two programs on one database
			s, c := queue(dbtest.Open(t, address, Migrations()), map[string]Handler{"a": handle})
			if len(queues) == 0 {
				for i := range jobs {
					add(t, s.DB, Job{Kind: "a", Unique: fmt.Sprint(i), RunAt: c.instant()})
				}
			}
			queues = append(queues, s)
		}
		limit, cancel := context.WithTimeout(finished, 20*time.Second)
		defer cancel()
		var wg sync.WaitGroup
		for _, s := range queues {
			wg.Go(func() { s.Run(limit, 50) })
		}
		wg.Wait()
		if n := left.Load(); n != 0 {
			t.Errorf("%d jobs were left", n)
		}
		for i := range done {
			if n := done[i].Load(); n != 1 {
				t.Errorf("job %d was done %d times", i, n)
			}
		}
	})
}

func TestTheHouseClosesWithoutBlameOnTheJob(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		open, closing := context.WithCancel(ctx)
		begun := make(chan bool, 1)
		s, c := queue(d, map[string]Handler{"a": func(ctx context.Context, _ Job) error {
			begun <- true
			<-ctx.Done()
			return ctx.Err()
		}})
		add(t, d, Job{Kind: "a", Unique: "x", RunAt: c.instant()})
		var wg sync.WaitGroup
		wg.Go(func() { s.Run(open, 2) })
		<-begun
		closing()
		wg.Wait()
		w := all(t, d, Waiting)
		if len(w) != 1 || w[0].Attempts != 0 || w[0].Trouble != "" {
			t.Errorf("%+v", w)
		}
		s.Handlers = map[string]Handler{"a": func(context.Context, Job) error { return nil }}
		if !once(t, s) || len(all(t, d, Done)) != 1 {
			t.Error("not done after the house opened again")
		}
	})
}

func TestAWakeIsNotWaitedFor(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t), Migrations())
	done := make(chan kernel.ID, 100)
	s, c := queue(d, map[string]Handler{"a": func(_ context.Context, j Job) error { done <- j.ID; return nil }})
	s.idle = time.Hour // without a wake this test does not end
	open, end := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { s.Run(open, 1) })
	for range 3 {
		add(t, d, Job{Kind: "a", RunAt: c.instant()})
		s.Wake()
		<-done
	}
	for range 100 {
		s.Wake() // never blocks
	}
	end()
	wg.Wait()
}
