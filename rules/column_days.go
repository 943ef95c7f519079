package rules

// mostDays is how many days a table of what follows from a day can hold.
const mostDays = 80000

// ofDays is what follows from one or two days. Where only one of them varies, it
// is looked up for each day that there can be.
func (p *program) ofDays(key string, a, b placed, op func(a, b span) span, fast func(a, b int64) int64) placed {
	if a.fixed && b.fixed {
		return placed{node: p.fixedNumber(op(a.n, b.n))}
	}
	nodes, by := p.together(a, b)
	x, y := nodes[0], nodes[1]
	level := len(by)
	den := int64(1)
	if x.den != 1 || y.den != 1 {
		den = 0
	}
	lookup := p.byDay(x, y, fast, den)
	var out *node
	out = p.node(node{level: level, kind: kindNumber, den: den, bounds: op(x.bounds, y.bounds), run: func(m *machine, v *vec) {
		rows := m.size(level)
		v.n = roomInts(v.n, rows)
		if out.den == 0 {
			m.slowly(out, v, rows, x, y, op)
			return
		}
		xs, ys := m.operand(x), m.operand(y)
		if lookup != nil {
			lookup(v.n, xs, ys)
		} else {
			combine(v.n, xs, ys, fast)
		}
		vx, vy := m.get(x), m.get(y)
		for _, abs := range []Bits{vx.abs, vy.abs} { // what is counted from no day is nothing
			each(abs, func(row int) {
				v.n[row] = 0
				v.absent(row, rows)
			})
		}
		ox, oy := m.odds(x), m.odds(y)
		for _, row := range m.open(vx.odd, vy.odd) {
			if v.abs != nil {
				v.abs[row>>6] &^= 1 << (row & 63)
			}
			v.putSpan(out, int(row), rows, op(ox.span(row), oy.span(row)))
		}
	}}, key, x, y)
	return placed{out, by}
}

// byDay is a table of what fast gives for each day; nil where there are too
// many.
func (p *program) byDay(x, y *node, fast func(a, b int64) int64, den int64) func(out []int64, xs, ys operand) {
	varies, one := x, y
	if x.fixed {
		varies, one = y, x
	}
	s := varies.bounds
	if den == 0 || x != y && !one.fixed || !s.has || !s.bounded() {
		return nil
	}
	lo, hi := int64(s.lo.day()), int64(s.hi.day())
	if hi-lo > mostDays {
		return nil
	}
	var table []int32
	fixed, _ := int64(0), 0
	if one.fixed {
		fixed, _ = one.n.lo.scaled(1)
	}
	for d := lo; d <= hi; d++ {
		var k int64
		switch {
		case x == y:
			k = fast(d, d)
		case x.fixed:
			k = fast(fixed, d)
		default:
			k = fast(d, fixed)
		}
		table = append(table, int32(k))
	}
	return func(out []int64, xs, ys operand) {
		rows := xs.rows
		if rows == nil {
			rows = ys.rows
		}
		for i, d := range rows[:len(out)] {
			if k := d - lo; uint64(k) < uint64(len(table)) {
				out[i] = int64(table[k])
			}
		}
	}
}
