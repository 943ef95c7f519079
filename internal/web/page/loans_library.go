package page

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

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
