package families

import (
	"context"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// resealedAtOnce is how many families one act seals anew: few enough that
// whoever works meanwhile does not notice.
const resealedAtOnce = 10

// Reseal seals anew, with the installation's key that is in use, the key of
// every family that another sealed, and makes anew by what those families are
// found. It may run while everybody works, be broken off, and run again;
// resealed is how many families it was.
func (s *Service) Reseal(ctx context.Context) (resealed int, err error) {
	return s.walkKeys(ctx, func(k vault.KeyOf) bool { return k.Stale }, "key.reseal")
}

// Findable makes anew by what every family is found: for data that was written
// when another key was in use.
func (s *Service) Findable(ctx context.Context) (families int, err error) {
	return s.walkKeys(ctx, func(vault.KeyOf) bool { return true }, "key.index")
}

func (s *Service) walkKeys(ctx context.Context, which func(vault.KeyOf) bool, action string) (done int, err error) {
	var after vault.Known
	for {
		var keys []vault.KeyOf
		err := s.Acts.DB.Read(ctx, func(q db.Querier) (err error) {
			keys, err = s.Vault.Keys(ctx, q, after, 20*resealedAtOnce)
			return err
		})
		if err != nil || len(keys) == 0 {
			return done, err
		}
		after = keys[len(keys)-1].Known
		keys = slices.DeleteFunc(keys, func(k vault.KeyOf) bool { return !which(k) })
		for len(keys) > 0 {
			n := 1
			for n < min(resealedAtOnce, len(keys)) && keys[n].Alliance == keys[0].Alliance {
				n++
			}
			if err := s.resealSome(ctx, keys[:n], action); err != nil {
				return done, err
			}
			keys = keys[n:]
			done += n
		}
	}
}

// resealSome does so with some families of one alliance, in one act. It leaves
// its record first: whoever writes meanwhile then waits for it, instead of
// getting in its way again and again.
func (s *Service) resealSome(ctx context.Context, some []vault.KeyOf, action string) error {
	alliance := some[0].Alliance
	return s.Acts.Do(act.As(ctx, policy.SystemActor(alliance)), func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		if err := a.Record(ctx, act.Entry{Action: action, Detail: map[string]string{"families": strconv.Itoa(len(some))}}); err != nil {
			return err
		}
		for _, k := range some {
			if k.Stale {
				if err := s.Vault.Reseal(ctx, a, alliance, k.Family); err != nil {
					return err
				}
			}
			if err := s.findable(ctx, a, k.Family); err != nil {
				return err
			}
		}
		return nil
	})
}

// findable makes anew by what is found whoever has a key: a family with a file
// or with a sketch. Nothing is found of who was forgotten meanwhile.
func (s *Service) findable(ctx context.Context, a *act.Act, family kernel.ID) error {
	sketch, err := s.SketchIn(ctx, a, family)
	switch {
	case err == nil:
		return s.Vault.Index(ctx, a, a.Alliance(), family, sketch.terms(a.Today()))
	case kernel.CodeOf(err) != kernel.NotFound:
		return err
	}
	if _, err := s.Vault.Open(ctx, a, a.Alliance(), family); kernel.CodeOf(err) == kernel.NotFound {
		return nil
	} else if err != nil {
		return err
	}
	return s.reindex(ctx, a, family)
}

// terms are those of a sketch, which was read when it was kept: what could be
// then need not be able to be today.
func (in NewFamily) terms(today kernel.Date) vault.Terms {
	persons := make([]Person, len(in.Persons))
	for i, p := range in.Persons {
		persons[i] = Person{First: p.First, Last: p.Last, Birth: p.Birth}
		persons[i].INSZ, _ = kernel.ParseINSZ(p.INSZ, today) // none was typed
	}
	return terms(persons, in.Contact)
}
