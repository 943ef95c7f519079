package rules_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/rules"
)

// condition is one condition of a pack that somebody means ill with.
func condition(when string) string {
	return "conditions:\n  - {id: c, text: {nl: n, fr: n, de: n, en: n}, when: '" + when + "'}\n"
}

// chain is names of which each is made of the one before it, twice.
func chain(first, each string, n int) string {
	var b strings.Builder
	b.WriteString("let:\n  x0: " + first + "\n")
	for i := range n {
		fmt.Fprintf(&b, "  x%d: '%s'\n", i+1, strings.ReplaceAll(each, "X", fmt.Sprint("x", i)))
	}
	return b.String()
}

// A pack from outside is refused, or answers and is linted within its time and
// its memory, whatever it asks for.
func TestAPackThatMeansIllIsRefusedOrEnds(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("let:\n  b0: &b0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n")
	for i := range 12 {
		fmt.Fprintf(&bomb, "  b%d: &b%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*b%d, ", i), 9), ", "))
	}
	var asks []string // rights of which each asks twice for the one before it
	for i := range 60 {
		body := "amount: {value: 1, per: month}\n"
		if i > 0 {
			body = fmt.Sprintf("amount: {value: 'amount(\"be.r%d\") + amount(\"be.r%d\")', per: month}\n", i-1, i-1)
		}
		asks = append(asks, smallPack(fmt.Sprint("be.r", i), body))
	}
	var open strings.Builder // conditions of which none is known, each tied to the next
	for i := range 36 {
		fmt.Fprintf(&open, "%s(family.rooms * %d + applicant.coins == %d)", map[bool]string{true: " || "}[i > 0], i+2, 7*i+3)
	}
	for name, packs := range map[string][]string{
		"names that double in numbers":       {smallPack("be.one", chain("1", "X + X", 200)+"amount: {value: x200, per: month}\n")},
		"names that double in what is open":  {smallPack("be.one", chain("family.rooms", "X + X", 200)+"amount: {value: x200, per: month}\n")},
		"names that double in yes and no":    {smallPack("be.one", chain("family.wet", "X && X || X", 200)+condition("x200")+"amount: {value: 1, per: month}\n")},
		"names that square":                  {smallPack("be.one", chain("1.0000001", "X * X", 200)+"amount: {value: x200, per: month}\n")},
		"fractions that grow":                {smallPack("be.one", chain("family.rooms / 7", "X / 3 + X / 7 + 1 / 11", 200)+"amount: {value: x200, per: month}\n")},
		"rights that ask twice for another":  asks,
		"a bomb of aliases":                  {smallPack("be.one", bomb.String()+"amount: {value: 1, per: month}\n")},
		"a list in a list, without end":      {smallPack("be.one", "let: "+strings.Repeat("[", 100_000)+"\n")},
		"a name in a name, without end":      {smallPack("be.one", strings.Repeat("{a: ", 50_000)+"\n")},
		"parentheses without end":            {smallPack("be.one", condition(strings.Repeat("(", 900)+"family.wet"+strings.Repeat(")", 900))+"amount: {value: 1, per: month}\n")},
		"a no of a no of a no":               {smallPack("be.one", condition(strings.Repeat("!", 1900)+"family.wet")+"amount: {value: 1, per: month}\n")},
		"a day that is far away":             {smallPack("be.one", condition(`add_months(date, 900000000) > date && days(date, add_months(date, 2000000000)) > 3`)+"amount: {value: 1, per: month}\n")},
		"a number of a thousand digits":      {smallPack("be.one", "amount: {value: '"+strings.Repeat("9", 1000)+"', per: month}\n")},
		"a limit for each of much":           {smallPack("be.one", condition(open.String())+"amount: {value: 1, per: month}\n")},
		"everybody against everybody, often": {smallPack("be.one", condition(strings.TrimSuffix(strings.Repeat("persons.exists(q, persons.exists(r, persons.exists(s, q.coins + r.coins == s.coins))) && ", 20), " && "))+"amount: {value: 1, per: month}\n")},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			begin := time.Now()
			lib, err := loadSmall(packs...)
			loaded := time.Since(begin)
			if err == nil {
				c, err := lib.ParseCase([]byte(people(`{"id": "b", "role": "child"}, {"id": "c", "role": "child"}`)))
				if err != nil {
					t.Fatal(err)
				}
				lib.Evaluate(c, rules.Options{})
				day, _ := rules.ParseDate("2026-03-01")
				lib.Lint(day)
			}
			took := time.Since(begin)
			runtime.ReadMemStats(&after)
			mib := (after.TotalAlloc - before.TotalAlloc) >> 20
			t.Logf("%v to load, %v in all, %d MiB: %.120v", loaded, took, mib, err)
			if took > 20*time.Second || mib > 512 {
				t.Errorf("it took %v and %d MiB", took, mib)
			}
		})
	}
}
