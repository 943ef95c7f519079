package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// loanMoves are what is done with a loan at the desk.
func (s *API) loanMoves(d *desk) {
	quote := func(path, id, says string) endpoint {
		return endpoint{Method: "POST", Path: path, Action: "loan.work", ID: id, Tag: "loans", Safe: true, Names: true, Says: says, More: "Nothing changes."}
	}
	add(d, quote("/loans/quote", "quote-loan", "What handing a thing over comes to: fee, deposit, last day, and whether it fits."), s.quoteLoan)
	add(d, endpoint{Method: "POST", Path: "/loans", Action: "loan.work", ID: "hand-thing-over", Tag: "loans", Status: created, Names: true,
		Says: "Lend a thing: fee and deposit are paid, the thing is out.", More: "Agreed is the price that was shown and paid; another price is 409, and so is a thing that is gone or is kept for somebody else. Two never get the same."}, s.handThingOver)
	add(d, endpoint{Method: "GET", Path: "/loans/{loan}", Action: "loan.work", ID: "read-loan", Tag: "loans",
		Says: "One loan, for the desk: until when it could be kept, what that costs, and what is held as a deposit."}, s.readLoan)
	add(d, quote("/loans/{loan}/quote", "quote-swap", "What exchanging the thing of a loan comes to: the deposit goes along."), s.quoteSwap)
	add(d, endpoint{Method: "POST", Path: "/loans/{loan}/swap", Action: "loan.work", ID: "swap-loan", Tag: "loans", Status: created,
		Says: "Exchange the thing of a loan for another at once.", More: "In the year that was paid there is no new fee; the deposit goes along, and only the difference is paid or given back."}, s.swapLoan)
	add(d, endpoint{Method: "POST", Path: "/loans/{loan}/extend", Action: "loan.work", ID: "extend-loan", Tag: "loans",
		Says: "Make a loan longer.", More: "When somebody waits for such a thing, or the fee is another than was shown, it is 409."}, s.extendLoan)
	add(d, endpoint{Method: "POST", Path: "/loans/{loan}/take-back", Action: "loan.work", ID: "take-loan-back", Tag: "loans", Status: noContent,
		Says: "Say that a thing came back; it is looked at next."}, s.takeLoanBack)
	add(d, endpoint{Method: "POST", Path: "/loans/{loan}/judge", Action: "loan.work", ID: "judge-loan", Tag: "loans", Status: noContent,
		Says: "End a loan: say how the thing is, and give the deposit back, in whole or in part.", More: "What wears out by itself is the library's to mend. More than is held is not kept: 422."}, s.judgeLoan)
}

// LoanTold is that a borrower has a thing.
type LoanTold struct {
	ID         kernel.ID      `json:"id"`
	Number     int64          `json:"number"`
	Library    kernel.ID      `json:"library"`
	Thing      kernel.ID      `json:"thing"`
	Borrower   kernel.ID      `json:"borrower"`
	Phase      loans.Phase    `json:"phase"`
	Fee        euros          `json:"fee" doc:"In all that was paid for it."`
	Deposit    euros          `json:"deposit" doc:"As it was asked."`
	OutOn      kernel.Date    `json:"out_on"`
	Due        kernel.Date    `json:"due" doc:"The last day."`
	PaidUntil  kernel.Date    `json:"paid_until" doc:"The last day of the year that was paid."`
	AskedAt    kernel.Instant `json:"asked_at,omitempty" doc:"When the family asked to keep it longer."`
	ReturnedOn kernel.Date    `json:"returned_on,omitempty"`
	Next       kernel.ID      `json:"next,omitempty" doc:"The loan for which it was exchanged."`
	Kept       euros          `json:"kept,omitempty" doc:"Of the deposit."`
	Reason     loans.Reason   `json:"reason,omitempty" doc:"Why."`
}

func loanJSON(l loans.Loan) LoanTold {
	return LoanTold{l.ID, l.Number, l.Library, l.Thing, l.Borrower, l.Phase, euros(l.Fee.String()), euros(l.Deposit.String()), l.OutOn, l.Due, l.PaidUntil,
		l.AskedAt, l.ReturnedOn, l.Next, amount(l.Kept), l.Reason}
}

// Price is what is asked when a thing is handed over.
type Price struct {
	Fee     euros `json:"fee"`
	Deposit euros `json:"deposit"`
}

func (p Price) read() (out loans.Price, err error) {
	if out.Fee, err = p.Fee.cents("agreed.fee"); err == nil {
		out.Deposit, err = p.Deposit.cents("agreed.deposit")
	}
	return out, err
}

type quoting struct {
	Body struct {
		Thing    kernel.ID   `json:"thing"`
		Borrower kernel.ID   `json:"borrower"`
		Coupon   string      `json:"coupon,omitempty" maxLength:"40"`
		On       kernel.Date `json:"on,omitempty" doc:"Left out: today."`
	}
}

type quoted struct {
	Price
	On      kernel.Date `json:"on"`
	Due     kernel.Date `json:"due"`
	Fit     loans.Fit   `json:"fit"`
	Carried euros       `json:"carried,omitempty" doc:"Of an exchange: the deposit that goes along."`
	More    euros       `json:"more,omitempty" doc:"Of an exchange: what is still to be paid of the deposit; below zero it is given back."`
}

func quoteJSON(q loans.Quote) quoted {
	out := quoted{Price{euros(q.Price.Fee.String()), euros(q.Price.Deposit.String())}, q.On, q.Due, q.Fit, "", ""}
	if q.Old.ID != "" {
		out.Carried, out.More = euros(q.Carried.String()), euros(q.More().String())
	}
	return out
}

func (s *API) quoteLoan(ctx context.Context, in *quoting) (*one[quoted], error) {
	q, err := s.Loans.Quote(ctx, loans.Lending{Thing: in.Body.Thing, Borrower: in.Body.Borrower, Coupon: in.Body.Coupon, On: in.Body.On})
	if err != nil {
		return nil, err
	}
	return answer(quoteJSON(q))
}

type lending struct {
	Body struct {
		ID       kernel.ID   `json:"id" doc:"Of the loan, made by you: sent twice, it is one loan."`
		Thing    kernel.ID   `json:"thing"`
		Borrower kernel.ID   `json:"borrower"`
		Agreed   Price       `json:"agreed" doc:"The price that was shown and paid."`
		Coupon   string      `json:"coupon,omitempty" maxLength:"40"`
		Missing  []string    `json:"missing,omitempty" maxItems:"12" nullable:"false" doc:"Of what is looked at: what was not in order."`
		On       kernel.Date `json:"on,omitempty" doc:"When it was handed over, for what stood on paper first; left out: today."`
	}
}

func (s *API) handThingOver(ctx context.Context, in *lending) (*made[LoanTold], error) {
	b := in.Body
	agreed, err := b.Agreed.read()
	if err != nil {
		return nil, err
	}
	return lent(s.Loans.HandOver(ctx, loans.Lending{ID: b.ID, Thing: b.Thing, Borrower: b.Borrower, Agreed: agreed, Coupon: b.Coupon, Missing: b.Missing, On: b.On}))
}

// lent is the answer with a new loan, or the error.
func lent(l loans.Loan, err error) (*made[LoanTold], error) {
	if err != nil {
		return nil, err
	}
	return &made[LoanTold]{Root + "/loans/" + string(l.ID), loanJSON(l)}, nil
}

type loanAsked struct {
	Loan kernel.ID `path:"loan"`
}

type loanRead struct {
	LoanTold
	Mark   string      `json:"mark" doc:"The number on the thing."`
	First  string      `json:"first,omitempty" doc:"Of the child, where the desk may know it."`
	Fit    loans.Fit   `json:"fit"`
	Held   euros       `json:"held" doc:"Of the deposit."`
	Longer kernel.Date `json:"longer,omitempty" doc:"Until when it could be kept."`
	More   euros       `json:"more,omitempty" doc:"The fee for that."`
	Waited bool        `json:"waited" doc:"Somebody waits: it is not made longer."`
}

func (s *API) readLoan(ctx context.Context, in *loanAsked) (*one[loanRead], error) {
	o, err := s.Loans.Open(ctx, in.Loan)
	if err != nil {
		return nil, err
	}
	return answer(loanRead{loanJSON(o.Loan), o.Lent.Thing.Mark, o.Borrower.First, o.Fit, euros(o.Held.String()), o.Longer, amount(o.Fee), o.Waited})
}

type quotingSwap struct {
	Loan kernel.ID `path:"loan"`
	Body struct {
		Thing  kernel.ID `json:"thing"`
		Coupon string    `json:"coupon,omitempty" maxLength:"40"`
	}
}

func (s *API) quoteSwap(ctx context.Context, in *quotingSwap) (*one[quoted], error) {
	q, err := s.Loans.QuoteSwap(ctx, in.Loan, loans.Lending{Thing: in.Body.Thing, Coupon: in.Body.Coupon})
	if err != nil {
		return nil, err
	}
	return answer(quoteJSON(q))
}

type swappingLoan struct {
	Loan kernel.ID `path:"loan"`
	Body struct {
		ID      kernel.ID `json:"id" doc:"Of the new loan, made by you: sent twice, it is one exchange."`
		Thing   kernel.ID `json:"thing"`
		Agreed  Price     `json:"agreed" doc:"The price that was shown."`
		Coupon  string    `json:"coupon,omitempty" maxLength:"40"`
		Missing []string  `json:"missing,omitempty" maxItems:"12" nullable:"false" doc:"Of what is looked at: what was not in order with the new thing."`
	}
}

func (s *API) swapLoan(ctx context.Context, in *swappingLoan) (*made[LoanTold], error) {
	b := in.Body
	agreed, err := b.Agreed.read()
	if err != nil {
		return nil, err
	}
	return lent(s.Loans.Swap(ctx, in.Loan, loans.Lending{ID: b.ID, Thing: b.Thing, Agreed: agreed, Coupon: b.Coupon, Missing: b.Missing}))
}

type extendingLoan struct {
	Loan kernel.ID `path:"loan"`
	Body struct {
		ID     kernel.ID `json:"id" doc:"Made by you: sent twice, it is done once."`
		Agreed euros     `json:"agreed" doc:"The fee that was shown."`
	}
}

func (s *API) extendLoan(ctx context.Context, in *extendingLoan) (*one[LoanTold], error) {
	fee, err := in.Body.Agreed.cents("agreed")
	if err != nil {
		return nil, err
	}
	l, err := s.Loans.Extend(ctx, in.Body.ID, in.Loan, fee)
	if err != nil {
		return nil, err
	}
	return answer(loanJSON(l))
}

type takingBack struct {
	Loan kernel.ID `path:"loan"`
	Body onceJSON
}

func (s *API) takeLoanBack(ctx context.Context, in *takingBack) (*nothing, error) {
	return &nothing{}, s.Loans.TakeBack(ctx, in.Body.ID, in.Loan)
}

type judging struct {
	Loan kernel.ID `path:"loan"`
	Body struct {
		ID       kernel.ID    `json:"id" doc:"Made by you: sent twice, it is done once."`
		Verdict  string       `json:"verdict" enum:"ready,repair,retired,lost" doc:"lost is for a thing that is still out."`
		Missing  []string     `json:"missing,omitempty" maxItems:"12" nullable:"false"`
		Keep     euros        `json:"keep,omitempty" doc:"Of the deposit."`
		Reason   loans.Reason `json:"reason,omitempty" doc:"Why something is kept."`
		Transfer bool         `json:"transfer,omitempty" doc:"What is given back goes to the family's account; else it was given in hand."`
		Name     string       `json:"name,omitempty" maxLength:"100" doc:"Of who has no file, for a transfer: the holder of the account."`
		IBAN     string       `json:"iban,omitempty" maxLength:"42" doc:"And that account."`
	}
}

func (s *API) judgeLoan(ctx context.Context, in *judging) (*nothing, error) {
	b := in.Body
	keep, err := b.Keep.cents("keep")
	if err != nil {
		return nil, err
	}
	return &nothing{}, s.Loans.Judge(ctx, loans.Judging{ID: b.ID, Loan: in.Loan, Missing: b.Missing, Verdict: loans.State(b.Verdict), Keep: keep, Reason: b.Reason, Transfer: b.Transfer,
		Account: payments.Account{Name: b.Name, IBAN: kernel.IBAN(b.IBAN)}})
}
