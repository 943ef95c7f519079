package rules_test

import (
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

const wages = `
  - {key: wage, entity: family, type: money, unit: EUR/year, min: 0, max: 0.03, names: {nl: x, fr: x, de: x, en: x}, question: {nl: x, fr: x, de: x, en: x}, ask: [family]}
  - {key: aid, entity: family, type: money, unit: EUR/year, min: 0, max: 0.02, names: {nl: x, fr: x, de: x, en: x}, question: {nl: x, fr: x, de: x, en: x}, ask: [family]}
  - {key: once, entity: family, type: money, unit: EUR, min: 0, max: 0.02, names: {nl: x, fr: x, de: x, en: x}, question: {nl: x, fr: x, de: x, en: x}, ask: [family]}
`

func means(more string) string {
	return "  - {key: means, entity: family, type: money, unit: EUR/year, min: 0, max: 0.05, names: {nl: x, fr: x, de: x, en: x}, " + more + "}\n"
}

// An amount that is added up is used when it was not told, asked for by its
// parts, and shown with them; what was told goes before.
func TestAnIncomeIsAddedUpFromItsParts(t *testing.T) {
	pack := smallPack("be.one", "conditions: [{id: c, text: {nl: n, fr: n, de: n, en: n}, when: 'family.means <= 0.03'}]\namount: {value: family.means, per: month, round: none}\n")
	lib, err := loadWith(smallFacts+wages+means("derive: family.wage + family.aid, given: true, source: 'https://example.org/means'"), []string{pack})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ facts, answer, missing, saw string }{
		"both parts are told":        {`"wage": 0.01, "aid": 0.02`, "entitled 0.03/month/family", "", "aid means wage"},
		"one part is not":            {`"wage": 0.02`, "unknown", "aid", "aid means wage"},
		"the parts are told as one":  {`"means": 0.02`, "entitled 0.02/month/family", "", "means"},
		"nothing is told":            {``, "unknown", "wage aid", "aid means wage"},
		"more than may be, in parts": {`"wage": 0.03, "aid": 0.01`, "not_entitled", "", "aid means wage"},
	} {
		t.Run(name, func(t *testing.T) {
			f := finding(t, lib, "be.one", `{"date": "2026-03-01", "family": {`+tt.facts+`}, "persons": [{"id": "a", "role": "applicant"}]}`, rules.NL)
			var missing []string
			for _, m := range f.Missing {
				missing = append(missing, m.Fact)
			}
			if got := answer(f); got != tt.answer || strings.Join(missing, " ") != tt.missing {
				t.Errorf("got %q, missing %q", got, missing)
			}
			var saw []string
			for _, key := range []string{"aid", "means", "wage"} {
				if _, there := f.Reasons[0].Saw["family."+key]; there {
					saw = append(saw, key)
				}
			}
			if strings.Join(saw, " ") != tt.saw {
				t.Errorf("shows %q: %v", saw, f.Reasons[0].Saw)
			}
		})
	}
	if _, err := lib.ParseCase([]byte(`{"date": "2026-03-01", "family": {"means": 0.03, "wage": 0.01, "aid": 0.01}, "persons": [{"id": "a", "role": "applicant"}]}`)); err == nil {
		t.Error("a sum that contradicts its parts is taken")
	}
}

// Only what a law or a page says is added up, and only amounts of one period.
func TestASumThatNobodyStatesIsRefused(t *testing.T) {
	for more, want := range map[string]string{
		"derive: family.wage + family.aid":                                          "nothing says that the amount means follows so",
		"derive: family.wage + family.once, law: art. 1":                            "means is in EUR/year and its part once in EUR",
		"derive: family.wage + family.aid, source: 'ftp://example.org'":             "the source of means cannot be looked up",
		"derive: family.wage + family.means, law: art. 1":                           "the fact means depends on itself",
		"source: 'https://example.org', question: {nl: x, fr: x, de: x, en: x}":     "the fact means has a law or a source and follows from nothing",
		"derive: family.wage + 12 * family.once, source: 'https://example.org/sum'": "",
	} {
		_, err := loadWith(smallFacts+wages+means(more), []string{smallPack("be.one", "amount: {value: 1.0, per: month}\n")})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", more, err, want)
		}
	}
}
