package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

func TestTheQuestionThatDecidesMostComesFirst(t *testing.T) {
	condition := func(when string) string {
		return "conditions:\n  - {id: c, text: {nl: n, fr: n, de: n, en: n}, when: '" + when + "'}\n"
	}
	for name, tt := range map[string]struct {
		packs []string
		want  string
		why   string
	}{
		"two rights before one": {[]string{
			smallPack("be.a", condition("family.wet")+"amount: {value: 1, per: month}\n"),
			smallPack("be.b", condition("family.warm")+"amount: {value: 1, per: month}\n"),
			smallPack("be.c", condition("family.warm")+"amount: {value: 1, per: month}\n"),
		}, "family.warm", "This answer can decide 2 rights, up to 2 € a month."},
		"many euros before few": {[]string{
			smallPack("be.a", condition("family.wet")+"amount: {value: 1, per: month}\n"),
			smallPack("be.b", condition("family.warm")+"amount: {value: 900, per: month}\n"),
		}, "family.warm", "This answer can decide 1 right, up to 900 € a month."},
		"a year counts for twelve months": {[]string{
			smallPack("be.a", condition("family.wet")+"amount: {value: 120, per: year}\n"),
			smallPack("be.b", condition("family.warm")+"amount: {value: 11, per: month}\n"),
		}, "family.warm", "This answer can decide 1 right, up to 11 € a month."},
		"of equals the first in the dictionary": {[]string{
			smallPack("be.a", condition("family.warm")+"amount: {value: 1, per: month}\n"),
			smallPack("be.b", condition("family.wet")+"amount: {value: 1, per: month}\n"),
		}, "family.wet", ""},
		"what can decide before what is only needed": {[]string{
			smallPack("be.a", condition("family.wet && family.warm && applicant.happy || family.rooms > 3")+"amount: {value: 1, per: month}\n"),
		}, "family.rooms", "This answer can decide 1 right, up to 1 € a month."},
		"who makes sense of a question comes before it": {[]string{
			smallPack("be.a", condition("persons.exists(q, q.coins > 2 && q != applicant)")+"amount: {value: 1, per: month}\n"),
		}, "k.happy", ""},
		"what nobody may ask is not asked": {[]string{
			smallPack("be.a", condition("applicant.old")+"amount: {value: 1, per: month}\n"),
		}, "a.born", ""},
	} {
		t.Run(name, func(t *testing.T) {
			lib := small(t, tt.packs...)
			c, err := lib.ParseCase([]byte(`{"date": "2026-03-01", "persons": [{"id": "a", "role": "applicant"}, {"id": "k", "role": "child"}]}`))
			if err != nil {
				t.Fatal(err)
			}
			q := lib.Evaluate(c, rules.Options{Lang: rules.EN}).Next
			if q == nil || place(q.Person, q.Fact) != tt.want || tt.why != "" && q.Why != tt.why {
				t.Errorf("got %+v, want %s because %s", q, tt.want, tt.why)
			}
		})
	}
}

func TestOnlyWhoMayBeAskedIsAsked(t *testing.T) {
	lib := small(t, smallPack("be.a", "conditions:\n  - {id: c, text: {nl: n, fr: n, de: n, en: n}, when: family.wet}\namount: {value: 1, per: month}\n"))
	c, err := lib.ParseCase([]byte(`{"date": "2026-03-01", "persons": [{"id": "a", "role": "applicant"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for audience, asks := range map[string]bool{"": true, "family": true, "worker": false} {
		r := lib.Evaluate(c, rules.Options{Audience: audience})
		if (r.Next != nil) != asks {
			t.Errorf("%q is asked %v", audience, r.Next)
		}
		if len(r.Rights[0].Missing) != 1 {
			t.Errorf("for %q the fact is not missing", audience)
		}
	}
	if r := lib.Evaluate(c, rules.Options{NoNext: true}); r.Next != nil {
		t.Errorf("a question nobody wanted: %v", r.Next)
	}
}

// Answering question after question comes to an end, and every answer was
// needed.
func TestAConversationEnds(t *testing.T) {
	lib := library(t)
	facts := map[string]string{}
	answer := map[string]string{
		"bool": "false", "int": "3", "money": `"1200.00"`, "date": `"2024-02-01"`, "code": `"24062"`,
	}
	for step := range 60 {
		var family, applicant, child []string
		for at, v := range facts {
			who, key, _ := strings.Cut(at, ".")
			pair := `, "` + key + `": ` + v
			switch who {
			case "family":
				family = append(family, pair)
			case "a":
				applicant = append(applicant, pair)
			default:
				child = append(child, pair)
			}
		}
		in := `{"date": "2026-03-01", "family": {` + strings.TrimPrefix(strings.Join(family, ""), ", ") + `}, "persons": [
			{"id": "a", "role": "applicant"` + strings.Join(applicant, "") + `}, {"id": "k", "role": "child"` + strings.Join(child, "") + `}]}`
		c, err := lib.ParseCase([]byte(in))
		if err != nil {
			t.Fatal(err)
		}
		r := lib.Evaluate(c, rules.Options{})
		if r.Next == nil {
			for _, f := range r.Rights {
				if f.Status == rules.Unknown {
					t.Errorf("%s is still unknown: %v", f.ID, f.Missing)
				}
			}
			t.Logf("%d questions for %d rights", step, len(r.Rights))
			return
		}
		entity := rules.OfPerson
		if r.Next.Person == "" {
			entity = rules.OfFamily
		}
		x := lib.Facts().Fact(entity, r.Next.Fact)
		v := answer[x.Type]
		switch {
		case x.Type == rules.TypeChoice:
			v = `"` + x.Values[0].Key + `"`
		case x.Key == "birth_date" && r.Next.Person == "a":
			v = `"1996-02-01"`
		}
		if _, again := facts[place(r.Next.Person, r.Next.Fact)]; again {
			t.Fatalf("asks %s again", x.Key)
		}
		facts[place(r.Next.Person, r.Next.Fact)] = v
	}
	t.Error("the questions do not end")
}

// What a family would rather not tell now is not asked: another question is,
// the best of those that are left, and none that makes sense only after it.
func TestWhatIsPutOffIsNotAsked(t *testing.T) {
	condition := func(when string) string {
		return "conditions:\n  - {id: c, text: {nl: n, fr: n, de: n, en: n}, when: '" + when + "'}\n"
	}
	rooms := smallPack("be.a", condition("family.rooms > 3")+"amount: {value: 50, per: month}\n")
	coins := smallPack("be.b", condition("persons.exists(q, q != applicant && q.coins > 2)")+"amount: {value: 900, per: month}\n")
	warm := smallPack("be.c", condition("family.warm")+"amount: {value: 10, per: month}\n")
	happy, k := rules.Missing{Fact: "happy", Person: "k"}, rules.Missing{Fact: "coins", Person: "k"}
	for name, tt := range map[string]struct {
		packs []string
		skip  []rules.Missing
		want  string // "": nothing is asked
	}{
		"nothing is put off":                         {[]string{rooms, warm}, nil, "family.rooms"},
		"the best one":                               {[]string{rooms, warm}, []rules.Missing{{Fact: "rooms"}}, "family.warm"},
		"another than the best one":                  {[]string{rooms, warm}, []rules.Missing{{Fact: "warm"}}, "family.rooms"},
		"all of them":                                {[]string{rooms, warm}, []rules.Missing{{Fact: "warm"}, {Fact: "rooms"}}, ""},
		"one on which another hangs":                 {[]string{coins, warm}, []rules.Missing{happy}, "family.warm"},
		"one on which all that is left hangs":        {[]string{coins}, []rules.Missing{happy}, ""},
		"one that hangs on another":                  {[]string{coins, warm}, []rules.Missing{k}, "k.happy"},
		"a fact of somebody who is not there":        {[]string{rooms}, []rules.Missing{{Fact: "happy", Person: "z"}}, "family.rooms"},
		"a fact that there is not":                   {[]string{rooms}, []rules.Missing{{Fact: "none"}, {Fact: "none", Person: "k"}}, "family.rooms"},
		"a person's fact as if it were the family's": {[]string{coins}, []rules.Missing{{Fact: "happy"}}, "k.happy"},
	} {
		t.Run(name, func(t *testing.T) {
			lib := small(t, tt.packs...)
			c := mustParse(t, lib, []byte(`{"date": "2026-03-01", "persons": [{"id": "a", "role": "applicant"}, {"id": "k", "role": "child"}]}`))
			r := lib.Evaluate(c, rules.Options{Skip: tt.skip})
			got := ""
			if r.Next != nil {
				got = place(r.Next.Person, r.Next.Fact)
			}
			if got != tt.want {
				t.Errorf("asks %q, want %q", got, tt.want)
			}
			for i, f := range lib.Evaluate(c, rules.Options{}).Rights {
				if len(f.Missing) != len(r.Rights[i].Missing) {
					t.Errorf("%s misses %v, and %v when something is put off", f.ID, f.Missing, r.Rights[i].Missing)
				}
			}
		})
	}
}

// On the way from everything put off to nothing: each question that is named is
// one that may be asked and was not put off, until none is left.
func TestQuestionsThatArePutOffRunOut(t *testing.T) {
	lib := library(t)
	c := mustParse(t, lib, []byte(benchCases["half known"]))
	var later []rules.Missing
	for range 60 {
		q := lib.Evaluate(c, rules.Options{Audience: "family", Skip: later}).Next
		if q == nil {
			t.Logf("%d questions", len(later))
			return
		}
		m := rules.Missing{Fact: q.Fact, Person: q.Person}
		if slices.Contains(later, m) {
			t.Fatalf("asks %v again", m)
		}
		later = append(later, m)
	}
	t.Error("the questions do not end")
}

// The questions that are worth asking are listed with their reasons, the one
// that decides most first.
func TestQuestionsAreListedBestFirst(t *testing.T) {
	right := func(id, when, euros string) string {
		return smallPack(id, "conditions:\n  - {id: c, text: {nl: n, fr: n, de: n, en: n}, when: '"+when+"'}\namount: {value: "+euros+", per: month}\n")
	}
	lib := small(t, right("be.a", "family.wet", "10"), right("be.b", "family.warm", "200"), right("be.c", "family.warm", "100"), right("be.d", "family.rooms > 3", "50"))
	c := mustParse(t, lib, []byte(`{"date": "2026-03-01", "persons": [{"id": "a", "role": "applicant"}]}`))
	want := []string{"warm: This answer can decide 2 rights, up to 300 € a month.", "rooms: This answer can decide 1 right, up to 50 € a month.", "wet: This answer can decide 1 right, up to 10 € a month."}
	for n := range 5 {
		r := lib.Evaluate(c, rules.Options{Lang: rules.EN, Audience: "family", Questions: n})
		var got []string
		for _, q := range r.Questions {
			got = append(got, q.Fact+": "+q.Why)
		}
		if !slices.Equal(got, want[:min(n, len(want))]) || r.Next.Fact != "warm" {
			t.Errorf("of %d: %q, and first %s", n, got, r.Next.Fact)
		}
	}
}

// Of a real family too: the first is the one that is asked, none stands there
// twice, each has a reason, and a shorter list is the beginning of a longer.
func TestTheQuestionsOfARealFamilyAreListed(t *testing.T) {
	lib := library(t)
	for name, in := range benchCases {
		c := mustParse(t, lib, []byte(in))
		next := lib.Evaluate(c, rules.Options{Audience: "family"}).Next
		short := lib.Evaluate(c, rules.Options{Audience: "family", Questions: 6}).Questions
		whole := lib.Evaluate(c, rules.Options{Audience: "family", Questions: 1000}).Questions
		if next == nil {
			if len(whole) > 0 {
				t.Errorf("%s: nothing is to be asked, and %d questions are listed", name, len(whole))
			}
			continue
		}
		if len(short) != 6 || len(whole) <= 6 || place(whole[0].Person, whole[0].Fact) != place(next.Person, next.Fact) {
			t.Fatalf("%s: %d of %d questions, first %v, and asked is %v", name, len(short), len(whole), whole[0], next)
		}
		seen := map[rules.Missing]bool{}
		for i, q := range whole {
			m := rules.Missing{Fact: q.Fact, Person: q.Person}
			if seen[m] || q.Why == "" || q.Text == "" || len(q.Open) == 0 || i < 6 && (short[i].Fact != q.Fact || short[i].Person != q.Person || short[i].Why != q.Why) {
				t.Errorf("%s: question %d: %+v", name, i, q)
			}
			seen[m] = true
		}
		t.Logf("%s: %d questions", name, len(whole))
	}
}
