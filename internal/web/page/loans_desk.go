package page

import (
	"net/http"
	"net/url"

	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/platform/photo"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// loanDeskPages are the desk: to hand over, to take back, to exchange.
func (s *Site) loanDeskPages(page register, routes *kit.Routes) {
	page("GET /loans/libraries/{id}/hand", "loan.work", s.loanHand)
	page("POST /loans/out/{id}", "loan.work", s.loanOut)
	page("GET /loans/things/{id}", "loan.work", s.loanThing)
	page("POST /loans/things/{id}", "loan.work", s.mendThing)
	page("GET /loans/one/{id}", "loan.work", s.oneLoan)
	page("POST /loans/one/{id}", "loan.work", s.changeLoan)
	routes.Handle("GET /loans/one/{id}/photo.jpg", "loan.work", s.loanRaw(s.loanPhoto))
	for _, form := range fileForms {
		routes.Handle("GET /loans/libraries/{id}/loans."+string(form), "loan.work", s.loanFile(form))
	}
}

// loanHandView is a thing that goes, as far as it was chosen.
type loanHandView struct {
	loanBoardView
	Asked  url.Values // what was chosen: borrower, thing, coupon, old
	Quote  loans.Quote
	Priced bool
	Old    *loans.Lent // that is exchanged
}

func (s *Site) loanHand(r *Request) (Answer, error) {
	return s.showLoanHand(r, r.URL.Query(), nil)
}

func (s *Site) showLoanHand(r *Request, asked url.Values, wrong error) (Answer, error) {
	b, err := s.loanDesk(r, asked, wrong)
	if err != nil {
		return Answer{}, err
	}
	w := loanHandView{loanBoardView: b, Asked: asked}
	for n, l := range b.Out {
		if string(l.Loan.ID) == asked.Get("old") && l.Loan.ID != "" {
			w.Old = &b.Out[n]
			w.Asked.Set("borrower", string(l.Borrower.ID))
		}
	}
	if asked.Get("thing") != "" && asked.Get("borrower") != "" {
		in := loans.Lending{Thing: kernel.ID(asked.Get("thing")), Borrower: kernel.ID(asked.Get("borrower")), Coupon: asked.Get("coupon")}
		if w.Old != nil {
			w.Quote, err = s.Loans.QuoteSwap(r.Context(), w.Old.Loan.ID, in)
		} else {
			w.Quote, err = s.Loans.Quote(r.Context(), in)
		}
		if err != nil {
			return Answer{}, err
		}
		w.Priced = w.Quote.Library.ID == b.Library.ID
	}
	if wrong != nil {
		return again(loanHandPage(r.View, w), wrong)
	}
	return show(loanHandPage(r.View, w))
}

// loanOut hands a thing over, with a photograph, or exchanges one for it.
func (s *Site) loanOut(r *Request) (Answer, error) {
	form, photo, err := kit.Upload(r.Request, "photo", photo.MaxBytes)
	if err != nil && form == nil {
		return Answer{}, err
	}
	if err == nil {
		in := loans.Lending{ID: kernel.ID(form.Get("id")), Thing: kernel.ID(form.Get("thing")), Borrower: kernel.ID(form.Get("borrower")), Coupon: form.Get("coupon"), Missing: form["missing"], Photo: photo}
		var wrong kernel.Faults
		in.Agreed = loans.Price{Fee: centsOf(form, "fee", &wrong), Deposit: centsOf(form, "deposit", &wrong)}
		var loan loans.Loan
		if in.On, err = kit.DateOf(form, "on"); err != nil {
			wrong.Check("on", err)
		}
		if err = wrong.Err(); err == nil {
			if old := form.Get("old"); old != "" {
				loan, err = s.Loans.Swap(r.Context(), kernel.ID(old), in)
			} else {
				loan, err = s.Loans.HandOver(r.Context(), in)
			}
		}
		if err == nil {
			return goTo("/loans/one/"+string(loan.ID), "said.loan.out")
		}
	}
	if faulty(err) {
		return s.showLoanHand(r, form, err)
	}
	return Answer{}, err
}

// loanThingView is one thing with its history.
type loanThingView struct {
	loanForm
	loans.Told
}

func (s *Site) loanThing(r *Request) (Answer, error) { return s.showLoanThing(r, nil) }

func (s *Site) showLoanThing(r *Request, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	w := loanThingView{loanForm: sentLoan(r, r.PostForm, wrong)}
	if w.Told, err = s.Loans.Thing(r.Context(), id); err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		return again(loanThingPage(r.View, w), wrong)
	}
	return show(loanThingPage(r.View, w))
}

func (s *Site) mendThing(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	said := "said.loan.mended"
	switch do := r.PostForm.Get("do"); do {
	case "recall", "safe":
		said = "said.loan." + do
		err = s.Loans.Recall(r.Context(), id, do == "recall")
	case "made":
		said = "said.loan.made"
		var made kernel.Date
		if made, err = kit.DateOf(r.PostForm, "made"); err != nil {
			var wrong kernel.Faults
			wrong.Check("made", err)
			err = wrong.Err()
		} else {
			err = s.Loans.Date(r.Context(), id, made)
		}
	default:
		err = s.Loans.Mend(r.Context(), kernel.ID(r.PostForm.Get("id")), id, loans.State(r.PostForm.Get("to")))
	}
	if faulty(err) {
		return s.showLoanThing(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/loans/things/"+string(id), said)
}

// oneLoanView is one loan, and what can be done with it.
type oneLoanView struct {
	loanForm
	loans.Opened
}

func (w oneLoanView) path() string { return "/loans/one/" + string(w.Loan.ID) }

func (s *Site) oneLoan(r *Request) (Answer, error) { return s.showOneLoan(r, nil) }

func (s *Site) showOneLoan(r *Request, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	w := oneLoanView{loanForm: sentLoan(r, r.PostForm, wrong)}
	if w.Opened, err = s.Loans.Open(r.Context(), id); err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		return again(oneLoanPage(r.View, w), wrong)
	}
	return show(oneLoanPage(r.View, w))
}

func (s *Site) changeLoan(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	form, step, said := r.PostForm, kernel.ID(r.PostForm.Get("id")), ""
	switch form.Get("do") {
	case "back":
		said, err = "said.loan.back", s.Loans.TakeBack(r.Context(), step, id)
	case "longer":
		var wrong kernel.Faults
		fee := centsOf(form, "fee", &wrong)
		if err = wrong.Err(); err == nil {
			_, err = s.Loans.Extend(r.Context(), step, id, fee)
		}
		said = "said.loan.longer"
	case "judge":
		in := loans.Judging{ID: step, Loan: id, Missing: form["missing"], Verdict: loans.State(form.Get("verdict")), Reason: loans.Reason(form.Get("reason")), Transfer: form.Get("way") == "transfer",
			Account: payments.Account{Name: form.Get("name"), IBAN: kernel.IBAN(form.Get("iban"))}}
		var wrong kernel.Faults
		in.Keep = centsOf(form, "keep", &wrong)
		if err = wrong.Err(); err == nil {
			err = s.Loans.Judge(r.Context(), in)
		}
		said = "said.loan.judged"
	default:
		return Answer{}, kernel.NewNotFound("page")
	}
	if faulty(err) {
		return s.showOneLoan(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/loans/one/"+string(id), said)
}

// loanRaw sends a photograph to who works in a library.
func (s *Site) loanRaw(read func(r *Request) ([]byte, error)) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, hr *http.Request) {
		r := &Request{Request: hr, writer: writer}
		err := s.open(r, false)
		var body []byte
		switch {
		case err != nil:
		case !r.Session.Actor().SignedIn():
			err = &kernel.Fault{Code: kernel.Unauthenticated, Key: "sign_in"}
		case !policy.May(r.Session.Actor(), "loan.work"):
			err = kernel.NewForbidden("role")
		default:
			body, err = read(r)
		}
		if err != nil {
			s.fail(r, err)
			return
		}
		h := writer.Header()
		h.Set("Content-Type", "image/jpeg")
		h.Set("Cache-Control", "no-store")
		_, _ = writer.Write(body)
	})
}

func (s *Site) loanPhoto(r *Request) ([]byte, error) {
	id, err := r.ID("id")
	if err != nil {
		return nil, err
	}
	return s.Loans.Photo(r.Context(), id)
}

// loanFile is what is out, by number, for a spreadsheet. No name is in it.
func (s *Site) loanFile(form lists.Form) http.Handler {
	return s.listFile("loans", "loan.work", form, func(r *Request, out func() (*lists.Writer, error)) error {
		w, err := s.loanDesk(r, nil, nil)
		if err != nil {
			return err
		}
		lent := map[kernel.ID]loans.Lent{}
		for _, l := range w.Out {
			lent[l.Loan.Thing] = l
		}
		file, err := out()
		if err != nil {
			return err
		}
		v := r.View
		if err := file.Write(v.T("loan.mark"), v.T("loan.size"), v.T("loan.state"), v.T("loan.borrower"), v.T("loan.since"), v.T("loan.due"), v.T("loan.late"), v.T("loan.deposit")); err != nil {
			return err
		}
		for _, t := range w.Things {
			z, _ := w.Library.Size(t.Size)
			row := []any{t.Mark, z.Title(), v.T("loan.state." + string(t.State)), "", "", "", "", ""}
			if l, ok := lent[t.ID]; ok {
				row = append(row[:3], l.Borrower.Number, string(l.OutOn), string(l.Due), int64(l.Days), l.Deposit)
			}
			if err := file.Write(row...); err != nil {
				return err
			}
		}
		return file.Close()
	})
}
