package rules

import (
	"regexp"
	"slices"
)

// Dictionary describes every fact once, for forms, imports, access and rules.
type Dictionary struct {
	Roles  []*Role  `json:"roles"`
	Facts  []*Fact  `json:"facts"`
	Tables []*Table `json:"-"`

	byKey  map[string]*Fact // "family.tenure", "person.birth_date"
	rows   [2][]*Fact       // of the family and of a person, by index
	width  int              // how many cells a person or a family takes
	tables map[string]*Table
	nevers []*never
}

// Role is what a person is in the family, seen from the person who asks.
type Role struct {
	Key      string `json:"key"`
	Names    Text   `json:"names"`
	Max      int    `json:"max,omitempty"`      // at most so many in a family; 0 is no limit
	Required bool   `json:"required,omitempty"` // exactly one must be there
}

// The entities that a fact can be about.
const (
	OfFamily = "family"
	OfPerson = "person"
)

// The types of a fact.
const (
	TypeBool   = "bool"
	TypeInt    = "int"
	TypeMoney  = "money"
	TypeDate   = "date"
	TypeChoice = "choice"
	TypeCode   = "code" // a short text that is compared, never shown: a municipality's number
)

// Fact is one thing that can be known about a family or a person.
type Fact struct {
	Key         string   `json:"key"`
	Entity      string   `json:"entity"`
	Type        string   `json:"type"`
	Unit        string   `json:"unit,omitempty"` // of a number: "EUR/month", "EUR/year", "months"
	Names       Text     `json:"names"`
	Question    Text     `json:"question"` // with {name} for the person it is asked about
	Help        Text     `json:"help,omitzero"`
	Concept     Text     `json:"concept,omitzero"` // of an income: which, and of when
	Values      []Choice `json:"values,omitempty"`
	Min         string   `json:"min,omitempty"` // the domain: numbers, or days ("today", "today+300")
	Max         string   `json:"max,omitempty"`
	Pattern     string   `json:"pattern,omitempty"` // of a code
	Listed      string   `json:"listed,omitempty"`  // of a code: the table that holds all there are
	Typical     []string `json:"typical,omitempty"` // answers that are likely, to weigh a question; one that stands more often is likelier
	Ask         []string `json:"ask,omitempty"`     // who may be asked: family, worker; nobody: it is not asked
	Sensitivity string   `json:"sensitivity"`       // low, personal, sensitive
	Sources     []string `json:"sources"`           // told, document, register
	Derive      string   `json:"derive,omitempty"`  // how it follows from other facts
	OnlyFor     string   `json:"only_for,omitempty"`
	Given       bool     `json:"given"`            // may be given in a case; a derived fact need not be
	Law         string   `json:"law,omitempty"`    // that says how a sum follows from its parts
	Source      string   `json:"source,omitempty"` // the address of a page that does

	index   int
	kind    kind
	at      place
	pattern *regexp.Regexp
	min     bound
	max     bound
	typical []typicalAnswer
	derive  *expr
	onlyFor *expr
	set     words // of a choice: all its values; of a listed code too
}

// Choice is one value of a choice fact.
type Choice struct {
	Key   string `json:"key"`
	Names Text   `json:"names"`
}

// bound is one end of a domain: a number, a day, or a day counted from today.
type bound struct {
	n     number
	today bool
	given bool
}

func (b bound) on(today Date) number {
	if b.today {
		return b.n.add(integer(int64(today)))
	}
	return b.n
}

// path is how expressions and messages name the fact.
func (x *Fact) path() string { return x.Entity + "." + x.Key }

// Fact finds a fact by entity and key; nil when there is none.
func (d *Dictionary) Fact(entity, key string) *Fact { return d.byKey[entity+"."+key] }

// AskableBy tells whether an audience ("family" or "worker") may be asked; any
// audience that is asked at all when it is "".
func (x *Fact) AskableBy(audience string) bool {
	for _, a := range x.Ask {
		if audience == "" || a == audience {
			return true
		}
	}
	return false
}

// choice finds a value of a choice fact.
func (x *Fact) choice(key string) *Choice {
	for i := range x.Values {
		if x.Values[i].Key == key {
			return &x.Values[i]
		}
	}
	return nil
}

// listed tells whether a code stands in the table that holds all there are.
func (x *Fact) listed(code string) bool { return slices.Contains(x.set.set, code) }

// typicalAnswer is one likely answer: an end of a domain, or a truth or word.
type typicalAnswer struct {
	bound
	cell
}

// typicalOn are the likely answers on a day.
func (x *Fact) typicalOn(today Date) []cell {
	out := make([]cell, 0, len(x.typical))
	for _, t := range x.typical {
		c := t.cell
		if x.kind == kindNumber || x.kind == kindDate {
			c.n = exactly(t.on(today))
		}
		c.known = true
		out = append(out, c)
	}
	return out
}

// possible is every value that the fact may have on a day, when nobody said.
func (x *Fact) possible(today Date) (b tri, n span, s words) {
	switch x.Type {
	case TypeBool:
		b = either
	case TypeInt, TypeMoney, TypeDate:
		n = between(x.min.on(today), x.max.on(today))
		if n.hi.cmp(n.lo) < 0 {
			n.hi = n.lo
		}
	case TypeChoice:
		s = x.set
	case TypeCode:
		if s = x.set; len(s.set) == 0 {
			s = words{others: true}
		}
	}
	return b, n, s
}
