package rules

import (
	"math/bits"
	"math/rand/v2"
)

// What is left of a right, once what is known of a family is put in, is all that
// a search can see of it: a search sees of a known income that it lies under the
// limit, not what it is. So families of whom the same is left get the same
// answer, to the letter, and one of them is searched. What is left is found in
// columns: of each node that is open in a row, what is left of those that it is
// made of; of one that is not, its value.

// rest stands for what is left of something: two that are equal are of the same.
// It is made with secrets of the scanner, so that nobody can write a register in
// which two families that are not alike have the same.
type rest struct{ a, b uint64 }

type secrets [4]uint64

func newSecrets() (s secrets) {
	for i := range s {
		s[i] = rand.Uint64() | 1 //nolint:gosec // seeded by the system; the answers do not hang on it
	}
	return s
}

// add is the rest with something more.
func (s *secrets) add(r rest, n uint64) rest {
	hi, lo := bits.Mul64(r.a^s[0], n^s[1])
	r.a = hi ^ lo ^ bits.RotateLeft64(r.a, 23)
	hi, lo = bits.Mul64(r.b^s[2], (n+s[3])|1)
	r.b = hi + lo ^ bits.RotateLeft64(r.b, 41) + n
	return r
}

func (s *secrets) join(r, part rest) rest { return s.add(s.add(r, part.a), part.b) }

func (s *secrets) text(r rest, text string) rest {
	r = s.add(r, uint64(len(text)))
	for ; len(text) > 8; text = text[8:] {
		r = s.add(r, word8(text[:8]))
	}
	return s.add(r, word8(text))
}

func word8(text string) (w uint64) {
	for i := range len(text) {
		w |= uint64(text[i]) << (8 * i)
	}
	return w
}

// What stands before a value, or in its place.
const (
	restYes = iota + 1
	restNo
	restAbsent
	restNumber
	restFraction
	restBig
	restText
	restOpen
	restNobody
	restSure
)

// shape says how a node is made of others, where its own rows are not simply
// those of the others.
type shape uint8

const (
	shapePlain  shape = iota
	shapeChoice       // of the second, where the first holds, and of the third
	shapeEach         // of the persons for whom the first may hold
	shapeRight        // of a right: of what it gives, no more than whether it is known
)

// restRow is what is left of a node in a row of the family in hand.
type restRow struct {
	stamp uint32
	rest
}

// rest finds what is left of a node in a row of a family of the chunk.
func (m *machine) rest(n *node, family, row int) rest {
	at := row - int(m.at[n.level][family])
	if at >= len(m.rests[n.id]) {
		m.rests[n.id] = append(m.rests[n.id], make([]restRow, at+1-len(m.rests[n.id]))...)
	}
	if kept := &m.rests[n.id][at]; kept.stamp == m.resting {
		return kept.rest
	}
	r := m.secrets.add(rest{}, uint64(n.id))
	if !n.fixed { // what is fixed is the same in every family
		var sure bool
		if r, sure = m.value(r, n, row); !sure {
			r = m.parts(m.secrets.add(r, restOpen), n, family, row)
		}
	}
	m.rests[n.id][at] = restRow{m.resting, r} // it may have moved
	return r
}

// value adds what a node is in a row; false where that is open.
func (m *machine) value(r rest, n *node, row int) (rest, bool) {
	v, s := m.get(n), &m.secrets
	if n.kind == kindBool {
		switch v.tri(row) {
		case isTrue:
			return s.add(r, restYes), true
		case isFalse:
			return s.add(r, restNo), true
		}
		return r, false
	}
	if v.isAbsent(row) {
		return s.add(r, restAbsent), true
	}
	at, odd := v.oddAt(row)
	switch {
	case odd && n.kind == kindText:
		return r, false
	case odd:
		return m.oddValue(r, v.spans[at])
	case n.kind == kindText:
		return s.text(s.add(r, restText), m.lex.texts[v.w[row]]), true
	}
	return s.add(s.add(r, restNumber), uint64(v.n[row])), true
}

// oddValue adds a number that its column has no room for.
func (m *machine) oddValue(r rest, n span) (rest, bool) {
	s := &m.secrets
	switch {
	case !n.certain():
		return r, false
	case n.lo.big != nil:
		return s.text(s.add(r, restBig), n.lo.big.String()), true
	}
	return s.add(s.add(s.add(r, restFraction), uint64(n.lo.n)), uint64(n.lo.den())), true
}

// parts adds what is left of the nodes that a node is made of.
func (m *machine) parts(r rest, n *node, family, row int) rest {
	for i, a := range n.args {
		switch {
		case a.fixed:
		case n.from != nil:
			r = m.secrets.join(r, m.rest(a, family, int(n.from(m)[row])))
		case a.level > n.level:
			return m.each(r, n, family, row)
		case n.shape == shapeChoice && i > 0 && n.args[0].tri(m, row) == triOf(i == 2):
		case n.shape == shapeRight && i > 1 && m.sure(a, row):
			r = m.secrets.add(r, restSure)
		default:
			r = m.secrets.join(r, m.rest(a, family, row))
		}
	}
	return r
}

// each adds what is left of what a node has of each person.
func (m *machine) each(r rest, n *node, family, row int) rest {
	persons := int(m.starts[family+1] - m.starts[family])
	from := int(m.at[n.level+1][family]) + (row-int(m.at[n.level][family]))*persons
	for i := range persons {
		if n.shape == shapeEach && n.args[0].tri(m, from+i) == isFalse {
			r = m.secrets.add(r, restNobody)
			continue
		}
		for _, a := range n.args {
			switch {
			case a.fixed:
			case a.level > n.level:
				r = m.secrets.join(r, m.rest(a, family, from+i))
			default:
				r = m.secrets.join(r, m.rest(a, family, row))
			}
		}
	}
	return r
}

// tri is what a yes-or-no is in a row.
func (n *node) tri(m *machine, row int) tri {
	if n.fixed {
		return n.b
	}
	return m.get(n).tri(row)
}

// known is a number in a row where its column knows it; else what was found of it.
func (m *machine) known(n *node, row int, found span) span {
	if n.fixed {
		if n.n.certain() {
			return n.n
		}
		return found
	}
	v := m.get(n)
	at, odd := v.oddAt(row)
	switch {
	case v.isAbsent(row):
		return found
	case !odd:
		return exactly(number{n: v.n[row], d: n.den})
	case v.spans[at].certain():
		return v.spans[at]
	}
	return found
}

// sure tells whether a number is known in a row.
func (m *machine) sure(n *node, row int) bool { return m.known(n, row, absentSpan).certain() }

// restOf finds what is left of a right for a family of the chunk; false where
// columns do not tell.
func (m *machine) restOf(r *rightNodes, family int) (out rest, ok bool) {
	if r == nil || m.p.doubtAll {
		return out, false
	}
	s := &m.secrets
	out = s.join(s.add(s.add(rest{}, uint64(m.p.number)), uint64(r.right.index)), m.household(family))
	rows := func(level int, see func(row int)) {
		for row := m.at[level][family]; row < m.at[level][family+1]; row++ {
			see(int(row))
		}
	}
	rows(r.status.level, func(row int) {
		if r.each != nil {
			out = s.join(out, m.rest(r.each, family, row))
		}
		out = s.join(out, m.rest(r.status, family, row))
		if r.status.tri(m, row)&isTrue == 0 {
			return
		}
		for _, a := range r.amounts {
			if m.sure(a, row) {
				out = s.add(out, restSure)
			} else if !a.fixed {
				out = s.join(out, m.rest(a, family, row))
			}
		}
	})
	for _, i := range r.ties {
		d := &m.p.doubts[i]
		rows(d.level, func(row int) {
			if d.given(m, row) {
				out = s.join(out, m.rest(d.node, family, row))
			} else {
				out = s.add(out, restNobody)
			}
		})
	}
	return out, true
}

// household stands for who is in a family.
func (m *machine) household(family int) (r rest) {
	s, role := &m.secrets, m.batch.Persons["role"]
	for i := m.starts[family]; i < m.starts[family+1]; i++ {
		r = s.text(r, role.Words[role.Codes[m.persons[i]]])
	}
	return s.add(r, restSure)
}

// oddAt is the place of a row among those that are open.
func (v *vec) oddAt(row int) (at int, odd bool) {
	lo, hi := 0, len(v.odd)
	for lo < hi {
		if k := (lo + hi) / 2; int(v.odd[k]) < row {
			lo = k + 1
		} else {
			hi = k
		}
	}
	return lo, lo < len(v.odd) && int(v.odd[lo]) == row
}
