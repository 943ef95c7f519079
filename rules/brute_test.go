package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/rules"
)

// answer is what a finding says, as one text.
func answer(f rules.Finding) string {
	s := string(f.Status)
	for _, p := range f.Persons {
		if p.Status != rules.NotEntitled { // who is not meant at all is not listed
			s += " " + p.Person + ":" + string(p.Status)
		}
	}
	for _, a := range f.Amounts {
		s += " " + a.Value + "/" + a.Per + "/" + a.To
	}
	return s
}

func evaluate(t interface{ Fatal(...any) }, lib *rules.Library, b []byte) *rules.Result {
	c, err := lib.ParseCase(b)
	if err != nil {
		t.Fatal(err)
	}
	return lib.Evaluate(c, rules.Options{})
}

// drawPack writes a right of random expressions, which may use another right.
func drawPack(t *rapid.T, id, other string) string {
	w := writer{t, other}
	person, body := "", ""
	if rapid.Bool().Draw(t, "each") {
		person = "p"
		body = "for: {each: '" + w.boolean(1, "p") + "', text: {nl: n, fr: n, de: n, en: n}}\n"
	}
	body += "let:\n  theirs: '(family.warm ? family.town : family.place) == \"12\"'\n  named: '" + w.number(2, person) + "'\n"
	body += "conditions:\n"
	for i := range rapid.IntRange(1, 2).Draw(t, "conditions") {
		body += fmt.Sprintf("  - {id: c%d, text: {nl: n, fr: n, de: n, en: n}, when: '%s'}\n", i, w.boolean(3, person))
	}
	if rapid.Bool().Draw(t, "refer") {
		body += "refer: [{id: r, text: {nl: n, fr: n, de: n, en: n}, decides: {nl: n, fr: n, de: n, en: n}, when: '" + w.boolean(2, person) + "'}]\n"
	}
	body += "amount: {value: '" + rapid.SampledFrom([]string{"named", "1", w.number(1, person)}).Draw(t, "amount") + "', per: month}\n"
	return smallPack(id, body)
}

// tally counts what a run of the test met, for its log.
type tally struct{ decided, open, relevant, listed, asked, ruledOut, unproven, undetermined, together int }

// What the engine says about a family with unknown facts is held beside all
// the families that it can turn out to be.
func TestAgainstEveryCompletion(t *testing.T) {
	var count tally
	rapid.Check(t, func(t *rapid.T) { againstEveryCompletion(t, &count, nil) })
	t.Log(count)
}

// Families that were prepared prove nothing: with any others in their place the
// answers are the same, and no fact is listed because a start says so.
func TestWhatWasPreparedIsNeverTrusted(t *testing.T) {
	var count tally
	starts := 0
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		againstEveryCompletion(t, &count, func(lib *rules.Library) {
			lib.SpoilStarts(seed)
			for _, r := range lib.Rights() {
				starts += r.Starts()
			}
		})
	})
	if starts == 0 {
		t.Error("nothing was prepared: there was nothing to spoil")
	}
	t.Log(starts, "families were wrong:", count)
}

func (c tally) String() string {
	return fmt.Sprintf("%d answers decided, %d open; %d facts can change an answer, %d were listed; %d questions, all useful; %d facts were ruled out by supposing; %d were not proved, %d answers not determined; %d answers only several facts change together",
		c.decided, c.open, c.relevant, c.listed, c.asked, c.ruledOut, c.unproven, c.undetermined, c.together)
}

// smallNevers says which families of the small world there are not. Warm and
// blue always go together: neither can change alone.
const smallNevers = `
never:
  - {key: green, entity: family, when: 'family.wet && family.colour == "green"', text: {nl: n, fr: n, de: n, en: n}}
  - {key: blue, entity: family, when: 'family.warm != (family.colour == "blue")', text: {nl: n, fr: n, de: n, en: n}}
  - {key: dear, entity: family, when: 'family.rooms > 2 && family.rent < 0.02', text: {nl: n, fr: n, de: n, en: n}}
  - {key: coins, entity: person, when: 'p.coins == 0 && p.happy && p.old', text: {nl: n, fr: n, de: n, en: n}}
`

// Where facts are tied to each other, only the families that can be count: what
// is listed can change the answer in one of them, and knowing it is enough.
func TestAgainstEveryCompletionThatCanBe(t *testing.T) {
	var count tally
	rapid.Check(t, func(t *rapid.T) {
		one := drawPack(t, "be.one", "")
		two := drawPack(t, "be.two", "be.one")
		free, err := loadSmall(one, two)
		if err != nil {
			t.Fatal(err)
		}
		tied, err := loadTied(one, two)
		if err != nil {
			t.Fatal(err)
		}
		c := drawCase(t, "family.warm", "family.colour", "family.warm", "family.colour", "family.rooms", "family.rent", "a.coins", "a.happy", "a.born")
		var all, can [2]map[string]string // the answers of all completions, and of those that can be
		for i := range all {
			all[i], can[i] = map[string]string{}, map[string]string{}
		}
		c.completions(func(values []int) {
			_, err := tied.ParseCase(c.json())
			for i, f := range evaluate(t, free, c.json()).Rights {
				all[i][fmt.Sprint(values)] = answer(f)
				if err == nil {
					can[i][fmt.Sprint(values)] = answer(f)
				}
			}
		})
		if len(can[0]) == 0 {
			t.Skip("there is no such family")
		}
		result := evaluate(t, tied, c.json())
		var listed []string
		for i, f := range result.Rights {
			if wrong := c.compareTied(f, all[i], can[i], &count); wrong != "" {
				t.Fatalf("%s: %s\n%s\n%s\n%s", f.ID, wrong, c.json(), one, two)
			}
			for _, m := range f.Missing {
				listed = append(listed, place(m.Person, m.Fact))
			}
		}
		switch q := result.Next; {
		case (q == nil) != (len(listed) == 0):
			t.Fatalf("asks %v while %v can change an answer", q, listed)
		case q != nil && !slices.Contains(listed, place(q.Person, q.Fact)):
			t.Fatalf("asks %s, which changes nothing", place(q.Person, q.Fact))
		case q != nil:
			count.asked++
		}
	})
	t.Log(count)
}

// compareTied holds a finding beside the answers of the families that can be.
// all are those of the same families if nothing were tied: they say which facts
// the right asks for at all.
func (c smallCase) compareTied(f rules.Finding, all, can map[string]string, count *tally) (wrong string) {
	statuses, answers := map[string]bool{}, map[string]bool{}
	for _, a := range can {
		status, _, _ := strings.Cut(a, " ")
		statuses[status], answers[a] = true, true
	}
	var asks []int // the facts on which the right hangs
	for i := range c.open {
		if changes(all, i) {
			asks = append(asks, i)
		}
	}
	var matter, missing []string
	var listed []int
	for _, m := range f.Missing {
		missing = append(missing, place(m.Person, m.Fact))
		listed = append(listed, slices.Index(c.open, missing[len(missing)-1]))
	}
	for _, i := range asks {
		if differs(can, slices.DeleteFunc(slices.Clone(asks), func(k int) bool { return k == i })) {
			matter = append(matter, c.open[i])
		}
	}
	slices.Sort(matter)
	slices.Sort(missing)
	var enough []int
	for _, path := range matter {
		enough = append(enough, slices.Index(c.open, path))
	}
	switch alone := !differs(can, enough); {
	case f.Status != rules.Unknown && (len(statuses) != 1 || !statuses[string(f.Status)]):
		return fmt.Sprintf("says %s, but it can be %v", f.Status, statuses)
	case f.Status == rules.Unknown && len(statuses) == 1 && !f.Undetermined:
		return fmt.Sprintf("says unknown, but it is always %v", statuses)
	case len(missing) == 0 && !answers[answer(f)]:
		return fmt.Sprintf("says %s, but it can be %v", answer(f), answers)
	case differs(can, listed):
		return fmt.Sprintf("asks for %v, and then it still can be %v", missing, answers)
	case alone && len(f.Unproven) == 0 && !slices.Equal(matter, missing):
		return fmt.Sprintf("asks for %v, but what can change it is %v", missing, matter)
	case alone:
		count.listed += len(missing)
		count.relevant += len(matter)
	default:
		count.together++
	}
	count.unproven += len(f.Unproven)
	if len(answers) == 1 {
		count.decided++
	} else {
		count.open++
	}
	return ""
}

// differs tells whether two completions that agree on some facts differ in the
// answer.
func differs(answers map[string]string, agree []int) bool {
	seen := map[string]string{}
	for key, a := range answers {
		fields := strings.Fields(strings.Trim(key, "[]"))
		rest := ""
		for _, i := range agree {
			rest += fields[i] + " "
		}
		if b, ok := seen[rest]; ok && a != b {
			return true
		}
		seen[rest] = a
	}
	return false
}

// againstEveryCompletion draws two rights and a family of whom something is not
// known. prepare may change the library before it is asked.
func againstEveryCompletion(t *rapid.T, count *tally, prepare func(*rules.Library)) {
	one := drawPack(t, "be.one", "")
	two := drawPack(t, "be.two", "be.one")
	lib, err := loadSmall(one, two)
	if err != nil {
		t.Fatal(err)
	}
	if prepare != nil {
		prepare(lib)
	}
	c := drawCase(t)
	var all [2]map[string]string // of each right: the answer by completion
	all[0], all[1] = map[string]string{}, map[string]string{}
	c.completions(func(values []int) {
		for i, f := range evaluate(t, lib, c.json()).Rights {
			if f.Status == rules.Unknown {
				t.Fatalf("everything is known and the answer is not: %v\n%s\n%s\n%s", f.Missing, c.json(), one, two)
			}
			all[i][fmt.Sprint(values)] = answer(f)
		}
	})
	result := evaluate(t, lib, c.json())
	partly, err := lib.ParseCase(c.json())
	if err != nil {
		t.Fatal(err)
	}
	var matter []string
	for i, f := range result.Rights {
		if !excused(f) {
			t.Fatalf("%s is not due, and nothing says why\n%s\n%s\n%s", f.ID, c.json(), one, two)
		}
		of, wrong := c.compare(f, all[i], count)
		if wrong != "" {
			t.Fatalf("%s: %s\n%s\n%s\n%s", f.ID, wrong, c.json(), one, two)
		}
		for _, m := range lib.RuledOut(partly, f.ID) {
			if slices.Contains(of, place(m.Person, m.Fact)) {
				t.Fatalf("%s: rules out %s, which can change it\n%s\n%s\n%s", f.ID, place(m.Person, m.Fact), c.json(), one, two)
			}
			count.ruledOut++
		}
		matter = append(matter, of...)
	}
	switch q := result.Next; {
	case q == nil && len(matter) > 0:
		t.Fatalf("asks nothing while %v can change an answer", matter)
	case q != nil && !slices.Contains(matter, place(q.Person, q.Fact)):
		t.Fatalf("asks %s, which changes nothing\n%s\n%s\n%s", place(q.Person, q.Fact), c.json(), one, two)
	case q != nil:
		count.asked++
	}
}

// compare holds a finding beside the answers of every completion: it gives the
// facts that can change it, and what is wrong.
func (c smallCase) compare(f rules.Finding, answers map[string]string, count *tally) (matter []string, wrong string) {
	statuses, all := map[string]bool{}, map[string]bool{}
	for _, a := range answers {
		status, _, _ := strings.Cut(a, " ")
		statuses[status], all[a] = true, true
	}
	for i, path := range c.open {
		if changes(answers, i) {
			matter = append(matter, path)
		}
	}
	var missing []string
	for _, m := range f.Missing {
		missing = append(missing, place(m.Person, m.Fact))
	}
	slices.Sort(matter)
	slices.Sort(missing)
	switch {
	case f.Status != rules.Unknown && (len(statuses) != 1 || !statuses[string(f.Status)]):
		wrong = fmt.Sprintf("says %s, but it can be %v", f.Status, statuses)
	case f.Status == rules.Unknown && len(statuses) == 1:
		wrong = fmt.Sprintf("says unknown, but it is always %v", statuses)
	case len(missing) == 0 && !all[answer(f)]:
		wrong = fmt.Sprintf("says %s, but it can be %v", answer(f), all)
	case !slices.Equal(matter, missing) && len(f.Unproven) == 0:
		wrong = fmt.Sprintf("asks for %v, but what can change it is %v", missing, matter)
	}
	for _, m := range f.Unproven { // it says so of what it did not prove, and of nothing else
		missing = slices.DeleteFunc(missing, func(s string) bool { return s == place(m.Person, m.Fact) && !slices.Contains(matter, s) })
		count.unproven++
	}
	if wrong == "" && !slices.Equal(matter, missing) {
		wrong = fmt.Sprintf("asks for %v, what can change it is %v, and it only doubts %v", missing, matter, f.Unproven)
	}
	if wrong == "" && (f.Certainty() == rules.Possible) != (len(statuses) > 1) && f.Certainty() != rules.Undetermined {
		wrong = fmt.Sprintf("is %s, and can be %v", f.Certainty(), statuses)
	}
	if f.Undetermined {
		count.undetermined++
	}
	if len(matter) == 0 {
		count.decided++
	} else {
		count.open++
	}
	count.relevant += len(matter)
	count.listed += len(missing)
	return matter, wrong
}

// place is "family.wet" or "a.happy".
func place(person, fact string) string {
	if person == "" {
		person = rules.OfFamily
	}
	return person + "." + fact
}

// changes tells whether the i-th open fact changes the answer in some
// completion.
func changes(answers map[string]string, i int) bool {
	seen := map[string]string{}
	for key, a := range answers {
		fields := strings.Fields(strings.Trim(key, "[]"))
		fields[i] = "_"
		rest := fmt.Sprint(fields)
		if b, ok := seen[rest]; ok && a != b {
			return true
		}
		seen[rest] = a
	}
	return false
}
