package loans

import (
	"context"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// Extend makes a loan longer. Beyond the year that was paid a new year is paid.
// It is refused when somebody waits for such a thing (Conflict "loan.waited").
// Agreed is the fee that was shown. The same ID does it once.
func (s *Service) Extend(ctx context.Context, id, loan kernel.ID, agreed kernel.Cents) (l Loan, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		was, err := loadLoan(ctx, a, a.Alliance(), loan)
		if err != nil {
			return err
		}
		lib, err := works(ctx, a, was.Library)
		if err != nil {
			return err
		}
		again, err := once(ctx, a, Step{ID: id, Library: lib.ID, Thing: was.Thing, Loan: was.ID, Kind: "longer"}, strconv.FormatInt(int64(agreed), 10))
		if err != nil {
			return err
		}
		l = was
		if again {
			return done(ctx, a, "loan.work", lib.ID, "again", "longer")
		}
		t, err := rawThing(ctx, a, a.Alliance(), was.Thing)
		if err != nil {
			return err
		}
		if err := lib.refuses(t, a.Today()); err != nil {
			return err
		}
		due, fee, err := s.longer(ctx, a, lib, was)
		if err != nil {
			return err
		}
		if fee != agreed {
			return kernel.NewConflict("loan.price").With("fee", fee.String()).With("deposit", kernel.Cents(0).String())
		}
		if fee > 0 {
			if err := post(ctx, a, ledger.Transfer{ID: id, Kind: "loan.longer", Moves: []ledger.Move{euros(fee, cash(lib.ID), feesOf(lib.ID))}}); err != nil {
				return err
			}
		}
		if due > l.PaidUntil.AddDays(1) {
			l.PaidUntil = max(l.PaidUntil, a.Today().AddDays(-1)).AddMonths(12)
		}
		l.Due, l.Fee, l.AskedAt = due, l.Fee+fee, ""
		if err := saveLoan(ctx, a, a.Alliance(), l); err != nil {
			return err
		}
		if err := remindLater(ctx, a, l); err != nil {
			return err
		}
		return done(ctx, a, "loan.work", lib.ID, "loan", string(l.ID))
	})
	if err != nil {
		return Loan{}, err
	}
	return l, nil
}

// longer is until when a loan can be made longer, and what it costs.
func (s *Service) longer(ctx context.Context, a *act.Act, lib Library, l Loan) (due kernel.Date, fee kernel.Cents, err error) {
	if l.Phase != Running {
		return "", 0, kernel.NewConflict("loan.not_out")
	}
	t, err := rawThing(ctx, a, a.Alliance(), l.Thing)
	if err != nil {
		return "", 0, err
	}
	waits, err := wishesWhere(ctx, a, a.Alliance(), `library = $2 AND state = $3 AND size = $4 AND thing IN ('', $5)`, lib.ID, Waiting, t.Size, t.ID)
	if err != nil {
		return "", 0, err
	}
	if len(waits) > 0 {
		return "", 0, kernel.NewConflict("loan.waited")
	}
	due = max(l.Due, a.Today()).AddMonths(int(lib.MoreMonths))
	if due <= l.PaidUntil.AddDays(1) {
		return due, 0, nil
	}
	b, err := loadBorrower(ctx, a, a.Alliance(), l.Borrower)
	if err != nil {
		return "", 0, err
	}
	c, err := caseOf(ctx, a, b, &l)
	return due, lib.Tariff.Price(c).Fee, err
}
