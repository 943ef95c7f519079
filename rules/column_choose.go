package rules

// choose is the conditional: the first where when holds, the second where it
// does not, and all that both can be where it is open.
func (p *program) choose(when, a, b placed) placed {
	if when.fixed {
		switch when.b {
		case isTrue:
			return a
		case isFalse:
			return b
		}
	}
	nodes, by := p.together(when, a, b)
	w, x, y := nodes[0], nodes[1], nodes[2]
	switch a.kind {
	case kindBool:
		return placed{p.chooseBool(w, x, y, len(by)), by}
	case kindText:
		return placed{p.chooseText(w, x, y, len(by)), by}
	}
	return placed{p.chooseNumber(w, x, y, len(by)), by}
}

func chosen(when tri, a, b span) span {
	return choose(when, nil, func(*frame) span { return a }, func(*frame) span { return b }, span.join, stuckSpan)
}

func chosenWords(when tri, a, b words) words {
	return choose(when, nil, func(*frame) words { return a }, func(*frame) words { return b }, words.join, words{stuck: true})
}

// sure are the words of a yes-or-no in which it surely holds, or surely does
// not; the rest is open.
func (v *vec) sure(i int) (yes, no uint64) {
	s := word64(v.s, i)
	return v.t[i] &^ v.f[i] &^ s, v.f[i] &^ v.t[i] &^ s
}

func (p *program) chooseNumber(w, x, y *node, level int) *node {
	den, kx, ky := units(x, y)
	bounds, wider := x.bounds.join(y.bounds), false
	switch { // a side that has no single values does not keep the other from having them
	case x.den > 0 && y.den == 0:
		den, bounds, kx, wider = x.den, x.bounds, 1, true
	case y.den > 0 && x.den == 0:
		den, bounds, ky, wider = y.den, y.bounds, 1, true
	}
	var out *node
	out = p.node(node{level: level, kind: kindNumber, den: den, bounds: bounds, wider: wider, shape: shapeChoice, run: func(m *machine, v *vec) {
		rows := m.size(level)
		v.n = roomInts(v.n, rows)
		when, xs, ys := m.get(w), m.odds(x), m.odds(y)
		if out.den == 0 {
			for row := range rows {
				v.putSpan(out, row, rows, chosen(when.tri(row), xs.span(int32(row)), ys.span(int32(row))))
			}
			return
		}
		l, r := m.operand(x), m.operand(y)
		plain := x.den > 0 && y.den > 0 && xs.v.abs == nil && ys.v.abs == nil && len(xs.v.odd) == 0 && len(ys.v.odd) == 0
		for i := range when.t {
			from, to := i<<6, min(i<<6+64, rows)
			if from >= rows {
				break
			}
			yes, no := when.sure(i)
			if plain && (to-from == 64 && yes|no == ^uint64(0) || yes|no == 1<<(to-from)-1) {
				m.pick(v.n[from:to], yes, l, r, from, kx, ky)
				continue
			}
			for row := from; row < to; row++ {
				bit := uint64(1) << (row & 63)
				switch k := int32(row); {
				case yes&bit != 0 && x.fixed && x.den == 0:
					v.putSpan(out, row, rows, x.n)
				case no&bit != 0 && y.fixed && y.den == 0:
					v.putSpan(out, row, rows, y.n)
				case yes&bit != 0:
					v.take(xs.here(k), &xs, out, row, rows, kx, l)
				case no&bit != 0:
					v.take(ys.here(k), &ys, out, row, rows, ky, r)
				default:
					v.putSpan(out, row, rows, chosen(when.tri(row), xs.span(k), ys.span(k)))
				}
			}
		}
	}}, "choose", w, x, y)
	return out
}

// pick takes from one side where a bit is set and from the other where it is
// not.
func (m *machine) pick(out []int64, yes uint64, l, r operand, from int, kx, ky int64) {
	switch {
	case l.rows != nil && r.rows == nil:
		b := r.one * ky
		for j, a := range l.rows[from:][:len(out)] {
			out[j] = b ^ (a*kx^b)&-int64(yes&1)
			yes >>= 1
		}
	case l.rows == nil && r.rows != nil:
		a := l.one * kx
		for j, b := range r.rows[from:][:len(out)] {
			b *= ky
			out[j] = b ^ (a^b)&-int64(yes&1)
			yes >>= 1
		}
	case l.rows == nil:
		a, b := l.one*kx, r.one*ky
		for j := range out {
			out[j] = b ^ (a^b)&-int64(yes&1)
			yes >>= 1
		}
	default:
		bs := r.rows[from:][:len(out)]
		for j, a := range l.rows[from:][:len(out)] {
			b := bs[j] * ky
			out[j] = b ^ (a*kx^b)&-int64(yes&1)
			yes >>= 1
		}
	}
}

// take copies a row of a number.
func (v *vec) take(open bool, from *oddRows, n *node, row, rows int, k int64, o operand) {
	switch {
	case open:
		v.n[row] = 0
		v.odd, v.spans = append(v.odd, int32(row)), append(v.spans, from.v.spans[from.at])
	case o.rows == nil:
		v.n[row] = o.one * k
	case from.v.isAbsent(row):
		v.n[row] = 0
		v.absent(row, rows)
	default:
		v.n[row] = o.rows[row] * k
	}
}

func (p *program) chooseText(w, x, y *node, level int) *node {
	return p.node(node{level: level, kind: kindText, shape: shapeChoice, run: func(m *machine, v *vec) {
		rows := m.size(level)
		v.w = roomInts(v.w, rows)
		when, xs, ys := m.get(w), m.odds(x), m.odds(y)
		for i := range when.t {
			yes, no := when.sure(i)
			for row := i << 6; row < min(i<<6+64, rows); row++ {
				bit := uint64(1) << (row & 63)
				from := &xs
				if yes&bit == 0 {
					from = &ys
				}
				switch k := int32(row); {
				case (yes|no)&bit == 0:
					v.putWords(m, row, rows, chosenWords(when.tri(row), xs.words(k), ys.words(k)))
				case from.n.fixed && from.n.w.certain():
					v.w[row] = m.code(from.n)
				case from.n.fixed || from.here(k) || from.v.isAbsent(row):
					v.putWords(m, row, rows, from.words(k))
				default:
					v.w[row] = from.v.w[row]
				}
			}
		}
	}}, "choose", w, x, y)
}

// code is the place in the lexicon of a fixed text.
func (m *machine) code(n *node) int32 { return m.vecs[n.id].w[0] }
