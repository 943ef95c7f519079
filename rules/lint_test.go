package rules_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/rules"
)

var lintDay = rules.DateOf(2026, 11, 23)

// Nothing is wrong in our own packs. That numbers are past their indexation is
// so: no source that was found is newer than August 2026, and a family is told
// so beside each of them.
func TestNothingIsWrongInThePacks(t *testing.T) {
	due := 0
	for _, r := range library(t).Lint(lintDay) {
		if r.Due {
			due++
		} else {
			t.Error(r.Error())
		}
	}
	if due == 0 {
		t.Error("no number is due on " + lintDay.String())
	}
}

// Every table and bracket of the packs takes exactly one row in each case that
// its conditions can tell apart, and each row in some.
func TestTheTablesOfThePacksHaveNoGapAndNoRowForNothing(t *testing.T) {
	proofs, cases := library(t).Proofs(), 0
	for _, p := range proofs {
		sum := 0
		for _, row := range p.Rows {
			sum += row.Cases
			if row.Cases == 0 || row.Example == "" {
				t.Errorf("%s:%d: this row of %s is never taken", p.File, row.Line, p.Name)
			}
		}
		if !p.Whole || sum != p.Cases {
			t.Errorf("%s:%d: of %d cases of %s %d take a row", p.File, p.Line, p.Cases, p.Name, sum)
		}
		cases += p.Cases
	}
	if len(proofs) < 20 || cases < 300 {
		t.Errorf("%d tables with %d cases", len(proofs), cases)
	}
}

const lintTests = `
tests:
  - {name: one, date: 2026-03-01, persons: [{id: a, role: applicant}], expect: {status: unknown}}
`

// tangled is a condition that never holds, and that takes a million cases to say
// so: of twenty sums each may be above its limit whatever the others are.
var tangled = func() string {
	var forth, back []string
	for i := range 20 {
		forth = append(forth, fmt.Sprintf("(family.rooms + %d * family.rent > 2)", i+1))
		back = append(back, fmt.Sprintf("(family.rooms + %d * family.rent > 2)", 20-i))
	}
	return "(" + strings.Join(forth, " == ") + ") != (" + strings.Join(back, " == ") + ")"
}()

// Each remark says where, what and what to do. The first line of what stands
// here is line 12 of the pack; the two parameters of the small world are used.
func TestRemarks(t *testing.T) {
	const text = "{nl: n, fr: n, de: n, en: n}"
	when := func(expression string) string {
		return "conditions:\n  - {id: c, text: " + text + ", when: '" + expression + "'}\namount: {value: param.limit + param.never, per: month}\n"
	}
	table := func(rows ...string) string {
		return "let:\n  t:\n    text: " + text + "\n    table:\n      - " + strings.Join(rows, "\n      - ") + "\namount: {value: t * param.limit + param.never, per: month}\n"
	}
	bracket := func(rows, above string) string {
		return "let:\n  t:\n    text: " + text + "\n    bracket:\n      of: family.rooms\n      rows: " + rows + "\n      above: " + above + "\namount: {value: t * param.limit + param.never, per: month}\n"
	}
	dictionary := smallFacts + `  - {key: secret, entity: family, type: bool, names: ` + text + `, question: ` + text + `, sources: [told]}
  - {key: filed, entity: family, type: bool, names: ` + text + `, question: ` + text + `, sources: [document]}
`
	for name, tt := range map[string]struct{ body, code, where, what string }{
		"nothing is wrong":                         {when("family.rooms > 1"), "", "", ""},
		"a number between two that do not meet":    {when("family.rooms > 3 && family.rooms < 2"), rules.LintNever, "13:", "can never hold"},
		"between two whole numbers there is none":  {when("family.rooms > 1 && family.rooms < 2"), rules.LintNever, "13:", "can never hold"},
		"between two cents there is something":     {when("family.rent > 0.01 && family.rent < 0.02"), "", "", ""},
		"above the most there can be":              {when("family.rooms > 4"), rules.LintNever, "13:", "can never hold"},
		"from the least there can be":              {when("family.rooms >= 0"), rules.LintAlways, "13:", "always holds"},
		"the same thing and its opposite":          {when("family.wet && !family.wet"), rules.LintNever, "13:", "can never hold"},
		"one or the other":                         {when("family.wet || !family.wet"), rules.LintAlways, "13:", "always holds"},
		"two colours at once":                      {when(`family.colour == "red" && family.colour == "blue"`), rules.LintNever, "13:", "can never hold"},
		"one of all the colours":                   {when(`family.colour in ["red", "blue", "green"]`), rules.LintAlways, "13:", "always holds"},
		"a parameter that no number is below":      {when("family.rooms < param.limit && family.rooms > 1"), rules.LintNever, "13:", "can never hold"},
		"a sum of two against itself":              {when("family.rooms + family.rent > 3 && 2 * family.rent + 2 * family.rooms < 6"), rules.LintNever, "13:", "can never hold"},
		"a day before itself":                      {when(`applicant.born < date("2020-01-01") && applicant.born > date("2021-01-01")`), rules.LintNever, "13:", "can never hold"},
		"more than nobody":                         {when("count(persons, q, q.happy) >= 0"), rules.LintAlways, "13:", "always holds"},
		"somebody who is two things":               {when(`persons.exists(q, q.role == "child" && q.role == "applicant")`), rules.LintNever, "13:", "no person can ever fit"},
		"what everybody is":                        {when("persons.all(q, q.happy || !q.happy)"), rules.LintAlways, "13:", "every person always fits"},
		"an income that is not there is not below": {when("persons.exists(q, !(q.coins < 2) && !(q.coins >= 2))"), "", "", ""},
		"two conditions that exclude each other": {"conditions:\n  - {id: c, text: " + text + ", when: family.rooms > 2}\n  - {id: d, text: " + text + ", when: family.rooms < 2}\namount: {value: param.limit + param.never, per: month}\n",
			rules.LintNever, "2:1", "can never hold together"},
		"an exclusion of everybody": {"exclusions:\n  - {id: c, text: " + text + ", when: family.rooms < 9}\namount: {value: param.limit + param.never, per: month}\n",
			rules.LintNever, "13:", "takes the right away from everybody"},
		"a referral that never happens": {"refer:\n  - {id: c, text: " + text + ", decides: " + text + ", when: family.rooms > 9}\namount: {value: param.limit + param.never, per: month}\n",
			rules.LintNever, "13:", "can never happen"},
		"an exclusion of nobody": {"exclusions:\n  - {id: c, text: " + text + ", when: family.rooms > 9}\namount: {value: param.limit + param.never, per: month}\n",
			rules.LintAlways, "13:", "can never take the right away"},
		"a right for nobody": {"for:\n  each: p.happy && !p.happy\n  text: " + text + "\namount: {value: param.limit + param.never, per: month}\n",
			rules.LintNever, "13:", "the right is for nobody"},
		"an amount that nobody gets":            {"amount: {value: param.limit + param.never, per: month, when: family.rooms > 9}\n", rules.LintNever, "12:", "this amount is never given"},
		"an amount that everybody gets":         {"amount: {value: param.limit + param.never, per: month, when: family.rooms < 9}\n", rules.LintAlways, "12:", "the condition of this amount always holds"},
		"a condition of a million cases":        {when(tangled), rules.LintTooMany, "13:", "the condition c has more cases than can be looked at"},
		"a table of a million cases":            {table("{when: '"+tangled+"', then: 1}", "{otherwise: 2}"), rules.LintTooMany, "13:", "the table t has more cases than can be looked at"},
		"a fact that nobody can know":           {when("family.secret"), rules.LintUnknown, "13:", "nobody can know the fact family.secret"},
		"a fact that only papers have":          {when("family.filed"), "", "", ""},
		"a row that the one before it takes":    {table("{when: family.rooms < 3, then: 1}", "{when: family.rooms < 2, then: 2}", "{otherwise: 3}"), rules.LintUnreached, "17:16", "this row of t is never taken"},
		"a last row for nothing":                {table("{when: family.wet, then: 1}", "{when: '!family.wet', then: 2}", "{otherwise: 3}"), rules.LintUnreached, "18:", "the rows before it take every case"},
		"a special case before the general one": {table("{when: family.rooms < 1, then: 1}", "{when: family.rooms < 3, then: 2}", "{otherwise: 3}"), "", "", ""},
		"bands that overlap":                    {table("{when: family.rooms <= 2, then: 1}", "{when: family.rooms >= 2 && family.rooms < 4, then: 2}", "{otherwise: 3}"), rules.LintOverlap, "17:", "both fit when family.rooms is 2"},
		"bands that overlap and give the same":  {table("{when: family.rooms <= 2, then: 1}", "{when: family.rooms >= 2 && family.rooms < 4, then: 1}", "{otherwise: 3}"), "", "", ""},
		"a hole of a cent between two bands":    {table("{when: family.rent <= 0.01, then: 1}", "{when: family.rent >= 0.02, then: 2}", "{otherwise: 3}"), rules.LintHole, "13:", "but the last says what holds when family.rent is between 0.01 and 0.02"},
		"no room between two whole numbers":     {table("{when: family.rooms <= 1, then: 1}", "{when: family.rooms >= 2 && family.rooms < 4, then: 2}", "{otherwise: 3}"), "", "", ""},
		"a bracket upside down":                 {bracket("[{to: 3, value: 1}, {to: 2, value: 2}]", "3"), rules.LintUnreached, "17:", "is not above the one before it"},
		"a bracket in order":                    {bracket("[{to: 1, value: 1}, {to: 3, value: 2}]", "3"), "", "", ""},
		"a bracket beyond all there can be":     {bracket("[{to: 1, value: 1}, {to: 4, value: 2}]", "3"), rules.LintUnreached, "18:", "never taken"},
		"a name that nothing needs":             {"let:\n  x: family.rooms + 1\n" + when("family.wet"), rules.LintUnused, "13:3", "nothing needs the name x"},
		"a step without words":                  {"let:\n  x: family.rooms + 1\namount: {value: x + param.limit + param.never, per: month}\n", rules.LintText, "13:3", "x is a step of the amount and has no words"},
		"a parameter that nothing needs":        {"amount: {value: param.limit, per: month}\n", rules.LintUnused, "10:", "nothing is computed with the parameter never"},
		"a text that was not translated": {"notes: {nl: n, fr: this text stands here in English, de: n, en: this text stands here in English}\namount: {value: param.limit + param.never, per: month}\n",
			rules.LintText, "2:1", "notes is the same in fr and en"},
	} {
		t.Run(name, func(t *testing.T) {
			lib, err := loadWith(dictionary, []string{smallPack("be.one", tt.body+lintTests)})
			if err != nil {
				t.Fatal(err)
			}
			remarks := lib.Lint(lintDay)
			if tt.code == "" {
				for _, r := range remarks {
					t.Error(r.Error())
				}
				return
			}
			for _, r := range remarks {
				at := fmt.Sprintf("%d:%d", r.Line, r.Column)
				if r.Code == tt.code && strings.HasPrefix(at, tt.where) && strings.Contains(r.What, tt.what) && r.Remedy != "" && r.Right == "be.one" {
					return
				}
			}
			t.Errorf("nothing says %q on %s: %v", tt.what, tt.where, remarks)
		})
	}
}

// What is wrong with the numbers themselves: the day, the source, the days
// between.
func TestRemarksAboutNumbers(t *testing.T) {
	for name, tt := range map[string]struct{ old, new, code, what string }{
		"an indexation that has passed": {"indexed: none, text: {nl: n, fr: n, de: n, en: n}, values: [{from: 2020-01-01", "indexed: january, text: {nl: n, fr: n, de: n, en: n}, values: [{from: 2020-01-01", rules.LintDue, "since 2021-01-01 a newer one is expected"},
		"a last day that has passed":    {"{from: 2020-01-01, value: 2", "{from: 2020-01-01, to: 2025-12-31, value: 2", rules.LintDue, "the last value of limit ended on 2025-12-31"},
		"days between two values":       {"{from: 2020-01-01, value: 2", "{from: 2018-01-01, to: 2018-12-31, value: 1, confidence: high, source: s}, {from: 2020-01-01, value: 2", rules.LintHole, "limit has no value from 2019-01-01 to 2019-12-31"},
		"a source without a date":       {", dated: 2026-01-01", "", rules.LintSource, "cannot be looked up, or has no date"},
		"a source on paper":             {"https://example.org", "the town hall", rules.LintSource, "the source s of limit cannot be looked up"},
		"told, and computed with":       {"{name: limit, unit: EUR,", "{name: limit, unit: EUR, told: true,", rules.LintUnused, "limit says that it is only told, and something is computed with it"},
	} {
		t.Run(name, func(t *testing.T) {
			pack := smallPack("be.one", "amount: {value: param.limit + param.never, per: month}\n"+lintTests)
			changed := strings.Replace(pack, tt.old, tt.new, 1)
			if changed == pack {
				t.Fatal("nothing was changed")
			}
			for _, r := range small(t, changed).Lint(lintDay) {
				if r.Code == tt.code && strings.Contains(r.What, tt.what) {
					return
				}
			}
			t.Error("nothing says so")
		})
	}
	borrowing := strings.Replace(smallPack("be.two", "amount: {value: param.limit + param.never, per: month}\n"+lintTests), "parameters:\n", "parameters:\n  - {name: theirs, borrow: be.one/limit}\n", 1)
	pair := small(t, smallPack("be.one", "amount: {value: param.limit + param.never, per: month}\n"+lintTests), borrowing)
	if r := pair.Lint(lintDay); len(r) != 1 || r[0].Code != rules.LintUnused || r[0].Right != "be.two" || r[0].What != "nothing needs the parameter theirs" {
		t.Errorf("a borrowed parameter that nothing needs: %v", r)
	}
	lib := small(t, smallPack("be.one", "amount: {value: param.limit + param.never, per: month}\n"))
	if r := lib.Lint(lintDay); len(r) != 1 || r[0].Code != rules.LintUntested || r[0].What != "the right be.one has no tests" {
		t.Errorf("a pack without tests: %v", r)
	}
}

// What is said never to hold, and never to be taken, is so for every family
// that can be drawn.
func TestRemarksAreTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := writer{T: t}
		body := "let:\n  theirs: family.wet\n  t:\n    table:\n"
		for i := range 3 {
			body += fmt.Sprintf("      - {when: '%s', then: %d}\n", w.boolean(2, ""), i+1)
		}
		body += "      - {otherwise: 4}\nconditions:\n  - {id: c, text: {nl: n, fr: n, de: n, en: n}, when: '" + w.boolean(2, "") + "'}\n" +
			"amount: {value: t, per: month, round: none}\n"
		lib, err := loadSmall(smallPack("be.one", body))
		if err != nil {
			t.Skip("the expression is too long")
		}
		never, always := false, false
		for _, r := range lib.Lint(lintDay) {
			if strings.Contains(r.What, "condition c can never") || strings.Contains(r.What, "never hold together") {
				never = true
			}
			if strings.Contains(r.What, "condition c always") {
				always = true
			}
		}
		rows := lib.Proofs()[0].Rows
		for range 10 {
			c := drawCase(t)
			for _, p := range c.open {
				c.known[p] = smallValuesOf(p)[0]
			}
			f := evaluate(t, lib, c.json()).Rights[0]
			if never && f.Status == rules.Entitled || always && f.Status == rules.NotEntitled {
				t.Fatalf("never %v, always %v, and it is %s", never, always, f.Status)
			}
			for _, a := range f.Amounts {
				if i := int(a.Value[0] - '1'); rows[i].Cases == 0 {
					t.Fatalf("row %d is taken, and is said never to be", i+1)
				}
			}
		}
	})
}

// Somebody who writes a right is told at once, whatever was written: what is
// spent on looking at all of a pack has an end, and what was not looked at is
// said.
func TestLookingAtAPackThatMeansIllEnds(t *testing.T) {
	const text = "{nl: n, fr: n, de: n, en: n}"
	body := "conditions:\n"
	for i := range 100 {
		body += fmt.Sprintf("  - {id: c%d, text: %s, when: '%s'}\n", i, text, tangled)
	}
	body += "  - {id: last, text: " + text + ", when: family.rooms > 9}\n"
	lib := small(t, smallPack("be.one", body+"amount: {value: param.limit + param.never, per: month}\n"+lintTests))
	n, slip := 0, false
	for _, r := range lib.Lint(lintDay) {
		switch r.Code {
		case rules.LintTooMany:
			n++
		case rules.LintNever:
			slip = slip || strings.Contains(r.What, "the condition last can never hold")
		}
	}
	if n != 100 || !slip {
		t.Errorf("of 100 conditions that nobody can look through %d are said to be so, and the one that can be: %v", n, slip)
	}
	if spent, most := lib.LintCost("be.one", 2*101); spent > most {
		t.Errorf("%d comparisons were looked at, at most %d may be", spent, most)
	}
}

// Whoever writes a right learns it from what the linter says: each remark is
// explained in the documentation, and is made by a test here.
func TestEveryRemarkIsExplainedAndTried(t *testing.T) {
	read := func(file string) string {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	docs, tests := strings.ReplaceAll(read("../docs/rules-language.md"), `\|`, "|"), read("lint_test.go")
	remark, n := regexp.MustCompile(`l\.find\([^"]*"(?:[^"\\]|\\.)*",\s*"((?:[^"\\]|\\.)*)"`), 0
	for _, file := range []string{"lint.go", "lint_words.go"} {
		for _, m := range remark.FindAllStringSubmatch(read(file), -1) {
			n++
			said := func(in string) bool { // some words of it stand there
				for part := range strings.SplitSeq(m[1], "%s") {
					words := strings.Fields(strings.ReplaceAll(part, "%d", ""))
					if some := strings.Trim(strings.Join(words[:min(3, len(words))], " "), ",;: "); strings.Contains(some, " ") && strings.Contains(in, some) {
						return true
					}
				}
				return false
			}
			if !said(docs) {
				t.Errorf("docs/rules-language.md does not say what to do about %q", m[1])
			}
			if !said(tests) {
				t.Errorf("no test makes the remark %q", m[1])
			}
		}
	}
	if n < 20 {
		t.Errorf("read %d remarks", n)
	}
}
