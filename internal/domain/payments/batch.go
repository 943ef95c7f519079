package payments

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/sepa"
)

// mostPayments is how many payments one batch holds.
const mostPayments = 1000

// New is a batch that somebody makes.
type New struct {
	ID     kernel.ID   // made by who asks, before asking
	Until  kernel.Date // what is owed up to this day
	Day    kernel.Date // on which the bank is to pay
	Payees []kernel.ID // empty: everybody who has an account
}

// Make takes what is owed into a draft, a payment a payee, for somebody else to
// approve. What is owed back is taken off first. Who has no account is left out,
// and stays on the list of what is owed. The same asked twice is one batch.
func (s *Service) Make(ctx context.Context, in New) (b Batch, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "payment.settle", ""); err != nil {
			return err
		}
		if err := payer(ctx, a); err != nil {
			return err
		}
		if err := in.check(a.Today()); err != nil {
			return err
		}
		b, err = loadBatch(ctx, a, a.Alliance(), in.ID)
		if err == nil { // it was asked before
			if b.Payer != a.Actor.Org || b.Until != in.Until || b.Day != in.Day {
				return kernel.NewInvalid("payment.other_content")
			}
			return a.Record(ctx, act.Entry{Action: "payment.make", Subject: b.ID, Detail: map[string]string{"again": "yes"}})
		}
		if kernel.CodeOf(err) != kernel.NotFound {
			return err
		}
		b, err = s.make(ctx, a, in)
		if err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "payment.make", Subject: b.ID,
			Detail: map[string]string{"payments": strconv.FormatInt(b.Payments, 10)}})
	})
	if err != nil {
		return Batch{}, err
	}
	return b, nil
}

func (in New) check(today kernel.Date) error {
	var faults kernel.Faults
	if _, err := kernel.ParseID(string(in.ID)); err != nil {
		faults.Check("", err)
	}
	if _, err := kernel.ParseDate(string(in.Until)); err != nil || in.Until > today {
		faults.Check("until", kernel.NewInvalid("payment.until"))
	}
	if _, err := kernel.ParseDate(string(in.Day)); err != nil || in.Day < today || in.Day > today.AddDays(60) {
		faults.Check("day", kernel.NewInvalid("payment.day"))
	}
	return faults.Err()
}

func (s *Service) make(ctx context.Context, a *act.Act, in New) (b Batch, err error) {
	b = Batch{ID: in.ID, Payer: a.Actor.Org, Until: in.Until, Day: in.Day, State: Draft, MadeBy: a.Actor.Person, MadeAt: a.Now}
	if b.Number, err = nextNumber(ctx, a, a.Alliance(), "payment_batch"); err != nil {
		return b, err
	}
	next, err := nextNumber(ctx, a, a.Alliance(), "payment_line")
	if err != nil {
		return b, err
	}
	owed, err := s.owedIn(ctx, a)
	if err != nil {
		return b, err
	}
	for _, o := range owed {
		if !o.Has || !chosen(in.Payees, o.Payee.ID) {
			continue
		}
		line, dues := o.take(in.Until)
		if line.Cents <= 0 {
			continue
		}
		if b.Payments++; b.Payments > mostPayments {
			return b, kernel.NewConflict("payment.batch.many").With("most", strconv.Itoa(mostPayments))
		}
		line.ID, line.Batch, line.Number, line.Fate = kernel.NewID(), b.ID, next, Waiting
		line.EndToEnd = Batch{ID: line.ID}.Message()
		next++
		b.Cents += line.Cents
		if err := s.takeIn(ctx, a, line, dues); err != nil {
			return b, err
		}
	}
	if b.Payments == 0 {
		return b, kernel.NewConflict("payment.batch.empty")
	}
	return b, saveBatch(ctx, a, a.Alliance(), b)
}

func chosen(payees []kernel.ID, id kernel.ID) bool {
	for _, p := range payees {
		if p == id {
			return true
		}
	}
	return len(payees) == 0
}

// takeIn writes a payment down and takes what it pays out of what is owed.
func (s *Service) takeIn(ctx context.Context, a *act.Act, line Line, dues []Due) error {
	moves := []ledger.Move{{From: Payable(line.Payee), To: lineOf(line.ID), Asset: ledger.Euro, Amount: int64(line.Cents)}}
	if line.Credit > 0 {
		moves = append(moves, ledger.Move{From: Payable(line.Payee), To: refundOf(line.Payee), Asset: ledger.Euro, Amount: int64(line.Credit)})
	}
	if _, err := a.Post(ctx, ledger.Transfer{ID: line.ID, Kind: batchKind, Moves: moves}); err != nil {
		return err
	}
	if err := saveLine(ctx, a, a.Alliance(), line); err != nil {
		return err
	}
	return insertItems(ctx, a, a.Alliance(), line.ID, dues)
}

// own loads a batch of the actor's organisation; NotFound for any other.
func own(ctx context.Context, a *act.Act, id kernel.ID) (Batch, error) {
	if err := payer(ctx, a); err != nil {
		return Batch{}, err
	}
	b, err := loadBatch(ctx, a, a.Alliance(), id)
	if err == nil && b.Payer != a.Actor.Org {
		err = kernel.NewNotFound("payment.batch")
	}
	return b, err
}

// Approve says that a draft may be paid. Whoever made it may not, for whichever
// organisation they act, nor may who last wrote one of its accounts: nobody pays
// alone. The accounts are those of now, and the file for the bank is made of
// them.
func (s *Service) Approve(ctx context.Context, id kernel.ID) (b Batch, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "payment.approve", ""); err != nil {
			return err
		}
		if b, err = own(ctx, a, id); err != nil {
			return err
		}
		switch {
		case b.State == Approved && b.ApprovedBy == a.Actor.Person: // pressed twice
			return a.Record(ctx, act.Entry{Action: "payment.approve", Subject: b.ID, Detail: map[string]string{"again": "yes"}})
		case b.State != Draft:
			return kernel.NewConflict("payment.state")
		case b.MadeBy == a.Actor.Person:
			return kernel.NewForbidden("payment.four_eyes")
		case b.Day < a.Today():
			return kernel.NewConflict("payment.day.past")
		}
		b.State, b.ApprovedBy, b.ApprovedAt = Approved, a.Actor.Person, a.Now
		if b.SHA256, err = s.fileIn(ctx, a, b); err != nil {
			return err
		}
		if err := saveBatch(ctx, a, a.Alliance(), b); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "payment.approve", Subject: b.ID, Detail: map[string]string{"sha256": b.SHA256}})
	})
	if err != nil {
		return Batch{}, err
	}
	return b, nil
}

// Cancel ends a batch of which nobody has the file: what it held is owed again.
func (s *Service) Cancel(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "payment.settle", ""); err != nil {
			return err
		}
		b, err := own(ctx, a, id)
		if err != nil {
			return err
		}
		if b.State == Cancelled {
			return a.Record(ctx, act.Entry{Action: "payment.cancel", Subject: b.ID, Detail: map[string]string{"again": "yes"}})
		}
		if b.State != Draft && b.State != Approved {
			return kernel.NewConflict("payment.state")
		}
		lines, err := linesOf(ctx, a, a.Alliance(), b.ID)
		if err != nil {
			return err
		}
		for _, l := range lines {
			l.Fate = Dropped
			if err := release(ctx, a, l, "cancelled"); err != nil {
				return err
			}
		}
		b.State, b.EndedBy, b.EndedAt = Cancelled, a.Actor.Person, a.Now
		if err := saveBatch(ctx, a, a.Alliance(), b); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "payment.cancel", Subject: b.ID})
	})
}

// release puts what a payment held back to what is owed, and lets another batch
// take it.
func release(ctx context.Context, a *act.Act, l Line, why string) error {
	if _, err := a.Correct(ctx, kernel.NewID(), l.ID, why); err != nil {
		return err
	}
	if err := letGo(ctx, a, a.Alliance(), l.ID); err != nil {
		return err
	}
	return saveLine(ctx, a, a.Alliance(), l)
}

// Export hands out the file of an approved batch: the same bytes each time. With
// the first time what it pays is on its way, and only the bank's answers move it.
func (s *Service) Export(ctx context.Context, id kernel.ID) (b Batch, file []byte, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "payment.settle", ""); err != nil {
			return err
		}
		if b, err = own(ctx, a, id); err != nil {
			return err
		}
		if b.State != Approved && b.State != Exported && b.State != Settled {
			return kernel.NewConflict("payment.state")
		}
		if file, err = s.openFile(ctx, a, b); err != nil {
			return err
		}
		first := b.State == Approved
		if first {
			if b.Day < a.Today() {
				return kernel.NewConflict("payment.day.past")
			}
			lines, err := linesOf(ctx, a, a.Alliance(), b.ID)
			if err != nil {
				return err
			}
			for _, l := range lines {
				if err := move(ctx, a, sentKind, lineOf(l.ID), clearingOf(b.ID), l.Cents); err != nil {
					return err
				}
			}
			b.State, b.ExportedBy, b.ExportedAt = Exported, a.Actor.Person, a.Now
			if err := saveBatch(ctx, a, a.Alliance(), b); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "payment.export", Subject: b.ID, Detail: map[string]string{"sha256": b.SHA256, "again": yes(!first)}})
	})
	if err != nil {
		return Batch{}, nil, err
	}
	return b, file, nil
}

// move writes one transfer of euros. Its caller holds by the state of a payment
// that it happens once.
func move(ctx context.Context, a *act.Act, kind, from, to string, cents kernel.Cents) error {
	_, err := a.Post(ctx, ledger.Transfer{ID: kernel.NewID(), Kind: kind, Moves: []ledger.Move{{From: from, To: to, Asset: ledger.Euro, Amount: int64(cents)}}})
	return err
}

// orderName and fileName are under what the order and the file of a batch lie in
// the vault: to whom, and the bytes.
const orderName, fileName = "order", "file"

// recipient is to whom one payment goes and for what, as it was at the approval.
type recipient struct {
	Line    kernel.ID  `json:"line"`
	Account Account    `json:"account"`
	Name    string     `json:"name,omitempty"` // of the organisation; of a family, the holder's
	KBO     kernel.KBO `json:"kbo,omitempty"`
	For     []stated   `json:"for,omitempty"`
}

// stated is a due as a statement tells it.
type stated struct {
	Kind  string       `json:"kind"`
	About kernel.ID    `json:"about,omitempty"`
	Day   kernel.Date  `json:"day"`
	Cents kernel.Cents `json:"cents"`
}

// ordered is what a batch keeps of its approval, so that its papers say the same
// whatever is renamed or taken back later. It lies beside the file for the bank,
// which names whom it pays, families too, and outlives their files as books must:
// when a family is forgotten, that file alone still tells of it.
type ordered struct {
	Payer Account     `json:"payer"`
	Name  string      `json:"name,omitempty"` // of who pays
	KBO   kernel.KBO  `json:"kbo,omitempty"`
	To    []recipient `json:"to"`
}

// fileIn makes the file of a batch and seals it, and returns its hash.
func (s *Service) fileIn(ctx context.Context, a *act.Act, b Batch) (hash string, err error) {
	us, err := s.orgAccount(ctx, a, b.Payer)
	if err != nil {
		return "", err
	}
	if !us.Has {
		return "", kernel.NewConflict("payment.payer.account")
	}
	lines, err := linesOf(ctx, a, a.Alliance(), b.ID)
	if err != nil {
		return "", err
	}
	keep := ordered{Payer: us.Account, Name: us.Org.Name, KBO: us.Org.KBO}
	order := sepa.Order{ID: b.Message(), At: b.ApprovedAt.Time(), Day: string(b.Day), Payer: party(us.Account), Number: string(us.Org.KBO)}
	for _, l := range lines {
		p, err := loadPayee(ctx, a, a.Alliance(), l.Payee)
		if err != nil && kernel.CodeOf(err) != kernel.NotFound {
			return "", err
		}
		c, ok, err := s.account(ctx, a, p)
		switch {
		case err != nil:
			return "", err
		case !ok: // the family was forgotten meanwhile
			return "", kernel.NewConflict("payment.account.gone")
		case p.SetBy == a.Actor.Person:
			return "", kernel.NewForbidden("payment.four_eyes.account")
		}
		to, err := s.recipientIn(ctx, a, l, c)
		if err != nil {
			return "", err
		}
		keep.To = append(keep.To, to)
		order.Payments = append(order.Payments, sepa.Payment{ID: l.EndToEnd, To: party(c), Cents: int64(l.Cents), Structured: string(l.OGM())})
	}
	file, err := order.Write()
	if err != nil {
		return "", fmt.Errorf("payments: the order of batch %s: %w", b.ID, err)
	}
	key, err := s.Vault.Create(ctx, a, a.Alliance(), b.ID)
	if err != nil {
		return "", err
	}
	return sum(file), errors.Join(key.Put(ctx, a, orderName, keep), key.Put(ctx, a, fileName, file))
}

// recipientIn is to whom a payment goes now, and for what.
func (s *Service) recipientIn(ctx context.Context, a *act.Act, l Line, c Account) (to recipient, err error) {
	to = recipient{Line: l.ID, Account: c, Name: c.Name}
	org, err := s.Members.OrganisationIn(ctx, a, l.Payee)
	switch {
	case err == nil:
		to.Name, to.KBO = org.Name, org.KBO
	case kernel.CodeOf(err) != kernel.NotFound:
		return to, err
	}
	dues, err := duesOf(ctx, a, a.Alliance(), l.ID)
	for _, d := range dues {
		to.For = append(to.For, stated{d.Kind, d.About, d.Day, d.Cents})
	}
	return to, err
}

func party(c Account) sepa.Party {
	return sepa.Party{Name: c.Name, IBAN: string(c.IBAN), BIC: c.BIC}
}

// openFile is the file of a batch. Should a byte have changed, it is not given.
func (s *Service) openFile(ctx context.Context, a *act.Act, b Batch) (file []byte, err error) {
	key, err := s.Vault.Open(ctx, a, a.Alliance(), b.ID)
	if err != nil {
		return nil, err
	}
	if _, err := key.Get(ctx, a, fileName, &file); err != nil {
		return nil, err
	}
	if sum(file) != b.SHA256 {
		return nil, fmt.Errorf("payments: the file of batch %s is not the one that was approved", b.ID)
	}
	return file, nil
}

// orderedIn is to whom a batch pays, as it was at the approval; empty before.
func (s *Service) orderedIn(ctx context.Context, a *act.Act, batch kernel.ID) (o ordered, err error) {
	key, err := s.Vault.Open(ctx, a, a.Alliance(), batch)
	if kernel.CodeOf(err) == kernel.NotFound {
		return o, nil
	}
	if err != nil {
		return o, err
	}
	_, err = key.Get(ctx, a, orderName, &o)
	return o, err
}
