package rules

import (
	"slices"
)

// bind finds the ties that reach the facts of the search, and the further facts
// that they reach.
func (s *search) bind() {
	if len(s.f.ties) == 0 {
		return
	}
	reach := make(bitset, len(s.found))
	for _, v := range s.candidates {
		reach.add(int(v))
	}
	left := s.binding()
	for grown := true; grown; {
		grown = false
		left = slices.DeleteFunc(left, func(t *tie) bool {
			for i, w := range t.over {
				if reach[i]&w != 0 {
					reach.addAll(t.over)
					s.ties = append(s.ties, t)
					grown = true
					return true
				}
			}
			return false
		})
	}
	for _, t := range s.ties {
		for i := range s.f.cells {
			if t.over.has(int32(i)) && !slices.Contains(s.candidates, int32(i)) {
				s.candidates = append(s.candidates, int32(i))
			}
		}
	}
}

// binding are the ties that can rule out something of what the right asks for.
// A fact that it does not ask for and that some answer frees of all its ties
// rules nothing out.
func (s *search) binding() []*tie {
	f := s.f
	left := slices.Clone(f.ties)
	for again := true; again; {
		again = false
		for i := range f.cells {
			u := int32(i)
			if slices.Contains(s.candidates, u) || !slices.ContainsFunc(left, func(t *tie) bool { return t.over.has(u) }) {
				continue
			}
			if s.frees(left, u) {
				left = slices.DeleteFunc(left, func(t *tie) bool { return t.over.has(u) })
				again = true
			}
		}
	}
	return left
}

// frees tells whether some answer to u keeps all its ties whatever else is so.
func (s *search) frees(ties []*tie, u int32) bool {
	f := s.f
	saved := f.cells[u]
	defer func() { f.set(u, saved) }()
	return slices.ContainsFunc(s.extremes(u), func(c cell) bool {
		f.set(u, c)
		return !slices.ContainsFunc(ties, func(t *tie) bool { return t.over.has(u) && t.broken(f)&isTrue != 0 })
	})
}

// together looks once more at the facts that are tied and were not found: two
// families may differ in one of them and in facts that the right does not ask
// for. Where knowing all that were found then still leaves the answer open,
// because ties let none of the others change alone, those others change it
// together. It gives the answer of a family that can be, where all give the same.
func (s *search) together(candidates []int32, share int, out *relevance) (o outcome) {
	var rest []int32
	for _, v := range candidates {
		if !s.found.has(v) && s.isTied(v) {
			rest = append(rest, v)
		}
	}
	idle := func(v int32) bool { return !s.free(v, share) }
	candidates = slices.DeleteFunc(slices.Clone(candidates), func(v int32) bool { return slices.Contains(rest, v) && idle(v) })
	rest = slices.DeleteFunc(rest, func(v int32) bool { return !slices.Contains(candidates, v) })
	if len(rest) == 0 {
		return o
	}
	add := func(v int32) {
		s.found.add(int(v))
		if s.gaveUp {
			out.unproven = append(out.unproven, v)
		}
	}
	others := func(v int32) []int32 {
		return slices.DeleteFunc(slices.Clone(candidates), func(u int32) bool { return u == v })
	}
	for _, v := range rest {
		s.gaveUp, s.fuel = false, min(share, s.f.fuel)
		if s.differ(others(v)) {
			add(v)
		}
	}
	unknown := func(v int32) bool { return !s.found.has(v) }
	known := slices.DeleteFunc(slices.Clone(candidates), unknown)
	s.gaveUp, s.fuel = false, min(share, s.f.fuel)
	s.met = false
	if !s.differ(known) && s.met {
		if len(known) == 0 && s.have {
			o, s.base = s.base, outcome{}
		}
		return o
	}
	s.gaveUp = s.gaveUp || !s.met // of no family that can be, nothing can be said
	for _, v := range rest {
		if unknown(v) {
			add(v)
		}
	}
	return o
}

// free tells whether v could change the answer if nothing were tied: if not, the
// right does not ask for it.
func (s *search) free(v int32, share int) bool {
	ties, found, varies, learns := s.ties, slices.Clone(s.found), s.varies, s.f.learns
	s.ties, s.f.learns, s.fuel = nil, false, min(share, s.f.fuel)
	s.tied.reset(s.f)
	out := s.fuel <= 0 || s.matters(v)
	s.ties, s.found, s.varies, s.f.learns = ties, found, varies, learns
	return out
}

// holdTies looks at the ties of the family that stands in the frame.
func (s *search) holdTies() {
	s.void, s.loose = false, false
	if len(s.ties) == 0 {
		return
	}
	s.tied.reset(s.f)
	s.f.trail = &s.tied
	for _, t := range s.ties {
		mark := s.f.mark()
		switch t.broken(s.f) {
		case isTrue:
			s.void = true
		case either:
			s.loose = true
		default:
			s.f.forget(mark, true)
		}
	}
	s.f.trail = nil
}

// isTied tells whether a tie reaches the fact of v.
func (s *search) isTied(v int32) bool {
	return slices.ContainsFunc(s.ties, func(t *tie) bool { return t.over.has(v) })
}

// differ looks for two families that agree on some facts and differ in the
// answer. It goes through all families; so it finds them also where no single
// fact can change. The answer of the first family that it meets is left in
// s.base.
func (s *search) differ(agree []int32) bool {
	s.have = false
	return s.differing(agree, false)
}

func (s *search) differing(agree []int32, apart bool) bool {
	s.look(&s.open)
	if s.void {
		return false
	}
	if s.fuel <= 0 {
		s.gaveUp = true
		return true
	}
	if s.settled(&s.open) && !s.loose {
		s.met = true
		if s.have {
			different := !s.same(&s.base, &s.open)
			s.varies = s.varies || s.base.status != s.open.status
			return different
		}
		s.have = true
		s.base, s.open = s.open, s.base
		return false
	}
	u, shared := s.openOf(agree), true
	if u < 0 {
		u, shared = s.openOf(s.candidates), false
	}
	if u < 0 || shared && apart { // the families can no longer be compared one by one
		s.gaveUp = true
		return true
	}
	saved := s.f.cells[u]
	defer func() { s.f.set(u, saved) }()
	_, x := s.f.factAt(u)
	parts := s.split(u)
	if saved.part {
		parts = x.narrower(saved)
	}
	for _, p := range parts {
		p.part = x.ordered()
		s.f.set(u, p)
		if shared {
			s.have = false
		}
		if s.differing(agree, !shared) {
			return true
		}
	}
	return false
}

// openOf is a fact of a list on which the last look still hangs.
func (s *search) openOf(list []int32) int32 {
	for _, u := range list {
		if (s.trail.has(u) || s.tied.has(u)) && !s.f.cells[u].known {
			return u
		}
	}
	return -1
}

// nextTied is a fact, other than v, on which it hangs whether the family can be.
func (s *search) nextTied(v int32, may func(*cell) bool) int32 {
	if !s.loose {
		return -1
	}
	for _, u := range s.tied.order {
		if u != v && may(&s.f.cells[u]) {
			return u
		}
	}
	return -1
}

// among tells whether a value is one of a list.
func among(list []cell, c cell) bool {
	return slices.ContainsFunc(list, func(x cell) bool { return sameCell(x, c) })
}

// possible are the answers of a list that can be beside what else is known.
func (f *frame) possible(i int32, answers []cell) []cell {
	if left := f.narrowed[i]; left != nil {
		answers = slices.DeleteFunc(answers, func(c cell) bool { return !among(left, c) })
	}
	if len(f.ties) == 0 {
		return answers
	}
	saved := f.cells[i]
	defer func() { f.set(i, saved) }()
	return slices.DeleteFunc(answers, func(c cell) bool {
		f.set(i, c)
		return slices.ContainsFunc(f.ties, func(t *tie) bool { return t.over.has(i) && t.broken(f) == isTrue })
	})
}
