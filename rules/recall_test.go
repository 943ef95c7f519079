package rules_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/rules"
)

// inFull is everything that an evaluation says.
func inFull(t interface{ Fatal(...any) }, lib *rules.Library, b []byte, o rules.Options) string {
	c, err := lib.ParseCase(b)
	if err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(lib.Evaluate(c, o))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// Whatever was asked before, of this family or of others that are nearly like
// it, an answer is to the letter the one of a library that remembers nothing.
func TestWhatIsRememberedChangesNoAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one := drawPack(t, "be.one", "")
		two := drawPack(t, "be.two", "be.one") + "received: family.wet\n"
		warm, err := loadTied(one, two)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := loadTied(one, two)
		if err != nil {
			t.Fatal(err)
		}
		c := drawCase(t, "family.warm", "family.rent", "a.coins", "a.born")
		for range 8 {
			path := rapid.SampledFrom(append(slices.Sorted(maps.Keys(c.known)), c.open...)).Draw(t, "path")
			was, known := c.known[path]
			if rapid.Bool().Draw(t, "known") {
				c.known[path] = rapid.SampledFrom(smallValuesOf(path)).Draw(t, "value")
			} else {
				delete(c.known, path)
			}
			if _, err := warm.ParseCase(c.json()); err != nil { // cannot be
				delete(c.known, path)
				if known {
					c.known[path] = was
				}
				continue
			}
			o := rules.Options{Questions: rapid.IntRange(0, 3).Draw(t, "questions"), Lang: rapid.SampledFrom([]rules.Lang{rules.NL, rules.FR}).Draw(t, "lang"),
				Effort: rapid.IntRange(0, 2).Draw(t, "effort")}
			if rapid.Bool().Draw(t, "alone") {
				o.Rights = []string{"be.two"}
			}
			fresh.ForgetAll()
			if want, got := inFull(t, fresh, c.json(), o), inFull(t, warm, c.json(), o); got != want {
				t.Fatalf("remembered:\n%s\nfound:\n%s\nof %s", got, want, c.json())
			}
		}
	})
}

// The same, of the law and a conversation: each answer is given to two families
// whose people are called otherwise.
func TestAConversationFindsWhatAStrangerWouldFind(t *testing.T) {
	warm, fresh := library(t), library(t)
	r := rand.New(rand.NewPCG(7, 1))
	for range 2 {
		talk(r, warm, 9, func(in []byte, o rules.Options) *rules.Result {
			fresh.ForgetAll()
			if want, got := inFull(t, fresh, in, o), inFull(t, warm, in, o); got != want {
				t.Errorf("remembered:\n%s\nfound:\n%s\nof %s", got, want, in)
			}
			return warm.Evaluate(mustParse(t, warm, in), o)
		})
	}
	all, _ := warm.Remembered()
	warm.ForgetAll()
	if none, _ := warm.Remembered(); all == 0 || none != 0 {
		t.Errorf("%d answers were remembered, and %d after all were forgotten", all, none)
	}
}

// talk tells the answers of a made-up family one after the other, as they are
// asked for, at most so many.
func talk(r *rand.Rand, lib *rules.Library, most int, ask func(in []byte, o rules.Options) *rules.Result) {
	h := household{family: map[string]any{"municipality": "24062"}}
	for i, role := range []string{"applicant", "partner", "child", "child", "unborn"}[:2+r.IntN(4)] {
		h.persons = append(h.persons, map[string]any{"id": fmt.Sprint("p", r.IntN(90)*10+i), "role": role})
	}
	o := rules.Options{Audience: "family", Questions: 3}
	for range most {
		found := ask(h.json(), o)
		if found.Next == nil {
			return
		}
		of, entity := h.family, rules.OfFamily
		if found.Next.Person != "" {
			entity = rules.OfPerson
			of = h.persons[slices.IndexFunc(h.persons, func(p map[string]any) bool { return p["id"] == found.Next.Person })]
		}
		for range 50 {
			v := anyValue(r, lib.Facts().Fact(entity, found.Next.Fact))
			if f, isMoney := v.(float64); isMoney {
				v = fmt.Sprintf("%.2f", f)
			}
			of[found.Next.Fact] = v
			if _, err := lib.ParseCase(h.json()); err == nil {
				break
			}
			delete(of, found.Next.Fact)
		}
		if of[found.Next.Fact] == nil { // no value came up that can be: it is put off
			o.Skip = append(o.Skip, rules.Missing{Fact: found.Next.Fact, Person: found.Next.Person})
		}
	}
}

// A right remembers no more than it may, and the newest at least.
func TestWhatIsRememberedIsBounded(t *testing.T) {
	lib := small(t, smallPack("be.one", "conditions: [{id: c, text: {nl: n, fr: n, de: n, en: n}, when: 'family.rent < 1.0'}]\namount: {value: 1.0, per: month}\n"))
	for i := range 5 * rules.PerRight {
		inFull(t, lib, fmt.Appendf(nil, `{"date": %q, "family": {"rent": 0.%02d}, "persons": [{"id": "a", "role": "applicant"}]}`, rules.DateOf(2020, 1, 1)+rules.Date(i), i%3), rules.Options{})
		if all, most := lib.Remembered(); most > 2*rules.PerRight || all < min(i, rules.PerRight) {
			t.Fatalf("after %d families %d are remembered, of one right %d", i, all, most)
		}
	}
}
