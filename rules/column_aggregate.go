package rules

import (
	"math/bits"

	celast "cel.dev/cel-go/common/ast"
)

// aggregate is a count, a sum, or the smallest or largest value over persons.
func (c *columns) aggregate(e celast.ComprehensionExpr) placed {
	slot, args, done := c.members(e)
	defer done()
	mark := e.LoopStep().AsCall().FunctionName()
	when := c.boolean(args[1])
	value := placed{node: c.fixedNumber(exactly(integer(1)))}
	if mark != loopCount {
		value = c.number(args[2])
	}
	nodes, by := c.inside(slot, when, value)
	w, x := nodes[0], nodes[1]
	switch mark {
	case loopSmallest, loopLargest:
		return placed{c.extreme(w, x, len(by), mark == loopLargest), by}
	case loopCount:
		return placed{c.count(w, len(by)), by}
	}
	return placed{c.sum(w, x, len(by)), by}
}

// summed adds what the persons of a group have, as evaluation does.
func summed(out *vec, n *node, row, rows, from, to int, when func(row int) tri, value func(row int32) span) {
	total := exactly(number{})
	for i := from; i < to; i++ {
		w := when(i)
		if w == isFalse {
			continue
		}
		var v span
		if w&isTrue != 0 {
			v = value(int32(i)).counted()
		}
		if w&isFalse != 0 {
			v = v.join(exactly(number{}))
		}
		v.stuck = v.stuck || w&isStuck != 0
		total = total.add(v)
	}
	out.putSpan(n, row, rows, total)
}

// most is what a sum over the persons of a family can be.
func (a span) ofMany() span {
	a = a.counted().join(exactly(number{}))
	return a.mul(between(number{}, integer(maxPersons)))
}

func (p *program) count(w *node, level int) *node {
	var out *node
	one := func(int32) span { return exactly(integer(1)) }
	out = p.node(node{level: level, kind: kindNumber, den: 1, bounds: between(number{}, integer(maxPersons)), shape: shapeEach, run: func(m *machine, v *vec) {
		rows := m.size(level)
		v.n = roomInts(v.n, rows)
		when := m.get(w)
		if when.certain(m.size(level + 1)) {
			if level == 0 {
				m.countEach(v.n, when.t)
				return
			}
			clear(v.n)
			m.addUp(v.n, when.t, operand{one: 1}, m.spread(outer(level)), w.fixed)
			return
		}
		m.groups(level, func(row, from, to int) {
			if to-from > 64 || when.s != nil && anyBit(when.s, from, to) || bitsFrom(when.t, from, to)&bitsFrom(when.f, from, to) != 0 {
				summed(v, out, row, rows, from, to, when.tri, one)
				return
			}
			v.n[row] = int64(bits.OnesCount64(bitsFrom(when.t, from, to)))
		})
	}}, "count", w, level)
	return out
}

func (p *program) sum(w, x *node, level int) *node {
	var out *node
	out = p.node(node{level: level, kind: kindNumber, den: x.den, bounds: x.bounds.ofMany(), shape: shapeEach, run: func(m *machine, v *vec) {
		rows := m.size(level)
		v.n = roomInts(v.n, rows)
		when, xs := m.get(w), m.odds(x)
		if out.den == 0 {
			m.groups(level, func(row, from, to int) { summed(v, out, row, rows, from, to, when.tri, xs.span) })
			return
		}
		k := m.operand(x)
		if len(xs.v.odd) == 0 && when.certain(m.size(level+1)) {
			all := w.fixed && m.size(level+1) > 0 && when.tri(0) == isTrue
			switch {
			case level > 0:
				clear(v.n)
				m.addUp(v.n, when.t, k, m.spread(outer(level)), all)
			case k.rows == nil:
				m.countEach(v.n, when.t)
				for i := range v.n {
					v.n[i] *= k.one
				}
			case all:
				m.sumEach(v.n, k.rows[:m.size(1)], nil)
			default:
				m.sumEach(v.n, k.rows[:m.size(1)], when.t)
			}
			return
		}
		m.groups(level, func(row, from, to int) {
			yes, open := bitsFrom(when.t, from, to), bitsFrom(when.t, from, to)&bitsFrom(when.f, from, to) != 0 || when.s != nil && anyBit(when.s, from, to)
			if open || xs.among(when, from, to) {
				summed(v, out, row, rows, from, to, when.tri, xs.span)
				return
			}
			total := int64(0)
			if k.rows == nil {
				total = k.one * int64(bits.OnesCount64(yes))
			} else {
				for i, n := range k.rows[from:to] {
					total += n & -int64(yes>>(i&63)&1)
				}
			}
			v.n[row] = total
		})
	}}, "sum", w, x, level)
	return out
}

// outer is how the rows of a level go with those of the next.
func outer(level int) spreading {
	k := spreading{from: level, to: level + 1}
	for i := range level {
		k.places[i] = i
	}
	return k
}

// addUp adds the numbers for which a bit is set to the row whose they are; with
// all, every bit is.
func (m *machine) addUp(out []int64, yes Bits, k operand, whose []int32, all bool) {
	switch {
	case k.rows == nil:
		each(yes[:words64(len(whose))], func(i int) {
			if i < len(whose) {
				out[whose[i]] += k.one
			}
		})
	case all:
		for i, n := range k.rows[:len(whose)] {
			out[whose[i]] += n
		}
	default:
		for from := 0; from < len(whose); from += 64 {
			w := yes[from>>6]
			if w == 0 {
				continue
			}
			to := min(from+64, len(whose))
			rows := k.rows[from:to]
			for j, f := range whose[from:to] {
				out[f] += rows[j] & -int64(w>>(j&63)&1)
			}
		}
	}
}

// among tells whether one of some rows in which a condition may hold is open.
func (o *oddRows) among(when *vec, from, to int) bool {
	if o.n.fixed || len(o.v.odd) == 0 {
		return false
	}
	for i := o.at; i < len(o.v.odd) && int(o.v.odd[i]) < to; i++ {
		if row := int(o.v.odd[i]); row >= from && when.t.Get(row) {
			return true
		} else if row < from {
			o.at = i + 1
		}
	}
	return false
}

func (p *program) extreme(w, x *node, level int, largest bool) *node {
	var out *node
	key := "smallest"
	if largest {
		key = "largest"
	}
	bounds := x.bounds
	bounds.absent = true
	out = p.node(node{level: level, kind: kindNumber, den: x.den, bounds: bounds, shape: shapeEach, run: func(m *machine, v *vec) {
		rows := m.size(level)
		v.n = roomInts(v.n, rows)
		when, xs := m.get(w), m.odds(x)
		m.groups(level, func(row, from, to int) {
			best := absentSpan
			for i := from; i < to; i++ {
				b := when.tri(i)
				if b == isFalse {
					continue
				}
				var s span
				if b&isTrue != 0 {
					s = xs.span(int32(i))
				}
				taken := pick(best, s, largest)
				if b&isFalse != 0 {
					taken = taken.join(best)
				}
				taken.stuck = taken.stuck || b&isStuck != 0
				best = taken
			}
			v.putSpan(out, row, rows, best)
		})
	}}, key, w, x, level)
	return out
}
