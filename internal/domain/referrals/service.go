package referrals

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// Service is the module's use cases.
type Service struct {
	Acts       *act.Acts
	Vault      *vault.Vault
	Members    *members.Service
	Families   *families.Service
	Programmes *programmes.Service
}

// making is one move as it is made: what changes, what the history says of it,
// and what follows.
type making struct {
	move   Move
	change func(a *act.Act, r *Referral) error
	detail string                                              // a code
	follow func(a *act.Act, was Referral, now *Referral) error // may be nil
}

// answer makes a move of the receiver's.
func (s *Service) answer(ctx context.Context, id kernel.ID, m making) (r Referral, err error) {
	return s.make(ctx, "referral.answer", id, m)
}

// make is a move as an act of its own. An answer that did not commit is no
// answer, so with an error comes the zero Referral.
func (s *Service) make(ctx context.Context, action string, id kernel.ID, m making) (r Referral, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, action, id); err != nil {
			return err
		}
		if r, err = load(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		return s.makeIn(ctx, a, &r, m)
	})
	if err != nil {
		return Referral{}, err
	}
	return r, nil
}

// makeIn makes a move within an act that was allowed: change, save, history,
// record, reminder, and what follows from the state.
func (s *Service) makeIn(ctx context.Context, a *act.Act, r *Referral, m making) error {
	was := *r
	if err := m.change(a, r); err != nil {
		return err
	}
	if !m.move.keepsClock() {
		terms, err := s.termsIn(ctx, a, *r)
		if err != nil {
			return err
		}
		r.wind(a.Today(), terms)
	}
	step := Step{ID: kernel.NewID(), At: a.Now, Move: m.move, From: was.State, To: r.State,
		Worker: a.Actor.Person, Org: a.Actor.Org, Detail: m.detail}
	ticks := r.State.Open() && (r.State != was.State || r.Next != was.Next || r.Due != was.Due)
	back := r.Origin == "" && was.State.Open() && (r.State == Declined || r.State == Expired && r.AcceptedAt == "")
	if ticks || back {
		r.clock = step.ID
	}
	if err := save(ctx, a, a.Alliance(), r); err != nil {
		return err
	}
	if err := s.noted(ctx, a, was, *r, step); err != nil {
		return err
	}
	if ticks {
		if err := remind(ctx, a, *r); err != nil {
			return err
		}
	}
	if ticks || !r.State.Open() {
		if err := s.invite(ctx, a, *r); err != nil {
			return err
		}
	}
	if ticks && r.State == Scheduled {
		if err := a.Later(ctx, ConfirmJob, Reminding{r.ID, r.clock}, "", string(r.clock)); err != nil {
			return err
		}
	}
	if back {
		if err := a.Later(ctx, BackJob, Reminding{r.ID, r.clock}, "", string(r.clock)); err != nil {
			return err
		}
	}
	if m.follow != nil {
		if err := m.follow(a, was, r); err != nil {
			return err
		}
	}
	if was.State.Open() && !r.State.Open() {
		if err := s.ended(ctx, a, *r); err != nil {
			return err
		}
	}
	if was.State == r.State {
		return nil
	}
	return a.Tell(ctx, Moved{r.ID, r.Family, r.Provisional, m.move, was.State, r.State})
}

// noted writes a step into the history and on record, and on the timeline of a
// family that has a file: there only as much as the sender may see.
func (s *Service) noted(ctx context.Context, a *act.Act, was, r Referral, step Step) error {
	if err := insertStep(ctx, a, a.Alliance(), r.ID, step); err != nil {
		return err
	}
	detail := map[string]string{"referral": string(r.ID), "from": string(step.From), "to": string(step.To)}
	if step.Detail != "" {
		detail["why"] = step.Detail
	}
	if err := a.Record(ctx, act.Entry{Action: "referral." + string(step.Move), Subject: r.Family, Detail: detail}); err != nil {
		return err
	}
	event := families.Event{Kind: "referral." + string(r.Progress()), Subject: r.ID}
	switch {
	case step.Move == OpenFile:
		event.Kind = "referral.filed"
	case step.Move == Send && !r.Provisional:
		event.Kind = "referral.sent"
	case r.Provisional || step.Move == Forget || was.Progress() == r.Progress():
		return nil
	}
	return s.Families.Mark(ctx, a, r.Family, event)
}

// ended lets go of what only an open referral gives: the receiver's reading of
// the sender's file, and in time the sketch.
func (s *Service) ended(ctx context.Context, a *act.Act, r Referral) error {
	if r.Provisional {
		if r.ForgottenAt != "" {
			return nil
		}
		return a.Later(ctx, ForgetJob, map[string]kernel.ID{"referral": r.ID}, a.Now.Add(keep), string(r.ID))
	}
	return s.letGo(ctx, a, r)
}

// letGo ends the receiver's reading of the sender's file, unless another
// referral of the family that they have taken on is open.
func (s *Service) letGo(ctx context.Context, a *act.Act, r Referral) error {
	still, err := stillAccepted(ctx, a, a.Alliance(), r)
	if err != nil || still {
		return err
	}
	return policy.Unrelated(ctx, a, a.Alliance(), r.ReceiverOrg, policy.Accepted, r.Family)
}
