package rules

// frame is one family on one day, while it is looked at: a cell for every fact
// of the family and of each person, and the results that were already found.
// It belongs to one goroutine.
type frame struct {
	lib      *Library
	today    Date
	people   int
	ids      []string
	width    int
	cells    []cell // (1+person)*width + fact; the family comes first
	who      int    // the applicant
	bound    [maxExprLoops + 2]int8
	settling bool   // nothing was tried yet: what is certain now always is
	gen      uint32 // changes whenever a cell changes: what was found before is then forgotten
	derived  []memo // beside cells, for facts that follow from others
	params   []param
	lets     []memo
	rights   []rightCell
	trail    *trail
	spare    []*trail // for what is found out on the way
	look     *look
	fuel     int // looks left for all searches
}

// cell is what is known about one fact: the values that are possible.
type cell struct {
	b     tri
	n     span
	s     words
	known bool
	stamp uint32
}

// certain tells whether a value of some kind is a single one.
func (c *cell) certain(k kind) bool {
	switch k {
	case kindBool:
		return c.b.certain()
	case kindText:
		return c.s.certain()
	}
	return c.n.certain()
}

// memo is what was found in a generation, with the unknown facts that it hangs
// on.
type memo struct {
	cell
	touched []int32
	person  int8
	plain   bool // the fact makes sense and is not derived: only its own cell counts
}

// always is the stamp of what holds whatever is still found out about facts
// that are not known yet.
const always = ^uint32(0) - 1

type rightCell struct {
	outcome
	touched []int32
	stamp   uint32
}

// param is the value of a parameter that holds on the day.
type param struct {
	n     span
	value *DatedValue
	done  bool
}

// newFrame sets a case before the library's rules.
func newFrame(lib *Library, c *Case) *frame {
	f := &frame{
		lib: lib, today: c.date, people: len(c.persons), width: lib.facts.width, gen: 1, fuel: fuelPerCase,
		params: make([]param, len(lib.params)),
		lets:   make([]memo, lib.letCount),
		rights: make([]rightCell, len(lib.rights)),
	}
	n := (1 + f.people) * f.width
	f.cells, f.derived = make([]cell, n), make([]memo, n)
	f.fill(0, OfFamily, c.family)
	for i, p := range c.persons {
		f.ids = append(f.ids, p.id)
		if p.role == roleApplicant {
			f.who = i
		}
		f.fill(1+i, OfPerson, p.facts)
	}
	f.settle()
	return f
}

// settle finds what follows from the facts that are known: it holds whatever
// the others turn out to be.
func (f *frame) settle() {
	f.settling = true
	for person := -1; person < f.people; person++ {
		for _, x := range f.lib.facts.rows[min(1, person+1)] {
			f.value(person, x)
		}
	}
	var o outcome
	for i, r := range f.lib.rights {
		if !f.lib.asked[i] {
			continue
		}
		r.decide(f, &o)
		if o.certain() {
			f.rights[i] = rightCell{outcome: o, stamp: always}
			o = outcome{}
		}
	}
	f.settling = false
	f.fresh()
}

func (f *frame) fill(row int, entity string, given []cell) {
	for _, x := range f.lib.facts.Facts {
		if x.Entity != entity {
			continue
		}
		c := &f.cells[row*f.width+x.index]
		if given[x.index].known {
			*c = given[x.index]
		} else if x.derive == nil {
			c.b, c.n, c.s = x.possible(f.today)
		}
	}
}

// fresh forgets what was found, because a cell changed or a new look begins.
func (f *frame) fresh() { f.gen++ }

// cellIndex is where the cell of a fact stands; the family is person -1.
func (f *frame) cellIndex(person int, x *Fact) int { return (1+person)*f.width + x.index }

// factAt is the person (-1: the family) and fact of a cell.
func (f *frame) factAt(cell int32) (person int, x *Fact) {
	person = int(cell)/f.width - 1
	return person, f.lib.facts.at(person >= 0, int(cell)%f.width)
}

func (d *Dictionary) at(ofPerson bool, index int) *Fact {
	if ofPerson {
		return d.rows[1][index]
	}
	return d.rows[0][index]
}

// value is what is possible for a fact of a person, or of the family (-1).
func (f *frame) value(person int, x *Fact) *cell {
	i := f.cellIndex(person, x)
	c := &f.cells[i]
	if x.onlyFor == nil && (x.derive == nil || c.known) || f.derived[i].plain {
		if !c.known && f.trail != nil {
			f.trail.add(i)
		}
	} else {
		c = f.derivedValue(i, person, x)
	}
	if f.look != nil && f.look.depth == 0 {
		f.look.fact(person, x, c)
	}
	return c
}

func (f *frame) derivedValue(i, person int, x *Fact) *cell {
	d := &f.derived[i]
	if d.stamp == f.gen || d.stamp == always {
		f.trail.addAll(d.touched)
		return &d.cell
	}
	saved, outer := f.bound, f.aside()
	f.bound[0] = int8(person)
	if f.look != nil {
		f.look.depth++ // what it is derived from is not shown beside it
	}
	applies := isTrue
	if x.onlyFor != nil {
		applies = x.onlyFor.b(f)
	}
	var out cell
	if applies&(isTrue|isStuck) != 0 {
		switch c := &f.cells[i]; {
		case c.known || x.derive == nil:
			out = *c
			if !c.known && f.trail != nil {
				f.trail.add(i)
			}
		default:
			out.b, out.n, out.s = x.derive.value(f)
		}
	}
	if applies&(isFalse|isStuck) != 0 {
		switch x.kind {
		case kindBool:
			out.b |= isFalse
		case kindText:
			out.s.absent = true
		default:
			out.n.absent = true
		}
	}
	if f.look != nil {
		f.look.depth--
	}
	f.bound = saved
	out.stamp = f.gen
	if f.settling {
		d.plain = applies == isTrue && (f.cells[i].known || x.derive == nil)
		if out.certain(x.kind) || applies == isFalse {
			out.stamp = always
		}
	}
	d.cell = out
	d.touched = f.back(outer, d.touched, out.certain(x.kind))
	return &d.cell
}

// param is the value of a parameter on the day; stuck before its first value.
func (f *frame) param(slot int) span {
	p := &f.params[slot]
	if !p.done {
		ref := f.lib.params[slot]
		p.n, p.value, p.done = stuckSpan, ref.parameter.on(f.today), true
		if p.value != nil {
			p.n = exactly(p.value.field(ref.field))
		}
	}
	if f.look != nil {
		f.look.param(slot, p.value)
	}
	return p.n
}

// let is the value of a named expression of a right, for the person in hand.
func (f *frame) let(l *let) *cell {
	c := &f.lets[l.slot]
	if c.stamp == f.gen && (!l.mine || c.person == f.bound[0]) && f.look == nil {
		f.trail.addAll(c.touched)
		return &c.cell
	}
	saved, outer := f.bound, f.aside()
	var out cell
	out.b, out.n, out.s = l.value(f)
	out.stamp = f.gen
	f.bound = saved
	c.cell, c.person = out, saved[0]
	c.touched = f.back(outer, c.touched, out.certain(l.kind))
	return &c.cell
}
