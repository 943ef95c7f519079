package reach

import (
	"context"
	"encoding/json"
	"fmt"
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
	return s.look(ctx, j.Alliance, about.Family)
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
// newer round takes the place of an older one.
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
	err := s.Acts.Look(ctx, func(a *act.Act) (err error) {
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
	walked, looked, failed := int64(0), int64(0), int64(0)
	for _, id := range ids {
		if walked > 0 && time.Since(began) > enough {
			break
		}
		if due[id] {
			if err := s.look(ctx, j.Alliance, id); err != nil {
				if ctx.Err() != nil {
					return err
				}
				failed++ // one family keeps no other from being looked at
			}
			looked++
		}
		walked++
		at.After = id
	}
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
		now.Walked, now.Looked, now.Failed = now.Walked+walked, now.Looked+looked, now.Failed+failed
		if len(ids) < atOnce && walked == int64(len(ids)) {
			now.EndedAt = a.Now
		} else if err := a.Later(ctx, RoundJob, at, a.Now, string(round.ID)+" "+string(at.After)); err != nil {
			return err
		}
		if err := goOn(ctx, a, j.Alliance, now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "reach.round", Detail: map[string]string{
			"round": string(round.ID), "walked": fmt.Sprint(walked), "looked": fmt.Sprint(looked), "failed": fmt.Sprint(failed)}})
	})
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
