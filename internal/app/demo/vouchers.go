package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// given are the vouchers of the demonstration. Boom gives about twenty bags a
// year, of which fifteen are fetched: here it is a fifth of that. What a piece
// costs the alliance nobody published, so that a shop is owed nothing for it.
var given = []struct {
	town, template, offer string
	by, shop              string // who grants, and the worker or else the shop that takes
	taker                 string
	pieces                int64 // set aside
	each                  int64 // pieces a voucher; zero: as usual
	decision              string
	children, taken       int
	from, to              int // how many months old the children are: from, and under
}{
	{"rivierenland", "boom-school-bag", "bag", "ines", "swap", "mia", 20, 0, "", 4, 3, 24, 36},
	{"kortenaken", "kortenaken-kikaz", "baby_card", "griet", "pharmacy", "piet", 60, 6, "BCSD 2026/114", 2, 1, 0, 36},
}

// Vouchers gives some children a bag or a baby card, and lets shops take some
// of them.
func Vouchers(ctx context.Context, a *app.App, towns []Town, now time.Time) error {
	today := kernel.InstantOf(now).Date()
	for _, g := range given {
		t := called(towns, g.town)
		if err := t.gives(ctx, a, g.template, func(p programmes.Programme) error {
			coordinator, worker, taker := t.As(ctx, coordinators[t.Slug]), t.As(ctx, g.by), t.As(ctx, g.taker)
			if err := a.Vouchers.AddBudget(coordinator, vouchers.Fund{ID: kernel.NewID(), Programme: p.ID, Offer: g.offer, Units: g.pieces}); err != nil {
				return err
			}
			if _, err := a.Vouchers.OpenTill(coordinator, t.Orgs[g.shop].ID, "Toonbank"); err != nil {
				return err
			}
			list, err := a.Families.List(worker, families.Query{Limit: 100})
			if err != nil {
				return err
			}
			n := 0
			for _, row := range list.Rows {
				if n == g.children {
					break
				}
				file, err := a.Families.Read(worker, row.ID, families.ForCare)
				if err != nil {
					return err
				}
				child := youngest(file, today, g.from, g.to)
				if child == "" {
					continue
				}
				in := vouchers.NewGrant{ID: kernel.NewID(), Family: row.ID, Child: child, Programme: p.ID, Offer: g.offer, Units: g.each, Decision: g.decision}
				if g.decision != "" {
					in.DecidedOn = today.AddDays(-7)
				}
				switch _, err := a.Vouchers.Give(worker, in); {
				case errors.Is(err, kernel.NewConflict("voucher.not_for")): // who lives in another municipality of the alliance
					continue
				case err != nil:
					return err
				}
				if n++; n > g.taken {
					continue
				}
				held, _, _, err := a.Vouchers.OfFamily(worker, row.ID)
				if err != nil {
					return err
				}
				if _, _, err := a.Vouchers.Redeem(taker, vouchers.Sale{ID: kernel.NewID(), Shown: held[0].Paper.Serial.String(), Units: 1}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return fmt.Errorf("demonstration of %s: vouchers: %w", t.Slug, err)
		}
	}
	return nil
}

// youngest is the youngest child of a family from one age on and under another,
// in months; empty for none.
func youngest(file families.File, today kernel.Date, from, to int) (child kernel.ID) {
	var born kernel.Date
	for _, p := range file.Persons {
		if p.Role == families.Child && p.Birth > born && p.Birth <= today.AddMonths(-from) && p.Birth > today.AddMonths(-to) {
			child, born = p.ID, p.Birth
		}
	}
	return child
}

// gives runs fn with the programme that a town made of a template.
func (t Town) gives(ctx context.Context, a *app.App, template string, fn func(p programmes.Programme) error) error {
	list, err := a.Programmes.List(t.As(ctx, coordinators[t.Slug]), programmes.Query{States: []programmes.State{programmes.On}})
	if err != nil {
		return err
	}
	for _, p := range list.Rows {
		if p.Template == template {
			return fn(p)
		}
	}
	return nil
}
