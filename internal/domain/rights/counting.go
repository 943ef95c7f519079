package rights

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/rules"
)

// counting is what a trial gathers, sitting after sitting.
type counting interface {
	see(f families.File, document []byte) error
	save() ([]byte, error)
	resume(saved []byte) error
	told() any // what is left of it at the end: rounded
}

// counting is what this trial gathers by the rules that the alliance has now;
// Invalid when they no longer have what is tried.
func (s *Service) counting(t Trial, lib *rules.Library) (counting, error) {
	if t.Written == nil {
		c, err := comparison(lib, t.overrides(), t.On)
		return prospecting{c}, err
	}
	lib, err := s.Programmes.Law.Add("loc/"+t.Right+".yaml", []byte(t.pack))
	if _, cannot := errors.AsType[rules.Problems](err); cannot {
		return nil, kernel.NewInvalid("localright.remarks")
	}
	return &tallying{lib: lib, right: t.Right}, err
}

// prospecting counts what other numbers do to families.
type prospecting struct{ *rules.Comparison }

func (p prospecting) see(f families.File, document []byte) error {
	return adding(p.Comparison)(f, document)
}
func (p prospecting) save() ([]byte, error)     { return p.Save() }
func (p prospecting) resume(saved []byte) error { return p.Resume(saved) }
func (p prospecting) told() any {
	var out Prospect
	out.lay(p.Effects())
	return out
}

// tallying counts the families that one right reaches.
type tallying struct {
	lib   *rules.Library
	right string
	tally Tally
}

func (t *tallying) see(_ families.File, document []byte) error {
	c, err := t.lib.ParseCase(document)
	if err == nil {
		t.tally.count(t.lib.Evaluate(c, rules.Options{Rights: []string{t.right}, Brief: true}).Rights[0].Status)
	}
	return err
}
func (t *tallying) save() ([]byte, error)     { return json.Marshal(t.tally) }
func (t *tallying) resume(saved []byte) error { return json.Unmarshal(saved, &t.tally) }
func (t *tallying) told() any                 { return t.tally.rounded() }

// written is how a right that is being written is kept with its count.
type written struct {
	Edit programmes.LocalEdit `json:"edit"`
	Pack string               `json:"pack"`
}

// tallied reads what came of the count of a right that is being written.
func (t *Trial) tallied() error {
	t.Names = rules.Text(t.Written.Wish.Names)
	if t.told == "" {
		return nil
	}
	return json.Unmarshal([]byte(t.told), &t.Tally)
}

// BeginTally leaves it to the house to count which of all families of the
// alliance a right would reach that the actor is writing, with the rule that
// came of it. What the actor had counted before is dropped.
func (s *Service) BeginTally(ctx context.Context, edit programmes.LocalEdit, w programmes.Weighed) (id kernel.ID, err error) {
	if w.Rules == nil {
		return "", kernel.NewInvalid("localright.remarks")
	}
	t := Trial{ID: kernel.NewID(), Right: w.Right, Written: &edit, pack: w.Pack}
	return t.ID, s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "programme.manage", ""); err != nil {
			return err
		}
		return s.begin(ctx, a, t)
	})
}

// begin takes the place of what the actor had counted before.
func (s *Service) begin(ctx context.Context, a *act.Act, t Trial) error {
	t.On, t.BegunAt = a.Today(), a.Now
	if err := dropTrials(ctx, a, a.Alliance(), a.Actor.Person, a.Now.Add(-trialKept*24*time.Hour)); err != nil {
		return err
	}
	if err := insertTrial(ctx, a, a.Alliance(), a.Actor.Person, t); err != nil {
		return err
	}
	if err := a.Later(ctx, TrialJob, string(t.ID), a.Now, string(t.ID)); err != nil {
		return err
	}
	return a.Record(ctx, act.Entry{Action: "programme.manage", Detail: map[string]string{"counted": "families", "most": "all"}})
}
