package families

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Contact is how a family can be reached, and how not. It lies in the vault.
type Contact struct {
	Phones    []kernel.Phone `json:"phones,omitempty"` // the first is tried first
	Mails     []kernel.Email `json:"mails,omitempty"`
	Address   Address        `json:"address,omitzero"`
	Languages []string       `json:"languages,omitempty"` // codes as "ar", "nl"; the one they speak best first
	TextTo    kernel.Phone   `json:"text_to,omitempty"`   // the one mobile number of Phones of which the family says that a text message may go there
	Safe      Safe           `json:"safe,omitzero"`
}

// Address is where the family lives; postal code and municipality stand in
// [Family].
type Address struct {
	Street string `json:"street,omitempty"`
	Number string `json:"number,omitempty"` // with the box
}

// Safe is what must be kept to, lest reaching the family puts somebody in
// danger: a phone that another reads, a letter box that is shared.
type Safe struct {
	NoMail      bool   `json:"no_mail,omitempty"`
	NoLetter    bool   `json:"no_letter,omitempty"`
	NoText      bool   `json:"no_text,omitempty"` // no text message
	NoVoicemail bool   `json:"no_voicemail,omitempty"`
	OnlyVia     string `json:"only_via,omitempty"` // reach them only through this person
	Hours       string `json:"hours,omitempty"`    // when they can speak freely
	Note        string `json:"note,omitempty"`
}

// Channel is a way to reach somebody.
type Channel string

// The channels.
const (
	ByMail   Channel = "mail"
	ByLetter Channel = "letter"
	ByText   Channel = "text"
	ByPhone  Channel = "phone"
)

// Allows tells whether the house itself may use a channel, without a person
// who thinks first. Somebody who is reached through another is reached by
// people alone.
func (s Safe) Allows(c Channel) bool {
	switch {
	case s.OnlyVia != "":
		return false
	case c == ByMail:
		return !s.NoMail
	case c == ByLetter:
		return !s.NoLetter
	case c == ByText:
		return !s.NoText && s.Hours == "" // it lights up at any hour
	}
	return c == ByPhone && s.Hours == "" && !s.NoVoicemail
}

// Reach is where the house itself may reach the family by a channel, without a
// person who thinks first; ok is false when it may not: the family asked
// otherwise, the reader may not see how to reach them, or the address is
// secret. A text message goes to the one number of which the family said that it
// may, never to a telephone that is only known. Whoever makes a message to a
// family asks here, and nowhere else.
func (f File) Reach(c Channel) (to string, ok bool) {
	switch {
	case !f.Contact.Safe.Allows(c):
	case c == ByMail && len(f.Contact.Mails) > 0:
		to = string(f.Contact.Mails[0])
	case c == ByText && f.Contact.textable():
		to = string(f.Contact.TextTo)
	case c == ByPhone && len(f.Contact.Phones) > 0:
		to = string(f.Contact.Phones[0])
	case c == ByLetter && !f.Confidential && f.Contact.Address.Street != "":
		to = strings.TrimSpace(f.Contact.Address.Street + " " + f.Contact.Address.Number)
	}
	return to, to != ""
}

// textable tells whether a number stands there to which a text message may go: a
// mobile one that is still the family's.
func (c Contact) textable() bool { return c.TextTo.Mobile() && slices.Contains(c.Phones, c.TextTo) }

// Asked tells whether the family asked for anything to be kept to.
func (s Safe) Asked() bool { return s != Safe{} }

// Bounds of what a contact can hold.
const (
	maxWays  = 6   // phones, mail addresses, languages
	maxLine  = 120 // letters of a street or a name
	maxWords = 500 // letters of an explanation
	maxNote  = 8000
)

// contact reads a contact as typed, and gathers what is wrong under field.
func (in intake) contact(c Contact, field string, faults *kernel.Faults) Contact {
	got := Contact{Safe: c.Safe}
	for i, typed := range given(c.Phones) {
		p, err := kernel.AcceptPhone(string(typed), in.fictional)
		faults.Check(numbered(field+"phones", i), err)
		got.Phones = appendNew(got.Phones, p)
	}
	if typed := strings.TrimSpace(string(c.TextTo)); typed != "" {
		p, err := kernel.AcceptPhone(typed, in.fictional)
		got.TextTo = p
		switch {
		case err != nil:
		case !p.Mobile():
			err = kernel.NewInvalid("phone.mobile")
		case c.Safe.NoText:
			err = kernel.NewInvalid("family.text_to_refused")
		case !slices.Contains(got.Phones, p):
			err = kernel.NewInvalid("family.text_to")
		}
		faults.Check(field+"text_to", err)
	}
	for i, typed := range given(c.Mails) {
		m, err := kernel.ParseEmail(string(typed))
		faults.Check(numbered(field+"mails", i), err)
		got.Mails = appendNew(got.Mails, m)
	}
	for i, typed := range given(c.Languages) {
		base, err := language.ParseBase(strings.TrimSpace(typed))
		if err != nil {
			faults.Check(numbered(field+"languages", i), kernel.NewInvalid("family.language"))
		}
		got.Languages = appendNew(got.Languages, base.String())
	}
	if max(len(got.Phones), len(got.Mails), len(got.Languages)) > maxWays {
		faults.Check(strings.TrimSuffix(field, "."), kernel.NewTooMany("family.contact").With("limit", "6"))
	}
	got.Address.Street = in.line(c.Address.Street, maxLine, field+"address.street", faults)
	got.Address.Number = in.line(c.Address.Number, maxLine, field+"address.number", faults)
	got.Safe.OnlyVia = in.line(c.Safe.OnlyVia, maxLine, field+"safe.only_via", faults)
	got.Safe.Hours = in.line(c.Safe.Hours, maxLine, field+"safe.hours", faults)
	got.Safe.Note = in.text(c.Safe.Note, maxWords, field+"safe.note", faults)
	return got
}

// home reads where the family lives. A postal code that lies in one
// municipality says which; one that lies in several needs to be told.
func (in intake) home(code kernel.PostalCode, nis kernel.NIS, field string, faults *kernel.Faults) (kernel.PostalCode, kernel.NIS) {
	if strings.TrimSpace(string(nis)) != "" {
		known, err := kernel.ParseNIS(string(nis))
		faults.Check(field+"municipality", err)
		nis, _ = kernel.Successor(known, in.today)
	} else {
		nis = ""
	}
	if strings.TrimSpace(string(code)) == "" {
		return "", nis
	}
	code, err := kernel.ParsePostalCode(string(code))
	if err != nil {
		faults.Check(field+"postal_code", err)
		return "", nis
	}
	within := kernel.MunicipalitiesByPostalCode(code)
	switch {
	case nis == "" && len(within) == 1:
		nis = within[0].NIS
	case nis == "":
		faults.Check(field+"municipality", kernel.NewInvalid("family.municipality_choose"))
	case !slices.ContainsFunc(within, func(m kernel.Municipality) bool { return m.NIS == nis }):
		faults.Check(field+"postal_code", kernel.NewInvalid("family.postal_code_elsewhere"))
	}
	return code, nis
}

// line reads a text on one line.
func (in intake) line(typed string, limit int, field string, faults *kernel.Faults) string {
	return in.text(strings.Join(strings.Fields(typed), " "), limit, field, faults)
}

func (in intake) text(typed string, limit int, field string, faults *kernel.Faults) string {
	text := strings.TrimSpace(strings.ReplaceAll(typed, "\r\n", "\n"))
	switch {
	case utf8.RuneCountInString(text) > limit:
		faults.Check(field, kernel.NewTooMany("family.text").With("limit", decimal(limit)))
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unprintable):
		faults.Check(field, kernel.NewInvalid("family.text_form"))
	default:
		return text
	}
	return ""
}

// given leaves out the lines that were left empty.
func given[S ~string](typed []S) []S {
	return slices.DeleteFunc(slices.Clone(typed), func(s S) bool { return strings.TrimSpace(string(s)) == "" })
}

// appendNew appends what is not there yet and not empty.
func appendNew[S ~string](list []S, s S) []S {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
