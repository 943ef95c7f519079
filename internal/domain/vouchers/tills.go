package vouchers

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
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

// A till is a telephone or counter of a shop at which nobody has an account: a
// coordinator makes it, and gives the shop its link and its PIN. Who opens the
// link and types the PIN has the till on that telephone, and on no other any
// more. Link and PIN are nowhere stored: the installation's key makes them.
// After five wrong PINs the till is closed, and a coordinator makes another.
const (
	wrongPINs = 5
	mostTills = 50 // of one shop
	maxName   = 40
)

// TillLife is how long a telephone stays let in without the PIN.
const TillLife = 365 * 24 * time.Hour

// Till is a telephone or counter of a shop.
type Till struct {
	ID     kernel.ID
	Org    kernel.ID
	Name   string // in the coordinator's words: "counter 1"
	MadeAt kernel.Instant
	MadeBy kernel.ID
	Paired kernel.Instant // since when a telephone has it; zero: none yet
	Ended  kernel.Instant // zero: it may be used

	wrong int64
	token string
	ready kernel.Instant // when it was last told what it needs without net
}

// Shut tells whether too many wrong PINs were typed.
func (t Till) Shut() bool { return t.wrong >= wrongPINs }

// AtTill is the actor that a till is.
func AtTill(alliance kernel.ID, t Till) policy.Actor {
	return policy.Actor{Alliance: alliance, Person: t.ID, Org: t.Org, Roles: []policy.Role{policy.Till}}
}

// tillLink is the secret of a till's link: the alliance, the till, and what
// only the installation's key makes of both.
func (s *Service) tillLink(alliance, id kernel.ID) string {
	a, i := uuid.MustParse(string(alliance)), uuid.MustParse(string(id))
	mark := s.Keeper.Token([]byte("voucher till/" + string(alliance) + "/" + string(id)))
	return base64.RawURLEncoding.EncodeToString(append(append(a[:], i[:]...), mark[:16]...))
}

func (s *Service) tillOf(link string) (alliance, id kernel.ID, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(link)
	if err != nil || len(b) != 48 {
		return "", "", false
	}
	alliance, id = kernel.ID(uuid.UUID(b[:16]).String()), kernel.ID(uuid.UUID(b[16:32]).String())
	return alliance, id, same(link, s.tillLink(alliance, id))
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (s *Service) tillPIN(alliance, id kernel.ID) string {
	sum := s.Keeper.Token([]byte("voucher till pin/" + string(alliance) + "/" + string(id)))
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(sum)%1_000_000)
}

// OpenTill makes a till for a shop.
func (s *Service) OpenTill(ctx context.Context, org kernel.ID, name string) (t Till, err error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || utf8.RuneCountInString(name) > maxName || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return t, kernel.NewInvalid("voucher.till.name").At("name")
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.manage", org); err != nil {
			return err
		}
		if _, err := s.Members.OrganisationIn(ctx, a, org); err != nil {
			return err
		}
		all, err := tillsOf(ctx, a, a.Alliance(), org)
		if err != nil {
			return err
		}
		if len(all) >= mostTills {
			return kernel.NewConflict("voucher.till.many").At("name")
		}
		t = Till{ID: kernel.NewID(), Org: org, Name: name, MadeAt: a.Now, MadeBy: a.Actor.Person}
		if err := insertTill(ctx, a, a.Alliance(), t); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "voucher.till.open", Subject: t.ID, Detail: map[string]string{"org": string(org)}})
	})
	return t, err
}

// Tills are the tills of a shop that may be used, the oldest first.
func (s *Service) Tills(ctx context.Context, org kernel.ID) (all []Till, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.manage", org); err != nil {
			return err
		}
		if _, err := s.Members.OrganisationIn(ctx, a, org); err != nil {
			return err
		}
		all, err = tillsOf(ctx, a, a.Alliance(), org)
		return err
	})
	return all, err
}

// Till is one till, with the link and the PIN that the coordinator hands over.
func (s *Service) Till(ctx context.Context, id kernel.ID) (t Till, link, pin string, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.manage", ""); err != nil {
			return err
		}
		t, err = loadTill(ctx, a, a.Alliance(), "id", string(id))
		link, pin = s.tillLink(a.Alliance(), id), s.tillPIN(a.Alliance(), id)
		return err
	})
	if err != nil {
		return Till{}, "", "", err
	}
	return t, link, pin, nil
}

// CloseTill ends a till: whoever holds it is a stranger from now on.
func (s *Service) CloseTill(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.manage", ""); err != nil {
			return err
		}
		t, err := loadTill(ctx, a, a.Alliance(), "id", string(id))
		if err != nil {
			return err
		}
		if t.Ended == "" {
			t.Ended, t.token = a.Now, ""
			if err := saveTill(ctx, a, a.Alliance(), t); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "voucher.till.close", Subject: id})
	})
}

// gone is a link that opens nothing: never made, closed, or shut.
func gone() error { return kernel.NewConflict("voucher.till.gone") }

// Enter lets the telephone in that opened a till's link and typed its PIN, and
// answers with what it keeps. A wrong PIN is Invalid ("voucher.till.pin").
func (s *Service) Enter(ctx context.Context, link, pin string) (secret string, err error) {
	alliance, id, ok := s.tillOf(link)
	if !ok {
		return "", gone()
	}
	text, right := rand.Text()+rand.Text(), same(strings.TrimSpace(pin), s.tillPIN(alliance, id))
	ctx = act.As(ctx, policy.Actor{Alliance: alliance})
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "voucher.till", ""); err != nil {
			return err
		}
		t, err := loadTill(ctx, a, alliance, "id", string(id))
		if err != nil {
			return err
		}
		if t.Ended != "" || t.Shut() {
			return gone()
		}
		how := "wrong"
		if t.wrong++; right {
			how, t.wrong, t.token, t.Paired = "in", 0, hashed(text), a.Now
		}
		if err := saveTill(ctx, a, alliance, t); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "voucher.till.enter", Subject: id, Detail: map[string]string{"pin": how}})
	})
	switch {
	case kernel.CodeOf(err) == kernel.NotFound:
		return "", gone()
	case err != nil:
		return "", err
	case !right:
		return "", kernel.NewInvalid("voucher.till.pin").At("pin")
	}
	return string(alliance) + "." + text, nil
}

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Session is the till of a telephone that keeps a secret, and the shop's name;
// Unauthenticated when there is none.
func (s *Service) Session(ctx context.Context, secret string) (alliance kernel.ID, t Till, shop string, err error) {
	stranger := &kernel.Fault{Code: kernel.Unauthenticated, Key: "voucher.till.stranger"}
	first, text, _ := strings.Cut(secret, ".")
	alliance, bad := kernel.ParseID(first)
	if bad != nil || text == "" {
		return "", t, "", stranger
	}
	err = s.Acts.Look(act.As(ctx, policy.SystemActor(alliance)), func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		if t, err = loadTill(ctx, a, alliance, "token", hashed(text)); err != nil {
			return err
		}
		o, err := s.Members.OrganisationIn(ctx, a, t.Org)
		shop = o.Name
		if err == nil && !o.Active {
			return stranger
		}
		return err
	})
	if kernel.CodeOf(err) == kernel.NotFound || err == nil && (t.Ended != "" || t.Paired.Add(TillLife).Before(kernel.InstantOf(s.Acts.Now()))) {
		err = stranger
	}
	if err != nil {
		return "", Till{}, "", err
	}
	return alliance, t, shop, nil
}

const tillColumns = `id, org, name, made_at, made_by, wrong, token, paired_at, ended_at, ready_at`

func scanTill(row scanner) (t Till, err error) {
	err = row.Scan(&t.ID, &t.Org, &t.Name, &t.MadeAt, &t.MadeBy, &t.wrong, &t.token, &t.Paired, &t.Ended, &t.ready)
	return t, err
}

// loadTill reads a till by its id or by the hash of what a telephone keeps.
func loadTill(ctx context.Context, q db.Querier, alliance kernel.ID, by, value string) (Till, error) {
	if !slices.Contains([]string{"id", "token"}, by) || value == "" {
		return Till{}, kernel.NewNotFound("voucher.till")
	}
	return first(ctx, q, "voucher.till", scanTill, `SELECT `+tillColumns+` FROM voucher_till WHERE alliance = $1 AND `+by+` = $2`, alliance, value)
}

func tillsOf(ctx context.Context, q db.Querier, alliance, org kernel.ID) ([]Till, error) {
	return collect(ctx, q, scanTill, `SELECT `+tillColumns+` FROM voucher_till WHERE alliance = $1 AND org = $2 AND ended_at = '' ORDER BY made_at, id`, alliance, org)
}

func insertTill(ctx context.Context, q db.Querier, alliance kernel.ID, t Till) error {
	_, err := q.ExecContext(ctx, `INSERT INTO voucher_till (alliance, `+tillColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		alliance, t.ID, t.Org, t.Name, t.MadeAt, t.MadeBy, t.wrong, t.token, t.Paired, t.Ended, t.ready)
	return err
}

func saveTill(ctx context.Context, q db.Querier, alliance kernel.ID, t Till) error {
	_, err := q.ExecContext(ctx, `UPDATE voucher_till SET wrong = $3, token = $4, paired_at = $5, ended_at = $6, ready_at = $7 WHERE alliance = $1 AND id = $2`,
		alliance, t.ID, t.wrong, t.token, t.Paired, t.Ended, t.ready)
	return err
}
