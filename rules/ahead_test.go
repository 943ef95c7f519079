package rules_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

// However many cores search, the answer is to the letter that of one: also of a
// family so large that the fuel ends before all rights are searched.
func TestManyCoresGiveTheAnswerOfOne(t *testing.T) {
	lib := library(t)
	cores := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(cores)
	same := func(in []byte, o rules.Options) *rules.Result {
		runtime.GOMAXPROCS(1)
		lib.ForgetAll()
		one := inFull(t, lib, in, o)
		runtime.GOMAXPROCS(4)
		lib.ForgetAll()
		found := lib.Evaluate(mustParse(t, lib, in), o)
		if many := inFull(t, lib, in, o); many != one {
			t.Errorf("many cores:\n%s\none:\n%s\nof %s", many, one, in)
		}
		return found
	}
	talk(rand.New(rand.NewPCG(3, 8)), lib, 1, same)
	var more []string
	for i := range 20 {
		more = append(more, fmt.Sprintf(`{"id": "k%d", "role": %q}`, i, []string{"child", "other"}[i%2]))
	}
	same([]byte(`{"date": "2026-03-01", "persons": [{"id": "a", "role": "applicant"}, {"id": "p", "role": "partner"}, `+strings.Join(more, ", ")+`]}`), rules.Options{Questions: 3})
}

// A search looks at few families: it is counted, as a count is the same on every
// machine. What it does not prove it may keep, but of these it leaves nearly
// nothing.
func TestASearchLooksAtFewFamilies(t *testing.T) {
	lib := library(t)
	for name, most := range map[string]struct{ looks, unproven int }{
		"all known": {50, 0}, "half known": {630, 3}, "little known": {1700, 0},
	} {
		lib.ForgetAll()
		unproven := 0
		for _, f := range lib.Evaluate(mustParse(t, lib, []byte(benchCases[name])), rules.Options{}).Rights {
			unproven += len(f.Unproven)
		}
		if got := lib.Looks(); got > most.looks || unproven > most.unproven {
			t.Errorf("%s: %d looks, at most %d are needed; %d facts without proof, at most %d", name, got, most.looks, unproven, most.unproven)
		}
	}
}
