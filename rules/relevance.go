package rules

import (
	"math/rand/v2"
	"slices"
)

// A right asks only for facts that can still change it. The first look gives
// candidates: the unknown facts that the evaluation met. Each is then put to
// the proof. A search over the values of the other unknown facts looks for a
// family in which two values of this one give different answers; where it has
// been through everything without finding one, the fact is dropped. When its
// fuel runs out before, the fact is kept: to ask too much is the safe side. A
// look costs the fuel of its right's weight.

const (
	fuelPerFact  = 250 // and more when there are few to prove
	fuelPerRight = 3000
	fuelPerCase  = 40000 // over all rights: a family of forty of whom nothing is known ends too
)

// search looks for what can change one right.
type search struct {
	f      *frame
	r      *Right
	trail  trail
	splits map[int32][]cell
	fuel   int

	draw   *rand.Rand
	points map[int32][]cell
	needs  map[int32][]int32
	fixed  []was  // the cells that were set, to be undone
	pivot  []cell // a family in which a fact was seen to matter: the cells of the candidates

	candidates []int32
	found      map[int32]bool // those that are known to matter

	statusOnly bool // compare the status alone, not the amounts
	base, next outcome
	open       outcome // of a family that is still open
	varies     bool    // two families with different status were met
}

// relevance is what a search found for a right.
type relevance struct {
	missing []int32 // cells of facts that can change it, in the order they were met
	outcome outcome
	decided bool // every completion gives outcome
	status  bool // every completion gives the status of outcome
	search  *search
}

// relevant finds the facts that can still change the right, and whether it is
// decided.
func (r *Right) relevant(f *frame) relevance {
	draw := rand.New(rand.NewPCG(2026, uint64(r.index))) //nolint:gosec // the same family gets the same answer: nothing is secret
	s := &search{f: f, r: r, splits: map[int32][]cell{}, found: map[int32]bool{},
		points: map[int32][]cell{}, needs: map[int32][]int32{}, draw: draw}
	var first outcome
	f.fresh()
	s.look(&first)
	out := relevance{outcome: first, decided: first.certain(), search: s}
	out.status = single(first.status)
	if out.decided {
		return out
	}
	candidates := slices.Clone(s.trail.order)
	s.candidates = candidates
	budget := fuelPerRight
	share := max(fuelPerFact, budget/len(candidates))
	for _, v := range candidates {
		if s.found[v] {
			continue
		}
		s.fuel = min(share, budget, f.fuel)
		before := s.fuel
		if s.fuel <= 0 || s.witness(v) || s.changes(v) {
			s.found[v] = true
		}
		budget -= before - s.fuel
	}
	for _, v := range candidates {
		if s.found[v] {
			out.missing = append(out.missing, v)
		}
	}
	if len(out.missing) == 0 {
		out.decided, out.status = true, true
		out.outcome = s.anyCompletion(candidates)
	} else if !out.status && !s.varies {
		s.statusOnly = true
		out.status = true
		for _, v := range out.missing {
			s.fuel = min(share, f.fuel)
			if s.changes(v) {
				out.status = false
				break
			}
		}
		if out.status {
			o := s.anyCompletion(candidates)
			out.outcome.status = o.status
		}
	}
	return out
}

// look evaluates the right with the cells as they are now.
func (s *search) look(o *outcome) {
	s.trail.reset(len(s.f.cells))
	s.f.trail = &s.trail
	s.r.decide(s.f, o)
	s.f.trail = nil
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
	parts, ok := s.splits[v]
	if !ok {
		_, x := s.f.factAt(v)
		parts = s.f.parts(s.r.uses, x)
		s.splits[v] = parts
	}
	return parts
}

// changes tells whether v can change the answer, in some family that fits what
// is known; true also when the fuel ran out.
func (s *search) changes(v int32) bool {
	s.look(&s.open)
	if s.settled(&s.open) || !s.trail.has(v) {
		return false
	}
	if s.fuel <= 0 {
		return true
	}
	open := s.nextOpen(v, func(c *cell) bool { return !c.part })
	wide := s.nextOpen(v, func(c *cell) bool { return c.part }) // a part of a number: cut when nothing else is left
	if open >= 0 {
		return s.tryEach(v, open, s.split(open))
	}
	switch s.alone(v, wide < 0) {
	case isTrue:
		return true
	case isFalse:
		return false
	}
	_, x := s.f.factAt(wide)
	return s.tryEach(v, wide, x.narrower(s.f.cells[wide]))
}

func (s *search) tryEach(v, u int32, parts []cell) bool {
	saved := s.f.cells[u]
	defer func() { s.f.set(u, saved) }()
	for _, p := range parts {
		p.part = true
		s.f.set(u, p)
		if s.changes(v) {
			return true
		}
	}
	return false
}

// alone looks whether v changes the answer when every other fact that matters
// is a single value, or a part within which it does not turn the answer. It is
// either when the other parts have to be made smaller first; with last there
// are none, and v itself is cut until the answer is settled.
func (s *search) alone(v int32, last bool) tri {
	saved := s.f.cells[v]
	defer func() { s.f.set(v, saved) }()
	_, x := s.f.factAt(v)
	have, unsettled := false, false
	queue := slices.Clone(s.split(v))
	for i := 0; i < len(queue); i++ {
		if s.fuel <= 0 {
			return isTrue
		}
		s.f.set(v, queue[i])
		s.look(&s.next)
		switch {
		case !s.settled(&s.next):
			unsettled = true
			if last {
				queue = append(queue, x.narrower(queue[i])...)
			}
		case !have:
			s.base, s.next = s.next, s.base
			have = true
		case !s.same(&s.base, &s.next):
			s.varies = s.varies || s.base.status != s.next.status
			s.flip()
			return isTrue
		}
	}
	if unsettled && !last {
		return either
	}
	return isFalse
}

// flip looks, in the family in which one fact was just seen to matter, which
// of the others matter too: where much hangs together, one family shows many.
func (s *search) flip() {
	if s.statusOnly {
		return
	}
	f := s.f
	from := len(s.fixed)
	for _, u := range s.candidates {
		switch c := &f.cells[u]; { // one value of what is still a part
		case c.known:
		case c.part:
			s.fix(u, cell{known: true, n: exactly(c.n.lo)})
		default:
			s.fix(u, s.split(u)[0])
		}
	}
	s.pivot = s.pivot[:0]
	for _, u := range s.candidates {
		s.pivot = append(s.pivot, f.cells[u])
	}
	s.look(&s.base)
	read := slices.Clone(s.trail.reads) // nothing else can make a difference
	for _, u := range s.candidates {
		if s.found[u] || !s.base.certain() || s.fuel <= 0 || !read.has(u) {
			continue
		}
		now := f.cells[u]
		for _, p := range s.extremes(u) {
			f.set(u, p)
			if s.look(&s.next); s.next.certain() && !s.base.sameAs(&s.next) {
				s.found[u] = true
				s.varies = s.varies || s.base.status != s.next.status
				break
			}
		}
		f.set(u, now)
	}
	s.undo(from)
}

// extremes are single values of a fact that are far apart.
func (s *search) extremes(u int32) []cell {
	_, x := s.f.factAt(u)
	if x.kind != kindNumber && x.kind != kindDate {
		return s.split(u)
	}
	_, n, _ := x.possible(s.f.today)
	return []cell{{known: true, n: exactly(n.lo)}, {known: true, n: exactly(n.hi)}}
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
