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
	first    bool   // nothing was tried yet, and what is found now is noted
	doubting bool   // a parameter stands for all that it could be
	settling bool   // nothing was tried yet: what is certain now always is
	gen      uint32 // changes when all that was found before is to be forgotten
	settled  uint32 // the stamp of what the first look at the right in hand found for good: no other right's, so that a search finds the same after any other
	derived  []memo // beside cells, for facts that follow from others
	params   []param
	changed  []int32  // the cells that were set since gen began, in order
	memos    [][]memo // of each site
	rights   []rightCell
	trail    *trail
	spare    []*trail // for what is found out on the way
	room     bitset   // for sets that are still to come
	look     *look
	met      bitset // of the look in hand
	fuel     int    // looks left for all searches
	effort   int    // how many times longer than usual a search may last
	seats    []seat // of each person
	scratch  trail
	fixed    []was // room for what a search sets
	desk     *desk
	ties     []*tie           // what binds unknown facts to others
	narrowed map[int32][]cell // what is left of the yes-or-nos and choices that cannot be all that they could
	proof    *supposing
	brief    bool // a search may end once the status is known
	learns   bool // keep the families in which facts are seen to matter
	learned  []*start
}

// cell is what is known about one fact: the values that are possible.
type cell struct {
	b     tri
	n     span
	s     words
	known bool
	part  bool // a search put a part of what is possible here
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

type rightCell struct {
	outcome
	kept
	verdicts []verdictMemo // of each person, or of the family
}

// verdictMemo is a verdict that was found, with what it hangs on.
type verdictMemo struct {
	verdict
	kept
}

// param is the value of a parameter that holds on the day.
type param struct {
	n     span
	value *DatedValue
	done  bool
}

// newFrame sets a case before the library's rules. It is done with by frame.done.
func newFrame(lib *Library, c *Case) *frame {
	f := givenFrame(lib, c)
	f.settle()
	return f
}

// givenFrame holds what was given and nothing that follows from it yet.
func givenFrame(lib *Library, c *Case) *frame {
	f := lib.take(len(c.persons))
	f.today, f.gen, f.settled, f.fuel, f.effort = c.date, 1, always, fuelPerCase, 1
	f.fill(0, OfFamily, c.family)
	for i, p := range c.persons {
		f.ids = append(f.ids, p.id)
		f.seats = append(f.seats, lib.facts.seatOf(c, i))
		if p.role == roleApplicant {
			f.who = i
		}
		f.fill(1+i, OfPerson, p.facts)
	}
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
			f.rights[i].outcome, o = o, outcome{}
			f.rights[i].stamp = always
		}
	}
	f.settling = false
	f.fresh()
	f.tie()
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

// fresh forgets what was found.
func (f *frame) fresh() {
	f.gen++
	f.changed = f.changed[:0]
}

// set changes what is known about a fact, for a while; what was found and did
// not read it still holds.
func (f *frame) set(i int32, c cell) {
	f.cells[i] = c
	f.changed = append(f.changed, i)
}

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
		f.read(i)
	} else {
		c = f.derivedValue(i, person, x)
	}
	if f.look != nil && f.look.depth == 0 {
		f.look.fact(person, x, c)
	}
	return c
}

// read notes that the cell of a fact was looked at.
func (f *frame) read(i int) {
	if f.trail == nil {
		return
	}
	f.trail.reads.add(i)
	if !f.cells[i].known {
		f.trail.add(i)
	}
}

func (f *frame) derivedValue(i, person int, x *Fact) *cell {
	d := &f.derived[i]
	shown := f.look != nil && f.look.depth == 0 && x.sum() && !f.cells[i].known
	if !shown && f.holds(&d.kept) {
		f.trail.again(&d.kept)
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
			f.read(i)
		default:
			if shown {
				f.look.depth-- // but the parts of a sum
			}
			out.b, out.n, out.s = x.derive.value(f)
			if shown {
				f.look.depth++
			}
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
	d.cell = out
	f.back(outer, &d.kept, out.certain(x.kind))
	if f.settling {
		d.plain = applies == isTrue && (f.cells[i].known || x.derive == nil)
		if out.certain(x.kind) || applies == isFalse {
			d.stamp = always
		}
	}
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
	c := f.memo(l.site)
	if (f.look == nil || f.look == c.shown) && f.holds(&c.kept) {
		f.trail.again(&c.kept)
		return &c.cell
	}
	saved, outer := f.bound, f.aside()
	c.shown = f.look
	c.b, c.n, c.s = l.value(f)
	f.bound = saved
	f.back(outer, &c.kept, c.certain(l.kind))
	return &c.cell
}
