package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// paymentEndpoints are what is owed and what was paid. A program prepares and
// reads; that money leaves is decided by two people on a page, and no operation
// tells or changes an account.
func (s *API) paymentEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/payments/own", Action: "payment.own", ID: "read-own-payments", Tag: "payments",
		Says: "What your organisation is owed and was paid.", More: "It leaves a record."}, s.ownPayments)
	add(d, endpoint{Method: "GET", Path: "/payments/statements/{payment}", Action: "payment.own", ID: "read-statement", Tag: "payments",
		Says: "What one payment pays, for who is paid and for who pays.", More: "It leaves a record."}, s.statement)
	add(d, endpoint{Method: "GET", Path: "/payments", Action: "payment.settle", ID: "list-owed", Tag: "payments",
		Says: "What your organisation has to pay out, by payee, and its batches, the newest first.", More: "It leaves a record."}, s.owed)
	add(d, endpoint{Method: "POST", Path: "/payments/batches", Action: "payment.settle", ID: "make-batch", Tag: "payments", Status: created,
		Says: "Take what is owed into a draft, a payment a payee.", More: "Somebody else approves it, on a page. Who has no account is left out."}, s.makeBatch)
	add(d, endpoint{Method: "GET", Path: "/payments/batches/{batch}", Action: "payment.settle", ID: "read-batch", Tag: "payments",
		Says: "One batch of your organisation with its payments.", More: "It leaves a record."}, s.batch)
	add(d, endpoint{Method: "POST", Path: "/payments/batches/{batch}/cancel", Action: "payment.settle", ID: "cancel-batch", Tag: "payments", Status: noContent,
		Says: "End a batch of which nobody has the file: what it held is owed again."}, s.cancelBatch)
	add(d, endpoint{Method: "POST", Path: "/payments/answers", Action: "payment.answer", ID: "read-answer", Tag: "payments",
		Says: "Take in what the bank answered: a pain.002 or a camt.053.",
		More: "When anything in it contradicts what is known nothing is booked, and every fault is told with its line. The same file read twice does nothing the second time. A file that is larger than a body may be is given on a page."}, s.readAnswer)
}

// due is something that is owed.
type due struct {
	Kind   string      `json:"kind" doc:"As a code: allowance, booked, loan.deposit."`
	Amount euros       `json:"amount" doc:"Below zero: it is owed back."`
	Day    kernel.Date `json:"day"`
	About  kernel.ID   `json:"about,omitempty" doc:"What it follows from."`
}

func duesJSON(all []payments.Due) []due {
	out := make([]due, 0, len(all))
	for _, d := range all {
		out = append(out, due{d.Kind, euros(d.Cents.String()), d.Day, d.About})
	}
	return out
}

// PaymentTold is one payment.
type PaymentTold struct {
	ID        kernel.ID     `json:"id"`
	Batch     kernel.ID     `json:"batch"`
	Payee     kernel.ID     `json:"payee" doc:"An organisation, or an account of a family by number."`
	Amount    euros         `json:"amount"`
	Credit    euros         `json:"credit,omitempty" doc:"That was owed back, and was taken off."`
	EndToEnd  string        `json:"end_to_end" doc:"By which the bank calls it."`
	Reference kernel.OGM    `json:"reference" doc:"The structured communication."`
	Fate      payments.Fate `json:"fate"`
	Reason    string        `json:"reason,omitempty" doc:"The bank's code."`
	PaidOn    kernel.Date   `json:"paid_on,omitempty"`
}

func paymentJSON(l payments.Line) PaymentTold {
	return PaymentTold{l.ID, l.Batch, l.Payee, euros(l.Cents.String()), amount(l.Credit), l.EndToEnd, l.OGM(), l.Fate, l.Reason, l.PaidOn}
}

type paying struct {
	PaymentTold
	Day   kernel.Date `json:"day" doc:"On which the bank was to pay."`
	Payer string      `json:"payer" doc:"Who pays."`
}

func payingJSON(p payments.Paying) paying { return paying{paymentJSON(p.Line), p.Batch.Day, p.Payer} }

type ownPaid struct {
	Account  bool     `json:"account" doc:"It is known to which account you are paid."`
	Waiting  euros    `json:"waiting" doc:"What you are owed."`
	Coming   euros    `json:"coming" doc:"In a batch that is on its way."`
	Back     euros    `json:"back" doc:"What you owe back."`
	Payments []paying `json:"payments" nullable:"false" doc:"The newest first."`
}

func (s *API) ownPayments(ctx context.Context, _ *nothingAsked) (*one[ownPaid], error) {
	o, err := s.Payments.Own(ctx)
	if err != nil {
		return nil, err
	}
	out := ownPaid{o.Has, euros(o.Waiting.String()), euros(o.Coming.String()), euros(o.Back.String()), []paying{}}
	for _, p := range o.Payments {
		out.Payments = append(out.Payments, payingJSON(p))
	}
	return answer(out)
}

type paymentAsked struct {
	Payment kernel.ID `path:"payment"`
}

type statement struct {
	PaymentTold
	Day   kernel.Date `json:"day" doc:"On which the bank was to pay."`
	Payer string      `json:"payer" doc:"Who pays."`
	Paid  string      `json:"paid" doc:"Who is paid."`
	Dues  []due       `json:"dues" nullable:"false"`
}

func (s *API) statement(ctx context.Context, in *paymentAsked) (*one[statement], error) {
	x, err := s.Payments.Statement(ctx, in.Payment)
	if err != nil {
		return nil, err
	}
	return answer(statement{paymentJSON(x.Line), x.Batch.Day, x.Payer, x.Payee, duesJSON(x.Dues)})
}

// Batch is what one organisation pays at once.
type Batch struct {
	ID       kernel.ID      `json:"id"`
	Number   int64          `json:"number"`
	Until    kernel.Date    `json:"until" doc:"What was owed up to this day."`
	Day      kernel.Date    `json:"day" doc:"On which the bank is to pay."`
	State    payments.State `json:"state"`
	Payments int64          `json:"payments"`
	Amount   euros          `json:"amount"`
	SHA256   string         `json:"sha256,omitempty" doc:"Of the file for the bank, in hexadecimal."`
}

func batchJSON(b payments.Batch) Batch {
	return Batch{b.ID, b.Number, b.Until, b.Day, b.State, b.Payments, euros(b.Cents.String()), b.SHA256}
}

type payeeOwed struct {
	Payee   kernel.ID   `json:"payee"`
	Name    string      `json:"name,omitempty" doc:"Of the organisation, or of the holder of the account."`
	Account bool        `json:"account" doc:"It has one: without, it is left out of a batch."`
	Amount  euros       `json:"amount"`
	Back    euros       `json:"back" doc:"That it owes back."`
	Since   kernel.Date `json:"since,omitempty" doc:"Of the oldest."`
}

type owedTold struct {
	Pays     bool        `json:"pays" doc:"Your organisation pays out for the alliance."`
	Owed     []payeeOwed `json:"owed" nullable:"false"`
	Batches  []Batch     `json:"batches" nullable:"false"`
	Clearing euros       `json:"clearing" doc:"On its way through the bank."`
}

func (s *API) owed(ctx context.Context, _ *nothingAsked) (*one[owedTold], error) {
	b, err := s.Payments.Board(ctx)
	if err != nil {
		return nil, err
	}
	out := owedTold{b.Pays, []payeeOwed{}, []Batch{}, euros(b.Clearing.String())}
	for _, o := range b.Owed {
		out.Owed = append(out.Owed, payeeOwed{o.Payee.ID, o.Name, o.Has, euros(o.Cents.String()), euros(o.Back.String()), o.Since})
	}
	for _, x := range b.Batches {
		out.Batches = append(out.Batches, batchJSON(x))
	}
	return answer(out)
}

type makingBatch struct {
	Body struct {
		ID     kernel.ID   `json:"id" doc:"Made by you: sent twice, it is one batch."`
		Until  kernel.Date `json:"until" doc:"What is owed up to this day."`
		Day    kernel.Date `json:"day" doc:"On which the bank is to pay."`
		Payees []kernel.ID `json:"payees,omitempty" maxItems:"1000" nullable:"false" doc:"Left out: everybody who has an account."`
	}
}

func (s *API) makeBatch(ctx context.Context, in *makingBatch) (*made[Batch], error) {
	b, err := s.Payments.Make(ctx, payments.New(in.Body))
	if err != nil {
		return nil, err
	}
	return &made[Batch]{Root + "/payments/batches/" + string(b.ID), batchJSON(b)}, nil
}

type batchAsked struct {
	Batch kernel.ID `path:"batch"`
}

type linePaid struct {
	PaymentTold
	Name    string `json:"name,omitempty" doc:"Who is paid."`
	Changed bool   `json:"changed" doc:"The account was written since the last payment to it: look before you approve."`
	Dues    []due  `json:"dues" nullable:"false"`
}

type batchTold struct {
	Batch
	Clearing euros      `json:"clearing" doc:"On its way through the bank."`
	Lines    []linePaid `json:"lines" nullable:"false"`
}

func (s *API) batch(ctx context.Context, in *batchAsked) (*one[batchTold], error) {
	v, err := s.Payments.Batch(ctx, in.Batch)
	if err != nil {
		return nil, err
	}
	out := batchTold{batchJSON(v.Batch), euros(v.Clearing.String()), []linePaid{}}
	for _, p := range v.Lines {
		out.Lines = append(out.Lines, linePaid{paymentJSON(p.Line), p.Name, p.Changed, duesJSON(p.Dues)})
	}
	return answer(out)
}

func (s *API) cancelBatch(ctx context.Context, in *batchAsked) (*nothing, error) {
	return &nothing{}, s.Payments.Cancel(ctx, in.Batch)
}

type answerGiven struct {
	Body struct {
		File string `json:"file" minLength:"1" maxLength:"500000" doc:"The XML, as the bank gave it."`
	}
}

type answerRead struct {
	Kind     string `json:"kind" doc:"report (pain.002) or statement (camt.053)."`
	Before   bool   `json:"before" doc:"It was read before: nothing was done again."`
	Accepted int64  `json:"accepted"`
	Paid     int64  `json:"paid"`
	Rejected int64  `json:"rejected"`
	Returned int64  `json:"returned"`
	Again    int64  `json:"again" doc:"That were known already."`
	Others   int64  `json:"others" doc:"Entries of the account that are none of ours."`
}

func (s *API) readAnswer(ctx context.Context, in *answerGiven) (*one[answerRead], error) {
	x, err := s.Payments.Read(ctx, []byte(in.Body.File))
	if err != nil {
		return nil, err
	}
	return answer(answerRead{x.Kind, x.Before, x.Accepted, x.Paid, x.Rejected, x.Returned, x.Again, x.Others})
}
