package referrals

import (
	"cmp"
	"context"
	"database/sql"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Terms is how many working days may pass before an answer, and then before a
// first contact with the family. An urgent referral has one day for each.
type Terms struct {
	Answer  int64
	Contact int64
}

// DefaultTerms hold where nobody arranged anything else.
var DefaultTerms = Terms{Answer: 2, Contact: 5}

// The other clocks.
const (
	longestTerm     = 20 // working days
	urgentWorkdays  = 1
	reviewWorkdays  = 20  // on a waiting list, when no day was named
	longestWait     = 6   // months on a waiting list before it is looked at again
	concludeDays    = 30  // after the family arrived
	expireWorkdays  = 10  // after the last day for an answer
	unattendedDays  = 120 // after the last day for anything else
	coordinatorAway = 1   // working days after the last day until the coordinator hears of it
)

// Check refuses terms that cannot be kept or would keep a family waiting.
func (t Terms) Check() error {
	var faults kernel.Faults
	for _, f := range []struct {
		field string
		days  int64
	}{{"answer", t.Answer}, {"contact", t.Contact}} {
		if f.days < 1 || f.days > longestTerm {
			faults.Check(f.field, kernel.NewInvalid("referral.term").With("limit", "20"))
		}
	}
	return faults.Err()
}

// keepsClock tells whether a move leaves the day as it is: an organisation has
// its days, however many hands a referral passes through there.
func (m Move) keepsClock() bool {
	return m == Direct || m == HandOver || m == TakeOver || m == TurnDown || m == OpenFile || m == ReRefer
}

// wind sets the next action and the last day for it, from the state.
func (r *Referral) wind(today kernel.Date, t Terms) {
	within := func(days int64) kernel.Date {
		if r.Urgency == Urgent {
			days = urgentWorkdays
		}
		return workdaysAfter(today, int(days))
	}
	switch r.State {
	case Sent:
		r.Next, r.Due = ToAnswer, within(t.Answer)
	case Accepted:
		r.Next, r.Due = ToContact, within(t.Contact)
	case Waiting:
		r.Next, r.Due = ToReview, r.ReviewOn
	case Scheduled:
		r.Next, r.Due = ToConfirm, workdaysAfter(r.ScheduledFor.Date(), 1)
	case Missed:
		r.Next, r.Due = ToContactAgain, within(t.Contact)
	case Arrived:
		r.Next, r.Due = ToConclude, today.AddDays(concludeDays)
	default:
		r.Next, r.Due = "", ""
	}
}

// lateOn is the day on which a coordinator hears that the last day has passed.
func (r Referral) lateOn() kernel.Date { return workdaysAfter(r.Due, coordinatorAway) }

// expiresOn is the day on which it ends by itself, when nobody does anything.
func (r Referral) expiresOn() kernel.Date {
	if r.State == Sent {
		return workdaysAfter(r.Due, expireWorkdays)
	}
	return r.Due.AddDays(unattendedDays)
}

// termsIn are the terms of a referral: of its programme, else of the
// organisation to which it was sent, else of the one that this is a team of.
func (s *Service) termsIn(ctx context.Context, a *act.Act, r Referral) (Terms, error) {
	for _, holder := range []kernel.ID{r.Programme, r.ReceiverOrg, r.SentTo} {
		if t, found, err := loadTerms(ctx, a, a.Alliance(), holder); err != nil || found {
			return t, err
		}
	}
	house, err := s.Members.OrganisationIn(ctx, a, r.SentTo)
	if err != nil || house.PartOf == "" {
		return DefaultTerms, err
	}
	t, found, err := loadTerms(ctx, a, a.Alliance(), house.PartOf)
	if err == nil && !found {
		t = DefaultTerms
	}
	return t, err
}

// Terms are those that hold for an organisation or a programme of the actor's
// alliance; own tells whether they were arranged for it.
func (s *Service) Terms(ctx context.Context, holder kernel.ID) (t Terms, own bool, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "network.read", ""); err != nil {
			return err
		}
		if t, own, err = loadTerms(ctx, a, a.Alliance(), holder); err != nil || own {
			return err
		}
		t = DefaultTerms
		_, err := s.Members.OrganisationIn(ctx, a, holder)
		if kernel.CodeOf(err) == kernel.NotFound {
			_, err = s.Programmes.ProgrammeIn(ctx, a, holder)
		}
		return err
	})
	return t, own, err
}

// SetTerms arranges within how many working days the actor's organisation, one
// of its teams, or a programme that it receives families for, answers. It
// counts from the next step of each referral on.
func (s *Service) SetTerms(ctx context.Context, holder kernel.ID, t Terms) error {
	if err := t.Check(); err != nil {
		return err
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.arrange", ""); err != nil {
			return err
		}
		if err := s.ownIn(ctx, a, holder); err != nil {
			return err
		}
		if err := saveTerms(ctx, a, a.Alliance(), holder, t); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "referral.terms", Subject: holder, Fields: []string{"answer", "contact"}})
	})
}

// ownIn refuses, as not found, what is not the actor's organisation, a team of
// it, or a programme whose families it receives.
func (s *Service) ownIn(ctx context.Context, a *act.Act, holder kernel.ID) error {
	o, err := s.Members.OrganisationIn(ctx, a, holder)
	if kernel.CodeOf(err) == kernel.NotFound {
		var receiver kernel.ID
		if receiver, err = s.Programmes.ReceivingOrgIn(ctx, a, holder); kernel.CodeOf(err) == kernel.Conflict {
			err = kernel.NewNotFound("programme")
		}
		o.ID = receiver
	}
	if err != nil {
		return err
	}
	if own := cmp.Or(a.Actor.Org, "-"); o.ID != own && o.PartOf != own {
		return kernel.NewNotFound("organisation")
	}
	return nil
}

func loadTerms(ctx context.Context, q db.Querier, alliance, holder kernel.ID) (t Terms, found bool, err error) {
	if holder == "" {
		return t, false, nil
	}
	err = q.QueryRowContext(ctx, `SELECT answer_days, contact_days FROM referral_term WHERE alliance = $1 AND holder = $2`, alliance, holder).
		Scan(&t.Answer, &t.Contact)
	if errors.Is(err, sql.ErrNoRows) {
		return t, false, nil
	}
	return t, err == nil, err
}

func saveTerms(ctx context.Context, q db.Querier, alliance, holder kernel.ID, t Terms) error {
	_, err := q.ExecContext(ctx, `INSERT INTO referral_term (alliance, holder, answer_days, contact_days) VALUES ($1, $2, $3, $4)
		ON CONFLICT (alliance, holder) DO UPDATE SET answer_days = excluded.answer_days, contact_days = excluded.contact_days`,
		alliance, holder, t.Answer, t.Contact)
	return err
}
