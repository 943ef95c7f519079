// Package idempotent lets a program ask twice for one change and have it made
// once. A request carries a key of the asker's choosing; the same key with the
// same content gives the answer that was given, the same key with another
// content is refused, and of any number at once one makes the change while the
// others wait for its answer.
//
// That the change was made is written in the change's own transaction
// ([Attempt.Effect] through act.Along): after a crash either both are there or
// neither is.
//
// Nothing that was sent is kept: of key and content keyed digests alone. What
// is kept of the answer is kept in clear for a day, so it may hold IDs, codes,
// versions and days as they stand in clear in the tables of the modules, and
// never anything from the vault.
//
// Owns the table idempotent_request.
package idempotent

import (
	"context"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this package.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "idempotent", Files: files}
}

const (
	kept     = 24 * time.Hour   // how long an answer is remembered
	lease    = time.Minute      // after which an attempt that says nothing is given up
	patience = 10 * time.Second // how long a second request waits for the first
	pause    = 40 * time.Millisecond
	maxKey   = 128
)

// Requests remembers requests. Its fields are set once, before use.
type Requests struct {
	DB *db.DB
	// Tokens are the keyed digests of a value: one, or while the
	// installation's key is replaced that of the key in use and of the others.
	Tokens func(value []byte) [][]byte
	Now    func() time.Time
}

// Request is one request with a key.
type Request struct {
	Alliance kernel.ID
	Actor    kernel.ID // the worker who asks: another's keys are another's
	Key      string
	Content  []byte // all that makes it this request and no other
}

// Answer is what was answered. Its zero value says that the request may be
// carried out again, for it changes nothing.
type Answer struct {
	Status   int
	Location string
	Body     []byte // holds no personal data
}

// The states of a request.
const (
	running  = "running"
	changed  = "changed" // the change is there, the answer is not
	answered = "answered"
)

// Attempt is a request that is being carried out.
type Attempt struct {
	of       *Requests
	alliance kernel.ID
	actor    kernel.ID
	token    string
	former   []string // what the token may be in a row of before
	id       kernel.ID
}

type row struct {
	content, state string
	began          kernel.Instant
	answer         Answer
}

// Begin begins a request, or gives the answer that it got before. A key that
// cannot be one, or that came with another content, is Invalid ("api.key",
// "api.key_other"); one whose first request is not yet done Conflict
// ("api.key_busy"); one whose answer was lost although its change was made
// Conflict ("api.key_lost").
func (s *Requests) Begin(ctx context.Context, in Request) (attempt *Attempt, before *Answer, err error) {
	if !validKey(in.Key) {
		return nil, nil, kernel.NewInvalid("api.key").At("Idempotency-Key")
	}
	about := string(in.Alliance) + "/" + string(in.Actor) + "/"
	tokens := s.tokens("idempotency key/"+about, []byte(in.Key))
	a := &Attempt{of: s, alliance: in.Alliance, actor: in.Actor, id: kernel.NewID(), token: tokens[0], former: tokens[1:]}
	content := s.tokens("idempotent content/"+about, in.Content)
	for begun := time.Now(); ; {
		before, busy, err := s.look(ctx, a, content)
		if err != nil || before != nil {
			return nil, before, err
		}
		if !busy {
			before, busy, err = s.claim(ctx, a, content)
			if err != nil || before != nil {
				return nil, before, err
			}
		}
		if !busy {
			return a, nil, nil
		}
		if time.Since(begun) > patience {
			return nil, nil, kernel.NewConflict("api.key_busy")
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// tokens are the digests of a value of a kind, of the key in use first.
func (s *Requests) tokens(kind string, value []byte) []string {
	digests := s.Tokens(append([]byte(kind), value...))
	tokens := make([]string, len(digests))
	for i, digest := range digests {
		tokens[i] = hex.EncodeToString(digest)
	}
	return tokens
}

// look reads what is known of a request; neither answer nor busy: it can be
// claimed.
func (s *Requests) look(ctx context.Context, a *Attempt, content []string) (before *Answer, busy bool, err error) {
	err = s.DB.Read(ctx, func(q db.Querier) error {
		before, busy, err = s.standing(ctx, q, a, content)
		return err
	})
	return before, busy, err
}

// claim makes the attempt the one that carries the request out, unless another
// was first.
func (s *Requests) claim(ctx context.Context, a *Attempt, content []string) (before *Answer, busy bool, err error) {
	err = s.DB.Write(ctx, func(q db.Querier) error {
		before, busy, err = s.standing(ctx, q, a, content)
		if err != nil || before != nil || busy {
			return err
		}
		_, err := q.ExecContext(ctx, `INSERT INTO idempotent_request
			(alliance, actor, token, content, attempt, began, state, status, location, body)
			VALUES ($1, $2, $3, $4, $5, $6, 'running', 0, '', '')
			ON CONFLICT (alliance, actor, token) DO UPDATE SET content = excluded.content, attempt = excluded.attempt,
				began = excluded.began, state = 'running', status = 0, location = '', body = ''`,
			a.alliance, a.actor, a.token, content[0], a.id, s.now())
		return err
	})
	return before, busy, err
}

func (s *Requests) standing(ctx context.Context, q db.Querier, a *Attempt, content []string) (*Answer, bool, error) {
	r, err := load(ctx, q, a, a.token)
	for i := 0; i < len(a.former) && errors.Is(err, sql.ErrNoRows); i++ {
		r, err = load(ctx, q, a, a.former[i])
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	case r.began.Add(kept).Before(s.now()):
		return nil, false, nil
	case !slices.Contains(content, r.content):
		return nil, false, kernel.NewInvalid("api.key_other").At("Idempotency-Key")
	case r.state == answered:
		return &r.answer, false, nil
	case r.began.Add(lease).Before(s.now()) && r.state == changed:
		return nil, false, kernel.NewConflict("api.key_lost")
	case r.began.Add(lease).Before(s.now()):
		return nil, false, nil // given up; should it still live, its change no longer commits
	}
	return nil, true, nil
}

func load(ctx context.Context, q db.Querier, a *Attempt, token string) (r row, err error) {
	var body string
	err = q.QueryRowContext(ctx, `SELECT content, state, began, status, location, body FROM idempotent_request
		WHERE alliance = $1 AND actor = $2 AND token = $3`, a.alliance, a.actor, token).
		Scan(&r.content, &r.state, &r.began, &r.answer.Status, &r.answer.Location, &body)
	r.answer.Body = []byte(body)
	return r, err
}

var errTakenOver = errors.New("idempotent: another attempt has taken this request over")

// Effect writes, in the transaction of the change, that the change was made.
// An attempt that was given up for dead cannot make it any more.
func (a *Attempt) Effect(ctx context.Context, q db.Querier) error {
	result, err := q.ExecContext(ctx, `UPDATE idempotent_request SET state = 'changed'
		WHERE alliance = $1 AND actor = $2 AND token = $3 AND attempt = $4`, a.alliance, a.actor, a.token, a.id)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(errTakenOver, err)
	}
	return nil
}

// Answered keeps the answer for a day.
func (a *Attempt) Answered(ctx context.Context, with Answer) error {
	return a.of.DB.Write(ctx, func(q db.Querier) error {
		_, err := q.ExecContext(ctx, `UPDATE idempotent_request SET state = 'answered', status = $5, location = $6, body = $7
			WHERE alliance = $1 AND actor = $2 AND token = $3 AND attempt = $4`,
			a.alliance, a.actor, a.token, a.id, with.Status, with.Location, string(with.Body))
		return err
	})
}

// Abandon forgets a request that changed nothing: the same key may be used
// for it again, or for it mended. What did change something stays.
func (a *Attempt) Abandon(ctx context.Context) error {
	return a.of.DB.Write(ctx, func(q db.Querier) error {
		_, err := q.ExecContext(ctx, `DELETE FROM idempotent_request
			WHERE alliance = $1 AND actor = $2 AND token = $3 AND attempt = $4 AND state = 'running'`,
			a.alliance, a.actor, a.token, a.id)
		return err
	})
}

// sweepAtOnce is how many rows go in one transaction, so that others write
// between them.
const sweepAtOnce = 500

// Sweep throws away what is older than a day, and tells how many requests that
// were.
func (s *Requests) Sweep(ctx context.Context) (swept int64, err error) {
	before := s.now().Add(-kept)
	for n := int64(sweepAtOnce); n == sweepAtOnce; swept += n {
		err := s.DB.Write(ctx, func(q db.Querier) error {
			result, err := q.ExecContext(ctx, fmt.Sprintf(`DELETE FROM idempotent_request WHERE (alliance, actor, token) IN
				(SELECT alliance, actor, token FROM idempotent_request WHERE began < $1 LIMIT %d)`, sweepAtOnce), before)
			if err == nil {
				n, err = result.RowsAffected()
			}
			return err
		})
		if err != nil {
			return swept, err
		}
	}
	return swept, nil
}

func (s *Requests) now() kernel.Instant { return kernel.InstantOf(s.Now()) }

// validKey tells whether a key is 1 to 128 printable characters of ASCII.
func validKey(key string) bool {
	if key == "" || len(key) > maxKey {
		return false
	}
	for _, c := range []byte(key) {
		if c < '!' || c > '~' {
			return false
		}
	}
	return true
}

// String keeps an attempt's digests out of logs.
func (a *Attempt) String() string { return fmt.Sprintf("attempt %s", a.id) }
