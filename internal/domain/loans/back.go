package loans

import (
	"context"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// TakeBack says that a thing came back. It is looked at next, and then the
// deposit is given back. The same ID does it once; a loan that is not out is
// Conflict ("loan.not_out").
func (s *Service) TakeBack(ctx context.Context, id, loan kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		l, err := loadLoan(ctx, a, a.Alliance(), loan)
		if err != nil {
			return err
		}
		lib, err := works(ctx, a, l.Library)
		if err != nil {
			return err
		}
		again, err := once(ctx, a, Step{ID: id, Library: lib.ID, Thing: l.Thing, Loan: l.ID, Kind: "back"})
		if err != nil {
			return err
		}
		if again {
			return done(ctx, a, "loan.work", lib.ID, "again", "back")
		}
		if l.Phase != Running {
			return kernel.NewConflict("loan.not_out")
		}
		t, err := rawThing(ctx, a, a.Alliance(), l.Thing)
		if err != nil {
			return err
		}
		if err := post(ctx, a, ledger.Transfer{ID: id, Kind: "loan.back", Moves: []ledger.Move{moved(assetOf(t), outOn(lib.ID, l.ID), stateOf(lib.ID, Inspect))}}); err != nil {
			return err
		}
		l.Phase, l.ReturnedOn, l.AskedAt = Returned, a.Today(), ""
		if err := saveLoan(ctx, a, a.Alliance(), l); err != nil {
			return err
		}
		return done(ctx, a, "loan.work", lib.ID, "loan", string(l.ID))
	})
}

// Judging is what is found when a thing is looked at that came back, or that
// will not come back any more.
type Judging struct {
	ID       kernel.ID // made by who asks
	Loan     kernel.ID
	Missing  []string // what was not in order
	Verdict  State    // Ready, Repair or Retired; Lost for a thing that is out
	Keep     kernel.Cents
	Reason   Reason           // why something is kept
	Transfer bool             // what is given back goes to the family's account; else in hand
	Account  payments.Account // of who has no file, for a transfer
}

// Judge ends a loan: the thing is ready again, goes to be mended or is retired,
// or is given up for lost; and the deposit is given back, in whole or in part.
// What was exchanged has its deposit with the loan that came after it, and of
// that one something can be kept. More than there is cannot be kept (Invalid
// "loan.keep"); a transfer needs an account of the family (Conflict
// "loan.no_account"), and of who has no file the account is told with it. The same
// ID does it once.
func (s *Service) Judge(ctx context.Context, in Judging) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		l, err := loadLoan(ctx, a, a.Alliance(), in.Loan)
		if err != nil {
			return err
		}
		lib, err := works(ctx, a, l.Library)
		if err != nil {
			return err
		}
		way := "hand"
		if in.Transfer {
			way = "transfer"
		}
		again, err := once(ctx, a, Step{ID: in.ID, Library: lib.ID, Thing: l.Thing, Loan: l.ID, Kind: "judge", Detail: string(in.Verdict)},
			in.Keep.String(), string(in.Reason), way, strings.Join(in.Missing, "\x00"))
		if err != nil {
			return err
		}
		if again {
			return done(ctx, a, "loan.work", lib.ID, "again", "judge")
		}
		lost := in.Verdict == Lost
		switch {
		case !lost && in.Verdict != Ready && in.Verdict != Repair && in.Verdict != Retired:
			return kernel.NewInvalid("loan.verdict").At("verdict")
		case lost && l.Phase != Running, !lost && l.Phase != Returned:
			return kernel.NewConflict("loan.not_so")
		}
		t, err := loadThing(ctx, a, a.Alliance(), l.Thing)
		if err != nil {
			return err
		}
		if lost {
			if err := post(ctx, a, ledger.Transfer{ID: in.ID, Kind: "loan.lost", Moves: []ledger.Move{moved(assetOf(t), outOn(lib.ID, l.ID), ended(lib.ID, Lost))}}); err != nil {
				return err
			}
			l.ReturnedOn, l.Phase, l.AskedAt = a.Today(), Gone, ""
		} else {
			if err := s.goes(ctx, a, lib, t, in.ID, in.Verdict); err != nil {
				return err
			}
			l.Phase = Done
		}
		l.Verdict, l.Kept, l.Reason, l.Missing = in.Verdict, in.Keep, in.Reason, known(lib, in.Missing)
		if err := s.settle(ctx, a, lib, l, in); err != nil {
			return err
		}
		if err := saveLoan(ctx, a, a.Alliance(), l); err != nil {
			return err
		}
		if err := s.dropPhoto(ctx, a, l); err != nil {
			return err
		}
		return done(ctx, a, "loan.work", lib.ID, "loan", string(l.ID))
	})
}

// settle keeps a part of the deposit and gives the rest back.
func (s *Service) settle(ctx context.Context, a *act.Act, lib Library, l Loan, in Judging) error {
	last, err := s.latest(ctx, a, l)
	if err != nil {
		return err
	}
	there, err := ledger.Balance(ctx, a, a.Alliance(), at(depositOf(last.ID), ledger.Euro))
	if err != nil {
		return err
	}
	held := kernel.Cents(there)
	switch {
	case in.Keep < 0 || in.Keep > held:
		return kernel.NewInvalid("loan.keep").At("keep").With("held", held.String())
	case in.Keep > 0 && in.Reason == NoReason:
		return kernel.NewInvalid("loan.reason").At("reason")
	}
	var moves []ledger.Move
	if in.Keep > 0 {
		moves = append(moves, euros(in.Keep, depositOf(last.ID), keptOf(lib.ID)))
	}
	back := held - in.Keep
	if l.Next != "" { // the rest stands for the thing that the family has now
		back = 0
	}
	if back > 0 && !in.Transfer {
		moves = append(moves, euros(back, depositOf(last.ID), cash(lib.ID)))
	}
	if len(moves) > 0 {
		if _, err := a.Post(ctx, ledger.Transfer{ID: kernel.NewID(), Kind: "loan.settle", Reason: string(in.Reason), Moves: moves}); err != nil {
			return err
		}
	}
	if back == 0 || !in.Transfer {
		return nil
	}
	b, err := loadBorrower(ctx, a, a.Alliance(), l.Borrower)
	if err != nil {
		return err
	}
	payee, err := s.payee(ctx, a, b, in.Account)
	if err != nil {
		return err
	}
	_, err = s.Payments.OweIn(ctx, a, payments.Owe{ID: kernel.NewID(), Payee: payee, Cents: back, From: depositOf(last.ID), Kind: "loan.deposit", About: l.ID})
	return err
}

// payee is to whom a deposit is transferred: the account of the family, or the one
// that a borrower without a file told, under the borrower's number.
func (s *Service) payee(ctx context.Context, a *act.Act, b Borrower, told payments.Account) (kernel.ID, error) {
	if b.ForgottenOn != "" {
		return "", kernel.NewConflict("loan.no_account").At("way")
	}
	if b.Family == "" {
		return b.ID, s.Payments.SealPayeeIn(ctx, a, "loan.work", b.ID, told)
	}
	payee, err := s.Payments.FamilyPayeeIn(ctx, a, b.Family)
	if kernel.CodeOf(err) == kernel.Conflict {
		return "", kernel.NewConflict("loan.no_account").At("way")
	}
	return payee, err
}

// latest is the loan that a loan became by exchanges.
func (s *Service) latest(ctx context.Context, a *act.Act, l Loan) (Loan, error) {
	for range 100 {
		if l.Next == "" {
			return l, nil
		}
		var err error
		if l, err = loadLoan(ctx, a, a.Alliance(), l.Next); err != nil {
			return l, err
		}
	}
	return l, nil
}
