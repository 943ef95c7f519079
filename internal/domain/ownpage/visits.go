package ownpage

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// A visit ends soon: a telephone goes from hand to hand.
const (
	visitIdle    = 30 * time.Minute
	visitLongest = 4 * time.Hour
	seenEvery    = time.Minute
)

// Scanned begins a visit with what a QR code carries, and answers with the
// visit's cookie. What opens nothing is Invalid ("own.code"): who asks is not
// told why.
func (s *Service) Scanned(ctx context.Context, scan string) (cookie string, err error) {
	scan = strings.ToUpper(strings.TrimSpace(scan))
	if len(scan) != 20 || strings.Trim(scan, letters) != "" {
		return "", kernel.NewInvalid("own.code").At("k")
	}
	return s.enter(ctx, "scanned", hashed(scan), func(*act.Act, *Code, families.File) bool { return true })
}

// Typed begins a visit with twelve digits and a date of birth: of a child of the
// family, or of the holder where there is no child. Wrong dates are counted at
// the code that they were tried on ([Code.Shut]); wrong digits are counted
// nowhere, for there is nobody whom they concern.
func (s *Service) Typed(ctx context.Context, digits string, birth kernel.Date) (cookie string, err error) {
	typed := onlyDigits(digits)
	if len(typed) != 12 || birth == "" {
		return "", kernel.NewInvalid("own.code").At("digits")
	}
	cookie, err = s.enter(ctx, "typed", s.digest(typed), func(a *act.Act, c *Code, file families.File) bool {
		if c.shut(a.Now) {
			return false
		}
		if births, _ := secondThing(*c, file); !fits(births, birth) {
			c.wrongDate(a.Now)
			return false
		}
		c.wrongNow, c.wrongSince = 0, ""
		return true
	})
	return cookie, err
}

// enter begins a visit with the code behind a digest, if opens says so.
func (s *Service) enter(ctx context.Context, way, digest string, opens func(a *act.Act, c *Code, file families.File) bool) (cookie string, err error) {
	none := kernel.NewInvalid("own.code").At(map[string]string{"scanned": "k", "typed": "digits"}[way])
	var alliance kernel.ID
	var found Code
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		alliance, found, err = codeBehind(ctx, q, way, digest, kernel.InstantOf(s.Acts.Now()).Date())
		return err
	})
	if kernel.CodeOf(err) == kernel.NotFound {
		return "", none
	}
	if err != nil {
		return "", err
	}
	ctx = act.As(ctx, policy.MemberActor(alliance, found.Family, found.Person, found.Child))
	opened := false
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		opened = false
		if err := a.Allow(ctx, "session.begin", ""); err != nil {
			return err
		}
		c, err := loadCode(ctx, a, alliance, found.ID)
		if err != nil {
			return err
		}
		file, err := s.Families.OwnIn(ctx, a, c.Family)
		if err != nil {
			return err
		}
		if !c.Live(a.Today()) || !belongs(c, file) {
			return none
		}
		opened = opens(a, &c, file)
		if opened {
			c.UsedAt, c.Uses = a.Now, c.Uses+1
		}
		if err := saveCode(ctx, a, alliance, c); err != nil {
			return err
		}
		if !opened { // the try counts, so it commits
			return a.Record(ctx, act.Entry{Action: "own.refused", Subject: c.Person})
		}
		token := make([]byte, 32)
		rand.Read(token) // never fails
		text := base64.RawURLEncoding.EncodeToString(token)
		if err := insertVisit(ctx, a, alliance, hashed(text), c, a.Now); err != nil {
			return err
		}
		cookie = string(alliance) + "." + text
		return a.Record(ctx, act.Entry{Action: "own.enter", Subject: c.Person, Detail: map[string]string{"way": way}})
	})
	if kernel.CodeOf(err) == kernel.NotFound || err == nil && !opened {
		return "", none
	}
	return cookie, err
}

// belongs tells whether the holder of a code is still somebody of the file. An
// adult who left it may come in, and sees only what is their own.
func belongs(c Code, file families.File) bool {
	p, ok := file.Person(c.Person)
	return ok && (!c.Child || p.LeftOn == "")
}

// Visit is the visit behind a cookie; Unauthenticated when there is none, when
// it has ended, or when its code has.
func (s *Service) Visit(ctx context.Context, cookie string) (v Visit, err error) {
	first, token, ok := strings.Cut(cookie, ".")
	alliance, bad := kernel.ParseID(first)
	none := &kernel.Fault{Code: kernel.Unauthenticated, Key: "own.over"}
	if !ok || bad != nil {
		return v, none
	}
	now := kernel.InstantOf(s.Acts.Now())
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		v, err = loadVisit(ctx, q, alliance, hashed(token))
		return err
	})
	if kernel.CodeOf(err) == kernel.NotFound ||
		err == nil && (v.Seen.Add(visitIdle).Before(now) || v.Began.Add(visitLongest).Before(now) || !v.Live(now.Date())) {
		return Visit{}, none
	}
	if err != nil || now.Before(v.Seen.Add(seenEvery)) {
		return v, err
	}
	return v, s.Acts.DB.Write(ctx, func(q db.Querier) error { return touchVisit(ctx, q, alliance, hashed(token), now) })
}

// Leave ends the visit behind a cookie. To end one that has ended is no fault.
func (s *Service) Leave(ctx context.Context, cookie string) error {
	v, err := s.Visit(ctx, cookie)
	if err != nil {
		return nil
	}
	_, token, _ := strings.Cut(cookie, ".")
	ctx = act.As(ctx, v.Actor())
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "own.visit", ""); err != nil {
			return err
		}
		if err := deleteVisit(ctx, a, a.Alliance(), hashed(token)); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "own.leave", Subject: v.Person})
	})
}

// Speak sets the language of a visit, and that of names (zero: as it was).
func (s *Service) Speak(ctx context.Context, cookie string, lang, names kernel.Lang) error {
	if _, err := kernel.ParseFamilyLang(string(lang)); err != nil {
		return err
	}
	v, err := s.Visit(ctx, cookie)
	if err != nil {
		return err
	}
	if _, err := kernel.ParseLang(string(names)); err != nil {
		names = v.Names
	}
	_, token, _ := strings.Cut(cookie, ".")
	ctx = act.As(ctx, v.Actor())
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "own.visit", ""); err != nil {
			return err
		}
		if err := speakVisit(ctx, a, a.Alliance(), hashed(token), lang, names); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "own.visit", Subject: v.Person, Fields: []string{"lang"}})
	})
}

// Sweep takes away visits that have ended: when a family looked at its page is
// kept no longer than the page needs it. It tells how many rows that were.
func (s *Service) Sweep(ctx context.Context) (swept int64, err error) {
	const atOnce = 500
	now := kernel.InstantOf(s.Acts.Now())
	for n := int64(atOnce); n == atOnce; swept += n {
		err := s.Acts.DB.Write(ctx, func(q db.Querier) (err error) {
			n, err = deleteEnded(ctx, q, now.Add(-visitIdle), now.Add(-visitLongest), atOnce)
			return err
		})
		if err != nil {
			return swept, err
		}
	}
	return swept, nil
}
