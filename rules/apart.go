package rules

import "slices"

// A right for each person gives each a verdict, and the verdict of one does not
// hang on that of another. So a fact can change the answer only where it can
// change one of the verdicts, and each is searched alone: the school of one child
// is not gone through to find out about the living of another.

// part notes on which facts the verdict of each person hangs, after the first
// look.
func (s *search) part() {
	if !s.r.ForEach {
		return
	}
	s.asks = make([]bitset, s.f.people)
	for i := range s.asks {
		if k := &s.f.rights[s.r.index].verdicts[i].kept; len(k.touched) > 0 {
			s.asks[i] = slices.Clone(k.seen)
		}
	}
}

// matters tells whether v can change the answer: one person's, in a right for
// each.
func (s *search) matters(v int32) bool {
	if s.asks == nil {
		return s.mattersTo(v)
	}
	own, _ := s.f.factAt(v)
	if own >= 0 && s.mattersFor(own, v) {
		return true
	}
	for i := range s.asks {
		if i != own && s.mattersFor(i, v) {
			return true
		}
	}
	return false
}

// mattersFor tells whether v can change the verdict of one person.
func (s *search) mattersFor(person int, v int32) bool {
	if !s.asks[person].has(v) {
		return false
	}
	ties := s.ties
	s.only, s.ties = person, s.reaching(s.asks[person])
	out := s.mattersTo(v)
	s.only, s.ties = -1, ties
	return out
}

// reaching are the ties that bind some facts to others, and those to others
// again.
func (s *search) reaching(facts bitset) (out []*tie) {
	if len(s.ties) == 0 {
		return nil
	}
	reach, left := slices.Clone(facts), slices.Clone(s.ties)
	for grown := true; grown; {
		grown = false
		left = slices.DeleteFunc(left, func(t *tie) bool {
			if !t.over.meets(reach) {
				return false
			}
			reach.addAll(t.over)
			out, grown = append(out, t), true
			return true
		})
	}
	return out
}

// flipAll is flip where everybody's verdict is looked at.
func (s *search) flipAll() {
	only, ties := s.only, s.ties
	if only >= 0 {
		s.only, s.ties = -1, s.bound
	}
	s.flip(true)
	s.only, s.ties = only, ties
}

// seesStatus notes whether the two families that were compared have another
// status; of one person alone that says nothing of the right.
func (s *search) seesStatus() {
	s.varies = s.varies || s.only < 0 && s.base.status != s.next.status
}

// mine are the unknown facts of what is looked at.
func (s *search) mine() []int32 {
	if s.only < 0 {
		return s.candidates
	}
	return slices.DeleteFunc(slices.Clone(s.candidates), func(u int32) bool { return !s.asks[s.only].has(u) })
}
