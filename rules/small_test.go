package rules_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/rules"
)

// The small world: a dictionary whose facts have so few values that every
// family can be written down.
const smallFacts = `
roles:
  - {key: applicant, names: {nl: a, fr: a, de: a, en: a}, required: true}
  - {key: child, names: {nl: k, fr: k, de: k, en: k}}
tables:
  - key: towns
    columns: [code, side, river]
    rows: |
      11 left wide
      12 left -
      21 right narrow
facts:
  - {key: wet, entity: family, type: bool, names: {nl: x, fr: x, de: x, en: x}, question: {nl: x, fr: x, de: x, en: x}, ask: [family]}
  - {key: warm, entity: family, type: bool, names: {nl: x, fr: x, de: x, en: x}, question: {nl: x, fr: x, de: x, en: x}, ask: [family]}
  - {key: colour, entity: family, type: choice, values: [{key: red, names: {nl: x, fr: x, de: x, en: x}}, {key: blue, names: {nl: x, fr: x, de: x, en: x}}, {key: green, names: {nl: x, fr: x, de: x, en: x}}], names: {nl: x, fr: x, de: x, en: x}, question: {nl: x, fr: x, de: x, en: x}, ask: [family]}
  - {key: rooms, entity: family, type: int, min: 0, max: 4, names: {nl: x, fr: x, de: x, en: x}, question: {nl: x, fr: x, de: x, en: x}, ask: [family]}
  - {key: rent, entity: family, type: money, min: 0, max: 0.05, names: {nl: x, fr: x, de: x, en: x}, question: {nl: x, fr: x, de: x, en: x}, ask: [family]}
  - {key: place, entity: family, type: code, pattern: '^\d\d$', names: {nl: x, fr: x, de: x, en: x}, question: {nl: x, fr: x, de: x, en: x}, ask: [family]}
  - {key: town, entity: family, type: code, listed: towns, names: {nl: x, fr: x, de: x, en: x}, question: {nl: x, fr: x, de: x, en: x}, ask: [family]}
  - {key: side, entity: family, type: code, derive: 'lookup("towns.side", family.town)', names: {nl: x, fr: x, de: x, en: x}}
  - {key: happy, entity: person, type: bool, names: {nl: x, fr: x, de: x, en: x}, question: {nl: x, fr: x, de: x, en: x}, ask: [family]}
  - {key: coins, entity: person, type: int, min: 0, max: 3, only_for: 'p.role == "applicant" || p.happy', names: {nl: x, fr: x, de: x, en: x}, question: {nl: x, fr: x, de: x, en: x}, ask: [family]}
  - {key: born, entity: person, type: date, min: today-3, max: today, names: {nl: x, fr: x, de: x, en: x}, question: {nl: x, fr: x, de: x, en: x}, ask: [family]}
  - {key: old, entity: person, type: bool, derive: 'days(p.born, date) >= 2', names: {nl: x, fr: x, de: x, en: x}}
`

const smallToday = "2026-03-01"

// smallValues are all values of each fact of the small world. The codes are
// those that expressions can tell apart.
var smallValues = map[string][]any{
	"family.wet": {true, false}, "family.warm": {true, false}, "family.colour": {"red", "blue", "green"},
	"family.rooms": {0, 1, 2, 3, 4}, "family.rent": {0, 0.01, 0.02, 0.03, 0.04, 0.05}, "family.place": {"11", "12", "13", "21", "30"}, "family.town": {"11", "12", "21"},
	"happy": {true, false}, "coins": {0, 1, 2, 3}, "born": {"2026-02-26", "2026-02-27", "2026-02-28", "2026-03-01"},
}

// smallPack is a right made of expressions.
func smallPack(id, body string) string {
	return `
id: ` + id + `
names: {nl: n, fr: n, de: n, en: n}
summary: {nl: n, fr: n, de: n, en: n}
authority: {nl: gezag, fr: n, de: n, en: n}
kind: statutory
sources: [{id: s, url: 'https://example.org', kind: official, dated: 2026-01-01}]
parameters:
  - {name: limit, unit: EUR, indexed: none, text: {nl: n, fr: n, de: n, en: n}, values: [{from: 2020-01-01, value: 2, confidence: high, source: s}]}
  - {name: never, unit: EUR, indexed: none, text: {nl: n, fr: n, de: n, en: n}, values: [{from: 2030-01-01, value: 2, confidence: high, source: s}]}
apply: {mode: application, how: {nl: n, fr: n, de: n, en: n}}
` + body
}

func small(t testing.TB, packs ...string) *rules.Library {
	t.Helper()
	lib, err := loadSmall(packs...)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func loadSmall(packs ...string) (*rules.Library, error) { return loadWith(smallFacts, packs) }

// loadTied is the small world in which not all families can be.
func loadTied(packs ...string) (*rules.Library, error) {
	return loadWith(smallFacts+smallNevers, packs)
}

func loadWith(facts string, packs []string) (*rules.Library, error) {
	files := fstest.MapFS{"facts.yaml": {Data: []byte(facts)}}
	for i, p := range packs {
		files[fmt.Sprintf("be/%d.yaml", i)] = &fstest.MapFile{Data: []byte(p)}
	}
	return rules.Load(files)
}

// writer makes expressions of the small world; person is the name of a person
// that may be used.
type writer struct {
	*rapid.T
	other string // the id of another right, or ""
}

func (w writer) pick(label string, options ...func() string) string {
	return options[rapid.IntRange(0, len(options)-1).Draw(w.T, label)]()
}

func (w writer) say(s string) func() string { return func() string { return s } }

func (w writer) boolean(depth int, person string) string {
	leaves := []func() string{
		w.say("family.wet"), w.say("family.warm"),
		func() string {
			return "(family.colour == " + rapid.SampledFrom([]string{`"red"`, `"blue"`}).Draw(w.T, "colour") + ")"
		},
		w.say(`(family.colour in ["red", "green"])`), w.say(`(family.place == "11")`), w.say(`family.place.startsWith("1")`),
		w.say("applicant.happy"), w.say("applicant.old"), w.say("true"), w.say(`(family.side == "left")`), w.say(`(family.town in ["11", "21"])`),
		w.say(`lookup("towns.river", family.town).startsWith("n")`), w.say(`(lookup("towns.side", family.place) == "left")`), w.say("theirs"),
	}
	if person != "" {
		leaves = append(leaves, w.say(person+".happy"), w.say(person+".old"), w.say("("+person+`.role == "child")`))
	}
	if w.other != "" {
		leaves = append(leaves, w.say(`right("`+w.other+`")`))
		if person != "" {
			leaves = append(leaves, w.say(`right("`+w.other+`", `+person+`)`))
		}
	}
	if depth == 0 {
		return w.pick("leaf", leaves...)
	}
	b := func() string { return w.boolean(depth-1, person) }
	n := func() string { return w.number(depth-1, person) }
	return w.pick("boolean", append(leaves,
		func() string { return "(" + b() + " && " + b() + ")" }, func() string { return "(" + b() + " || " + b() + ")" },
		func() string { return "!" + b() }, func() string { return "(" + b() + " ? " + b() + " : " + b() + ")" },
		func() string { return "(" + n() + " < " + n() + ")" }, func() string { return "(" + n() + " <= " + n() + ")" },
		func() string { return "(" + n() + " == " + n() + ")" }, func() string { return "(" + b() + " == " + b() + ")" },
		func() string {
			return `persons.exists(z` + fmt.Sprint(depth) + `, ` + w.boolean(min(1, depth-1), "z"+fmt.Sprint(depth)) + `)`
		},
		func() string {
			return `persons.all(z` + fmt.Sprint(depth) + `, ` + w.boolean(min(1, depth-1), "z"+fmt.Sprint(depth)) + `)`
		},
	)...)
}

func (w writer) number(depth int, person string) string {
	leaves := []func() string{
		w.say("family.rooms"), w.say("family.rent"), w.say("applicant.coins"), w.say("param.limit"),
		func() string { return rapid.SampledFrom([]string{"0", "1", "2", "0.03", "0.5"}).Draw(w.T, "literal") },
	}
	if person != "" {
		leaves = append(leaves, w.say(person+".coins"))
	}
	if w.other != "" {
		leaves = append(leaves, w.say(`amount("`+w.other+`")`))
	}
	if depth == 0 {
		return w.pick("leaf", leaves...)
	}
	n := func() string { return w.number(depth-1, person) }
	b := func() string { return w.boolean(depth-1, person) }
	z := "z" + fmt.Sprint(depth)
	return w.pick("number", append(leaves,
		func() string { return "(" + n() + " + " + n() + ")" }, func() string { return "(" + n() + " - " + n() + ")" },
		func() string { return "(" + n() + " * " + n() + ")" }, func() string { return "min(" + n() + ", " + n() + ")" },
		func() string { return "max(" + n() + ", " + n() + ")" }, func() string { return "(" + b() + " ? " + n() + " : " + n() + ")" },
		func() string { return "(" + n() + " / " + n() + ")" }, w.say("param.never"),
		func() string { return "count(persons, " + z + ", " + w.boolean(min(1, depth-1), z) + ")" },
		func() string {
			return "sum(persons, " + z + ", " + w.boolean(min(1, depth-1), z) + ", " + z + ".coins)"
		},
		func() string {
			return "largest(persons, " + z + ", " + w.boolean(min(1, depth-1), z) + ", " + z + ".coins)"
		},
	)...)
}

// smallCase is a family of the small world: what is known and what is not.
type smallCase struct {
	known map[string]any // "family.wet", "a.happy"
	open  []string
	kids  int
}

func (c smallCase) json() []byte {
	family := map[string]any{}
	people := []map[string]any{{"id": "a", "role": "applicant"}}
	for i := range c.kids {
		people = append(people, map[string]any{"id": fmt.Sprint("k", i), "role": "child"})
	}
	for path, v := range c.known {
		who, key, _ := strings.Cut(path, ".")
		if who == "family" {
			family[key] = v
			continue
		}
		for _, p := range people {
			if p["id"] == who {
				p[key] = v
			}
		}
	}
	b, err := json.Marshal(map[string]any{"date": smallToday, "family": family, "persons": people})
	if err != nil {
		panic(err)
	}
	return b
}

func smallValuesOf(path string) []any {
	if v, ok := smallValues[path]; ok {
		return v
	}
	_, key, _ := strings.Cut(path, ".")
	return smallValues[key]
}

// drawCase makes a family of which at most five facts are not known,
// those that are named more often than others.
func drawCase(t *rapid.T, often ...string) smallCase {
	c := smallCase{known: map[string]any{}, kids: rapid.IntRange(0, 2).Draw(t, "kids")}
	paths := []string{"family.wet", "family.warm", "family.colour", "family.rooms", "family.rent", "family.place", "family.town"}
	for _, who := range []string{"a", "k0", "k1"}[:1+c.kids] {
		paths = append(paths, who+".happy", who+".coins", who+".born")
	}
	for _, p := range paths {
		c.known[p] = rapid.SampledFrom(smallValuesOf(p)).Draw(t, p)
	}
	for range rapid.IntRange(0, 5).Draw(t, "unknown") {
		p := rapid.SampledFrom(append(often, paths...)).Draw(t, "open")
		if _, known := c.known[p]; known {
			delete(c.known, p)
			c.open = append(c.open, p)
		}
	}
	return c
}

// completions calls see with every way to fill in what is open.
func (c smallCase) completions(see func(values []int)) {
	values := make([]int, len(c.open))
	var fill func(i int)
	fill = func(i int) {
		if i == len(c.open) {
			see(values)
			return
		}
		for k, v := range smallValuesOf(c.open[i]) {
			values[i] = k
			c.known[c.open[i]] = v
			fill(i + 1)
		}
		delete(c.known, c.open[i])
	}
	fill(0)
}

// A test of a pack may say what a named expression or a parameter is: for the
// first person for whom the right is, open where it is open, absent where there is
// no such name.
func TestAPackSaysWhatANamedExpressionIs(t *testing.T) {
	pack := func(values string) string {
		return smallPack("be.one", `let: {twice: 2 * param.limit, wet: family.wet, rent: family.rent + 1}
amount: {value: twice, per: month}
tests:
  - {name: n, date: 2026-03-01, family: {wet: true}, persons: [{id: a, role: applicant}], expect: {status: entitled, values: {`+values+`}}}
`)
	}
	for name, tt := range map[string]struct{ values, wrong string }{
		"as they are":              {"twice: 4.00, param.limit: 2, param.never: null, wet: true, rent: null", ""},
		"a cent more":              {"twice: 4.01", "the value twice is 4, expected 4.01"},
		"another answer":           {"wet: false", "the value wet is true, expected false"},
		"known, and nobody told":   {"rent: 1", "the value rent is null, expected 1"},
		"a name that nothing has":  {"thrice: 3", "the value thrice is absent, expected 3"},
		"a parameter that is none": {"param.floor: 3", "the value param.floor is absent, expected 3"},
	} {
		t.Run(name, func(t *testing.T) {
			lib := small(t, pack(tt.values))
			failures := lib.TestOf("be.one").Failures
			if tt.wrong == "" && len(failures) > 0 || tt.wrong != "" && (len(failures) != 1 || !strings.Contains(failures[0], tt.wrong)) {
				t.Errorf("got %q, want %q", failures, tt.wrong)
			}
		})
	}
}
