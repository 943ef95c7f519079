package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

var ctx = context.Background()

const north = kernel.ID("north")

// clock is a time that a test moves on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) instant() kernel.Instant { return kernel.InstantOf(c.Now()) }

func queue(d *db.DB, handlers map[string]Handler) (*Queue, *clock) {
	c := &clock{now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	return &Queue{DB: d, Now: c.Now, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Handlers: handlers}, c
}

func add(t testing.TB, d *db.DB, jobs ...Job) {
	t.Helper()
	err := d.Write(ctx, func(q db.Querier) error {
		for _, j := range jobs {
			if j.Alliance == "" {
				j.Alliance = north
			}
			if err := Add(ctx, q, j); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func once(t testing.TB, s *Queue) bool {
	t.Helper()
	did, err := s.Once(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return did
}

func all(t testing.TB, d *db.DB, state State) (jobs []Job) {
	t.Helper()
	err := d.Read(ctx, func(q db.Querier) (err error) {
		jobs, err = List(ctx, q, north, state, 1000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}

func each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{Migrations()}, fn)
}

func TestAJobIsDoneOnceWhenItIsDue(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var got []Job
		s, c := queue(d, map[string]Handler{"mail": func(_ context.Context, j Job) error { got = append(got, j); return nil }})
		add(t, d, Job{Kind: "mail", Payload: json.RawMessage(`{"to":"x"}`), RunAt: c.instant().Add(time.Minute)})
		if once(t, s) {
			t.Error("done before it was due")
		}
		c.pass(time.Minute)
		if !once(t, s) || once(t, s) {
			t.Error("not done once")
		}
		if len(got) != 1 || string(got[0].Payload) != `{"to":"x"}` || got[0].Alliance != north || got[0].Attempts != 1 {
			t.Errorf("%+v", got)
		}
		if done := all(t, d, Done); len(done) != 1 || done[0].Trouble != "" {
			t.Errorf("done: %+v", done)
		}
	})
}

func TestWhoWaitedLongestIsNext(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var got []string
		s, c := queue(d, map[string]Handler{"a": func(_ context.Context, j Job) error { got = append(got, j.Unique); return nil }})
		now := c.instant()
		add(t, d, Job{Kind: "a", Unique: "second", RunAt: now.Add(-time.Minute)}, Job{Kind: "a", Unique: "third", RunAt: now},
			Job{Kind: "a", Unique: "first", RunAt: now.Add(-time.Hour)}, Job{Alliance: "south", Kind: "a", Unique: "0", RunAt: now.Add(-2 * time.Hour)})
		for once(t, s) {
		}
		if want := []string{"0", "first", "second", "third"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	})
}

func TestAJobThatFailsIsTriedLessAndLessOftenAndGivenUp(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		boom := errors.New("the server said no")
		var works atomic.Bool
		s, c := queue(d, map[string]Handler{"mail": func(context.Context, Job) error {
			if works.Load() {
				return nil
			}
			return boom
		}})
		began := c.Now()
		add(t, d, Job{Kind: "mail", RunAt: c.instant()})
		var pauses []time.Duration
		for attempt := int64(1); attempt <= maxAttempts; attempt++ {
			if !once(t, s) {
				t.Fatalf("attempt %d was not made", attempt)
			}
			if attempt == maxAttempts {
				break
			}
			w := all(t, d, Waiting)
			if len(w) != 1 || w[0].Attempts != attempt || w[0].Trouble != boom.Error() {
				t.Fatalf("after attempt %d: %+v", attempt, w)
			}
			next := w[0].RunAt.Time().Sub(c.Now())
			pauses = append(pauses, next)
			c.pass(next - time.Second)
			if once(t, s) {
				t.Fatalf("attempt %d came too early", attempt+1)
			}
			c.pass(time.Second)
		}
		if pauses[0] != 2*time.Second || pauses[1] != 4*time.Second || pauses[len(pauses)-1] != 4096*time.Second || !slices.IsSorted(pauses) {
			t.Errorf("pauses %v", pauses)
		}
		if took := c.Now().Sub(began); took < 8*time.Hour || took > 24*time.Hour {
			t.Errorf("given up after %v", took)
		}
		failed := all(t, d, Failed)
		if len(failed) != 1 || failed[0].Attempts != maxAttempts {
			t.Fatalf("failed: %+v", failed)
		}
		c.pass(24 * time.Hour)
		if once(t, s) {
			t.Error("tried after it was given up")
		}
		// A person sets it going again.
		works.Store(true)
		retry := func(alliance, id kernel.ID) error {
			return d.Write(ctx, func(q db.Querier) error { return Retry(ctx, q, alliance, id, c.instant()) })
		}
		if err := retry("south", failed[0].ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("retried from another alliance: %v", err)
		}
		if err := retry(north, failed[0].ID); err != nil {
			t.Fatal(err)
		}
		if err := retry(north, failed[0].ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("retried twice: %v", err)
		}
		if !once(t, s) || len(all(t, d, Done)) != 1 {
			t.Error("the retried job was not done")
		}
	})
}

// What trying again cannot mend is given up at once, and a person sees it.
func TestAHopelessJobIsTriedOnce(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		no := errors.New("nobody of that name here")
		s, c := queue(d, map[string]Handler{"mail": func(context.Context, Job) error { return fmt.Errorf("letter: %w", no) }})
		s.Hopeless = func(err error) bool { return errors.Is(err, no) }
		add(t, d, Job{Kind: "mail", RunAt: c.instant()})
		if !once(t, s) {
			t.Fatal("not tried")
		}
		if failed := all(t, d, Failed); len(failed) != 1 || failed[0].Attempts != 1 || !strings.Contains(failed[0].Trouble, no.Error()) {
			t.Errorf("failed: %+v", failed)
		}
		if c.pass(24 * time.Hour); once(t, s) {
			t.Error("tried again")
		}
	})
}

func TestAKeyThatWaitsIsNotAddedAgain(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var runs int
		var during func()
		fails := false
		s, c := queue(d, map[string]Handler{"scan": func(context.Context, Job) error {
			runs++
			if during != nil {
				during()
			}
			if fails {
				return errors.New("no")
			}
			return nil
		}})
		scan := Job{Kind: "scan", Unique: "family1", RunAt: c.instant()}
		add(t, d, scan, scan)
		add(t, d, scan, Job{Kind: "scan", Unique: "family2", RunAt: c.instant()}, Job{Kind: "other", Unique: "family1", RunAt: c.instant().Add(time.Hour)},
			Job{Alliance: "south", Kind: "scan", Unique: "family1", RunAt: c.instant()})
		if w := all(t, d, Waiting); len(w) != 3 {
			t.Errorf("%d wait, want 3", len(w))
		}
		for once(t, s) {
		}
		if runs != 3 {
			t.Errorf("%d runs, want 3", runs)
		}
		// One that has begun may not have seen what this one is asked for.
		during = func() { add(t, d, scan, scan); during = nil }
		add(t, d, scan)
		for once(t, s) {
		}
		if runs != 5 {
			t.Errorf("%d runs, want 5: asked again while it ran", runs)
		}
		// When the first fails, the newer one does the work of both.
		fails = true
		during = func() { add(t, d, scan) }
		add(t, d, scan)
		if !once(t, s) {
			t.Fatal("not done")
		}
		during, fails = nil, false
		for once(t, s) {
			c.pass(time.Minute)
		}
		if w := all(t, d, Waiting); runs != 7 || len(w) != 1 || w[0].Kind != "other" {
			t.Errorf("%d runs, want 7; waiting %+v", runs, w)
		}
		// A job that failed and waits again holds its key.
		fails = true
		add(t, d, scan)
		once(t, s)
		add(t, d, scan)
		if w := all(t, d, Waiting); len(w) != 2 {
			t.Errorf("%d wait, want 2", len(w))
		}
	})
}

func TestAJobWithoutAKeyIsAddedEachTime(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		s, c := queue(d, map[string]Handler{"a": func(context.Context, Job) error { return errors.New("no") }})
		add(t, d, Job{Kind: "a", RunAt: c.instant()}, Job{Kind: "a", RunAt: c.instant()})
		for once(t, s) {
		}
		if w := all(t, d, Waiting); len(w) != 2 || w[0].Attempts != 1 || w[1].Attempts != 1 || string(w[0].Payload) != "{}" {
			t.Errorf("%+v", w)
		}
	})
}

func TestTheRowIsThereOnlyWhenTheActCommitted(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		no := errors.New("no")
		err := d.Write(ctx, func(q db.Querier) error {
			if err := Add(ctx, q, Job{Alliance: north, Kind: "a"}); err != nil {
				return err
			}
			return no
		})
		if !errors.Is(err, no) {
			t.Fatal(err)
		}
		if w := all(t, d, Waiting); len(w) != 0 {
			t.Errorf("%+v", w)
		}
	})
}

func TestTroubleIsKeptShortAndReadable(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		s, c := queue(d, map[string]Handler{
			"long": func(context.Context, Job) error { return errors.New(strings.Repeat("é", 5000)) },
			"odd":  func(context.Context, Job) error { return errors.New("a\x00b\xff") },
		})
		add(t, d, Job{Kind: "long", Unique: "1", RunAt: c.instant()}, Job{Kind: "odd", Unique: "2", RunAt: c.instant()}, Job{Kind: "nobody's", Unique: "3", RunAt: c.instant()})
		for once(t, s) {
		}
		got := map[string]string{}
		for _, j := range all(t, d, Waiting) {
			got[j.Unique] = j.Trouble
		}
		if len([]rune(got["1"])) != maxTrouble+1 || got["2"] != "a?b?" || !strings.Contains(got["3"], "nobody does jobs") {
			t.Errorf("%q", got)
		}
	})
}
