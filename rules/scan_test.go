package rules_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/rules"
)

// inJSON writes a family of a batch as a case.
func inJSON(t interface{ Fatal(...any) }, lib *rules.Library, b *rules.Batch, family int, day rules.Date) []byte {
	read := func(columns map[string]*rules.Column, entity string, row int) map[string]any {
		out := map[string]any{}
		for key, c := range columns {
			if !c.Has(row) {
				continue
			}
			switch lib.Facts().Fact(entity, key).Type {
			case rules.TypeBool:
				out[key] = c.Bools.Get(row)
			case rules.TypeMoney:
				n, sign := c.Ints[row], ""
				if n < 0 {
					n, sign = -n, "-"
				}
				out[key] = fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
			case rules.TypeInt:
				out[key] = c.Ints[row]
			case rules.TypeDate:
				out[key] = c.Dates[row].String()
			default:
				out[key] = c.Words[c.Codes[row]]
			}
		}
		return out
	}
	c := map[string]any{"date": day.String(), "family": read(b.Families, rules.OfFamily, family)}
	persons := []any{}
	for row := b.Starts[family]; row < b.Starts[family+1]; row++ {
		p := read(b.Persons, rules.OfPerson, int(row))
		p["id"] = strconv.Itoa(len(persons) + 1)
		persons = append(persons, p)
	}
	c["persons"] = persons
	out, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// scanned is what a scan says of a family for a right, as one text.
func scanned(a *rules.RightAnswers, b *rules.Batch, family int) string {
	var s strings.Builder
	s.WriteString(string(a.Status[family].Status()))
	first := int(b.Starts[family])
	for row := first; row < int(b.Starts[family+1]) && a.Persons != nil; row++ {
		if p := a.Persons[row]; p != rules.AnswerNone {
			fmt.Fprintf(&s, " %d:%s", row-first+1, p.Status())
		}
	}
	for k, per := range a.Pays {
		if n := a.Cents[k][family]; n != 0 {
			fmt.Fprintf(&s, " %d/%s", n, per)
		}
	}
	for _, m := range a.Missing(family) {
		fmt.Fprintf(&s, " %d?%s", m.Person+1, m.Fact.Key)
	}
	if a.Undetermined(family) {
		s.WriteString(" undetermined")
	}
	return s.String()
}

// found is what Evaluate says, as the same text.
func found(a *rules.RightAnswers, f *rules.Finding) string {
	var s strings.Builder
	s.WriteString(string(f.Status))
	for _, p := range f.Persons {
		fmt.Fprintf(&s, " %s:%s", p.Person, p.Status)
	}
	for _, per := range a.Pays {
		var n int64
		for _, m := range f.Amounts {
			if m.Per == per {
				n += m.Cents
			}
		}
		if n != 0 {
			fmt.Fprintf(&s, " %d/%s", n, per)
		}
	}
	for _, m := range f.Missing {
		person := 0
		if m.Person != "" {
			person, _ = strconv.Atoi(m.Person)
		}
		fmt.Fprintf(&s, " %d?%s", person, m.Fact)
	}
	if f.Undetermined {
		s.WriteString(" undetermined")
	}
	return s.String()
}

// agrees holds the answers of a scan beside those of Evaluate.
func agrees(t interface{ Fatal(...any) }, lib *rules.Library, b *rules.Batch, day rules.Date) (refused, open int) {
	answers, err := lib.Scan(b, rules.ScanOptions{Date: day})
	if err != nil {
		t.Fatal(err)
	}
	for family := range b.Len() {
		text := inJSON(t, lib, b, family, day)
		c, err := lib.ParseCase(text)
		at := slices.IndexFunc(answers.Refused, func(r rules.Refused) bool { return r.Family == family })
		if (err != nil) != (at >= 0) {
			t.Fatal("the scan refuses: ", at >= 0, ", a case: ", err, "\n", string(text))
		}
		if err != nil {
			refused++
			if why, _ := errors.AsType[*rules.InputError](err); *why != *answers.Refused[at].Why {
				t.Fatal(why, answers.Refused[at].Why)
			}
			continue
		}
		result := lib.Evaluate(c, rules.Options{NoNext: true})
		for i := range result.Rights {
			got, want := scanned(&answers.Rights[i], b, family), found(&answers.Rights[i], &result.Rights[i])
			if got != want {
				t.Fatal(result.Rights[i].ID, "\nscan     ", got, "\nevaluate ", want, "\n", string(text))
			}
			if len(result.Rights[i].Missing) > 0 {
				open++
			}
		}
	}
	return refused, open
}

// A scan says of every right of every family what Evaluate says: the status,
// for each person too, the amounts and what is missing.
func TestAScanSaysWhatEvaluateSays(t *testing.T) {
	lib := library(t)
	families, refused, open := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		seed, known := rapid.Uint64().Draw(t, "seed"), rapid.SampledFrom([]int{2, 6, 9, 10}).Draw(t, "known of ten")
		day := rules.DateOf(2026, 3, 1) + rules.Date(rapid.IntRange(-900, 300).Draw(t, "days later"))
		b := lib.DrawBatch(seed, 3, known, day)
		if rapid.Bool().Draw(t, "alike") {
			b = lib.DrawAlike(seed, 1, 3, known, day)
		}
		n, o := agrees(t, lib, b, day)
		families, refused, open = families+3, refused+n, open+o
	})
	t.Log(families, "families, of whom", refused, "cannot be;", open, "answers open")
	if refused == families || open == 0 {
		t.Error("the families show nothing")
	}
}

// So it is with rights of random expressions, of which one uses the other, also
// where facts are tied to each other.
func TestAScanOfRandomRightsSaysWhatEvaluateSays(t *testing.T) {
	families, refused, open := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		one := drawPack(t, "be.one", "")
		two := drawPack(t, "be.two", "be.one")
		load := loadSmall
		if rapid.Bool().Draw(t, "tied") {
			load = loadTied
		}
		lib, err := load(one, two)
		if err != nil {
			t.Fatal(err)
		}
		seed, known := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(2, 10).Draw(t, "known of ten")
		day := rules.DateOf(2026, 3, 1)
		defer func() {
			if t.Failed() {
				t.Log(one, two)
			}
		}()
		b := lib.DrawBatch(seed, 8, known, day)
		if rapid.Bool().Draw(t, "alike") {
			b = lib.DrawAlike(seed, 2, 4, known, day)
		}
		n, o := agrees(t, lib, b, day)
		families, refused, open = families+8, refused+n, open+o
	})
	t.Log(families, "families, of whom", refused, "cannot be;", open, "answers open")
}

// Where two numbers that nobody told have to fit each other, a search looks for
// them and ends: the scan says so, as Evaluate does, and does not call it open.
func TestAScanSaysWhereASearchEnded(t *testing.T) {
	const names = "names: {nl: x, fr: x, de: x, en: x}"
	facts := smallFacts
	for _, key := range []string{"one", "two", "three"} {
		facts += "  - {key: " + key + ", entity: family, type: int, min: 0, max: 99999, " + names + ", question: {nl: x, fr: x, de: x, en: x}, ask: [family]}\n"
	}
	lib, err := loadWith(facts, []string{smallPack("be.needle", `
conditions: [{id: c, text: {nl: n, fr: n, de: n, en: n}, when: 'family.one * family.two == 94906267 && family.three * family.one == 95025061'}]
amount: {value: '1', per: month}
`)})
	if err != nil {
		t.Fatal(err)
	}
	day, err := rules.ParseDate(smallToday)
	if err != nil {
		t.Fatal(err)
	}
	b := lib.DrawBatch(1, 1, 0, day)
	answers, err := lib.Scan(b, rules.ScanOptions{Date: day})
	if err != nil {
		t.Fatal(err)
	}
	if got := scanned(&answers.Rights[0], b, 0); got != "unknown 0?one 0?two 0?three undetermined" {
		t.Error(got)
	}
	agrees(t, lib, b, day)
}

// Of families that differ in what a right does not see, one is searched: here in
// days of birth and in an income, while nobody tells of the work.
func TestFamiliesThatAreAlikeAreSearchedOnce(t *testing.T) {
	lib := small(t, smallPack("be.one", `
conditions: [{id: c, text: {nl: n, fr: n, de: n, en: n}, when: 'persons.exists(q, q.happy && q.old) && family.rent < 0.04'}]
amount: {value: '1 + applicant.coins', per: month}
`))
	day := rules.DateOf(2026, 3, 1)
	b := &rules.Batch{Starts: []int32{0}, Families: map[string]*rules.Column{}, Persons: map[string]*rules.Column{}}
	rent, role, born, coins := &rules.Column{}, &rules.Column{Words: []string{"applicant"}}, &rules.Column{}, &rules.Column{}
	for i := range int32(40) {
		b.Starts = append(b.Starts, i+1)
		rent.Ints, role.Codes = append(rent.Ints, int64(i%6)), append(role.Codes, 0)
		born.Dates, coins.Ints = append(born.Dates, day-rules.Date(i%4)), append(coins.Ints, int64(i%3))
	}
	b.Families["rent"], b.Persons["role"], b.Persons["born"], b.Persons["coins"] = rent, role, born, coins
	agrees(t, lib, b, day)
	answers, err := lib.Scan(b, rules.ScanOptions{Date: day})
	if err != nil {
		t.Fatal(err)
	}
	if open := len(answers.Rights[0].Open); open != 14 || answers.Searched != 1 {
		t.Errorf("%d answers are open, want 14, and %d were searched, want 1", open, answers.Searched)
	}
}

// What a right is for one person hangs on nobody else: nothing is asked about
// others, nor searched.
func TestWhatARightIsForOnePersonHangsOnNobodyElse(t *testing.T) {
	each := "for: {each: 'p.role == \"%s\"', text: {nl: n, fr: n, de: n, en: n}}\nconditions: [{id: c, text: {nl: n, fr: n, de: n, en: n}, when: '%s'}]\namount: {value: '1', per: month, to: each}\n"
	one := strings.Replace(fmt.Sprintf(each, "", "p.happy"), `p.role == ""`, "true", 1)
	for _, uses := range []string{`right("be.one", p)`, `amount("be.one", p) > 0`} {
		lib := small(t, smallPack("be.one", one), smallPack("be.two", fmt.Sprintf(each, "child", uses)))
		c, err := lib.ParseCase([]byte(`{"date": "2026-03-01", "persons": [{"id": "a", "role": "applicant"}, {"id": "k", "role": "child"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		if met := lib.Met(c, "be.two"); !slices.Equal(met, []rules.Missing{{Fact: "happy", Person: "k"}}) {
			t.Errorf("%s: met are %v", uses, met)
		}
	}
}

// One scanner serves many goroutines at once, and each gets the answers for
// its own families.
func TestAScannerServesManyAtOnce(t *testing.T) {
	lib, err := loadTied(smallPack("be.one", `
conditions: [{id: c, text: {nl: n, fr: n, de: n, en: n}, when: 'family.wet && family.rooms > 1 || persons.exists(q, q.coins > 1)'}]
amount: {value: 'family.rent + sum(persons, q, q.happy, q.coins)', per: month}
`))
	if err != nil {
		t.Fatal(err)
	}
	day := rules.DateOf(2026, 3, 1)
	s, err := lib.Scanner(rules.ScanOptions{Date: day})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			b := lib.DrawBatch(uint64(i%7), 20+i%5, 8, day)
			together, err := s.Scan(b)
			if err != nil {
				t.Error(err)
				return
			}
			alone, err := lib.Scan(b, rules.ScanOptions{Date: day})
			if err != nil {
				t.Error(err)
				return
			}
			together.Searched, alone.Searched = 0, 0 // others may have found them
			if !reflect.DeepEqual(together, alone) {
				t.Errorf("together %v, alone %v", together, alone)
			}
			s.Done(together)
		})
	}
	all.Wait()
}

// What no family can be read with is an error about the batch.
func TestABatchThatCannotBeReadIsRefusedWhole(t *testing.T) {
	lib, err := loadSmall(smallPack("be.one", "in_kind: {nl: n, fr: n, de: n, en: n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	role := &rules.Column{Codes: []int32{0}, Words: []string{"applicant"}}
	for name, b := range map[string]*rules.Batch{
		"a fact that there is not": {Starts: []int32{0, 1}, Persons: map[string]*rules.Column{"role": role}, Families: map[string]*rules.Column{"dry": {}}},
		"a column that is too short": {Starts: []int32{0, 1, 1}, Persons: map[string]*rules.Column{"role": role},
			Families: map[string]*rules.Column{"rooms": {Ints: []int64{1}}}},
		"a column of another type":        {Starts: []int32{0, 1}, Persons: map[string]*rules.Column{"role": role}, Families: map[string]*rules.Column{"rooms": {Dates: []rules.Date{1}}}},
		"a text that is not there":        {Starts: []int32{0, 1}, Persons: map[string]*rules.Column{"role": {Codes: []int32{1}, Words: []string{"applicant"}}}},
		"persons without a role":          {Starts: []int32{0, 1}},
		"persons in no order":             {Starts: []int32{0, 2, 1}, Persons: map[string]*rules.Column{"role": role}},
		"a fact that follows from others": {Starts: []int32{0, 1}, Persons: map[string]*rules.Column{"role": role}, Families: map[string]*rules.Column{"side": {Codes: []int32{0}, Words: []string{"left"}}}},
	} {
		if _, err := lib.Scan(b, rules.ScanOptions{Date: rules.DateOf(2026, 3, 1)}); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}

// A family without persons is refused, also where no batch has any.
func TestAFamilyOfNobodyIsRefused(t *testing.T) {
	lib, err := loadSmall(smallPack("be.one", "in_kind: {nl: n, fr: n, de: n, en: n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	answers, err := lib.Scan(&rules.Batch{Starts: []int32{0, 0, 0}}, rules.ScanOptions{Date: rules.DateOf(2026, 3, 1)})
	if err != nil || len(answers.Refused) != 2 || answers.Rights[0].Status[1] != rules.AnswerNone {
		t.Errorf("%v, %v", answers, err)
	}
}

// A condition that nobody can meet, whoever they are, sums up nothing.
func TestASumOfNobodyIsNothing(t *testing.T) {
	for when, want := range map[string]int64{"param.limit < param.limit": 0, "param.limit <= param.limit": 300} {
		lib := small(t, smallPack("be.one", "amount: {value: 'sum(persons, q, "+when+", q.coins)', per: month}\n"))
		role := rules.Column{Codes: []int32{0, 1}, Words: []string{"applicant", "child"}}
		happy := rules.NewBits(2)
		happy.Set(1)
		b := &rules.Batch{Starts: []int32{0, 2}, Families: map[string]*rules.Column{},
			Persons: map[string]*rules.Column{"role": &role, "coins": {Ints: []int64{1, 2}}, "happy": {Bools: happy}}}
		a, err := lib.Scan(b, rules.ScanOptions{Date: rules.DateOf(2026, 3, 1)})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Refused) > 0 {
			t.Fatal(a.Refused[0].Why)
		}
		if got := a.Rights[0].Cents[0][0]; got != want {
			t.Errorf("where %s the sum is %d, want %d", when, got, want)
		}
	}
}
