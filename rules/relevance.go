package rules

import (
	"math/rand/v2"
	"slices"
)

// A right asks only for facts that can still change it. The first look gives
// candidates: the unknown facts that the evaluation met. Each is then put to
// the proof. A search over the values of the other unknown facts looks for a
// witness, a family in which two values of this one give different answers;
// where it has been through everything without finding one, the fact is
// dropped. When its fuel runs out before, the fact is kept: to ask too much is
// the safe side. A look costs the fuel of its right's weight.
//
// Most witnesses are near families that were prepared (prepared.go); others
// are found by going through all families (proof.go), or by a search that
// guesses well (witness.go).

const (
	fuelPerFact  = 900 // and more when there are few to prove
	fuelPerRight = 3000
	fuelPerCase  = 40000 // over all rights: a family of forty of whom nothing is known ends too
)

// search looks for what can change one right.
type search struct {
	f *frame
	r *Right
	*desk
	fuel int

	drawn  *rand.Rand
	values *values
	needs  map[int32][]int32
	looks  int
	fixed  []was // the cells that were set, to be undone

	candidates []int32
	found      bitset   // those that are known to matter
	only       int      // the person whose verdict alone is looked at; -1: everybody's
	asks       []bitset // of each person, the facts on which the verdict hung at first; nil: on none
	atEdge     bool     // the family is one that a walk ended in

	ties  []*tie // what binds the facts of the right
	bound []*tie // the same of everybody's verdicts
	void  bool   // the family of the last look cannot be
	loose bool   // it may be that it cannot
	met   bool   // a family was met that can be
	have  bool   // s.base holds an answer to compare with

	one        bool // the first look gave one status
	gaveUp     bool // the fuel ended before something was proved
	statusOnly bool // compare the status alone, not the amounts
	varies     bool // two families with different status were met
}

// relevance is what a search found for a right.
type relevance struct {
	missing  []int32 // cells of facts that can change it, in the order they were met
	unproven []int32 // those of them of which the search did not see that they can
	outcome  outcome
	decided  bool // every completion gives outcome
	status   bool // every completion gives the status of outcome
	varies   bool // two families were seen of which it is another
	search   *search

	*remembered // nil where nothing is
}

func newSearch(f *frame, r *Right) *search {
	return &search{f: f, r: r, desk: f.desk, values: r.valuesOn(f.today), found: make(bitset, (len(f.cells)+63)/64), only: -1}
}

// draw is what the search draws by lot with.
func (s *search) draw() *rand.Rand {
	if s.drawn == nil {
		s.drawn = rand.New(rand.NewPCG(2026, uint64(s.r.index))) //nolint:gosec // the same family gets the same answer: nothing is secret
	}
	return s.drawn
}

// relevant finds the facts that can still change the right, and whether it is
// decided.
func (r *Right) relevant(f *frame) relevance {
	s := newSearch(f, r)
	s.desk.clear()
	var first outcome
	f.fresh()
	f.settled = always - 1 - uint32(r.index)
	f.first = true
	s.look(&first)
	out := relevance{outcome: first, decided: first.certain(), search: s}
	out.status = single(first.status)
	s.one = out.status
	candidates := slices.Clone(s.trail.order)
	s.part()
	if !out.decided {
		s.settleOthers()
	}
	f.first = false
	if out.decided {
		return out
	}
	s.candidates = slices.Clone(candidates)
	s.fixed = f.fixed[:0]
	defer func() { f.fixed = s.fixed[:0] }() // the next search has its room
	s.bind()
	s.bound = s.ties
	for _, u := range s.candidates {
		s.all = append(s.all, f.cells[u])
	}
	s.first = append(s.first, s.all...)
	clear(s.first)
	budget := f.effort * fuelPerRight
	if f.learns {
		budget = fuelToPrepare
	}
	share := max(f.effort*fuelPerFact, budget/len(candidates))
	s.fuel = min(budget, f.fuel)
	before := s.fuel
	s.try(r.prepared(f))
	s.around()
	budget -= before - s.fuel
	for _, v := range candidates {
		if s.enough() {
			out.varies = s.varies
			return out
		}
		if s.found.has(v) {
			continue
		}
		s.fuel = min(share, budget, f.fuel)
		before := s.fuel
		s.gaveUp = s.fuel <= 0
		if s.gaveUp || s.matters(v) {
			if s.gaveUp && !s.found.has(v) {
				out.unproven = append(out.unproven, v)
			}
			s.found.add(int(v))
		}
		budget -= before - s.fuel
	}
	if s.enough() {
		out.varies = s.varies
		return out
	}
	together := s.together(candidates, share, &out)
	for _, v := range candidates {
		if s.found.has(v) {
			out.missing = append(out.missing, v)
		}
	}
	if len(out.missing) == 0 {
		out.decided, out.status = true, true
		if out.outcome = together; !single(together.status) {
			out.outcome = s.anyCompletion(candidates)
		}
	} else if !out.status && !s.varies && len(s.ties) > 0 {
		s.statusOnly, s.fuel = true, min(share, f.fuel)
		if out.status = !s.differ(nil) && s.have; out.status {
			out.outcome.status = s.base.status
		}
	} else if !out.status && !s.varies {
		s.statusOnly = true
		out.status = true
		for _, v := range out.missing {
			s.fuel = min(share, f.fuel)
			if s.changes(v) {
				out.status = false
				if s.varies {
					break
				}
			}
		}
		if out.status {
			o := s.anyCompletion(candidates)
			out.outcome.status = o.status
		}
	}
	out.varies = s.varies
	return out
}

// settleOthers finds for good what can be found of the rights that this one
// asks for: it may not have come to them yet.
func (s *search) settleOthers() {
	for _, other := range s.r.uses.others {
		s.trail.reset(s.f)
		s.f.trail = &s.trail
		other.decide(s.f, &s.open)
		s.f.trail = nil
	}
}

// shortProof is how many looks a proof may take before witnesses are sought.
const shortProof = 40

// mattersTo tells whether v can change what is looked at. Where it never did in a
// family that was prepared, a short look through all families comes first: many
// facts are ruled out at once. Then witnesses are sought, and then all families
// are gone through.
func (s *search) mattersTo(v int32) bool {
	if s.f.learns { // it is after witnesses
		return s.witness(v) || s.changes(v)
	}
	if s.mattered(v) {
		return s.witness(v) || !s.ruledOut(v) && s.changes(v)
	}
	if s.ruledOut(v) {
		return false
	}
	whole := s.fuel
	short := min(whole, shortProof*s.r.cost(s.f))
	s.fuel = short
	found := s.changes(v)
	ended := s.fuel <= 0
	s.fuel += whole - short
	if !ended || s.found.has(v) || s.fuel <= 0 {
		return found
	}
	return s.witness(v) || s.changes(v)
}

// look evaluates the right with the cells as they are now.
func (s *search) look(o *outcome) {
	s.trail.reset(s.f)
	s.f.trail = &s.trail
	if s.only >= 0 {
		s.r.decideFor(s.f, s.only, o)
	} else {
		s.r.decide(s.f, o)
	}
	s.f.trail = nil
	s.holdTies()
	s.looks++
	cost := s.r.cost(s.f)
	s.fuel -= cost
	s.f.fuel -= cost
}

func (s *search) settled(o *outcome) bool {
	if s.statusOnly {
		return single(o.status)
	}
	return o.certain()
}

func (s *search) same(a, b *outcome) bool {
	if s.statusOnly {
		return a.status == b.status
	}
	return a.sameAs(b)
}

func (s *search) split(v int32) []cell {
	if left := s.f.narrowed[v]; left != nil {
		return left
	}
	_, x := s.f.factAt(v)
	return s.values.parts.of(x, func() []cell { return s.f.parts(s.r.uses, x) })
}

// anyCompletion is the answer of one family that fits what is known.
func (s *search) anyCompletion(open []int32) outcome {
	saved := make([]cell, len(open))
	for i, u := range open {
		saved[i] = s.f.cells[u]
		s.f.set(u, s.split(u)[0])
	}
	var o outcome
	s.look(&o)
	for i, u := range open {
		s.f.set(u, saved[i])
	}
	return o
}
