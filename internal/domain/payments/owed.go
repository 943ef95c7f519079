package payments

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

// Owed is what one payee waits for.
type Owed struct {
	Payee Payee
	Name  string // of the organisation, or of the holder of the account; empty of who was forgotten
	Has   bool   // an account
	Cents kernel.Cents
	Back  kernel.Cents // that the payee owes back
	Since kernel.Date  // of the oldest
	Dues  []Due
}

// take is what of it a payment up to a day holds: all that is owed back, and
// what is owed of that day and earlier. Nothing, when that comes to nothing.
func (o Owed) take(until kernel.Date) (line Line, dues []Due) {
	for _, d := range o.Dues {
		if d.Cents < 0 || d.Day <= until {
			line.Cents += d.Cents
			dues = append(dues, d)
		}
	}
	line.Payee, line.Credit = o.Payee.ID, o.Back
	line.Cents -= o.Back
	return line, dues
}

// owedIn lists what is owed, to be paid by the actor's organisation, by payee.
func (s *Service) owedIn(ctx context.Context, a *act.Act) (all []Owed, err error) {
	held, err := ledger.Balances(ctx, a, a.Alliance(), "payable")
	if err != nil {
		return nil, err
	}
	for _, h := range held {
		if h.Asset != ledger.Euro {
			continue
		}
		o, err := s.owedTo(ctx, a, kernel.ID(h.Path[len(Payable("")):]))
		if err != nil {
			return nil, err
		}
		if len(o.Dues) > 0 {
			all = append(all, o)
		}
	}
	return all, nil
}

// owedTo is what one payee waits for from the actor's organisation, with what
// other rooms wrote into the book since the last time.
func (s *Service) owedTo(ctx context.Context, a *act.Act, payee kernel.ID) (o Owed, err error) {
	o.Payee, err = loadPayee(ctx, a, a.Alliance(), payee)
	if kernel.CodeOf(err) == kernel.NotFound {
		o.Payee, err = Payee{ID: payee}, nil
	}
	if err != nil {
		return o, err
	}
	if o.Name, o.Has, err = s.nameIn(ctx, a, o.Payee); err != nil {
		return o, err
	}
	if err := gather(ctx, a, payee); err != nil {
		return o, err
	}
	if o.Dues, err = openDues(ctx, a, a.Alliance(), payee, a.Actor.Org); err != nil {
		return o, err
	}
	for _, d := range o.Dues {
		o.Cents += d.Cents
		if o.Since == "" || d.Day < o.Since {
			o.Since = d.Day
		}
	}
	back, err := ledger.Balance(ctx, a, a.Alliance(), ledger.Account{Path: refundOf(payee), Asset: ledger.Euro})
	o.Back = kernel.Cents(max(-back, 0))
	return o, err
}

// nameIn is how a payee is called, and whether it has an account. Of a family
// that is the holder of the account, whom the bank sees too.
func (s *Service) nameIn(ctx context.Context, a *act.Act, p Payee) (name string, has bool, err error) {
	c, has, err := s.account(ctx, a, p)
	if err != nil {
		return "", false, err
	}
	org, err := s.Members.OrganisationIn(ctx, a, p.ID)
	switch {
	case err == nil:
		return org.Name, has, nil
	case kernel.CodeOf(err) != kernel.NotFound:
		return "", false, err
	}
	return c.Name, has, nil
}

// Board is what an organisation has to pay, and what it pays.
type Board struct {
	Pays     bool // it pays out for the alliance
	Has      bool // it has an account to pay from
	Owed     []Owed
	Batches  []Batch      // the newest first
	Clearing kernel.Cents // on its way through the bank
}

// Board shows it. That is an act: it opens the accounts of families.
func (s *Service) Board(ctx context.Context) (b Board, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		b = Board{}
		if err := a.Allow(ctx, "payment.settle", ""); err != nil {
			return err
		}
		us, err := s.orgAccount(ctx, a, a.Actor.Org)
		if err != nil {
			return err
		}
		if b.Pays, b.Has = us.Pays, us.Has; !b.Pays {
			return a.Record(ctx, act.Entry{Action: "payment.board", Subject: a.Actor.Org})
		}
		if b.Owed, err = s.owedIn(ctx, a); err != nil {
			return err
		}
		if b.Batches, err = batchesOf(ctx, a, a.Alliance(), a.Actor.Org, 100); err != nil {
			return err
		}
		for _, x := range b.Batches {
			there, err := ledger.Balance(ctx, a, a.Alliance(), ledger.Account{Path: clearingOf(x.ID), Asset: ledger.Euro})
			if err != nil {
				return err
			}
			b.Clearing += kernel.Cents(there)
		}
		return a.Record(ctx, act.Entry{Action: "payment.board", Subject: a.Actor.Org})
	})
	return b, err
}

// Payment is one payment of a batch, as who pays sees it.
type Payment struct {
	Line
	Name    string
	Account Account // as at the approval; before it, of now
	Has     bool
	Changed bool // the account was written since the last payment to it
	Dues    []Due
}

// View is one batch with its payments.
type View struct {
	Batch
	Payer    string
	From     Account // from which is paid
	Lines    []Payment
	Clearing kernel.Cents
	Names    map[kernel.ID]string // of who made it, approved it, ended it
}

// Batch shows one batch of the actor's organisation.
func (s *Service) Batch(ctx context.Context, id kernel.ID) (v View, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		v = View{}
		if err := a.Allow(ctx, "payment.settle", ""); err != nil {
			return err
		}
		b, err := own(ctx, a, id)
		if err != nil {
			return err
		}
		if v, err = s.viewIn(ctx, a, b); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "payment.read", Subject: id})
	})
	return v, err
}

func (s *Service) viewIn(ctx context.Context, a *act.Act, b Batch) (v View, err error) {
	v.Batch = b
	us, err := s.orgAccount(ctx, a, b.Payer)
	if err != nil {
		return v, err
	}
	v.Payer, v.From = us.Org.Name, us.Account
	kept, err := s.orderedIn(ctx, a, b.ID)
	if err != nil {
		return v, err
	}
	then := map[kernel.ID]Account{}
	for _, r := range kept.To {
		then[r.Line] = r.Account
	}
	if len(kept.To) > 0 {
		v.From = kept.Payer
	}
	lines, err := linesOf(ctx, a, a.Alliance(), b.ID)
	if err != nil {
		return v, err
	}
	for _, l := range lines {
		p, err := s.paymentIn(ctx, a, l, b)
		if err != nil {
			return v, err
		}
		if c, ok := then[l.ID]; ok && p.Name != "" { // not of a family that was forgotten
			p.Account, p.Has = c, true
		}
		v.Lines = append(v.Lines, p)
	}
	there, err := ledger.Balance(ctx, a, a.Alliance(), ledger.Account{Path: clearingOf(b.ID), Asset: ledger.Euro})
	if err != nil {
		return v, err
	}
	v.Clearing = kernel.Cents(there)
	v.Names, err = s.Members.NamesIn(ctx, a, b.MadeBy, b.ApprovedBy, b.ExportedBy, b.EndedBy)
	return v, err
}

func (s *Service) paymentIn(ctx context.Context, a *act.Act, l Line, b Batch) (p Payment, err error) {
	p.Line = l
	payee, err := loadPayee(ctx, a, a.Alliance(), l.Payee)
	if kernel.CodeOf(err) == kernel.NotFound {
		payee, err = Payee{ID: l.Payee}, nil
	}
	if err != nil {
		return p, err
	}
	if p.Name, _, err = s.nameIn(ctx, a, payee); err != nil {
		return p, err
	}
	if p.Account, p.Has, err = s.account(ctx, a, payee); err != nil {
		return p, err
	}
	before, err := lastApproval(ctx, a, a.Alliance(), l.Payee, b.Number)
	if err != nil {
		return p, err
	}
	p.Changed = before != "" && before < payee.SetAt && b.State == Draft
	p.Dues, err = duesOf(ctx, a, a.Alliance(), l.ID)
	return p, err
}
