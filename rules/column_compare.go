package rules

// less is a < b, or a <= b.
func (p *program) less(a, b placed, orEqual bool) placed {
	if a.fixed && b.fixed {
		return placed{node: p.yes(a.n.less(b.n, orEqual))}
	}
	if out, ok := p.lessRatio(a, b, orEqual); ok {
		return out
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
		if l, r := m.operand(x), m.operand(y); l.rows == nil {
			sameBits(v.t, rows, r, l, ky, kx)
		} else {
			sameBits(v.t, rows, l, r, kx, ky)
		}
		for i := range v.t {
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

// sameBits compares without branches; the left side has rows.
func sameBits(out Bits, rows int, l, r operand, kl, kr int64) {
	for i := range out {
		from := i << 6
		to := min(from+64, rows)
		var w uint64
		if r.rows == nil {
			one := r.one * kr
			for j, a := range l.rows[from:to] {
				d := a*kl - one
				w |= uint64(^(d | -d)) >> 63 << (j & 63)
			}
		} else {
			bs := r.rows[from:to]
			for j, a := range l.rows[from:to] {
				d := a*kl - bs[j]*kr
				w |= uint64(^(d | -d)) >> 63 << (j & 63)
			}
		}
		out[i] = w
	}
}
