package rules

import (
	"slices"
)

// learn keeps the family that stands in the frame, in which the turns gave
// another answer. Where a number did, it goes on to where the answer turns:
// there much else turns it too.
func (s *search) learn(turns []was) {
	f := s.f
	for _, u := range s.candidates {
		s.r.starts.place(f.seat(u))
	}
	n := len(s.r.starts.places)
	kept := &start{values: make([]cell, n), turns: make([]cell, n)}
	for _, u := range s.candidates {
		kept.values[s.r.starts.place(f.seat(u))] = f.counted(u, f.cells[u])
	}
	for _, t := range turns {
		kept.turns[s.r.starts.place(f.seat(t.at))] = f.counted(t.at, t.old)
	}
	f.learned = append(f.learned, kept)
	if s.atEdge {
		return
	}
	s.atEdge = true
	for _, t := range turns {
		if t.old.n.has && !s.allFound() {
			s.walk(t)
		}
	}
	s.atEdge = false
}

// walk goes to where the answer turns between the value of a number and another
// of its values, and looks around there.
func (s *search) walk(to was) {
	f := s.f
	now := f.cells[to.at]
	defer f.set(to.at, now)
	for _, c := range s.sides(to.at, now, to.old) {
		f.set(to.at, c)
		clear(s.first)
		s.flip(true)
	}
}

// sides are the two neighbouring values of a number, between two others, of
// which one gives the answer that the first gives and the other does not. Most
// answers turn at a number that the right names, so these are halved first, and
// then what lies between two of them, to the grain of whole numbers.
func (s *search) sides(u int32, a, b cell) [2]cell {
	f := s.f
	lo, hi := a.n.lo, b.n.lo
	f.set(u, a)
	var here outcome
	s.look(&here)
	turned := func(n number) bool {
		f.set(u, cell{known: true, n: exactly(n)})
		s.look(&s.next)
		return !s.next.certain() || !s.next.sameAs(&here)
	}
	for named := s.namedBetween(u, lo, hi); len(named) > 0 && s.fuel > 0; {
		if m := len(named) / 2; turned(named[m]) {
			hi, named = named[m], named[:m]
		} else {
			lo, named = named[m], named[m+1:]
		}
	}
	for s.fuel > 0 && (lo.sub(hi).cmp(integer(1)) > 0 || hi.sub(lo).cmp(integer(1)) > 0) {
		middle := lo.add(hi).div(integer(2)).roundTo(integer(1), roundDown)
		if middle.cmp(lo) == 0 || middle.cmp(hi) == 0 {
			break
		}
		if turned(middle) {
			hi = middle
		} else {
			lo = middle
		}
	}
	return [2]cell{{known: true, n: exactly(lo)}, {known: true, n: exactly(hi)}}
}

// namedBetween are the first values of the parts of a number that lie between
// two others, on the way from the first to the second.
func (s *search) namedBetween(u int32, from, to number) (out []number) {
	for _, p := range s.split(u) {
		if n := p.n.lo; n.cmp(from)*n.cmp(to) < 0 {
			out = append(out, n)
		}
	}
	if from.cmp(to) > 0 {
		slices.Reverse(out)
	}
	return out
}

// try puts the starts of the right into the family and looks which of the
// facts that mattered in them matter there.
func (s *search) try(list []*start) {
	f := s.f
	for _, u := range s.candidates {
		p, ok := s.r.starts.places[f.seat(u)]
		if !ok {
			p = -1
		}
		s.places = append(s.places, p)
	}
	for _, t := range list {
		if s.fuel <= 0 || s.enough() {
			return
		}
		if !s.turns(t) {
			continue
		}
		from := len(s.fixed)
		s.seatAll(t)
		s.flip(false)
		s.undo(from)
	}
	s.around()
	if !s.hopeful() {
		return
	}
	s.along()
	kept := s.fuel - s.fuel/shareToWalk
	s.fuel -= kept
	s.edges(list)
	s.fuel += kept
}

// seatAll puts a start into the family, around what is known of it.
func (s *search) seatAll(t *start) {
	for i, u := range s.candidates {
		c, ok := s.f.placed(u, t.values, s.places[i])
		if left := s.f.narrowed[u]; !ok && left != nil {
			c = left[len(left)-1] // a dictionary begins with what says least: no school, no income
		} else if !ok {
			c = s.likely(u)[0]
		}
		s.fix(u, c)
	}
}

// What walks to an edge may take: so many starts, of each so many numbers.
const (
	startsToWalk  = 3
	numbersToWalk = 2
	shareToWalk   = 3 // one part in so many of the fuel that is left
)

// edges goes on from the starts of which something is still to be shown. Who
// counts as a dependant matters only where an income lies between two limits,
// and in another family these lie elsewhere: so a number is moved to where the
// answer turns here, and the facts that mattered in the start are looked at
// there.
func (s *search) edges(list []*start) {
	f := s.f
	left := startsToWalk
	for _, t := range list {
		if s.fuel <= 0 || left == 0 || s.enough() || !s.turns(t) {
			continue
		}
		left--
		s.anyTurns(list)
		from := len(s.fixed)
		s.seatAll(t)
		numbers := numbersToWalk
		for i, u := range s.candidates {
			_, x := f.factAt(u)
			_, turned := at(t.turns, s.places[i])
			if numbers == 0 || s.fuel <= 0 || x.kind != kindNumber || !turned && !s.found.has(u) {
				continue
			}
			numbers--
			now, ends := f.cells[u], s.extremes(u)
			if s.hangsWith(u) && s.apart(u, ends[0], ends[1]) {
				for _, c := range s.sides(u, ends[0], ends[1]) {
					f.set(u, c)
					if s.turnsHere() {
						s.flip(false)
					}
				}
				s.around()
			}
			f.set(u, now)
		}
		s.undo(from)
	}
}

// hangsWith tells whether, with some value of a number, the answer can hang on
// what is in s.first.
func (s *search) hangsWith(u int32) bool {
	from := len(s.fixed)
	s.fix(u, hull(s.split(u)))
	out := s.turnsHere() && slices.ContainsFunc(s.trail.order, func(v int32) bool { return v != u && !s.found.has(v) })
	s.undo(from)
	return out
}

// turnsHere tells whether the answer is open when all that is in s.first is.
func (s *search) turnsHere() bool {
	from := len(s.fixed)
	for i, u := range s.candidates {
		if s.first[i].known {
			s.fix(u, s.all[i])
		}
	}
	s.look(&s.open)
	s.undo(from)
	return !s.void && !s.settled(&s.open)
}

// apart tells whether two values of a fact give two answers.
func (s *search) apart(u int32, a, b cell) bool {
	s.f.set(u, a)
	s.look(&s.base)
	if !s.base.certain() || s.void || s.loose || !s.trail.reads.has(u) {
		return false
	}
	s.f.set(u, b)
	s.look(&s.next)
	return s.next.certain() && !s.void && !s.loose && !s.base.sameAs(&s.next)
}

// turns puts into s.first what may give another answer, of facts that were not
// found yet; false when there is none.
func (s *search) turns(t *start) (some bool) {
	clear(s.first)
	for i, u := range s.candidates {
		if s.found.has(u) {
			continue
		}
		if c, ok := s.f.placed(u, t.turns, s.places[i]); ok {
			s.first[i], some = c, true
		}
	}
	return some
}

// anyTurns adds to s.first what mattered in any start.
func (s *search) anyTurns(list []*start) {
	for i, u := range s.candidates {
		if s.found.has(u) || s.first[i].known {
			continue
		}
		for _, t := range list {
			if c, ok := s.f.placed(u, t.turns, s.places[i]); ok {
				s.first[i] = c
				break
			}
		}
	}
}

// mattered tells whether the fact of v mattered in a start of the right.
func (s *search) mattered(v int32) bool {
	p, ok := s.r.starts.places[s.f.seat(v)]
	return ok && slices.ContainsFunc(s.r.starts.list, func(t *start) bool { _, ok := at(t.turns, p); return ok })
}

// hopeful tells whether a fact that is still to be found mattered in a start:
// where none did, going to where a number turns the answer seldom shows one.
func (s *search) hopeful() bool {
	return slices.ContainsFunc(s.candidates, func(u int32) bool { return !s.found.has(u) && s.mattered(u) })
}

func (s *search) allFound() bool {
	return !slices.ContainsFunc(s.candidates, func(u int32) bool { return !s.found.has(u) })
}
