package rules

import (
	"fmt"
	"strings"
)

// The second back end of a checked tree: columns. An expression becomes a graph
// of nodes, each of which is computed for some thousand families at once. The
// same expression is the same node wherever it is written, in whatever right.
//
// Where a value is one single value a column keeps it as a plain number; the
// few rows in which it is open keep the same sets of possible values as
// evaluation does, and are computed by the same code. So what columns say is
// never more, and where everything is known never less, than what evaluation
// says.

// node is one value of a program: for each family (level 0), for each person
// (1), for each pair of persons of a family (2), and so on.
type node struct {
	id    int
	level int
	kind  kind
	run   func(m *machine, v *vec) // nil: fixed
	args  []*node                  // of which it is made
	from  func(m *machine) []int32 // of a node that takes the rows of another: which, for each row
	shape shape

	// The same for everybody: one value, in the fields of the kind.
	fixed bool
	b     tri
	n     span
	w     words

	den    int64 // of a number: its values are whole numbers of 1/den; 0 where that cannot be told, and every row is odd
	bounds span  // of a number: all that it can be in a row that is not odd
	lo, hi int64 // the same, in units of 1/den
	wider  bool  // in rows that are odd it can be more than that
}

// program is what a scan computes: all nodes that its rights need, on one day,
// for batches that have certain columns.
type program struct {
	number int // among those of the scanner
	lib    *Library
	day    Date
	has    map[*Fact]bool // the facts of which the batches have a column
	nodes  []*node
	byKey  map[string]*node
	facts  map[*Fact]*node
	rights map[*Right]*rightNodes
	lets   map[*let]placed
	ratios map[*node]ratio
	widest int // the highest level of a node

	scanned  []*rightNodes // of the rights of the scan; nil: evaluation answers
	doubts   []doubt
	doubtAll bool // every family has to be looked at
}

// node is a new node, or the one that there is already with this key.
func (p *program) node(n node, key string, args ...any) *node {
	var b strings.Builder
	b.WriteString(key)
	for _, a := range args {
		switch a := a.(type) {
		case *node:
			fmt.Fprintf(&b, " #%d", a.id)
		default:
			fmt.Fprintf(&b, " %v", a)
		}
	}
	k := b.String()
	if old := p.byKey[k]; old != nil {
		return old
	}
	for _, a := range args {
		if a, ok := a.(*node); ok {
			n.args = append(n.args, a)
			n.wider = n.wider || a.wider
		}
	}
	n.id = len(p.nodes)
	out := &n
	if out.kind == kindNumber && !out.fixed && out.den > 0 {
		out.bounded()
	}
	p.nodes = append(p.nodes, out)
	p.widest = max(p.widest, out.level)
	p.byKey[k] = out
	return out
}

// bounded notes what the values of a node can be in its units; where they can be
// too large, it has none.
func (n *node) bounded() {
	all := n.bounds.counted()
	if !all.fits(n.den) {
		n.den = 0
		return
	}
	n.lo = all.lo.mul(integer(n.den)).whole(roundDown)
	n.hi = all.hi.mul(integer(n.den)).whole(roundUp)
}

// mostScaled bounds what a column of numbers holds, so that the sum or the
// difference of two of them still fits.
const mostScaled = int64(1) << 60

// fits tells whether every number of the span is small enough in units of
// 1/den.
func (a span) fits(den int64) bool {
	if den <= 0 || den > mostScaled || !a.bounded() {
		return false
	}
	for _, n := range [...]number{a.lo, a.hi} {
		if n.big != nil || a.has && n.mul(integer(den)).cmp(integer(mostScaled)) > 0 || a.has && n.mul(integer(den)).cmp(integer(-mostScaled)) < 0 {
			return false
		}
	}
	return true
}

func (p *program) yes(b tri) *node {
	return p.node(node{kind: kindBool, fixed: true, b: b}, "fixed", b)
}

func (p *program) fixedNumber(n span) *node {
	return p.node(node{kind: kindNumber, fixed: true, n: n, bounds: n, den: denOf(n)}, "number", n.key())
}

func (p *program) fixedText(w words) *node {
	return p.node(node{kind: kindText, fixed: true, w: w}, "text", fmt.Sprintf("%q %v %v %v", w.set, w.others, w.absent, w.stuck))
}

// key tells spans apart.
func (a span) key() string {
	return fmt.Sprint(a.lo.rat(), a.hi.rat(), a.has, a.loInf, a.hiInf, a.absent, a.stuck)
}

// denOf is the unit in which a fixed number is written; 0 when it is open.
func denOf(n span) int64 {
	if !n.certain() || n.lo.big != nil || !n.fits(n.lo.den()) {
		return 0
	}
	short := fromRat(n.lo.rat())
	return short.den()
}

// scaled is a number in units of 1/den; false when it is no whole number of
// them.
func (a number) scaled(den int64) (int64, bool) {
	if a.big != nil || den == 0 {
		return 0, false
	}
	d := a.den()
	if d == den {
		return a.n, true
	}
	if den%d == 0 {
		return mul64(a.n, den/d)
	}
	n, ok := mul64(a.n, den)
	if !ok || n%d != 0 {
		return 0, false
	}
	return n / d, true
}

func lcm(a, b int64) int64 {
	x, y := a, b
	for y != 0 {
		x, y = y, x%y
	}
	l, ok := mul64(a/x, b)
	if !ok {
		return 0
	}
	return l
}
