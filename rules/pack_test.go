package rules_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bondgenoot/bondgenoot/rules"
)

// Every mistake of an author is told with its line, what it is and how to mend
// it. The first line of what stands here is line 12 of the pack.
func TestMistakesInPacks(t *testing.T) {
	const condition = "conditions:\n  - {id: c, text: {nl: n, fr: n, de: n, en: n}, when: 'EXPR'}\namount: {value: 1, per: month}\n"
	when := func(expression string) string { return strings.Replace(condition, "EXPR", expression, 1) }
	for name, tt := range map[string]struct{ body, where, what, remedy string }{
		"an expression that does not parse": {when("family.wet &&"), "13:", "does not parse", "rules-language"},
		"a fact that is misspelt":           {when("family.wett"), "13:62", "there is no fact wett of a family", "did you mean wet?"},
		"a fact of a person that is none":   {when("applicant.rooms > 1"), "13:", "there is no fact rooms of a person", ""},
		"a value that a choice never has":   {when(`family.colour == "rde"`), "13:", `family.colour is never "rde"`, "red, blue, green"},
		"a code that is none":               {when(`family.place == "123"`), "13:", `family.place is never "123"`, `^\d\d$`},
		"two codes":                         {when("family.place == family.place"), "13:", "a code is compared", "quotes"},
		"a table that is none":              {when(`lookup("town.side", family.town) == "left"`), "13:", `no "town.side"`, "did you mean towns.side?"},
		"two codes that are looked up":      {when(`lookup("towns.side", family.town) == lookup("towns.side", family.place)`), "13:", "a code is compared", "quotes"},
		"a number with a text":              {when(`family.rooms < "3"`), "13:", "< does not work on a number and a text", "like with like"},
		"yes plus one":                      {when("family.wet + 1 > 2"), "13:", "+ does not work on yes or no and a number", "like with like"},
		"a number as a condition":           {when("family.rooms"), "13:", "this gives a number, not yes or no", "yes or no"},
		"a name that is none":               {when("wett"), "13:", "nothing is called wett", "let:"},
		"a function that is none":           {when("mox(1, 2) > 1"), "13:", "nothing is called mox", "did you mean max?"},
		"a parameter that is none":          {when("param.limt > 1"), "13:", "there is no parameter param.limt", "did you mean param.limit?"},
		"the partner":                       {when("partner.happy"), "13:", "there may be no partner", "persons.exists"},
		"p in a right of the family":        {when("p.happy"), "13:", "p stands for nobody", "each"},
		"a day that does not exist":         {when(`date > date("2026-02-30")`), "13:", "date takes a day that exists", `date("2026-03-01")`},
		"a day that is computed":            {when(`date > date(family.colour)`), "13:", "date takes a day", ""},
		"a right that is none":              {when(`right("be.none")`), "13:", "there is no right be.none", ""},
		"a right that asks for itself":      {when(`right("be.one")`), "13:", "rights depend on each other: be.one, be.one", "circle"},
		"an aggregate over something else":  {when(`["a"].exists(q, true)`), "13:", "an aggregate goes over persons only", "persons"},
		"aggregates four deep": {when("persons.exists(a, persons.exists(b, persons.exists(c, persons.exists(d, d.happy))))"),
			"13:", "nested deeper than 3", "let:"},
		"a name that is taken":          {when("persons.exists(family, true)"), "13:", "already stands for something else", "another letter"},
		"a number with too many digits": {when("family.rooms < 1.2345678901234567"), "13:", "lose digits", "15 digits"},
		"a whole number that is too large": {when("family.rooms < 12345678901234567"), "13:", "more than 15 digits",
			"smaller"},
		"bytes": {when(`b"x" == b"x"`), "13:", "no place in a rule", ""},
		"a list as an amount": {"amount: {value: '[1, 2]', per: month}\n", "12:", "this gives nothing, not a number",
			"a number"},
		"a person that is computed": {when("(family.wet ? applicant : applicant) == applicant"), "13:", "a person cannot be computed", "name the person"},
		"a very long expression":    {when("family.wet" + strings.Repeat(" && family.wet", 200)), "13:", "does not parse", ""},
		"an expression with very many parts": {when("family.rooms < 1" + strings.Repeat("+1", 700)), "13:", "",
			""},
		"a key that is none":                 {"conditons: []\namount: {value: 1, per: month}\n", "12:1", "unknown key conditons", "did you mean conditions?"},
		"a key twice":                        {"in_kind: {nl: n, fr: n, de: n, en: n}\nin_kind: {nl: n, fr: n, de: n, en: n}\n", "13:", "", ""},
		"a language that is missing":         {"in_kind: {nl: n, fr: n, en: n}\n", "12:", "has no de", "add de:"},
		"a language that is empty":           {"in_kind: {nl: n, fr: n, de: '', en: n}\n", "12:", "is empty in de", "four languages"},
		"a text with a comma":                {"in_kind: {nl: n, m, fr: n, de: n, en: n}\n", "12:", "unknown key m", ""},
		"a right for somebody":               {"for: somebody\namount: {value: 1, per: month}\n", "12:", `for cannot be "somebody"`, "{each:"},
		"a name without an expression":       {"let: {x: {text: {nl: n, fr: n, de: n, en: n}}}\namount: {value: 1, per: month}\n", "12:", "x has no value", "bracket:"},
		"a right that gives nothing":         {"notes: {nl: n, fr: n, de: n, en: n}\n", "2:1", "gives nothing", "in_kind"},
		"a period that is none":              {"amount: {value: 1, per: decade}\n", "12:", `per cannot be "decade"`, "month"},
		"a rounding that is none":            {"amount: {value: 1, per: month, round: up}\n", "12:", `round cannot be "up"`, "cent half-up"},
		"an amount to the wrong one":         {"amount: {value: 1, per: month, to: each}\n", "12:", "goes to the wrong one", "leave to: out"},
		"a thing to have that no fact tells": {"received: 'true'\namount: {value: 1, per: month}\n", "12:", "received does not follow from a fact", "ask a fact"},
		"a thing to have that is a number":   {"received: family.rooms\namount: {value: 1, per: month}\n", "12:", "this gives a number", "yes or no"},
		"a table without an end":             {"let: {x: {table: [{when: 'true', then: 1}]}}\namount: {value: x, per: month}\n", "12:", "has no otherwise", "add otherwise:"},
		"a table of different kinds":         {"let: {x: {table: [{when: 'true', then: 1}, {otherwise: 'true'}]}}\namount: {value: 1, per: month}\n", "12:", "this gives yes or no, not a number", ""},
		"names in a circle":                  {"let: {x: 'y + 1', y: 'x + 1'}\namount: {value: x, per: month}\n", "12:", "defined by itself", "circle"},
		"a name that names itself":           {"let: {x: 'x + 1'}\namount: {value: 1, per: month}\n", "12:", "defined by itself", "circle"},
		"a name of the language":             {"let: {date: '1'}\namount: {value: 1, per: month}\n", "12:", "date cannot be a name", ""},
		"a condition twice":                  {"conditions: [{id: c, text: {nl: n, fr: n, de: n, en: n}, when: 'true'}, {id: c, text: {nl: n, fr: n, de: n, en: n}, when: 'true'}]\namount: {value: 1, per: month}\n", "12:", "stands here twice", "another id"},
		"a source that is none":              {"conditions: [{id: c, text: {nl: n, fr: n, de: n, en: n}, when: 'true', source: t}]\namount: {value: 1, per: month}\n", "12:", `there is no source "t"`, ""},
		"a region that is none":              {"region: wonderland\namount: {value: 1, per: month}\n", "", "", ""},
		"a municipality by its name":         {"municipality: Leuven\namount: {value: 1, per: month}\n", "12:", "no NIS code", "24062"},
		"a test without a status":            {"amount: {value: 1, per: month}\ntests: [{name: n, date: 2026-03-01, persons: [], expect: {}}]\n", "13:", "has no status", "add status:"},
		"a test with a wrong status":         {"amount: {value: 1, per: month}\ntests: [{name: n, date: 2026-03-01, persons: [], expect: {status: yes}}]\n", "13:", `status cannot be "yes"`, "entitled"},
		"an expression that begins with !":   {"conditions:\n  - id: c\n    text: {nl: n, fr: n, de: n, en: n}\n    when: !family.wet && family.warm\namount: {value: 1, per: month}\n", "15:11", "a tag of its own", "between quotes"},
		"one between brackets":               {"amount: {when: !family.wet, value: 1, per: month}\n", "12:16", "a tag of its own", "between quotes"},
		"an anchor":                          {"amount: &a {value: 1, per: month}\n", "12:", "", ""},
		"a list in place of a sum":           {"amount: [1, 2]\n", "12:", "should be a mapping", "key: value"},
		"no condition where it needs":        {"for: {each: 'p.happy'}\namount: {value: 1, per: month}\n", "12:", "for has no text", "add text:"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := loadSmall(smallPack("be.one", tt.body))
			problems, ok := errors.AsType[rules.Problems](err)
			if !ok {
				t.Fatalf("got %v, want problems", err)
			}
			for _, p := range problems {
				if p.File == "be/0.yaml" && strings.Contains(p.Error(), tt.where) && strings.Contains(p.What, tt.what) && strings.Contains(p.Remedy, tt.remedy) {
					return
				}
			}
			t.Errorf("got\n%v\nwant %q at %s, with %q", problems, tt.what, tt.where, tt.remedy)
		})
	}
}

func TestMistakesInParameters(t *testing.T) {
	for name, tt := range map[string]struct{ values, what string }{
		"not in order":       {"[{from: 2025-01-01, value: 1, confidence: high, source: s}, {from: 2024-01-01, value: 1, confidence: high, source: s}]", "not in the order"},
		"overlapping":        {"[{from: 2024-01-01, to: 2025-06-30, value: 1, confidence: high, source: s}, {from: 2025-01-01, value: 1, confidence: high, source: s}]", "two values of x hold on 2025-01-01"},
		"ending too soon":    {"[{from: 2024-01-01, to: 2023-06-30, value: 1, confidence: high, source: s}]", "ends before it begins"},
		"without source":     {"[{from: 2024-01-01, value: 1, confidence: high, source: t}]", "there is no source"},
		"of some confidence": {"[{from: 2024-01-01, value: 1, confidence: some, source: s}]", "confidence cannot be"},
		"with a comma":       {"[{from: 2024-01-01, value: '1,5', confidence: high, source: s}]", "not a number"},
		"with other names":   {"[{from: 2024-01-01, value: {a: 1}, confidence: high, source: s}, {from: 2025-01-01, value: {b: 1}, confidence: high, source: s}]", "b is not a name"},
		"with and without":   {"[{from: 2024-01-01, value: {a: 1}, confidence: high, source: s}, {from: 2025-01-01, value: 1, confidence: high, source: s}]", "has no names"},
		"on no day":          {"[{from: 2024-02-30, value: 1, confidence: high, source: s}]", "not a day"},
		"by a name too many": {"[]}\n  - {name: x, unit: EUR, indexed: none, text: {nl: n, fr: n, de: n, en: n}, values: []", "the parameter x stands here twice"},
		"of a strange name":  {"[]}\n  - {name: X y, unit: EUR, indexed: none, text: {nl: n, fr: n, de: n, en: n}, values: []", `"X y" cannot be the name of a parameter`},
		"borrowed and given": {"[]}\n  - {name: y, borrow: be.one/limit, unit: EUR", "a borrowed parameter has nothing of its own"},
		"borrowed of nobody": {"[]}\n  - {name: y, borrow: be.one/limt", "there is no parameter be.one/limt"},
		"half":               {"[]}\n  - {name: y, unit: EUR", "the parameter y is not complete"},
		"with very many":     {"[" + strings.Repeat("{from: 2024-01-01, value: 1, confidence: high, source: s}, ", 401) + "]", "has more than 400 items"},
	} {
		t.Run(name, func(t *testing.T) {
			pack := strings.Replace(smallPack("be.one", "amount: {value: 1, per: month}\n"), "parameters:\n",
				"parameters:\n  - {name: x, unit: EUR, indexed: none, text: {nl: n, fr: n, de: n, en: n}, values: "+tt.values+"}\n", 1)
			if _, err := loadSmall(pack); err == nil || !strings.Contains(err.Error(), tt.what) {
				t.Errorf("got %v, want %q", err, tt.what)
			}
		})
	}
}

func TestFilesThatAreNone(t *testing.T) {
	for name, tt := range map[string]struct{ pack, what string }{
		"no YAML":              {"a: [", "not YAML"},
		"a tab":                {"a:\n\tb: c\n", "not YAML"},
		"two documents":        {"a: b\n---\nc: d\n", "2 documents"},
		"nothing":              {"", "documents"},
		"only brackets":        {strings.Repeat("[", 100), "deeper"},
		"indented beyond":      {strings.Repeat(" ", 200) + "a: b", "deeper"},
		"larger than a pack":   {"a: " + strings.Repeat("x", 300<<10), "larger"},
		"a list":               {"- a\n", "should be a mapping"},
		"a key twice":          {"a: {" + strings.Repeat("b: c, ", 10) + "}\n", "already defined"},
		"an id with a capital": {smallPack("be.One", "amount: {value: 1, per: month}\n"), "cannot be the id"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rules.Load(fstest.MapFS{"facts.yaml": {Data: []byte(smallFacts)}, "x.yaml": {Data: []byte(tt.pack)}})
			if err == nil || !strings.Contains(err.Error(), tt.what) {
				t.Errorf("got %v, want %q", err, tt.what)
			}
		})
	}
}

func TestMistakesInTheDictionary(t *testing.T) {
	names := "names: {nl: n, fr: n, de: n, en: n}"
	for name, tt := range map[string]struct{ fact, what string }{
		"a fact twice":                  {"{key: wet, entity: family, type: bool, " + names + "}", "stands here twice"},
		"a role as a fact":              {"{key: role, entity: person, type: bool, " + names + "}", "built in"},
		"an id":                         {"{key: id, entity: person, type: bool, " + names + "}", "cannot be the key"},
		"a choice without values":       {"{key: x, entity: family, type: choice, " + names + "}", "needs values"},
		"a number without a domain":     {"{key: x, entity: family, type: int, " + names + "}", "has no domain"},
		"an end that is none":           {"{key: x, entity: family, type: date, min: yesterday, max: today, " + names + "}", "cannot be \"yesterday\""},
		"a question that is missing":    {"{key: x, entity: family, type: bool, ask: [family], " + names + "}", "has no question"},
		"asked of a stranger":           {"{key: x, entity: family, type: bool, ask: [stranger], question: {nl: n, fr: n, de: n, en: n}, " + names + "}", "stranger cannot be asked"},
		"a pattern that does not work":  {"{key: x, entity: family, type: code, pattern: '(', " + names + "}", "does not work"},
		"derived from itself":           {"{key: x, entity: family, type: bool, derive: family.x, " + names + "}", "depends on itself"},
		"derived in a circle":           {"{key: x, entity: family, type: bool, derive: '!family.y', " + names + "}\n  - {key: y, entity: family, type: bool, derive: '!family.x', " + names + "}", "depends on itself"},
		"derived as another type":       {"{key: x, entity: family, type: bool, derive: family.rooms, " + names + "}", "this gives a number"},
		"derived from a right":          {"{key: x, entity: family, type: bool, derive: 'right(\"be.one\")', " + names + "}", "may not depend on a right"},
		"listed in no table":            {"{key: x, entity: family, type: code, listed: town, " + names + "}", "no table town"},
		"a number that is listed":       {"{key: x, entity: family, type: bool, listed: towns, " + names + "}", "only a code can be listed"},
		"only for whom nobody can tell": {"{key: x, entity: person, type: bool, only_for: p.rooms, " + names + "}", "no fact rooms"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rules.Load(fstest.MapFS{"facts.yaml": {Data: []byte(smallFacts + "  - " + tt.fact + "\n")}})
			if err == nil || !strings.Contains(err.Error(), tt.what) {
				t.Errorf("got %v, want %q", err, tt.what)
			}
		})
	}
}

func TestMistakesInWhatNeverIs(t *testing.T) {
	const text = ", text: {nl: n, fr: n, de: n, en: n}}"
	for name, tt := range map[string]struct{ never, what string }{
		"a fact that is none":         {"{key: x, entity: family, when: family.wett" + text, "there is no fact wett"},
		"a person of the family":      {"{key: x, entity: family, when: p.happy" + text, "p stands for nobody"},
		"a number":                    {"{key: x, entity: family, when: family.rooms" + text, "this gives a number"},
		"nothing that can be told":    {"{key: x, entity: family, when: 'date < date(\"2020-01-01\")'" + text, "does not speak of facts"},
		"a right":                     {"{key: x, entity: family, when: 'family.wet && right(\"be.one\")'" + text, "does not speak of facts"},
		"the same twice":              {"{key: green, entity: family, when: family.wet" + text, "stands here twice"},
		"an expression that is none":  {"{key: x, entity: family, when: 'family.wet &&'" + text, "does not parse"},
		"no reason that can be shown": {"{key: x, entity: family, when: family.wet}", "has no text"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := rules.Load(fstest.MapFS{"facts.yaml": {Data: []byte(smallFacts + smallNevers + "  - " + tt.never + "\n")}}); err == nil || !strings.Contains(err.Error(), tt.what) {
				t.Errorf("got %v, want %q", err, tt.what)
			}
		})
	}
}

func TestMistakesInTables(t *testing.T) {
	for name, tt := range map[string]struct{ table, what string }{
		"a row that is too short": {"{key: more, columns: [code, side], rows: \"11 left\\n12\"}", "does not have 2 columns"},
		"a row that is too long":  {"{key: more, columns: [code], rows: 11 left}", "does not have 1 columns"},
		"a row without a code":    {"{key: more, columns: [code, side], rows: '- left'}", "does not have 2 columns"},
		"a code twice":            {"{key: more, columns: [code], rows: \"11\\n11\"}", "the code 11 stands twice"},
		"no rows":                 {"{key: more, columns: [code], rows: ''}", "is empty"},
		"no columns":              {"{key: more, columns: [], rows: ''}", "is empty"},
		"a name that is none":     {"{key: More, columns: [code], rows: '11'}", "cannot be the name"},
		"a table twice":           {"{key: towns, columns: [code], rows: '11'}", "stands here twice"},
	} {
		t.Run(name, func(t *testing.T) {
			facts := strings.Replace(smallFacts, "facts:\n", "  - "+tt.table+"\nfacts:\n", 1)
			if _, err := rules.Load(fstest.MapFS{"facts.yaml": {Data: []byte(facts)}}); err == nil || !strings.Contains(err.Error(), tt.what) {
				t.Errorf("got %v, want %q", err, tt.what)
			}
		})
	}
}

func FuzzParsePack(f *testing.F) {
	lib := small(f, smallPack("be.other", "amount: {value: 1, per: month}\n"))
	f.Add(smallPack("be.one", "conditions:\n  - {id: c, text: {nl: n, fr: n, de: n, en: n}, when: 'family.wet && persons.exists(q, q.coins > 1)'}\namount: {value: 'family.rent / 3', per: month}\n"))
	f.Add(smallPack("be.one", "let: {x: {bracket: {of: family.rent, rows: [{to: 1, value: 2}], above: 3}}, y: {table: [{when: family.wet, then: x}, {otherwise: 'x + 1'}]}}\namount: {value: y, per: month}\n"))
	f.Add(smallPack("be.one", "for: {each: 'p.happy', text: {nl: n, fr: n, de: n, en: n}}\nrefer: [{id: r, text: {nl: n, fr: n, de: n, en: n}, decides: {nl: n, fr: n, de: n, en: n}, when: 'right(\"be.other\", p)'}]\namount: {value: 'amount(\"be.other\")', per: month}\n"))
	f.Add("a: [")
	f.Add("? a\n: b\n")
	c, err := lib.ParseCase([]byte(`{"date": "2026-03-01", "persons": [{"id": "a", "role": "applicant"}]}`))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, pack string) {
		next, err := lib.Add("x.yaml", []byte(pack))
		if err != nil {
			if _, ok := errors.AsType[rules.Problems](err); !ok {
				t.Fatalf("an error without a place: %v", err)
			}
			return
		}
		next.Evaluate(c, rules.Options{})
		next.Test()
	})
}
