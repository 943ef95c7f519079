package referrals

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Origin is who asked for help from outside.
type Origin string

// The origins.
const (
	FromPolice    Origin = "police"
	FromHealth    Origin = "health" // general practitioner, hospital, pharmacist
	FromSchool    Origin = "school"
	FromChildcare Origin = "childcare"
	FromSocial    Origin = "social" // another service
	FromSomebody  Origin = "somebody"
	FromFamily    Origin = "family" // the family itself; by the form for families alone
)

// Origins lists the origins in the order in which a form for partners offers
// them.
var Origins = [...]Origin{FromHealth, FromSchool, FromChildcare, FromPolice, FromSocial, FromSomebody}

// Asker is who asks from outside, and how to reach them: sealed with what they
// wrote.
type Asker struct {
	Name  string `json:"name,omitempty"`  // with the function
	Reach string `json:"reach,omitempty"` // telephone or mail
	Town  string `json:"town,omitempty"`  // where the family lives, as it was written
}

// Consent is whether a family knows that somebody asks for it.
type Consent string

// The consents.
const (
	Agreed     Consent = "agreed"
	NotWilling Consent = "refused" // it knows, and does not want it
	Unaware    Consent = "unaware" // it does not know
)

// Consents lists the consents in the order in which they are offered.
var Consents = [...]Consent{Agreed, NotWilling, Unaware}

// Knock is what was written at a door.
type Knock struct {
	Ticket  string      // of the form
	Lang    kernel.Lang // in which the form was read: the family's own, on its form
	Origin  Origin      // who asks; of a family's form without meaning, and so are the next three
	Name    string
	Reach   string
	Consent Consent
	First   string // the first name, or initials
	Phone   string
	Safely  string // how it can be reached safely: by whom, and how not
	Hours   string // when
	Careful bool   // somebody at home must not know
	Town    string // municipality or postal code
	Asked   string
}

// Bounds of what comes in by one door.
const (
	knocksAnHour = 150
	ticketLife   = 24 * time.Hour
)

// Knock asks the organisation behind a door to help a family, and answers with
// the code by which whoever asked sees how far it is. It lies there as any
// referral that was sent. Whether the family is known there, or to anybody,
// changes neither the answer nor the time that it takes. The same form sent
// twice is one request, with one code.
//
// Of a family that did not agree nothing is taken: Invalid ("door.consent").
// A form that was open for more than a day is Conflict ("door.ticket"): it is
// to be sent again. Too much at one door is TooMany ("door.busy").
func (s *Service) Knock(ctx context.Context, token string, in Knock) (code string, err error) {
	for range 2 { // the same form, sent twice at once: the second finds the first
		code, err = s.knock(ctx, token, in)
		if !db.Taken(err) {
			break
		}
	}
	if err != nil {
		return "", err
	}
	return code, nil
}

func (s *Service) knock(ctx context.Context, token string, in Knock) (code string, err error) {
	code = codeOf(in.Ticket)
	var twice = errors.New("referrals: this form was sent before")
	err = s.atDoor(ctx, token, s.Acts.Do, func(ctx context.Context, a *act.Act, d Door, o members.Organisation) error {
		before, err := knocked(ctx, a, a.Alliance(), in.Ticket)
		if err != nil {
			return err
		}
		if before {
			return twice
		}
		if err := s.checkTicket(d, in.Ticket, a.Now); err != nil {
			return err
		}
		w, sketch, faults := in.read(d.For, a.Today())
		family, err := s.knockSketch(ctx, a, sketch, &faults)
		if err != nil {
			return err
		}
		if err := faults.Err(); err != nil {
			return err
		}
		n, err := knocksSince(ctx, a, a.Alliance(), d.ID, a.Now.Add(-time.Hour))
		if err != nil {
			return err
		}
		if n >= knocksAnHour {
			return kernel.NewTooMany("door.busy")
		}
		r := Referral{ID: kernel.NewID(), Version: 1, Family: family, Provisional: true, Origin: in.origin(d.For), SentTo: o.ID, ReceiverOrg: o.ID,
			Urgency: Normal, State: Sent, SentAt: a.Now}
		terms, err := s.termsIn(ctx, a, r)
		if err != nil {
			return err
		}
		r.wind(a.Today(), terms)
		r.AnswerBy = r.Due
		if err := s.enterIn(ctx, a, r, w, ""); err != nil {
			return err
		}
		if err := insertKnock(ctx, a, a.Alliance(), r, d.ID, in.Ticket, code); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "door.knock", Subject: d.Org, Detail: map[string]string{"door": string(d.ID), "from": string(r.Origin)}})
	})
	if errors.Is(err, twice) {
		err = nil
	}
	return code, err
}

// origin is who asks: at the door for families, the family.
func (in Knock) origin(at Audience) Origin {
	if at == ForFamilies {
		return FromFamily
	}
	return in.Origin
}

// read reads what was written.
func (in Knock) read(at Audience, today kernel.Date) (w writing, sketch families.NewFamily, faults kernel.Faults) {
	need := func(typed string, limit int, field string, how func(string, int) (string, error)) string {
		got := read(typed, limit, field, how, &faults)
		if strings.TrimSpace(typed) == "" {
			faults.Check(field, kernel.NewInvalid("door."+field))
		}
		return got
	}
	w.Told = Told{How: ByItself, On: today, Agrees: true}
	if at == ForPartners {
		if !slices.Contains(Origins[:], in.Origin) {
			faults.Check("origin", kernel.NewInvalid("door.origin"))
		}
		w.From.Name = need(in.Name, maxPlace, "name", line)
		w.From.Reach = need(in.Reach, maxPlace, "reach", line)
		w.Told.How = Claimed
		switch in.Consent {
		case Agreed:
		case NotWilling, Unaware:
			// Nothing else is looked at: of this family nothing is taken.
			return writing{}, sketch, kernel.Faults{kernel.NewInvalid("door.consent").At("consent")}
		default:
			faults.Check("consent", kernel.NewInvalid("door.consent_choose"))
		}
	}
	first := need(in.First, maxName, "first", line)
	w.From.Town = read(in.Town, maxPlace, "town", line, &faults)
	safely := read(in.Safely, maxPlace, "safely", line, &faults)
	hours := read(in.Hours, maxPlace/2, "hours", line, &faults)
	w.Why = need(in.Asked, maxAsked, "asked", text)
	w.Who = first
	if strings.TrimSpace(in.Phone) == "" && safely == "" {
		faults.Check("phone", kernel.NewInvalid("door.phone"))
	}
	sketch = families.NewFamily{Anyway: true, Persons: []families.NewPerson{{Role: families.Applicant, First: cmp.Or(first, "-")}}}
	sketch.PostalCode, sketch.Municipality = livesIn(w.From.Town)
	c := &sketch.Contact
	if in.Phone != "" {
		c.Phones = []kernel.Phone{kernel.Phone(in.Phone)}
	}
	if at == ForFamilies {
		c.Languages = []string{string(in.Lang)}
	}
	c.Safe = families.Safe{NoMail: true, NoLetter: in.Careful, NoText: in.Careful, NoVoicemail: in.Careful, Hours: hours, Note: safely}
	return w, sketch, faults
}

// maxName is how long a first name can be.
const maxName = 80

// knockSketch keeps who it is about, and gathers what is wrong under the names
// of the form. Without anybody there is nothing to keep.
func (s *Service) knockSketch(ctx context.Context, a *act.Act, sketch families.NewFamily, faults *kernel.Faults) (kernel.ID, error) {
	if len(sketch.Persons) == 0 {
		return "", nil
	}
	id, err := s.Families.Sketch(ctx, a, sketch)
	fault, ok := errors.AsType[*kernel.Fault](err)
	if !ok || fault.Code == kernel.Internal {
		return id, err
	}
	for _, f := range fault.All() {
		one := *f
		one.More, one.Field = nil, knockField(f.Field)
		*faults = append(*faults, &one)
	}
	return "", nil
}

// livesIn is the place that somebody wrote, where that leaves no doubt.
func livesIn(typed string) (kernel.PostalCode, kernel.NIS) {
	if code, err := kernel.ParsePostalCode(typed); err == nil {
		if within := kernel.MunicipalitiesByPostalCode(code); len(within) == 1 {
			return code, within[0].NIS
		}
		return "", ""
	}
	var found []kernel.NIS
	folded := kernel.Fold(typed)
	for _, m := range kernel.AllMunicipalities() {
		if folded != "" && slices.ContainsFunc([]string{m.Name.NL, m.Name.FR, m.Name.DE, m.Name.EN}, func(name string) bool { return kernel.Fold(name) == folded }) {
			found = append(found, m.NIS)
		}
	}
	if len(found) == 1 {
		return "", found[0]
	}
	return "", ""
}

// knockField is what the field of a sketch is called on the form.
func knockField(field string) string {
	switch {
	case strings.HasPrefix(field, "persons."):
		return "first"
	case strings.HasPrefix(field, "contact.phones"):
		return "phone"
	case strings.HasSuffix(field, "hours"):
		return "hours"
	case strings.HasSuffix(field, "note"):
		return "safely"
	}
	return "town"
}

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

// alike finds what seems to be of the same family as a sketch: the files that
// the actor may know, and the other referrals that the same organisation got.
// Nobody else hears of it, least of all who sent it.
func (s *Service) alike(ctx context.Context, a *act.Act, r Referral) (known, same []kernel.ID, err error) {
	known, others, err := s.Families.SketchAlike(ctx, a, r.Family)
	if err != nil {
		return nil, nil, err
	}
	for _, family := range others {
		about, err := ofFamily(ctx, a, a.Alliance(), family)
		if err != nil {
			return nil, nil, err
		}
		for _, x := range about {
			if x.ReceiverOrg == r.ReceiverOrg && x.ForgottenAt == "" && x.State != Mistaken {
				same = append(same, x.ID)
			}
		}
	}
	return known, same, nil
}

// The ticket of a form says for which door it is and since when it is open:
// the minute, letters of chance, and a keyed digest of all.
func (s *Service) ticket(d Door, now kernel.Instant) string {
	minute := strconv.FormatInt(now.Time().Unix()/60, 36)
	chance := letter(16)
	return minute + "." + chance + "." + s.stamp(d, minute, chance)
}

func (s *Service) stamp(d Door, minute, chance string) string {
	return hex.EncodeToString(s.Vault.Keeper.Token([]byte("referral door/" + string(d.ID) + "/" + minute + "/" + chance))[:10])
}

func (s *Service) checkTicket(d Door, ticket string, now kernel.Instant) error {
	old := kernel.NewConflict("door.ticket")
	parts := strings.Split(ticket, ".")
	if len(parts) != 3 || len(ticket) > 80 || parts[2] != s.stamp(d, parts[0], parts[1]) {
		return old
	}
	minute, err := strconv.ParseInt(parts[0], 36, 64)
	if err != nil || time.Unix(minute*60, 0).Add(ticketLife).Before(now.Time()) {
		return old
	}
	return nil
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

func insertKnock(ctx context.Context, q db.Querier, alliance kernel.ID, r Referral, door kernel.ID, ticket, code string) error {
	_, err := q.ExecContext(ctx, `INSERT INTO referral_knock (alliance, referral, door, ticket, code, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		alliance, r.ID, door, digestOf(ticket), digestOf(code), r.SentAt)
	return err
}

// knocked tells whether a form was sent before.
func knocked(ctx context.Context, q db.Querier, alliance kernel.ID, ticket string) (bool, error) {
	var n int64
	err := q.QueryRowContext(ctx, `SELECT count(*) FROM referral_knock WHERE alliance = $1 AND ticket = $2`, alliance, digestOf(ticket)).Scan(&n)
	return n > 0, err
}

func knocksSince(ctx context.Context, q db.Querier, alliance, door kernel.ID, since kernel.Instant) (n int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM referral_knock WHERE alliance = $1 AND door = $2 AND at > $3`, alliance, door, since).Scan(&n)
	return n, err
}

// knockBehind is the referral that was asked with a code.
func knockBehind(ctx context.Context, q db.Querier, code string) (alliance, referral kernel.ID, err error) {
	err = q.QueryRowContext(ctx, `SELECT alliance, referral FROM referral_knock WHERE code = $1`, digestOf(code)).Scan(&alliance, &referral)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", kernel.NewNotFound("door.code")
	}
	return alliance, referral, err
}
