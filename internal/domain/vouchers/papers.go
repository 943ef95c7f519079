package vouchers

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// printIn makes a new serial over a grant's balance; whatever serial there was
// is replaced by it. The family is reminded before it ends.
func (s *Service) printIn(ctx context.Context, a *act.Act, g Grant) error {
	if err := endPapers(ctx, a, a.Alliance(), g.ID, Replaced, a.Now); err != nil {
		return err
	}
	key, err := s.keyIn(ctx, a)
	if err != nil {
		return err
	}
	if err := remind(ctx, a, g); err != nil {
		return err
	}
	return insertPaper(ctx, a, a.Alliance(), Paper{Serial: newSerial(), Grant: g.ID, State: Live, Key: key, MadeAt: a.Now, MadeBy: a.Actor.Person})
}

// keyIn is the number of the key of this year; its public half is kept for as
// long as what it signed is around.
func (s *Service) keyIn(ctx context.Context, a *act.Act) (int64, error) {
	year := a.Today().Time().Year()
	public := hex.EncodeToString(s.yearKey(a.Alliance(), year).Public().(ed25519.PublicKey))
	all, err := keysOf(ctx, a, a.Alliance())
	if err != nil {
		return 0, err
	}
	var last int64
	for _, k := range all {
		if k.public == public {
			return k.id, nil
		}
		last = max(last, k.id)
	}
	return last + 1, insertKey(ctx, a, a.Alliance(), signing{last + 1, int64(year), public})
}

// keyring reads the public keys of an alliance, by number.
func keyring(ctx context.Context, q db.Querier, alliance kernel.ID) (func(uint16) ed25519.PublicKey, error) {
	all, err := keysOf(ctx, q, alliance)
	return func(id uint16) ed25519.PublicKey {
		for _, k := range all {
			if k.id == int64(id) {
				public, _ := hex.DecodeString(k.public) // what does not read is no key
				return public
			}
		}
		return nil
	}, err
}

// signed is what the QR of a paper holds. After the installation's key was
// replaced it is signed with the key of now, under the number of that one.
func (s *Service) signed(ctx context.Context, q db.Querier, alliance kernel.ID, g Grant, p Paper) (string, error) {
	all, err := keysOf(ctx, q, alliance)
	if err != nil {
		return "", err
	}
	for _, k := range slices.Backward(all) { // the newest that this installation can sign with
		key := s.yearKey(alliance, int(k.year))
		if k.id < p.Key || hex.EncodeToString(key.Public().(ed25519.PublicKey)) != k.public {
			continue
		}
		amount := uint32(g.Units)
		if g.Euros() {
			amount = uint32(g.Cents)
		}
		return Token{Key: uint16(k.id), Mark: markOf(g.Programme, g.Offer), Serial: p.Serial, Amount: amount,
			Begins: g.Begins, LastDay: g.LastDay, Euros: g.Euros(), Anywhere: g.Anywhere}.Sign(alliance, key), nil
	}
	return "", nil // a new serial is needed: the key that signed it is gone
}

// Replace gives a lost or stolen voucher a new serial over the same balance.
// The old one is good for nothing from now on.
func (s *Service) Replace(ctx context.Context, family, id kernel.ID) error {
	return s.change(ctx, family, id, func(a *act.Act, g *Grant) error {
		if g.State != Granted || g.Form != OnPaper {
			return kernel.NewConflict("voucher.over")
		}
		if err := s.printIn(ctx, a, *g); err != nil {
			return err
		}
		return s.note(ctx, a, *g, "replaced")
	})
}

// Block makes a voucher good for nothing until it is replaced.
func (s *Service) Block(ctx context.Context, family, id kernel.ID) error {
	return s.change(ctx, family, id, func(a *act.Act, g *Grant) error {
		if g.State != Granted || g.Form != OnPaper {
			return kernel.NewConflict("voucher.over")
		}
		if err := endPapers(ctx, a, a.Alliance(), g.ID, Blocked, a.Now); err != nil {
			return err
		}
		return s.note(ctx, a, *g, "blocked")
	})
}
