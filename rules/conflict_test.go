package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

// A right that is not due says why, also where no condition is known to fail:
// which ones never hold together.
func TestWhatNeverHoldsTogetherIsSaid(t *testing.T) {
	pack := func(body string) string {
		return smallPack("be.one", body+"amount: {value: 1.0, per: month}\n")
	}
	when := func(id, expression string) string {
		return "  - {id: " + id + ", text: {nl: '" + id + " nl.', fr: '" + id + " fr.', de: '" + id + " de.', en: '" + id + " en.'}, when: '" + expression + "'}\n"
	}
	for name, tt := range map[string]struct {
		pack string
		want []string // the conditions that are said to exclude each other, of each reason
		no   []string // the conditions that are said not to hold
	}{
		"two exclude each other, the third has no part in it": {
			pack: pack("conditions:\n" + when("wet", "family.wet") + when("large", "family.rooms > 2") + when("dry", `!family.wet || family.colour == "red" && family.rooms < 1`)),
			want: []string{"wet large dry"}, no: []string{"together"}},
		"what holds anyway is left out": {
			pack: pack("conditions:\n" + when("wet", "family.wet") + when("small", "family.rooms < 3") + when("large", "family.rooms > 3")),
			want: []string{"small large"}, no: []string{"together"}},
		"one condition that can never hold": {
			pack: pack("conditions:\n" + when("wet", "family.wet") + when("odd", "family.rooms < 1 && family.rooms > 3 || family.rent > 0.03 && family.rent < 0.01")),
			no:   []string{"odd"}},
		"a condition that is known to fail says it itself": {
			pack: pack("conditions:\n" + when("no", "family.rooms > 9") + when("wet", "family.wet") + when("dry", "!family.wet")),
			no:   []string{"no"}},
		"each person has a reason": {
			pack: pack("for: {each: 'p.role == \"child\"', text: {nl: n, fr: n, de: n, en: n}}\nconditions:\n" + when("rich", "p.coins > 1") + when("sad", "!p.happy")),
			want: []string{"rich sad", "rich sad"}, no: []string{"together", "together"}},
		"for whom it is, counts": {
			pack: pack("for: {each: 'p.role == \"child\" && p.happy', text: {nl: for nl., fr: for fr., de: for de., en: for en.}}\nconditions:\n" + when("sad", "!p.happy")),
			want: []string{"for sad", "for sad"}, no: []string{"together", "together"}},
	} {
		t.Run(name, func(t *testing.T) {
			lib := small(t, tt.pack)
			in := `{"date": "2026-03-01", "persons": [{"id": "a", "role": "applicant"}, {"id": "k0", "role": "child"}, {"id": "k1", "role": "child"}]}`
			for _, lang := range rules.Langs {
				f := finding(t, lib, "be.one", in, lang)
				if f.Status != rules.NotEntitled || len(f.Missing) > 0 {
					t.Fatalf("it is %s, and %v are missing", f.Status, f.Missing)
				}
				var said, no []string
				for _, r := range f.Reasons {
					if r.Holds != nil && !*r.Holds {
						no = append(no, r.Condition)
					}
					if r.Condition == rules.TogetherReason {
						said = append(said, strings.Join(r.Together, " "))
						for _, id := range r.Together {
							if !strings.Contains(r.Text, "“"+id+" "+string(lang)+"”") {
								t.Errorf("%s does not stand in %q", id, r.Text)
							}
						}
					}
				}
				if !slices.Equal(said, tt.want) || !slices.Equal(no, tt.no) {
					t.Errorf("said %q and that %q do not hold, want %q and %q", said, no, tt.want, tt.no)
				}
			}
		})
	}
}

// excused tells whether a right that is not due says why, to each person.
func excused(f rules.Finding) bool {
	no := func(person string) bool {
		return slices.ContainsFunc(f.Reasons, func(r rules.Reason) bool {
			return r.Holds != nil && !*r.Holds && (r.Person == "" || r.Person == person)
		})
	}
	if f.Status != rules.NotEntitled {
		return true
	}
	if len(f.Persons) == 0 {
		return no("")
	}
	return !slices.ContainsFunc(f.Persons, func(p rules.PersonStatus) bool { return !no(p.Person) })
}
