package page

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/sepa"
)

// paymentPages are what is owed, the batches that pay it, and what each is paid.
func (s *Site) paymentPages(page register) {
	page("GET /payments", "payment.settle", s.payments)
	page("POST /payments/batches", "payment.settle", s.makeBatch)
	page("GET /payments/batches/{id}", "payment.settle", s.batch)
	page("POST /payments/batches/{id}/approve", "payment.approve", s.approveBatch)
	page("POST /payments/batches/{id}/cancel", "payment.settle", s.cancelBatch)
	page("POST /payments/batches/{id}/file", "payment.settle", s.batchFile)
	page("POST /payments/answers", "payment.answer", s.readAnswer)
	page("GET /payments/own", "payment.own", s.ownPayments)
	page("GET /payments/statements/{id}", "payment.own", s.statement)
	page("GET /payments/statements/{id}/statement.pdf", "payment.own", s.statementPaper)
	for _, form := range fileForms {
		page("GET /payments/statements/{id}/table."+string(form), "payment.own", s.statementFile(form))
	}
	page("GET /payments/accounts", "payment.account", s.accounts)
	page("GET /payments/accounts/{id}", "payment.account", s.orgAccount)
	page("POST /payments/accounts/{id}", "payment.account", s.setOrgAccount)
	page("POST /payments/accounts/{id}/pays", "payment.arrange", s.arrangePayer)
	page("GET /families/{id}/accounts", "payment.family", s.familyAccounts)
	page("POST /families/{id}/accounts", "payment.family", s.setFamilyAccount)
}

// paymentsView is the board, with the forms on it.
type paymentsView struct {
	payments.Board
	ID     kernel.ID // of the batch that may be made
	Form   url.Values
	Errors kit.Errors
	Faults []string // of an answer that was brought
	Read   *payments.Answer
}

func (s *Site) payments(r *Request) (Answer, error) { return s.showPayments(r, paymentsView{}, nil) }

func (s *Site) showPayments(r *Request, w paymentsView, wrong error) (Answer, error) {
	var err error
	if w.Board, err = s.Payments.Board(r.Context()); err != nil {
		return Answer{}, err
	}
	w.ID = kernel.NewID()
	if w.Form == nil {
		w.Form = url.Values{}
		putDay(w.Form, "until", r.View.Today)
		putDay(w.Form, "day", r.View.Today.AddDays(2))
	}
	if wrong != nil {
		return again(paymentsPage(r.View, w), wrong)
	}
	return show(paymentsPage(r.View, w))
}

func putDay(form url.Values, name string, day kernel.Date) {
	form.Set(name+"-year", string(day[:4]))
	form.Set(name+"-month", string(day[5:7]))
	form.Set(name+"-day", string(day[8:]))
}

func (s *Site) makeBatch(r *Request) (Answer, error) {
	var faults kernel.Faults
	in := payments.New{ID: kernel.ID(r.PostForm.Get("id"))}
	var err error
	in.Until, err = kit.DateOf(r.PostForm, "until")
	faults.Check("until", err)
	in.Day, err = kit.DateOf(r.PostForm, "day")
	faults.Check("day", err)
	for _, p := range r.PostForm["payee"] {
		in.Payees = append(in.Payees, kernel.ID(p))
	}
	err = faults.Err()
	var b payments.Batch
	if err == nil {
		b, err = s.Payments.Make(r.Context(), in)
	}
	if faulty(err) {
		return s.showPayments(r, paymentsView{Form: r.PostForm, Errors: r.View.Problems(err)}, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/payments/batches/"+string(b.ID), "said.payment.made")
}

// batchView is one batch, with what went wrong with the last step.
type batchView struct {
	payments.View
	Errors kit.Errors
	me     kernel.ID
}

func (s *Site) batch(r *Request) (Answer, error) { return s.showBatch(r, nil) }

func (s *Site) showBatch(r *Request, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	w := batchView{Errors: r.View.Problems(wrong), me: r.Session.Actor().Person}
	if w.View, err = s.Payments.Batch(r.Context(), id); err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		return again(batchPage(r.View, w), wrong)
	}
	return show(batchPage(r.View, w))
}

// foureyes tells whether err is a refusal that the page of the batch explains.
func foureyes(err error) bool { return faulty(err) || kernel.CodeOf(err) == kernel.Forbidden }

func (s *Site) approveBatch(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err == nil {
		_, err = s.Payments.Approve(r.Context(), id)
	}
	if foureyes(err) {
		return s.showBatch(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/payments/batches/"+string(id), "said.payment.approved")
}

func (s *Site) cancelBatch(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err == nil {
		err = s.Payments.Cancel(r.Context(), id)
	}
	if faulty(err) {
		return s.showBatch(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/payments/batches/"+string(id), "said.payment.cancelled")
}

// batchFile hands out the file for the bank.
func (s *Site) batchFile(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	b, file, err := s.Payments.Export(r.Context(), id)
	if faulty(err) {
		return s.showBatch(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return paymentFile(r, "application/xml", "bondgenoot-"+strconv.FormatInt(b.Number, 10)+".xml", file)
}

func paymentFile(r *Request, kind, name string, file []byte) (Answer, error) {
	h := r.writer.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	r.writer.WriteHeader(http.StatusOK)
	_, _ = r.writer.Write(file) // who went away meanwhile fetches it again
	return Answer{Sent: true}, nil
}

// readAnswer takes in a file of the bank, and tells what came of it or all that
// is wrong with it, line by line.
func (s *Site) readAnswer(r *Request) (Answer, error) {
	_, file, err := kit.Upload(r.Request, "file", sepa.MaxBytes)
	var x payments.Answer
	if err == nil {
		x, err = s.Payments.Read(r.Context(), file)
	}
	if faulty(err) {
		w := paymentsView{}
		for i, p := range r.View.Problems(err) {
			if i == 0 {
				w.Errors = kit.Errors{p}
			}
			w.Faults = append(w.Faults, p.Text)
		}
		return s.showPayments(r, w, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return s.showPayments(r, paymentsView{Read: &x}, nil)
}

func (s *Site) ownPayments(r *Request) (Answer, error) {
	o, err := s.Payments.Own(r.Context())
	if err != nil {
		return Answer{}, err
	}
	return show(ownPaymentsPage(r.View, o))
}

func batchKind(state payments.State) kit.Kind {
	switch state {
	case payments.Settled:
		return kit.Certain
	case payments.Cancelled:
		return kit.Plain
	}
	return kit.Possible
}

func fateKind(f payments.Fate) kit.Kind {
	switch f {
	case payments.Paid:
		return kit.Certain
	case payments.Rejected, payments.Returned, payments.Dropped:
		return kit.Plain
	}
	return kit.Possible
}

// dueWords say of what something is owed.
func dueWords(v kit.View, d payments.Due) string {
	if key := "payment.due." + d.Kind; v.Has(key) {
		return v.T(key)
	}
	return v.T("payment.due.other")
}

// bankReason say why a bank did not pay, with its code.
func bankReason(v kit.View, code string) string {
	if key := "payment.reason." + code; code != "" && v.Has(key) {
		return v.T(key)
	}
	return v.T("payment.reason.other", "code", code)
}
