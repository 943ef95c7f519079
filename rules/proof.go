package rules

// The proof goes through all families that fit what is known, by parts of what
// is possible. It ends with certainty, or with its fuel.

// changes tells whether v can change the answer, in some family that fits what
// is known; true also when the fuel ran out.
func (s *search) changes(v int32) bool {
	s.look(&s.open)
	if s.void || s.settled(&s.open) || !s.trail.has(v) {
		return false
	}
	if s.fuel <= 0 {
		s.gaveUp = true
		return true
	}
	if u := s.beside(v, func(c *cell) bool { return true }); u >= 0 && s.f.cells[u].part {
		if _, x := s.f.factAt(u); x.kind == kindDate {
			return s.tryEach(v, u, x.narrower(s.f.cells[u]))
		}
	}
	whole, part := func(c *cell) bool { return !c.part }, func(c *cell) bool { return c.part }
	open := s.nextOpen(v, whole)
	if open < 0 {
		open = s.nextTied(v, whole)
	}
	wide := s.nextOpen(v, part) // a part of a number: cut when nothing else is left
	if wide < 0 {
		wide = s.nextTied(v, part)
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

// tryEach tells whether v can change the answer where u lies in one of the
// parts.
func (s *search) tryEach(v, u int32, parts []cell) bool {
	saved := s.f.cells[u]
	defer func() { s.f.set(u, saved) }()
	if _, x := s.f.factAt(u); x.ordered() {
		return len(parts) > 0 && s.tryRun(v, u, parts)
	}
	for _, p := range parts {
		s.f.set(u, p)
		if s.changes(v) {
			return true
		}
	}
	return false
}

// tryRun does the same for neighbouring parts of a number or a day: they are
// ruled out together where they can.
func (s *search) tryRun(v, u int32, parts []cell) bool {
	if len(parts) == 1 {
		p := parts[0]
		p.part = true
		s.f.set(u, p)
		return s.changes(v)
	}
	s.f.set(u, hull(parts))
	s.look(&s.open)
	if s.void || s.settled(&s.open) || !s.trail.has(v) {
		return false
	}
	half := len(parts) / 2
	return s.tryRun(v, u, parts[:half]) || s.tryRun(v, u, parts[half:])
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
	var first cell
	queue := x.runs(s.split(v))
	for i := 0; i < len(queue); i++ {
		if s.fuel <= 0 {
			s.gaveUp = true
			return isTrue
		}
		run, now := queue[i], queue[i][0]
		if len(run) > 1 {
			now = hull(run)
		}
		s.f.set(v, now)
		s.look(&s.next)
		open := s.loose || !s.settled(&s.next)
		switch {
		case s.void:
		case open && len(run) > 1 && (last || i < coarse):
			queue = append(queue, x.runs(run)...)
		case open:
			unsettled = true
			if last {
				queue = append(queue, x.runs(x.narrower(now))...)
			}
		case !have:
			s.base, s.next = s.next, s.base
			have, first = true, now
		case !s.same(&s.base, &s.next):
			s.seesStatus()
			first.n.hi = first.n.lo // one value of it
			s.flipWith(v, first)
			return isTrue
		}
	}
	if unsettled && !last {
		return either
	}
	return isFalse
}

// coarse is into how many runs a number is cut at most while it may still be
// better to cut another.
const coarse = 4

// runs cuts the parts of a number or a day, which are in order, into two halves
// that are looked at whole; other parts stand alone.
func (x *Fact) runs(parts []cell) (out [][]cell) {
	if n := len(parts); x.ordered() && n > 1 {
		return [][]cell{parts[:n/2], parts[n/2:]}
	}
	for i := range parts {
		out = append(out, parts[i:i+1])
	}
	return out
}
