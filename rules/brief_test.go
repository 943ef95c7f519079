package rules_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/rules"
)

// gist is what a brief finding holds, of any finding.
func gist(x rules.Finding) string {
	s := fmt.Sprint(x.ID, " ", x.Status, " ", x.Mode, " ", x.Persons, x.Received)
	for _, a := range x.Amounts {
		s += fmt.Sprint(" ", a.Value, a.Per, a.To, a.Cents)
	}
	for _, r := range x.Ranges {
		if certain := x.Status == rules.Entitled && (r.To == rules.OfFamily || slices.Contains(x.Persons, rules.PersonStatus{Person: r.To, Status: rules.Entitled})); certain {
			s += fmt.Sprint(" between, ", r.Per, r.To)
		}
	}
	return s
}

// sameGist holds brief findings beside whole ones, and counts what is open.
func sameGist(t interface{ Errorf(string, ...any) }, lib *rules.Library, c *rules.Case) (open int) {
	whole, brief := lib.Evaluate(c, rules.Options{}), lib.Evaluate(c, rules.Options{Brief: true})
	if len(brief.Rights) != len(whole.Rights) || brief.Next != nil {
		t.Errorf("%d brief findings beside %d whole ones, and %v is asked", len(brief.Rights), len(whole.Rights), brief.Next)
		return 0
	}
	for i, x := range whole.Rights {
		if x.Status == rules.Unknown {
			open++
		}
		if got, want := gist(brief.Rights[i]), gist(x); got != want {
			t.Errorf("briefly %s, wholly %s", got, want)
		}
	}
	return open
}

func TestABriefFindingSaysOfARightWhatAWholeOneSays(t *testing.T) {
	open := 0
	t.Run("of made-up rights and families of all sorts", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			load := loadSmall
			if rapid.Bool().Draw(t, "tied") {
				load = loadTied
			}
			lib, err := load(drawPack(t, "be.one", ""), drawPack(t, "be.two", "be.one"))
			if err != nil {
				t.Skip("a right that cannot be")
			}
			c, err := lib.ParseCase(drawCase(t).json())
			if err != nil {
				t.Skip("a family that cannot be")
			}
			open += sameGist(t, lib, c)
		})
		if open == 0 {
			t.Error("no right was open")
		}
	})
	lib := library(t)
	for name, in := range benchCases {
		t.Run("of all rights: "+name, func(t *testing.T) {
			c, err := lib.ParseCase([]byte(in))
			if err != nil {
				t.Fatal(err)
			}
			sameGist(t, lib, c)
		})
	}
}
