package referrals

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// ConfirmJob tells a family of its appointment: {"referral", "step"}.
const ConfirmJob = "referrals.confirm"

// Confirmation is how a family is told of its appointment.
type Confirmation string

// The confirmations.
const (
	ConfirmByMail  Confirmation = "mail"  // the house mails it
	ConfirmByText  Confirmation = "text"  // the house sends a text message
	ConfirmByPaper Confirmation = "paper" // no way that the house may use is safe: a person gives it on paper or says it
)

// Slip is what a family is told of an appointment: when, and whom to call. Who
// else reads it learns nothing of why.
type Slip struct {
	To    []kernel.Email // where it may be mailed; none: not at all
	Text  kernel.Phone   // where a text message goes, if no mail does; zero: none
	Lang  kernel.Lang    // the one that the family speaks best, of those in which the house writes so
	When  kernel.Instant
	Phone kernel.Phone // of the receiver; zero: not known; in no text message, for a number says whose it is
	Where string       // on paper alone
	Org   string       // on paper alone
}

// confirmation is how the family of a referral may be told, and the slip.
func (s *Service) confirmation(ctx context.Context, a *act.Act, r Referral) (Confirmation, Slip, error) {
	slip := Slip{Lang: kernel.NL, When: r.ScheduledFor}
	_, contact, err := s.household(ctx, a, r)
	if err != nil {
		return "", slip, err
	}
	o, err := s.Members.OrganisationIn(ctx, a, r.ReceiverOrg)
	if err != nil {
		return "", slip, err
	}
	slip.Phone, slip.Org = o.Phone, o.Name
	to := s.Families.Addressee(contact)
	slip.Text, slip.Lang = to.Text, to.Lang
	switch {
	case to.Mail != "":
		slip.To = []kernel.Email{to.Mail}
		return ConfirmByMail, slip, nil
	case to.Text != "":
		return ConfirmByText, slip, nil
	}
	return ConfirmByPaper, slip, nil
}

// SlipToMail is what the job behind [ConfirmJob] writes to a family, when that
// is safe and the appointment still stands and is to come.
func (s *Service) SlipToMail(ctx context.Context, alliance kernel.ID, j Reminding) (slip Slip, err error) {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		slip = Slip{}
		r, err := load(ctx, a, alliance, j.Referral)
		if err != nil || r.State != Scheduled || r.clock != j.Step || !a.Now.Before(r.ScheduledFor) {
			return err
		}
		_, slip, err = s.confirmation(ctx, a, r)
		return err
	})
	return slip, err
}

// Paper is the slip that a worker of the receiver prints for the family, with
// the place on it. It leaves a record.
func (s *Service) Paper(ctx context.Context, id kernel.ID) (slip Slip, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.read", id); err != nil {
			return err
		}
		r, err := load(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		if r.State != Scheduled {
			return kernel.NewConflict("referral.no_appointment")
		}
		if _, slip, err = s.confirmation(ctx, a, r); err != nil {
			return err
		}
		if err := s.sealed(ctx, a, r, place(r.ID), &slip.Where); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "referral.read", Subject: r.Family, Detail: map[string]string{"referral": string(id), "part": "slip"}})
	})
	if err != nil {
		return Slip{}, err
	}
	return slip, nil
}

// Appointment is when a family comes, for the receiver and for a sender who
// comes along; anybody else finds nothing.
func (s *Service) Appointment(ctx context.Context, id kernel.ID) (at kernel.Instant, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.list", id); err != nil {
			return err
		}
		r, err := load(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		if r.State != Scheduled || r.ReceiverOrg != a.Actor.Org && !r.Joint {
			return kernel.NewNotFound("object")
		}
		at = r.ScheduledFor
		return nil
	})
	return at, err
}
