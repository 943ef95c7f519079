package members

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// A volunteer's telephone takes part for some hours without an account: a
// worker shows a code, the telephone scans it, both show the same number, and
// the worker says that it is so. What it may then is what a volunteer may at
// that organisation, and nothing that an account has: it makes no token, links
// nothing, and acts nowhere else.
//
// The code opens one door, for ten minutes. It is nowhere stored: the
// installation's key makes it from the ID of its row.
const (
	pairLife    = 10 * time.Minute // to scan, and again to confirm
	longestPair = 12               // hours
	mostPaired  = 30               // of one organisation at a time
	maxPlace    = 60
	pairedKept  = 30 * 24 * time.Hour
)

// PairedState is how far a telephone is.
type PairedState string

// The states.
const (
	PairedOffered PairedState = "offered" // the code waits to be scanned
	PairedClaimed PairedState = "claimed" // one telephone has it, and both show a number
	PairedWorks   PairedState = "works"
	PairedEnded   PairedState = "ended" // by hand, by its hour, or because nobody came
)

// Paired is a telephone that takes part, or may soon.
type Paired struct {
	ID      kernel.ID
	Org     kernel.ID
	MadeBy  kernel.ID
	Place   string // in the worker's words: "clothes, table 2"
	Browser string // "Firefox, Android"
	Made    kernel.Instant
	Until   kernel.Instant
	State   PairedState
	Number  string // that both show, once a telephone scanned the code

	token                     string
	claimed, confirmed, ended kernel.Instant
}

func (s *Service) told(alliance kernel.ID, p Paired, now kernel.Instant) Paired {
	switch {
	case p.ended != "" || !now.Before(p.Until):
		p.State = PairedEnded
	case p.confirmed != "":
		p.State = PairedWorks
	case p.claimed != "" && now.Before(p.claimed.Add(pairLife)):
		p.State = PairedClaimed
		sum := s.Keeper.Token([]byte("pairing number/" + string(alliance) + "/" + string(p.ID) + "/" + p.token))
		p.Number = fmt.Sprintf("%03d", binary.BigEndian.Uint64(sum)%1000)
	case p.claimed == "" && now.Before(p.Made.Add(pairLife)):
		p.State = PairedOffered
	default:
		p.State = PairedEnded
	}
	return p
}

// pairCode is the code of a row: the alliance, the row, and what only the
// installation's key makes of both.
func (s *Service) pairCode(alliance, id kernel.ID) string {
	a, i := uuid.MustParse(string(alliance)), uuid.MustParse(string(id))
	mark := s.Keeper.Token([]byte("pairing code/" + string(alliance) + "/" + string(id)))
	return base64.RawURLEncoding.EncodeToString(append(append(a[:], i[:]...), mark[:16]...))
}

// pairOf is the row that a code is of.
func (s *Service) pairOf(code string) (alliance, id kernel.ID, ok bool) {
	bytes, err := base64.RawURLEncoding.DecodeString(code)
	if err != nil || len(bytes) != 48 {
		return "", "", false
	}
	alliance, id = kernel.ID(uuid.UUID(bytes[:16]).String()), kernel.ID(uuid.UUID(bytes[16:32]).String())
	return alliance, id, sameText(code, s.pairCode(alliance, id))
}

// Pair offers one telephone to take part at the actor's organisation for some
// hours, and answers with the code that it scans.
func (s *Service) Pair(ctx context.Context, place string, hours int) (p Paired, err error) {
	place = strings.Join(strings.Fields(place), " ")
	var faults kernel.Faults
	if place == "" || utf8.RuneCountInString(place) > maxPlace || strings.ContainsFunc(place, func(r rune) bool { return !unicode.IsPrint(r) }) {
		faults.Check("place", kernel.NewInvalid("paired.place"))
	}
	if hours < 1 || hours > longestPair {
		faults.Check("hours", kernel.NewInvalid("paired.hours"))
	}
	if err := faults.Err(); err != nil {
		return p, err
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "device.pair", ""); err != nil {
			return err
		}
		open, err := s.openPairs(ctx, a)
		if err != nil {
			return err
		}
		if len(open) >= mostPaired {
			return kernel.NewConflict("paired.many")
		}
		p = s.told(a.Alliance(), Paired{ID: kernel.NewID(), Org: a.Actor.Org, MadeBy: a.Actor.Person, Place: place, Made: a.Now,
			Until: a.Now.Add(time.Duration(hours) * time.Hour)}, a.Now)
		if err := insertPaired(ctx, a, a.Alliance(), p); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "device.offer", Subject: p.ID, Detail: map[string]string{"org": string(p.Org), "until": string(p.Until)}})
	})
	return p, err
}

func (s *Service) openPairs(ctx context.Context, a *act.Act) (open []Paired, err error) {
	all, err := listPaired(ctx, a, a.Alliance(), a.Actor.Org, a.Now)
	for _, p := range all {
		if p = s.told(a.Alliance(), p, a.Now); p.State != PairedEnded {
			open = append(open, p)
		}
	}
	return open, err
}

// PairedNow are the telephones that take part at the actor's organisation, or
// may soon, the newest first.
func (s *Service) PairedNow(ctx context.Context) (open []Paired, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "device.pair", ""); err != nil {
			return err
		}
		open, err = s.openPairs(ctx, a)
		return err
	})
	return open, err
}

// Paired is one telephone of the actor's organisation, with the code that it
// scans while it is offered.
func (s *Service) Paired(ctx context.Context, id kernel.ID) (p Paired, code string, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "device.pair", ""); err != nil {
			return err
		}
		if p, err = s.pairedHere(ctx, a, id); err == nil && p.State == PairedOffered {
			code = s.pairCode(a.Alliance(), id)
		}
		return err
	})
	return p, code, err
}

func (s *Service) pairedHere(ctx context.Context, a *act.Act, id kernel.ID) (p Paired, err error) {
	p, err = loadPaired(ctx, a, a.Alliance(), "id", string(id))
	if err == nil && p.Org != a.Actor.Org {
		err = kernel.NewNotFound("paired")
	}
	return s.told(a.Alliance(), p, a.Now), err
}

// ConfirmPaired says that the number on the telephone is the one on the screen:
// from now on it takes part. Before a telephone scanned the code, or after ten
// minutes, it is Conflict ("paired.gone").
func (s *Service) ConfirmPaired(ctx context.Context, id kernel.ID, number string) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "device.pair", ""); err != nil {
			return err
		}
		p, err := s.pairedHere(ctx, a, id)
		if err != nil {
			return err
		}
		if p.State != PairedClaimed || !sameText(number, p.Number) {
			return kernel.NewConflict("paired.gone")
		}
		if err := setPaired(ctx, a, a.Alliance(), id, "confirmed_at", a.Now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "device.confirm", Subject: id, Detail: map[string]string{"org": string(p.Org), "until": string(p.Until)}})
	})
}

// EndPaired ends a telephone's part, or takes the offer back: its next request
// is a stranger's. One that has ended already is no fault.
func (s *Service) EndPaired(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "device.pair", ""); err != nil {
			return err
		}
		p, err := s.pairedHere(ctx, a, id)
		if err != nil {
			return err
		}
		if p.State != PairedEnded {
			if err := setPaired(ctx, a, a.Alliance(), id, "ended_at", a.Now); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "device.end", Subject: id, Detail: map[string]string{"org": string(p.Org)}})
	})
}

// Claim takes a code for the telephone that scanned it, and answers with what
// the telephone keeps. One telephone does; for every other, and after ten
// minutes, it is Conflict ("paired.gone").
func (s *Service) Claim(ctx context.Context, from Browser, code string) (secret string, err error) {
	gone := kernel.NewConflict("paired.gone")
	alliance, id, ok := s.pairOf(code)
	if !ok {
		return "", gone
	}
	text := rand.Text() + rand.Text()
	ctx = act.As(ctx, policy.Actor{Alliance: alliance})
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.begin", ""); err != nil {
			return err
		}
		p, err := loadPaired(ctx, a, alliance, "id", string(id))
		if err != nil {
			return err
		}
		if s.told(alliance, p, a.Now).State != PairedOffered {
			return gone
		}
		if err := claimPaired(ctx, a, alliance, id, hashed(text), from.Kind, a.Now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "device.claim", Subject: id})
	})
	if kernel.CodeOf(err) == kernel.NotFound {
		return "", gone
	}
	return string(alliance) + "." + text, err
}

// Claimed is how far the telephone is that keeps a secret; NotFound when there
// is none.
func (s *Service) Claimed(ctx context.Context, secret string) (p Paired, err error) {
	first, text, _ := strings.Cut(secret, ".")
	alliance, bad := kernel.ParseID(first)
	if bad != nil || text == "" {
		return p, kernel.NewNotFound("paired")
	}
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		p, err = loadPaired(ctx, q, alliance, "token", hashed(text))
		return err
	})
	return s.told(alliance, p, kernel.InstantOf(s.Acts.Now())), err
}

// pairedSession is the session of a telephone that takes part, for as long as
// who let it may still let one.
func (s *Service) pairedSession(ctx context.Context, q db.Querier, alliance kernel.ID, token string, now kernel.Instant) (session Session, err error) {
	p, err := loadPaired(ctx, q, alliance, "token", token)
	if err != nil {
		return session, err
	}
	gone := kernel.NewNotFound("session")
	if s.told(alliance, p, now).State != PairedWorks {
		return session, gone
	}
	posts, err := listPosts(ctx, q, alliance, "r.worker = $2 AND r.org = $3", p.MadeBy, p.Org)
	if err != nil {
		return session, err
	}
	if len(posts) == 0 || !policy.May(policy.Actor{Alliance: alliance, Person: p.MadeBy, Org: p.Org, Roles: posts[0].Roles}, "device.pair") {
		return session, gone
	}
	post := Post{Alliance: posts[0].Alliance, Organisation: posts[0].Organisation, Roles: []policy.Role{policy.Volunteer},
		Worker: Worker{ID: p.ID, Name: p.Place, Lang: posts[0].Worker.Lang, Active: true}}
	return Session{Post: post, ID: p.ID, How: ByPairing, Browser: p.Browser, Began: p.confirmed, Seen: now, Until: p.Until}, nil
}

// leave is a telephone that takes part no more, because who holds it says so.
func (s *Service) leave(ctx context.Context, session Session) error {
	return s.Acts.Do(act.As(ctx, session.Actor()), func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		if err := setPaired(ctx, a, a.Alliance(), session.ID, "ended_at", a.Now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "device.end", Subject: session.ID, Detail: map[string]string{"org": string(session.Organisation.ID)}})
	})
}
