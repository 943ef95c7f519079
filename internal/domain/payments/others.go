package payments

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// A payee may be neither an organisation nor of a file: somebody who borrowed at
// a desk and whose deposit goes back. The module above says under which number,
// and when it is forgotten.

// SealPayeeIn writes down to which account somebody without a file is paid,
// within an act of a module above, and leaves its record under an action. The
// same account again changes nothing.
func (s *Service) SealPayeeIn(ctx context.Context, a *act.Act, action string, payee kernel.ID, c Account) error {
	c, err := c.Check()
	if err != nil {
		return err
	}
	p, err := loadPayee(ctx, a, a.Alliance(), payee)
	if kernel.CodeOf(err) == kernel.NotFound {
		p, err = Payee{ID: payee}, nil
	}
	if err != nil {
		return err
	}
	if p.Org != "" || p.Family != "" {
		return kernel.NewNotFound("payment.payee")
	}
	if was, has, err := s.account(ctx, a, p); err != nil || has && was == c {
		return err
	}
	return s.keep(ctx, a, action, p, p.Version, c)
}

// OpenIn tells whether somebody is still owed something, or a payment to them is
// on its way.
func (s *Service) OpenIn(ctx context.Context, a *act.Act, payee kernel.ID) (bool, error) {
	there, err := ledger.Balance(ctx, a, a.Alliance(), ledger.Account{Path: Payable(payee), Asset: ledger.Euro})
	if err != nil || there != 0 {
		return there != 0, err
	}
	lines, err := listLines(ctx, a, `payee = $2 AND state IN ($3, $4) ORDER BY number LIMIT 1`, a.Alliance(), payee, string(Waiting), string(Accepted))
	return len(lines) > 0, err
}

// ForgetPayeeIn destroys the account of somebody without a file; without one it
// does nothing. What they were paid stays under a number that leads to nobody.
func (s *Service) ForgetPayeeIn(ctx context.Context, a *act.Act, payee kernel.ID) error {
	p, err := loadPayee(ctx, a, a.Alliance(), payee)
	if kernel.CodeOf(err) == kernel.NotFound {
		return nil
	}
	if err != nil || p.Org != "" || p.Family != "" {
		return err
	}
	if err := s.Vault.Forget(ctx, a, a.Alliance(), p.sealed); err != nil {
		return err
	}
	return dropPayee(ctx, a, a.Alliance(), p.ID)
}
