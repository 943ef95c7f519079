package rules

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// The rights do not wait for each other, so a family that is looked at for the
// first time is searched on more than one core, where one is free. What a search
// finds does not hang on who made it nor on what was searched before: each begins
// with all the fuel there is, and is remembered. The evaluation itself goes on in
// its order and takes what is remembered where it could have found it with the
// fuel that it has left; so the answer is the same on one core and on many.

// helping is how many searches lend a hand to another's evaluation.
var helping atomic.Int32

// worthHelp is from how many searches on a second frame is worth setting up.
const worthHelp = 6

// sought is a right that is to be searched, and under what it will be remembered.
type sought struct {
	right *Right
	at    digest
}

// sought are the rights of the library, or those with the ids, in order.
func (lib *Library) sought(given known, ids []string) []sought {
	out := make([]sought, 0, len(lib.rights))
	var room []byte
	for _, r := range lib.rights {
		if ids != nil && !slices.Contains(ids, r.ID) {
			continue
		}
		w := sought{right: r}
		w.at, room = r.digest(given, room)
		out = append(out, w)
	}
	return out
}

// ahead searches rights on every core that is free, and explains them.
func (lib *Library) ahead(f *frame, c *Case, list []sought, to telling) {
	if len(list) < worthHelp {
		return
	}
	slices.SortStableFunc(list, func(a, b sought) int { return b.right.cost(f) - a.right.cost(f) }) // the longest first: nobody waits for it at the end
	var next, spent atomic.Int64
	whole := int64(f.fuel)
	work := func(g *frame) {
		for spent.Load() < whole { // more than that the evaluation would not search either
			i := int(next.Add(1)) - 1
			if i >= len(list) {
				return
			}
			g.fuel = int(whole)
			r := list[i].right
			rel := r.recalled(g, list[i].at)
			spent.Add(whole - int64(g.fuel))
			rel.finding(to, func() Finding { return r.explain(g, rel, to.lang) })
		}
	}
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) - 1 {
		if helping.Add(1) >= int32(runtime.GOMAXPROCS(0)) {
			helping.Add(-1)
			break
		}
		wg.Go(func() {
			defer helping.Add(-1)
			g := newFrame(lib, c)
			defer g.done()
			g.effort = f.effort
			work(g)
		})
	}
	work(f)
	wg.Wait()
	f.fuel = int(whole)
}
