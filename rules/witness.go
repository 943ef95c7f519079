package rules

import "slices"

// nearby is how often a family like the one in which a fact was last seen to
// matter is tried before one is sought from scratch.
const nearby = 4

// near changes a few facts of the family in which a fact was last seen to
// matter, and looks whether the answer now hangs on v.
func (s *search) near(v int32) bool {
	f := s.f
	from := len(s.fixed)
	for i, u := range s.candidates {
		s.fix(u, s.pivot[i])
	}
	list := s.mine()
	for range 1 + s.draw().IntN(3) {
		if u := list[s.draw().IntN(len(list))]; u != v {
			points := s.likely(u)
			f.set(u, points[s.draw().IntN(len(points))])
		}
	}
	found := s.hangsOn(v, 3)
	s.undo(from)
	return found
}

// descents is how often a family is sought in which a fact matters before the
// search goes through all of them.
const descents = 2

// witness looks for a family in which v matters, the quick way: it gives the
// other facts values, one after the other, such that the answer stays open,
// and sees whether v is what it then hangs on. The values are drawn in a fixed
// order: the same question always gets the same answer.
func (s *search) witness(v int32) bool {
	for range nearby {
		if len(s.pivot) == 0 || s.fuel <= 0 {
			break
		}
		if s.near(v) {
			return true
		}
	}
	for range descents {
		if s.descend(v) {
			return true
		}
	}
	return false
}

// was is what a cell held before.
type was struct {
	at  int32
	old cell
}

// borrow takes as many values as it can from the family in which a fact was
// last seen to matter, such that the answer stays open and v can still turn it:
// first all at once, then the halves of what does not do.
func (s *search) borrow(v int32, lo, hi int) {
	from := len(s.fixed)
	for i := lo; i < hi; i++ {
		if u := s.candidates[i]; u != v {
			s.fix(u, s.pivot[i])
		}
	}
	if s.look(&s.next); !s.void && !s.settled(&s.next) && s.trail.has(v) {
		return
	}
	s.undo(from)
	if hi-lo > 1 && s.fuel > 0 {
		half := (lo + hi) / 2
		s.borrow(v, lo, half)
		s.borrow(v, half, hi)
	}
}

// fix sets a cell until what was fixed is undone.
func (s *search) fix(u int32, c cell) {
	s.fixed = append(s.fixed, was{u, s.f.cells[u]})
	s.f.set(u, c)
}

func (s *search) undo(from int) {
	for i := len(s.fixed) - 1; i >= from; i-- {
		s.f.set(s.fixed[i].at, s.fixed[i].old)
	}
	s.fixed = s.fixed[:from]
}

func (s *search) descend(v int32) bool {
	defer s.undo(len(s.fixed))
	if len(s.pivot) > 0 {
		s.borrow(v, 0, len(s.candidates))
	}
	return s.lower(v)
}

// lower gives what is open values, one fact after the other, such that the
// answer stays open, and sees whether it then hangs on v.
func (s *search) lower(v int32) bool {
	f := s.f
	o := &s.open
	s.look(o)
	for {
		if s.void || s.settled(o) || !s.trail.has(v) || s.fuel <= 0 {
			return false
		}
		all := func(*cell) bool { return true }
		u := s.nextOpen(v, all)
		if u < 0 {
			u = s.nextTied(v, all)
		}
		if u < 0 {
			return s.hangsOn(v, 12)
		}
		s.fix(u, f.cells[u])
		points := s.likely(u)
		open := false
		for i, from := 0, s.draw().IntN(len(points)); i < len(points) && !open && s.fuel > 0; i++ {
			f.set(u, points[(from+i)%len(points)])
			s.look(o)
			open = !s.void && !s.settled(o) && s.trail.has(v)
		}
		if !open {
			return false
		}
	}
}

// nextOpen is an unknown fact that the last look met, other than v, whose cell
// may be taken; -1 when there is none. What says for whom v makes sense at all
// comes first: it settles most.
func (s *search) nextOpen(v int32, may func(*cell) bool) int32 {
	first := int32(-1)
	for _, u := range s.trail.order {
		if u == v || !may(&s.f.cells[u]) {
			continue
		}
		if slices.Contains(s.before(v), u) {
			return u
		}
		if first < 0 {
			first = u
		}
	}
	if first >= 0 {
		if u := s.beside(v, may); u >= 0 {
			return u
		}
	}
	return first
}

// beside is a fact that stands with v in a condition that is open, of the
// condition with the fewest such facts: they settle soonest whether v matters.
// Yes and no, and choices, come before days, and days before amounts.
func (s *search) beside(v int32, may func(*cell) bool) int32 {
	f := s.f
	var best *kept
	for _, at := range s.r.sites {
		row := f.memos[at.slot]
		for i := range row {
			k := &row[i].kept
			if k.stamp == f.gen && k.at == len(f.changed) && len(k.touched) > 1 && k.seen.has(v) && (best == nil || len(k.touched) < len(best.touched)) {
				best = k
			}
		}
	}
	if best == nil {
		return -1
	}
	found, rank := int32(-1), 3
	for _, u := range best.touched {
		if u == v || !may(&f.cells[u]) {
			continue
		}
		_, x := f.factAt(u)
		n := 0
		switch {
		case x.kind == kindDate:
			n = 1
		case x.ordered():
			n = 2
		}
		if n < rank {
			found, rank = u, n
		}
	}
	return found
}

// before are the cells that say whether the fact of v makes sense.
func (s *search) before(v int32) []int32 {
	list, ok := s.needs[v]
	if ok {
		return list
	}
	person, x := s.f.factAt(v)
	list = []int32{}
	seen := map[*Fact]bool{}
	var take func(e *expr)
	take = func(e *expr) {
		if e == nil {
			return
		}
		for _, y := range e.reads.facts {
			if seen[y] {
				continue
			}
			seen[y] = true
			who := person
			if y.Entity == OfFamily {
				who = -1
			}
			if who >= 0 || y.Entity == OfFamily {
				list = append(list, int32(s.f.cellIndex(who, y)))
			}
			take(y.onlyFor)
			take(y.derive)
		}
	}
	take(x.onlyFor)
	if s.needs == nil {
		s.needs = map[int32][]int32{}
	}
	s.needs[v] = list
	return list
}

// hangsOn looks whether v gives different answers where all else is known, with
// so many of its likely values at most.
func (s *search) hangsOn(v int32, most int) bool {
	saved := s.f.cells[v]
	defer func() { s.f.set(v, saved) }()
	var first *cell
	for i, p := range s.likely(v) {
		if i == most || s.fuel <= 0 {
			break
		}
		s.f.set(v, p)
		s.look(&s.next)
		switch {
		case s.void || s.loose:
		case first == nil:
			s.base, s.next = s.next, s.base
			if first = &p; !s.trail.reads.has(v) {
				return false
			}
		case !s.same(&s.base, &s.next):
			s.seesStatus()
			s.flipWith(v, *first)
			return true
		}
	}
	return false
}

// likely are single values of a fact: all there are, or the typical ones, the
// ends and those that matter to the right.
func (s *search) likely(u int32) []cell {
	_, x := s.f.factAt(u)
	if !x.ordered() {
		return s.split(u)
	}
	return s.values.likely.of(x, func() (points []cell) {
		_, all, _ := x.possible(s.f.today)
		points = append(points, x.typicalOn(s.f.today)...)
		points = append(points, cell{known: true, n: exactly(all.lo)}, cell{known: true, n: exactly(all.hi)})
		for _, p := range s.split(u) {
			if p.known && len(points) < 24 {
				points = append(points, p)
			}
		}
		return points
	})
}

// flipWith looks which facts matter, and knows a value by which v does.
func (s *search) flipWith(v int32, c cell) {
	clear(s.first)
	c.known = true
	s.first[slices.Index(s.candidates, v)] = c
	s.flipAll()
}

// flip looks, in the family that stands in the frame, which facts matter: where
// much hangs together, one family shows many. s.first gives values that are tried
// before the extremes; without all, nothing else is tried.
func (s *search) flip(all bool) {
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
	can := s.base.certain() && !s.void && !s.loose
	read := slices.Clone(s.trail.reads) // nothing else can make a difference
	var turns []was
	for i, u := range s.candidates {
		if s.found.has(u) || !can || s.fuel <= 0 || !read.has(u) {
			continue
		}
		if s.enough() {
			break
		}
		now := f.cells[u]
		tries := s.tries[:0]
		if s.first[i].known {
			tries = append(tries, s.first[i])
		}
		if all {
			tries = append(tries, s.extremes(u)...)
		}
		s.tries = tries
		for _, p := range tries {
			if sameCell(p, now) {
				continue
			}
			f.set(u, p)
			if s.look(&s.next); s.next.certain() && !s.void && !s.loose && !s.base.sameAs(&s.next) {
				s.found.add(int(u))
				s.varies = s.varies || s.base.status != s.next.status
				turns = append(turns, was{u, p})
				turns = s.others(u, now, p, read, turns)
				break
			}
		}
		f.set(u, now)
	}
	if len(turns) > 0 {
		s.remember(turns)
		if f.learns {
			s.learn(turns)
		}
	}
	s.undo(from)
}

// extremes are single values of a fact that are far apart.
func (s *search) extremes(u int32) []cell {
	_, x := s.f.factAt(u)
	if !x.ordered() {
		return s.split(u)
	}
	_, n, _ := x.possible(s.f.today)
	return []cell{{known: true, n: exactly(n.lo)}, {known: true, n: exactly(n.hi)}}
}
