package members

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// A code is six digits, mailed, good for ten minutes, for one sign-in and for
// five tries. It is nowhere stored: the installation's key makes it from the
// ID of its row, once to mail it and once to compare.
const (
	codeLife  = 10 * time.Minute
	codeTries = 5
	codeKept  = 24 * time.Hour // how long its row counts
)

// SignInCodeJob is the job that mails a code.
const SignInCodeJob = "members.sign_in_code"

// CodeMail is what the mail with a code needs.
type CodeMail struct {
	To   kernel.Email
	Lang kernel.Lang
	Code string
}

// AskCode sends a sign-in code to a mail address, if somebody works under it,
// and as far as [Codes] says.
// The answer is the same whoever asks: a ticket that [Service.SignIn] takes
// together with the code.
func (s *Service) AskCode(ctx context.Context, from Browser, mail kernel.Email) (ticket string, err error) {
	mail = folded(mail)
	var found Worker
	var alliance kernel.ID
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		alliance, found, err = anyWorkerByMail(ctx, q, mail)
		return err
	})
	id := kernel.NewID()
	if kernel.CodeOf(err) == kernel.NotFound {
		return s.ticket(kernel.NewID(), id), nil // leads nowhere, and looks like any other
	}
	if err != nil {
		return "", err
	}
	ctx = act.As(ctx, policy.Actor{Alliance: alliance})
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.begin", ""); err != nil {
			return err
		}
		source, known, err := s.asker(ctx, a, alliance, found.ID, from)
		if err != nil {
			return err
		}
		may, err := s.mayAsk(ctx, a, alliance, found.ID, source, known, a.Now)
		if err != nil {
			return err
		}
		if may { // otherwise the ticket leads nowhere, and nobody is told
			mails, err := s.mails(ctx, a, mail)
			if err != nil {
				return err
			}
			if err := insertCode(ctx, a, alliance, code{id: id, worker: found.ID, asked: a.Now, source: source, known: known, given: mails}); err != nil {
				return err
			}
			if mails { // otherwise it opens nothing until the operator gives it
				if err := a.Later(ctx, SignInCodeJob, map[string]kernel.ID{"code": id}, "", ""); err != nil {
					return err
				}
			}
		}
		return a.Record(ctx, act.Entry{Action: "session.code", Subject: found.ID})
	})
	return s.ticket(alliance, id), err
}

// CodeToMail is what the job behind [SignInCodeJob] mails.
func (s *Service) CodeToMail(ctx context.Context, alliance, id kernel.ID) (m CodeMail, err error) {
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		c, err := loadCode(ctx, q, alliance, id)
		if err != nil {
			return err
		}
		w, err := loadWorker(ctx, q, alliance, c.worker)
		m = CodeMail{To: w.Mail, Lang: w.Lang, Code: s.digits(alliance, id)}
		return err
	})
	return m, err
}

// SignIn begins a session with the code that was mailed. It answers with the
// session's cookie. A wrong code is Invalid ("code"); so is one that is too
// old, used, or tried too often: who asks is not told which.
// The browser in which it was typed is known from then on.
func (s *Service) SignIn(ctx context.Context, from Browser, ticket, code string) (cookie string, err error) {
	first, second, _ := strings.Cut(ticket, ".")
	hidden, err1 := kernel.ParseID(first)
	id, err2 := kernel.ParseID(second)
	wrong := kernel.NewInvalid("code").At("code")
	if err1 != nil || err2 != nil {
		return "", wrong
	}
	alliance := s.masked(hidden, id)
	ctx = act.As(ctx, policy.Actor{Alliance: alliance})
	matched := false
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		matched = false
		if err := a.Allow(ctx, "session.begin", ""); err != nil {
			return err
		}
		c, err := loadCode(ctx, a, alliance, id)
		if err != nil {
			return err
		}
		c.tries++
		if c.used || c.tries > codeTries || c.asked.Add(codeLife).Before(a.Now) {
			return wrong
		}
		matched = sameText(onlyDigits(code), s.digits(alliance, id)) && c.given
		c.used = matched
		if err := saveCode(ctx, a, alliance, c); err != nil {
			return err
		}
		if !matched { // the try counts, so it commits
			return a.Record(ctx, act.Entry{Action: "session.refused", Subject: c.worker})
		}
		if from.Device != "" {
			if err := rememberDevice(ctx, a, alliance, c.worker, hashed(from.Device), a.Now); err != nil {
				return err
			}
		}
		cookie, err = s.begin(ctx, a, c.worker, "", opening{how: ByCode, browser: from.Kind})
		return err
	})
	if kernel.CodeOf(err) == kernel.NotFound || err == nil && !matched {
		return "", wrong
	}
	return cookie, err
}

// SignInAs begins a session without a code. Only a demonstration does this;
// the page that offers it exists in no other mode.
func (s *Service) SignInAs(ctx context.Context, alliance, worker, org kernel.ID) (cookie string, err error) {
	return s.beginAs(ctx, alliance, worker, org, opening{how: ByChoice})
}

func (s *Service) beginAs(ctx context.Context, alliance, worker, org kernel.ID, o opening) (cookie string, err error) {
	ctx = act.As(ctx, policy.Actor{Alliance: alliance})
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.begin", ""); err != nil {
			return err
		}
		cookie, err = s.begin(ctx, a, worker, org, o)
		return err
	})
	return cookie, err
}

// seenEvery is how often a session that is used writes down that it is.
const seenEvery = 5 * time.Minute

// Session is the session behind a cookie; Unauthenticated when there is none
// or it has ended.
func (s *Service) Session(ctx context.Context, cookie string) (session Session, err error) {
	first, token, ok := strings.Cut(cookie, ".")
	alliance, bad := kernel.ParseID(first)
	none := &kernel.Fault{Code: kernel.Unauthenticated, Key: "sign_in"}
	if !ok || bad != nil {
		return session, none
	}
	now := kernel.InstantOf(s.Acts.Now())
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		session, err = loadSession(ctx, q, alliance, hashed(token))
		if kernel.CodeOf(err) == kernel.NotFound {
			session, err = s.pairedSession(ctx, q, alliance, hashed(token), now)
		}
		return err
	})
	if kernel.CodeOf(err) == kernel.NotFound ||
		err == nil && session.How != ByPairing && (session.Seen.Add(sessionIdle).Before(now) || session.Began.Add(sessionLongest).Before(now)) {
		return Session{}, none
	}
	if err != nil || now.Before(session.Seen.Add(seenEvery)) {
		return session, err
	}
	return session, s.Acts.DB.Write(ctx, func(q db.Querier) error { return touchSession(ctx, q, alliance, hashed(token), now) })
}

// Ended is the session behind a cookie, though it has ended by itself: whose it
// was, so that what they were writing is kept for them. It opens nothing. One
// that somebody ended, or that is long gone, is Unauthenticated.
func (s *Service) Ended(ctx context.Context, cookie string) (session Session, err error) {
	first, token, ok := strings.Cut(cookie, ".")
	alliance, bad := kernel.ParseID(first)
	none := &kernel.Fault{Code: kernel.Unauthenticated, Key: "sign_in"}
	if !ok || bad != nil {
		return session, none
	}
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		session, err = loadSession(ctx, q, alliance, hashed(token))
		return err
	})
	if kernel.CodeOf(err) == kernel.NotFound {
		return Session{}, none
	}
	return session, err
}

// ActFor ends a session and begins one at another post of the same person,
// with a new cookie. It lasts no longer than the first would have. Where a
// provider said for which organisation somebody acts, another organisation is
// the provider's to say too: Conflict ("session.elsewhere").
func (s *Service) ActFor(ctx context.Context, cookie string, session Session, alliance, org kernel.ID) (string, error) {
	posts, err := s.Choices(ctx, session)
	if err != nil {
		return "", err
	}
	for _, p := range posts {
		if p.Alliance.ID != alliance || p.Organisation.ID != org {
			continue
		}
		if p.Provider != "" {
			return "", kernel.NewConflict("session.elsewhere")
		}
		next, err := s.beginAs(ctx, alliance, p.Worker.ID, org, opening{how: session.How, browser: session.Browser, by: session.Provider, began: session.Began})
		if err != nil {
			return "", err
		}
		return next, s.SignOut(ctx, cookie)
	}
	return "", kernel.NewNotFound("organisation")
}

// SignOut ends a session. To end one that has ended already is no fault.
func (s *Service) SignOut(ctx context.Context, cookie string) error {
	session, err := s.Session(ctx, cookie)
	if err != nil {
		return nil
	}
	if session.How == ByPairing {
		return s.leave(ctx, session)
	}
	_, token, _ := strings.Cut(cookie, ".")
	ctx = act.As(ctx, session.Actor())
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		if err := deleteSession(ctx, a, a.Alliance(), hashed(token)); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "session.end", Subject: session.Worker.ID})
	})
}

// ticket names a code to who asked for it. The alliance stands in it masked:
// in clear it would be the same in every ticket of the people who work there,
// and so tell them from strangers.
func (s *Service) ticket(alliance, id kernel.ID) string {
	return string(s.masked(alliance, id)) + "." + string(id)
}

// masked hides the alliance of a code's row, or finds what it hid.
func (s *Service) masked(alliance, id kernel.ID) kernel.ID {
	mask := s.Keeper.Token([]byte("sign-in ticket/" + string(id)))
	bits := uuid.MustParse(string(alliance))
	for i := range bits {
		bits[i] ^= mask[i]
	}
	return kernel.ID(bits.String())
}

// digits is the code that belongs to a row.
func (s *Service) digits(alliance, id kernel.ID) string {
	sum := s.Keeper.Token([]byte("sign-in code/" + string(alliance) + "/" + string(id)))
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(sum)%1_000_000)
}

func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
