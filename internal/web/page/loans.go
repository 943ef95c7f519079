package page

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
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

// lendingEditView is the form of a library, with what its tariff comes to.
type lendingEditView struct {
	loanForm
	Library loans.Library
	Fresh   bool
}

func (s *Site) newLending(r *Request) (Answer, error) {
	w := lendingEditView{loanForm: sentLoan(r, nil, nil), Fresh: true}
	w.Library = loans.Library{ID: kernel.ID(w.Sent), Months: 12, MoreMonths: 12, KeepDays: 14}
	for _, m := range loans.Models() {
		if m.Key == r.URL.Query().Get("like") {
			w.Library.Tariff = m.Tariff
		}
	}
	return show(lendingEditPage(r.View, w))
}

func (s *Site) lendingTariff(r *Request) (Answer, error) {
	b, err := s.loanDesk(r, nil, nil)
	if err != nil {
		return Answer{}, err
	}
	return show(lendingEditPage(r.View, lendingEditView{loanForm: b.loanForm, Library: b.Library}))
}

// The rows that the form of a library has: what is kept, and some open ones.
const (
	sizeRows   = 8
	tariffRows = 6
)

// action is where the form is sent: one that is shown again at its own address,
// so that what two people type is brought together.
func (w lendingEditView) action() string {
	if w.Fresh {
		return "/loans"
	}
	return "/loans/libraries/" + string(w.Library.ID) + "/tariff"
}

func (s *Site) saveLending(r *Request) (Answer, error) {
	form := r.PostForm
	if r.PathValue("id") != "" { // one that is there
		b, err := s.loanDesk(r, nil, nil)
		if err != nil {
			return Answer{}, err
		}
		form.Set("id", string(b.Library.ID))
	}
	var typed kernel.Faults
	l := loans.Library{ID: kernel.ID(form.Get("id")), Version: depotNumber(form.Get("version")), Name: form.Get("name"), Place: form.Get("place"), Closed: form.Get("closed") == "yes",
		Months: depotNumber(form.Get("months")), MoreMonths: depotNumber(form.Get("more")), KeepDays: depotNumber(form.Get("keep")), Checks: strings.Split(form.Get("checks"), "\n")}
	rows := map[string][]int{}
	for n := range 40 {
		at := "sizes." + strconv.Itoa(n)
		if form.Get(at) == "" && form.Get(at+".name") == "" {
			continue
		}
		rows["sizes"] = append(rows["sizes"], n)
		l.Sizes = append(l.Sizes, loans.Size{Key: form.Get(at + ".key"), Kind: form.Get(at), Name: form.Get(at + ".name"),
			FromMonths: monthsTyped(form.Get(at+".from_years"), at, &typed), ToMonths: monthsTyped(form.Get(at+".to_years"), at, &typed),
			FromCM: depotNumber(form.Get(at + ".from_cm")), ToCM: depotNumber(form.Get(at + ".to_cm")), Years: depotNumber(form.Get(at + ".years"))})
	}
	l.Tariff.Fees, rows["fees"] = tariffTyped(form, "fees", &typed)
	l.Tariff.Deposits, rows["deposits"] = tariffTyped(form, "deposits", &typed)
	err := typed.Err()
	if err == nil {
		var saved loans.Library
		if saved, err = s.Loans.Save(r.Context(), l); err == nil {
			return goTo("/loans/libraries/"+string(saved.ID), "said.loan.saved")
		}
		err = atRows(err, rows)
	}
	if faulty(err) {
		return again(lendingEditPage(r.View, lendingEditView{loanForm: sentLoan(r, form, err), Library: l, Fresh: l.Version == 0}), err)
	}
	return Answer{}, err
}

// monthsTyped reads years, which may have a half: "4,5".
func monthsTyped(typed, at string, wrong *kernel.Faults) int64 {
	typed = strings.ReplaceAll(strings.TrimSpace(typed), ".", ",")
	if typed == "" {
		return 0
	}
	whole, part, _ := strings.Cut(typed, ",")
	n := depotNumber(whole) * 12
	switch part {
	case "", "0":
	case "5":
		n += 6
	default:
		n = -1
	}
	if n < 0 {
		wrong.Check(at, kernel.NewInvalid("loan.years"))
		return 0
	}
	return n
}

// yearsShown writes months as years, as somebody types them.
func yearsShown(months int64) string {
	switch {
	case months == 0:
		return ""
	case months%12 == 0:
		return strconv.FormatInt(months/12, 10)
	}
	return strconv.FormatInt(months/12, 10) + ",5"
}

// tariffTyped reads the rows of a tariff that hold an amount, and tells which of
// the form they are.
func tariffTyped(form url.Values, list string, wrong *kernel.Faults) (rows []loans.Row, at []int) {
	for n := range 40 {
		name := list + "." + strconv.Itoa(n)
		if strings.TrimSpace(form.Get(name)) == "" {
			continue
		}
		row := loans.Row{From: depotNumber(form.Get(name + ".from")), Where: loans.Where(form.Get(name + ".where")),
			Social: form.Get(name+".who") == "social", Coupon: form.Get(name+".who") == "coupon"}
		row.Cents = centsOf(form, name, wrong)
		rows, at = append(rows, row), append(at, n)
	}
	return rows, at
}

// atRows says of faults at "fees.N" at which row of the form they are.
func atRows(err error, rows map[string][]int) error {
	f, ok := errors.AsType[*kernel.Fault](err)
	if !ok {
		return err
	}
	var faults kernel.Faults
	for _, x := range f.All() {
		one := *x
		one.More = nil
		list, n, dotted := strings.Cut(one.Field, ".")
		if i, err := strconv.Atoi(n); dotted && err == nil && i < len(rows[list]) {
			one.Field = list + "." + strconv.Itoa(rows[list][i])
		} else if !dotted && (list == "fees" || list == "deposits" || list == "sizes") {
			one.Field = list + ".0"
		}
		faults = append(faults, &one)
	}
	return faults.Err()
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
