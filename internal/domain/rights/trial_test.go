package rights

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

// Nobody can be told from a figure: one to four families are kept back, others
// are rounded to fives.
func TestAFigureOfATrialShowsNobody(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: Few, 4: Few, 5: 5, 7: 5, 8: 10, 12: 10, 13: 15, 5000: 5000} {
		if got := (Tally{Certain: n}).rounded().Certain; got != want {
			t.Errorf("%d is shown as %d, want %d", n, got, want)
		}
	}
	var all Tally
	for _, s := range []rules.Status{rules.Entitled, rules.NotEntitled, rules.Refer, rules.Unknown, "undetermined"} {
		all.count(s)
	}
	if want := (Tally{Certain: 1, Possible: 2, Decided: 1, Not: 1, Looked: 5}); all != want {
		t.Errorf("counted %+v, want %+v", all, want)
	}
}
