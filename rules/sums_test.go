package rules_test

import (
	"fmt"
	"strings"
	"testing"
)

// What each person would get is known before it is known whether it gets it.
func TestASumIsKnownBeforeItsConditions(t *testing.T) {
	const of = `for: {each: 'p.age < 12', text: {nl: n, fr: n, de: n, en: n}}
conditions: [{id: c, text: {nl: n, fr: n, de: n, en: n}, when: 'family.means <= 0.03'}]
amount: {value: 'p.age < 6 ? 50.0 : family.aid', per: year}
`
	facts := smallFacts + wages + means("") + "  - {key: age, entity: person, type: int, min: 0, max: 20, names: {nl: x, fr: x, de: x, en: x}, question: {nl: x, fr: x, de: x, en: x}, ask: [family]}\n"
	lib, err := loadWith(facts, []string{smallPack("be.one", of), smallPack("be.two", "amount: {value: 3.0, per: once}\n")})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ family, people, want string }{
		"with nothing known of the family": {``, `{"id": "x", "role": "child", "age": 5}, {"id": "y", "role": "child", "age": 7}`, "x 50.00"},
		"and what the sum hangs on":        {`"aid": 0.02`, `{"id": "x", "role": "child", "age": 5}, {"id": "y", "role": "child", "age": 7}`, "x 50.00 y 0.02"},
		"also where it is refused":         {`"means": 0.05`, `{"id": "x", "role": "child", "age": 5}`, "x 50.00"},
		"of who is not meant, or may be":   {`"aid": 0.02`, `{"id": "x", "role": "child", "age": 12}, {"id": "y", "role": "child"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := lib.ParseCase([]byte(`{"date": "2026-03-01", "family": {` + tt.family + `}, "persons": [{"id": "a", "role": "applicant", "age": 20}, ` + tt.people + `]}`))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, x := range lib.Sums(c, "be.one") {
				got = append(got, fmt.Sprint(x.To, " ", x.Value))
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if all := append(lib.Sums(c, "be.two"), lib.Sums(c, "be.none")...); len(all) > 0 {
				t.Errorf("a right for the family, and one that is not there, give %v", all)
			}
		})
	}
}
