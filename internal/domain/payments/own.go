package payments

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// Own is what an organisation is owed and was paid: its own totals alone.
type Own struct {
	Account  Account
	Has      bool
	Waiting  kernel.Cents // what it is owed
	Coming   kernel.Cents // in a batch that is on its way
	Back     kernel.Cents // what it owes back
	Payments []Paying     // the newest first
}

// Paying is one payment to the organisation.
type Paying struct {
	Line
	Batch Batch
	Payer string
}

// Own shows it to who works there.
func (s *Service) Own(ctx context.Context) (o Own, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		o = Own{}
		if err := a.Allow(ctx, "payment.own", a.Actor.Org); err != nil {
			return err
		}
		us, err := s.orgAccount(ctx, a, a.Actor.Org)
		if err != nil {
			return err
		}
		o.Account, o.Has = us.Account, us.Has
		for _, part := range []struct {
			path string
			to   *kernel.Cents
			sign int64
		}{{Payable(a.Actor.Org), &o.Waiting, 1}, {refundOf(a.Actor.Org), &o.Back, -1}} {
			there, err := ledger.Balance(ctx, a, a.Alliance(), ledger.Account{Path: part.path, Asset: ledger.Euro})
			if err != nil {
				return err
			}
			*part.to = kernel.Cents(part.sign * there)
		}
		lines, err := linesTo(ctx, a, a.Alliance(), a.Actor.Org, 100)
		if err != nil {
			return err
		}
		for _, l := range lines {
			p, err := s.payingIn(ctx, a, l)
			if err != nil {
				return err
			}
			if !l.Fate.Ended() {
				o.Coming += l.Cents
			}
			o.Payments = append(o.Payments, p)
		}
		return a.Record(ctx, act.Entry{Action: "payment.own", Subject: a.Actor.Org})
	})
	return o, err
}

func (s *Service) payingIn(ctx context.Context, a *act.Act, l Line) (p Paying, err error) {
	p.Line = l
	if p.Batch, err = loadBatch(ctx, a, a.Alliance(), l.Batch); err != nil {
		return p, err
	}
	org, err := s.Members.OrganisationIn(ctx, a, p.Batch.Payer)
	p.Payer = org.Name
	return p, err
}

// Statement is what one payment pays, for who is paid to print and to keep.
type Statement struct {
	Paying
	Payee   string
	Account Account
	Dues    []Due
}

// Paid is who is paid.
func (x Statement) Paid() kernel.ID { return x.Line.Payee }

// Statement shows one payment to who is paid, or to who pays.
func (s *Service) Statement(ctx context.Context, line kernel.ID) (x Statement, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		x = Statement{}
		if err := a.Allow(ctx, "payment.own", a.Actor.Org); err != nil {
			return err
		}
		l, err := loadLine(ctx, a, a.Alliance(), line)
		if err != nil {
			return err
		}
		if x.Paying, err = s.payingIn(ctx, a, l); err != nil {
			return err
		}
		if l.Payee != a.Actor.Org && x.Batch.Payer != a.Actor.Org || x.Batch.ExportedAt == "" {
			return kernel.NewNotFound("payment.line")
		}
		if l.Payee != a.Actor.Org {
			if err := a.Allow(ctx, "payment.settle", ""); err != nil {
				return err
			}
		}
		kept, err := s.orderedIn(ctx, a, l.Batch)
		if err != nil {
			return err
		}
		for _, r := range kept.To {
			if r.Line == l.ID {
				x.Account, x.Payee = r.Account, r.Account.Name
			}
		}
		if org, err := s.Members.OrganisationIn(ctx, a, l.Payee); err == nil {
			x.Payee = org.Name
		} else if kernel.CodeOf(err) != kernel.NotFound {
			return err
		}
		if x.Dues, err = duesOf(ctx, a, a.Alliance(), l.ID); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "payment.statement", Subject: l.ID})
	})
	return x, err
}
