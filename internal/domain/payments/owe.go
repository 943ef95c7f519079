package payments

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// Owe is something that is to be paid.
type Owe struct {
	ID    kernel.ID    // made by who asks, before asking
	Payer kernel.ID    // the organisation that pays; zero: whichever pays out
	Payee kernel.ID    // an organisation, or what [Service.FamilyPayeeIn] tells
	Cents kernel.Cents // above zero
	From  string       // the account of the book out of which it is owed
	Kind  string       // why, as a code: "allowance", "loan.deposit"
	About kernel.ID    // what it follows from; may be zero
	Day   kernel.Date  // zero: today
}

// OweIn makes something owed, within an act of a module above. The same asked
// twice is owed once, and again tells so.
func (s *Service) OweIn(ctx context.Context, a *act.Act, o Owe) (again bool, err error) {
	if o.Cents <= 0 {
		return false, kernel.NewInvalid("payment.amount")
	}
	if o.Day == "" {
		o.Day = a.Today()
	}
	again, err = a.Post(ctx, ledger.Transfer{ID: o.ID, Kind: oweKind, Reason: o.Kind, Day: o.Day,
		Moves: []ledger.Move{{From: o.From, To: Payable(o.Payee), Asset: ledger.Euro, Amount: int64(o.Cents)}}})
	if err != nil || again {
		return again, err
	}
	return false, insertDue(ctx, a, a.Alliance(), Due{ID: o.ID, Payer: o.Payer, Payee: o.Payee, Cents: o.Cents, Kind: o.Kind, About: o.About, Day: o.Day}, a.Now)
}

// The kinds of our own transfers.
const (
	oweKind    = "payment.owe"
	batchKind  = "payment.batch"
	sentKind   = "payment.sent"
	paidKind   = "payment.paid"
	backKind   = "payment.back"
	returnKind = "payment.return"
)

// gather makes dues of what other rooms wrote into the book themselves since the
// last time, one for each month, so that a payment tells of what it is.
func gather(ctx context.Context, a *act.Act, payee kernel.ID) error {
	from, err := gathered(ctx, a, a.Alliance(), payee)
	if err != nil {
		return err
	}
	account := ledger.Account{Path: Payable(payee), Asset: ledger.Euro}
	sums := map[string]Due{}
	last, ours := from, map[kernel.ID]bool{}
	for before := int64(0); ; {
		lines, err := ledger.Lines(ctx, a, a.Alliance(), account, before, 500)
		if err != nil {
			return err
		}
		for _, l := range lines {
			if l.Seq <= from {
				lines = nil
				break
			}
			last, before = max(last, l.Seq), l.Seq
			switch own, err := isOurs(ctx, a, l, ours); {
			case err != nil:
				return err
			case own:
				continue
			}
			d := sums[string(l.Day)[:7]]
			d.Cents += kernel.Cents(l.Amount)
			d.Day = max(d.Day, l.Day)
			sums[string(l.Day)[:7]] = d
		}
		if len(lines) == 0 {
			break
		}
	}
	months := make([]string, 0, len(sums))
	for m := range sums {
		months = append(months, m)
	}
	slices.Sort(months)
	for _, m := range months {
		d := sums[m]
		d.ID, d.Payee, d.Kind, d.seqTo = kernel.NewID(), payee, Booked, last
		if d.Cents == 0 {
			continue
		}
		if err := insertDue(ctx, a, a.Alliance(), d, a.Now); err != nil {
			return err
		}
	}
	return nil
}

// isOurs tells whether an entry of what is owed is this module's own writing, or
// the correction of it.
func isOurs(ctx context.Context, a *act.Act, l ledger.Line, known map[kernel.ID]bool) (bool, error) {
	if l.Corrects == "" {
		return l.Kind == oweKind || l.Kind == batchKind, nil
	}
	own, asked := known[l.Corrects]
	if !asked {
		was, err := ledger.Find(ctx, a, a.Alliance(), l.Corrects)
		if err != nil {
			return false, err
		}
		own = was.Kind == batchKind
		known[l.Corrects] = own
	}
	return own, nil
}
