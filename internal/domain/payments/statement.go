package payments

import (
	"context"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/sepa"
)

// statements books what a camt.053 says of our payments: first what left the
// account, then what came back.
func (r *reading) statements(ctx context.Context, all []sepa.Statement) error {
	for _, back := range []bool{false, true} {
		for _, statement := range all {
			for _, e := range statement.Entries {
				if e.Credit != back || !e.Booked {
					continue
				}
				if err := r.entry(ctx, kernel.IBAN(statement.IBAN), e); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (r *reading) entry(ctx context.Context, account kernel.IBAN, e sepa.Entry) error {
	ours := false
	for _, d := range e.Details {
		l, err := r.line(ctx, d.ID)
		if err != nil {
			return err
		}
		if l == nil {
			continue
		}
		ours = true
		if err := r.booked(ctx, account, l, d.Cents, d.Line, e, d.Reason); err != nil {
			return err
		}
	}
	if len(e.Details) > 0 && ours || e.Credit {
		if !ours {
			r.x.Others++
		}
		return nil
	}
	return r.whole(ctx, account, e)
}

// whole books an entry that pays a batch as a whole.
func (r *reading) whole(ctx context.Context, account kernel.IBAN, e sepa.Entry) error {
	order := e.Order
	if len(e.Details) == 1 && order == "" {
		order = e.Details[0].Order
	}
	b, lines, err := r.message(ctx, order)
	if err != nil {
		return err
	}
	if b == nil {
		r.x.Others++
		return nil
	}
	lines = slices.DeleteFunc(lines, func(l *Line) bool { return l.Fate == Rejected })
	sum := kernel.Cents(0)
	for _, l := range lines {
		sum += l.Cents
	}
	if sum != kernel.Cents(e.Cents) {
		r.wrong(e.Line, "payment.answer.amount", "said", kernel.Cents(e.Cents).String(), "ours", sum.String())
		return nil
	}
	for _, l := range lines {
		if err := r.booked(ctx, account, l, int64(l.Cents), e.Line, e, ""); err != nil {
			return err
		}
	}
	return nil
}

// booked books that a payment left the account, or came back to it.
func (r *reading) booked(ctx context.Context, account kernel.IBAN, l *Line, cents int64, line int, e sepa.Entry, reason string) error {
	number := strconv.FormatInt(l.Number, 10)
	from, err := r.from(ctx, l.Batch)
	if err != nil {
		return err
	}
	switch {
	case from != account:
		r.wrong(line, "payment.answer.account", "payment", number)
	case kernel.Cents(cents) != l.Cents:
		r.wrong(line, "payment.answer.amount", "said", kernel.Cents(cents).String(), "ours", l.Cents.String())
	case !e.Credit && (l.Fate == Waiting || l.Fate == Accepted):
		r.x.Paid++
		l.Fate, l.BankRef, l.PaidOn = Paid, e.Ref, kernel.Date(e.Day)
		if err := move(ctx, r.a, paidKind, clearingOf(l.Batch), bankOf(r.a.Actor.Org), l.Cents); err != nil {
			return err
		}
		return saveLine(ctx, r.a, r.a.Alliance(), *l)
	case !e.Credit && (l.Fate == Paid || l.Fate == Returned) && l.BankRef == e.Ref && string(l.PaidOn) == e.Day:
		r.x.Again++
	case e.Credit && l.Fate == Returned:
		r.x.Again++
	case e.Credit && l.Fate == Paid:
		r.x.Returned++
		l.Fate, l.Reason = Returned, reason
		if err := move(ctx, r.a, returnKind, bankOf(r.a.Actor.Org), lineOf(l.ID), l.Cents); err != nil {
			return err
		}
		return release(ctx, r.a, *l, "returned")
	default:
		r.wrong(line, "payment.answer.contradicts", "payment", number, "fate", string(l.Fate))
	}
	return nil
}

// from is the account from which a batch is paid.
func (r *reading) from(ctx context.Context, batch kernel.ID) (kernel.IBAN, error) {
	if iban, ok := r.froms[batch]; ok {
		return iban, nil
	}
	o, err := r.s.orderedIn(ctx, r.a, batch)
	r.froms[batch] = o.Payer.IBAN
	return o.Payer.IBAN, err
}
