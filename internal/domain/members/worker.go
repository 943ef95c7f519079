package members

import (
	"context"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Who can read the mail of an address can sign in under it. So a new address
// does not take the place of the old one at once: the old one is told, and its
// reader has three days to stop it. Then whatever the old one opened is shut:
// sessions, codes, known browsers, passkeys, linked identities and tokens.
const mailChangeWait = 3 * 24 * time.Hour

// The jobs that a new address leaves: two letters, and the change itself.
const (
	MailChangeToldJob = "members.mail_change_told"
	MailChangeJob     = "members.mail_change"
)

// MailChange is a mail address that takes the place of another on a day to
// come. The zero value is none.
type MailChange struct {
	ID     kernel.ID
	Worker kernel.ID
	Mail   kernel.Email
	Asked  kernel.Instant
	Due    kernel.Instant
}

// ChangeWorker replaces what is known of a person who works in the actor's
// alliance: name and language at once, the mail address after three days, of
// which both addresses are told. Somebody who never signed in gets the new
// address at once. w carries the version from which the edit began. An address
// that a colleague has already is Conflict ("worker.mail").
func (s *Service) ChangeWorker(ctx context.Context, w Worker) (stored Worker, pending MailChange, err error) {
	w.Name, w.Mail = strings.TrimSpace(w.Name), folded(w.Mail)
	if err := w.Check(); err != nil {
		return w, pending, err
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		pending = MailChange{}
		if err := a.Allow(ctx, "member.manage", ""); err != nil {
			return err
		}
		before, err := loadWorker(ctx, a, a.Alliance(), w.ID)
		if err != nil {
			return err
		}
		waiting, err := loadMailChange(ctx, a, a.Alliance(), w.ID)
		if err != nil {
			return err
		}
		typed := w
		typed.Version, typed.Active = before.Version, before.Active
		if err := act.Fresh(w.Version, before.Version, act.Differing(typed, before)...); err != nil {
			return err
		}
		typed = before
		typed.Name, typed.Lang = w.Name, w.Lang
		fields := act.Differing(before, typed)
		if len(fields) > 0 {
			if err := updateWorker(ctx, a, a.Alliance(), typed); err != nil {
				return err
			}
		}
		if w.Mail != before.Mail && w.Mail != waiting.Mail {
			fields = append(fields, "mail")
			if pending, err = s.changeMail(ctx, a, before, w.Mail); err != nil {
				return err
			}
		}
		if stored, err = loadWorker(ctx, a, a.Alliance(), w.ID); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "worker.change", Subject: w.ID, Fields: fields})
	})
	return stored, pending, err
}

// changeMail begins to change a worker's address, or changes it when nobody
// came in under the old one.
func (s *Service) changeMail(ctx context.Context, a *act.Act, w Worker, mail kernel.Email) (c MailChange, err error) {
	if err := mailFree(ctx, a, a.Alliance(), w.ID, mail); err != nil {
		return c, err
	}
	entered, err := workerEntered(ctx, a, a.Alliance(), w.ID)
	if err != nil {
		return c, err
	}
	if !entered {
		return c, s.takeMail(ctx, a, w.ID, mail)
	}
	c = MailChange{ID: kernel.NewID(), Worker: w.ID, Mail: mail, Asked: a.Now, Due: a.Now.Add(mailChangeWait)}
	if err := saveMailChange(ctx, a, a.Alliance(), c); err != nil {
		return c, err
	}
	about := map[string]kernel.ID{"worker": w.ID, "change": c.ID}
	if err := a.Later(ctx, MailChangeToldJob, about, "", ""); err != nil {
		return c, err
	}
	return c, a.Later(ctx, MailChangeJob, about, c.Due, "")
}

// takeMail puts the address in place and shuts what the old one opened.
func (s *Service) takeMail(ctx context.Context, a *act.Act, worker kernel.ID, mail kernel.Email) error {
	if err := setMail(ctx, a, a.Alliance(), worker, mail); err != nil {
		return err
	}
	if err := deleteMailChange(ctx, a, a.Alliance(), worker); err != nil {
		return err
	}
	return shutOut(ctx, a, a.Alliance(), worker, a.Actor.Person, a.Now)
}

// Own is what a worker sees of themself.
type Own struct {
	Worker  Worker
	Pending MailChange
}

// Own is the signed-in worker, and the address that waits to become theirs.
func (s *Service) Own(ctx context.Context) (o Own, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		if o.Worker, err = loadWorker(ctx, a, a.Alliance(), a.Actor.Person); err != nil {
			return err
		}
		o.Pending, err = loadMailChange(ctx, a, a.Alliance(), a.Actor.Person)
		return err
	})
	return o, err
}

// MailChangeOf is the address that waits to become a worker's, for who manages
// members.
func (s *Service) MailChangeOf(ctx context.Context, worker kernel.ID) (c MailChange, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "member.manage", ""); err != nil {
			return err
		}
		c, err = loadMailChange(ctx, a, a.Alliance(), worker)
		return err
	})
	return c, err
}

// SetLanguage sets the language in which the signed-in worker reads pages and
// gets letters.
func (s *Service) SetLanguage(ctx context.Context, lang kernel.Lang) error {
	if _, err := kernel.ParseLang(string(lang)); err != nil {
		return kernel.NewInvalid("lang").At("lang")
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		w, err := loadWorker(ctx, a, a.Alliance(), a.Actor.Person)
		if err != nil {
			return err
		}
		var fields []string
		if w.Lang != lang {
			w.Lang, fields = lang, []string{"lang"}
			if err := updateWorker(ctx, a, a.Alliance(), w); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "worker.change", Subject: w.ID, Fields: fields})
	})
}

// StopMailChange keeps the signed-in worker's address as it is; an
// administrator stops a colleague's. That there is none to stop is no fault.
func (s *Service) StopMailChange(ctx context.Context, worker kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		action := "member.manage"
		if worker == a.Actor.Person {
			action = "session.own"
		}
		if err := a.Allow(ctx, action, ""); err != nil {
			return err
		}
		if err := deleteMailChange(ctx, a, a.Alliance(), worker); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "worker.mail_stopped", Subject: worker})
	})
}

// TakeMailChange lets the signed-in worker have the new address today. Every
// session under the old one ends, this one too.
func (s *Service) TakeMailChange(ctx context.Context) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		c, err := loadMailChange(ctx, a, a.Alliance(), a.Actor.Person)
		if err != nil {
			return err
		}
		if c.ID == "" {
			return kernel.NewNotFound("mail_change")
		}
		if err := s.takeMail(ctx, a, c.Worker, c.Mail); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "worker.mail", Subject: c.Worker})
	})
}

// TakeDueMail is the work of [MailChangeJob]: it puts the address in place if
// nobody stopped it. One that a colleague was given meanwhile is dropped.
func (s *Service) TakeDueMail(ctx context.Context, alliance, worker, change kernel.ID) error {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		c, err := loadMailChange(ctx, a, alliance, worker)
		if err != nil {
			return err
		}
		entry := act.Entry{Action: "worker.mail_stopped", Subject: worker}
		if c.ID == change && c.ID != "" {
			err := mailFree(ctx, a, alliance, worker, c.Mail)
			switch kernel.CodeOf(err) {
			case "":
				entry.Action, err = "worker.mail", s.takeMail(ctx, a, worker, c.Mail)
			case kernel.Conflict:
				err = deleteMailChange(ctx, a, alliance, worker)
			}
			if err != nil {
				return err
			}
		}
		return a.Record(ctx, entry)
	})
}

// MailChangeLetters are the letters that tell of a new address: one to each.
type MailChangeLetters struct {
	Old, New kernel.Email
	Lang     kernel.Lang
	Due      kernel.Date
}

// MailChangeToTell is what the job behind [MailChangeToldJob] mails; NotFound
// when it was stopped or done meanwhile.
func (s *Service) MailChangeToTell(ctx context.Context, alliance, worker, change kernel.ID) (l MailChangeLetters, err error) {
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		c, err := loadMailChange(ctx, q, alliance, worker)
		if err != nil {
			return err
		}
		if c.ID != change {
			return kernel.NewNotFound("mail_change")
		}
		w, err := loadWorker(ctx, q, alliance, worker)
		l = MailChangeLetters{Old: w.Mail, New: c.Mail, Lang: w.Lang, Due: c.Due.Date()}
		return err
	})
	return l, err
}

// folded is an address as it is kept: people write theirs with and without
// capitals.
func folded(mail kernel.Email) kernel.Email {
	return kernel.Email(strings.ToLower(strings.TrimSpace(string(mail))))
}
