package members

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Codes says to whom an installation mails the codes that open its door.
// Whoever asks one is answered the same.
type Codes string

// To whom codes go.
const (
	CodesForEverybody Codes = "everybody"      // the zero value means the same
	CodesUntilBetter  Codes = "until-stronger" // to who has no passkey, and no provider that they linked
	CodesForNobody    Codes = "nobody"
)

// Provenance is how long a session counts as that of somebody who just showed
// who they are. What opens a door, and what shuts one, asks for no less.
const Provenance = 15 * time.Minute

// Proven tells whether the worker showed who they are so lately that they may
// change how they sign in. In a demonstration, where anybody may be anybody,
// there is nothing to show.
func (s Session) Proven(now kernel.Instant) bool {
	return s.How == ByChoice || now.Before(s.Began.Add(Provenance))
}

// Trusts tells what an installation holds of a provider.
type Trusts struct {
	Known bool // workers may come in by it
	Binds bool // it says for which organisation they act
}

// trusts is what holds of a provider by its name.
func (s *Service) trusts(provider string) Trusts {
	if s.Trusts == nil {
		return Trusts{}
	}
	return s.Trusts(provider)
}

// mails tells whether a code goes out by mail to this address.
func (s *Service) mails(ctx context.Context, q db.Querier, mail kernel.Email) (bool, error) {
	switch s.Codes {
	case CodesForNobody:
		return false, nil
	case CodesUntilBetter:
		stronger, err := s.hasStronger(ctx, q, mail)
		return !stronger, err
	}
	return true, nil
}

// hasStronger tells whether somebody can come in, in any alliance where the
// same address works, by a passkey that works here or by a provider that is
// still trusted: a code for one of their posts would open them all.
func (s *Service) hasStronger(ctx context.Context, q db.Querier, mail kernel.Email) (bool, error) {
	if s.HasPasskeys() {
		n := 0
		err := q.QueryRowContext(ctx, `SELECT count(*) FROM passkey p JOIN worker w ON w.alliance = p.alliance AND w.id = p.worker
			WHERE w.mail = $1 AND w.active`, mail).Scan(&n)
		if err != nil || n > 0 {
			return n > 0, err
		}
	}
	rows, err := q.QueryContext(ctx, `SELECT i.provider FROM identity i JOIN worker w ON w.alliance = i.alliance AND w.id = i.worker
		WHERE w.mail = $1 AND w.active ORDER BY i.provider`, mail)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	stronger := false
	for rows.Next() {
		var provider string
		if err := rows.Scan(&provider); err != nil {
			return false, err
		}
		stronger = stronger || s.trusts(provider).Known
	}
	return stronger, rows.Err()
}

// GiveCode is for the operator, to let somebody in who has no other way: where
// no codes go by mail, or who lost a passkey. They ask a code on the sign-in
// page first; the newest that they asked counts from now on, and is the answer.
// NotFound ("code.unasked") when they asked none in the last ten minutes. They
// are told by letter.
func (s *Service) GiveCode(ctx context.Context, mail kernel.Email) (digits string, err error) {
	mail = folded(mail)
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "member.manage", ""); err != nil {
			return err
		}
		w, err := workerByMail(ctx, a, a.Alliance(), mail)
		if err != nil {
			return err
		}
		id, err := newestCode(ctx, a, a.Alliance(), w.ID, a.Now.Add(-codeLife))
		if err != nil {
			return err
		}
		if err := giveCode(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		digits = s.digits(a.Alliance(), id)
		if err := a.Later(ctx, WayInToldJob, WayInTold{Worker: w.ID, What: CodeGiven}, "", ""); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "session.code_given", Subject: w.ID})
	})
	return digits, err
}

// newestCode is the code that a worker asked last, if it can still open.
func newestCode(ctx context.Context, q db.Querier, alliance, worker kernel.ID, since kernel.Instant) (id kernel.ID, err error) {
	err = q.QueryRowContext(ctx, `SELECT id FROM sign_in_code WHERE alliance = $1 AND worker = $2 AND asked_at >= $3 AND used = '' AND tries < $4
		ORDER BY asked_at DESC, id DESC LIMIT 1`, alliance, worker, since, codeTries).Scan(&id)
	return id, missing(err, "code.unasked")
}

func giveCode(ctx context.Context, q db.Querier, alliance, id kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE sign_in_code SET given = TRUE WHERE alliance = $1 AND id = $2`, alliance, id)
	return err
}

// Choice is a post that somebody may take next.
type Choice struct {
	Post
	Provider string // that has to say so first; empty: one press is enough
	Code     string // by which the provider knows the organisation; empty: it does not
}

// Choices lists where the worker of a session may act, and how they come there.
func (s *Service) Choices(ctx context.Context, session Session) (all []Choice, err error) {
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		all, err = s.choices(ctx, q, session)
		return err
	})
	return all, err
}

// choices are the posts of the session's worker. Who came by a provider that
// says for which organisation they act asks it once more for another one; a
// team of the same is no other.
func (s *Service) choices(ctx context.Context, q db.Querier, session Session) (all []Choice, err error) {
	posts, err := postsByMail(ctx, q, session.Worker.Mail)
	if err != nil {
		return nil, err
	}
	binds := session.How == ByProvider && s.trusts(session.Provider).Binds
	here, err := codeOf(ctx, q, session.Alliance.ID, session.Organisation)
	if err != nil {
		return nil, err
	}
	for _, p := range posts {
		c := Choice{Post: p}
		if binds {
			if c.Code, err = codeOf(ctx, q, p.Alliance.ID, p.Organisation); err != nil {
				return nil, err
			}
			if c.Code == "" || c.Code != here {
				c.Provider = session.Provider
			}
		}
		all = append(all, c)
	}
	return all, nil
}

// codeOf is how providers know an organisation: by its own code or KBO, or as
// the organisation of which it is a team.
func codeOf(ctx context.Context, q db.Querier, alliance kernel.ID, o Organisation) (string, error) {
	if o.SignInCode == "" && o.KBO == "" && o.PartOf != "" {
		whole, err := loadOrganisation(ctx, q, alliance, o.PartOf)
		if err != nil {
			return "", err
		}
		o = whole
	}
	return strings.ToUpper(cmp.Or(o.SignInCode, string(o.KBO))), nil
}
