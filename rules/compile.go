package rules

import (
	"slices"

	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// The third step of an expression: the checked tree becomes closures over sets
// of possible values. Columns and SQL are to be made from the same tree.

// expr is a checked expression and its closure: the one that fits its kind.
type expr struct {
	syntax
	kind  kind
	b     func(*frame) tri
	n     func(*frame) span
	s     func(*frame) words
	reads reads
	site  site // where its results are kept
	kept  bool
}

// value evaluates an expression of any kind.
func (e *expr) value(f *frame) (b tri, n span, s words) {
	switch e.kind {
	case kindBool:
		b = e.b(f)
	case kindNumber, kindDate:
		n = e.n(f)
	case kindText:
		s = e.s(f)
	}
	return b, n, s
}

// mine tells whether the value can be another for each person of a right.
func (e *expr) mine() bool {
	return e.reads.person || slices.ContainsFunc(e.reads.lets, func(l *let) bool { return l.mine })
}

// reads is what an expression names, directly: for the order of definitions,
// for what a search has to try, and for what an answer is about.
type reads struct {
	facts    []*Fact
	params   []int
	lets     []*let
	rights   []string
	numbers  []number // literals
	days     []Date
	texts    []textUse
	gives    []source // where the text comes from that the expression gives
	rightsAt map[string]place
	person   bool // p itself: the value is another for each person
	loops    int  // how deep aggregates are nested
}

// source is where a text can come from: a fact itself, or what a table has for
// it.
type source struct {
	fact *Fact
	find func(code string) (found string, ok bool) // nil: the code itself
	in   *Table                                    // where the code is found first
}

// through is the source when what comes from it is looked up in a column.
func (s source) through(t *Table, column int) source {
	before, in := s.find, s.in
	if in == nil {
		in = t
	}
	return source{fact: s.fact, in: in, find: func(code string) (string, bool) {
		if before != nil {
			var ok bool
			if code, ok = before(code); !ok {
				return "", false
			}
		}
		return t.entry(column, code)
	}}
}

// from is the source of what comes from a fact that itself comes from s.
func (s source) from(later source) source {
	if later.find == nil {
		return s
	}
	in := s.in
	if in == nil {
		in = later.in
	}
	return source{fact: s.fact, in: in, find: func(code string) (string, bool) {
		if s.find != nil {
			var ok bool
			if code, ok = s.find(code); !ok {
				return "", false
			}
		}
		return later.find(code)
	}}
}

// compiler makes the closures of one expression.
type compiler struct {
	*scope
	x     syntax
	reads *reads
	vars  map[string]int // names of persons: their place in frame.bound
	by    []int          // those that the expression was found to differ by
	gives []source       // where the texts of the part in hand come from
	said  []string       // and those of them that are written out
}

func (s *scope) compile(x syntax, k kind) *expr {
	e := &expr{syntax: x, kind: k, reads: reads{rightsAt: map[string]place{}}}
	c := &compiler{scope: s, x: x, reads: &e.reads, vars: map[string]int{}}
	if s.person {
		c.vars["p"] = 0
	}
	switch k {
	case kindBool:
		e.b = c.boolean(x.tree.Expr())
		if at, ok := s.site(celast.NodeCount(x.tree), c.by); ok {
			e.b, e.site, e.kept = at.keepB(e.b), at, true
		}
	case kindNumber, kindDate:
		e.n = c.number(x.tree.Expr())
		if at, ok := s.site(celast.NodeCount(x.tree), c.by); ok {
			e.n = at.keepN(e.n)
		}
	case kindText:
		e.s = c.text(x.tree.Expr())
		e.reads.gives = c.gives
	default:
		s.report(x.at, "write an expression that gives yes or no, a number, a day or a text", "this gives %s", k)
		return nil
	}
	return e
}

func (c *compiler) kindOf(e celast.Expr) kind { return kindOf(c.x.tree.GetType(e.ID())) }

// person is who an expression names: the family is -1.
func (c *compiler) person(e celast.Expr) func(*frame) int {
	if e.Kind() != celast.IdentKind {
		c.report(c.x.placeOf(e.ID()), "name the person: applicant, p, or the person of an aggregate", "a person cannot be computed")
		return func(*frame) int { return -1 }
	}
	switch name := e.AsIdent(); name {
	case "applicant":
		return func(f *frame) int { return f.who }
	case "family":
		return func(*frame) int { return -1 }
	default:
		slot := c.vars[name]
		c.reads.person = c.reads.person || slot == 0
		c.differs(slot)
		return func(f *frame) int { return int(f.bound[slot]) }
	}
}

// differs notes that the expression is another for each person of a place.
func (c *compiler) differs(slot int) {
	if !slices.Contains(c.by, slot) {
		c.by = append(c.by, slot)
	}
}

// cell is the fact that a select names.
func (c *compiler) cell(e celast.Expr) func(*frame) *cell {
	x := c.factOf(e)
	if !slices.Contains(c.reads.facts, x) {
		c.reads.facts = append(c.reads.facts, x)
	}
	if x.Entity == OfFamily {
		return func(f *frame) *cell { return f.value(-1, x) }
	}
	who := c.person(e.AsSelect().Operand())
	return func(f *frame) *cell { return f.value(who(f), x) }
}

// name is the let or parameter that an identifier stands for.
func (c *compiler) name(e celast.Expr) *named {
	full, _ := dotted(e)
	n := c.names[full]
	if n == nil {
		return nil
	}
	if n.let != nil {
		c.reads.lets = append(c.reads.lets, n.let)
		if n.let.mine {
			c.differs(0)
		}
	} else {
		c.reads.params = append(c.reads.params, n.param)
	}
	return n
}

func (c *compiler) boolean(e celast.Expr) func(*frame) tri {
	switch e.Kind() {
	case celast.LiteralKind:
		v := triOf(bool(e.AsLiteral().(types.Bool)))
		return func(*frame) tri { return v }
	case celast.IdentKind:
		l := c.name(e).let
		return func(f *frame) tri { return f.let(l).b }
	case celast.SelectKind:
		get := c.cell(e)
		return func(f *frame) tri { return get(f).b }
	case celast.ComprehensionKind:
		return c.quantifier(e.AsComprehension())
	}
	call := e.AsCall()
	args := call.Args()
	switch call.FunctionName() {
	case operators.LogicalAnd:
		a, b := c.boolean(args[0]), c.boolean(args[1])
		return func(f *frame) tri {
			mark := f.mark()
			v := a(f)
			if v != isFalse {
				v = v.and(b(f))
				f.forget(mark, v.certain())
			}
			return v
		}
	case operators.LogicalOr:
		a, b := c.boolean(args[0]), c.boolean(args[1])
		return func(f *frame) tri {
			mark := f.mark()
			v := a(f)
			if v != isTrue {
				v = v.or(b(f))
				f.forget(mark, v.certain())
			}
			return v
		}
	case operators.LogicalNot:
		a := c.boolean(args[0])
		return func(f *frame) tri { return a(f).not() }
	case operators.Conditional:
		when, a, b := c.boolean(args[0]), c.boolean(args[1]), c.boolean(args[2])
		return func(f *frame) tri {
			mark := f.mark()
			v := choose(when(f), f, a, b, func(x, y tri) tri { return x | y }, isStuck)
			f.forget(mark, v.certain())
			return v
		}
	case operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
		return c.comparison(call.FunctionName(), args)
	case operators.Equals:
		return c.equality(args)
	case operators.NotEquals:
		eq := c.equality(args)
		return func(f *frame) tri { return eq(f).not() }
	case operators.In:
		return c.membership(args)
	case "startsWith":
		return c.beginning(call)
	case "right":
		return c.right(e, args)
	}
	panic("rules: no closure for " + call.FunctionName()) // a function in the table without one: a test finds it
}

// choose is the conditional on a set of truth values.
func choose[T any](when tri, f *frame, a, b func(*frame) T, join func(T, T) T, stuck T) T {
	switch when {
	case isTrue:
		return a(f)
	case isFalse:
		return b(f)
	case isStuck:
		return stuck
	}
	var out T
	switch {
	case when&either == either:
		out = join(a(f), b(f))
	case when&isTrue != 0:
		out = a(f)
	default:
		out = b(f)
	}
	if when&isStuck != 0 {
		out = join(out, stuck)
	}
	return out
}

func (c *compiler) comparison(op string, args []celast.Expr) func(*frame) tri {
	outside := c.by
	c.by = nil
	a, b := c.number(args[0]), c.number(args[1])
	orEqual := op == operators.LessEquals || op == operators.GreaterEquals
	left, right := args[0], args[1]
	if op == operators.Greater || op == operators.GreaterEquals {
		a, b = b, a
		left, right = right, left
	}
	at, ok := c.atom(left, right, orEqual, c.by)
	for _, slot := range outside {
		c.differs(slot)
	}
	return func(f *frame) tri {
		if ok && f.proof != nil && f.look == nil {
			return at.less(f, a, b, orEqual)
		}
		mark := f.mark()
		v := a(f).less(b(f), orEqual)
		f.forget(mark, v.certain())
		return v
	}
}

func (c *compiler) equality(args []celast.Expr) func(*frame) tri {
	switch c.kindOf(args[0]) {
	case kindBool:
		a, b := c.boolean(args[0]), c.boolean(args[1])
		return func(f *frame) tri { x, y := a(f), b(f); return x.and(y).or(x.not().and(y.not())) }
	case kindText:
		a, from, said := c.textOf(args[0])
		b, from2, said2 := c.textOf(args[1])
		c.useText(append(from, from2...), append(said, said2...), false)
		return func(f *frame) tri { return a(f).equal(b(f)) }
	case kindPerson:
		a, b := c.person(args[0]), c.person(args[1])
		return func(f *frame) tri { return triOf(a(f) == b(f)) }
	}
	a, b := c.number(args[0]), c.number(args[1])
	return func(f *frame) tri {
		mark := f.mark()
		v := a(f).equal(b(f))
		f.forget(mark, v.certain())
		return v
	}
}
