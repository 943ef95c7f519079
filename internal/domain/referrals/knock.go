package referrals

import (
	"cmp"
	"context"
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
