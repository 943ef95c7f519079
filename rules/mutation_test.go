package rules_test

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

// Whoever changes a number, a day or a comparison of a pack by as little as can
// be, breaks a test of that pack. testdata/unheld.txt lists the constants of
// which that is not so yet: nothing may come to it, and what is held leaves it.
func TestEveryConstantOfAPackIsHeldByItsTests(t *testing.T) {
	if testing.Short() {
		t.Skip("every constant of every pack is changed, which takes half a minute: make test does it")
	}
	lib := library(t)
	var (
		mu       sync.Mutex
		done     sync.WaitGroup
		all      int
		survived []string
	)
	work := make(chan *rules.Right)
	for range runtime.GOMAXPROCS(0) {
		done.Go(func() {
			for r := range work {
				base := lib.Apart(r.ID)
				changes := lib.Changes(r.ID)
				var here []string
				for _, c := range changes {
					if !lib.Notices(r.ID, base, c) {
						here = append(here, r.File+" "+c.Change+" "+c.What)
					}
				}
				mu.Lock()
				all += len(changes)
				survived = append(survived, here...)
				mu.Unlock()
			}
		})
	}
	for _, r := range lib.Rights() {
		work <- r
	}
	close(work)
	done.Wait()
	b, err := os.ReadFile("testdata/unheld.txt")
	if err != nil {
		t.Fatal(err)
	}
	var known []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			known = append(known, line)
		}
	}
	slices.Sort(survived)
	slices.Sort(known)
	differ := func(a, b []string, what string) {
		for _, x := range a {
			if i, there := slices.BinarySearch(b, x); there {
				b = slices.Delete(slices.Clone(b), i, i+1)
			} else {
				t.Errorf("%s: %s", what, x)
			}
		}
	}
	differ(survived, known, "no test of the pack notices this change; add one on either side of it")
	differ(known, survived, "a test notices this change now; take it out of testdata/unheld.txt")
	t.Logf("%d changes, %d noticed", all, all-len(survived))
	if all < 1000 {
		t.Errorf("only %d changes were tried", all)
	}
}
