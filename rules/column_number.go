package rules

import (
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// number makes nodes of what gives a number or a day.
func (c *columns) number(e celast.Expr) placed {
	switch e.Kind() {
	case celast.LiteralKind:
		n, _ := literalNumber(e.AsLiteral().(types.Double))
		return placed{node: c.fixedNumber(exactly(n))}
	case celast.IdentKind:
		if e.AsIdent() == "date" {
			return placed{node: c.fixedNumber(exactly(integer(int64(c.day))))}
		}
		return c.namedNumber(e)
	case celast.SelectKind:
		if dottedParam(e) != "" {
			return c.namedNumber(e)
		}
		return c.selected(e)
	case celast.ComprehensionKind:
		return c.aggregate(e.AsComprehension())
	}
	args := e.AsCall().Args()
	arg := func(i int) placed { return c.number(args[i]) }
	switch name := e.AsCall().FunctionName(); name {
	case operators.Add:
		return c.add(arg(0), arg(1))
	case operators.Subtract:
		return c.add(arg(0), c.neg(arg(1)))
	case operators.Multiply:
		return c.mul(arg(0), arg(1))
	case operators.Divide:
		return c.div(arg(0), arg(1))
	case operators.Negate:
		return c.neg(arg(0))
	case operators.Conditional:
		return c.choose(c.boolean(args[0]), arg(1), arg(2))
	case "min", "max":
		out := c.least(arg(0), arg(1), name == "max")
		if len(args) == 3 {
			out = c.least(out, arg(2), name == "max")
		}
		return out
	case "round", "round_up", "round_down":
		mode := map[string]roundMode{"round": roundHalfUp, "round_up": roundUp, "round_down": roundDown}[name]
		return c.round(arg(0), integer(1), mode)
	case "date":
		text, _ := literalText(args[0])
		d, _ := ParseDate(text)
		return placed{node: c.fixedNumber(exactly(integer(int64(d))))}
	case "years":
		return c.ofDays(name, arg(0), arg(1), func(a, b span) span { return apart(a, b, Date.YearsUntil) }, func(a, b int64) int64 { return int64(Date(a).YearsUntil(Date(b))) })
	case "months":
		return c.ofDays(name, arg(0), arg(1), func(a, b span) span { return apart(a, b, Date.MonthsUntil) }, func(a, b int64) int64 { return int64(Date(a).MonthsUntil(Date(b))) })
	case "days":
		return c.ofDays(name, arg(0), arg(1), func(a, b span) span { return apart(a, b, func(d, e Date) int { return int(e - d) }) }, func(a, b int64) int64 { return b - a })
	case "year", "month":
		day := arg(0)
		return c.ofDays(name, day, day, func(a, _ span) span { return calendar(a, name == "year") }, func(a, _ int64) int64 {
			y, m, _ := Date(a).Civil()
			if name == "year" {
				return int64(y)
			}
			return int64(m)
		})
	case "add_months":
		return c.ofDays(name, arg(0), arg(1), addMonths, nil)
	case "amount":
		return c.amount(args)
	}
	panic(tooWide{})
}

func (c *columns) namedNumber(e celast.Expr) placed {
	full, _ := dotted(e)
	n := c.names[full]
	if n.let != nil {
		return c.let(n.let, c.names)
	}
	ref := c.lib.params[n.param]
	if v := ref.parameter.on(c.day); v != nil {
		return placed{node: c.fixedNumber(exactly(v.field(ref.field)))}
	}
	return placed{node: c.fixedNumber(stuckSpan)}
}

// arithmetic is a node of two numbers: for rows in which both are single
// values, fast; for others, the operation of evaluation. den is the unit of
// what fast gives, 0 when it gives nothing.
func (p *program) arithmetic(key string, a, b placed, den int64, op func(a, b span) span, fast func(m *machine, out []int64, x, y operand)) placed {
	if a.fixed && b.fixed {
		return placed{node: p.fixedNumber(op(a.n, b.n))}
	}
	nodes, by := p.together(a, b)
	x, y := nodes[0], nodes[1]
	level := len(by)
	if x.den == 0 || y.den == 0 {
		den = 0
	}
	var out *node
	out = p.node(node{level: level, kind: kindNumber, den: den, bounds: op(x.bounds, y.bounds), run: func(m *machine, v *vec) {
		rows := m.size(level)
		v.n = roomInts(v.n, rows)
		if out.den == 0 {
			m.slowly(out, v, rows, x, y, op)
			return
		}
		fast(m, v.n, m.operand(x), m.operand(y))
		xs, ys := m.odds(x), m.odds(y)
		for _, row := range m.open(xs.v.odd, ys.v.odd) {
			v.putSpan(out, int(row), rows, op(xs.span(row), ys.span(row)))
		}
	}}, key, x, y)
	return placed{out, by}
}

// slowly computes every row as evaluation does.
func (m *machine) slowly(n *node, v *vec, rows int, x, y *node, op func(a, b span) span) {
	xs, ys := m.odds(x), m.odds(y)
	for row := range int32(rows) {
		v.putSpan(n, int(row), rows, op(xs.span(row), ys.span(row)))
	}
}

// operand is a column, or one number for all rows.
type operand struct {
	rows []int64
	one  int64
}

func (m *machine) operand(n *node) operand {
	if n.fixed {
		k, _ := n.n.lo.scaled(n.den)
		return operand{one: k}
	}
	return operand{rows: m.get(n).n}
}

// combine computes every row of out from the two.
func combine(out []int64, x, y operand, op func(a, b int64) int64) {
	switch {
	case x.rows == nil:
		for i := range out {
			out[i] = op(x.one, y.rows[i])
		}
	case y.rows == nil:
		for i := range out {
			out[i] = op(x.rows[i], y.one)
		}
	default:
		for i := range out {
			out[i] = op(x.rows[i], y.rows[i])
		}
	}
}

// units is a common unit of two numbers, and how many of it each of theirs is;
// 0 when the numbers would grow too large.
func units(a, b *node) (den, ka, kb int64) {
	if a.den == 0 || b.den == 0 {
		return 0, 0, 0
	}
	den = lcm(a.den, b.den)
	if den == 0 || !a.bounds.counted().fits(den) || !b.bounds.counted().fits(den) {
		return 0, 0, 0
	}
	return den, den / a.den, den / b.den
}

func (p *program) add(a, b placed) placed {
	if a.fixed && !b.fixed {
		a, b = b, a
	}
	den, ka, kb := units(a.node, b.node)
	return p.arithmetic("+", a, b, den, span.add, func(_ *machine, out []int64, x, y operand) {
		switch {
		case x.rows == nil || ka != 1 || kb != 1:
			combine(out, x, y, func(a, b int64) int64 { return a*ka + b*kb })
		case y.rows == nil:
			for i, a := range x.rows[:len(out)] {
				out[i] = a + y.one
			}
		default:
			ys := y.rows[:len(out)]
			for i, a := range x.rows[:len(out)] {
				out[i] = a + ys[i]
			}
		}
	})
}

func (p *program) neg(a placed) placed {
	return p.arithmetic("-", a, a, a.den, func(a, _ span) span { return a.neg() }, func(_ *machine, out []int64, x, _ operand) {
		for i, a := range x.rows[:len(out)] {
			out[i] = -a
		}
	})
}

func (p *program) mul(a, b placed) placed {
	if a.fixed && !b.fixed {
		a, b = b, a
	}
	den, ok := mul64(a.den, b.den)
	if !ok {
		den = 0
	}
	return p.arithmetic("*", a, b, den, span.mul, func(_ *machine, out []int64, x, y operand) {
		if y.rows == nil {
			for i, a := range x.rows[:len(out)] {
				out[i] = a * y.one
			}
			return
		}
		combine(out, x, y, func(a, b int64) int64 { return a * b })
	})
}

// div is fast by a fixed number alone: what varies would give each row another
// unit.
func (p *program) div(a, b placed) placed {
	if b.fixed && b.den > 0 && b.n.lo.sign() != 0 {
		if q := integer(1).div(b.n.lo); q.big == nil {
			return p.mul(p.counted(a), placed{node: p.fixedNumber(exactly(q))})
		}
	}
	return p.arithmetic("/", a, b, 0, span.div, nil)
}

// counted takes what is absent for 0.
func (p *program) counted(a placed) placed {
	return p.arithmetic("counted", a, a, a.den, func(a, _ span) span { return a.counted() }, func(_ *machine, out []int64, x, _ operand) {
		copy(out, x.rows[:len(out)])
	})
}

func (p *program) least(a, b placed, most bool) placed {
	if a.fixed && !b.fixed {
		a, b = b, a
	}
	den, ka, kb := units(a.node, b.node)
	op, key := span.least, "min"
	if most {
		op, key = span.most, "max"
	}
	return p.arithmetic(key, a, b, den, op, func(_ *machine, out []int64, x, y operand) {
		if y.rows == nil && x.rows != nil {
			k := y.one * kb
			if most {
				for i, a := range x.rows[:len(out)] {
					out[i] = max(a*ka, k)
				}
			} else {
				for i, a := range x.rows[:len(out)] {
					out[i] = min(a*ka, k)
				}
			}
			return
		}
		if most {
			combine(out, x, y, func(a, b int64) int64 { return max(a*ka, b*kb) })
		} else {
			combine(out, x, y, func(a, b int64) int64 { return min(a*ka, b*kb) })
		}
	})
}

func (p *program) round(a placed, unit number, mode roundMode) placed {
	den := unit.den()
	by, ok := mul64(a.den, unit.n)
	if !ok || by == 0 || !a.bounds.counted().fits(a.den) || !a.bounds.counted().fits(mostFactor(a.den, den)) {
		den = 0
	}
	op := func(a, _ span) span { return a.round(unit, mode) }
	key := "round " + unit.plain() + string('0'+rune(mode))
	return p.arithmetic(key, a, a, den, op, func(_ *machine, out []int64, x, _ operand) {
		if by == unit.n*den && unit.n == 1 { // it has this unit already
			copy(out, x.rows[:len(out)])
			return
		}
		for i, a := range x.rows[:len(out)] {
			out[i] = number{n: a * den, d: by}.whole(mode) * unit.n
		}
	})
}

// mostFactor is the unit in which a number is while it is rounded.
func mostFactor(a, b int64) int64 {
	k, ok := mul64(a, b)
	if !ok {
		return 0
	}
	return k
}

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
	if fast == nil || x.den != 1 || y.den != 1 {
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

// less is a < b, or a <= b.
func (p *program) less(a, b placed, orEqual bool) placed {
	if a.fixed && b.fixed {
		return placed{node: p.yes(a.n.less(b.n, orEqual))}
	}
	op := func(a, b span) tri { return a.less(b, orEqual) }
	if orEqual { // a <= b where not b < a
		return p.compare("<=", a, b, op, func(w uint64) uint64 { return ^w }, true)
	}
	return p.compare("<", a, b, op, func(w uint64) uint64 { return w }, false)
}

// compare is a node of two numbers that says yes or no. fast takes a word of
// a < b, or of b < a when it is turned.
func (p *program) compare(key string, a, b placed, op func(a, b span) tri, fast func(uint64) uint64, turned bool) placed {
	nodes, by := p.together(a, b)
	x, y := nodes[0], nodes[1]
	level := len(by)
	den, kx, ky := units(x, y)
	if turned {
		kx, ky = ky, kx
	}
	return placed{p.node(node{level: level, kind: kindBool, run: func(m *machine, v *vec) {
		rows := m.size(level)
		v.t, v.f = room(v.t, rows), room(v.f, rows)
		xs, ys := m.odds(x), m.odds(y)
		if den == 0 {
			for row := range int32(rows) {
				v.put(int(row), op(xs.span(row), ys.span(row)), rows)
			}
			v.trim(rows)
			return
		}
		l, r := m.operand(x), m.operand(y)
		if turned {
			l, r = r, l
		}
		lessBits(v.t, rows, l, r, kx, ky)
		for i := range v.t {
			v.t[i] = fast(v.t[i])
			if xs.v.abs != nil {
				v.t[i] &^= xs.v.abs[i]
			}
			if ys.v.abs != nil {
				v.t[i] &^= ys.v.abs[i]
			}
			v.f[i] = ^v.t[i]
		}
		v.trim(rows)
		for _, row := range m.open(xs.v.odd, ys.v.odd) {
			v.put(int(row), op(xs.span(row), ys.span(row)), rows)
		}
	}}, key, x, y), by}
}

// lessBits compares without branches: both sides are small enough that their
// difference fits.
func lessBits(out Bits, rows int, l, r operand, kl, kr int64) {
	for i := range out {
		from := i << 6
		to := min(from+64, rows)
		var w uint64
		switch {
		case l.rows == nil:
			one := l.one * kl
			for j, b := range r.rows[from:to] {
				w |= uint64(one-b*kr) >> 63 << (j & 63)
			}
		case r.rows == nil:
			one := r.one * kr
			for j, a := range l.rows[from:to] {
				w |= uint64(a*kl-one) >> 63 << (j & 63)
			}
		default:
			bs := r.rows[from:to]
			for j, a := range l.rows[from:to] {
				w |= uint64(a*kl-bs[j]*kr) >> 63 << (j & 63)
			}
		}
		out[i] = w
	}
}

func (p *program) equal(a, b placed) placed {
	if a.fixed && b.fixed {
		return placed{node: p.yes(a.n.equal(b.n))}
	}
	nodes, by := p.together(a, b)
	x, y := nodes[0], nodes[1]
	level := len(by)
	den, kx, ky := units(x, y)
	return placed{p.node(node{level: level, kind: kindBool, run: func(m *machine, v *vec) {
		rows := m.size(level)
		v.t, v.f = room(v.t, rows), room(v.f, rows)
		xs, ys := m.odds(x), m.odds(y)
		if den == 0 {
			for row := range int32(rows) {
				v.put(int(row), xs.span(row).equal(ys.span(row)), rows)
			}
			v.trim(rows)
			return
		}
		less, more := v.t, v.f
		lessBits(less, rows, m.operand(x), m.operand(y), kx, ky)
		lessBits(more, rows, m.operand(y), m.operand(x), ky, kx)
		for i := range v.t {
			v.t[i] = ^(less[i] | more[i])
			if xs.v.abs != nil {
				v.t[i] &^= xs.v.abs[i]
			}
			if ys.v.abs != nil {
				v.t[i] &^= ys.v.abs[i]
			}
			v.f[i] = ^v.t[i]
		}
		v.trim(rows)
		for _, row := range m.open(xs.v.odd, ys.v.odd) {
			v.put(int(row), xs.span(row).equal(ys.span(row)), rows)
		}
	}}, "==", x, y), by}
}
