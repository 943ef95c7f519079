package rules

import "slices"

// What turned the answer for one person often does for another: the incomes of
// two partners are added up. And a family in which something mattered is one in
// which more does.

// others looks, when the candidate u was seen to matter, whether the same fact
// of another person does: in the family as it stands, and in the one that has
// what u turned to. s.next is the answer there.
func (s *search) others(u int32, now, turned cell, read bitset, turns []was) []was {
	f := s.f
	s.turned, s.next = s.next, s.turned
	for _, w := range s.candidates {
		if int(u) < f.width || int(w) < f.width || w == u || int(w-u)%f.width != 0 || s.found.has(w) || !read.has(w) || s.fuel <= 0 {
			continue
		}
		f.set(u, now)
		if s.gives(w, turned, &s.base) {
			turns = append(turns, was{w, turned})
			continue
		}
		f.set(u, turned)
		s.gives(w, now, &s.turned)
	}
	return turns
}

// gives tells whether w, with a value of another's, gives another answer than
// the family as it stands.
func (s *search) gives(w int32, c cell, answer *outcome) bool {
	f := s.f
	saved := f.cells[w]
	if sameCell(saved, c) || f.narrowed[w] != nil && !among(f.narrowed[w], c) || !f.may(w, c) {
		return false
	}
	f.set(w, c)
	s.look(&s.next)
	f.set(w, saved)
	if !s.next.certain() || s.void || s.loose || answer.sameAs(&s.next) {
		return false
	}
	s.found.add(int(w))
	s.varies = s.varies || answer.status != s.next.status
	return true
}

// mostPivots is how many families in which something mattered are kept.
const mostPivots = 8

// mostEdges is how many numbers are followed to where they turn the answer.
const mostEdges = 3

// edge is a number that turned the answer in a family.
type edge struct {
	pivot []cell
	to    was
}

// remember keeps the family of the last flip, in which something mattered.
func (s *search) remember(turns []was) {
	if len(s.pivots) == mostPivots {
		s.pivots = slices.Delete(s.pivots, 0, 1)
	}
	pivot := s.copyOf(s.pivot)
	s.pivots = append(s.pivots, pivot)
	for _, t := range turns {
		_, x := s.f.factAt(t.at)
		if x.kind == kindNumber && len(s.edgesMet) < mostEdges && !slices.ContainsFunc(s.edgesMet, func(e edge) bool { return int(e.to.at-t.at)%s.f.width == 0 }) {
			s.edgesMet = append(s.edgesMet, edge{pivot, t})
			break
		}
	}
}

// along goes, in a family in which a number turned the answer, to where it does:
// there much else turns it too.
func (s *search) along() {
	f := s.f
	for i := 0; i < len(s.edgesMet) && s.fuel > 0 && !s.allFound(); i++ {
		e := s.edgesMet[i]
		from := len(s.fixed)
		for k, u := range s.candidates {
			if s.found.has(u) {
				s.fix(u, e.pivot[k])
			} else {
				s.fix(u, s.all[k])
			}
		}
		now := e.pivot[slices.Index(s.candidates, e.to.at)]
		f.set(e.to.at, hull(s.split(e.to.at)))
		s.look(&s.open)
		hangs := !s.void && slices.ContainsFunc(s.trail.order, func(v int32) bool { return !s.found.has(v) })
		for k, u := range s.candidates {
			s.fix(u, e.pivot[k])
		}
		if hangs {
			for _, c := range s.sides(e.to.at, now, e.to.old) {
				f.set(e.to.at, c)
				s.aroundHere()
			}
		}
		s.undo(from)
	}
}

// around looks whether what is still to be found matters in the families in
// which something else did.
func (s *search) around() {
	for i := len(s.pivots) - 1; i >= 0 && s.fuel > 0; i-- {
		s.aroundOne(s.pivots[i])
	}
	s.pivots = s.pivots[:0]
}

// aroundOne looks at one of them with all that is still to be found open at
// once, and then at each fact on which the answer hangs there.
func (s *search) aroundOne(pivot []cell) {
	from := len(s.fixed)
	defer func() { s.undo(from) }()
	open := false
	for k, u := range s.candidates {
		if s.found.has(u) {
			s.fix(u, pivot[k])
		} else {
			s.fix(u, s.all[k])
			open = true
		}
	}
	if !open {
		return
	}
	if s.look(&s.open); s.void || s.settled(&s.open) {
		return
	}
	hangs := slices.DeleteFunc(slices.Clone(s.trail.order), s.found.has)
	for k, u := range s.candidates {
		if !s.found.has(u) {
			s.fix(u, pivot[k])
		}
	}
	for _, v := range hangs {
		if !s.found.has(v) && s.fuel > 0 {
			s.opened(v, hangs[:0])
		}
	}
	hangs = slices.DeleteFunc(hangs, s.found.has)
	if len(hangs) > fewTogether {
		return
	}
	for _, v := range hangs {
		if !s.found.has(v) && s.fuel > 0 {
			s.opened(v, hangs)
		}
	}
}

// opened looks whether v matters in the family that stands in the frame, alone
// or beside others that may change with it.
func (s *search) opened(v int32, beside []int32) {
	at := len(s.fixed)
	s.fix(v, s.all[slices.Index(s.candidates, v)])
	for _, u := range beside {
		s.fix(u, s.all[slices.Index(s.candidates, u)])
	}
	found := false
	if len(beside) > 0 {
		found = s.lower(v)
	} else if s.look(&s.open); !s.void && !s.settled(&s.open) {
		found = s.hangsOn(v, 12)
	}
	if found {
		s.found.add(int(v))
	}
	s.undo(at)
}

// fewTogether is how many facts are opened at once to find what matters only
// beside another.
const fewTogether = 8

// aroundHere does the same in the family that stands in the frame.
func (s *search) aroundHere() {
	at := len(s.sheets)
	for _, u := range s.candidates {
		s.sheets = append(s.sheets, s.f.cells[u])
	}
	s.aroundOne(s.sheets[at:len(s.sheets):len(s.sheets)])
	s.around()
}
