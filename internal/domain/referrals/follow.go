package referrals

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Word is all that somebody outside sees of what they asked.
type Word string

// The words.
const (
	WordReceived  Word = "received"
	WordContacted Word = "contacted" // somebody is in touch with the family
	WordClosed    Word = "closed"    // it is over; not how
)

// word is the state as somebody outside may know it.
func (r Referral) word() Word {
	switch r.State {
	case Sent, Accepted:
		return WordReceived
	case Waiting, Scheduled, Missed, Arrived:
		return WordContacted
	}
	return WordClosed
}

// Follow is how far it is what was asked with a code, and the organisation
// that was asked. A code that nobody has, or that was for something that ended
// long ago, is NotFound ("door.code").
func (s *Service) Follow(ctx context.Context, typed string) (word Word, organisation string, err error) {
	none := kernel.NewNotFound("door.code")
	code := asLetters(typed)
	if len(code) != codeLetters {
		return "", "", none
	}
	var alliance, id, asked kernel.ID
	var r Referral
	err = s.Acts.DB.Read(ctx, func(q db.Querier) (err error) {
		if alliance, id, err = knockBehind(ctx, q, code); err == nil {
			r, err = load(ctx, q, alliance, id)
		}
		asked = r.SentTo
		for range 20 { // who passes it on goes on with it
			if err != nil || r.Outcome != PassedOn || r.FollowedBy == "" {
				break
			}
			r, err = load(ctx, q, alliance, r.FollowedBy)
		}
		return err
	})
	if kernel.CodeOf(err) == kernel.NotFound {
		return "", "", none
	}
	if err != nil {
		return "", "", err
	}
	ctx = act.As(ctx, outside(alliance, asked))
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "door.knock", ""); err != nil {
			return err
		}
		if r.EndedAt != "" && r.EndedAt.Add(keep).Before(a.Now) {
			return none
		}
		o, err := s.Members.OrganisationIn(ctx, a, asked)
		word, organisation = r.word(), o.Name
		return err
	})
	if err != nil {
		return "", "", err
	}
	return word, organisation, nil
}

// codeLetters is how long a code is: 60 bits, short enough for a slip of paper.
const codeLetters = 12

// codeOf is the code that goes with a ticket, so that a form that is sent twice
// gives it twice, and it stands nowhere.
func codeOf(ticket string) string {
	sum := sha256.Sum256([]byte("code/" + ticket))
	return inLetters(sum[:codeLetters])
}

// GroupedCode is a code as it is shown and read aloud.
func GroupedCode(code string) string {
	if len(code) != codeLetters {
		return code
	}
	return code[:4] + " " + code[4:8] + " " + code[8:]
}

// asLetters is what was typed in the letters of codes, whatever stands between
// them.
func asLetters(typed string) string {
	if len(typed) > 200 {
		return ""
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		if strings.ContainsRune(alphabet, r) {
			return r
		}
		return -1
	}, strings.ToUpper(typed))
}

func digestOf(secret string) string {
	sum := sha256.Sum256([]byte("knock/" + secret))
	return hex.EncodeToString(sum[:])
}

// knockBehind is the referral that was asked with a code.
func knockBehind(ctx context.Context, q db.Querier, code string) (alliance, referral kernel.ID, err error) {
	err = q.QueryRowContext(ctx, `SELECT alliance, referral FROM referral_knock WHERE code = $1`, digestOf(code)).Scan(&alliance, &referral)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", kernel.NewNotFound("door.code")
	}
	return alliance, referral, err
}
