package vouchers

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Form is in which form something is given.
type Form string

// The forms.
const (
	OnPaper  Form = ""         // a voucher or a card, that a shop takes
	Transfer Form = "transfer" // euros, to the account of the family
	Billed   Form = "billed"   // a provider bills what the child had; the child shows nothing
)

// Forms are the forms, in the order in which they are offered.
var Forms = [...]Form{OnPaper, Transfer, Billed}

// Providers are the organisations of a programme that can bill what they gave.
func Providers(p *programmes.Programme) (all []kernel.ID) {
	for _, q := range p.Partners {
		if q.Org != "" && (q.Part == programmes.Redeems || q.Part == programmes.HandsOut) {
			all = append(all, q.Org)
		}
	}
	return all
}

// takers are the organisations at which a setup can be at home.
func (s Setup) takers(p *programmes.Programme) []kernel.ID {
	if s.Form == Billed {
		return Providers(p)
	}
	return shops(p)
}

// beginIn is what follows at once from a grant, by its form: a paper, a payment
// that is owed, or nothing yet.
func (s *Service) beginIn(ctx context.Context, a *act.Act, p *programmes.Programme, g Grant) error {
	switch g.Form {
	case Transfer:
		return s.oweIn(ctx, a, p, g)
	case Billed:
		return nil
	}
	return s.printIn(ctx, a, g)
}

// oweIn makes what was granted owed to the family, by the organisation that
// leads or funds the programme where that one pays out.
func (s *Service) oweIn(ctx context.Context, a *act.Act, p *programmes.Programme, g Grant) error {
	payee, err := s.Payments.FamilyPayeeIn(ctx, a, g.Family)
	if err != nil {
		return err
	}
	payer, err := s.payerIn(ctx, a, p)
	if err != nil {
		return err
	}
	_, err = s.Payments.OweIn(ctx, a, payments.Owe{ID: kernel.NewID(), Payer: payer, Payee: payee, Cents: g.Cents, From: voucherOf(g.ID), Kind: "allowance", About: g.ID})
	return err
}

// payerIn is who pays for a programme; zero: whoever pays out for the alliance.
func (s *Service) payerIn(ctx context.Context, a *act.Act, p *programmes.Programme) (kernel.ID, error) {
	for _, part := range []programmes.Part{programmes.Lead, programmes.Funder} {
		for _, q := range p.Partners {
			if q.Part != part || q.Org == "" {
				continue
			}
			if pays, err := s.Payments.PaysIn(ctx, a, q.Org); pays || err != nil {
				return q.Org, err
			}
		}
	}
	return "", nil
}

// payableIn refuses a transfer to a family whose account nobody wrote down
// (Conflict "payment.account.none").
func (s *Service) payableIn(ctx context.Context, a *act.Act, g Grant) error {
	if g.Form != Transfer {
		return nil
	}
	_, err := s.Payments.FamilyPayeeIn(ctx, a, g.Family)
	return err
}

// Bill is what a provider billed for a child.
type Bill struct {
	ID    kernel.ID // made by who writes it down
	Units int64     // of pieces; zero: one
	Cents kernel.Cents
}

// WriteBill writes down what the provider of a grant billed: it is owed that
// from now on, and so much less is left. The same bill sent twice counts once.
func (s *Service) WriteBill(ctx context.Context, family, id kernel.ID, in Bill) (u Use, err error) {
	err = s.change(ctx, family, id, func(a *act.Act, g *Grant) error {
		if _, err := kernel.ParseID(string(in.ID)); err != nil {
			return kernel.NewInvalid("voucher.id").At("id")
		}
		before, err := loadUse(ctx, a, a.Alliance(), in.ID)
		switch {
		case err == nil && before.Grant == g.ID && (before.Units == max(in.Units, 1) || before.Units == 0 && before.Cents == in.Cents):
			u = before
			return s.note(ctx, a, *g, "billed already")
		case err == nil:
			return kernel.NewInvalid("voucher.other_content").At("id")
		case kernel.CodeOf(err) != kernel.NotFound:
			return err
		case g.State != Granted || g.Form != Billed || g.Home == "":
			return kernel.NewConflict("voucher.over")
		}
		h := holding{grant: *g}
		if h.units, h.cents, err = s.left(ctx, a, *g); err != nil {
			return err
		}
		if u, err = h.use(Sale{ID: in.ID, Units: in.Units, Cents: in.Cents}, g.Home, a); err != nil {
			return err
		}
		if err := s.spend(ctx, a, *g, u); err != nil {
			return err
		}
		if err := insertUse(ctx, a, a.Alliance(), u); err != nil {
			return err
		}
		return s.note(ctx, a, *g, "billed")
	})
	return u, err
}

// backIn takes a transfer back that no batch holds yet.
func (s *Service) backIn(ctx context.Context, a *act.Act, g Grant) error {
	if g.Form != Transfer {
		return nil
	}
	_, err := s.Payments.UnoweIn(ctx, a, g.ID)
	return err
}
