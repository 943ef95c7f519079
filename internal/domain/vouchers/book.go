package vouchers

import (
	"context"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// The accounts of this module. Of euros a grant holds what shops may be paid
// for it; of pieces it holds the pieces too, so that the last one goes once.
func budgetOf(programme kernel.ID) string { return "programme/" + string(programme) + "/budget" }
func voucherOf(grant kernel.ID) string    { return "voucher/" + string(grant) }

// Payable is the account of what a shop is owed, in euros.
func Payable(org kernel.ID) string { return "payable/" + string(org) }

// OwedBack is the account of what a shop owes back: it was paid for uses that
// were taken back afterwards. It is under zero by so much, until a payment
// takes it into account.
func OwedBack(org kernel.ID) string { return "world/refund/" + string(org) }

func givenAt(org kernel.ID) string { return "world/given/" + string(org) }

const outsideBudget = "world/budget"

// pieceOf is the asset of the pieces of an offer.
func pieceOf(offer string) string { return "grant/" + offer }

func account(path, asset string) ledger.Account { return ledger.Account{Path: path, Asset: asset} }

// moves are euros and pieces that go the same way; what is nothing stays.
func moves(from, to string, cents kernel.Cents, offer string, units int64) (all []ledger.Move) {
	if cents > 0 {
		all = append(all, ledger.Move{From: from, To: to, Asset: ledger.Euro, Amount: int64(cents)})
	}
	if units > 0 {
		all = append(all, ledger.Move{From: from, To: to, Asset: pieceOf(offer), Amount: units})
	}
	return all
}

// Fund is what a coordinator sets aside for a programme: euros, and so many
// pieces of an offer.
type Fund struct {
	ID        kernel.ID // made by who asks
	Programme kernel.ID
	Offer     string
	Cents     kernel.Cents
	Units     int64
}

// AddBudget sets euros or pieces aside for an offer of a programme. The same
// fund sent twice is added once.
func (s *Service) AddBudget(ctx context.Context, in Fund) error {
	wrong := kernel.Faults{}
	if in.Cents < 0 || in.Cents > maxBudget {
		wrong.Check("cents", kernel.NewInvalid("voucher.fund.cents"))
	}
	if in.Units < 0 || in.Units > maxBudgetUnits {
		wrong.Check("units", kernel.NewInvalid("voucher.fund.units"))
	}
	if in.Cents == 0 && in.Units == 0 {
		wrong.Check("cents", kernel.NewInvalid("voucher.fund.nothing"))
	}
	if _, err := kernel.ParseID(string(in.ID)); err != nil {
		wrong.Check("id", kernel.NewInvalid("voucher.id"))
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.manage", in.Programme); err != nil {
			return err
		}
		p, err := s.Programmes.ProgrammeIn(ctx, a, in.Programme)
		if err != nil {
			return err
		}
		if _, err := offerOf(&p, in.Offer); err != nil {
			return err
		}
		again, err := a.Post(ctx, ledger.Transfer{ID: in.ID, Kind: "voucher.budget",
			Moves: moves(outsideBudget, budgetOf(p.ID), in.Cents, in.Offer, in.Units)})
		if err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "voucher.budget", Subject: p.ID, Detail: map[string]string{"transfer": string(in.ID), "again": yes(again)}})
	})
}

const (
	maxBudget      = 1_000_000_000_00
	maxBudgetUnits = 1_000_000
)

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// reserve moves what a grant is worth from the budget to the voucher. When the
// budget is short the fault says of what, and by how much.
func (s *Service) reserve(ctx context.Context, a *act.Act, g Grant) error {
	_, err := a.Post(ctx, ledger.Transfer{ID: g.ID, Kind: "voucher.grant",
		Moves: moves(budgetOf(g.Programme), voucherOf(g.ID), g.Cents, g.Offer, g.Units)})
	short, ok := errors.AsType[*ledger.Short](err)
	if !ok {
		return err
	}
	var faults kernel.Faults
	for _, l := range short.Lines {
		if l.Asset == ledger.Euro {
			faults.Check("", kernel.NewConflict("voucher.short").With("short", kernel.Cents(l.Asked-l.There).String()).With("left", kernel.Cents(l.There).String()))
		} else {
			faults.Check("", kernel.NewConflict("voucher.short_pieces").With("short", number(l.Asked-l.There)).With("left", number(l.There)))
		}
	}
	return faults.Err()
}

// left is what a grant still holds.
func (s *Service) left(ctx context.Context, a *act.Act, g Grant) (units int64, cents kernel.Cents, err error) {
	pieces, euros := account(voucherOf(g.ID), pieceOf(g.Offer)), account(voucherOf(g.ID), ledger.Euro)
	of := []ledger.Account{euros}
	if g.Units > 0 {
		of = append(of, pieces)
	}
	there, err := ledger.BalancesOf(ctx, a, a.Alliance(), of...)
	return there[pieces], kernel.Cents(there[euros]), err
}

// spend moves what a shop took: euros to what it is owed, pieces out of the house.
func (s *Service) spend(ctx context.Context, a *act.Act, g Grant, u Use) error {
	_, err := a.Post(ctx, ledger.Transfer{ID: u.ID, Kind: "voucher.redeem", Moves: append(
		moves(voucherOf(g.ID), Payable(u.Org), u.Cents, "", 0), moves(voucherOf(g.ID), givenAt(u.Org), 0, g.Offer, u.Units)...)})
	if _, ok := errors.AsType[*ledger.Short](err); ok {
		return s.usedUp(ctx, a, g)
	}
	return err
}

// restore puts back into a voucher what a use took. What the shop was paid for
// already it owes from then on.
func (s *Service) restore(ctx context.Context, a *act.Act, g Grant, u Use) (UseState, error) {
	_, err := a.Correct(ctx, kernel.NewID(), u.ID, "undo")
	if _, short := errors.AsType[*ledger.Short](err); !short {
		return Undone, err
	}
	_, err = a.Post(ctx, ledger.Transfer{ID: kernel.NewID(), Kind: "voucher.refund", Moves: append(
		moves(OwedBack(u.Org), voucherOf(g.ID), u.Cents, "", 0), moves(givenAt(u.Org), voucherOf(g.ID), 0, g.Offer, u.Units)...)})
	return Refunded, err
}

// giveBack returns what is left of a grant to its budget.
func (s *Service) giveBack(ctx context.Context, a *act.Act, g Grant, kind string) error {
	units, cents, err := s.left(ctx, a, g)
	if err != nil || units == 0 && cents == 0 {
		return err
	}
	_, err = a.Post(ctx, ledger.Transfer{ID: kernel.NewID(), Kind: kind,
		Moves: moves(voucherOf(g.ID), budgetOf(g.Programme), cents, g.Offer, units)})
	return err
}
