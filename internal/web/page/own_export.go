package page

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// exportFormat names what an export promises: docs/family-export.schema.json.
// What changes what a reader may count on gets a new number.
const exportFormat = "bondgenoot-family-1"

// export is all that is written of an adult, of the children whom they see, and
// of the household if it is theirs, for them to take along. Days are
// "2006-01-02", moments are UTC, amounts are cents.
type export struct {
	Format    string          `json:"format"`
	On        string          `json:"on"`
	Language  string          `json:"language"`  // of the names of rights and facts
	Household bool            `json:"household"` // the household is the reader's own
	People    []exportPerson  `json:"people"`    // the reader first
	Home      *exportHome     `json:"home,omitempty"`
	Known     []exportFact    `json:"known"`
	Rights    []exportRight   `json:"rights"`
	Asked     []exportAsked   `json:"asked"`
	Plan      []exportStep    `json:"plan"`
	Visits    []exportVisit   `json:"visits"`
	Things    []exportThing   `json:"things"`
	Messages  []exportMessage `json:"messages"`
	Helpers   []exportHelper  `json:"helpers"`
	Sharing   exportSharing   `json:"sharing"`
	Looks     []exportLook    `json:"looks"`
	Vouchers  []exportVoucher `json:"vouchers"`
	Loans     []exportLoan    `json:"loans"`
}

type exportPerson struct {
	Name   string `json:"name"`
	Role   string `json:"role"`
	You    bool   `json:"you"`
	Born   string `json:"born,omitempty"`
	Due    string `json:"due,omitempty"`
	Number string `json:"national_number,omitempty"` // the reader's own alone
}

type exportHome struct {
	Street       string   `json:"street,omitempty"`
	PostalCode   string   `json:"postal_code,omitempty"`
	Municipality string   `json:"municipality,omitempty"`
	Phones       []string `json:"phones"`
	TextTo       string   `json:"text_to,omitempty"` // the one of them to which a text message may go
	Mails        []string `json:"mails"`
	Languages    []string `json:"languages"`
	KeptTo       []string `json:"kept_to"` // what must be kept to in every contact
}

type exportFact struct {
	Of         string          `json:"of,omitempty"` // a name; none: the household
	Key        string          `json:"key"`
	Name       string          `json:"name"`
	Value      json.RawMessage `json:"value"`
	Source     string          `json:"source"`
	From       string          `json:"from,omitempty"`
	Until      string          `json:"until,omitempty"`
	RecordedOn string          `json:"recorded_on"`
}

type exportRight struct {
	Name    string         `json:"name"`
	Certain bool           `json:"certain"`
	Amounts []exportAmount `json:"amounts"`
	Waits   []exportWait   `json:"waits,omitempty"`
}

// exportWait is why and until when the care team waits with a right.
type exportWait struct {
	Until string `json:"until"`
	Why   string `json:"why"`
}

type exportAmount struct {
	Cents int64  `json:"cents"`
	Per   string `json:"per"`
	For   string `json:"for,omitempty"` // the first name of whom it is for
}

type exportAsked struct {
	Name      string `json:"name"`
	State     string `json:"state"`
	AppliedOn string `json:"applied_on,omitempty"`
	DecidedOn string `json:"decided_on,omitempty"`
	Deadline  string `json:"deadline,omitempty"`
	Cents     int64  `json:"cents,omitempty"`
}

type exportStep struct {
	What         string `json:"what"`
	ByYou        bool   `json:"by_you"`
	Worker       string `json:"worker,omitempty"`
	Organisation string `json:"organisation,omitempty"`
	Due          string `json:"due,omitempty"`
	At           string `json:"at,omitempty"`
	Place        string `json:"place,omitempty"`
	DoneAt       string `json:"done_at,omitempty"`
}

// exportVisit is an appointment to collect something, and what was handed out.
type exportVisit struct {
	At    string       `json:"at"`
	Name  string       `json:"name"`
	Place string       `json:"place"`
	State string       `json:"state"`
	Asked []exportLine `json:"asked"`
	Given []exportLine `json:"given"`
}

type exportLine struct {
	What     string `json:"what"`
	Quantity int64  `json:"quantity"`
}

// exportThing is something that was asked of a depot for a child.
type exportThing struct {
	AskedOn string `json:"asked_on"`
	What    string `json:"what"`
	Pieces  int64  `json:"pieces"`
	Got     int64  `json:"got"` // of them, how many went out
	State   string `json:"state"`
}

type exportMessage struct {
	At      string `json:"at"`
	Kind    string `json:"kind"`
	ByYou   bool   `json:"by_you"`
	By      string `json:"by,omitempty"`
	Text    string `json:"text"`
	Due     string `json:"due,omitempty"`
	Outcome string `json:"outcome,omitempty"`
}

type exportHelper struct {
	Name         string `json:"name,omitempty"`
	Organisation string `json:"organisation"`
	Phone        string `json:"phone,omitempty"`
}

type exportSharing struct {
	Asked     []string         `json:"asked"` // organisations that were asked to help
	Decisions []exportDecision `json:"decisions"`
	Refused   []string         `json:"refused"` // organisations to whom the family said no; "*" is everybody
}

type exportDecision struct {
	With   []string `json:"with"`
	Groups []string `json:"groups"`
	Ground string   `json:"ground"`
	From   string   `json:"from,omitempty"`
	Until  string   `json:"until"`
}

type exportLook struct {
	At           string `json:"at"`
	Who          string `json:"who,omitempty"` // none: the house itself
	Organisation string `json:"organisation,omitempty"`
	What         string `json:"what"`
}

// exportOf puts all that the pages of an adult show into the form that is
// promised. No number of a file, of a person or of a record is in it.
func (s *Site) exportOf(v kit.View, names kernel.Lang, all ownpage.Everything, visits []sessions.Mine) export {
	x := export{Format: exportFormat, On: string(all.On), Language: string(names), Household: all.About.Whole,
		People: []exportPerson{}, Known: []exportFact{}, Rights: []exportRight{}, Asked: []exportAsked{}, Plan: []exportStep{}, Visits: []exportVisit{}, Things: []exportThing{},
		Messages: []exportMessage{}, Helpers: []exportHelper{}, Looks: []exportLook{}, Vouchers: vouchersOut(all.Wallet, names),
		Sharing: exportSharing{Asked: []string{}, Decisions: []exportDecision{}, Refused: []string{}}}
	called := map[kernel.ID]string{}
	for _, p := range all.About.Persons {
		called[p.ID] = p.Name()
		x.People = append(x.People, exportPerson{p.Name(), string(p.Role), p.ID == all.About.Me.ID, string(p.Birth), string(p.Due), string(p.INSZ)})
	}
	formal := v // what must be kept to, and what things are called, is said in the language of names: there are four of those
	formal.Reader = s.Texts.In(names)
	if all.About.Whole {
		x.Home = homeOut(formal, all.About, v.Lang())
	}
	for _, f := range all.About.Facts {
		x.Known = append(x.Known, s.factOut(f, called[f.Person], names))
	}
	for i, list := range [][]ownpage.Right{all.Rights.Certain, all.Rights.Possible} {
		for _, r := range list {
			out := exportRight{Name: r.Name, Certain: i == 0, Amounts: []exportAmount{}}
			for _, a := range r.Amounts {
				out.Amounts = append(out.Amounts, exportAmount{int64(a.Cents), a.Per, a.For})
			}
			for _, w := range r.Waits {
				out.Waits = append(out.Waits, exportWait{string(w.Until), string(w.Why)})
			}
			x.Rights = append(x.Rights, out)
		}
	}
	for _, a := range all.Rights.Asked {
		x.Asked = append(x.Asked, exportAsked{cmp.Or(a.Name, a.Right), string(a.State), string(a.AppliedOn), string(a.DecidedOn), string(a.Deadline), int64(a.Amount)})
	}
	for _, p := range all.Plan {
		x.Plan = append(x.Plan, exportStep{cmp.Or(p.Text, p.Right, string(p.Kind)), p.Theirs, all.Names[p.Worker], all.Names[p.Org], string(p.Due), string(p.At), p.Place, string(p.Done)})
	}
	for _, m := range visits {
		x.Visits = append(x.Visits, exportVisit{string(m.When()), m.Coming.Name, m.Coming.Place, string(m.State), linesOut(m.Coming.Series, m.Lines), linesOut(m.Coming.Series, m.Given)})
	}
	for _, t := range all.Things {
		x.Things = append(x.Things, exportThing{string(t.On), itemWords(formal, t.Item), t.Pieces, t.Got, string(t.State)})
	}
	for _, m := range all.Messages {
		x.Messages = append(x.Messages, exportMessage{string(m.At), string(m.Kind), !m.ByTeam, all.Names[m.Worker], m.Text, string(m.Due), string(m.Outcome)})
	}
	for _, h := range all.About.Team {
		x.Helpers = append(x.Helpers, exportHelper{h.Name, h.OrgAs, string(h.Phone)})
	}
	x.Sharing.Asked = append(x.Sharing.Asked, namesOf(all.Names, all.Shared.Asked)...)
	for _, d := range all.Shared.Decisions {
		out := exportDecision{With: namesOf(all.Names, d.Recipients), Groups: []string{}, Ground: string(d.Basis), From: string(d.Starts), Until: string(d.Ends)}
		for _, g := range d.Groups {
			out.Groups = append(out.Groups, string(g))
		}
		x.Sharing.Decisions = append(x.Sharing.Decisions, out)
	}
	x.Sharing.Refused = append(x.Sharing.Refused, namesOf(all.Names, all.Shared.Refused)...)
	for _, l := range all.Looks {
		x.Looks = append(x.Looks, exportLook{string(l.At), all.Names[l.Person], all.Names[l.Org], ownLookWords(v, l)})
	}
	return x
}

// linesOut are quantities of things by their names.
func linesOut(series sessions.Series, lines []sessions.Line) []exportLine {
	all := []exportLine{}
	for _, l := range lines {
		i, _ := series.Item(l.Item)
		all = append(all, exportLine{cmp.Or(i.Name, "?"), l.Quantity})
	}
	return all
}

// namesOf are organisations by name; nobody named is everybody.
func namesOf(names map[kernel.ID]string, ids []kernel.ID) []string {
	all := []string{}
	for _, id := range ids {
		all = append(all, cmp.Or(names[id], "*"))
	}
	return all
}

func homeOut(v kit.View, about ownpage.About, lang kernel.Lang) *exportHome {
	h := &exportHome{Street: strings.TrimSpace(about.Contact.Address.Street + " " + about.Contact.Address.Number), PostalCode: string(about.PostalCode),
		Phones: []string{}, Mails: []string{}, Languages: append([]string{}, about.Contact.Languages...), KeptTo: append([]string{}, safeLines(v, about.Contact.Safe)...)}
	if m, ok := kernel.MunicipalityByNIS(about.Municipality); ok {
		h.Municipality = m.Called(lang)
	}
	h.TextTo = string(about.Contact.TextTo)
	for _, p := range about.Contact.Phones {
		h.Phones = append(h.Phones, string(p))
	}
	for _, m := range about.Contact.Mails {
		h.Mails = append(h.Mails, string(m))
	}
	return h
}

func (s *Site) factOut(f families.Fact, of string, names kernel.Lang) exportFact {
	out := exportFact{Of: of, Key: f.Key, Name: f.Key, Value: f.Value, Source: string(f.Source), From: string(f.ValidFrom), Until: string(f.ValidTo),
		RecordedOn: string(f.RecordedAt.Date())}
	entity := rules.OfFamily
	if f.Person != "" {
		entity = rules.OfPerson
	}
	if described := s.Families.Law.Facts().Fact(entity, f.Key); described != nil {
		out.Name = described.Names.In(rules.Lang(names))
	}
	return out
}
