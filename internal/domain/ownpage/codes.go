package ownpage

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Code is a way in for one person, as the care team sees it. The code itself is
// nowhere kept: only two digests of it.
type Code struct {
	ID       kernel.ID
	Family   kernel.ID
	Person   kernel.ID
	Child    bool   // opens a child's page
	Whole    bool   // the file is of the holder's own household
	Children string // the children whose facts the holder sees: IDs, or "*" for all
	Typed    bool   // digits can be typed too, with a date of birth
	Lang     kernel.Lang
	Names    kernel.Lang // in which names of rights are shown
	MadeAt   kernel.Instant
	MadeBy   kernel.ID
	MadeOrg  kernel.ID
	LastDay  kernel.Date
	EndedAt  kernel.Instant // zero: not ended by hand
	UsedAt   kernel.Instant // zero: never
	Uses     int64
	Wrong    int64 // wrong dates of birth, ever

	wrongNow   int64 // within the hour that began at wrongSince
	wrongSince kernel.Instant
}

// Live tells whether the code opens the page on a day.
func (c Code) Live(today kernel.Date) bool { return c.EndedAt == "" && today <= c.LastDay }

// How long a code can hold, in days.
const (
	shortestLife = 1
	longestLife  = 366
)

// Wrong dates of birth: after so many within an hour the digits open nothing
// until the hour is over, and after so many in all never again. What is scanned
// always opens: nobody can be locked out by another.
const (
	triesAnHour = 5
	triesEver   = 25
	triesHour   = time.Hour
)

// Slip is a code as it is printed, once.
type Slip struct {
	Code
	Scan   string // what the QR code carries: 100 bits
	Digits string // twelve digits in groups; empty when nobody's date of birth is known
	Mine   bool   // the date asked with the digits is the holder's own
	First  string // of whose page it is
}

// Give is a code to be given to one person.
type Give struct {
	Person   kernel.ID
	Lang     kernel.Lang
	Names    kernel.Lang // zero: the nearest to Lang
	Days     int         // that it holds
	Away     bool        // an adult who does not live in this household
	Children []kernel.ID // of an adult who lives elsewhere, or is no parent here: the children whose facts they see
	Contact  ChildsPerson
}

// ChildsPerson is who is there for a child, and how the child reaches them. It
// lies in the vault.
type ChildsPerson struct {
	Worker kernel.ID    `json:"worker"`
	Org    kernel.ID    `json:"org"`
	Phone  kernel.Phone `json:"phone,omitempty"`
	When   string       `json:"when,omitempty"` // "on Tuesday after school, at the desk"
}

// GiveCode makes a code for one person of a family; the code that this person
// had before ends. An adult who lives elsewhere sees only themselves and the
// children that are named. A child must be eight years old, and have somebody.
func (s *Service) GiveCode(ctx context.Context, family kernel.ID, in Give) (slip Slip, err error) {
	digits := digitCode()
	digest := s.digest(digits) // before the act: it takes a while, and others wait
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.codes", family); err != nil {
			return err
		}
		file, err := s.Families.ReadIn(ctx, a, family)
		if err != nil {
			return err
		}
		if slip, err = s.newSlip(a, file, in, digits); err != nil {
			return err
		}
		typed := ""
		if slip.Typed {
			typed = digest
		}
		if slip.Child {
			if err := s.putChildsPerson(ctx, a, file, slip.Person, in.Contact); err != nil {
				return err
			}
		}
		if err := endCodesOf(ctx, a, a.Alliance(), family, in.Person, a.Now); err != nil {
			return err
		}
		if err := insertCode(ctx, a, a.Alliance(), slip.Code, hashed(slip.Scan), typed); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.codes", Subject: in.Person, Detail: map[string]string{"code": "given", "child": yes(slip.Child)}})
	})
	if err != nil {
		return Slip{}, err
	}
	return slip, nil
}

// newSlip checks what was asked and makes the code.
func (s *Service) newSlip(a *act.Act, file families.File, in Give, digits string) (slip Slip, err error) {
	var wrong kernel.Faults
	who, known := file.Person(in.Person)
	if !known || who.Role == families.Unborn {
		wrong.Check("person", kernel.NewInvalid("pagecode.person"))
		return slip, wrong.Err()
	}
	if file.State != families.StateOpen {
		return slip, kernel.NewConflict("family.closed")
	}
	if in.Names == "" {
		in.Names = in.Lang.Nearest()
	}
	_, err = kernel.ParseFamilyLang(string(in.Lang))
	wrong.Check("lang", err)
	_, err = kernel.ParseLang(string(in.Names))
	wrong.Check("names", err)
	if in.Days < shortestLife || in.Days > longestLife {
		wrong.Check("days", kernel.NewInvalid("pagecode.days"))
	}
	parent := who.LeftOn == "" && (who.Role == families.Applicant || who.Role == families.Partner)
	c := Code{ID: kernel.NewID(), Family: file.ID, Person: in.Person, Lang: in.Lang, Names: in.Names,
		MadeAt: a.Now, MadeBy: a.Actor.Person, MadeOrg: a.Actor.Org, LastDay: a.Today().AddDays(in.Days)}
	switch {
	case who.Role == families.Child && who.LeftOn != "":
		wrong.Check("person", kernel.NewInvalid("pagecode.person"))
	case who.Role == families.Child && (who.Birth == "" || who.Birth.YearsUntil(a.Today()) < ChildFrom):
		wrong.Check("person", kernel.NewInvalid("pagecode.child_age"))
	case who.Role == families.Child:
		c.Child = true
	case parent && !in.Away:
		c.Whole, c.Children = true, everyChild
	default:
		c.Children = named(file, in.Children, &wrong)
	}
	if err := wrong.Err(); err != nil {
		return slip, err
	}
	slip = Slip{Code: c, Scan: scanCode(), First: who.First}
	if births, mine := secondThing(c, file); len(births) > 0 {
		slip.Digits, slip.Mine, slip.Typed = digits, mine, true
	}
	return slip, nil
}

// named are the children of the file among ids, as a code keeps them.
func named(file families.File, ids []kernel.ID, wrong *kernel.Faults) string {
	var kept []string
	for _, id := range ids {
		p, ok := file.Person(id)
		if !ok || p.LeftOn != "" || p.Role != families.Child && p.Role != families.Unborn {
			wrong.Check("children", kernel.NewInvalid("pagecode.children"))
			continue
		}
		kept = append(kept, string(id))
	}
	return strings.Join(kept, " ")
}

// secondThing is what must be known besides the digits: the date of birth of a
// child of the family that the holder may see; where there is none, and for a
// child, their own.
func secondThing(c Code, file families.File) (births []kernel.Date, mine bool) {
	look := sightOf(c, file)
	for _, p := range file.Persons {
		if !c.Child && p.Role == families.Child && p.Birth != "" && look.sees(file, p.ID) {
			births = append(births, p.Birth)
		}
	}
	if len(births) > 0 {
		return births, false
	}
	if p, ok := file.Person(c.Person); ok && p.Birth != "" {
		return []kernel.Date{p.Birth}, true
	}
	return nil, false
}

// Codes lists the codes of a family that open something, or did within the last
// year, the newest first.
func (s *Service) Codes(ctx context.Context, family kernel.ID) (codes []Code, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.codes", family); err != nil {
			return err
		}
		if codes, err = codesOf(ctx, a, a.Alliance(), family); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.codes", Subject: family, Detail: map[string]string{"code": "listed"}})
	})
	return codes, err
}

// EndCode ends a code, and every visit that began with it, at once. One that has
// ended already stays so.
func (s *Service) EndCode(ctx context.Context, family, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.codes", family); err != nil {
			return err
		}
		c, err := loadCode(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		if c.Family != family {
			return kernel.NewNotFound("code")
		}
		if err := endCodesOf(ctx, a, a.Alliance(), family, c.Person, a.Now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.codes", Subject: c.Person, Detail: map[string]string{"code": "ended"}})
	})
}

// letters are those that nobody mistakes for another.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// scanCode is what a QR code carries: twenty letters, a hundred bits.
func scanCode() string {
	b := make([]byte, 20)
	rand.Read(b) // never fails
	for i := range b {
		b[i] = letters[b[i]%32]
	}
	return string(b)
}

// digitCode is what is typed: twelve digits.
func digitCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000_000_000))
	if err != nil {
		panic(err) // never: the system always has randomness
	}
	s := n.String()
	s = strings.Repeat("0", 12-len(s)) + s
	return s[:4] + " " + s[4:8] + " " + s[8:]
}

// stretched is how often a digest of digits is made of itself. Twelve digits are
// forty bits: who has key file and database tries them all in minutes on a graphics
// card when a try is one digest, and needs a month of it when it is thirty thousand.
// Here it takes some tens of milliseconds, once a code and once a try.
const stretched = 30_000

// digest is by which typed digits are found: a slow one, with a salt that only
// this installation can make, and keyed. The salt is one for all codes, for they
// are found by what is typed and nothing else.
func (s *Service) digest(digits string) string {
	slow, err := pbkdf2.Key(sha256.New, onlyDigits(digits), s.Keeper.Token([]byte("own page salt")), stretched, sha256.Size)
	if err != nil {
		panic(err) // cannot happen: the length is right
	}
	return hex.EncodeToString(s.Keeper.Token(append([]byte("own page/"), slow...)))
}

func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// easternDigits are how digits are written where many who come from.
var easternDigits = strings.NewReplacer("٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9",
	"۰", "0", "۱", "1", "۲", "2", "۳", "3", "۴", "4", "۵", "5", "۶", "6", "۷", "7", "۸", "8", "۹", "9")

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, easternDigits.Replace(s))
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// wrongDate counts a wrong date of birth at a code.
func (c *Code) wrongDate(now kernel.Instant) {
	if c.wrongSince == "" || c.wrongSince.Add(triesHour).Before(now) {
		c.wrongSince, c.wrongNow = now, 0
	}
	c.wrongNow++
	c.Wrong++
}

// shut tells whether the digits of a code open nothing now.
func (c Code) shut(now kernel.Instant) bool {
	return c.Wrong >= triesEver || c.wrongNow >= triesAnHour && !c.wrongSince.Add(triesHour).Before(now)
}

// Shut tells whether the digits were tried too often: the holder scans, or gets
// a new code.
func (c Code) Shut(now kernel.Instant) bool { return c.shut(now) }

// fits tells whether a date is one of those asked.
func fits(births []kernel.Date, typed kernel.Date) bool { return slices.Contains(births, typed) }
