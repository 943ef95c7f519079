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

// Statement is what one payment pays, for who is paid to print and to keep. It
// says what was approved: what became of the payment is not part of it.
type Statement struct {
	Paying
	PayerKBO kernel.KBO
	Payee    string
	PayeeKBO kernel.KBO
	Account  Account
	Dues     []Due
	Gone     bool // it paid a family that was forgotten: nothing here says whom
	family   bool // it paid a family
}

// Paid is who is paid.
func (x Statement) Paid() kernel.ID { return x.Line.Payee }

// Since is the day of the oldest that it pays.
func (x Statement) Since() (day kernel.Date) {
	for _, d := range x.Dues {
		if day == "" || d.Day < day {
			day = d.Day
		}
	}
	return day
}

// Statement shows one payment to who is paid, or to who pays.
func (s *Service) Statement(ctx context.Context, line kernel.ID) (x Statement, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if x, err = s.statementIn(ctx, a, line); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "payment.statement", Subject: line})
	})
	return x, err
}

// statementIn is [Service.Statement] within an act, without its record.
func (s *Service) statementIn(ctx context.Context, a *act.Act, line kernel.ID) (x Statement, err error) {
	if err := a.Allow(ctx, "payment.own", a.Actor.Org); err != nil {
		return x, err
	}
	l, err := loadLine(ctx, a, a.Alliance(), line)
	if err != nil {
		return x, err
	}
	if x.Paying, err = s.payingIn(ctx, a, l); err != nil {
		return x, err
	}
	if l.Payee != a.Actor.Org && x.Batch.Payer != a.Actor.Org || x.Batch.ExportedAt == "" {
		return x, kernel.NewNotFound("payment.line")
	}
	if l.Payee != a.Actor.Org {
		if err := a.Allow(ctx, "payment.settle", ""); err != nil {
			return x, err
		}
	}
	p, err := loadPayee(ctx, a, a.Alliance(), l.Payee)
	switch {
	case kernel.CodeOf(err) == kernel.NotFound:
		x.Gone = true
	case err != nil:
		return x, err
	}
	x.family = p.Org == ""
	err = s.fill(ctx, a, &x)
	return x, err
}

// fill says of a statement what was kept at the approval. Of a batch that was
// approved before names were kept it says those of now; of a family that was
// forgotten, how much and when.
func (s *Service) fill(ctx context.Context, a *act.Act, x *Statement) error {
	kept, err := s.orderedIn(ctx, a, x.Line.Batch)
	if err != nil {
		return err
	}
	if kept.Name != "" {
		x.Payer, x.PayerKBO = kept.Name, kept.KBO
	}
	for _, r := range kept.To {
		if r.Line != x.Line.ID {
			continue
		}
		if x.Gone {
			r.Name, r.Account = "", Account{}
		} else if r.Name == "" {
			if r, err = s.recipientIn(ctx, a, x.Line, r.Account); err != nil {
				return err
			}
		}
		x.Payee, x.PayeeKBO, x.Account = r.Name, r.KBO, r.Account
		for _, d := range r.For {
			if x.Gone {
				d.About = ""
			}
			x.Dues = append(x.Dues, Due{Payer: x.Batch.Payer, Payee: x.Line.Payee, Kind: d.Kind, About: d.About, Day: d.Day, Cents: d.Cents})
		}
	}
	return nil
}

// StatementFile is a statement on paper, in a language: made by draw the first
// time that somebody asks for it, kept sealed beside the file for the bank, and
// the same bytes for ever. Of what a family is paid none is kept: it is drawn
// each time, and no more once the family is forgotten.
//
// Draw is called between two acts, so that nobody waits for it: what it draws is
// handed out by the second, which leaves the record.
func (s *Service) StatementFile(ctx context.Context, line kernel.ID, lang kernel.Lang, draw func(Statement) ([]byte, error)) (x Statement, file []byte, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		x, file, err = s.paperIn(ctx, a, line, lang, nil)
		return err
	})
	var drawn []byte
	if err == nil && file == nil {
		drawn, err = draw(x)
	}
	if err == nil {
		err = s.Acts.Do(ctx, func(a *act.Act) error {
			if x, file, err = s.paperIn(ctx, a, line, lang, drawn); err != nil {
				return err
			}
			return a.Record(ctx, act.Entry{Action: "payment.statement", Subject: line,
				Detail: map[string]string{"file": string(lang), "sha256": sum(file), "again": yes(drawn == nil)}})
		})
	}
	if err != nil {
		return Statement{}, nil, err
	}
	return x, file, nil
}

// paperIn is a statement with its paper: the one that is kept, or else the one
// that was drawn, which is kept from now on.
func (s *Service) paperIn(ctx context.Context, a *act.Act, line kernel.ID, lang kernel.Lang, drawn []byte) (x Statement, file []byte, err error) {
	if x, err = s.statementIn(ctx, a, line); err != nil {
		return x, nil, err
	}
	if x.Gone {
		return x, nil, kernel.NewNotFound("payment.line")
	}
	if x.family {
		return x, drawn, nil
	}
	key, err := s.Vault.Open(ctx, a, a.Alliance(), x.Batch.ID)
	if err != nil {
		return x, nil, err
	}
	name := "statement/" + string(line) + "/" + string(lang)
	if kept, err := key.Get(ctx, a, name, &file); err != nil || kept || drawn == nil {
		return x, file, err
	}
	return x, drawn, key.Put(ctx, a, name, drawn)
}
