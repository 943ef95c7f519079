package oversight

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// triesHour is the hour in which tries count together, and triesTold after how
// many of them a record is left: who follows an old link once leaves none, and who
// tries a thousand numbers leaves four.
const triesHour = time.Hour

var triesTold = []int{20, 100, 500, 2500}

// mostTriers bounds how many people are counted at once; with more, the count
// begins anew.
const mostTriers = 10_000

// Tries counts, in memory, how often each worker asks for what is not theirs, or
// not there: the two cannot be told apart. It leaves a record of who and how
// often, never of what.
type Tries struct {
	Acts *act.Acts
	Log  *slog.Logger

	mu   sync.Mutex
	seen map[trier]*tried
}

type trier struct{ alliance, person, org kernel.ID }

type tried struct {
	since kernel.Instant
	n     int
}

// Refused counts one more refusal of a worker, and leaves a record when there
// were so many. People of a family and the house itself are not counted.
func (t *Tries) Refused(ctx context.Context, actor policy.Actor) {
	if !actor.SignedIn() || actor.Family != "" || actor.Is(policy.System) {
		return
	}
	n := t.count(trier{actor.Alliance, actor.Person, actor.Org})
	if !slices.Contains(triesTold, n) {
		return
	}
	// The request may be over: what it leaves is not.
	ctx = act.As(context.WithoutCancel(ctx), actor)
	err := t.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "access.refused", Subject: actor.Alliance, Detail: map[string]string{"times": strconv.Itoa(n)}})
	})
	if err != nil && t.Log != nil {
		t.Log.ErrorContext(ctx, "no record was left of many refused requests", "error", err)
	}
}

func (t *Tries) count(who trier) int {
	now := kernel.InstantOf(t.Acts.Now())
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen == nil || len(t.seen) > mostTriers {
		t.seen = map[trier]*tried{}
	}
	x := t.seen[who]
	if x == nil || x.since.Add(triesHour).Before(now) {
		x = &tried{since: now}
		t.seen[who] = x
	}
	x.n++
	return x.n
}

// triesShown is for how long many refused requests are pointed out.
const triesShown = 30 * 24 * time.Hour

// Refusals are the records of who asked many times for what is not theirs, within
// thirty days, the newest first.
func (s *Service) Refusals(ctx context.Context) (records []audit.Record, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "audit.read", ""); err != nil {
			return err
		}
		all, err := s.Acts.Audit.Of(ctx, a, a.Alliance(), a.Alliance(), 0, 100)
		records = slices.DeleteFunc(all, func(x audit.Record) bool {
			return x.Action != "access.refused" || x.At.Before(a.Now.Add(-triesShown))
		})
		return err
	})
	return records, err
}
