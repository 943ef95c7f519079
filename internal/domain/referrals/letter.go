package referrals

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// Bounds of what is written, in letters.
const (
	maxWhy       = 4000
	maxAsked     = 1000
	maxPlace     = 200
	maxReference = 40
)

// Way is how the family was told that it is referred.
type Way string

// The ways.
const (
	Together Way = "together" // the family was there, and met or heard the receiver
	Spoken   Way = "spoken"
	ByPhone  Way = "phone"
	Written  Way = "written"
	ByItself Way = "self" // the family itself asks; not offered to others
	Claimed  Way = "said" // who asks from outside says that it knows and agrees; likewise
)

// Ways lists the ways in the order in which they are offered.
var Ways = [...]Way{Together, Spoken, ByPhone, Written}

// Meeting is how the family meets the receiver.
type Meeting string

// The meetings.
const (
	Alone       Meeting = "alone"       // the family goes by itself
	ByCall      Meeting = "call"        // the sender calls the receiver, with the family beside them
	ComesAlong  Meeting = "along"       // the sender comes along to the first appointment
	ByColleague Meeting = "by_somebody" // somebody whom the family trusts comes along
)

// Meetings lists the meetings in the order in which they are offered.
var Meetings = [...]Meeting{Alone, ByCall, ComesAlong, ByColleague}

// Told says how and when the family was told, and that it agrees.
type Told struct {
	How    Way         `json:"how"`
	On     kernel.Date `json:"on"`
	Agrees bool        `json:"agrees"`
}

func (t Told) check(today kernel.Date, faults *kernel.Faults) {
	if !slices.Contains(Ways[:], t.How) {
		faults.Check("told.how", kernel.NewInvalid("referral.told_how"))
	}
	if _, err := kernel.ParseDate(string(t.On)); err != nil {
		faults.Check("told.on", err)
	} else if t.On > today || t.On < today.AddMonths(-12) {
		faults.Check("told.on", kernel.NewInvalid("referral.told_on"))
	}
	if !t.Agrees {
		faults.Check("told.agrees", kernel.NewInvalid("referral.told_agrees"))
	}
}

// writing is what the vault holds of a referral.
type writing struct {
	Who   string  `json:"who,omitempty"` // the adults, as they were called when it was sent
	Why   string  `json:"why"`
	Asked string  `json:"asked,omitempty"`
	Told  Told    `json:"told"`
	Wish  string  `json:"wish,omitempty"` // what the family wants, in its own words
	Meets Meeting `json:"meets,omitempty"`
	With  string  `json:"with,omitempty"` // who introduces it, as the sender wrote
	From  Asker   `json:"from,omitzero"`  // who asks from outside
}

// Letter is a referral as its receiver reads it.
type Letter struct {
	Referral
	Who    string
	Why    string
	Asked  string
	Told   Told
	Wish   string             // what the family wants, in its own words
	Meets  Meeting            // how it meets the receiver
	With   string             // who introduces it
	Safely Confirmation       // while there is an appointment: how the family is told of it
	From   Asker              // who asks from outside; zero: an organisation of the alliance does
	Sketch families.NewFamily // who the family is and how to reach it; zero once it has a file
	Place  string             // of the appointment
	Steps  []Step             // oldest first
	Known  []kernel.ID        // while it has no file: files that seem to be of the same people, of those that the reader may know
	Alike  []kernel.ID        // likewise, other referrals that lie with the same organisation
	Shut   bool               // the referral is over for the reader: what was written is no longer shown
}

// Read opens a referral that the actor's organisation received, and leaves one
// record of it. What the sender wrote is shown while the referral is open; when
// it is over, to the receiver that closed it as long as the sketch is kept, or
// as long as they work with the family. Who may not know it finds nothing.
func (s *Service) Read(ctx context.Context, id kernel.ID) (l Letter, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.read", id); err != nil {
			return err
		}
		l = Letter{}
		if l.Referral, err = load(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		if l.Steps, err = stepsOf(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		if err := s.unseal(ctx, a, &l); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "referral.read", Subject: l.Family, Detail: map[string]string{"referral": string(id)}})
	})
	if err != nil {
		return Letter{}, err
	}
	return l, nil
}

func (s *Service) unseal(ctx context.Context, a *act.Act, l *Letter) error {
	readable, err := s.readable(ctx, a, l.Referral)
	if l.Shut = !readable; err != nil || l.Shut {
		return err
	}
	w, place, err := s.letterOf(ctx, a, l.Referral)
	if err != nil {
		return err
	}
	l.Who, l.Why, l.Asked, l.Told, l.Place = w.Who, w.Why, w.Asked, w.Told, place
	l.Wish, l.Meets, l.With, l.From = w.Wish, w.Meets, w.With, w.From
	if l.State == Scheduled {
		if l.Safely, _, err = s.confirmation(ctx, a, l.Referral); err != nil {
			return err
		}
	}
	if !l.Provisional {
		return nil
	}
	if l.Sketch, err = s.Families.SketchIn(ctx, a, l.Family); err != nil || !l.State.Open() {
		return err
	}
	l.Known, l.Alike, err = s.alike(ctx, a, l.Referral)
	return err
}

// readable tells whether a receiver may still read what was written.
func (s *Service) readable(ctx context.Context, a *act.Act, r Referral) (bool, error) {
	switch {
	case r.ForgottenAt != "" || r.State == Declined || r.State == Withdrawn || r.State == Mistaken:
		return false, nil
	case r.State.Open() || r.Provisional:
		return true, nil
	}
	_, err := policy.Decide(ctx, a, a.Actor, "family.read", r.Family, a.Now)
	if kernel.CodeOf(err) == kernel.Internal {
		return false, err
	}
	return err == nil, nil
}

func entry(id kernel.ID) string     { return "referral/" + string(id) }
func place(id kernel.ID) string     { return entry(id) + "/place" }
func reference(id kernel.ID) string { return entry(id) + "/reference" }

// letterOf is what was written, and where the appointment is.
func (s *Service) letterOf(ctx context.Context, a *act.Act, r Referral) (w writing, where string, err error) {
	if err := s.sealed(ctx, a, r, entry(r.ID), &w); err != nil {
		return w, "", err
	}
	err = s.sealed(ctx, a, r, place(r.ID), &where)
	return w, where, err
}

// sealed opens into value what lies under a name; of a family that was
// forgotten nothing does.
func (s *Service) sealed(ctx context.Context, a *act.Act, r Referral, name string, value any) error {
	key, err := s.Vault.Open(ctx, a, a.Alliance(), r.Family)
	if errors.Is(err, vault.ErrForgotten) {
		return nil
	}
	if err == nil {
		_, err = key.Get(ctx, a, name, value)
	}
	return err
}

func (s *Service) sealLetter(ctx context.Context, a *act.Act, r Referral, w writing, known string) error {
	key, err := s.Vault.Open(ctx, a, a.Alliance(), r.Family)
	if err != nil {
		return err
	}
	if err := key.Put(ctx, a, entry(r.ID), w); err != nil || known == "" {
		return err
	}
	return key.Put(ctx, a, reference(r.ID), known)
}

func (s *Service) sealPlace(ctx context.Context, a *act.Act, r Referral, where string) error {
	key, err := s.Vault.Open(ctx, a, a.Alliance(), r.Family)
	if err != nil {
		return err
	}
	if where == "" {
		return key.Drop(ctx, a, place(r.ID))
	}
	return key.Put(ctx, a, place(r.ID), where)
}

// moveLetter seals under another family's key what was sealed of a referral.
func (s *Service) moveLetter(ctx context.Context, a *act.Act, id, from, to kernel.ID) error {
	old, err := s.Vault.Open(ctx, a, a.Alliance(), from)
	if err != nil {
		return err
	}
	key, err := s.Vault.Open(ctx, a, a.Alliance(), to)
	if err != nil {
		return err
	}
	var w writing
	if _, err := old.Get(ctx, a, entry(id), &w); err != nil {
		return err
	}
	if err := key.Put(ctx, a, entry(id), w); err != nil {
		return err
	}
	for _, name := range []string{place(id), reference(id)} {
		var text string
		found, err := old.Get(ctx, a, name, &text)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if err := key.Put(ctx, a, name, text); err != nil {
			return err
		}
	}
	return nil
}

// line reads what was typed on one line.
func line(typed string, limit int) (string, error) {
	return text(strings.Join(strings.Fields(typed), " "), limit)
}

// text reads what was typed. Signs that make a text other than it looks are
// refused.
func text(typed string, limit int) (string, error) {
	typed = strings.TrimSpace(strings.ReplaceAll(typed, "\r\n", "\n"))
	switch {
	case utf8.RuneCountInString(typed) > limit:
		return "", kernel.NewTooMany("referral.text").With("limit", strconv.Itoa(limit))
	case !utf8.ValidString(typed) || strings.ContainsFunc(typed, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
	}):
		return "", kernel.NewInvalid("referral.text_form")
	}
	return typed, nil
}

// fieldOf points a fault at a field.
func fieldOf(err error, field string) error {
	var faults kernel.Faults
	faults.Check(field, err)
	return faults.Err()
}
