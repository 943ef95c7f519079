package api

import (
	"context"
	"net/http"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// familyEndpoints are the files of one's own families.
func (s *API) familyEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/families", Action: "family.list", ID: "list-families", Tag: "families",
		Says: "Your own families, the newest change first."}, s.families)
	add(d, endpoint{Method: "POST", Path: "/families/search", Action: "family.list", ID: "search-families", Tag: "families", Safe: true,
		Says: "Find one of your own families.",
		More: "Every word must begin a name, sound like one, or be a telephone or national number. When nothing is found and when what is there is not for you, the answer is the same. What is looked for stands in the body, for addresses are written in logs. The next page is asked with after in the body."}, s.search)
	add(d, endpoint{Method: "POST", Path: "/families", Action: "family.open", ID: "open-family", Tag: "families", Status: created,
		Says: "Open a file.",
		More: "When you know a file that seems to be of the same people the answer is 409 with their IDs in families; send it again with anyway, under another key, when these are other people."}, s.openFamily)
	add(d, endpoint{Method: "GET", Path: "/families/{family}", Action: "family.read", ID: "read-family", Tag: "families",
		Says: "The file of a family.", More: "Each reading leaves a record with its purpose."}, s.family)
	add(d, endpoint{Method: "PUT", Path: "/families/{family}/contact", Action: "family.change", ID: "change-contact", Tag: "families", Status: noContent,
		Says: "Replace how a family can be reached and where it lives.",
		More: "An edit that began from an older version is 409 with the fields that differ."}, s.changeContact)
}

type rowPerson struct {
	ID    kernel.ID     `json:"id"`
	Role  families.Role `json:"role"`
	First string        `json:"first,omitempty"`
	Last  string        `json:"last,omitempty"`
	Birth kernel.Date   `json:"birth,omitempty"`
}

type birthday struct {
	Person kernel.ID   `json:"person"`
	Day    kernel.Date `json:"day"`
	Age    int         `json:"age" doc:"That the child becomes."`
}

type familyRow struct {
	ID           kernel.ID         `json:"id"`
	State        families.State    `json:"state"`
	Persons      []rowPerson       `json:"persons" nullable:"false"`
	Municipality kernel.NIS        `json:"municipality,omitempty"`
	PostalCode   kernel.PostalCode `json:"postal_code,omitempty"`
	ChangedAt    kernel.Instant    `json:"changed_at"`
	NextBirthday birthday          `json:"next_birthday,omitzero"`
	Due          kernel.Date       `json:"due,omitempty" doc:"Of the child that is expected next."`
}

func familyRowJSON(r families.Row) familyRow {
	out := familyRow{ID: r.ID, State: r.State, Persons: []rowPerson{}, Municipality: r.Municipality, PostalCode: r.PostalCode,
		ChangedAt: r.ChangedAt, NextBirthday: birthday(r.NextBirthday), Due: r.Due}
	for _, p := range r.Persons {
		out.Persons = append(out.Persons, rowPerson(p))
	}
	return out
}

type familiesAsked struct {
	Paging
	State string `query:"state" enum:"open,closed,any" default:"open"`
	Mine  bool   `query:"mine" doc:"Only those whose care team names you, not just your organisation."`
}

func (s *API) families(ctx context.Context, in *familiesAsked) (*listed[familyRow], error) {
	p, err := s.Families.List(ctx, families.Query{State: families.State(in.State), Mine: in.Mine, After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, p.Rows, p.Next, familyRowJSON), nil
}

type searchAsked struct {
	Body struct {
		Typed string `json:"q" minLength:"1" maxLength:"200"`
		State string `json:"state,omitempty" enum:"open,closed,any" doc:"Left out: any."`
		After string `json:"after,omitempty" maxLength:"400" doc:"The next of the page before."`
		Limit int    `json:"limit,omitempty" minimum:"1" maximum:"100"`
	}
}

func (s *API) search(ctx context.Context, in *searchAsked) (*one[page[familyRow]], error) {
	ask := families.Query{State: families.State(in.Body.State), After: in.Body.After, Limit: in.Body.Limit}
	if ask.State == "" {
		ask.State = families.AnyState
	}
	p, err := s.Families.Search(ctx, in.Body.Typed, ask)
	if err != nil {
		return nil, err
	}
	return answer(listOf(askedOf(ctx).URL, p.Rows, "", familyRowJSON).Body.next(p.Next))
}

// next is the page with where the list goes on.
func (p page[T]) next(next string) page[T] {
	p.Next = next
	return p
}

type newPerson struct {
	Role  families.Role `json:"role"`
	First string        `json:"first,omitempty"`
	Last  string        `json:"last,omitempty"`
	Birth kernel.Date   `json:"birth,omitempty"`
	Due   kernel.Date   `json:"due,omitempty" doc:"Of an expected child."`
	INSZ  string        `json:"insz,omitempty" doc:"The national number."`
}

type address struct {
	Street string `json:"street,omitempty"`
	Number string `json:"number,omitempty" doc:"With the box."`
}

type safe struct {
	NoMail      bool   `json:"no_mail,omitempty"`
	NoLetter    bool   `json:"no_letter,omitempty"`
	NoText      bool   `json:"no_text,omitempty"`
	NoVoicemail bool   `json:"no_voicemail,omitempty"`
	OnlyVia     string `json:"only_via,omitempty" doc:"Reach them only through this person."`
	Hours       string `json:"hours,omitempty" doc:"When they can speak freely."`
	Note        string `json:"note,omitempty"`
}

type contact struct {
	Phones    []string `json:"phones,omitempty" nullable:"false"`
	Mails     []string `json:"mails,omitempty" nullable:"false"`
	Address   address  `json:"address,omitzero"`
	Languages []string `json:"languages,omitempty" nullable:"false" doc:"Codes such as ar or nl; the one they speak best first."`
	TextTo    string   `json:"text_to,omitempty" doc:"The one mobile number of phones of which the family says that a text message may go there."`
	Safe      safe     `json:"safe,omitzero" doc:"What must be kept to, lest reaching the family puts somebody in danger."`
}

func (c contact) read() families.Contact {
	out := families.Contact{Address: families.Address(c.Address), Languages: c.Languages, TextTo: kernel.Phone(c.TextTo), Safe: families.Safe(c.Safe)}
	for _, p := range c.Phones {
		out.Phones = append(out.Phones, kernel.Phone(p))
	}
	for _, m := range c.Mails {
		out.Mails = append(out.Mails, kernel.Email(m))
	}
	return out
}

func contactJSON(c families.Contact) contact {
	return contact{texts(c.Phones), texts(c.Mails), address(c.Address), c.Languages, string(c.TextTo), safe(c.Safe)}
}

func readPersons(in []newPerson) (out []families.NewPerson) {
	for _, p := range in {
		out = append(out, families.NewPerson(p))
	}
	return out
}

type familyOpened struct {
	Body struct {
		Persons      []newPerson       `json:"persons" minItems:"1" maxItems:"20" nullable:"false" doc:"One applicant, and who lives with them."`
		Contact      contact           `json:"contact,omitzero"`
		PostalCode   kernel.PostalCode `json:"postal_code,omitempty"`
		Municipality kernel.NIS        `json:"municipality,omitempty" doc:"Where the postal code does not say which."`
		Confidential bool              `json:"confidential,omitempty" doc:"The address leaves the care team for nobody."`
		Restricted   bool              `json:"restricted,omitempty" doc:"For you alone: colleagues do not stand in."`
		Anyway       bool              `json:"anyway,omitempty" doc:"Although a file of the same people may exist."`
	}
}

type familyRef struct {
	ID             kernel.ID      `json:"id"`
	Version        int64          `json:"version"`
	FactsVersion   int64          `json:"facts_version"`
	ContactVersion int64          `json:"contact_version"`
	State          families.State `json:"state"`
}

func familyRefJSON(f families.Family) familyRef {
	return familyRef{f.ID, f.Version, f.FactsVersion, f.ContactVersion, f.State}
}

func (s *API) openFamily(ctx context.Context, in *familyOpened) (*made[familyRef], error) {
	b := in.Body
	f, err := s.Families.Open(ctx, families.NewFamily{
		Persons: readPersons(b.Persons), Contact: b.Contact.read(), PostalCode: b.PostalCode, Municipality: b.Municipality,
		Confidential: b.Confidential, Restricted: b.Restricted, Anyway: b.Anyway,
	})
	if err != nil {
		return nil, err
	}
	return &made[familyRef]{Root + "/families/" + string(f.ID), familyRefJSON(f)}, nil
}

type carer struct {
	Holder kernel.ID      `json:"holder"`
	Kind   string         `json:"kind" enum:"worker,organisation"`
	Since  kernel.Instant `json:"since"`
}

type fileNote struct {
	ID     kernel.ID      `json:"id"`
	At     kernel.Instant `json:"at"`
	Worker kernel.ID      `json:"worker"`
	Text   string         `json:"text"`
}

type event struct {
	ID      kernel.ID      `json:"id"`
	At      kernel.Instant `json:"at"`
	Kind    string         `json:"kind" doc:"A code, such as referral.arrived."`
	Worker  kernel.ID      `json:"worker,omitempty"`
	Org     kernel.ID      `json:"organisation,omitempty"`
	Subject kernel.ID      `json:"subject,omitempty"`
	Detail  string         `json:"detail,omitempty"`
}

type file struct {
	ID             kernel.ID         `json:"id"`
	Version        int64             `json:"version"`
	FactsVersion   int64             `json:"facts_version"`
	ContactVersion int64             `json:"contact_version"`
	State          families.State    `json:"state"`
	Municipality   kernel.NIS        `json:"municipality,omitempty"`
	PostalCode     kernel.PostalCode `json:"postal_code,omitempty"`
	Confidential   bool              `json:"confidential"`
	OpenedAt       kernel.Instant    `json:"opened_at"`
	OpenedBy       kernel.ID         `json:"opened_by"`
	ChangedAt      kernel.Instant    `json:"changed_at"`

	Persons []person   `json:"persons" nullable:"false"`
	Gone    []person   `json:"gone" nullable:"false" doc:"Who left."`
	Facts   []fact     `json:"facts" nullable:"false" doc:"What holds today."`
	Contact contact    `json:"contact"`
	Team    []carer    `json:"team" nullable:"false"`
	Notes   []fileNote `json:"notes" nullable:"false" doc:"The newest first."`
	Events  []event    `json:"events" nullable:"false" doc:"The newest first."`
	Partial bool       `json:"partial" doc:"You are not in the care team: notes, national numbers, sensitive facts and a confidential address are left out."`
}

func fileJSON(f families.File) file {
	out := file{
		ID: f.ID, Version: f.Version, FactsVersion: f.FactsVersion, ContactVersion: f.ContactVersion, State: f.State,
		Municipality: f.Municipality, PostalCode: f.PostalCode, Confidential: f.Confidential, OpenedAt: f.OpenedAt,
		OpenedBy: f.OpenedBy, ChangedAt: f.ChangedAt, Persons: personsJSON(f.Persons), Gone: personsJSON(f.Gone),
		Facts: factsJSON(f.Facts), Contact: contactJSON(f.Contact), Team: []carer{}, Notes: []fileNote{}, Events: []event{}, Partial: f.Partial,
	}
	for _, c := range f.Team {
		if c.Until == "" {
			out.Team = append(out.Team, carer{c.Holder, string(c.Kind), c.Since})
		}
	}
	for _, n := range f.Notes {
		out.Notes = append(out.Notes, fileNote{n.ID, n.At, n.Worker, n.Text})
	}
	for _, e := range f.Events {
		out.Events = append(out.Events, event(e))
	}
	return out
}

type fileAsked struct {
	Family  kernel.ID        `path:"family"`
	Purpose families.Purpose `query:"purpose" default:"care" doc:"Why you open it; it stands on record."`
}

func (s *API) family(ctx context.Context, in *fileAsked) (*one[file], error) {
	f, err := s.Families.Read(ctx, in.Family, in.Purpose)
	if err != nil {
		return nil, err
	}
	return answer(fileJSON(f))
}

type contactChanged struct {
	Family kernel.ID `path:"family"`
	Body   struct {
		Version      int64             `json:"version" minimum:"1" doc:"The contact_version from which the edit began."`
		Phones       []string          `json:"phones,omitempty" nullable:"false"`
		Mails        []string          `json:"mails,omitempty" nullable:"false"`
		Address      address           `json:"address,omitzero"`
		Languages    []string          `json:"languages,omitempty" nullable:"false"`
		TextTo       string            `json:"text_to,omitempty" doc:"The one mobile number of phones of which the family says that a text message may go there."`
		Safe         safe              `json:"safe,omitzero"`
		PostalCode   kernel.PostalCode `json:"postal_code,omitempty"`
		Municipality kernel.NIS        `json:"municipality,omitempty"`
		Confidential bool              `json:"confidential,omitempty"`
	}
}

// nothing is the answer that says only that it was done.
type nothing struct{}

func (s *API) changeContact(ctx context.Context, in *contactChanged) (*nothing, error) {
	b := in.Body
	c := contact{b.Phones, b.Mails, b.Address, b.Languages, b.TextTo, b.Safe}
	return &nothing{}, s.Families.ChangeContact(ctx, in.Family, families.ContactEdit{
		Contact: c.read(), Version: b.Version, PostalCode: b.PostalCode, Municipality: b.Municipality, Confidential: b.Confidential,
	})
}

const noContent = http.StatusNoContent
