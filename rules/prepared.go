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
// are counted from the day of the case.
type start struct {
	values map[seat]cell // what was not known
	turns  map[seat]cell // what gave another answer in place of that
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
	once sync.Once
	list []*start
}

// fuelToPrepare is how much looking is done once to spare it later.
const fuelToPrepare = 60000

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
	})
	return r.starts.list
}

// households are those of whom nothing is known, on a day on which the right
// is in force: one with two persons of each role, as far as that may be, and
// one without the roles that only one person can have and nobody must.
func (r *Right) households(lib *Library) (out []*Case) {
	role := lib.facts.Fact(OfPerson, "role")
	for _, all := range []bool{true, false} {
		c := &Case{date: r.someDay(), family: make([]cell, lib.facts.width)}
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
// holds, within the period of the right.
func (r *Right) someDay() Date {
	day := DateOf(2020, 1, 1)
	for _, p := range r.Parameters {
		for _, v := range p.Values {
			day = max(day, v.From)
		}
	}
	if r.ValidFrom != nil {
		day = max(day, *r.ValidFrom)
	}
	if r.ValidTo != nil {
		day = min(day, *r.ValidTo)
	}
	return day
}

// learn keeps the family that stands in the frame, in which the turns gave
// another answer. Where a number did, it goes on to where the answer turns:
// there much else turns it too.
func (s *search) learn(turns []was) {
	f := s.f
	kept := &start{values: map[seat]cell{}, turns: map[seat]cell{}}
	for _, u := range s.candidates {
		kept.values[f.seat(u)] = f.moved(u, f.cells[u], -1)
	}
	for _, t := range turns {
		kept.turns[f.seat(t.at)] = f.moved(t.at, t.old, -1)
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
	lo, hi := now.n.lo, to.old.n.lo
	var here outcome
	s.look(&here)
	for s.fuel > 0 {
		middle := lo.add(hi).div(integer(2)).roundTo(integer(1), roundDown)
		if middle.cmp(lo) == 0 || middle.cmp(hi) == 0 {
			break
		}
		f.set(to.at, cell{known: true, n: exactly(middle)})
		if s.look(&s.next); s.next.certain() && s.next.sameAs(&here) {
			lo = middle
		} else {
			hi = middle
		}
	}
	for _, n := range []number{lo, hi} {
		f.set(to.at, cell{known: true, n: exactly(n)})
		s.flip(nil)
	}
}

// try puts the starts of the right into the family and looks which facts
// matter there.
func (s *search) try(list []*start) {
	f := s.f
	for _, t := range list {
		if s.fuel <= 0 || s.allFound() {
			return
		}
		turns := s.turns(t)
		if len(turns) == 0 {
			continue
		}
		from := len(s.fixed)
		for _, u := range s.candidates {
			c, ok := f.placed(u, t.values)
			if !ok {
				c = s.likely(u)[0]
			}
			s.fix(u, c)
		}
		s.flip(turns)
		s.undo(from)
	}
}

// turns are what may give another answer, of facts that were not found yet.
func (s *search) turns(t *start) map[int32]cell {
	out := map[int32]cell{}
	for _, u := range s.candidates {
		if s.found[u] {
			continue
		}
		if c, ok := s.f.placed(u, t.turns); ok {
			out[u] = c
		}
	}
	return out
}

func (s *search) allFound() bool {
	return !slices.ContainsFunc(s.candidates, func(u int32) bool { return !s.found[u] })
}

// placed is what a start has for a fact of this case; false when it has
// nothing, or nothing that can be on this day.
func (f *frame) placed(u int32, values map[seat]cell) (c cell, ok bool) {
	if c, ok = values[f.seat(u)]; !ok {
		return c, false
	}
	c = f.moved(u, c, 1)
	if _, x := f.factAt(u); x.ordered() {
		_, all, _ := x.possible(f.today)
		return c, c.n.lo.cmp(all.lo) >= 0 && c.n.hi.cmp(all.hi) <= 0
	}
	return c, true
}

// moved counts a day from the day of the case (by -1), or back from there (1).
func (f *frame) moved(u int32, c cell, by int64) cell {
	if _, x := f.factAt(u); x.kind == kindDate {
		c.n = exactly(c.n.lo.add(integer(by * int64(f.today))))
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
