package idempotent_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/idempotent"
)

// clock stands still until a test moves it.
type clock struct{ at atomic.Pointer[time.Time] }

func (c *clock) now() time.Time { return *c.at.Load() }

func (c *clock) later(d time.Duration) {
	t := c.now().Add(d)
	c.at.Store(&t)
}

func each(t *testing.T, fn func(t *testing.T, s *idempotent.Requests, d *db.DB, c *clock)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{idempotent.Migrations()}, func(t *testing.T, d *db.DB) {
		c := &clock{}
		start := time.Date(2026, 11, 23, 9, 0, 0, 0, kernel.Brussels)
		c.at.Store(&start)
		digest := func(b []byte) []byte { sum := sha256.Sum256(append([]byte("key of the test"), b...)); return sum[:] }
		fn(t, &idempotent.Requests{DB: d, Tokens: func(value []byte) [][]byte { return [][]byte{digest(value)} }, Now: c.now}, d, c)
	})
}

var order = idempotent.Request{Alliance: "north", Actor: "aicha", Key: "k", Content: []byte("nappies")}

// begins wants to be the one that carries the request out.
func begins(t *testing.T, s *idempotent.Requests, in idempotent.Request) *idempotent.Attempt {
	t.Helper()
	a, before, err := s.Begin(t.Context(), in)
	if err != nil || before != nil || a == nil {
		t.Fatalf("it is not begun: %v, %v, %v", a, before, err)
	}
	return a
}

// effect is the change as a transaction of its own.
func effect(ctx context.Context, d *db.DB, a *idempotent.Attempt) error {
	return d.Write(ctx, func(q db.Querier) error { return a.Effect(ctx, q) })
}

func TestWhatWasAnsweredIsAnsweredAgain(t *testing.T) {
	each(t, func(t *testing.T, s *idempotent.Requests, d *db.DB, c *clock) {
		a := begins(t, s, order)
		if err := errors.Join(effect(t.Context(), d, a), a.Answered(t.Context(), idempotent.Answer{Status: 201, Location: "/x", Body: []byte("{}")})); err != nil {
			t.Fatal(err)
		}
		c.later(23 * time.Hour)
		_, before, err := s.Begin(t.Context(), order)
		if err != nil || before == nil || before.Status != 201 || before.Location != "/x" || string(before.Body) != "{}" {
			t.Errorf("the answer is %v, %v", before, err)
		}
		other := order
		other.Content = []byte("a bicycle")
		if _, _, err := s.Begin(t.Context(), other); !errors.Is(err, kernel.NewInvalid("api.key_other")) {
			t.Errorf("another content gives %v", err)
		}
		other.Actor = "bram"
		begins(t, s, other)
		c.later(2 * time.Hour)
		begins(t, s, order) // a day is over
	})
}

func TestWhatFailedMayBeTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, s *idempotent.Requests, d *db.DB, _ *clock) {
		if err := begins(t, s, order).Abandon(t.Context()); err != nil {
			t.Fatal(err)
		}
		mended := order
		mended.Content = []byte("nappies, size 3")
		a := begins(t, s, mended)
		if err := errors.Join(effect(t.Context(), d, a), a.Abandon(t.Context())); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer stop()
		if _, before, err := s.Begin(ctx, mended); !errors.Is(err, context.DeadlineExceeded) || before != nil {
			t.Errorf("what changed something is let go: %v, %v", before, err)
		}
	})
}

// A process that dies leaves either nothing, and another may begin, or the
// change without its answer, and nobody makes it twice.
func TestADeadAttemptIsTakenOver(t *testing.T) {
	each(t, func(t *testing.T, s *idempotent.Requests, d *db.DB, c *clock) {
		dead := begins(t, s, order)
		c.later(2 * time.Minute)
		living := begins(t, s, order)
		if err := effect(t.Context(), d, dead); err == nil {
			t.Error("an attempt that was given up still makes its change")
		}
		if err := effect(t.Context(), d, living); err != nil {
			t.Fatal(err)
		}
		c.later(2 * time.Minute) // and it dies before it answers
		if _, _, err := s.Begin(t.Context(), order); !errors.Is(err, kernel.NewConflict("api.key_lost")) {
			t.Errorf("a change whose answer was lost gives %v", err)
		}
	})
}

func TestOfManyAtOnceOneBegins(t *testing.T) {
	each(t, func(t *testing.T, s *idempotent.Requests, d *db.DB, _ *clock) {
		var all sync.WaitGroup
		var began, told atomic.Int64
		for range 50 {
			all.Go(func() {
				a, before, err := s.Begin(t.Context(), order)
				switch {
				case err != nil:
					t.Error(err)
				case before != nil:
					told.Add(1)
				default:
					began.Add(1)
					time.Sleep(100 * time.Millisecond)
					if err := errors.Join(effect(t.Context(), d, a), a.Answered(t.Context(), idempotent.Answer{Status: 200})); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if began.Load() != 1 || told.Load() != 49 {
			t.Errorf("%d began, %d were told", began.Load(), told.Load())
		}
	})
}

func TestWhatIsOlderThanADayIsThrownAway(t *testing.T) {
	each(t, func(t *testing.T, s *idempotent.Requests, d *db.DB, c *clock) {
		begins(t, s, order)
		c.later(25 * time.Hour)
		next := order
		next.Key = "another"
		begins(t, s, next)
		if n, err := s.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("%d were thrown away: %v", n, err)
		}
		var n int
		err := d.Read(t.Context(), func(q db.Querier) error {
			return q.QueryRowContext(t.Context(), `SELECT count(*) FROM idempotent_request`).Scan(&n)
		})
		if err != nil || n != 1 {
			t.Errorf("%d are left: %v", n, err)
		}
	})
}

func TestAKeyIsPlain(t *testing.T) {
	each(t, func(t *testing.T, s *idempotent.Requests, _ *db.DB, _ *clock) {
		for _, key := range []string{"", "two words", "café", "line\n", string(make([]byte, 200))} {
			in := order
			in.Key = key
			if _, _, err := s.Begin(t.Context(), in); !errors.Is(err, kernel.NewInvalid("api.key")) {
				t.Errorf("the key %q gives %v", key, err)
			}
		}
	})
}
