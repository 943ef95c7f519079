package payments

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// accountName is under what an account lies in the vault.
const accountName = "account"

// Arrange says whether an organisation pays out for the alliance.
func (s *Service) Arrange(ctx context.Context, org kernel.ID, pays bool) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "payment.arrange", ""); err != nil {
			return err
		}
		if _, err := s.Members.OrganisationIn(ctx, a, org); err != nil {
			return err
		}
		if err := savePayer(ctx, a, a.Alliance(), org, pays, a.Now, a.Actor.Person); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "payment.arrange", Subject: org, Detail: map[string]string{"pays": yes(pays)}})
	})
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// payer refuses who does not act for an organisation that pays out.
func payer(ctx context.Context, a *act.Act) error {
	pays, err := isPayer(ctx, a, a.Alliance(), a.Actor.Org)
	if err == nil && !pays {
		err = kernel.NewForbidden("payment.payer")
	}
	return err
}

// mayAccount refuses who may not know the accounts of organisations: a coordinator
// of one that does not pay out.
func mayAccount(ctx context.Context, a *act.Act) error {
	if err := a.Allow(ctx, "payment.account", ""); err != nil || a.Actor.Is(policy.Administrator) {
		return err
	}
	return payer(ctx, a)
}

// SetAccount writes down to which account an organisation is paid. Began is the
// version that was shown, 0 where there was none.
func (s *Service) SetAccount(ctx context.Context, org kernel.ID, began int64, c Account) error {
	c, wrong := c.Check()
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := mayAccount(ctx, a); err != nil {
			return err
		}
		if wrong != nil {
			return wrong
		}
		if _, err := s.Members.OrganisationIn(ctx, a, org); err != nil {
			return err
		}
		p, err := payeeOf(ctx, a, a.Alliance(), org)
		if kernel.CodeOf(err) == kernel.NotFound {
			p, err = Payee{ID: org, Org: org}, nil
		}
		if err != nil {
			return err
		}
		return s.keep(ctx, a, "payment.account", p, began, c)
	})
}

// keep seals an account and writes down whose it is.
func (s *Service) keep(ctx context.Context, a *act.Act, action string, p Payee, began int64, c Account) error {
	if err := act.Fresh(began, p.Version, "iban"); err != nil {
		return err
	}
	if p.sealed == "" {
		p.sealed = kernel.NewID()
		if _, err := s.Vault.Create(ctx, a, a.Alliance(), p.sealed); err != nil {
			return err
		}
	}
	key, err := s.Vault.Open(ctx, a, a.Alliance(), p.sealed)
	if err != nil {
		return err
	}
	if err := key.Put(ctx, a, accountName, c); err != nil {
		return err
	}
	p.Version, p.SetAt, p.SetBy = p.Version+1, a.Now, a.Actor.Person
	if err := savePayee(ctx, a, a.Alliance(), p); err != nil {
		return err
	}
	return a.Record(ctx, act.Entry{Action: action, Subject: p.ID, Fields: []string{"account"}})
}

// account opens a payee's account; ok is false when there is none.
func (s *Service) account(ctx context.Context, a *act.Act, p Payee) (c Account, ok bool, err error) {
	if p.sealed == "" {
		return c, false, nil
	}
	key, err := s.Vault.Open(ctx, a, a.Alliance(), p.sealed)
	if kernel.CodeOf(err) == kernel.NotFound {
		return c, false, nil // of a family that was forgotten
	}
	if err != nil {
		return c, false, err
	}
	ok, err = key.Get(ctx, a, accountName, &c)
	return c, ok, err
}

// OrgAccount is an organisation with the account to which it is paid.
type OrgAccount struct {
	Org     members.Organisation
	Payee   Payee
	Account Account
	Has     bool
	Pays    bool // it pays out for the alliance
}

// Account shows to which account an organisation is paid.
func (s *Service) Account(ctx context.Context, org kernel.ID) (o OrgAccount, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := mayAccount(ctx, a); err != nil {
			return err
		}
		if o, err = s.orgAccount(ctx, a, org); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "payment.account.read", Subject: org})
	})
	return o, err
}

func (s *Service) orgAccount(ctx context.Context, a *act.Act, org kernel.ID) (o OrgAccount, err error) {
	if o.Org, err = s.Members.OrganisationIn(ctx, a, org); err != nil {
		return o, err
	}
	if o.Pays, err = isPayer(ctx, a, a.Alliance(), org); err != nil {
		return o, err
	}
	o.Payee, err = payeeOf(ctx, a, a.Alliance(), org)
	if kernel.CodeOf(err) == kernel.NotFound {
		return o, nil
	}
	if err == nil {
		o.Account, o.Has, err = s.account(ctx, a, o.Payee)
	}
	return o, err
}

// FamilyAccount is one account of a family.
type FamilyAccount struct {
	Payee   Payee
	Account Account
}

// FamilyAccounts shows to which accounts a family is paid, the first one first.
func (s *Service) FamilyAccounts(ctx context.Context, family kernel.ID) (all []FamilyAccount, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "payment.family", family); err != nil {
			return err
		}
		if all, err = s.FamilyAccountsIn(ctx, a, family); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "payment.family.read", Subject: family})
	})
	return all, err
}

// FamilyAccountsIn is [Service.FamilyAccounts] within an act that may read the
// family.
func (s *Service) FamilyAccountsIn(ctx context.Context, a *act.Act, family kernel.ID) (all []FamilyAccount, err error) {
	payees, err := payeesOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return nil, err
	}
	for _, p := range payees {
		c, ok, err := s.account(ctx, a, p)
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, FamilyAccount{p, c})
		}
	}
	return all, nil
}

// SetFamilyAccount writes down to which account a family is paid. Payee is zero
// for a first or another account; began the version that was shown.
func (s *Service) SetFamilyAccount(ctx context.Context, family, payee kernel.ID, began int64, c Account) error {
	c, wrong := c.Check()
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "payment.family", family); err != nil {
			return err
		}
		if wrong != nil {
			return wrong
		}
		p := Payee{ID: kernel.NewID(), Family: family}
		if payee != "" {
			var err error
			if p, err = loadPayee(ctx, a, a.Alliance(), payee); err != nil {
				return err
			}
			if p.Family != family {
				return kernel.NewNotFound("payment.payee")
			}
		} else if all, err := payeesOf(ctx, a, a.Alliance(), family); err != nil || len(all) >= mostAccounts {
			if err == nil {
				err = kernel.NewConflict("payment.accounts.many")
			}
			return err
		}
		return s.keep(ctx, a, "payment.family", p, began, c)
	})
}

// mostAccounts is how many accounts one family has.
const mostAccounts = 5

// FamilyPayeeIn is whom to pay when a family is owed something: the first
// account that was written down. A family without one is a Conflict
// ("payment.account.none").
func (s *Service) FamilyPayeeIn(ctx context.Context, a *act.Act, family kernel.ID) (kernel.ID, error) {
	payees, err := payeesOf(ctx, a, a.Alliance(), family)
	if err == nil && len(payees) == 0 {
		err = kernel.NewConflict("payment.account.none")
	}
	if err != nil {
		return "", err
	}
	return payees[0].ID, nil
}

// FamilyForgotten destroys the accounts of a family. What it waits for returns
// whence it was owed; what it was paid stays under a number that leads to nobody.
func (s *Service) FamilyForgotten(ctx context.Context, a *act.Act, family kernel.ID) error {
	payees, err := payeesOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return err
	}
	for _, p := range payees {
		if err := forgive(ctx, a, p.ID); err != nil {
			return err
		}
		if err := s.Vault.Forget(ctx, a, a.Alliance(), p.sealed); err != nil {
			return err
		}
		if err := dropPayee(ctx, a, a.Alliance(), p.ID); err != nil {
			return err
		}
	}
	return nil
}

// FamilyMerged hears that a file went into another: its accounts came along, and
// what is owed to them with them.
func (s *Service) FamilyMerged(ctx context.Context, a *act.Act, kept, gone kernel.ID) error {
	return movePayees(ctx, a, a.Alliance(), gone, kept)
}

// FamilyParted hears that the two files are two again: each has its own accounts.
func (s *Service) FamilyParted(ctx context.Context, a *act.Act, kept, gone kernel.ID) error {
	return returnPayees(ctx, a, a.Alliance(), kept, gone)
}
