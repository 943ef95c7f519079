package rules

import celast "cel.dev/cel-go/common/ast"

// rightNodes are what a scan computes of a right. A status is kept as a
// yes-or-no is: may be entitled, may be refused, may be referred.
type rightNodes struct {
	right   *Right
	each    *node   // of a right for each person: whether it is for this one
	loose   bool    // what ties facts together may tell more about that than columns do
	status  *node   // of each person, or of the family
	family  *node   // of the family
	amounts []*node // of each person or of the family; they count where the status may be entitled
	given   *node   // what the amounts give together, 0 where refused
	all     *node   // the same of whoever has it
	ties    []int   // doubts of the program: what binds facts that the right can read
}

// right makes the nodes of a right.
func (p *program) right(r *Right) *rightNodes {
	if out := p.rights[r]; out != nil {
		return out
	}
	names := r.scope.names
	see := func(e *expr) placed { return p.expression(e, names, r.ForEach) }
	var by []int
	if r.ForEach {
		by = []int{0}
	}
	out := &rightNodes{right: r}
	holds, away := placed{node: p.yes(isTrue)}, placed{node: p.yes(isFalse)}
	if r.ForEach {
		whom := p.level(see(r.each), by)
		out.each = whom
		holds = placed{whom, by}
	}
	for _, c := range r.conditions {
		n := see(c.when)
		if c.exclusion {
			n = p.not(n)
		}
		holds = p.and(holds, n)
	}
	for _, rf := range r.refers {
		away = p.or(away, see(rf.when))
	}
	for _, a := range r.amounts {
		n := p.counted(see(a.value))
		if !a.exact {
			n = p.round(n, a.unit, a.mode)
		}
		n = p.least(n, placed{node: p.fixedNumber(exactly(number{}))}, true)
		if a.when != nil {
			n = p.choose(see(a.when), n, placed{node: p.fixedNumber(exactly(number{}))})
		}
		out.amounts = append(out.amounts, p.spreadTo(n, by))
	}
	out.status = p.verdict(out, p.level(holds, by), p.level(away, by), len(by))
	out.family = out.status
	if r.ForEach {
		out.family = p.summary(out.status)
	}
	p.rights[r] = out
	return out
}

// level brings a yes-or-no to a level, also one that is fixed.
func (p *program) level(n placed, by []int) *node {
	a := p.spreadTo(n, by)
	if !a.fixed {
		return a
	}
	level := len(by)
	return p.node(node{level: level, kind: kindBool, run: func(m *machine, v *vec) {
		w := m.get(a)
		rows := m.size(level)
		v.t, v.f = room(v.t, rows), room(v.f, rows)
		copy(v.t, w.t)
		copy(v.f, w.f)
		if w.s != nil {
			v.s = v.stuck(rows)
			copy(v.s, w.s)
		}
		v.trim(rows)
	}}, "everybody", a, level)
}

// verdict is the status for the family or for each person.
func (p *program) verdict(r *rightNodes, holds, away *node, level int) *node {
	args := []any{holds, away}
	for _, a := range r.amounts {
		args = append(args, a)
	}
	return p.node(node{level: level, kind: kindBool, shape: shapeRight, run: func(m *machine, v *vec) {
		h := m.get(holds)
		rows := m.size(level)
		v.t, v.f = room(v.t, rows), room(v.f, rows)
		copy(v.f, h.f)
		if none(h.t) && h.s == nil {
			clear(v.t)
			return
		}
		w := m.get(away)
		s, some := v.stuck(rows), uint64(0)
		for i := range v.t {
			v.t[i] = h.t[i] & w.f[i]
			s[i] = word64(h.s, i) | h.t[i]&(w.t[i]|word64(w.s, i))
			some |= s[i]
		}
		if some != 0 {
			v.s = s
		}
		if none(v.t) {
			return
		}
		for _, a := range r.amounts {
			stuck := func(row int, n span) {
				if !v.t.Get(row) || !n.stuck { // an amount that nobody published: somebody has to look it up
					return
				}
				v.s = s
				v.s.Set(row)
				if !n.has {
					v.t[row>>6] &^= 1 << (row & 63)
				}
			}
			if a.fixed {
				for row := 0; a.n.stuck && row < rows; row++ {
					stuck(row, a.n)
				}
				continue
			}
			n := m.get(a)
			for i, row := range n.odd {
				stuck(int(row), n.spans[i])
			}
		}
	}}, "verdict", args...)
}

// summary is the answer for the family: entitled when it is through one person;
// else referred when one person is; else refused.
func (p *program) summary(status *node) *node {
	return p.node(node{level: 0, kind: kindBool, run: func(m *machine, v *vec) {
		w := m.get(status)
		rows := m.size(0)
		v.t, v.f, v.s = room(v.t, rows), room(v.f, rows), v.stuck(rows)
		clear(v.s)
		clear(v.t)
		clear(v.f)
		if w.s == nil && w.certain(m.size(1)) { // as most are
			m.anyEach(v.t, w.t)
			for i := range v.f {
				v.f[i] = ^v.t[i]
			}
			last(v.f, rows)
			return
		}
		m.groups(0, func(row, from, to int) {
			t, f := bitsFrom(w.t, from, to), bitsFrom(w.f, from, to)
			s := uint64(0)
			if w.s != nil {
				s = bitsFrom(w.s, from, to)
			}
			switch {
			case t&^f&^s != 0:
				v.t.Set(row)
			default:
				if t != 0 {
					v.t.Set(row)
				}
				if s != 0 {
					v.s.Set(row)
				}
				if f == 1<<(to-from)-1 {
					v.f.Set(row)
				}
			}
		})
	}}, "summary", status)
}

// unknown marks the families in which the status or an amount is open, of
// anybody.
func (r *rightNodes) unknown(m *machine) Bits {
	v := m.get(r.status)
	open := make(Bits, len(v.t))
	for i := range open {
		s := word64(v.s, i)
		open[i] = v.t[i]&v.f[i] | v.t[i]&s | v.f[i]&s | ^(v.t[i] | v.f[i] | s)
	}
	if r.loose {
		whom := m.get(r.each)
		for i := range open {
			open[i] |= whom.t[i]&whom.f[i] | word64(whom.s, i)
		}
	}
	last(open, m.size(r.status.level))
	if !none(v.t) {
		for _, a := range r.amounts {
			r.openAmounts(m, a, v, open)
		}
	}
	if r.status.level == 0 {
		return open
	}
	out := NewBits(len(m.families))
	if !none(open) {
		m.groups(0, func(row, from, to int) {
			if bitsFrom(open, from, to) != 0 {
				out.Set(row)
			}
		})
	}
	return out
}

func (r *rightNodes) openAmounts(m *machine, a *node, v *vec, open Bits) {
	if a.fixed {
		if !a.n.certain() && (!a.n.stuck || a.n.has) {
			for i := range open {
				open[i] |= v.t[i]
			}
		}
		return
	}
	n := m.get(a)
	for i, row := range n.odd {
		s := n.spans[i]
		s.stuck = false
		if v.t.Get(int(row)) && !s.certain() {
			open.Set(int(row))
		}
	}
	if n.abs != nil { // cannot be: amounts count what is absent for 0
		for i := range open {
			open[i] |= n.abs[i] & v.t[i]
		}
	}
}

// right makes nodes of right("id") and right("id", p).
func (c *columns) right(args []celast.Expr) placed {
	out, who := c.other(args)
	if len(args) < 2 {
		return placed{node: out.family}
	}
	if out.status.level == 0 {
		return placed{node: out.status}
	}
	return c.of(out.status, who)
}

func (c *columns) other(args []celast.Expr) (r *rightNodes, who celast.Expr) {
	id, _ := literalText(args[0])
	if len(args) > 1 {
		who = args[1]
	}
	return c.program.right(c.lib.byID[id]), who
}

// amount makes nodes of amount("id") and amount("id", p).
func (c *columns) amount(args []celast.Expr) placed {
	r, who := c.other(args)
	if r.given == nil {
		r.given = c.gives(r)
	}
	switch {
	case r.status.level == 0 && who != nil: // the family's is nobody's own
		return placed{node: c.fixedNumber(exactly(number{}))}
	case r.status.level == 0:
		return placed{node: r.given}
	case who != nil:
		return c.of(r.given, who)
	}
	return placed{node: c.sumGiven(r)}
}

// sumGiven is what a right gives to all persons of a family together. Where it is
// known who has it and how much, what it gives to each need not be written down.
func (p *program) sumGiven(r *rightNodes) *node {
	sum := p.sum(p.yes(isTrue), r.given, 0)
	all := r.all
	if sum.fixed || sum.den == 0 || all == nil || all.den != sum.den {
		return sum
	}
	return p.node(node{level: 0, kind: kindNumber, den: sum.den, bounds: sum.bounds, run: func(m *machine, v *vec) {
		who, k := m.get(r.status), operand{}
		plain := who.certain(m.size(1))
		if k = m.operand(all); plain && !all.fixed {
			w := m.get(all)
			plain = len(w.odd) == 0 && w.abs == nil
		}
		if !plain {
			w := m.get(sum)
			v.n = roomInts(v.n, m.size(0))
			copy(v.n, w.n)
			v.odd, v.spans, v.abs = append(v.odd, w.odd...), append(v.spans, w.spans...), w.abs
			return
		}
		v.n = roomInts(v.n, m.size(0))
		if k.rows != nil {
			m.sumEach(v.n, k.rows[:m.size(1)], who.t)
			return
		}
		m.countEach(v.n, who.t)
		for i := range v.n {
			v.n[i] *= k.one
		}
	}}, "given", sum, all)
}

// gives is what all amounts of a right give, to each: nothing where it is
// refused. An amount that nobody published makes the status say so already.
func (p *program) gives(r *rightNodes) *node {
	var by []int
	if r.status.level > 0 {
		by = []int{0}
	}
	none := placed{node: p.fixedNumber(exactly(number{}))}
	all := none
	for _, a := range r.amounts {
		all = p.add(all, placed{a, by})
	}
	r.all = p.spreadTo(all, by)
	return p.chooseNumber(r.status, r.all, none.node, len(by))
}
