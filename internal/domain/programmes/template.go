package programmes

import (
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Template is a programme as it works somewhere, written down so that an
// alliance can take it over. It never changes after [ReadLibrary].
type Template struct {
	ID         string       `yaml:"id"`
	Names      kernel.Text  `yaml:"names"`
	Summary    kernel.Text  `yaml:"summary"` // what it is, for a worker and for a family
	Where      []kernel.NIS `yaml:"where"`   // the municipalities in which it was found
	Levers     []Lever      `yaml:"levers"`
	Ended      kernel.Date  `yaml:"ended"` // there it no longer runs as the brochure tells it; "" while it does, as far as known
	Practice   []Note       `yaml:"practice"`
	Partners   []Seat       `yaml:"partners"`
	Channels   []string     `yaml:"channels"` // how families find it: keys of texts "programme.channel."
	Apply      Apply        `yaml:"apply"`
	Period     Period       `yaml:"period"`
	Budget     kernel.Text  `yaml:"budget"` // who paid for it there; may be empty
	Parameters []Parameter  `yaml:"parameters"`
	Offers     []Offer      `yaml:"offers"`
	Figures    []Figure     `yaml:"figures"`
	Replaces   []string     `yaml:"replaces"` // rights of the packs that say the same for the same place
	Sources    []Source     `yaml:"sources"`

	rules []ruleText
	file  string
}

// Lever is one of the nine themes by which a municipality can act against
// child poverty.
type Lever int

// The levers, in the order of the brochure of the King Baudouin Foundation.
const (
	Childcare Lever = 1 + iota
	Education
	Leisure
	Parenting
	Health
	Housing
	Work
	Income
	Participation
)

// Note is what a coordinator has to know about how it goes in practice.
type Note struct {
	Dated   string      `yaml:"dated"`   // "2026-01", as exact as the source is
	Changed bool        `yaml:"changed"` // practice changed since the brochure
	Text    kernel.Text `yaml:"text"`
	Source  string      `yaml:"source"` // the id of a source
}

// Seat is a place at the table: what a partner does, and who did it there.
// It has a name of its own, or a description where many share it.
type Seat struct {
	Part Part        `yaml:"part"`
	Name string      `yaml:"name"`
	Who  kernel.Text `yaml:"who"`
}

// Apply is how one gets it.
type Apply struct {
	How kernel.Text `yaml:"how"`
}

// Period is how long it ran there, as far as known.
type Period struct {
	From string `yaml:"from"` // "2014", "2016-09", "2023-10-01"
	To   string `yaml:"to"`
}

// Figure is a number of the programme's own, as its source tells it.
// Demonstration data is sized by figures; nothing computes with them.
type Figure struct {
	ID    string      `yaml:"id"`
	Value int64       `yaml:"value"` // cents when the unit is eur
	About bool        `yaml:"about"` // the source says about, almost or over
	Unit  string      `yaml:"unit"`  // a key of texts "programme.unit."
	Dated string      `yaml:"dated"`
	Text  kernel.Text `yaml:"text"`
}

// Source is where facts of a template come from.
type Source struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	URL   string `yaml:"url"`
	Kind  string `yaml:"kind"` // official, brochure, press
	Dated string `yaml:"dated"`
}

// Kind is one of the few ways in which a programme gives something. Every
// programme is built of these; one that does not fit shows that they are wrong.
type Kind string

// The kinds of offer.
const (
	Grant   Kind = "grant"   // a voucher, a card, an allowance
	Goods   Kind = "goods"   // things handed out
	Loan    Kind = "loan"    // things lent, to come back
	Session Kind = "session" // an appointment, an activity, a meal, a meeting
	Place   Kind = "place"   // a childcare place, a home
	Path    Kind = "path"    // coaching over a longer time
	Voice   Kind = "voice"   // a survey, a vote
)

// Kinds are the kinds of offer, in the order in which they are shown.
var Kinds = [...]Kind{Grant, Goods, Loan, Session, Place, Path, Voice}

// Offer is one thing that a programme gives. Its numbers are parameters, named
// by their id, so that an alliance can set each of them.
type Offer struct {
	ID    string      `yaml:"id"`
	Kind  Kind        `yaml:"kind"`
	Names kernel.Text `yaml:"names"`
	Text  kernel.Text `yaml:"text"` // what one gets, in a sentence or two
	Per   string      `yaml:"per"`  // child, family, parent, pregnancy
	Every string      `yaml:"every"`
	Once  string      `yaml:"once"` // the life event at which it is given once: birth, second_birthday
	Way   Way         `yaml:"way"`

	Amount   string `yaml:"amount"`   // what it is worth to the family
	Price    string `yaml:"price"`    // what the family pays
	Quantity string `yaml:"quantity"` // how much at a time
	Capacity string `yaml:"capacity"` // how many at once
	Lasts    string `yaml:"lasts"`    // for how long
}

// Way is how a family comes to an offer.
type Way string

// The ways.
const (
	Appointment Way = "appointment"
	DropIn      Way = "drop_in"
	Request     Way = "request"   // asked for at the organisation, by the family or by a partner
	Referral    Way = "referral"  // a partner refers
	Enrolment   Way = "enrolment" // a place on a list
	Voucher     Way = "voucher"   // shown at a till
	Invitation  Way = "invitation"
)

var (
	ways  = []Way{Appointment, DropIn, Request, Referral, Enrolment, Voucher, Invitation}
	pers  = []string{"child", "family", "parent", "pregnancy"}
	every = []string{"", "once", "as_needed", "visit", "day", "week", "two_weeks", "month", "quarter", "year"}
	onces = []string{"", "birth", "second_birthday"}
)

// Parameter is one thing that the coordinator decides.
type Parameter struct {
	ID       string      `yaml:"id"`
	Names    kernel.Text `yaml:"names"`
	Help     kernel.Text `yaml:"help"`
	Type     ParamType   `yaml:"type"`
	Unit     string      `yaml:"unit"` // a key of texts "programme.unit."; of money always eur
	Default  string      `yaml:"default"`
	Optional bool        `yaml:"optional"` // may stay empty; a rule that needs it then says that nobody set it
	Trial    string      `yaml:"trial"`    // with which the tests in the template count; shown to nobody as a fact
	Min      string      `yaml:"min"`
	Max      string      `yaml:"max"`
	Choices  []Choice    `yaml:"choices"`
	Source   string      `yaml:"source"` // of the default: the id of a source
	From     kernel.Date `yaml:"from"`   // since when the default holds, where the source says so
	Trust    string      `yaml:"trust"`  // of the default: high, medium, low
}

// Choice is one value of a parameter of which one of a few is chosen.
type Choice struct {
	Key   string      `yaml:"key"`
	Names kernel.Text `yaml:"names"`
}

// Parameter finds a parameter by its id.
func (t *Template) Parameter(id string) (Parameter, bool) {
	i := slices.IndexFunc(t.Parameters, func(p Parameter) bool { return p.ID == id })
	if i < 0 {
		return Parameter{}, false
	}
	return t.Parameters[i], true
}

// Offer finds an offer by its id.
func (t *Template) Offer(id string) (Offer, bool) {
	i := slices.IndexFunc(t.Offers, func(o Offer) bool { return o.ID == id })
	if i < 0 {
		return Offer{}, false
	}
	return t.Offers[i], true
}

// Changed are the notes on what changed since the brochure; none when it still
// goes as described, as far as known.
func (t *Template) Changed() []Note {
	var changed []Note
	for _, n := range t.Practice {
		if n.Changed {
			changed = append(changed, n)
		}
	}
	return changed
}
