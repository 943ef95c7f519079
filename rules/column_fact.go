package rules

// fact is what is possible for a fact of each family, or of each person.
func (p *program) fact(x *Fact) *node {
	n, ok := p.facts[x]
	if !ok {
		n = p.factNode(x)
		p.facts[x] = n
	}
	return n
}

func (p *program) factNode(x *Fact) *node {
	var by []int
	if x.Entity == OfPerson {
		by = []int{0}
	}
	var out placed
	switch {
	case x.derive != nil:
		out = p.expression(x.derive, nil, x.Entity == OfPerson)
		if p.has[x] {
			out = placed{p.given(x, p.spreadTo(out, by)), by}
		}
	case p.has[x]:
		out = placed{p.given(x, nil), by}
	default:
		b, n, s := x.possible(p.day)
		switch x.kind {
		case kindBool:
			out = placed{node: p.yes(b)}
		case kindText:
			out = placed{node: p.fixedText(s)}
		default:
			out = placed{node: p.fixedNumber(n)}
		}
	}
	if x.onlyFor != nil {
		out = p.onlyFor(p.expression(x.onlyFor, nil, x.Entity == OfPerson), out)
	}
	if out.fixed {
		return out.node
	}
	return p.spreadTo(out, by)
}

// given is a column of the batch; where it says nothing, what follows from
// other facts, or all that is possible.
func (p *program) given(x *Fact, follows *node) *node {
	level := 0
	if x.Entity == OfPerson {
		level = 1
	}
	rowsOf := func(m *machine) (rows []int32, c *Column) {
		if level == 0 {
			return m.families, m.batch.Families[x.Key]
		}
		return m.persons, m.batch.Persons[x.Key]
	}
	b, all, w := x.possible(p.day)
	n := node{level: level, kind: x.kind, bounds: all, den: 1}
	if x.kind == kindDate {
		n.kind = kindNumber
	}
	if x.Type == TypeMoney {
		n.den = 100
	}
	if follows != nil && n.kind == kindNumber {
		n.bounds = n.bounds.join(follows.bounds)
		if !x.min.given || !x.max.given {
			n.den = 0
		}
	}
	var out *node
	switch x.kind {
	case kindBool:
		n.run = func(m *machine, v *vec) { m.loadBools(v, x, follows, b, rowsOf) }
	case kindText:
		n.run = func(m *machine, v *vec) { m.loadTexts(v, follows, w, rowsOf) }
	default:
		n.run = func(m *machine, v *vec) { m.loadNumbers(out, v, x, follows, all, rowsOf) }
	}
	if follows != nil {
		out = p.node(n, "given "+x.path(), follows)
	} else {
		out = p.node(n, "given "+x.path())
	}
	return out
}

func (m *machine) loadBools(v *vec, x *Fact, follows *node, all tri, rowsOf func(*machine) ([]int32, *Column)) {
	from, c := rowsOf(m)
	rows := len(from)
	v.t, v.f = room(v.t, rows), room(v.f, rows)
	for i := range v.t {
		var t, f uint64
		for j, k := range from[i<<6 : min(i<<6+64, rows)] {
			known, value := uint64(1), c.Bools[k>>6]>>(k&63)&1
			if c.Known != nil {
				known = c.Known[k>>6] >> (k & 63) & 1
			}
			t |= (value | (known ^ 1)) << (j & 63)
			f |= ((value & known) ^ 1) << (j & 63)
		}
		v.t[i], v.f[i] = t, f
	}
	v.trim(rows)
	if follows == nil {
		return
	}
	w := m.get(follows)
	for i, k := range from {
		if !c.Has(int(k)) {
			v.put(i, w.tri(i), rows)
		}
	}
}

func (m *machine) loadNumbers(n *node, v *vec, x *Fact, follows *node, all span, rowsOf func(*machine) ([]int32, *Column)) {
	from, c := rowsOf(m)
	rows := len(from)
	if c.Known == nil && n.den > 0 && c.Ints != nil && m.inRow && rows > 0 { // as it lies
		v.n = c.Ints[from[0] : int(from[0])+rows : int(from[0])+rows]
		return
	}
	v.own = roomInts(v.own, rows)
	v.n = v.own
	if c.Dates != nil && m.inRow && rows > 0 {
		for i, d := range c.Dates[from[0]:][:rows] {
			v.n[i] = int64(d)
		}
	} else if c.Dates != nil {
		for i, k := range from {
			v.n[i] = int64(c.Dates[k])
		}
	} else {
		for i, k := range from {
			v.n[i] = c.Ints[k]
		}
	}
	if c.Known == nil && n.den > 0 {
		return
	}
	var o oddRows
	if follows != nil {
		o = m.odds(follows)
	}
	for i, k := range from {
		known := c.Has(int(k))
		switch {
		case known && n.den > 0:
		case known:
			value, _, _ := x.take(c, int(k), m.p.day)
			v.putSpan(n, i, rows, value.n)
		case follows != nil:
			v.putSpan(n, i, rows, o.span(int32(i)))
		default:
			v.putSpan(n, i, rows, all)
		}
	}
}

func (m *machine) loadTexts(v *vec, follows *node, all words, rowsOf func(*machine) ([]int32, *Column)) {
	from, c := rowsOf(m)
	rows := len(from)
	v.w = roomInts(v.w, rows)
	codes := m.texts[c]
	if codes == nil {
		codes = make([]int32, len(c.Words))
		for i, s := range c.Words {
			codes[i] = m.lex.code(s)
		}
		m.texts[c] = codes
	}
	if c.Known == nil && m.inRow && rows > 0 {
		for i, k := range c.Codes[from[0]:][:rows] {
			v.w[i] = codes[k]
		}
		return
	}
	var o oddRows
	if follows != nil {
		o = m.odds(follows)
	}
	for i, k := range from {
		switch {
		case c.Has(int(k)):
			v.w[i] = codes[c.Codes[k]]
		case follows != nil:
			v.putWords(m, i, rows, o.words(int32(i)))
		default:
			v.putWords(m, i, rows, all)
		}
	}
}

// onlyFor takes away what makes no sense: where applies says no, a yes-or-no is
// no and anything else is absent.
func (p *program) onlyFor(applies, value placed) placed {
	if applies.fixed && applies.b == isTrue {
		return value
	}
	nodes, by := p.together(applies, value)
	a, x := nodes[0], nodes[1]
	n := node{level: len(by), kind: x.kind, den: x.den, bounds: x.bounds}
	n.bounds.absent = true
	n.bounds = n.bounds.join(exactly(number{}))
	if x.fixed && x.den == 0 { // no row has a single value, and those that are absent have the unit of any other
		n.den = 1
	}
	var out *node
	switch {
	case x.kind == kindBool:
		n.run = func(m *machine, v *vec) {
			w, y := m.get(a), m.get(x)
			rows := m.size(n.level)
			v.t, v.f = room(v.t, rows), room(v.f, rows)
			if y.s != nil {
				v.s = v.stuck(rows)
			}
			for i := range v.t {
				s := word64(w.s, i)
				may, not := w.t[i]|s, w.f[i]|s
				v.t[i], v.f[i] = y.t[i]&may, y.f[i]&may|not
				if y.s != nil {
					v.s[i] = y.s[i] & may
				}
			}
			v.trim(rows)
		}
	case x.kind == kindText:
		n.run = func(m *machine, v *vec) {
			w, o := m.get(a), m.odds(x)
			rows := m.size(n.level)
			v.w = roomInts(v.w, rows)
			for row := range rows {
				k := int32(row)
				if b := w.tri(row); b == isTrue && !x.fixed && !o.here(k) && !o.v.isAbsent(row) {
					v.w[row] = o.v.w[row]
				} else {
					out := words{}
					if b&(isTrue|isStuck) != 0 {
						out = o.words(k)
					}
					out.absent = out.absent || b&(isFalse|isStuck) != 0
					v.putWords(m, row, rows, out)
				}
			}
		}
	default:
		n.run = func(m *machine, v *vec) {
			w, o := m.get(a), m.odds(x)
			rows := m.size(n.level)
			v.n = roomInts(v.n, rows)
			values := m.operand(x)
			for row := range rows {
				k := int32(row)
				b := w.tri(row)
				switch {
				case b == isFalse:
					v.n[row] = 0
					v.absent(row, rows)
				case b == isTrue && x.den > 0 && out.den > 0 && !o.here(k) && !o.v.isAbsent(row):
					v.n[row] = values.one
					if values.rows != nil {
						v.n[row] = values.rows[row]
					}
				default:
					s := span{}
					if b&(isTrue|isStuck) != 0 {
						s = o.span(k)
					}
					s.absent = s.absent || b&(isFalse|isStuck) != 0
					v.putSpan(out, row, rows, s)
				}
			}
		}
	}
	out = p.node(n, "only for", a, x)
	return placed{out, by}
}
