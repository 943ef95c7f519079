package families

import (
	"context"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// index replaces all by which the family can be found, and the hint of it that
// those who may know the family have in their lists.
func (s *Service) index(ctx context.Context, a *act.Act, family kernel.ID, t vault.Terms) error {
	if err := s.Vault.Index(ctx, a, a.Alliance(), family, t); err != nil {
		return err
	}
	return policy.Hinted(ctx, a, a.Alliance(), family, s.Vault.Hint(a.Alliance(), t))
}

// hintsOf are the hints of one word that was typed.
func hintsOf(bits [][2]int64) []policy.Hint {
	hints := make([]policy.Hint, len(bits))
	for i, b := range bits {
		hints[i] = b
	}
	return hints
}

// hintedAtOnce is how many families one act gives their hints.
const hintedAtOnce = 50

// Hint gives a hint to every family that has none in somebody's lists: those
// from before there were hints. A search finds them as well without, only more
// slowly. It may run while everybody works, be broken off, and run again; hinted
// is how many families it was.
func (s *Service) Hint(ctx context.Context) (hinted int, err error) {
	var after policy.Placed
	for {
		var some []policy.Placed
		err := s.Acts.DB.Read(ctx, func(q db.Querier) (err error) {
			some, err = policy.Unhinted(ctx, q, after, hintedAtOnce)
			return err
		})
		if err != nil || len(some) == 0 {
			return hinted, err
		}
		n := 1
		for n < len(some) && some[n].Alliance == some[0].Alliance {
			n++
		}
		if err := s.hintSome(ctx, some[:n]); err != nil {
			return hinted, err
		}
		after, hinted = some[n-1], hinted+n
	}
}

// hintSome does so with some families of one alliance, in one act that leaves
// its record first, as that of [Service.Reseal] does.
func (s *Service) hintSome(ctx context.Context, some []policy.Placed) error {
	alliance := some[0].Alliance
	return s.Acts.Do(act.As(ctx, policy.SystemActor(alliance)), func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		if err := a.Record(ctx, act.Entry{Action: "key.index", Detail: map[string]string{"families": strconv.Itoa(len(some))}}); err != nil {
			return err
		}
		for _, x := range some {
			if err := s.hint(ctx, a, x.Object); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) hint(ctx context.Context, a *act.Act, family kernel.ID) error {
	f, err := load(ctx, a, a.Alliance(), family)
	if kernel.CodeOf(err) == kernel.NotFound {
		return nil // another module's
	}
	if err != nil {
		return err
	}
	var t vault.Terms
	if f.State == StateOpen || f.State == StateClosed {
		persons, _, err := s.peopleOf(ctx, a, family)
		switch {
		case kernel.CodeOf(err) == kernel.NotFound: // its key was destroyed: nothing finds it
		case err != nil:
			return err
		default:
			t = terms(persons, Contact{})
		}
	}
	return policy.Hinted(ctx, a, a.Alliance(), family, s.Vault.Hint(a.Alliance(), t))
}
