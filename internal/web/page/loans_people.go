package page

import (
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

func (s *Site) borrowers(r *Request) (Answer, error) { return s.showBorrowers(r, nil) }

// withoutFile are those whom the library wrote down itself, and can forget.
func withoutFile(all []loans.Borrower) []loans.Borrower {
	return slices.DeleteFunc(slices.Clone(all), func(b loans.Borrower) bool { return b.Family != "" })
}

func (s *Site) showBorrowers(r *Request, wrong error) (Answer, error) {
	w, err := s.loanDesk(r, r.PostForm, wrong)
	if err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		return again(borrowersPage(r.View, w), wrong)
	}
	return show(borrowersPage(r.View, w))
}

func (s *Site) enrolBorrower(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	form := r.PostForm
	if form.Get("do") == "forget" {
		err = s.Loans.Forget(r.Context(), kernel.ID(form.Get("borrower")))
		if faulty(err) {
			return s.showBorrowers(r, err)
		}
		if err != nil {
			return Answer{}, err
		}
		return goTo("/loans/libraries/"+string(id)+"/people", "said.loan.forgotten")
	}
	if who := form.Get("borrower"); who != "" { // how tall somebody is
		err = s.Loans.Measure(r.Context(), kernel.ID(who), depotNumber(form.Get("height")))
		if faulty(err) {
			return s.showBorrowers(r, err)
		}
		if err != nil {
			return Answer{}, err
		}
		return goTo("/loans/libraries/"+string(id)+"/people", "said.loan.measured")
	}
	birth, err := kit.DateOf(form, "birth")
	var b loans.Borrower
	if err == nil {
		b, err = s.Loans.Enrol(r.Context(), loans.NewBorrower{ID: kernel.ID(form.Get("id")), Library: id, Outside: form.Get("where") == string(loans.Away), Social: form.Get("social") == "yes",
			Sibling: max(0, depotNumber(form.Get("sibling"))), Card: loans.Card{First: form.Get("first"), Birth: birth, Height: depotNumber(form.Get("height")),
				Mail: kernel.Email(strings.TrimSpace(form.Get("mail"))), Lang: kernel.Lang(form.Get("lang"))}})
	}
	if faulty(err) {
		return s.showBorrowers(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/loans/libraries/"+string(id)+"/hand?borrower="+string(b.ID), "said.loan.enrolled")
}

func (s *Site) loanWishes(r *Request) (Answer, error) { return s.showLoanWishes(r, nil) }

func (s *Site) showLoanWishes(r *Request, wrong error) (Answer, error) {
	w, err := s.loanDesk(r, r.PostForm, wrong)
	if err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		return again(loanWishesPage(r.View, w), wrong)
	}
	return show(loanWishesPage(r.View, w))
}

func (s *Site) changeWishes(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	form, said := r.PostForm, "said.loan.dropped"
	if wish := form.Get("wish"); wish != "" {
		err = s.Loans.Drop(r.Context(), kernel.ID(wish))
	} else {
		var w loans.Wish
		w, err = s.Loans.Reserve(r.Context(), loans.Wishing{ID: kernel.ID(form.Get("id")), Borrower: kernel.ID(form.Get("borrower")), Size: form.Get("size")})
		if kernel.CodeOf(err) == kernel.NotFound {
			err = kernel.NewInvalid("loan.borrower").At("borrower")
		}
		if said = "said.loan.waits"; w.State == loans.Kept {
			said = "said.loan.kept"
		}
	}
	if faulty(err) {
		return s.showLoanWishes(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/loans/libraries/"+string(id)+"/waiting", said)
}
