package rules

import "math/bits"

// and, or and not are those of evaluation, for 64 rows at once.

func (p *program) not(a placed) placed {
	if a.fixed {
		return placed{node: p.yes(a.b.not())}
	}
	n := a.node
	return placed{p.node(node{level: n.level, kind: kindBool, run: func(m *machine, v *vec) {
		w := m.get(n)
		rows := m.size(n.level)
		v.t, v.f = room(v.t, rows), room(v.f, rows)
		copy(v.t, w.f)
		copy(v.f, w.t)
		v.s = w.s
	}}, "not", n), a.by}
}

func (p *program) and(a, b placed) placed {
	switch {
	case a.fixed && b.fixed:
		return placed{node: p.yes(a.b.and(b.b))}
	case a.fixed && a.b == isFalse || b.fixed && b.b == isFalse:
		return placed{node: p.yes(isFalse)}
	case a.fixed && a.b == isTrue:
		return b
	case b.fixed && b.b == isTrue:
		return a
	}
	nodes, by := p.together(a, b)
	x, y := nodes[0], nodes[1]
	level := len(by)
	return placed{p.node(node{level: level, kind: kindBool, run: func(m *machine, v *vec) {
		v1 := m.get(x)
		rows := m.size(level)
		v.t, v.f = room(v.t, rows), room(v.f, rows)
		if none(v1.t) && (v1.s == nil || none(v1.s)) { // it fails for all of them, whatever the other says
			clear(v.t)
			copy(v.f, v1.f)
			last(v.f, rows)
			return
		}
		v2 := m.get(y)
		for i := range v.t {
			v.t[i], v.f[i] = v1.t[i]&v2.t[i], v1.f[i]|v2.f[i]
		}
		if v1.s != nil || v2.s != nil {
			v.s = v.stuck(rows)
			for i := range v.s {
				s1, s2 := word64(v1.s, i), word64(v2.s, i)
				v.s[i] = s1&(v2.t[i]|s2) | s2&(v1.t[i]|s1)
			}
		}
		v.trim(rows)
	}}, "and", x, y), by}
}

func (p *program) or(a, b placed) placed { return p.not(p.and(p.not(a), p.not(b))) }

// trim clears what lies past the rows.
func (v *vec) trim(rows int) {
	last(v.t, rows)
	last(v.f, rows)
	if v.s != nil {
		last(v.s, rows)
	}
}

// certain tells whether a yes-or-no is a yes or a no in all rows.
func (v *vec) certain(rows int) bool {
	if v.s != nil {
		return false
	}
	for i := range words64(rows) {
		if v.t[i]&v.f[i] != 0 {
			return false
		}
	}
	return true
}

// words64 is how many words hold so many bits.
func words64(rows int) int { return (rows + 63) / 64 }

func none(b Bits) bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

func word64(b Bits, i int) uint64 {
	if b == nil {
		return 0
	}
	return b[i]
}

// chooseBool is the conditional between two yes-or-no's.
func (p *program) chooseBool(when, a, b *node, level int) *node {
	return p.node(node{level: level, kind: kindBool, shape: shapeChoice, run: func(m *machine, v *vec) {
		w, x, y := m.get(when), m.get(a), m.get(b)
		rows := m.size(level)
		v.t, v.f = room(v.t, rows), room(v.f, rows)
		for i := range v.t {
			v.t[i] = w.t[i]&x.t[i] | w.f[i]&y.t[i]
			v.f[i] = w.t[i]&x.f[i] | w.f[i]&y.f[i]
		}
		if w.s != nil || x.s != nil || y.s != nil {
			v.s = v.stuck(rows)
			for i := range v.s {
				v.s[i] = word64(w.s, i) | w.t[i]&word64(x.s, i) | w.f[i]&word64(y.s, i)
			}
		}
		v.trim(rows)
	}}, "choose", when, a, b)
}

// some tells whether a yes-or-no holds for one of the persons in the last
// place.
func (p *program) some(a *node, level int) *node {
	if a.fixed {
		return p.yes(isFalse.or(a.b)) // there is always somebody
	}
	return p.node(node{level: level, kind: kindBool, run: func(m *machine, v *vec) {
		w := m.get(a)
		rows := m.size(level)
		v.t, v.f = room(v.t, rows), room(v.f, rows)
		if level == 0 && w.s == nil && w.certain(m.size(1)) {
			m.anyEach(v.t, w.t)
			for i := range v.f {
				v.f[i] = ^v.t[i]
			}
			last(v.f, rows)
			return
		}
		clear(v.t)
		clear(v.f)
		if w.s == nil {
			whose := m.spread(outer(level))
			each(w.t, func(i int) { v.t.Set(int(whose[i])) })
			for i, k := range w.f { // it fails where it fails for everybody
				k = ^k
				for k != 0 {
					if j := i<<6 + bits.TrailingZeros64(k); j < len(whose) {
						v.f.Set(int(whose[j]))
					}
					k &= k - 1
				}
			}
			for i := range v.f {
				v.f[i] = ^v.f[i]
			}
			last(v.f, rows)
			return
		}
		m.groups(level, func(row, from, to int) {
			if w.s == nil || !anyBit(w.s, from, to) {
				if anyBit(w.t, from, to) {
					v.t.Set(row)
				}
				if allBits(w.f, from, to) {
					v.f.Set(row)
				}
				return
			}
			out := isFalse
			for i := from; i < to && out != isTrue; i++ {
				out = out.or(w.tri(i))
			}
			v.put(row, out, rows)
		})
	}}, "some", a)
}

// groups walks through the rows of a level, with the rows of the next one that
// belong to each.
func (m *machine) groups(level int, see func(row, from, to int)) {
	row, from := 0, 0
	for f := range m.families {
		n := int(m.starts[f+1] - m.starts[f])
		for end := int(m.at[level][f+1]); row < end; row++ {
			see(row, from, from+n)
			from += n
		}
	}
}

// anyBit tells whether a bit is set from one row up to another.
func anyBit(b Bits, from, to int) bool {
	if to-from <= 64 && to > from {
		return bitsFrom(b, from, to) != 0
	}
	for i := from; i < to; i++ {
		if b.Get(i) {
			return true
		}
	}
	return false
}

func allBits(b Bits, from, to int) bool {
	if n := to - from; n < 64 && n > 0 {
		return bitsFrom(b, from, to) == 1<<n-1
	}
	for i := from; i < to; i++ {
		if !b.Get(i) {
			return false
		}
	}
	return true
}

// bitsFrom are the bits from one row up to another, at most 64, in the lowest.
func bitsFrom(b Bits, from, to int) uint64 {
	w := b[from>>6] >> (from & 63)
	if rest := 64 - from&63; to-from > rest {
		w |= b[from>>6+1] << rest
	}
	if n := to - from; n < 64 {
		w &= 1<<n - 1
	}
	return w
}
