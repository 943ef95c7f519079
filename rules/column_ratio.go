package rules

// A division by what varies gives each row another unit, so no column of whole
// numbers holds it. Most of them are only compared with a limit, and then the
// limit times the divisor does as well: a/b < c where a < c*b, for b above 0.

// ratio is a number that is num/dnm times by.
type ratio struct {
	num, dnm placed
	by       number
}

// ratioOf notes that a node is a division by what is surely above 0.
func (p *program) ratioOf(out placed, r ratio) placed {
	if all := r.dnm.bounds; !out.fixed && !r.dnm.fixed && all.has && all.bounded() && !all.absent && all.lo.sign() > 0 && r.by.sign() > 0 && r.by.big == nil {
		p.ratios[out.node] = r
	}
	return out
}

// lessRatio is a < b where one of them is a ratio and the other fixed; false
// where they are not.
func (p *program) lessRatio(a, b placed, orEqual bool) (placed, bool) {
	r, left := p.ratios[a.node]
	limit := b
	if !left {
		var right bool
		if r, right = p.ratios[b.node]; !right {
			return placed{}, false
		}
		limit = a
	}
	if !limit.fixed || limit.den == 0 {
		return placed{}, false
	}
	x, y := p.mul(r.num, placed{node: p.fixedNumber(exactly(r.by))}), p.mul(r.dnm, limit)
	if !left {
		x, y = y, x
	}
	nodes, by := p.together(p.less(x, y, orEqual), r.num, r.dnm)
	same, num, dnm := nodes[0], nodes[1], nodes[2]
	if same.fixed {
		return placed{}, false
	}
	level := len(by)
	return placed{p.node(node{level: level, kind: kindBool, run: func(m *machine, v *vec) {
		w := m.get(same)
		rows := m.size(level)
		v.t, v.f = room(v.t, rows), room(v.f, rows)
		copy(v.t, w.t)
		copy(v.f, w.f)
		ns, ds := m.odds(num), m.odds(dnm)
		for _, row := range m.open(ns.v.odd, ds.v.odd) { // as evaluation divides
			q := ns.span(row).div(ds.span(row)).mul(exactly(r.by))
			l, h := q, limit.n
			if !left {
				l, h = h, l
			}
			v.put(int(row), l.less(h, orEqual), rows)
		}
	}}, "ratio", same, num, dnm, limit.node, left, orEqual), by}, true
}
