package rules

import "slices"

// A right asks only for facts that can still change it. The first look gives
// candidates: the unknown facts that the evaluation met. Each is then put to
// the proof. A search over the values of the other unknown facts looks for a
// family in which two values of this one give different answers; where it has
// been through everything without finding one, the fact is dropped. When its
// fuel runs out before, the fact is kept: to ask too much is the safe side.

const (
	fuelPerFact  = 600
	fuelPerRight = 4000
)

// search looks for what can change one right.
type search struct {
	f      *frame
	r      *Right
	trail  trail
	splits map[int32][]cell
	fuel   int
	spent  int

	statusOnly bool // compare the status alone, not the amounts
	base, next outcome
	varies     bool // two families with different status were met
}

// relevance is what a search found for a right.
type relevance struct {
	missing []int32 // cells of facts that can change it, in the order they were met
	outcome outcome
	decided bool // every completion gives outcome
	status  bool // every completion gives the status of outcome
}

// relevant finds the facts that can still change the right, and whether it is
// decided.
func (r *Right) relevant(f *frame) relevance {
	s := &search{f: f, r: r, splits: map[int32][]cell{}}
	var first outcome
	s.look(&first)
	first.people = cloneVerdicts(first.people)
	out := relevance{outcome: first, decided: first.certain()}
	out.status = single(first.status)
	if out.decided {
		return out
	}
	candidates := slices.Clone(s.trail.order)
	found := map[int32]bool{}
	budget := fuelPerRight
	for _, v := range candidates {
		if found[v] {
			continue
		}
		s.fuel = min(fuelPerFact, budget)
		before := s.fuel
		if s.changes(v) {
			found[v] = true
		}
		budget -= before - s.fuel
	}
	for _, v := range candidates {
		if found[v] {
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
			s.fuel = fuelPerFact
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

func cloneVerdicts(vs []verdict) []verdict { return slices.Clone(vs) }

// look evaluates the right with the cells as they are now.
func (s *search) look(o *outcome) {
	s.f.fresh()
	s.trail.reset(len(s.f.cells))
	s.f.trail = &s.trail
	s.r.decide(s.f, o)
	s.f.trail = nil
	s.fuel--
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
	var o outcome
	s.look(&o)
	if s.settled(&o) || !s.trail.has(v) {
		return false
	}
	if s.fuel <= 0 {
		return true
	}
	open, wide := int32(-1), int32(-1)
	for _, u := range s.trail.order {
		if u == v {
			continue
		}
		c := &s.f.cells[u]
		if c.stamp == searching { // a part of a number: halve it when nothing else is left
			if wide < 0 {
				wide = u
			}
		} else {
			open = u
			break
		}
	}
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

// searching marks a cell that holds a part of what is possible.
const searching = ^uint32(0)

func (s *search) tryEach(v, u int32, parts []cell) bool {
	saved := s.f.cells[u]
	defer func() { s.f.cells[u] = saved }()
	for _, p := range parts {
		p.stamp = searching
		s.f.cells[u] = p
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
	defer func() { s.f.cells[v] = saved }()
	_, x := s.f.factAt(v)
	have, unsettled := false, false
	queue := slices.Clone(s.split(v))
	for i := 0; i < len(queue); i++ {
		if s.fuel <= 0 {
			return isTrue
		}
		s.f.cells[v] = queue[i]
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
			return isTrue
		}
	}
	if unsettled && !last {
		return either
	}
	return isFalse
}

// anyCompletion is the answer of one family that fits what is known.
func (s *search) anyCompletion(open []int32) outcome {
	saved := make([]cell, len(open))
	for i, u := range open {
		saved[i] = s.f.cells[u]
		s.f.cells[u] = s.split(u)[0]
	}
	var o outcome
	s.look(&o)
	for i, u := range open {
		s.f.cells[u] = saved[i]
	}
	return o
}
