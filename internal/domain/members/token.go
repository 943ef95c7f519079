package members

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// A token lets a program act for one worker at one post. It looks like
// bg_ and 77 letters and digits, so that one that leaked can be searched for:
// bg_[a-z2-7]{77}. In it stand the alliance and 256 random bits; what is kept
// is its hash.
const (
	tokenPrefix    = "bg_"
	tokenLength    = len(tokenPrefix) + 77
	tokenSecret    = 32 // random bytes
	maxTokens      = 20 // that one worker may have at a time
	maxTokenName   = 80
	tokenKept      = 30 * 24 * time.Hour // after its end, for who wonders why a program stopped
	tokenUsedEvery = 5 * time.Minute     // how often a token that is used writes down that it is
)

var tokenText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Token is a program's way in, without its secret.
type Token struct {
	ID        kernel.ID
	Worker    kernel.ID // for whom it acts
	Org       kernel.ID // at which organisation
	Name      string    // by which its maker knows it
	ReadOnly  bool      // it changes nothing
	MadeAt    kernel.Instant
	LastDay   kernel.Date    // on which it works
	UsedAt    kernel.Instant // about when it was used last; zero: never
	RevokedAt kernel.Instant // zero: not
	RevokedBy kernel.ID
}

// NewToken is a token as asked for.
type NewToken struct {
	Name     string
	LastDay  kernel.Date // a year from today at most
	ReadOnly bool
}

// read checks what was asked, field by field.
func (in NewToken) read(today kernel.Date) (NewToken, error) {
	var faults kernel.Faults
	in.Name = strings.Join(strings.Fields(in.Name), " ")
	if in.Name == "" || !utf8.ValidString(in.Name) || utf8.RuneCountInString(in.Name) > maxTokenName ||
		strings.ContainsFunc(in.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		faults.Check("name", kernel.NewInvalid("token.name").With("limit", strconv.Itoa(maxTokenName)))
	}
	if in.LastDay < today || in.LastDay > today.AddMonths(12) {
		faults.Check("last_day", kernel.NewInvalid("token.last_day"))
	}
	return in, faults.Err()
}

// MakeToken makes a token for the actor at the present post. The secret is in
// this answer and nowhere else. More than twenty that work at a time is
// Conflict ("token.many").
func (s *Service) MakeToken(ctx context.Context, in NewToken) (t Token, secret string, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "token.own", ""); err != nil {
			return err
		}
		if _, err := loadWorker(ctx, a, a.Alliance(), a.Actor.Person); err != nil {
			return err // a telephone that takes part for some hours makes nothing that stays
		}
		in, err := in.read(a.Today())
		if err != nil {
			return err
		}
		n, err := countTokens(ctx, a, a.Alliance(), a.Actor.Person, a.Today())
		if err != nil {
			return err
		}
		if n >= maxTokens {
			return kernel.NewConflict("token.many").With("limit", strconv.Itoa(maxTokens))
		}
		t = Token{ID: kernel.NewID(), Worker: a.Actor.Person, Org: a.Actor.Org, Name: in.Name, ReadOnly: in.ReadOnly,
			MadeAt: a.Now, LastDay: in.LastDay}
		if secret, err = newSecret(a.Alliance()); err != nil {
			return err
		}
		if err := insertToken(ctx, a, a.Alliance(), t, hashed(secret)); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "token.make", Subject: t.ID, Detail: map[string]string{
			"org": string(t.Org), "last_day": string(t.LastDay), "read_only": strconv.FormatBool(t.ReadOnly)}})
	})
	if err != nil {
		return Token{}, "", err
	}
	return t, secret, nil
}

// newSecret is the alliance and as many random bytes as nobody guesses.
func newSecret(alliance kernel.ID) (string, error) {
	id, err := uuid.Parse(string(alliance))
	if err != nil {
		return "", err
	}
	bytes := make([]byte, tokenSecret)
	rand.Read(bytes) // never fails
	return tokenPrefix + tokenText.EncodeToString(append(id[:], bytes...)), nil
}

// IsToken tells whether something looks like a token at all.
func IsToken(s string) bool { return strings.HasPrefix(s, tokenPrefix) }

// allianceOf is the alliance that a token names.
func allianceOf(secret string) (kernel.ID, bool) {
	if len(secret) != tokenLength || !IsToken(secret) {
		return "", false
	}
	bytes, err := tokenText.DecodeString(secret[len(tokenPrefix):])
	if err != nil || len(bytes) != len(uuid.UUID{})+tokenSecret {
		return "", false
	}
	return kernel.ID(uuid.UUID(bytes[:len(uuid.UUID{})]).String()), true
}

// ByToken is who a program acts for; Unauthenticated ("token.none") when there
// is no such token, when its last day has passed, when it was revoked, and when
// the worker is no longer at that post: who asks is not told which.
func (s *Service) ByToken(ctx context.Context, secret string) (p Post, t Token, err error) {
	none := &kernel.Fault{Code: kernel.Unauthenticated, Key: "token.none"}
	alliance, ok := allianceOf(secret)
	if !ok {
		return Post{}, Token{}, none
	}
	now := kernel.InstantOf(s.Acts.Now())
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		if t, err = tokenByHash(ctx, q, alliance, hashed(secret)); err != nil {
			return err
		}
		posts, err := listPosts(ctx, q, alliance, "r.worker = $2 AND r.org = $3", t.Worker, t.Org)
		if err != nil {
			return err
		}
		if len(posts) == 0 || t.RevokedAt != "" || t.LastDay < now.Date() {
			return kernel.NewNotFound("token")
		}
		p = posts[0]
		return nil
	})
	if kernel.CodeOf(err) == kernel.NotFound {
		return Post{}, Token{}, none
	}
	if err != nil || t.UsedAt != "" && now.Before(t.UsedAt.Add(tokenUsedEvery)) {
		return p, t, err
	}
	return p, t, s.Acts.DB.Write(ctx, func(q db.Querier) error { return touchToken(ctx, q, alliance, t.ID, now) })
}

// Tokens are the actor's own tokens in this alliance that work, at whichever
// post, the newest first.
func (s *Service) Tokens(ctx context.Context) (tokens []Token, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "token.own", ""); err != nil {
			return err
		}
		tokens, err = listTokens(ctx, a, a.Alliance(), a.Today(), a.Actor.Person)
		return err
	})
	return tokens, err
}

// AllTokens are the tokens of the actor's alliance that work, of whomever, the
// newest first: an administrator's.
func (s *Service) AllTokens(ctx context.Context) (tokens []Token, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "token.manage", ""); err != nil {
			return err
		}
		tokens, err = listTokens(ctx, a, a.Alliance(), a.Today(), "")
		return err
	})
	return tokens, err
}

// RevokeToken ends one of the actor's own tokens at once: the next request with
// it is refused. One that is another's, or that has ended, is NotFound.
func (s *Service) RevokeToken(ctx context.Context, id kernel.ID) error {
	return s.revokeToken(ctx, "token.own", id)
}

// RevokeAnyToken ends a token of whomever in the actor's alliance.
func (s *Service) RevokeAnyToken(ctx context.Context, id kernel.ID) error {
	return s.revokeToken(ctx, "token.manage", id)
}

func (s *Service) revokeToken(ctx context.Context, action string, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, action, ""); err != nil {
			return err
		}
		owner := kernel.ID("")
		if action == "token.own" {
			owner = a.Actor.Person
		}
		if err := revokeToken(ctx, a, a.Alliance(), id, owner, a.Actor.Person, a.Now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "token.revoke", Subject: id})
	})
}
