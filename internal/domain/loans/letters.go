package loans

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// RemindJob writes to who borrows: {"loan" or "wish", "why", "day"}.
const RemindJob = "loans.remind"

// Why is why somebody is written to.
type Why string

// The reasons.
const (
	Soon  Why = "soon"  // the last day comes
	Past  Why = "past"  // the last day is past
	Grown Why = "grown" // the next size is better
	Fetch Why = "fetch" // what was waited for is there

	Recalled Why = "recalled" // it is not to be used any more
)

// Reminding is the payload of [RemindJob].
type Reminding struct {
	Loan kernel.ID   `json:"loan,omitempty"`
	Wish kernel.ID   `json:"wish,omitempty"`
	Why  Why         `json:"why"`
	Day  kernel.Date `json:"day,omitempty"` // the last day that it is about
	On   kernel.Date `json:"on,omitempty"`  // the day on which it is to be said
}

const (
	remindAt = 10 // o'clock in Belgium
	soonDays = 7  // before the last day
)

// pastDays are how many days after the last day somebody is reminded.
var pastDays = [...]int{3, 14, 42}

func morning(day kernel.Date) kernel.Instant {
	d := day.Time()
	return kernel.InstantOf(time.Date(d.Year(), d.Month(), d.Day(), remindAt, 0, 0, 0, kernel.Brussels))
}

// remindLater asks for the mails of a loan: a week before its last day, and some
// times after it. When it is back or longer by then, nothing is sent.
func remindLater(ctx context.Context, a *act.Act, l Loan) error {
	later := func(why Why, day kernel.Date) error {
		when := morning(day)
		if when <= a.Now {
			return nil
		}
		return a.Later(ctx, RemindJob, Reminding{Loan: l.ID, Why: why, Day: l.Due, On: day}, when, string(l.ID)+"/"+string(why)+"/"+string(day)+"/"+string(l.Due))
	}
	if err := later(Soon, l.Due.AddDays(-soonDays)); err != nil {
		return err
	}
	for _, n := range pastDays {
		if err := later(Past, l.Due.AddDays(n)); err != nil {
			return err
		}
	}
	return nil
}

// Letter is what somebody is written. Who else reads a text message learns nothing
// of what was lent or why; that something is outgrown or not safe is never said in
// one.
type Letter struct {
	families.Addressee // nobody: nobody is to be written to
	Why                Why
	Day                kernel.Date
}

// LetterToMail is what the job behind [RemindJob] sends: nothing when it does not
// hold any more, or when the family is not to be reached so.
func (s *Service) LetterToMail(ctx context.Context, alliance kernel.ID, j Reminding) (l Letter, err error) {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		l = Letter{Addressee: families.Addressee{Lang: kernel.NL}, Why: j.Why}
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		borrower, day, err := about(ctx, a, j)
		if kernel.CodeOf(err) == kernel.NotFound || err == nil && borrower == "" {
			return nil
		}
		if err != nil {
			return err
		}
		b, err := loadBorrower(ctx, a, alliance, borrower)
		if err != nil {
			return err
		}
		l.Day = day
		if err := s.address(ctx, a, b, &l); err != nil {
			return err
		}
		if j.Why == Grown || j.Why == Recalled { // to say it says what it is about: in a mail, or by a person
			l.Text = ""
		}
		return nil
	})
	if err != nil {
		return Letter{}, err
	}
	return l, nil
}

// about is whom a reminder is for, and of which day; nobody when it does not
// hold any more.
func about(ctx context.Context, q *act.Act, j Reminding) (borrower kernel.ID, day kernel.Date, err error) {
	today := q.Today()
	if j.Why == Fetch {
		w, err := loadWish(ctx, q, q.Alliance(), j.Wish)
		if err != nil || w.State != Kept || w.Until < today {
			return "", "", err
		}
		return w.Borrower, w.Until, nil
	}
	l, err := loadLoan(ctx, q, q.Alliance(), j.Loan)
	if err != nil || l.Phase != Running || j.Why != Grown && j.Why != Recalled && l.Due != j.Day {
		return "", "", err
	}
	switch {
	case j.Why == Soon && l.Due < today:
		return "", "", nil
	case j.Why == Past && j.On != today && (j.On != "" || !slices.Contains(pastDays[:], l.Late(today))): // several that were held up would all come at once
		return "", "", nil
	}
	if j.Why == Recalled {
		t, err := rawThing(ctx, q, q.Alliance(), l.Thing)
		if err != nil || !t.Recalled {
			return "", "", err
		}
	}
	return l.Borrower, l.Due, nil
}

// address is to where a letter goes: of a family with a file under its rules of
// safe contact, of somebody without to the address that they gave for it.
func (s *Service) address(ctx context.Context, a *act.Act, b Borrower, l *Letter) error {
	if b.Family == "" {
		if err := s.card(ctx, a, &b); err != nil {
			return err
		}
		l.Mail = b.Mail
		if b.Lang != "" {
			l.Lang = b.Lang
		}
		return nil
	}
	to, err := s.Families.AddresseeIn(ctx, a, b.Family)
	l.Addressee = to
	return err
}

// atOnce is how many loans or wishes are looked at in one round.
const atOnce = 200

// Sweep lets go of what nobody fetched in time, looks once a day whether children
// outgrow what they have, and forgets who has no file and did not borrow for
// long. It tells how many wishes it ended.
func (s *Service) Sweep(ctx context.Context) (ended int64, err error) {
	today := kernel.InstantOf(s.Acts.Now()).Date()
	for {
		n, err := s.each(ctx, `SELECT alliance, id FROM loan_wish WHERE state = 'held' AND until < $1 LIMIT 200`, today, func(ctx context.Context, a *act.Act, id kernel.ID) error {
			w, err := loadWish(ctx, a, a.Alliance(), id)
			if err != nil {
				return err
			}
			if w.State != Kept || w.Until >= a.Today() {
				return done(ctx, a, "loan.work", id, "again", "passed")
			}
			l, err := loadLibrary(ctx, a, a.Alliance(), w.Library)
			if err != nil {
				return err
			}
			if err := s.letGo(ctx, a, l, w, Passed); err != nil {
				return err
			}
			return done(ctx, a, "loan.work", l.ID, "passed", string(id))
		})
		ended += int64(n)
		if err != nil {
			return ended, err
		}
		if n < atOnce {
			break
		}
	}
	for {
		n, err := s.each(ctx, `SELECT alliance, id FROM loan_loan WHERE state = 'out' AND grown_on = '' AND looked_on < $1 LIMIT 200`, today, s.growsIn)
		if err != nil {
			return ended, err
		}
		if n < atOnce {
			return ended, s.forgetOld(ctx, today)
		}
	}
}

// growsIn looks whether the child of a loan outgrew the thing, and then asks for
// one mail, where the library has a next size.
func (s *Service) growsIn(ctx context.Context, a *act.Act, id kernel.ID) error {
	l, err := loadLoan(ctx, a, a.Alliance(), id)
	if err != nil {
		return err
	}
	lib, err := loadLibrary(ctx, a, a.Alliance(), l.Library)
	if err != nil {
		return err
	}
	t, err := rawThing(ctx, a, a.Alliance(), l.Thing)
	if err != nil {
		return err
	}
	b, err := loadBorrower(ctx, a, a.Alliance(), l.Borrower)
	if err != nil {
		return err
	}
	if err := s.card(ctx, a, &b); err != nil {
		return err
	}
	z, _ := lib.Size(t.Size)
	found := "fits"
	if _, larger := lib.After(t.Size); larger && l.Phase == Running && l.GrownOn == "" && z.Fit(b.Card, a.Today()) == Small {
		found, l.GrownOn = "small", a.Today()
		if err := saveLoan(ctx, a, a.Alliance(), l); err != nil {
			return err
		}
		if err := a.Later(ctx, RemindJob, Reminding{Loan: l.ID, Why: Grown}, "", string(l.ID)+"/grown"); err != nil {
			return err
		}
	}
	if _, err := a.ExecContext(ctx, `UPDATE loan_loan SET looked_on = $3 WHERE alliance = $1 AND id = $2`, a.Alliance(), l.ID, a.Today()); err != nil {
		return err
	}
	return done(ctx, a, "loan.work", lib.ID, "size", found)
}

// each does something as the house, an act each, with what a query finds.
func (s *Service) each(ctx context.Context, query string, today kernel.Date, fn func(ctx context.Context, a *act.Act, id kernel.ID) error) (int, error) {
	type row struct{ alliance, id kernel.ID }
	var rows []row
	err := s.Acts.DB.Read(ctx, func(q db.Querier) (err error) {
		rows, err = collect(ctx, q, func(r scanner) (x row, err error) { return x, r.Scan(&x.alliance, &x.id) }, query, today)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, x := range rows {
		as := act.As(ctx, policy.SystemActor(x.alliance))
		err := s.Acts.Do(as, func(a *act.Act) error {
			if err := a.Allow(as, "system.work", ""); err != nil {
				return err
			}
			return fn(as, a, x.id)
		})
		if err != nil {
			return len(rows), fmt.Errorf("%s: %w", x.id, err)
		}
	}
	return len(rows), nil
}
