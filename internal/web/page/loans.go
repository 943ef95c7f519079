package page

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// loanPages are the lending libraries: what can be borrowed, the desk, what it
// costs, and what a family has.
func (s *Site) loanPages(page register, routes *kit.Routes) {
	page("GET /loans", "loan.read", s.lendingLibraries)
	page("GET /loans/new", "loan.manage", s.newLending)
	page("POST /loans", "loan.manage", s.saveLending)
	page("GET /loans/libraries/{id}", "loan.read", s.lendingBoard)
	page("GET /loans/libraries/{id}/tariff", "loan.manage", s.lendingTariff)
	page("POST /loans/libraries/{id}/tariff", "loan.manage", s.saveLending)
	page("GET /loans/libraries/{id}/late", "loan.work", s.lateLoans)
	page("GET /loans/libraries/{id}/things", "loan.work", s.lendingThings)
	page("POST /loans/libraries/{id}/things", "loan.work", s.addLendingThing)
	page("GET /loans/libraries/{id}/people", "loan.work", s.borrowers)
	page("POST /loans/libraries/{id}/people", "loan.work", s.enrolBorrower)
	page("GET /loans/libraries/{id}/waiting", "loan.work", s.loanWishes)
	page("POST /loans/libraries/{id}/waiting", "loan.work", s.changeWishes)
	s.loanDeskPages(page, routes)
	s.familyLoanPages(page)
}

// loanForm is what every page with a form of a library has.
type loanForm struct {
	Sent   string
	Form   url.Values
	Errors kit.Errors
}

// sentLoan is a form that was sent, or a new one when nothing was wrong.
func sentLoan(r *Request, form url.Values, wrong error) loanForm {
	f := loanForm{Sent: string(kernel.NewID()), Errors: r.View.Problems(loanWords(r.View, wrong))}
	if wrong != nil {
		f.Form = form
		if id := form.Get("id"); id != "" {
			f.Sent = id
		}
	}
	return f
}

func (f loanForm) field(x kit.Field) kit.Field { return x.Kept(f.Form, f.Errors) }

// loanWords puts amounts of faults into the words of the reader.
func loanWords(v kit.View, err error) error {
	f, ok := errors.AsType[*kernel.Fault](err)
	if !ok {
		return err
	}
	for _, x := range f.All() {
		for _, name := range []string{"fee", "deposit", "held"} {
			if c, bad := kernel.ParseCents(x.Args[name]); bad == nil && x.Args[name] != "" {
				err = f.With(name, v.Euro(c))
			}
		}
	}
	return err
}

// lendingLibrariesView is the libraries of the alliance.
type lendingLibrariesView struct {
	All   []loans.Library
	Names map[kernel.ID]string
	Lead  bool
}

func (s *Site) lendingLibraries(r *Request) (Answer, error) {
	w := lendingLibrariesView{Lead: r.may("loan.manage")}
	var err error
	if w.All, err = s.Loans.Libraries(r.Context()); err != nil {
		return Answer{}, err
	}
	var orgs []kernel.ID
	for _, l := range w.All {
		orgs = append(orgs, l.Org)
	}
	if w.Names, err = s.Members.Names(r.Context(), orgs...); err != nil {
		return Answer{}, err
	}
	return show(lendingLibrariesPage(r.View, w))
}

// loanBoardView is a library at a glance.
type loanBoardView struct {
	loanForm
	loans.Board
}

func (w loanBoardView) path(rest string) string {
	return "/loans/libraries/" + string(w.Library.ID) + rest
}

func (w loanBoardView) back() *kit.Link {
	return &kit.Link{Href: w.path(""), Label: w.Library.Name}
}

// Ready is how many things can be lent now, and Waiting how many wait.
func (w loanBoardView) Ready() (ready, waiting int) {
	for _, of := range w.Stock {
		ready += of.Count[loans.Ready]
		waiting += of.Waiting
	}
	return ready, waiting
}

func (s *Site) loanBoard(r *Request, form url.Values, wrong error) (w loanBoardView, err error) {
	id, err := r.ID("id")
	if err != nil {
		return w, err
	}
	w.loanForm = sentLoan(r, form, wrong)
	w.Board, err = s.Loans.Board(r.Context(), id)
	return w, err
}

// loanDesk is a library in which the reader works; of any other there is no such
// page.
func (s *Site) loanDesk(r *Request, form url.Values, wrong error) (loanBoardView, error) {
	w, err := s.loanBoard(r, form, wrong)
	if err == nil && !w.Desk {
		err = kernel.NewNotFound("loan.library")
	}
	return w, err
}

func (s *Site) lendingBoard(r *Request) (Answer, error) {
	w, err := s.loanBoard(r, nil, nil)
	if err != nil {
		return Answer{}, err
	}
	return show(lendingBoardPage(r.View, w))
}

func (s *Site) lateLoans(r *Request) (Answer, error) {
	w, err := s.loanDesk(r, nil, nil)
	if err != nil {
		return Answer{}, err
	}
	return show(lateLoansPage(r.View, w))
}

// loanThingsView is the things of a library, and what somebody who gave one is
// told.
type loanThingsView struct {
	loanBoardView
	Coupon string
}

func (s *Site) lendingThings(r *Request) (Answer, error) { return s.showLendingThings(r, "", nil) }

func (s *Site) showLendingThings(r *Request, code string, wrong error) (Answer, error) {
	b, err := s.loanDesk(r, r.PostForm, wrong)
	if err != nil {
		return Answer{}, err
	}
	w := loanThingsView{b, code}
	if wrong != nil {
		return again(lendingThingsPage(r.View, w), wrong)
	}
	return show(lendingThingsPage(r.View, w))
}

func (s *Site) addLendingThing(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	form := r.PostForm
	var code string
	made, err := kit.DateOf(form, "made")
	if err != nil {
		var wrong kernel.Faults
		wrong.Check("made", err)
		err = wrong.Err()
	} else {
		code, err = s.Loans.Add(r.Context(), loans.NewThing{ID: kernel.ID(form.Get("id")), Library: id, Mark: form.Get("mark"), Size: form.Get("size"), Name: form.Get("name"), Given: form.Get("given") == "yes", Made: made})
	}
	switch {
	case faulty(err):
		return s.showLendingThings(r, "", err)
	case err != nil:
		return Answer{}, err
	case code != "":
		return s.showLendingThings(r, code, nil)
	}
	return goTo("/loans/libraries/"+string(id)+"/things", "said.loan.added")
}

// lentTo is who has a thing, as the desk calls them.
func lentTo(v kit.View, b loans.Borrower) string {
	if b.First == "" {
		return v.T("loan.number", "n", int(b.Number))
	}
	return b.First + " · " + v.T("loan.number", "n", int(b.Number))
}

// byNumber are the borrowers for a list, by first name.
func byNumber(v kit.View, all []loans.Borrower) (options []kit.Option) {
	options = append(options, kit.Option{Label: v.T("depot.choose")})
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(x, y loans.Borrower) int { return strings.Compare(kernel.Fold(x.First), kernel.Fold(y.First)) })
	for _, b := range all {
		options = append(options, kit.Option{Value: string(b.ID), Label: lentTo(v, b)})
	}
	return options
}

func sizeOptions(v kit.View, l loans.Library) (options []kit.Option) {
	options = append(options, kit.Option{Label: v.T("depot.choose")})
	for _, z := range l.Sizes {
		options = append(options, kit.Option{Value: z.Key, Label: z.Title()})
	}
	return options
}
