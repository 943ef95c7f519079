package loans

import (
	"context"
	"errors"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// Lending is a thing that is handed over.
type Lending struct {
	ID       kernel.ID // of the loan, made by who asks
	Thing    kernel.ID
	Borrower kernel.ID
	Coupon   string
	Missing  []string    // of what is looked at: what was not in order
	Agreed   Price       // that was shown and paid
	Photo    []byte      // as it came; empty: none
	On       kernel.Date // when it was handed over, for what stood on paper first; zero: today
}

// day is the day on which a thing goes: at most a little more than a year ago.
func (in Lending) day(today kernel.Date) (kernel.Date, error) {
	if in.On == "" {
		return today, nil
	}
	if _, err := kernel.ParseDate(string(in.On)); err != nil || in.On > today || in.On.DaysUntil(today) > longAgo {
		return "", kernel.NewInvalid("loan.day").At("on")
	}
	return in.On, nil
}

const longAgo = 400

// Quote is what handing a thing over comes to.
type Quote struct {
	Library  Library
	Thing    Thing
	Borrower Borrower
	Price    Price
	On       kernel.Date // when it goes
	Due      kernel.Date
	Fit      Fit

	// Of an exchange.
	Old     Loan
	Carried kernel.Cents // of the deposit
}

// More is what is still to be paid of the deposit, or under zero what is given
// back.
func (q Quote) More() kernel.Cents { return q.Price.Deposit - q.Carried }

// Quote tells what it would come to, and changes nothing.
func (s *Service) Quote(ctx context.Context, in Lending) (q Quote, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		q, err = s.quote(ctx, a, in, nil)
		return err
	})
	return q, err
}

func (s *Service) quote(ctx context.Context, a *act.Act, in Lending, old *Loan) (q Quote, err error) {
	if q.Thing, err = loadThing(ctx, a, a.Alliance(), in.Thing); err != nil {
		return q, err
	}
	if q.Library, err = works(ctx, a, q.Thing.Library); err != nil {
		return q, err
	}
	if q.Borrower, err = loadBorrower(ctx, a, a.Alliance(), in.Borrower); err != nil {
		return q, err
	}
	if q.Borrower.Library != q.Library.ID || q.Borrower.ForgottenOn != "" {
		return q, kernel.NewNotFound("loan.borrower")
	}
	if err := s.card(ctx, a, &q.Borrower); err != nil {
		return q, err
	}
	if z, ok := q.Library.Size(q.Thing.Size); ok {
		q.Fit = z.Fit(q.Borrower.Card, a.Today())
	}
	c, err := caseOf(ctx, a, q.Borrower, old)
	if err != nil {
		return q, err
	}
	c.Coupon = in.Coupon != ""
	q.Price = q.Library.Tariff.Price(c)
	if q.On, err = in.day(a.Today()); err != nil {
		return q, err
	}
	q.Due = q.On.AddMonths(int(q.Library.Months))
	if old == nil {
		return q, nil
	}
	q.Old = *old
	if old.PaidUntil >= a.Today() { // the year is paid: the new one ends with it
		q.Price.Fee, q.Due = 0, min(q.Due, old.PaidUntil.AddDays(1))
	}
	left, err := ledger.Balance(ctx, a, a.Alliance(), at(depositOf(old.ID), ledger.Euro))
	q.Carried = kernel.Cents(left)
	return q, err
}

// caseOf is what the price hangs on, for one more thing that a borrower takes;
// an old one goes back for it.
func caseOf(ctx context.Context, a *act.Act, b Borrower, old *Loan) (c Case, err error) {
	home, err := borrowersWhere(ctx, a, a.Alliance(), `library = $2 AND (family <> '' AND family = $3 OR family = '' AND household = $4)`, b.Library, b.Family, b.Household)
	if err != nil {
		return c, err
	}
	c = Case{Child: 1, Thing: 1, Outside: b.Outside, Social: b.Social}
	for _, o := range home {
		open, err := loansWhere(ctx, a, a.Alliance(), `borrower = $2 AND returned_on = ''`, o.ID)
		if err != nil {
			return c, err
		}
		has := int64(0)
		for _, l := range open {
			if old == nil || l.ID != old.ID {
				has++
			}
		}
		c.Thing += has
		if has > 0 && o.ID != b.ID {
			c.Child++
		}
	}
	return c, nil
}

// HandOver lends a thing: fee and deposit are paid, the thing is out. Two never
// get the same: the thing moves in the book, from what is ready or from what is
// kept for the borrower. The same ID is one loan. When the price is another than
// was shown it is Conflict ("loan.price"); a thing that is not there, or is kept
// for somebody else, "loan.gone"; a coupon that is not good "loan.coupon".
func (s *Service) HandOver(ctx context.Context, in Lending) (loan Loan, err error) {
	photo, err := Clean(in.Photo)
	if err != nil {
		return loan, err
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		loan, err = s.handOver(ctx, a, in, photo, nil)
		return err
	})
	if err != nil {
		return Loan{}, err
	}
	return loan, nil
}

// handOver lends a thing; with an old loan, in exchange for it.
func (s *Service) handOver(ctx context.Context, a *act.Act, in Lending, photo []byte, old *Loan) (loan Loan, err error) {
	in.Coupon = strings.ToLower(strings.Join(strings.Fields(in.Coupon), ""))
	q, err := s.quote(ctx, a, in, old)
	if err != nil {
		return loan, err
	}
	l, t, b := q.Library, q.Thing, q.Borrower
	step := Step{ID: in.ID, Library: l.ID, Thing: t.ID, Loan: in.ID, Kind: "out"}
	content := []string{string(b.ID), in.Coupon, in.Agreed.Fee.String(), in.Agreed.Deposit.String(), strings.Join(in.Missing, "\x00"), string(in.On)}
	if old != nil {
		step.Detail, content = "swap", append(content, string(old.ID))
	}
	again, err := once(ctx, a, step, content...)
	if err != nil {
		return loan, err
	}
	if again {
		if loan, err = loadLoan(ctx, a, a.Alliance(), in.ID); err != nil {
			return loan, err
		}
		return loan, done(ctx, a, "loan.work", l.ID, "again", "out")
	}
	if old != nil && old.ReturnedOn != "" {
		return loan, kernel.NewConflict("loan.not_out")
	}
	if l.Closed {
		return loan, kernel.NewConflict("loan.closed")
	}
	if err := l.refuses(t, a.Today()); err != nil {
		return loan, err
	}
	if in.Agreed != q.Price {
		return loan, kernel.NewConflict("loan.price").With("fee", q.Price.Fee.String()).With("deposit", q.Price.Deposit.String())
	}
	loan = Loan{ID: in.ID, Library: l.ID, Thing: t.ID, Borrower: b.ID, Phase: Running, Fee: q.Price.Fee, Deposit: q.Price.Deposit, OutOn: q.On, Due: q.Due,
		PaidUntil: q.On.AddMonths(12).AddDays(-1), Missing: known(l, in.Missing), Photo: len(photo) > 0}
	if old != nil && q.Price.Fee == 0 && old.PaidUntil >= a.Today() {
		loan.PaidUntil = old.PaidUntil
	}
	from, wish, err := s.sourceOf(ctx, a, l, t, b)
	if err != nil {
		return loan, err
	}
	moves := []ledger.Move{moved(assetOf(t), from, outOn(l.ID, loan.ID))}
	if loan.Fee > 0 {
		moves = append(moves, euros(loan.Fee, cash(l.ID), feesOf(l.ID)))
	}
	if in.Coupon != "" {
		if err := line(in.Coupon, false); err != nil || strings.ContainsFunc(in.Coupon, notCode) {
			return loan, kernel.NewConflict("loan.coupon").At("coupon")
		}
		moves = append(moves, moved(coupon, couponOf(l.ID, in.Coupon), "world/coupons/"+string(loan.ID)))
	}
	if old != nil {
		moves = append(moves, s.carry(l, *old, loan, q)...)
		o, err := rawThing(ctx, a, a.Alliance(), old.Thing)
		if err != nil {
			return loan, err
		}
		moves = append(moves, moved(assetOf(o), outOn(l.ID, old.ID), stateOf(l.ID, Inspect)))
	} else if loan.Deposit > 0 {
		moves = append(moves, euros(loan.Deposit, cash(l.ID), depositOf(loan.ID)))
	}
	if err := post(ctx, a, ledger.Transfer{ID: in.ID, Kind: "loan." + step.Kind, Day: q.On, Reason: step.Detail, Moves: moves}); err != nil {
		return loan, err
	}
	if wish.ID != "" {
		wish.State, wish.Holds = Taken, ""
		if err := saveWish(ctx, a, a.Alliance(), wish); err != nil {
			return loan, err
		}
	}
	if old != nil {
		old.Phase, old.ReturnedOn, old.Next, old.AskedAt = Returned, a.Today(), loan.ID, ""
		if err := saveLoan(ctx, a, a.Alliance(), *old); err != nil {
			return loan, err
		}
	}
	if loan.Number, err = next(ctx, a, a.Alliance(), loanNumbers); err != nil {
		return loan, err
	}
	if err := saveLoan(ctx, a, a.Alliance(), loan); err != nil {
		return loan, err
	}
	if err := s.keepPhoto(ctx, a, b, loan.ID, photo); err != nil {
		return loan, err
	}
	if err := remindLater(ctx, a, loan); err != nil {
		return loan, err
	}
	return loan, done(ctx, a, "loan.work", l.ID, "loan", string(loan.ID))
}

func notCode(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'z') }

// known keeps of what was not in order what the library looks at.
func known(l Library, missing []string) (all []string) {
	for _, c := range l.Checks {
		for _, m := range missing {
			if m == c {
				all = append(all, c)
			}
		}
	}
	return all
}

// sourceOf is where the thing lies that a borrower takes: with what is ready, or
// kept for the borrower. A wish of the borrower for the size is fulfilled by it.
func (s *Service) sourceOf(ctx context.Context, a *act.Act, l Library, t Thing, b Borrower) (from string, wish Wish, err error) {
	mine, err := wishesWhere(ctx, a, a.Alliance(), `borrower = $2 AND state IN ($3, $4)`, b.ID, Waiting, Kept)
	if err != nil {
		return "", wish, err
	}
	for _, w := range mine {
		if w.Holds == t.ID {
			return heldFor(l.ID, w.ID), w, nil
		}
	}
	if t.State != Ready {
		return "", wish, kernel.NewConflict("loan.gone").At("thing")
	}
	for _, w := range mine {
		if w.State == Waiting && w.takes(t) {
			wish = w
		}
	}
	return stateOf(l.ID, Ready), wish, nil
}

// post writes a transfer, and says in the lender's words what was short.
func post(ctx context.Context, a *act.Act, t ledger.Transfer) error {
	_, err := a.Post(ctx, t)
	short, ok := errors.AsType[*ledger.Short](err)
	if !ok {
		return err
	}
	for _, line := range short.Lines {
		if line.Asset == coupon {
			return kernel.NewConflict("loan.coupon").At("coupon")
		}
	}
	return kernel.NewConflict("loan.gone").At("thing")
}
