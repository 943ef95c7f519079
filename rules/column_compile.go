package rules

import (
	"slices"
	"strings"

	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// placed is a node and by whom it differs: the places of persons in an
// expression, in order; one for each level of the node.
type placed struct {
	*node
	by []int
}

// columns makes nodes of one expression.
type columns struct {
	*program
	x     syntax
	names map[string]*named
	vars  map[string]int // names of persons, by how deep they stand; p of a right is 0
}

// tooWide ends the making of a program for a right that columns do not hold;
// evaluation answers for it.
type tooWide struct{}

func (p *program) expression(e *expr, names map[string]*named, person bool) placed {
	c := &columns{program: p, x: e.syntax, names: names, vars: map[string]int{}}
	if person {
		c.vars["p"] = 0
	}
	tree := e.tree.Expr()
	switch e.kind {
	case kindBool:
		return c.boolean(tree)
	case kindText:
		return c.text(tree)
	}
	return c.number(tree)
}

func (c *columns) kindOf(e celast.Expr) kind { return kindOf(c.x.tree.GetType(e.ID())) }

// together brings nodes to one level.
func (p *program) together(nodes ...placed) (out []*node, by []int) {
	for _, n := range nodes {
		for _, b := range n.by {
			if !slices.Contains(by, b) {
				by = append(by, b)
			}
		}
	}
	slices.Sort(by)
	for _, n := range nodes {
		out = append(out, p.spreadTo(n, by))
	}
	return out, by
}

// spreadTo gives a node a row for each row of a higher level.
func (p *program) spreadTo(n placed, by []int) *node {
	if n.fixed || len(n.by) == len(by) {
		return n.node
	}
	if len(by) > maxLevel {
		panic(tooWide{})
	}
	k := spreading{from: len(n.by), to: len(by)}
	for i, b := range n.by {
		k.places[i] = slices.Index(by, b)
	}
	a := n.node
	from := func(m *machine) []int32 { return m.spread(k) }
	return p.node(node{level: len(by), kind: a.kind, den: a.den, bounds: a.bounds, from: from, run: func(m *machine, v *vec) { m.scatter(from(m), a, v) }}, "spread", a, k)
}

// scatter takes for each row the value of another row.
func (m *machine) scatter(from []int32, a *node, v *vec) {
	w := m.get(a)
	rows := len(from)
	if a.kind == kindBool {
		v.t, v.f = gather(w.t, from, v.t), gather(w.f, from, v.f)
		if w.s != nil {
			v.s = gather(w.s, from, nil)
		}
		return
	}
	if a.kind == kindText {
		v.w = roomInts(v.w, rows)
		for i, k := range from {
			v.w[i] = w.w[k]
		}
	} else {
		v.n = roomInts(v.n, rows)
		for i, k := range from {
			v.n[i] = w.n[k]
		}
	}
	if w.abs != nil {
		v.absRoom = gather(w.abs, from, v.absRoom)
		v.abs = v.absRoom
	}
	if len(w.odd) == 0 {
		return
	}
	where := m.wheres(w, m.size(a.level))
	for i, k := range from {
		at := where[k]
		if at < 0 {
			continue
		}
		v.odd = append(v.odd, int32(i))
		if a.kind == kindText {
			v.words = append(v.words, w.words[at])
		} else {
			v.spans = append(v.spans, w.spans[at])
		}
	}
}

// wheres finds for each row its place among the open ones; -1: it is not open.
func (m *machine) wheres(v *vec, rows int) []int32 {
	where := make([]int32, rows)
	for i := range where {
		where[i] = -1
	}
	for i, row := range v.odd {
		where[row] = int32(i)
	}
	return where
}

func gather(b Bits, from []int32, into Bits) Bits {
	into = room(into, len(from))
	for i := 0; i < len(from); i += 64 {
		var w uint64
		for j, k := range from[i:min(i+64, len(from))] {
			w |= b[k>>6] >> (k & 63) & 1 << j
		}
		into[i>>6] = w
	}
	return into
}

// person is who an expression names: a place, or -1 for who asks, or -2 for the
// family.
func (c *columns) person(e celast.Expr) int {
	switch name := e.AsIdent(); name {
	case "applicant":
		return -1
	case "family":
		return -2
	default:
		return c.vars[name]
	}
}

// of is a node of persons for the one that an expression names.
func (c *columns) of(n *node, e celast.Expr) placed {
	if n.level == 0 || n.fixed {
		return placed{node: n}
	}
	who := c.person(e)
	if who >= 0 {
		return placed{n, []int{who}}
	}
	return placed{node: c.node(node{kind: n.kind, den: n.den, bounds: n.bounds, from: (*machine).asks, run: func(m *machine, v *vec) { m.scatter(m.asks(), n, v) }}, "asks", n)}
}

// dottedParam is the name of a parameter, or "".
func dottedParam(e celast.Expr) string {
	if full, ok := dotted(e); ok && strings.HasPrefix(full, "param.") {
		return full
	}
	return ""
}

func (c *columns) selected(e celast.Expr) placed {
	op := e.AsSelect().Operand()
	entity := OfPerson
	if op.AsIdent() == OfFamily {
		entity = OfFamily
	}
	return c.of(c.fact(c.lib.facts.Fact(entity, e.AsSelect().FieldName())), op)
}

// named is a let of the right.
func (c *columns) named(e celast.Expr) placed {
	full, _ := dotted(e)
	return c.let(c.names[full].let, c.names)
}

func (p *program) let(l *let, names map[string]*named) placed {
	out, ok := p.lets[l]
	if ok {
		return out
	}
	see := func(e *expr) placed { return p.expression(e, names, true) }
	if l.plain != nil {
		out = see(l.plain)
	} else {
		out = p.rows(l, see)
	}
	p.lets[l] = out
	return out
}

// rows is a decision table or a bracket: one choice inside the other.
func (p *program) rows(l *let, see func(*expr) placed) placed {
	out := see(l.rows[len(l.rows)-1].then)
	for i := len(l.rows) - 2; i >= 0; i-- {
		r := l.rows[i]
		var when placed
		if r.when != nil {
			when = see(r.when)
		} else {
			when = p.less(see(l.rows[0].of), see(r.upTo), true)
		}
		out = p.choose(when, see(r.then), out)
	}
	return out
}

func (c *columns) boolean(e celast.Expr) placed {
	switch e.Kind() {
	case celast.LiteralKind:
		return placed{node: c.yes(triOf(bool(e.AsLiteral().(types.Bool))))}
	case celast.IdentKind:
		return c.named(e)
	case celast.SelectKind:
		return c.selected(e)
	case celast.ComprehensionKind:
		return c.quantifier(e.AsComprehension())
	}
	call := e.AsCall()
	args := call.Args()
	switch name := call.FunctionName(); name {
	case operators.LogicalAnd:
		return c.and(c.boolean(args[0]), c.boolean(args[1]))
	case operators.LogicalOr:
		return c.or(c.boolean(args[0]), c.boolean(args[1]))
	case operators.LogicalNot:
		return c.not(c.boolean(args[0]))
	case operators.Conditional:
		return c.choose(c.boolean(args[0]), c.boolean(args[1]), c.boolean(args[2]))
	case operators.Less, operators.LessEquals:
		return c.less(c.number(args[0]), c.number(args[1]), name == operators.LessEquals)
	case operators.Greater, operators.GreaterEquals:
		return c.less(c.number(args[1]), c.number(args[0]), name == operators.GreaterEquals)
	case operators.Equals:
		return c.equality(args)
	case operators.NotEquals:
		return c.not(c.equality(args))
	case operators.In:
		return c.membership(args)
	case "startsWith":
		return c.beginning(call)
	case "right":
		return c.right(args)
	}
	panic(tooWide{})
}

func (c *columns) equality(args []celast.Expr) placed {
	switch c.kindOf(args[0]) {
	case kindBool:
		a, b := c.boolean(args[0]), c.boolean(args[1])
		return c.or(c.and(a, b), c.and(c.not(a), c.not(b)))
	case kindText:
		return c.sameText(c.text(args[0]), c.text(args[1]))
	case kindPerson:
		return c.samePerson(c.person(args[0]), c.person(args[1]))
	}
	return c.equal(c.number(args[0]), c.number(args[1]))
}

func (c *columns) samePerson(a, b int) placed {
	if a > b {
		a, b = b, a
	}
	switch {
	case a == b:
		return placed{node: c.yes(isTrue)}
	case a == -1:
		asks := c.node(node{level: 1, kind: kindBool, run: func(m *machine, v *vec) {
			rows := m.size(1)
			v.t, v.f = room(v.t, rows), room(v.f, rows)
			clear(v.t)
			for _, row := range m.asks() {
				v.t.Set(int(row))
			}
			for i := range v.t {
				v.f[i] = ^v.t[i]
			}
			last(v.f, rows)
		}}, "who asks")
		return placed{asks, []int{b}}
	case a < 0:
		panic(tooWide{})
	}
	same := c.node(node{level: 2, kind: kindBool, run: func(m *machine, v *vec) {
		rows := m.size(2)
		v.t, v.f = room(v.t, rows), room(v.f, rows)
		clear(v.t)
		for f := range m.families {
			n := int(m.starts[f+1] - m.starts[f])
			for i := range n {
				v.t.Set(int(m.at[2][f]) + i*n + i)
			}
		}
		for i := range v.t {
			v.f[i] = ^v.t[i]
		}
		last(v.f, rows)
	}}, "the same person")
	return placed{same, []int{a, b}}
}

// members compiles the parts of an aggregate, which have a person more.
func (c *columns) members(over celast.ComprehensionExpr) (slot int, args []celast.Expr, done func()) {
	slot = 1
	for _, s := range c.vars {
		slot = max(slot, s+1)
	}
	name := over.IterVar()
	c.vars[name] = slot
	return slot, over.LoopStep().AsCall().Args(), func() { delete(c.vars, name) }
}

// inside brings the parts of an aggregate to the level of its persons, and says
// by whom the aggregate itself differs.
func (c *columns) inside(slot int, parts ...placed) (nodes []*node, by []int) {
	nodes, by = c.together(append(parts, placed{by: []int{slot}, node: c.yes(isTrue)})...)
	if len(by) > maxLevel {
		panic(tooWide{})
	}
	return nodes[:len(parts)], by[:len(by)-1]
}

func (c *columns) quantifier(e celast.ComprehensionExpr) placed {
	slot, args, done := c.members(e)
	defer done()
	nodes, by := c.inside(slot, c.boolean(args[1]))
	if e.LoopStep().AsCall().FunctionName() == loopAll {
		not := c.not(placed{nodes[0], append(slices.Clone(by), slot)})
		return c.not(placed{c.some(not.node, len(by)), by})
	}
	return placed{c.some(nodes[0], len(by)), by}
}
