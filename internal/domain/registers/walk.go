package registers

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// WalkJob goes on with a list: a dry run, or one that counts.
const WalkJob = "register.walk"

// enough is after how long a job leaves the rest of a list to the next.
const enough = 40 * time.Second

type walking struct {
	Run kernel.ID `json:"run"`
}

// Try begins a dry run: what would come of the list, and nothing of it is
// written.
func (s *Service) Try(ctx context.Context, id kernel.ID) error {
	return s.begin(ctx, id, Trying, Uploaded, Tried)
}

// Start begins to read the list for good. Only a list that was tried can be.
func (s *Service) Start(ctx context.Context, id kernel.ID) error {
	return s.begin(ctx, id, Running, Tried)
}

func (s *Service) begin(ctx context.Context, id kernel.ID, next State, from ...State) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		if err := s.holder(ctx, a); err != nil {
			return err
		}
		r, err := s.own(ctx, a, id)
		if err != nil {
			return err
		}
		if !slices.Contains(from, r.State) {
			if r.State == Uploaded {
				return kernel.NewConflict("register.untried")
			}
			return kernel.NewConflict("register.busy")
		}
		if err := r.Mapping.Check(s.Law); err != nil {
			return err
		}
		if err := beginAgain(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		r.State, r.Worker = next, a.Actor.Person
		r.At, r.Met, r.Made, r.Unmade, r.Altered, r.Facts, r.Wrong = 0, 0, 0, 0, 0, 0, 0
		if err := saveRun(ctx, a, a.Alliance(), r); err != nil {
			return err
		}
		if err := a.Later(ctx, WalkJob, walking{id}, "", string(id)); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "register.import", Subject: id, Detail: map[string]string{"state": string(next)}})
	})
}

// Stop stops reading a list, and destroys it. What was taken over stays.
func (s *Service) Stop(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		r, err := s.own(ctx, a, id)
		if err != nil {
			return err
		}
		if r.State.Held() {
			if err := s.destroy(ctx, a, &r, Stopped, "stopped"); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "register.destroyed", Subject: id, Detail: map[string]string{"list": "stopped"}})
	})
}

// Walk is the work of [WalkJob]: row after row, each in an act of its own of the
// worker who began it. Broken off, it goes on where it was.
func (s *Service) Walk(ctx context.Context, j job.Job) error {
	var about walking
	if err := json.Unmarshal(j.Payload, &about); err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	house := act.As(ctx, policy.SystemActor(j.Alliance))
	w := walk{Service: s, run: about.Run}
	err := s.Acts.Look(house, func(a *act.Act) error {
		if err := a.Allow(house, "system.work", ""); err != nil {
			return err
		}
		r, err := loadRun(house, a, j.Alliance, about.Run)
		if err != nil {
			return err
		}
		w.actor, err = s.actor(house, a, r)
		return err
	})
	if kernel.CodeOf(err) == kernel.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if w.actor.Person == "" {
		return s.abandon(house, about.Run, "worker_left")
	}
	for began := time.Now(); ; {
		if time.Since(began) > enough {
			return s.goOn(house, about.Run)
		}
		more, err := w.some(act.As(ctx, w.actor))
		if err != nil || !more {
			return err
		}
	}
}

// actor is the worker who began a run, as they are at that post today; nobody
// when they no longer may.
func (s *Service) actor(ctx context.Context, a *act.Act, r Run) (who policy.Actor, err error) {
	posts, err := s.Members.PostsIn(ctx, a, r.Worker)
	if err != nil {
		return who, err
	}
	for _, p := range posts {
		if p.Organisation.ID == r.Org {
			who = policy.Actor{Alliance: a.Alliance(), Person: r.Worker, Org: r.Org, Roles: p.Roles}
		}
	}
	if !policy.May(who, "register.import") {
		who = policy.Actor{}
	}
	return who, nil
}

func (s *Service) goOn(ctx context.Context, run kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		if err := a.Later(ctx, WalkJob, walking{run}, "", string(run)); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "register.import", Subject: run, Detail: map[string]string{"state": "on"}})
	})
}

// abandon destroys a list with which nobody goes on.
func (s *Service) abandon(ctx context.Context, run kernel.ID, why string) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		r, err := loadRun(ctx, a, a.Alliance(), run)
		if err != nil {
			return err
		}
		if r.State.Held() {
			if err := s.destroy(ctx, a, &r, Stopped, why); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "register.destroyed", Subject: run, Detail: map[string]string{"list": why}})
	})
}

// Sweep destroys the lists with which nobody went on for a week, and the keys of
// comparisons whose term is over.
func (s *Service) Sweep(ctx context.Context) (swept int64, err error) {
	var old []runKey
	now := s.Acts.Now()
	if old, err = s.abandoned(ctx, kernel.InstantOf(now.Add(-Life))); err != nil {
		return 0, err
	}
	for _, k := range old {
		if err := s.abandon(act.As(ctx, policy.SystemActor(k.alliance)), k.id, "term"); err != nil {
			return swept, err
		}
		swept++
	}
	var over []runKey
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		over, err = overdue(ctx, q, kernel.InstantOf(now).Date(), 100)
		return err
	})
	if err != nil {
		return swept, err
	}
	for _, k := range over {
		if err := s.endOverdue(ctx, k); err != nil {
			return swept, err
		}
		swept++
	}
	return swept, nil
}
