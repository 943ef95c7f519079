package app

import (
	"context"
	"strconv"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/platform/identity"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
	"github.com/bondgenoot/bondgenoot/internal/platform/sms"
)

// newAddress is what the jobs of a mail address that changes are about.
type newAddress struct{ Worker, Change kernel.ID }

// takeNewAddress puts a new address in the place of the old one, when its day
// has come.
func takeNewAddress(s *members.Service) job.Handler {
	return job.About(func(ctx context.Context, alliance kernel.ID, about newAddress) error {
		return s.TakeDueMail(ctx, alliance, about.Worker, about.Change)
	})
}

// mailNewAddress tells the old address and the new one, in the worker's
// language, that the one takes the place of the other. That it was stopped
// meanwhile, or done, needs no letter.
func mailNewAddress(s *members.Service, m *mail.Mailer, texts *i18n.Texts, base string) job.Handler {
	return job.About(func(ctx context.Context, alliance kernel.ID, about newAddress) error {
		letter, err := s.MailChangeToTell(ctx, alliance, about.Worker, about.Change)
		if kernel.CodeOf(err) == kernel.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		t := texts.In(letter.Lang)
		subject := t.T("account.mail.subject")
		err = m.Send(ctx, mail.Message{To: letter.Old, Subject: subject,
			Text: t.T("account.mail.old", "due", t.Date(letter.Due), "link", base+"/account")})
		if err != nil {
			return err
		}
		return m.Send(ctx, mail.Message{To: letter.New, Subject: subject,
			Text: t.T("account.mail.new", "due", t.Date(letter.Due), "link", base+"/sign-in")})
	})
}

// trusted tells what holds of a provider, by its name.
func trusted(providers *identity.Providers) func(string) members.Trusts {
	return func(name string) members.Trusts {
		p, err := providers.Named(name)
		return members.Trusts{Known: err == nil, Binds: err == nil && p.OrganisationClaim != ""}
	}
}

// mailWayIn tells a worker that something came or went that opens their door.
// Who has left meanwhile needs no letter.
func mailWayIn(s *members.Service, providers *identity.Providers, m *mail.Mailer, texts *i18n.Texts, base string) job.Handler {
	return job.About(func(ctx context.Context, alliance kernel.ID, about members.WayInTold) error {
		w, err := s.WorkerToTell(ctx, alliance, about.Worker)
		if kernel.CodeOf(err) == kernel.NotFound || err == nil && !w.Active {
			return nil
		}
		if err != nil {
			return err
		}
		label := about.Provider
		if p, err := providers.Named(about.Provider); err == nil {
			label = p.Label
		}
		t := texts.In(w.Lang)
		return m.Send(ctx, mail.Message{To: w.Mail, Subject: t.T("account.way_in.subject"),
			Text: t.T("account.way_in."+string(about.What), "provider", label) + "\n\n" + t.T("account.way_in.unknown", "link", base+"/account")})
	})
}

// mailHelpLink mails an organisation the link to its record in the directory.
func mailHelpLink(d *directory.Desk, m *mail.Mailer, texts *i18n.Texts, base string) job.Handler {
	return job.About(func(ctx context.Context, alliance kernel.ID, about struct{ Link kernel.ID }) error {
		letter, err := d.LinkToMail(ctx, alliance, about.Link)
		if err != nil || letter.To == "" {
			return err
		}
		t := texts.In(letter.Lang)
		return m.Send(ctx, mail.Message{To: letter.To, Subject: t.T("directory.link.subject", "name", letter.Name),
			Text: t.T("directory.link.body", "name", letter.Name, "until", t.Date(letter.Until), "link", base+"/right/"+letter.Token)})
	})
}

// writer writes to families: by mail, or where no mail may go, and a text message
// may, by that.
type writer struct {
	mail  *mail.Mailer
	text  *sms.Sender
	texts *i18n.Texts
	now   func() time.Time
}

// By night a telephone that lights up wakes who should not see it. The hours of
// the day in Belgium in which a text message may leave, whatever asked for it.
const textFrom, textTo = 8, 20

// textable is when a text message may leave that is ready now: at once (none), or
// in the morning.
func textable(now time.Time) kernel.Instant {
	now = now.In(kernel.Brussels)
	day := now.Day()
	switch hour := now.Hour(); {
	case hour >= textTo:
		day++
	case hour >= textFrom:
		return ""
	}
	return kernel.InstantOf(time.Date(now.Year(), now.Month(), day, textFrom, 0, 0, 0, kernel.Brussels))
}

// write sends what stands under key, with words for what it mentions: .subject
// and .body in a mail, .sms in a text message. To nobody it sends nothing; by
// night no text message, but [job.NotYet], so that in the morning it is looked at
// anew whether it still holds.
func (w writer) write(ctx context.Context, to families.Addressee, key string, words ...any) error {
	t := w.texts.In(to.Lang)
	switch {
	case to.Mail != "":
		return w.mail.Send(ctx, mail.Message{To: to.Mail, Subject: t.T(key+".subject", words...), Text: t.T(key+".body", words...)})
	case to.Text != "":
		if morning := textable(w.now()); morning != "" {
			return job.NotYet{Until: morning}
		}
		return w.text.Send(ctx, sms.Message{To: to.Text, Text: t.T(key+".sms", words...)})
	}
	return nil
}

// when is a moment in the words of who is written to: whole, and its day and hour
// apart.
func (w writer) when(to families.Addressee, at kernel.Instant) []any {
	t := w.texts.In(to.Lang)
	return []any{"when", t.Moment(at), "day", t.Day(at.Date()), "hour", t.Time(at)}
}

// tellHandout tells a family when it is expected, where that is safe. Who else
// reads it learns nothing of where or why.
func tellHandout(s *sessions.Service, w writer) job.Handler {
	return job.About(func(ctx context.Context, alliance kernel.ID, about sessions.Reminding) error {
		letter, err := s.LetterToMail(ctx, alliance, about)
		if err != nil {
			return err
		}
		words := append(w.when(letter.Addressee, letter.When), "number", int(letter.Number))
		return w.write(ctx, letter.Addressee, "handout."+string(letter.Why), words...)
	})
}

// tellVoucher tells a family that something ends soon. Who else reads it learns
// nothing of what it is.
func tellVoucher(s *vouchers.Service, w writer) job.Handler {
	return job.About(func(ctx context.Context, alliance kernel.ID, about vouchers.Reminding) error {
		letter, err := s.LetterToMail(ctx, alliance, about)
		if err != nil {
			return err
		}
		return w.write(ctx, letter.Addressee, "vouchers.remind", "day", letter.LastDay)
	})
}

// tellLoan tells who borrows: that a day comes or is past, that a next size is
// better, that something is ready. Who else reads it learns nothing of what.
func tellLoan(s *loans.Service, w writer) job.Handler {
	return job.About(func(ctx context.Context, alliance kernel.ID, about loans.Reminding) error {
		letter, err := s.LetterToMail(ctx, alliance, about)
		if err != nil {
			return err
		}
		return w.write(ctx, letter.Addressee, "loans.mail."+string(letter.Why), "day", letter.Day)
	})
}

// mailGoodsReady mails who asked that it can be fetched. It names a number and a
// place, and nobody.
func mailGoodsReady(s *depot.Service, m *mail.Mailer, texts *i18n.Texts, base string) job.Handler {
	return job.About(func(ctx context.Context, alliance kernel.ID, about depot.About) error {
		l, err := s.ReadyToMail(ctx, alliance, about)
		if err != nil || l.To == "" {
			return err
		}
		t := texts.In(l.Lang)
		number := strconv.FormatInt(l.Number, 10)
		return m.Send(ctx, mail.Message{To: l.To, Subject: t.T("depot.mail.subject", "number", number),
			Text: t.T("depot.mail.body", "number", number, "place", l.Place, "until", t.Date(l.Until), "link", base+"/depot/requests/"+string(l.ID))})
	})
}

// mailCode mails a sign-in code in the worker's language.
func mailCode(s *members.Service, m *mail.Mailer, texts *i18n.Texts) job.Handler {
	return job.About(func(ctx context.Context, alliance kernel.ID, about struct{ Code kernel.ID }) error {
		letter, err := s.CodeToMail(ctx, alliance, about.Code)
		if err != nil {
			return err
		}
		t := texts.In(letter.Lang)
		return m.Send(ctx, mail.Message{To: letter.To, Subject: t.T("signin.mail.subject"), Text: t.T("signin.mail.text", "code", letter.Code)})
	})
}

// mailAbout mails what a referral asks of somebody now, to each in their own
// language: the texts under key. It names nobody.
func mailAbout(key string, letterOf func(context.Context, kernel.ID, referrals.Reminding) (referrals.Reminder, error),
	m *mail.Mailer, texts *i18n.Texts, base string) job.Handler {
	return job.About(func(ctx context.Context, alliance kernel.ID, about referrals.Reminding) error {
		letter, err := letterOf(ctx, alliance, about)
		if err != nil {
			return err
		}
		for _, to := range letter.To {
			t := texts.In(to.Lang)
			words := []any{"link", base + "/referrals/" + string(letter.Referral)}
			if letter.Next != "" {
				words = append(words, "next", t.T("referral.next."+string(letter.Next)), "due", t.Date(letter.Due))
			}
			if err := m.Send(ctx, mail.Message{To: to.Mail, Subject: t.T(key + ".subject"), Text: t.T(key+".body", words...)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// mailLink mails a partner without an account the link with which it answers.
// It names nobody.
func mailLink(s *referrals.Service, m *mail.Mailer, texts *i18n.Texts, base string) job.Handler {
	return job.About(func(ctx context.Context, alliance kernel.ID, about struct{ Link kernel.ID }) error {
		letter, err := s.LinkToMail(ctx, alliance, about.Link)
		if err != nil || letter.To == "" {
			return err
		}
		t := texts.In(letter.Lang)
		return m.Send(ctx, mail.Message{To: letter.To, Subject: t.T("referral.link.subject"),
			Text: t.T("referral.link.body", "next", t.T("referral.next."+string(letter.Next)), "due", t.Date(letter.Due),
				"until", t.Date(letter.Until), "link", base+"/answer/"+letter.Token)})
	})
}

// tellSlip tells a family when its appointment is and, in a mail, whom to call,
// where that is safe. Who else reads it learns nothing of why.
func tellSlip(s *referrals.Service, w writer) job.Handler {
	return job.About(func(ctx context.Context, alliance kernel.ID, about referrals.Reminding) error {
		slip, err := s.SlipToMail(ctx, alliance, about)
		if err != nil {
			return err
		}
		t := w.texts.In(slip.Lang)
		for _, to := range slip.To {
			text := t.T("referral.slip.body", "when", t.Moment(slip.When))
			if slip.Phone != "" {
				text += " " + t.T("referral.slip.call", "phone", slip.Phone.Display())
			}
			if err := w.mail.Send(ctx, mail.Message{To: to, Subject: t.T("referral.slip.subject"), Text: text}); err != nil {
				return err
			}
		}
		to := families.Addressee{Text: slip.Text, Lang: slip.Lang}
		return w.write(ctx, to, "referral.slip", w.when(to, slip.When)...)
	})
}
