package page

import (
	"fmt"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

// A wide screen shows some forty lines of a hundred letters.
const (
	screenLines   = 40
	screenLetters = 100
)

// lines is how many lines the words under "why" take on a wide screen: each
// condition with what it saw, the steps of the sum, and the note. Of those that
// are folded under a name the longest is open.
func (c rightCard) lines() (n int) {
	of := func(letters int) int { return 1 + letters/screenLetters }
	longest := 0
	for _, g := range c.Why {
		before := n
		if g.For != "" {
			n++
		}
		for _, line := range g.Lines {
			n += of(len([]rune(line.Text)))
			letters := 0
			for _, saw := range line.Saw {
				letters += len([]rune(saw)) + 3
			}
			if letters > 0 {
				n += of(letters)
			}
		}
		if g.Folded {
			longest = max(longest, n-before-1)
			n = before + 1
		}
	}
	n += longest
	for _, g := range c.Steps {
		n += len(g.Steps) + 1
	}
	return n + of(len([]rune(c.Notes)))
}

// Why a family has a right or not fits a screen: for every right, of families
// as they come, in each region, of whom nothing is known yet and of whom much
// is, in each language.
func TestWhyFitsAScreen(t *testing.T) {
	lib, err := rules.Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	const known = `, "net_income_month": 900, "gross_taxable_month": 1000, "gross_taxable_year_1": 12000, "gross_taxable_year_2": 12000, "benefit": "leefloon"`
	families := map[string]string{}
	for _, town := range []string{"24062", "21004", "62063", "63023"} {
		for name, who := range map[string]string{
			"alone with one child": `{"id": "a", "role": "applicant", "birth_date": "1996-03-14"%s}, {"id": "k", "role": "child", "birth_date": "2024-08-02"}`,
			"a couple with three": `{"id": "a", "role": "applicant", "birth_date": "1988-03-14"%s}, {"id": "b", "role": "partner", "birth_date": "1986-01-01"},
				{"id": "k", "role": "child", "birth_date": "2024-08-02"}, {"id": "l", "role": "child", "birth_date": "2017-05-02"}, {"id": "m", "role": "child", "birth_date": "2012-05-02"}`,
		} {
			for how, more := range map[string]string{"of whom little is known": "", "of whom much is known": known} {
				families[town+", "+name+" "+how] = fmt.Sprintf(`{"date": "2026-03-01", "family": {"municipality": %q}, "persons": [`+who+`]}`, town, more)
			}
		}
	}
	most, where := 0, ""
	for _, lang := range kernel.Langs {
		v := kit.View{Reader: texts.In(lang)}
		for family, document := range families {
			c, err := lib.ParseCase([]byte(document))
			if err != nil {
				t.Fatal(err)
			}
			found := &rights.Found{Rules: lib, Result: *lib.Evaluate(c, rules.Options{Lang: rules.Lang(lang), NoNext: true, Audience: "worker"})}
			for _, x := range found.Result.Rights {
				card := cardBuilder{v, found, func(person string) string {
					return map[string]string{"a": "Fatima", "b": "Omar", "k": "Kadiatou", "l": "Sami", "m": "Aleksandra"}[person]
				}, "worker"}.card(x)
				n := card.lines()
				if n > most {
					most, where = n, x.ID+" of "+family
				}
				if n > screenLines {
					t.Errorf("%s, %s, in %s: %d lines", x.ID, family, lang, n)
				}
			}
		}
	}
	t.Logf("at most %d lines: %s", most, where)
}
