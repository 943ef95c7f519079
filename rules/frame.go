package rules

// frame is one family on one day, while it is looked at: a cell for every fact
// of the family and of each person, and the results that were already found.
// It belongs to one goroutine.
type frame struct {
	lib     *Library
	today   Date
	people  int
	ids     []string
	width   int
	cells   []cell // (1+person)*width + fact; the family comes first
	who     int    // the applicant
	bound   [maxExprLoops + 2]int8
	gen     uint32 // changes whenever a cell changes: what was found before is then forgotten
	derived []cell // beside cells, for facts that follow from others
	params  []param
	lets    []letCell
	rights  []rightCell
	trail   *trail
	look    *look
	fuel    int // evaluations left in a search
}

// cell is what is known about one fact: the values that are possible.
type cell struct {
	b     tri
	n     span
	s     words
	known bool
	stamp uint32
}

// letCell and rightCell keep what was found in this generation.
type letCell struct {
	cell
	person int8
}

type rightCell struct {
	outcome
	stamp uint32
	busy  bool
}

// param is the value of a parameter that holds on the day.
type param struct {
	n     span
	value *DatedValue
	done  bool
}

// trail gathers the unknown facts that an evaluation looked at, in the order
// in which it met them.
type trail struct {
	seen  []uint64
	order []int32
}

func (t *trail) reset(cells int) {
	if need := (cells + 63) / 64; len(t.seen) < need {
		t.seen = make([]uint64, need)
	} else {
		clear(t.seen)
	}
	t.order = t.order[:0]
}

func (t *trail) add(i int) {
	if t.seen[i/64]&(1<<(i%64)) == 0 {
		t.seen[i/64] |= 1 << (i % 64)
		t.order = append(t.order, int32(i))
	}
}

func (t *trail) has(i int32) bool { return t.seen[i/64]&(1<<(i%64)) != 0 }

// newFrame sets a case before the library's rules.
func newFrame(lib *Library, c *Case) *frame {
	f := &frame{
		lib: lib, today: c.date, people: len(c.persons), width: lib.facts.width, gen: 1,
		params: make([]param, lib.paramCount),
		lets:   make([]letCell, lib.letCount),
		rights: make([]rightCell, len(lib.rights)),
	}
	n := (1 + f.people) * f.width
	f.cells, f.derived = make([]cell, n), make([]cell, n)
	f.fill(0, OfFamily, c.family)
	for i, p := range c.persons {
		f.ids = append(f.ids, p.id)
		if p.role == roleApplicant {
			f.who = i
		}
		f.fill(1+i, OfPerson, p.facts)
	}
	return f
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
	if x.onlyFor == nil && (x.derive == nil || c.known) {
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
	if d.stamp == f.gen {
		return d
	}
	saved := f.bound
	f.bound[0] = int8(person)
	if f.look != nil {
		f.look.depth++ // what it is derived from is not shown beside it
	}
	applies := isTrue
	if x.onlyFor != nil {
		applies = x.onlyFor.b(f)
	}
	out := cell{stamp: f.gen}
	if applies&(isTrue|isStuck) != 0 {
		c := &f.cells[i]
		switch {
		case c.known || x.derive == nil:
			out = *c
			if !c.known && f.trail != nil {
				f.trail.add(i)
			}
		default:
			out.b, out.n, out.s = x.derive.value(f)
		}
		out.stamp = f.gen
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
	*d = out
	return d
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
	if c.stamp == f.gen && c.person == f.bound[0] && f.look == nil {
		return &c.cell
	}
	saved := f.bound
	out := letCell{person: saved[0]}
	out.b, out.n, out.s = l.value(f)
	out.stamp = f.gen
	f.bound = saved
	*c = out
	if f.look != nil && f.look.lets != nil {
		f.look.lets(l, &c.cell)
	}
	return &c.cell
}
