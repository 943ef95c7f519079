package payments

import (
	"context"
	"database/sql"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// UnoweIn takes back what [Service.OweIn] made owed, by what it follows from: it
// lies again in the account out of which it was owed. What a batch holds, or a
// bank paid, stays: that is a Conflict ("payment.underway"). Where nothing is
// owed for it nothing happens, and was tells so.
func (s *Service) UnoweIn(ctx context.Context, a *act.Act, about kernel.ID) (was bool, err error) {
	if about == "" {
		return false, nil
	}
	dues, err := duesAbout(ctx, a, a.Alliance(), about)
	if err != nil {
		return false, err
	}
	for _, d := range dues {
		if d.held {
			return false, kernel.NewConflict("payment.underway")
		}
		if err := unowe(ctx, a, d.Due); err != nil {
			return false, err
		}
	}
	return len(dues) > 0, nil
}

func unowe(ctx context.Context, a *act.Act, d Due) error {
	posted, err := ledger.Find(ctx, a, a.Alliance(), d.ID)
	if err != nil {
		return err
	}
	for _, e := range posted.Entries {
		if e.Path == Payable(d.Payee) {
			continue
		}
		if _, err := a.Post(ctx, ledger.Transfer{ID: kernel.NewID(), Kind: oweKind, Reason: "back",
			Moves: []ledger.Move{{From: Payable(d.Payee), To: e.Path, Asset: ledger.Euro, Amount: int64(d.Cents)}}}); err != nil {
			return err
		}
	}
	_, err = a.ExecContext(ctx, `DELETE FROM payment_due WHERE alliance = $1 AND id = $2`, a.Alliance(), d.ID)
	return err
}

// heldDue is a due, and whether a living payment holds it.
type heldDue struct {
	Due
	held bool
}

func duesAbout(ctx context.Context, q db.Querier, alliance, about kernel.ID) (all []heldDue, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) (err error) {
		var d heldDue
		err = rows.Scan(&d.ID, &d.Payer, &d.Payee, &d.Cents, &d.Kind, &d.About, &d.Day, &d.seqTo, &d.held)
		all = append(all, d)
		return err
	}, `SELECT `+dueColumns+`, EXISTS (SELECT 1 FROM payment_item i WHERE i.alliance = d.alliance AND i.due = d.id AND i.live)
		FROM payment_due d WHERE alliance = $1 AND about = $2 ORDER BY day, id`, alliance, about)
	return all, err
}

// forgive takes back what is owed to a payee that is nobody's any more, so that
// it does not stay owed for ever.
func forgive(ctx context.Context, a *act.Act, payee kernel.ID) error {
	all := []Due{}
	err := db.Each(ctx, a, func(rows *sql.Rows) error {
		d, err := scanDue(rows)
		all = append(all, d)
		return err
	}, `SELECT `+dueColumns+` FROM payment_due d WHERE alliance = $1 AND payee = $2 AND kind <> $3 AND cents > 0
		AND NOT EXISTS (SELECT 1 FROM payment_item i WHERE i.alliance = d.alliance AND i.due = d.id AND i.live) ORDER BY day, id`, a.Alliance(), payee, Booked)
	for _, d := range all {
		if err := unowe(ctx, a, d); err != nil {
			return err
		}
	}
	return err
}

// Progress is how far something that was owed is.
type Progress struct {
	Owed  bool // it is, or was
	Taken bool // a payment holds it, or held it
	Line  Line // the last payment of it
}

// ProgressIn tells how far what follows from something is, within an act of a
// module above.
func (s *Service) ProgressIn(ctx context.Context, a *act.Act, about kernel.ID) (p Progress, err error) {
	dues, err := duesAbout(ctx, a, a.Alliance(), about)
	if err != nil || len(dues) == 0 {
		return p, err
	}
	p.Owed = true
	p.Line, err = scanLine(a.QueryRowContext(ctx, `SELECT `+lineColumns+` FROM payment_line l WHERE alliance = $1
		AND id IN (SELECT i.line FROM payment_item i WHERE i.alliance = $1 AND i.due = $2) ORDER BY number DESC LIMIT 1`, a.Alliance(), dues[0].ID).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	p.Taken = err == nil
	return p, err
}

// PaysIn tells whether an organisation pays out for the alliance.
func (s *Service) PaysIn(ctx context.Context, a *act.Act, org kernel.ID) (bool, error) {
	return isPayer(ctx, a, a.Alliance(), org)
}

// TakeBack ends a batch whose file never reached the bank: what it held is owed
// again. Another than who took the file says so, and only while the bank answered
// for none of its payments: what a bank has it would pay.
func (s *Service) TakeBack(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "payment.approve", ""); err != nil {
			return err
		}
		b, err := own(ctx, a, id)
		if err != nil {
			return err
		}
		if b.State == Cancelled {
			return a.Record(ctx, act.Entry{Action: "payment.back", Subject: b.ID, Detail: map[string]string{"again": "yes"}})
		}
		if b.State != Exported {
			return kernel.NewConflict("payment.state")
		}
		if b.ExportedBy == a.Actor.Person {
			return kernel.NewForbidden("payment.four_eyes.back")
		}
		lines, err := linesOf(ctx, a, a.Alliance(), b.ID)
		if err != nil {
			return err
		}
		for _, l := range lines {
			if l.Fate != Waiting {
				return kernel.NewConflict("payment.answered")
			}
			if err := move(ctx, a, backKind, clearingOf(b.ID), lineOf(l.ID), l.Cents); err != nil {
				return err
			}
			l.Fate = Dropped
			if err := release(ctx, a, l, "unsent"); err != nil {
				return err
			}
		}
		b.State, b.EndedBy, b.EndedAt = Cancelled, a.Actor.Person, a.Now
		if err := saveBatch(ctx, a, a.Alliance(), b); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "payment.back", Subject: b.ID})
	})
}
