package rules

import (
	"slices"

	celast "cel.dev/cel-go/common/ast"
)

// nodesPerWeight is how many parts of expressions make a look cost one more.
const nodesPerWeight = 80

// uses is everything that a right can depend on, through its names, the facts
// that facts follow from, and other rights: what a search has to try.
type uses struct {
	rights  map[*Right]bool // itself among them
	others  []*Right        // the same without it, in order
	numbers []number
	params  []int
	days    []Date
	texts   map[*Fact][]textUse
	codes   map[*Fact][]cell // of each code, its values as far as the right can tell them apart
}

// cost is how much fuel a look at the right takes in a family.
func (r *Right) cost(f *frame) int { return r.costOf(f.people) }

func (r *Right) costOf(people int) int {
	cost := r.weight
	for range r.loops - 1 { // persons against persons
		cost *= 1 + people/4
	}
	return cost
}

func (lib *Library) usesOf(r *Right) *uses {
	u := &uses{texts: map[*Fact][]textUse{}}
	seenRight := map[*Right]bool{}
	seenFact, seenNever := map[*Fact]bool{}, map[*never]bool{}
	var right func(*Right)
	var take func(*expr)
	fact := func(x *Fact) {
		if seenFact[x] {
			return
		}
		seenFact[x] = true
		take(x.derive)
		take(x.onlyFor)
	}
	take = func(e *expr) {
		if e == nil {
			return
		}
		u.numbers = append(u.numbers, e.reads.numbers...)
		u.params = append(u.params, e.reads.params...)
		u.days = append(u.days, e.reads.days...)
		for _, t := range e.reads.texts {
			u.test(t)
		}
		for _, x := range e.reads.facts {
			fact(x)
		}
		for _, id := range e.reads.rights {
			right(lib.byID[id])
		}
	}
	right = func(other *Right) {
		if seenRight[other] {
			return
		}
		seenRight[other] = true
		for _, e := range other.expressions() {
			take(e)
		}
	}
	right(r)
	u.rights = seenRight
	for _, other := range lib.rights {
		if other != r && seenRight[other] {
			u.others = append(u.others, other)
		}
	}
	for grown := true; grown; { // what is tied to a fact of the right says what it can be
		grown = false
		for _, n := range lib.facts.nevers {
			if !seenNever[n] && slices.ContainsFunc(n.when.all(), func(x *Fact) bool { return seenFact[x] }) {
				seenNever[n], grown = true, true
				take(n.when)
			}
		}
		for _, x := range lib.facts.Facts { // and what follows from it, when it is given
			if x.Given && x.derive != nil && !seenFact[x] && slices.ContainsFunc(x.derive.all(), func(y *Fact) bool { return seenFact[y] }) {
				grown = true
				fact(x)
			}
		}
	}
	nodes := 0
	for other := range seenRight {
		for _, e := range other.expressions() {
			nodes += celast.NodeCount(e.tree)
			r.loops = max(r.loops, e.reads.loops)
		}
	}
	r.weight = 1 + nodes/nodesPerWeight
	r.recall.readBy(seenFact, r.received, lib.facts.width)
	u.codes = map[*Fact][]cell{}
	for x := range seenFact {
		if x.Type == TypeCode {
			u.codes[x] = x.codeParts(u.texts[x])
		}
	}
	return u
}

// all are the facts that an expression reads, and those from which they follow.
func (e *expr) all() (out []*Fact) {
	var take func(e *expr)
	take = func(e *expr) {
		if e == nil {
			return
		}
		for _, x := range e.reads.facts {
			if !slices.Contains(out, x) {
				out = append(out, x)
				take(x.derive)
				take(x.onlyFor)
			}
		}
	}
	take(e)
	return out
}

// test notes a test of a fact, and of the facts from which it follows.
func (u *uses) test(t textUse) {
	u.texts[t.fact] = append(u.texts[t.fact], t)
	if t.fact.derive == nil {
		return
	}
	for _, s := range t.fact.derive.reads.gives {
		later := t
		later.source = s.from(t.source)
		u.test(later)
	}
}
