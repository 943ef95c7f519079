package page

import (
	"net/url"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// familyLoanPages are what the children of a family have on loan.
func (s *Site) familyLoanPages(page register) {
	page("GET /families/{id}/loans", "loan.family", s.familyLoans)
	page("POST /families/{id}/loans", "loan.family", s.reserveLoan)
}

// familyLoansView is what a family has, and the form to reserve.
type familyLoansView struct {
	loanForm
	families.File
	Title     string
	All       []loans.Has
	Libraries []loans.Library
}

func (w familyLoansView) path(rest string) string { return "/families/" + string(w.ID) + rest }

func (w familyLoansView) child(v kit.View, id kernel.ID) string {
	if p, ok := w.Person(id); ok {
		return personName(v, p)
	}
	return ""
}

// children are those who can borrow: of whom it is known when they were born.
func (w familyLoansView) children(v kit.View) (options []kit.Option) {
	for _, p := range w.Persons {
		if p.Role == families.Child && p.Birth != "" && p.Birth <= v.Today {
			options = append(options, kit.Option{Value: string(p.ID), Label: personName(v, p)})
		}
	}
	return options
}

// wishes are all sizes of all libraries: "LIBRARY/SIZE".
func (w familyLoansView) wishes(v kit.View) (options []kit.Option) {
	options = append(options, kit.Option{Label: v.T("depot.choose")})
	for _, l := range w.Libraries {
		for _, z := range l.Sizes {
			options = append(options, kit.Option{Value: string(l.ID) + "/" + z.Key, Label: l.Name + " – " + z.Title() + bandWords(v, z)})
		}
	}
	return options
}

func (s *Site) familyLoans(r *Request) (Answer, error) { return s.showFamilyLoans(r, nil) }

func (s *Site) showFamilyLoans(r *Request, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	w := familyLoansView{loanForm: sentLoan(r, r.PostForm, wrong)}
	if w.All, w.File, w.Libraries, err = s.Loans.OfFamily(r.Context(), id); err != nil {
		return Answer{}, err
	}
	w.Title = titleOf(r.View, w.File)
	if wrong != nil {
		return again(familyLoansPage(r.View, w), wrong)
	}
	return show(familyLoansPage(r.View, w))
}

func (s *Site) reserveLoan(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	form, said := r.PostForm, "said.loan.dropped"
	if wish := form.Get("wish"); wish != "" {
		err = s.Loans.Drop(r.Context(), kernel.ID(wish))
	} else {
		said, err = s.reserveFor(r, id, form)
	}
	if faulty(err) {
		return s.showFamilyLoans(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/families/"+string(id)+"/loans", said)
}

// reserveFor writes a child down with a library, and reserves a size for it.
func (s *Site) reserveFor(r *Request, family kernel.ID, form url.Values) (said string, err error) {
	library, size, _ := strings.Cut(form.Get("what"), "/")
	var wrong kernel.Faults
	if library == "" {
		wrong.Check("what", kernel.NewInvalid("loan.size"))
	}
	if form.Get("child") == "" {
		wrong.Check("child", kernel.NewInvalid("loan.child"))
	}
	if err := wrong.Err(); err != nil {
		return "", err
	}
	b, err := s.Loans.Enrol(r.Context(), loans.NewBorrower{ID: kernel.NewID(), Library: kernel.ID(library), Family: family, Child: kernel.ID(form.Get("child")),
		Outside: form.Get("where") == string(loans.Away), Social: form.Get("social") == "yes"})
	if err != nil {
		return "", err
	}
	w, err := s.Loans.Reserve(r.Context(), loans.Wishing{ID: kernel.ID(form.Get("id")), Borrower: b.ID, Size: size})
	if err != nil || w.State == loans.Kept {
		return "said.loan.kept", err
	}
	return "said.loan.waits", nil
}

// ownLoansView is what a family has on loan, on its own page.
type ownLoansView struct {
	ownView
	All    []loans.Has
	Errors kit.Errors
}

// Now are what it has and waits for; Before is what it brought back.
func (w ownLoansView) Now() (all []loans.Has) {
	return slices.DeleteFunc(slices.Clone(w.All), func(h loans.Has) bool { return h.Wish.ID == "" && h.Loan.Phase != loans.Running })
}

// Before is what it brought back.
func (w ownLoansView) Before() (all []loans.Has) {
	return slices.DeleteFunc(slices.Clone(w.All), func(h loans.Has) bool { return h.Wish.ID != "" || h.Loan.Phase == loans.Running })
}

func (s *Site) ownLoans(r *Request, v ownpage.Visit) (Answer, error) {
	return s.showOwnLoans(r, v, nil)
}

func (s *Site) showOwnLoans(r *Request, v ownpage.Visit, wrong error) (Answer, error) {
	if !v.Whole { // of another household
		return Answer{}, kernel.NewNotFound("page")
	}
	all, err := s.Loans.Mine(r.Context())
	if err != nil {
		return Answer{}, err
	}
	w := ownLoansView{viewOf(v), all, r.View.Problems(wrong)}
	if wrong != nil {
		return again(ownLoansPage(r.View, w), wrong)
	}
	return show(ownLoansPage(r.View, w))
}

func (s *Site) ownAskLonger(r *Request, v ownpage.Visit) (Answer, error) {
	id, err := kernel.ParseID(r.PostForm.Get("loan"))
	if err != nil || !v.Whole {
		return Answer{}, kernel.NewNotFound("page")
	}
	if err := s.Loans.AskLonger(r.Context(), id); faulty(err) {
		return s.showOwnLoans(r, v, err)
	} else if err != nil {
		return Answer{}, err
	}
	return Answer{To: "/mine/loans?said=longer"}, nil
}

// ownLent is what the household of a visitor has on loan; none where it is not
// their own.
func (s *Site) ownLent(r *Request, v ownpage.Visit) ([]loans.Has, error) {
	if !v.Whole {
		return nil, nil
	}
	return s.Loans.Mine(r.Context())
}

// exportLoan is what a child has or had on loan, or waits for.
type exportLoan struct {
	What    string `json:"what"`
	Child   string `json:"child,omitempty"`
	State   string `json:"state"`
	From    string `json:"from,omitempty"`
	Until   string `json:"until,omitempty"`
	Back    string `json:"back,omitempty"`
	Fee     int64  `json:"fee,omitempty"`     // in cents
	Deposit int64  `json:"deposit,omitempty"` // in cents, that the library holds
}

func loansOut(all []loans.Has) []exportLoan {
	out := []exportLoan{}
	for _, h := range all {
		x := exportLoan{What: h.Size.Title(), Child: h.Borrower.First, State: string(h.Loan.Phase), From: string(h.Loan.OutOn), Until: string(h.Loan.Due),
			Back: string(h.Loan.ReturnedOn), Fee: int64(h.Loan.Fee), Deposit: int64(h.Deposit)}
		if h.Wish.ID != "" {
			x.State, x.Until = string(h.Wish.State), string(h.Wish.Until)
		}
		out = append(out, x)
	}
	return out
}
