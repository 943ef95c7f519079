package referrals

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// Withdraw takes a referral back before the family arrived, and says why: one
// of [Endings]. What was entered in error can be taken back at any time; then
// what was written is forgotten at once.
func (s *Service) Withdraw(ctx context.Context, id kernel.ID, why Outcome) error {
	if !slices.Contains(Endings[:], why) {
		return kernel.NewInvalid("referral.ending").At("reason")
	}
	m := making{move: Withdraw, detail: string(why)}
	switch why {
	case NotWanted:
		m.move = Stop
	case InError:
		m.move = Mistake
		m.follow = s.unwrite(ctx)
	}
	m.change = func(a *act.Act, r *Referral) error {
		if err := r.end(m.move, why, a.Now); err != nil || why != InError {
			return err
		}
		if r.EndedAt == "" {
			r.EndedAt = a.Now
		}
		if r.Provisional {
			r.ForgottenAt = a.Now
		}
		return nil
	}
	_, err := s.make(ctx, "referral.withdraw", id, m)
	return err
}

// unwrite forgets what was written in a referral that should never have been:
// with its sketch, or out of the file that it is about.
func (s *Service) unwrite(ctx context.Context) func(a *act.Act, was Referral, r *Referral) error {
	return func(a *act.Act, _ Referral, r *Referral) error {
		if r.Provisional {
			return s.Families.DropSketch(ctx, a, r.Family)
		}
		key, err := s.Vault.Open(ctx, a, a.Alliance(), r.Family)
		if errors.Is(err, vault.ErrForgotten) {
			return nil
		}
		for _, name := range []string{entry(r.ID), place(r.ID), reference(r.ID)} {
			err = cmp.Or(err, key.Drop(ctx, a, name))
		}
		return err
	}
}
