package vouchers

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// HandOut lets sessions pay what they hand out from grants of pieces. Nobody
// shows a paper: the family is known by its appointment. Where it pays a part
// itself the desk is told how much, and what was paid is booked with the use.
type HandOut struct{ *Service }

var _ sessions.Grants = HandOut{}

// handsOut tells whether an organisation gives what a programme grants.
func handsOut(p *programmes.Programme, org kernel.ID) bool {
	return slices.ContainsFunc(p.Partners, func(q programmes.Partner) bool {
		return q.Org == org && (q.Part == programmes.HandsOut || q.Part == programmes.Redeems)
	})
}

// PromisesIn lists what an organisation may hand out from grants today.
func (s HandOut) PromisesIn(ctx context.Context, a *act.Act, org kernel.ID) (all []sessions.Named, err error) {
	running, err := s.Programmes.RunningIn(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, p := range running {
		if !handsOut(&p, org) {
			continue
		}
		for _, o := range Offers(&p) {
			setup, err := setupIn(ctx, a, a.Alliance(), &p, o.ID)
			if err != nil {
				return nil, err
			}
			if setup.Units > 0 && setup.Form == OnPaper {
				all = append(all, sessions.Named{Promise: sessions.Promise{Programme: p.ID, Offer: o.ID}, Programme: p.Name(), Offer: o.Names})
			}
		}
	}
	return all, nil
}

// heldHere is a grant from which an organisation may hand out today, with what
// is left of it.
type heldHere struct {
	Grant
	left int64
}

// hereIn are the grants of a family from which an organisation may hand out
// today, those that end first before the others.
func (s HandOut) hereIn(ctx context.Context, a *act.Act, org, family kernel.ID, of sessions.Promise) (all []heldHere, err error) {
	grants, err := grantsOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return nil, err
	}
	for _, g := range grants {
		switch {
		case g.Programme != of.Programme, g.Offer != of.Offer, g.State != Granted, g.Form != OnPaper, g.Units == 0,
			a.Today() < g.Begins, g.LastDay < a.Today(), !g.Anywhere && g.Home != "" && g.Home != org:
			continue
		}
		left, _, err := s.left(ctx, a, g)
		if err != nil {
			return nil, err
		}
		if left > 0 {
			all = append(all, heldHere{g, left})
		}
	}
	slices.SortStableFunc(all, func(x, y heldHere) int { return y.LastDay.DaysUntil(x.LastDay) })
	return all, nil
}

// LeftIn is how many pieces of a promise a family may still get from an
// organisation today, and what it pays for the next one.
func (s HandOut) LeftIn(ctx context.Context, a *act.Act, org, family kernel.ID, of sessions.Promise) (n int64, copay kernel.Cents, err error) {
	all, err := s.hereIn(ctx, a, org, family, of)
	for i, h := range all {
		if n += h.left; i == 0 {
			copay = h.Copay
		}
	}
	return n, copay, err
}

// SpendIn takes pieces from the grants of a family, those first that end first.
// Where fewer are left it takes none: Conflict ("voucher.too_many").
func (s HandOut) SpendIn(ctx context.Context, a *act.Act, org, family kernel.ID, of sessions.Promise, pieces int64) (uses []kernel.ID, copay kernel.Cents, err error) {
	all, err := s.hereIn(ctx, a, org, family, of)
	if err != nil {
		return nil, 0, err
	}
	there := int64(0)
	for _, h := range all {
		there += h.left
	}
	if there < pieces {
		return nil, 0, kernel.NewConflict("voucher.too_many").At("lines").With("left", number(there))
	}
	for _, h := range all {
		n := min(h.left, pieces)
		if n == 0 {
			break
		}
		pieces -= n
		u := Use{ID: kernel.NewID(), Grant: h.ID, Org: org, Worker: a.Actor.Person, Units: n, Cents: kernel.Cents(n) * h.Worth, Copay: kernel.Cents(n) * h.Copay, At: a.Now, State: Done}
		if u.Serial, err = s.serialOf(ctx, a, h.ID); err != nil {
			return nil, 0, err
		}
		if err := s.spend(ctx, a, h.Grant, u); err != nil {
			return nil, 0, err
		}
		if err := insertUse(ctx, a, a.Alliance(), u); err != nil {
			return nil, 0, err
		}
		uses, copay = append(uses, u.ID), copay+u.Copay
	}
	return uses, copay, nil
}

// serialOf is the last serial of a grant, whatever became of it: zero, where
// none was printed.
func (s HandOut) serialOf(ctx context.Context, a *act.Act, grant kernel.ID) (last Serial, err error) {
	papers, err := papersOf(ctx, a, a.Alliance(), grant)
	for _, p := range papers {
		if last == 0 || p.State == Live {
			last = p.Serial
		}
	}
	return last, err
}

// ReturnIn puts back what was taken; of a grant that is over it returns to the
// budget.
func (s HandOut) ReturnIn(ctx context.Context, a *act.Act, uses []kernel.ID) error {
	for _, id := range uses {
		u, err := loadUse(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		if u.State != Done {
			continue
		}
		g, err := loadGrant(ctx, a, a.Alliance(), u.Grant)
		if err != nil {
			return err
		}
		if u.State, err = s.restore(ctx, a, g, u); err != nil {
			return err
		}
		u.Undone = a.Now
		if err := endUse(ctx, a, a.Alliance(), u); err != nil {
			return err
		}
		if g.State != Granted {
			if err := s.giveBack(ctx, a, g, "voucher."+string(g.State)); err != nil {
				return err
			}
		}
	}
	return nil
}
