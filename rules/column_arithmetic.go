package rules

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
	if b.fixed && b.den > 0 && b.n.lo.sign() == 0 {
		return p.counted(a)
	}
	if a.fixed && !b.fixed {
		a, b = b, a
	}
	den, ka, kb := units(a.node, b.node)
	return p.arithmetic("+", a, b, den, span.add, func(_ *machine, out []int64, x, y operand) {
		switch {
		case x.rows == nil:
			combine(out, x, y, func(a, b int64) int64 { return a*ka + b*kb })
		case y.rows == nil:
			k := y.one * kb
			for i, a := range x.rows[:len(out)] {
				out[i] = a*ka + k
			}
		case ka == 1 && kb == 1:
			ys := y.rows[:len(out)]
			for i, a := range x.rows[:len(out)] {
				out[i] = a + ys[i]
			}
		default:
			ys := y.rows[:len(out)]
			for i, a := range x.rows[:len(out)] {
				out[i] = a*ka + ys[i]*kb
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
	if r, there := p.ratios[a.node]; there && b.fixed && b.den > 0 {
		r.by = r.by.mul(b.n.lo)
		return p.ratioOf(p.arithmetic("*", a, b, 0, span.mul, nil), r)
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
	return p.ratioOf(p.arithmetic("/", a, b, 0, span.div, nil), ratio{p.counted(a), b, integer(1)})
}

// counted takes what is absent for 0.
func (p *program) counted(a placed) placed {
	if _, there := p.ratios[a.node]; there || !a.fixed && !a.wider && !a.bounds.absent { // it is never absent
		return a
	}
	return p.arithmetic("counted", a, a, a.den, func(a, _ span) span { return a.counted() }, func(_ *machine, out []int64, x, _ operand) {
		copy(out, x.rows[:len(out)])
	})
}

func (p *program) least(a, b placed, most bool) placed {
	if a.fixed && !b.fixed {
		a, b = b, a
	}
	den, ka, kb := units(a.node, b.node)
	if zero := b.fixed && b.den > 0 && b.n.lo.sign() == 0; zero && most && !a.fixed && !a.wider && !a.bounds.absent && !a.bounds.loInf && a.bounds.lo.sign() >= 0 {
		return a // it is never below nothing
	}
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
	more := int64(0) // so much before it is rounded down
	switch {
	case mode == roundHalfUp:
		more = by / 2
	case mode == roundUp:
		more = by - 1
	}
	quick := divisor{}
	if den > 0 && by > 0 {
		quick = newDivisor(by)
	}
	return p.arithmetic(key, a, a, den, op, func(_ *machine, out []int64, x, _ operand) {
		if by == unit.n*den && unit.n == 1 { // it has this unit already
			copy(out, x.rows[:len(out)])
			return
		}
		if mode == roundHalfUp {
			for i, a := range x.rows[:len(out)] {
				out[i] = quick.halfUp(a*den, more) * unit.n
			}
			return
		}
		for i, a := range x.rows[:len(out)] {
			if n := a*den + more; a >= 0 && n < quick.below {
				out[i] = quick.divide(n) * unit.n
			} else {
				out[i] = number{n: a * den, d: by}.whole(mode) * unit.n
			}
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
