package referrals

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// The jobs that this module leaves.
const (
	ReminderJob = "referrals.reminder" // {"referral", "step"}: the last day of a next action has come
	LateJob     = "referrals.late"     // {"referral", "step"}: that day has passed: the coordinator hears of it
	ExpireJob   = "referrals.expire"   // {"referral", "step"}: nobody did anything for too long
	BackJob     = "referrals.back"     // {"referral", "step"}: it asks something of the sender again
	ForgetJob   = "referrals.forget"   // {"referral"}: a sketch of which no file came has been kept long enough
)

// remindAt is the hour in Belgium at which a reminder goes out.
const remindAt = 8

// keep is how long a sketch is kept after its referral ended, so that it can be
// sent again and what went wrong can be looked into.
const keep = 90 * 24 * time.Hour

// remind asks for a mail to the owner on the morning of the last day of the
// next action, one to the coordinator when that day has passed, and for its end
// when nothing happens even then.
func remind(ctx context.Context, a *act.Act, r Referral) error {
	for _, next := range []struct {
		kind string
		day  kernel.Date
	}{{ReminderJob, r.Due}, {LateJob, r.lateOn()}, {ExpireJob, r.expiresOn()}} {
		t := next.day.Time()
		at := kernel.InstantOf(time.Date(t.Year(), t.Month(), t.Day(), remindAt, 0, 0, 0, kernel.Brussels))
		if err := a.Later(ctx, next.kind, Reminding{r.ID, r.clock}, at, string(r.clock)); err != nil {
			return err
		}
	}
	return nil
}

// Reminding is the payload of the jobs about one step of a referral.
type Reminding struct {
	Referral kernel.ID `json:"referral"`
	Step     kernel.ID `json:"step"` // the step that set the day
}

// Reminder is what a reminder says: no names, nothing of what was written.
type Reminder struct {
	Referral kernel.ID
	State    State
	Next     Action
	Due      kernel.Date
	To       []Reminded
}

// Reminded is somebody to be reminded.
type Reminded struct {
	Mail kernel.Email
	Lang kernel.Lang
}

// ReminderToMail is what the job behind [ReminderJob] mails: to the owner, or
// to the organisation while nobody is, or to those of its people who may
// answer when it has no mail address. Nobody is in To when the referral has
// gone on since: nothing is mailed then.
func (s *Service) ReminderToMail(ctx context.Context, alliance kernel.ID, j Reminding) (Reminder, error) {
	return s.mailed(ctx, alliance, j, State.Open, s.reminded)
}

// LateToMail is what the job behind [LateJob] mails: the day has passed, and
// the coordinators of the organisation hear of it; where a team has none,
// those of the organisation that it is a team of; where nobody coordinates,
// all who may answer.
func (s *Service) LateToMail(ctx context.Context, alliance kernel.ID, j Reminding) (Reminder, error) {
	return s.mailed(ctx, alliance, j, State.Open, s.coordinators)
}

// BackToMail is what the job behind [BackJob] mails to the sender: it was
// declined, or nobody ever answered, and the family still needs somebody.
func (s *Service) BackToMail(ctx context.Context, alliance kernel.ID, j Reminding) (Reminder, error) {
	back := func(state State) bool { return state == Declined || state == Expired }
	return s.mailed(ctx, alliance, j, back, func(ctx context.Context, a *act.Act, r Referral) ([]Reminded, error) {
		posts, err := s.Members.ColleaguesIn(ctx, a, r.SenderOrg)
		var all []Reminded
		for _, p := range posts {
			if p.Worker.ID == r.SenderWorker {
				return []Reminded{{p.Worker.Mail, p.Worker.Lang}}, nil
			}
			if slices.Contains(p.Roles, policy.Coordinator) {
				all = append(all, Reminded{p.Worker.Mail, p.Worker.Lang})
			}
		}
		return all, err
	})
}

// mailed gathers a mail about a referral that is still where the job left it.
func (s *Service) mailed(ctx context.Context, alliance kernel.ID, j Reminding, holds func(State) bool,
	to func(context.Context, *act.Act, Referral) ([]Reminded, error)) (m Reminder, err error) {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		r, err := load(ctx, a, alliance, j.Referral)
		if err != nil {
			return err
		}
		m = Reminder{Referral: r.ID, State: r.State, Next: r.Next, Due: r.Due}
		if !holds(r.State) || r.clock != j.Step || r.FollowedBy != "" {
			return nil
		}
		m.To, err = to(ctx, a, r)
		return err
	})
	return m, err
}

// coordinators are who hears that a day has passed.
func (s *Service) coordinators(ctx context.Context, a *act.Act, r Referral) ([]Reminded, error) {
	house, err := s.Members.OrganisationIn(ctx, a, r.ReceiverOrg)
	if err != nil {
		return nil, err
	}
	for _, org := range []kernel.ID{r.ReceiverOrg, house.PartOf} {
		if org == "" {
			continue
		}
		posts, err := s.Members.ColleaguesIn(ctx, a, org)
		if err != nil {
			return nil, err
		}
		var all []Reminded
		for _, p := range posts {
			if slices.Contains(p.Roles, policy.Coordinator) {
				all = append(all, Reminded{p.Worker.Mail, p.Worker.Lang})
			}
		}
		if len(all) > 0 {
			return all, nil
		}
	}
	r.Owner = "" // everybody there who may answer
	return s.reminded(ctx, a, r)
}

func (s *Service) reminded(ctx context.Context, a *act.Act, r Referral) ([]Reminded, error) {
	posts, err := s.Members.ColleaguesIn(ctx, a, r.ReceiverOrg)
	if err != nil {
		return nil, err
	}
	posts = slices.DeleteFunc(posts, func(p members.Post) bool { return !answers(p) })
	if r.Owner != "" {
		if r.Owner, err = standIn(ctx, a, a.Alliance(), r.ReceiverOrg, r.Owner, a.Today()); err != nil {
			return nil, err
		}
	}
	var all []Reminded
	for _, p := range posts {
		to := Reminded{p.Worker.Mail, p.Worker.Lang}
		if p.Worker.ID == r.Owner {
			return []Reminded{to}, nil
		}
		all = append(all, to)
	}
	o, err := s.Members.OrganisationIn(ctx, a, r.ReceiverOrg)
	if err != nil || o.Mail == "" {
		return all, err
	}
	lang := kernel.NL
	if len(all) > 0 {
		lang = all[0].Lang
	}
	return []Reminded{{o.Mail, lang}}, nil
}

var errGoneOn = errors.New("referrals: it has gone on since")

// Expire ends a referral about which nobody did anything for too long, as the
// job behind [ExpireJob] asks. One that has gone on since stays as it is.
func (s *Service) Expire(ctx context.Context, alliance kernel.ID, j Reminding) error {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	err := s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		r, err := load(ctx, a, alliance, j.Referral)
		if err != nil {
			return err
		}
		if !r.State.Open() || r.clock != j.Step || a.Today() < r.expiresOn() {
			return errGoneOn
		}
		return s.makeIn(ctx, a, &r, making{
			move:   Expire,
			change: func(a *act.Act, r *Referral) error { return r.expire(a.Now) },
		})
	})
	if errors.Is(err, errGoneOn) {
		return nil
	}
	return err
}

var errKept = errors.New("referrals: it is to be kept")

// Forget forgets the sketch of a referral that ended long enough ago, as the
// job behind [ForgetJob] asks. Of one that is open, has become a file or is
// forgotten already it does nothing. What stays is a figure.
func (s *Service) Forget(ctx context.Context, alliance, id kernel.ID) error {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	err := s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		r, err := load(ctx, a, alliance, id)
		if err != nil {
			return err
		}
		if r.State.Open() || !r.Provisional || r.ForgottenAt != "" || a.Now.Before(r.EndedAt.Add(keep)) {
			return errKept
		}
		return s.forgetIn(ctx, a, r)
	})
	if errors.Is(err, errKept) {
		return nil
	}
	return err
}

// Erase forgets a family that has no file, at its own request: a privacy
// officer's act. A family with a file is erased in its module, and this one
// hears of it.
func (s *Service) Erase(ctx context.Context, family kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.erase", family); err != nil {
			return err
		}
		about, err := ofFamily(ctx, a, a.Alliance(), family)
		if err != nil {
			return err
		}
		if len(about) != 1 || !about[0].Provisional || about[0].ForgottenAt != "" {
			return kernel.NewNotFound("family")
		}
		return s.forgetIn(ctx, a, about[0])
	})
}

// forgetIn ends a referral if it was open and destroys the sketch's key.
func (s *Service) forgetIn(ctx context.Context, a *act.Act, r Referral) error {
	return s.makeIn(ctx, a, &r, making{
		move:   Forget,
		change: func(a *act.Act, r *Referral) error { return r.forget(a.Now) },
		follow: func(a *act.Act, _ Referral, r *Referral) error { return s.Families.DropSketch(ctx, a, r.Family) },
	})
}

// FamilyForgotten ends the referrals of a family that was erased: a listener
// to [families.Forgotten].
func (s *Service) FamilyForgotten(ctx context.Context, a *act.Act, e families.Forgotten) error {
	about, err := ofFamily(ctx, a, a.Alliance(), e.Family)
	if err != nil {
		return err
	}
	for _, r := range about {
		if r.ForgottenAt != "" {
			continue
		}
		err := s.makeIn(ctx, a, &r, making{
			move:   Forget,
			change: func(a *act.Act, r *Referral) error { return r.forget(a.Now) },
		})
		if err != nil {
			return err
		}
	}
	return nil
}
