package rules

import (
	"slices"
	"sync"
)

// Most of what a search finds out about a right holds for other families too:
// a household in which the income of a partner decided is one in which it will
// decide again. So each right keeps starts: families in which facts were seen
// to matter, sought once, in households of whom nothing is known. A search
// tries them before it looks for witnesses of its own. They prove nothing by
// themselves: each is put into the family at hand, around what is known of it,
// and looked at there.

// start is a family in which facts were seen to matter for a right. Days in it
// are counted in months and days from the day of the case.
type start struct {
	values []cell // by place, what was not known
	turns  []cell // by place, what gave another answer instead; known where something did
}

// seat is a fact of the family (role -1), or of somebody in it, whoever that
// is: of the first, third … with a role, or of the second, fourth …
type seat struct {
	role   int8
	second bool
	fact   int16
}

// starts are those of one right, made when they are first needed. Every library
// that shares the right shares them.
type starts struct {
	once   sync.Once
	places map[seat]int // of all seats that were looked at
	list   []*start
}

// at is the cell of a place in a start; false where it has none.
func at(cells []cell, place int) (c cell, ok bool) {
	if place < 0 || place >= len(cells) {
		return cell{}, false
	}
	return cells[place], cells[place].known
}

// fuelToPrepare is how much looking is done once to spare it later.
const fuelToPrepare = 200000

// prepared gives the starts of the right; while they are made, those that there
// are so far.
func (r *Right) prepared(f *frame) []*start {
	if f.learns {
		return r.starts.list
	}
	r.starts.once.Do(func() {
		for _, c := range r.households(f.lib) {
			g := newFrame(f.lib, c)
			g.learns, g.fuel = true, fuelToPrepare
			r.relevant(g)
			r.starts.list = append(r.starts.list, g.learned...)
		}
		r.starts.list = inOrder(r.starts.list, len(r.starts.places))
	})
	return r.starts.list
}

// Prepare makes the starts of every right, so that the first family need not
// wait for them: some tenths of a second on one core, once. Families can be
// evaluated meanwhile.
func (lib *Library) Prepare() {
	f := &frame{lib: lib}
	for _, r := range lib.rights {
		r.prepared(f)
	}
}

// inOrder puts first what shows most: each start is the one that turns by most
// facts that those before it do not show, and so again with the rest.
func inOrder(list []*start, places int) (out []*start) {
	rest := slices.Clone(list)
	shown := make([]bool, places)
	for some := false; len(rest) > 0; {
		best, most := 0, 0
		for i, t := range rest {
			n := 0
			for p := range t.turns {
				if t.turns[p].known && !shown[p] {
					n++
				}
			}
			if n > most {
				best, most = i, n
			}
		}
		if most == 0 && some {
			clear(shown)
			some = false
			continue
		}
		for p := range rest[best].turns {
			shown[p] = shown[p] || rest[best].turns[p].known
		}
		some = true
		out = append(out, rest[best])
		rest = slices.Delete(rest, best, best+1)
	}
	return out
}

// households are those of whom nothing is known, on a day on which the right
// is in force: one with two persons of each role, as far as that may be, and
// one without the roles that only one person can have and nobody must.
func (r *Right) households(lib *Library) (out []*Case) {
	role := lib.facts.Fact(OfPerson, "role")
	for _, all := range []bool{true, false} {
		c := &Case{date: r.someDay(!all), family: make([]cell, lib.facts.width)}
		for _, x := range lib.facts.Roles {
			n := 2
			switch {
			case x.Required || x.Max == 1 && all:
				n = 1
			case x.Max == 1:
				n = 0
			}
			for range n {
				p := casePerson{role: x.Key, facts: make([]cell, lib.facts.width)}
				p.facts[role.index] = cell{known: true, s: word(x.Key)}
				c.persons = append(c.persons, p)
			}
		}
		out = append(out, c)
	}
	return out
}

// someDay is the day from which the newest value of the right's parameters
// holds, or half a year later, within the period of the right.
func (r *Right) someDay(later bool) Date {
	day := DateOf(2020, 1, 1)
	for _, p := range r.Parameters {
		for _, v := range p.Values {
			day = max(day, v.From)
		}
	}
	if r.ValidFrom != nil {
		day = max(day, *r.ValidFrom)
	}
	if later {
		day = day.AddMonths(6)
	}
	if r.ValidTo != nil {
		day = min(day, *r.ValidTo)
	}
	return day
}

// place is where starts keep what they have for a seat.
func (s *starts) place(at seat) int {
	if s.places == nil {
		s.places = map[seat]int{}
	}
	p, ok := s.places[at]
	if !ok {
		p = len(s.places)
		s.places[at] = p
	}
	return p
}

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
// which one gives the answer that the first gives and the other does not.
// Numbers are halved to the grain of whole ones.
func (s *search) sides(u int32, a, b cell) [2]cell {
	f := s.f
	lo, hi := a.n.lo, b.n.lo
	f.set(u, a)
	var here outcome
	s.look(&here)
	for s.fuel > 0 {
		middle := lo.add(hi).div(integer(2)).roundTo(integer(1), roundDown)
		if middle.cmp(lo) == 0 || middle.cmp(hi) == 0 {
			break
		}
		f.set(u, cell{known: true, n: exactly(middle)})
		if s.look(&s.next); s.next.certain() && s.next.sameAs(&here) {
			lo = middle
		} else {
			hi = middle
		}
	}
	return [2]cell{{known: true, n: exactly(lo)}, {known: true, n: exactly(hi)}}
}

// try puts the starts of the right into the family and looks which of the
// facts that mattered in them matter there.
func (s *search) try(list []*start) {
	f := s.f
	s.places = make([]int, len(s.candidates))
	for i, u := range s.candidates {
		p, ok := s.r.starts.places[f.seat(u)]
		if !ok {
			p = -1
		}
		s.places[i] = p
	}
	for _, t := range list {
		if s.fuel <= 0 {
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
	startsToWalk  = 6
	numbersToWalk = 2
	shareToWalk   = 6 // one part in so many of the fuel that is left
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
		if s.fuel <= 0 || left == 0 || !s.turns(t) {
			continue
		}
		left--
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
			if s.apart(u, ends[0], ends[1]) {
				for _, c := range s.sides(u, ends[0], ends[1]) {
					f.set(u, c)
					s.flip(false)
				}
			}
			f.set(u, now)
		}
		s.undo(from)
	}
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

// mattered tells whether the fact of v mattered in a start of the right.
func (s *search) mattered(v int32) bool {
	p, ok := s.r.starts.places[s.f.seat(v)]
	return ok && slices.ContainsFunc(s.r.starts.list, func(t *start) bool { _, ok := at(t.turns, p); return ok })
}

func (s *search) allFound() bool {
	return !slices.ContainsFunc(s.candidates, func(u int32) bool { return !s.found.has(u) })
}

// placed is what a start has for a fact of this case; false when it has
// nothing, or nothing that can be on this day.
func (f *frame) placed(u int32, cells []cell, place int) (c cell, ok bool) {
	if c, ok = at(cells, place); !ok {
		return c, false
	}
	if _, x := f.factAt(u); x.ordered() {
		c = f.dated(u, c)
		_, all, _ := x.possible(f.today)
		return c, c.n.lo.cmp(all.lo) >= 0 && c.n.hi.cmp(all.hi) <= 0
	}
	if left := f.narrowed[u]; left != nil && !among(left, c) {
		return c, false
	}
	return c, true
}

// counted writes a day as whole months and days from the day of the case, as
// ages and terms are counted.
func (f *frame) counted(u int32, c cell) cell {
	if _, x := f.factAt(u); x.kind == kindDate {
		day := c.n.lo.day()
		months := f.today.MonthsUntil(day)
		if f.today.AddMonths(months) > day {
			months--
		}
		c.n = exactly(integer(int64(months*daysApart) + int64(day-f.today.AddMonths(months))))
	}
	return c
}

// daysApart is more than the days of any month.
const daysApart = 32

// dated is the day that counted wrote.
func (f *frame) dated(u int32, c cell) cell {
	if _, x := f.factAt(u); x.kind == kindDate {
		n := c.n.lo.n
		months := n / daysApart
		if n%daysApart < 0 {
			months--
		}
		c.n = exactly(integer(int64(f.today.AddMonths(int(months))) + n - months*daysApart))
	}
	return c
}

// seat is where a fact of this case belongs in a start.
func (f *frame) seat(u int32) seat {
	person, x := f.factAt(u)
	out := seat{role: -1}
	if person >= 0 {
		out = f.seats[person]
	}
	out.fact = int16(x.index)
	return out
}

// seatOf is where a person of a case sits.
func (d *Dictionary) seatOf(c *Case, person int) seat {
	role := c.persons[person].role
	out := seat{role: int8(slices.IndexFunc(d.Roles, func(r *Role) bool { return r.Key == role }))}
	for _, p := range c.persons[:person] {
		if p.role == role {
			out.second = !out.second
		}
	}
	return out
}
