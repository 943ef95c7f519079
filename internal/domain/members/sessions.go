package members

import (
	"context"
	"crypto/rand"
	"encoding/base64"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// How is the way in which a session began.
type How string

// The ways in.
const (
	ByCode    How = "code"    // a code by mail
	ByPasskey How = "passkey" // a passkey of one's own
	ByChoice  How = "choice"  // chosen from a list, in a demonstration

	ByProvider How = "provider" // shown who one is to a provider, such as ACM/IDM
	ByPairing  How = "pairing"  // a telephone that a worker let take part
)

// opening is how a session begins.
type opening struct {
	how     How
	browser string
	by      string         // the provider's name; empty: none
	began   kernel.Instant // zero: now; otherwise when the session began that this one goes on from
}

// begin makes a session for a worker at org, or at the first of their posts.
func (s *Service) begin(ctx context.Context, a *act.Act, worker, org kernel.ID, o opening) (cookie string, err error) {
	posts, err := listPosts(ctx, a, a.Alliance(), "r.worker = $2", worker)
	if err != nil {
		return "", err
	}
	for _, p := range posts {
		if org != "" && p.Organisation.ID != org {
			continue
		}
		if o.began == "" {
			o.began = a.Now
		}
		token := make([]byte, 32)
		rand.Read(token) // never fails
		text := base64.RawURLEncoding.EncodeToString(token)
		if err := insertSession(ctx, a, a.Alliance(), hashed(text), worker, p.Organisation.ID, o, a.Now); err != nil {
			return "", err
		}
		if err := markEntered(ctx, a, a.Alliance(), worker); err != nil {
			return "", err
		}
		return string(a.Alliance()) + "." + text, a.Record(ctx, act.Entry{Action: "session.begin", Subject: worker,
			Detail: map[string]string{"org": string(p.Organisation.ID), "how": string(o.how)}})
	}
	return "", kernel.NewForbidden("no_post")
}

// OpenSession is a session of one's own, as one looks through them.
type OpenSession struct {
	ID           kernel.ID
	Organisation string
	How          How
	Browser      string // a browser and a system: "Firefox, Android"; empty: not known
	Began, Seen  kernel.Instant
}

// Sessions are those of the signed-in worker that have not ended, the one that
// was used last first.
func (s *Service) Sessions(ctx context.Context) (open []OpenSession, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		open, err = listSessions(ctx, a, a.Alliance(), a.Actor.Person, a.Now.Add(-sessionIdle), a.Now.Add(-sessionLongest))
		return err
	})
	return open, err
}

// EndSession ends one of the signed-in worker's sessions; NotFound when they
// have none such.
func (s *Service) EndSession(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		if err := endSession(ctx, a, a.Alliance(), a.Actor.Person, id); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "session.end", Subject: a.Actor.Person})
	})
}

// SignOutEverywhere ends every session of the signed-in worker in their
// alliance, stops the telephones that they let take part, and lets every browser
// be a strange one again. Passkeys, identities and tokens stay: they are taken
// away one by one.
func (s *Service) SignOutEverywhere(ctx context.Context) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		if err := endEverySession(ctx, a, a.Alliance(), a.Actor.Person, a.Now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "session.end_all", Subject: a.Actor.Person})
	})
}

// SignOutWorker ends every session of a worker of the actor's alliance, whose
// telephone was lost perhaps.
func (s *Service) SignOutWorker(ctx context.Context, worker kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "member.manage", ""); err != nil {
			return err
		}
		if _, err := loadWorker(ctx, a, a.Alliance(), worker); err != nil {
			return err
		}
		if err := endEverySession(ctx, a, a.Alliance(), worker, a.Now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "session.end_all", Subject: worker})
	})
}

func insertSession(ctx context.Context, q db.Querier, alliance kernel.ID, token string, worker, org kernel.ID, o opening, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `INSERT INTO session (alliance, token, worker, org, began, seen, id, how, browser, provider)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, alliance, token, worker, org, o.began, now, kernel.NewID(), o.how, o.browser, o.by)
	return err
}

func listSessions(ctx context.Context, q db.Querier, alliance, worker kernel.ID, seen, began kernel.Instant) (open []OpenSession, err error) {
	rows, err := q.QueryContext(ctx, `SELECT s.id, o.name, s.how, s.browser, s.began, s.seen
		FROM session s JOIN organisation o ON o.alliance = s.alliance AND o.id = s.org
		WHERE s.alliance = $1 AND s.worker = $2 AND s.seen >= $3 AND s.began >= $4 AND s.id <> '' ORDER BY s.seen DESC, s.id`,
		alliance, worker, seen, began)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var o OpenSession
		if err := rows.Scan(&o.ID, &o.Organisation, &o.How, &o.Browser, &o.Began, &o.Seen); err != nil {
			return nil, err
		}
		open = append(open, o)
	}
	return open, rows.Err()
}

func endSession(ctx context.Context, q db.Querier, alliance, worker, id kernel.ID) error {
	result, err := q.ExecContext(ctx, `DELETE FROM session WHERE alliance = $1 AND worker = $2 AND id = $3`, alliance, worker, id)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return kernel.NewNotFound("session")
	}
	return nil
}

func endEverySession(ctx context.Context, q db.Querier, alliance, worker kernel.ID, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `DELETE FROM session WHERE alliance = $1 AND worker = $2`, alliance, worker)
	if err == nil {
		_, err = q.ExecContext(ctx, `DELETE FROM worker_device WHERE alliance = $1 AND worker = $2`, alliance, worker)
	}
	if err == nil {
		err = endPairedBy(ctx, q, alliance, worker, now)
	}
	return err
}
