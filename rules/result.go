package rules

import (
	"encoding/json"
	"slices"
)

// Status is the answer for one right.
type Status string

// The answers. Refer is for what is not to be computed: [Finding.Decides]
// names who decides.
const (
	Entitled    Status = "entitled"
	NotEntitled Status = "not_entitled"
	Unknown     Status = "unknown"
	Refer       Status = "refer"
)

// Result is what the rules say about one family on one day. As JSON its texts
// are in one language, the one of [Options].
type Result struct {
	Date      Date       `json:"date"`
	Rights    []Finding  `json:"rights"`
	Next      *Question  `json:"next_question"`
	Questions []Question `json:"questions,omitempty"` // those that are worth asking, the next one first, as many as [Options] want
}

// Finding is the answer for one right, with everything that explains it.
type Finding struct {
	ID       string         `json:"id"`
	Name     string         `json:"name"`
	Summary  string         `json:"summary"`
	Kind     string         `json:"kind"`
	Status   Status         `json:"status"`
	Persons  []PersonStatus `json:"persons,omitempty"`  // of a right for each person
	Received []string       `json:"received,omitempty"` // who said to have it already: family or persons' ids
	Amounts  []Amount       `json:"amounts"`
	Ranges   []Range        `json:"ranges,omitempty"` // of amounts that are not certain yet
	InKind   string         `json:"in_kind,omitempty"`
	Reasons  []Reason       `json:"reasons"`
	Missing  []Missing      `json:"missing"`
	Unproven []Missing      `json:"unproven,omitempty"` // of Missing: those of which the search ended before it saw that they can change the answer
	Warnings []Warning      `json:"warnings,omitempty"`
	Decides  string         `json:"decides"`
	Refers   []Referral     `json:"refers,omitempty"` // why it is not computed
	Apply    string         `json:"how_to_apply"`
	Mode     string         `json:"mode"` // automatic or application
	Where    string         `json:"where,omitempty"`
	Law      []string       `json:"law,omitempty"`
	Sources  []Source       `json:"sources,omitempty"`
	Notes    string         `json:"notes,omitempty"`

	// Undetermined says of an unknown status that the search ended before it saw
	// two families that differ in it: it may be the same for all.
	Undetermined bool `json:"undetermined,omitempty"`

	Right *Right `json:"-"`
}

// Certainty says how far an answer is known.
type Certainty string

// What can be said of a right with what is known of a family. Elsewhere is for
// what is not to be computed.
const (
	Certain      Certainty = "certain"      // due, whatever is still found out
	Possible     Certainty = "possible"     // due in some families that fit what is known, and in others not
	Excluded     Certainty = "excluded"     // not due, whatever is still found out
	Undetermined Certainty = "undetermined" // the search ended before it knew
	Elsewhere    Certainty = "elsewhere"    // somebody else decides
)

// Certainty is the status of the right with what the search could prove.
func (f *Finding) Certainty() Certainty {
	switch {
	case f.Status == Entitled:
		return Certain
	case f.Status == NotEntitled:
		return Excluded
	case f.Status == Refer:
		return Elsewhere
	case f.Undetermined:
		return Undetermined
	}
	return Possible
}

// Had tells whether whoever can get the right said to have it already, so that
// there is nothing left to ask for.
func (f *Finding) Had() bool {
	return len(f.Received) > 0 && !slices.ContainsFunc(f.Persons, func(p PersonStatus) bool {
		return p.Status != NotEntitled && !slices.Contains(f.Received, p.Person)
	})
}

// PersonStatus is the answer for one person, of a right for each person.
type PersonStatus struct {
	Person string `json:"person"`
	Status Status `json:"status"`
}

// Amount is a sum that the family gets, exact and rounded as its law says.
type Amount struct {
	Value    string `json:"value"` // "123.45"
	Currency string `json:"currency"`
	Per      string `json:"per"` // day, week, month, quarter, year, once, meal, session …
	To       string `json:"to"`  // family or a person's id
	Text     string `json:"text,omitempty"`
	Steps    []Step `json:"steps,omitempty"`

	Cents int64 `json:"-"` // Value in hundredths, rounded half up when it has more decimals
}

// Range is what an amount can be with what is known so far. Min or Max is ""
// when nothing bounds it.
type Range struct {
	Min      string `json:"min"`
	Max      string `json:"max"`
	Currency string `json:"currency"`
	Per      string `json:"per"`
	To       string `json:"to"`

	Least int64 `json:"-"` // Min in hundredths; 0 when nothing bounds it
}

// Step is one line of the arithmetic of an amount.
type Step struct {
	Label      string `json:"label"`      // what is computed
	Expression string `json:"expression"` // with the numbers in place: "1 776,07 − 264,69"
	Value      string `json:"value"`      // "1511.38", or a text
}

// Reason is one condition and whether it holds.
type Reason struct {
	Condition  string          `json:"condition"`
	Together   []string        `json:"together,omitempty"` // conditions of which one always fails, of a [TogetherReason]
	Text       string          `json:"text"`
	Person     string          `json:"person,omitempty"`
	Holds      *bool           `json:"holds"` // null: not known yet
	Saw        map[string]any  `json:"saw"`   // facts and parameters, with the values it saw; null: not known
	Parameters []SeenParameter `json:"parameters,omitempty"`
	Law        string          `json:"law"`
	Source     string          `json:"source"`
}

// SeenParameter is the value of the law that a condition or amount used.
type SeenParameter struct {
	Name       string `json:"name"`
	Text       string `json:"text"`
	Value      string `json:"value,omitempty"` // "" when none is known for the day
	Unit       string `json:"unit"`
	From       string `json:"from,omitempty"`
	Confidence string `json:"confidence,omitempty"`
	Source     string `json:"source,omitempty"`
}

// Missing is a fact that nobody gave and that can still change the answer.
// Person is "" for a fact of the family.
type Missing struct {
	Fact   string `json:"fact"`
	Person string `json:"person,omitempty"`
}

// Warning says why an amount is to be looked at with care.
type Warning struct {
	Code      string `json:"code"` // low_confidence, outdated, ended
	Parameter string `json:"parameter"`
	From      string `json:"from"`
	Text      string `json:"text"`
}

// Referral says why a right is not computed, and who decides.
type Referral struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	Decides string `json:"decides"`
	Person  string `json:"person,omitempty"`
}

// Question is the fact that is worth asking first.
type Question struct {
	Fact   string   `json:"fact"`
	Person string   `json:"person"` // "" for a fact of the family, which JSON writes as null
	Text   string   `json:"text"`   // the question; {name} stands for the person
	Why    string   `json:"why"`
	Rights int      `json:"rights"`          // how many rights one answer can decide
	Month  string   `json:"month,omitempty"` // euros a month that depend on it, at most
	Open   []string `json:"rights_open"`     // the rights that ask for it
}

// MarshalJSON writes a question with person, null where it is about the family.
func (q Question) MarshalJSON() ([]byte, error) {
	type plain Question
	out := struct {
		Fact   string  `json:"fact"`
		Person *string `json:"person"`
		plain
	}{Fact: q.Fact, plain: plain(q)}
	if q.Person != "" {
		out.Person = &q.Person
	}
	return json.Marshal(out)
}

// MarshalJSON writes a reason with saw as an object, also when it is empty.
func (r Reason) MarshalJSON() ([]byte, error) {
	type plain Reason
	if r.Saw == nil {
		r.Saw = map[string]any{}
	}
	return json.Marshal(plain(r))
}
