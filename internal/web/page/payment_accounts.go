package page

import (
	"net/url"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// payAccountsView are the organisations of the alliance, and which have an account.
type payAccountsView struct {
	payments.Known
	Page    members.Page
	arrange bool
}

func (s *Site) accounts(r *Request) (Answer, error) {
	w := payAccountsView{arrange: policy.May(r.Session.Actor(), "payment.arrange")}
	var err error
	if w.Known, err = s.Payments.Known(r.Context()); err != nil {
		return Answer{}, err
	}
	if w.Page, err = s.Members.Organisations(r.Context(), members.Query{After: r.URL.Query().Get("after"), Limit: 100}); err != nil {
		return Answer{}, err
	}
	return show(payAccountsPage(r.View, w))
}

// payAccountView is one account that is shown or written.
type payAccountView struct {
	payments.OrgAccount
	Form    url.Values
	Errors  kit.Errors
	arrange bool
}

func (s *Site) orgAccount(r *Request) (Answer, error) { return s.showPayAccount(r, nil) }

func (s *Site) showPayAccount(r *Request, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	w := payAccountView{arrange: policy.May(r.Session.Actor(), "payment.arrange")}
	if w.OrgAccount, err = s.Payments.Account(r.Context(), id); err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		w.Form, w.Errors = r.PostForm, r.View.Problems(wrong)
		return again(payAccountPage(r.View, w), wrong)
	}
	return show(payAccountPage(r.View, w))
}

// typedAccount is an account as the form says it, with the version it began
// from.
func typedAccount(r *Request) (c payments.Account, began int64) {
	began, _ = strconv.ParseInt(r.PostForm.Get("began"), 10, 64) // what is none is no version, and refused as stale
	return payments.Account{Name: r.PostForm.Get("name"), IBAN: kernel.IBAN(r.PostForm.Get("iban")), BIC: r.PostForm.Get("bic")}, began
}

func (s *Site) setOrgAccount(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err == nil {
		c, began := typedAccount(r)
		err = s.Payments.SetAccount(r.Context(), id, began, c)
	}
	if faulty(err) {
		return s.showPayAccount(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/payments/accounts", "said.payment.account")
}

func (s *Site) arrangePayer(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err == nil {
		err = s.Payments.Arrange(r.Context(), id, r.PostForm.Get("pays") == "yes")
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/payments/accounts/"+string(id), "said.payment.arranged")
}

// familyAccountsView are the accounts of a family.
type familyAccountsView struct {
	Family   kernel.ID
	Accounts []payments.FamilyAccount
	Form     url.Values
	Errors   kit.Errors
}

func (s *Site) familyAccounts(r *Request) (Answer, error) { return s.showFamilyAccounts(r, nil) }

func (s *Site) showFamilyAccounts(r *Request, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	w := familyAccountsView{Family: id}
	if w.Accounts, err = s.Payments.FamilyAccounts(r.Context(), id); err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		w.Form, w.Errors = r.PostForm, r.View.Problems(wrong)
		return again(familyAccountsPage(r.View, w), wrong)
	}
	return show(familyAccountsPage(r.View, w))
}

func (s *Site) setFamilyAccount(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err == nil {
		c, began := typedAccount(r)
		err = s.Payments.SetFamilyAccount(r.Context(), id, kernel.ID(r.PostForm.Get("payee")), began, c)
	}
	if faulty(err) {
		return s.showFamilyAccounts(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/families/"+string(id)+"/accounts", "said.payment.account")
}
