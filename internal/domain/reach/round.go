package reach

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// The work of this module after a commit.
const (
	LookJob  = "reach.look"  // at one family of which something changed
	BeginJob = "reach.begin" // a round, because the alliance offers something else
	RoundJob = "reach.round" // over the families of an alliance, some at a time
)

const (
	settles = 10 * time.Minute // for so long an edit may go on before the family is looked at
	night   = 2                // the hour from which a round may begin
	atOnce  = 400              // families that one job passes at most
	enough  = 40 * time.Second // after which it leaves the rest to the next
	morning = 6                // until when a round has the processors to itself

	// triedAgain is of how many families that could not be looked at a round
	// leaves work of their own. When more fail the rules are at fault and no
	// family is, and those show why.
	triedAgain = 100
)

type looking struct {
	Family kernel.ID `json:"family"`
}

type walking struct {
	Round kernel.ID `json:"round"`
	After kernel.ID `json:"after"`
}

// Look is the work of [LookJob].
func (s *Service) Look(ctx context.Context, j job.Job) error {
	var about looking
	if err := json.Unmarshal(j.Payload, &about); err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	due := false
	err := s.Acts.Look(act.As(ctx, policy.SystemActor(j.Alliance)), func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		edition, err := s.Rights.EditionIn(ctx, a)
		if err != nil {
			return err
		}
		of, err := dueOf(ctx, a, j.Alliance, []kernel.ID{about.Family}, edition, a.Today())
		due = of[about.Family]
		return err
	})
	if err != nil || !due { // a round came by meanwhile
		return err
	}
	if err := s.look(ctx, j.Alliance, about.Family); err != nil {
		return fmt.Errorf("family %s: %w", about.Family, err) // whoever sets it right has to know which
	}
	return nil
}

// Sweep begins a round in each alliance in which none was begun this night, or
// none since the rules became others. It takes nothing away.
func (s *Service) Sweep(ctx context.Context) (int64, error) {
	all, err := s.Members.Alliances(ctx)
	if err != nil {
		return 0, err
	}
	for _, al := range all {
		if _, err := s.Begin(ctx, al.ID); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// BeginOne is the work of [BeginJob].
func (s *Service) BeginOne(ctx context.Context, j job.Job) error {
	_, err := s.Begin(ctx, j.Alliance)
	return err
}

// Begin begins a round in an alliance when one is due, and tells whether it did.
func (s *Service) Begin(ctx context.Context, alliance kernel.ID) (begun bool, err error) {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	due := func(a *act.Act) (edition string, _ bool, err error) {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return "", false, err
		}
		if edition, err = s.Rights.EditionIn(ctx, a); err != nil {
			return "", false, err
		}
		last, err := lastRound(ctx, a, alliance)
		if err != nil {
			return "", false, err
		}
		tonight := last.BegunAt == "" || last.BegunAt.Date() < a.Today() && a.Now.Time().In(kernel.Brussels).Hour() >= night
		return edition, tonight || last.Edition != edition, nil
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		_, begun, err = due(a)
		return err
	})
	if err != nil || !begun {
		return false, err
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		edition, still, err := due(a)
		if err != nil {
			return err
		}
		if begun = still; !still { // another did
			return a.Record(ctx, act.Entry{Action: "reach.round", Detail: map[string]string{"begun": "no"}})
		}
		r := Round{ID: kernel.NewID(), Edition: edition, BegunAt: a.Now}
		if err := saveRound(ctx, a, alliance, r); err != nil {
			return err
		}
		if err := a.Later(ctx, RoundJob, walking{Round: r.ID}, a.Now, string(r.ID)); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "reach.round", Detail: map[string]string{"round": string(r.ID)}})
	})
	return begun, err
}

// Walk is the work of [RoundJob]: it passes some families, looks at those of
// which an answer can be another one, and leaves the rest to the next job. A
// newer round takes the place of an older one. A family that cannot be looked at
// keeps no other from being looked at: it is tried again by itself, and stands
// with the reason among the work that waits for an administrator when it stays
// so.
func (s *Service) Walk(ctx context.Context, j job.Job) error {
	var at walking
	if err := json.Unmarshal(j.Payload, &at); err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	ctx = act.As(ctx, policy.SystemActor(j.Alliance))
	began := time.Now()
	var round Round
	var ids []kernel.ID
	var due map[kernel.ID]bool
	var moment kernel.Instant
	err := s.Acts.Look(ctx, func(a *act.Act) (err error) {
		moment = a.Now
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		if round, err = lastRound(ctx, a, j.Alliance); err != nil {
			return err
		}
		if ids, err = s.Families.NumbersIn(ctx, a, at.After, atOnce); err != nil {
			return err
		}
		edition, err := s.Rights.EditionIn(ctx, a)
		if err != nil {
			return err
		}
		due, err = dueOf(ctx, a, j.Alliance, ids, edition, a.Today())
		return err
	})
	if err != nil || round.ID != at.Round || round.EndedAt != "" {
		return err
	}
	passed := s.pass(ctx, j.Alliance, ids, due, began, atATime(moment))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	at.After = passed.last
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		now, err := lastRound(ctx, a, j.Alliance)
		if err != nil {
			return err
		}
		if now.ID != round.ID {
			return a.Record(ctx, act.Entry{Action: "reach.round", Detail: map[string]string{"round": string(round.ID), "stopped": "yes"}})
		}
		for i, id := range passed.failed {
			if now.Failed+int64(i) >= triedAgain {
				break
			}
			if err := a.Later(ctx, LookJob, looking{id}, a.Now.Add(settles), string(id)); err != nil {
				return err
			}
		}
		now.Walked, now.Looked, now.Failed = now.Walked+passed.walked, now.Looked+passed.looked, now.Failed+int64(len(passed.failed))
		if len(ids) < atOnce && passed.walked == int64(len(ids)) {
			now.EndedAt = a.Now
		} else if err := a.Later(ctx, RoundJob, at, a.Now, string(round.ID)+" "+string(at.After)); err != nil {
			return err
		}
		if err := goOn(ctx, a, j.Alliance, now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "reach.round", Detail: map[string]string{
			"round": string(round.ID), "walked": fmt.Sprint(passed.walked), "looked": fmt.Sprint(passed.looked), "failed": fmt.Sprint(len(passed.failed))}})
	})
}

// passing is what became of the families that one job passed.
type passing struct {
	last           kernel.ID
	walked, looked int64
	failed         []kernel.ID // of those, that could not be looked at, in order
}

// pass passes families in their order for as long as there is time, and looks at
// those that are due, some at a time.
func (s *Service) pass(ctx context.Context, alliance kernel.ID, ids []kernel.ID, due map[kernel.ID]bool, began time.Time, some int) (p passing) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	free := make(chan struct{}, some)
	for _, id := range ids {
		if p.walked > 0 && time.Since(began) > enough {
			break
		}
		p.walked++
		p.last = id
		if !due[id] {
			continue
		}
		p.looked++
		free <- struct{}{}
		wg.Go(func() {
			looked := false
			defer func() {
				if recover(); !looked { // who stumbles too is tried again, where it is told
					mu.Lock()
					defer mu.Unlock()
					p.failed = append(p.failed, id)
				}
				<-free
			}()
			looked = s.look(ctx, alliance, id) == nil
		})
	}
	wg.Wait()
	slices.Sort(p.failed)
	return p
}

// atATime is how many families are looked at together: at night as many as there
// are processors, and by day one, for people work then.
func atATime(now kernel.Instant) int {
	if hour := now.Time().In(kernel.Brussels).Hour(); hour >= night && hour < morning {
		return runtime.GOMAXPROCS(0)
	}
	return 1
}

// Rounds are the last rounds, the newest first, for who watches over the work of
// the house.
func (s *Service) Rounds(ctx context.Context, limit int) (all []Round, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "job.manage", ""); err != nil {
			return err
		}
		all, err = roundsOf(ctx, a, a.Alliance(), limit)
		return err
	})
	return all, err
}
