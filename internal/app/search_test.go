package app_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A worker searches names of families that are others', and names of nobody, in
// turn; asks for numbers of files that are others', and for numbers of nothing.
// The answers are the same to the letter, and nothing can be made of how long
// they take.
//
// The clock is not compared in milliseconds, which a busy machine would spoil:
// the two of a pair are asked one after the other, in an order that changes, and
// it is counted in how many pairs the one took longer. Half says nothing can be
// told; chance alone leaves fifteen hundredths on either side once in ten
// thousand runs. That the bound is no empty one is shown by what one may see, which is
// told apart nearly always.
func TestASearchTellsNobodyWhoIsKnown(t *testing.T) {
	if testing.Short() {
		t.Skip("searches are timed for a quarter of a minute: make test does it")
	}
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		aicha, goele := leuven.As(w.Context(), "aicha"), leuven.As(w.Context(), "goele")
		dice := rand.New(rand.NewPCG(20261122, 7))
		name := func() string {
			const letters = "bdfgklmnprstvz"
			var b strings.Builder
			b.WriteString("Q")
			for range 9 {
				b.WriteByte(letters[dice.IntN(len(letters))])
			}
			return b.String()
		}
		var theirs, nobodys []string
		var hidden, none, mine []kernel.ID
		for range 30 {
			theirs, nobodys = append(theirs, name()), append(nobodys, name())
		}
		open := func(ctx string, last string) kernel.ID {
			who := aicha
			if ctx == "goele" {
				who = goele
			}
			f, err := w.app.Families.Open(who, families.NewFamily{Anyway: true, PostalCode: "3000",
				Persons: []families.NewPerson{{Role: families.Applicant, First: "Mira", Last: last, Birth: "1990-01-01"}, {Role: families.Child, First: "Sam", Last: last, Birth: "2022-01-01"}}})
			w.did(err)
			return f.ID
		}
		for i := range theirs {
			hidden, none = append(hidden, open("aicha", theirs[i])), append(none, kernel.NewID())
		}
		seeker := w.outsider("leuven", "goele")
		for _, many := range []bool{false, true} { // with few families of one's own a search takes another way than with many
			for range 75 {
				if !many {
					break
				}
				open("goele", name())
			}
			if !many {
				for range 30 {
					mine = append(mine, open("goele", name()))
				}
			}
			search := func(last string) (time.Duration, string) {
				began := time.Now()
				answer := seeker.tries("POST", "/search", asForm, url.Values{"q": {last}}.Encode())
				took := time.Since(began)
				return took, strings.ReplaceAll(told(answer), last, "NAME")
			}
			read := func(id string) (time.Duration, string) {
				began := time.Now()
				answer := seeker.tries("GET", "/families/"+id, "", "")
				took := time.Since(began)
				return took, told(answer, kernel.ID(id))
			}
			for _, try := range []struct {
				what     string
				ask      func(string) (time.Duration, string)
				one, two []string
				alike    bool
			}{
				{"a search for others' and for nobody", search, theirs, nobodys, true},
				{"a number of others' and of nothing", read, texts(hidden), texts(none), true},
				{"a number of one's own and of nothing", read, texts(mine), texts(none), false},
			} {
				longer := compare(t, dice, try.what, try.ask, try.one, try.two, try.alike)
				t.Logf("with many files %v, %s: the first takes longer in %.3f of the pairs", many, try.what, longer)
				if racing {
					continue // the answers were compared; the clock is asked by make quick
				}
				if try.alike && (longer < 0.35 || longer > 0.65) {
					t.Errorf("%s can be told apart by the clock: the first takes longer in %.3f of the pairs", try.what, longer)
				}
				if !try.alike && longer < 0.8 {
					t.Errorf("%s are not told apart (%.3f): the measure measures nothing", try.what, longer)
				}
			}
		}
	})
}

// compare asks the one and the other in turn, and says in which part of all
// pairs the one took longer; alike says that the answers must be the same.
func compare(t *testing.T, dice *rand.Rand, what string, ask func(string) (time.Duration, string), one, two []string, alike bool) float64 {
	t.Helper()
	pairs := 200
	if racing {
		pairs = 40
	}
	longer := 0.0
	for i := range pairs {
		questions := []string{one[i%len(one)], two[i%len(two)]}
		turn := dice.IntN(2)
		var took [2]time.Duration
		var said [2]string
		for k := range 2 {
			at := (turn + k) % 2
			took[at], said[at] = ask(questions[at])
		}
		if alike && said[0] != said[1] {
			t.Fatalf("%s: the answers differ:\n%s", what, difference(said[0], said[1]))
		}
		switch {
		case took[0] > took[1]:
			longer++
		case took[0] == took[1]:
			longer += 0.5
		}
	}
	return longer / float64(pairs)
}

func texts(ids []kernel.ID) (all []string) {
	for _, id := range ids {
		all = append(all, fmt.Sprint(id))
	}
	return all
}
