package families

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Source says how a fact came to be known.
type Source string

// The sources, from the weakest to the strongest.
const (
	Told     Source = "told"     // somebody said so
	Document Source = "document" // a worker saw it on paper
	Register Source = "register" // an authentic source gave it
)

// Sources lists the sources in the order in which they are offered.
var Sources = [...]Source{Told, Document, Register}

// Fact is one thing that is known of a person or of the family, with how it is
// known and of when. A value is canonical JSON; null says that what was known
// no longer holds and nothing else is known.
type Fact struct {
	ID           kernel.ID
	Version      int64     // the family's FactsVersion when it was recorded
	Person       kernel.ID // zero: the family
	Key          string
	Value        json.RawMessage
	Source       Source
	ValidFrom    kernel.Date // zero: as long as anybody knows
	ValidTo      kernel.Date // the last day; zero: until something else is known
	RecordedAt   kernel.Instant
	RecordedBy   kernel.ID
	RecordedOrg  kernel.ID
	SupersededAt kernel.Instant // zero: nothing newer covers all its days
}

// known tells whether the fact says anything.
func (x Fact) known() bool { return string(x.Value) != "null" }

// on tells whether the fact speaks of a day.
func (x Fact) on(day kernel.Date) bool {
	return x.ValidFrom <= day && (x.ValidTo == "" || day <= x.ValidTo)
}

// covers tells whether x speaks of every day that y speaks of.
func (x Fact) covers(y Fact) bool {
	return x.ValidFrom <= y.ValidFrom && (x.ValidTo == "" || y.ValidTo != "" && y.ValidTo <= x.ValidTo)
}

// same tells whether x says nothing that y did not say.
func (x Fact) same(y Fact) bool {
	return string(x.Value) == string(y.Value) && x.Source == y.Source && x.ValidFrom == y.ValidFrom && x.ValidTo == y.ValidTo
}

// field is where a form shows the fact: its key, after the person's ID.
func (x Fact) field() string {
	if x.Person == "" {
		return x.Key
	}
	return string(x.Person) + "." + x.Key
}

// holding is what holds on a day: for each person and key the newest of the
// live facts that speak of it. live is in the order of recording.
func holding(live []Fact, day kernel.Date) []Fact {
	type place struct {
		person kernel.ID
		key    string
	}
	newest := map[place]int{}
	var held []Fact
	for _, x := range live {
		if !x.on(day) {
			continue
		}
		at := place{x.Person, x.Key}
		if i, ok := newest[at]; ok {
			held[i] = x
			continue
		}
		newest[at] = len(held)
		held = append(held, x)
	}
	return slices.DeleteFunc(held, func(x Fact) bool { return !x.known() })
}

// FactsOn is what was known to hold on another day.
func (f File) FactsOn(day kernel.Date) []Fact { return holding(f.live, day) }

func quoted(s string) json.RawMessage {
	b, _ := json.Marshal(s) // a string always has a form in JSON
	return b
}

// dateIn reads a fact whose value is a day; zero when it is none.
func dateIn(value json.RawMessage) kernel.Date {
	var s string
	if json.Unmarshal(value, &s) != nil {
		return ""
	}
	d, err := kernel.ParseDate(s)
	if err != nil {
		return ""
	}
	return d
}

func decimal(n int) string { return strconv.Itoa(n) }

func numbered(field string, i int) string { return field + "." + strconv.Itoa(i) }
