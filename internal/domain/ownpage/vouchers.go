package ownpage

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Wallet is what the household's children were given, and what is left of it.
type Wallet struct {
	Held     []vouchers.Held      // the newest first; what was proposed or declined is not among it
	Children map[kernel.ID]string // by first name
	Shops    map[kernel.ID]string // at which something was used
}

// Wallet is what the visitor can show in a shop. Who lives elsewhere has none of
// it: a voucher is the household's.
func (s *Service) Wallet(ctx context.Context, v Visit) (w Wallet, err error) {
	err = s.own(ctx, v, "vouchers", func(a *act.Act, file families.File, look sight) error {
		w, err = s.walletIn(ctx, a, file, look)
		return err
	})
	return w, err
}

func (s *Service) walletIn(ctx context.Context, a *act.Act, file families.File, look sight) (w Wallet, err error) {
	w = Wallet{Children: map[kernel.ID]string{}}
	if !look.whole {
		return w, nil
	}
	all, err := s.Vouchers.HeldIn(ctx, a, file.ID)
	if err != nil {
		return w, err
	}
	var shops []kernel.ID
	for _, h := range all {
		if h.State == vouchers.Proposed || h.State == vouchers.Declined {
			continue
		}
		if p, ok := file.Person(h.Child); ok {
			w.Children[h.Child] = p.First
		}
		for _, u := range h.Uses {
			shops = append(shops, u.Org)
		}
		w.Held = append(w.Held, h)
	}
	w.Shops, err = s.Members.NamesIn(ctx, a, shops...)
	return w, err
}
