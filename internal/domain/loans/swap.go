package loans

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// Swap exchanges the thing of a loan for another at once: the old one comes
// back, the new one goes, the deposit goes along and only the difference is paid
// or given back. In the year that was paid there is no new fee. The old thing is
// looked at afterwards as any other. Refusals are those of [Service.HandOver].
func (s *Service) Swap(ctx context.Context, old kernel.ID, in Lending) (loan Loan, err error) {
	photo, err := Clean(in.Photo)
	if err != nil {
		return loan, err
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		was, err := loadLoan(ctx, a, a.Alliance(), old)
		if err != nil {
			return err
		}
		in.Borrower = was.Borrower
		loan, err = s.handOver(ctx, a, in, photo, &was)
		return err
	})
	if err != nil {
		return Loan{}, err
	}
	return loan, nil
}

// QuoteSwap tells what an exchange would come to, and changes nothing.
func (s *Service) QuoteSwap(ctx context.Context, old kernel.ID, in Lending) (q Quote, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		was, err := loadLoan(ctx, a, a.Alliance(), old)
		if err != nil {
			return err
		}
		in.Borrower = was.Borrower
		q, err = s.quote(ctx, a, in, &was)
		return err
	})
	return q, err
}

// carry moves the deposit of an old loan to the new one, and the difference.
func (s *Service) carry(l Library, old, loan Loan, q Quote) (moves []ledger.Move) {
	if along := min(q.Carried, loan.Deposit); along > 0 {
		moves = append(moves, euros(along, depositOf(old.ID), depositOf(loan.ID)))
	}
	switch more := q.More(); {
	case more > 0:
		moves = append(moves, euros(more, cash(l.ID), depositOf(loan.ID)))
	case more < 0:
		moves = append(moves, euros(-more, depositOf(old.ID), cash(l.ID)))
	}
	return moves
}
