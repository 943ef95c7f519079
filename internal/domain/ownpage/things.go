package ownpage

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Thing is one sort of thing that was asked of a depot for a child.
type Thing struct {
	On     kernel.Date
	Item   depot.Item
	Pieces int64
	Got    int64 // of them, how many went out
	State  depot.State
}

// thingsIn adds what was asked for the children whom the visitor sees, and for
// the household if it is theirs.
func (s *Service) thingsIn(ctx context.Context, a *act.Act, family kernel.ID, all *Everything) error {
	asked, items, err := s.Depot.OfFamilyIn(ctx, a, family)
	if err != nil {
		return err
	}
	for _, r := range asked {
		seen := slices.ContainsFunc(all.About.Persons, func(p families.Person) bool { return p.ID == r.Child() })
		if !seen && (r.Child() != "" || !all.About.Whole) {
			continue
		}
		for _, l := range r.Lines {
			all.Things = append(all.Things, Thing{r.MadeAt.Date(), items[l.Item], l.Asked, l.Handed, r.State})
		}
	}
	return nil
}

// Holdings are what a household has and what it waits for.
type Holdings struct {
	Wallet  Wallet
	Awaited []depot.Awaited      // of a depot, the oldest first
	First   map[kernel.ID]string // of the children of whom something is awaited
}

// Holdings is what the visitor's household has, where and until when, and why
// what it waits for has not come. Who lives elsewhere has none of it.
func (s *Service) Holdings(ctx context.Context, v Visit) (h Holdings, err error) {
	err = s.own(ctx, v, "things", func(a *act.Act, file families.File, look sight) error {
		h = Holdings{First: map[kernel.ID]string{}}
		if !look.whole {
			return nil
		}
		if h.Wallet, err = s.walletIn(ctx, a, file, look); err != nil {
			return err
		}
		if h.Awaited, err = s.Depot.AwaitedIn(ctx, a, file.ID); err != nil {
			return err
		}
		for _, r := range h.Awaited {
			if p, ok := file.Person(r.Child()); ok {
				h.First[p.ID] = p.First
			}
		}
		return nil
	})
	return h, err
}
