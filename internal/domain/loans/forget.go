package loans

import (
	"context"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// keptAfter is how many months a library keeps the first name of a child without
// a file after its last loan ended: a year, so that who borrows each summer need
// not be written down anew. A child of a file is forgotten with its file.
const keptAfter = 12

// Forget destroys what is known of a borrower who has no file; the number stays,
// with what it borrowed, for the book. While something is on loan, or a deposit
// is still held, it is refused (Conflict "loan.still_open"); a child of a file is
// forgotten with the file (Conflict "loan.of_file").
func (s *Service) Forget(ctx context.Context, borrower kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		b, l, err := s.mayIn(ctx, a, borrower)
		if err != nil {
			return err
		}
		switch {
		case b.Family != "":
			return kernel.NewConflict("loan.of_file")
		case b.ForgottenOn != "":
			return done(ctx, a, "loan.work", l.ID, "again", "forget")
		}
		open, err := loansWhere(ctx, a, a.Alliance(), `borrower = $2 AND state IN ($3, $4)`, b.ID, Running, Returned)
		if err != nil {
			return err
		}
		owed, err := s.Payments.OpenIn(ctx, a, b.ID)
		if err != nil {
			return err
		}
		if len(open) > 0 || owed {
			return kernel.NewConflict("loan.still_open")
		}
		if err := s.forget(ctx, a, l, b); err != nil {
			return err
		}
		return done(ctx, a, "loan.work", l.ID, "forgot", string(b.ID))
	})
}

// forget lets go of what a borrower waits for and destroys the key of its name
// and photographs.
func (s *Service) forget(ctx context.Context, a *act.Act, l Library, b Borrower) error {
	wishes, err := wishesWhere(ctx, a, a.Alliance(), `borrower = $2`, b.ID)
	if err != nil {
		return err
	}
	for _, w := range wishes {
		if err := s.letGo(ctx, a, l, w, Cancelled); err != nil {
			return err
		}
	}
	if err := s.Vault.Forget(ctx, a, a.Alliance(), b.sealed); err != nil {
		return err
	}
	if err := s.Payments.ForgetPayeeIn(ctx, a, b.ID); err != nil {
		return err
	}
	b.Family, b.Child, b.Household, b.ForgottenOn = "", "", b.ID, a.Today()
	if err := saveBorrower(ctx, a, a.Alliance(), b); err != nil {
		return err
	}
	_, err = a.ExecContext(ctx, `DELETE FROM loan_merge WHERE alliance = $1 AND borrower = $2`, a.Alliance(), b.ID)
	return err
}

// longGone are borrowers without a file of whom nothing is open and nothing
// ended since a day.
const longGone = `SELECT b.alliance, b.id FROM loan_borrower b WHERE b.family = '' AND b.forgotten_on = '' AND b.made_at < $1
	AND NOT EXISTS (SELECT 1 FROM loan_loan l WHERE l.alliance = b.alliance AND l.borrower = b.id AND (l.state IN ('out', 'returned') OR l.returned_on >= $1))
	AND NOT EXISTS (SELECT 1 FROM loan_wish w WHERE w.alliance = b.alliance AND w.borrower = b.id AND w.state IN ('waiting', 'held')) LIMIT 200`

// forgetOld forgets who has not borrowed for a year, unless a deposit is still on
// its way to them.
func (s *Service) forgetOld(ctx context.Context, today kernel.Date) error {
	for {
		forgot := 0
		n, err := s.each(ctx, longGone, today.AddMonths(-keptAfter), func(ctx context.Context, a *act.Act, id kernel.ID) error {
			b, err := loadBorrower(ctx, a, a.Alliance(), id)
			if err != nil {
				return err
			}
			l, err := loadLibrary(ctx, a, a.Alliance(), b.Library)
			if err != nil {
				return err
			}
			if owed, err := s.Payments.OpenIn(ctx, a, b.ID); err != nil || owed {
				return errors.Join(err, done(ctx, a, "loan.work", l.ID, "still_owed", string(id)))
			}
			if err := s.forget(ctx, a, l, b); err != nil {
				return err
			}
			forgot++
			return done(ctx, a, "loan.work", l.ID, "forgot", string(id))
		})
		if err != nil || n < atOnce || forgot == 0 {
			return err
		}
	}
}
