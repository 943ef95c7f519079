package rules

import "math/bits"

// vec is a node's values for the rows of a chunk.
type vec struct {
	stamp uint32 // the chunk for which it holds

	t, f, s Bits // of a yes-or-no: may be true, may be false, nobody can tell (nil: never)

	n []int64 // of a number or a day, in units of 1/den
	w []int32 // of a text: its place in the lexicon

	abs   Bits    // rows in which the value makes no sense; nil: none. They have 0
	odd   []int32 // rows in which it is open, in order
	spans []span  // what a number can be in those
	words []words // what a text can be in those

	own     []int64 // of a fact: room beside the batch's own column
	absRoom Bits
	sRoom   Bits
	table   []tri   // of a test of texts: what it says of each text of the lexicon
	found   []int32 // of a lookup: what stands there
}

// machine computes the nodes of a program for one chunk after the other.
type machine struct {
	p    *program
	vecs []vec
	now  uint32
	lex  lexicon

	secrets secrets
	rests   [][]restRow // of each node, for the family in hand
	resting uint32      // the family for which they hold

	chunk
}

func newMachine(p *program, s secrets) *machine {
	m := &machine{p: p, vecs: make([]vec, len(p.nodes)), lex: newLexicon(), secrets: s, rests: make([][]restRow, len(p.nodes))}
	for i, n := range p.nodes {
		if n.fixed && n.kind == kindText && n.w.certain() {
			m.vecs[i].w = []int32{m.lex.code(n.w.set[0])}
		}
	}
	return m
}

// get computes a node, if that was not done yet for this chunk.
func (m *machine) get(n *node) *vec {
	v := &m.vecs[n.id]
	if v.stamp != m.now {
		if n.fixed {
			m.fill(n, v)
		} else {
			v.s, v.abs, v.odd, v.spans, v.words = nil, nil, v.odd[:0], v.spans[:0], v.words[:0]
			n.run(m, v)
		}
		v.stamp = m.now
	}
	return v
}

// fill writes a fixed yes-or-no; fixed numbers and texts are read where they
// are needed.
func (m *machine) fill(n *node, v *vec) {
	if n.kind != kindBool {
		return
	}
	rows := m.size(m.widest)
	v.t, v.f = room(v.t, rows), room(v.f, rows)
	put := func(b Bits, all bool) {
		for i := range b {
			b[i] = 0
			if all {
				b[i] = ^uint64(0)
			}
		}
	}
	put(v.t, n.b&isTrue != 0)
	put(v.f, n.b&isFalse != 0)
	if v.s = nil; n.b&isStuck != 0 {
		v.s = room(nil, rows)
		put(v.s, true)
	}
}

// room is a set of so many rows, from one that was used before; its content is
// not cleared.
func room(b Bits, rows int) Bits {
	n := (rows + 63) / 64
	if cap(b) < n {
		return make(Bits, n, n+n/4)
	}
	return b[:n]
}

func roomInts[T int64 | int32](b []T, rows int) []T {
	if cap(b) < rows {
		return make([]T, rows, rows+rows/4)
	}
	return b[:rows]
}

// last masks what lies past the rows in the last word.
func last(b Bits, rows int) {
	if rest := rows & 63; rest != 0 && len(b) > 0 {
		b[len(b)-1] &= 1<<rest - 1
	}
}

func (v *vec) tri(row int) (out tri) {
	if v.t.Get(row) {
		out |= isTrue
	}
	if v.f.Get(row) {
		out |= isFalse
	}
	if v.s != nil && v.s.Get(row) {
		out |= isStuck
	}
	return out
}

// stuck makes room for s; its content is not cleared.
func (v *vec) stuck(rows int) Bits {
	v.sRoom = room(v.sRoom, rows)
	return v.sRoom
}

// put sets the bits of a row; the rows of s that were not put are clear.
func (v *vec) put(row int, b tri, rows int) {
	set := func(bits Bits, on bool) {
		if on {
			bits[row>>6] |= 1 << (row & 63)
		} else {
			bits[row>>6] &^= 1 << (row & 63)
		}
	}
	set(v.t, b&isTrue != 0)
	set(v.f, b&isFalse != 0)
	if b&isStuck != 0 && v.s == nil {
		v.s = v.stuck(rows)
		clear(v.s)
	}
	if v.s != nil {
		set(v.s, b&isStuck != 0)
	}
}

// absent marks a row of a number or a text as one that makes no sense.
func (v *vec) absent(row, rows int) {
	if v.abs == nil {
		v.absRoom = room(v.absRoom, rows)
		clear(v.absRoom)
		v.abs = v.absRoom
	}
	v.abs.Set(row)
}

func (v *vec) isAbsent(row int) bool { return v.abs != nil && v.abs.Get(row) }

// putSpan writes what a number is in a row; rows come in order.
func (v *vec) putSpan(n *node, row, rows int, s span) {
	v.n[row] = 0
	if n.den > 0 && s.certain() {
		if k, ok := s.lo.scaled(n.den); ok && k >= n.lo && k <= n.hi {
			v.n[row] = k
			return
		}
	}
	if s.absent && !s.has && !s.stuck {
		v.absent(row, rows)
		return
	}
	v.odd, v.spans = append(v.odd, int32(row)), append(v.spans, s)
}

func (v *vec) putWords(m *machine, row, rows int, w words) {
	v.w[row] = 0
	switch {
	case w.certain():
		v.w[row] = m.lex.code(w.set[0])
	case w.absent && !w.others && !w.stuck && len(w.set) == 0:
		v.absent(row, rows)
	default:
		v.odd, v.words = append(v.odd, int32(row)), append(v.words, w)
	}
}

// oddRows walks through the rows in which a column is open.
type oddRows struct {
	n   *node
	v   *vec
	at  int
	lex *lexicon
}

func (m *machine) odds(n *node) oddRows { return oddRows{n: n, v: m.get(n), lex: &m.lex} }

// here tells whether the next open row is this one. Rows are asked in order.
func (o *oddRows) here(row int32) bool {
	for o.at < len(o.v.odd) && o.v.odd[o.at] < row {
		o.at++
	}
	return o.at < len(o.v.odd) && o.v.odd[o.at] == row
}

// span is what a number can be in a row. Rows are asked in order.
func (o *oddRows) span(row int32) span {
	switch {
	case o.n.fixed:
		return o.n.n
	case o.here(row):
		return o.v.spans[o.at]
	case o.v.isAbsent(int(row)):
		return absentSpan
	}
	return exactly(number{n: o.v.n[row], d: o.n.den})
}

func (o *oddRows) words(row int32) words {
	switch {
	case o.n.fixed:
		return o.n.w
	case o.here(row):
		return o.v.words[o.at]
	case o.v.isAbsent(int(row)):
		return words{absent: true}
	}
	return words{set: o.lex.texts[o.v.w[row] : o.v.w[row]+1]}
}

// open lists the rows in which one of two columns is open, in order.
func (m *machine) open(a, b []int32) []int32 {
	switch {
	case len(b) == 0:
		return a
	case len(a) == 0:
		return b
	}
	out := m.rowsRoom[:0]
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case j == len(b) || i < len(a) && a[i] < b[j]:
			out = append(out, a[i])
			i++
		case i == len(a) || b[j] < a[i]:
			out = append(out, b[j])
			j++
		default:
			out = append(out, a[i])
			i++
			j++
		}
	}
	m.rowsRoom = out
	return out
}

// lexicon numbers the texts that a machine has met.
type lexicon struct {
	texts []string
	codes map[string]int32
}

// newLexicon begins with no text at all, which stands where there is none.
func newLexicon() lexicon { return lexicon{texts: []string{""}, codes: map[string]int32{"": 0}} }

func (l *lexicon) code(s string) int32 {
	k, ok := l.codes[s]
	if !ok {
		k = int32(len(l.texts))
		l.texts = append(l.texts, s)
		l.codes[s] = k
	}
	return k
}

// each calls see for every row of a set.
func each(b Bits, see func(row int)) {
	for i, w := range b {
		for w != 0 {
			see(i<<6 + bits.TrailingZeros64(w))
			w &= w - 1
		}
	}
}
