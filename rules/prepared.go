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
			g.done()
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
	for most, all := range []bool{true, false, true} {
		c := &Case{date: r.someDay(!all), family: make([]cell, lib.facts.width)}
		for _, x := range lib.facts.Roles {
			n := 2 - most/2
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

// placed is what a start has for a fact of this case; false when it has
// nothing, or nothing that can be on this day.
func (f *frame) placed(u int32, cells []cell, place int) (c cell, ok bool) {
	if c, ok = at(cells, place); !ok {
		return c, false
	}
	if _, x := f.factAt(u); x.ordered() {
		c = f.dated(u, c)
		return c, f.may(u, c)
	}
	if left := f.narrowed[u]; left != nil && !among(left, c) {
		return c, false
	}
	return c, true
}

// may tells whether a number or a day is one that can be on the day of the case.
func (f *frame) may(u int32, c cell) bool {
	_, x := f.factAt(u)
	_, all, _ := x.possible(f.today)
	return !x.ordered() || c.n.lo.cmp(all.lo) >= 0 && c.n.hi.cmp(all.hi) <= 0
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
