package rules

import (
	"strings"

	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// number compiles what gives a number or a day.
func (c *compiler) number(e celast.Expr) func(*frame) span {
	switch e.Kind() {
	case celast.LiteralKind:
		n, _ := literalNumber(e.AsLiteral().(types.Double))
		c.reads.numbers = append(c.reads.numbers, n)
		v := exactly(n)
		return func(*frame) span { return v }
	case celast.IdentKind:
		if e.AsIdent() == "date" {
			return func(f *frame) span { return exactly(integer(int64(f.today))) }
		}
		return c.namedNumber(e)
	case celast.SelectKind:
		if full, ok := dotted(e); ok && strings.HasPrefix(full, "param.") {
			return c.namedNumber(e)
		}
		get := c.cell(e)
		return func(f *frame) span { return get(f).n }
	case celast.ComprehensionKind:
		return c.aggregate(e.AsComprehension())
	}
	call := e.AsCall()
	args := call.Args()
	two := func(op func(a, b span) span) func(*frame) span {
		a, b := c.number(args[0]), c.number(args[1])
		return func(f *frame) span { return op(a(f), b(f)) }
	}
	switch name := call.FunctionName(); name {
	case operators.Add:
		return two(span.add)
	case operators.Subtract:
		return two(func(a, b span) span { return a.add(b.neg()) })
	case operators.Multiply:
		return two(span.mul)
	case operators.Divide:
		return two(span.div)
	case operators.Negate:
		a := c.number(args[0])
		return func(f *frame) span { return a(f).neg() }
	case operators.Conditional:
		when, a, b := c.boolean(args[0]), c.number(args[1]), c.number(args[2])
		return func(f *frame) span { return choose(when(f), f, a, b, span.join, stuckSpan) }
	case "min", "max":
		op := span.least
		if name == "max" {
			op = span.most
		}
		a, b := c.number(args[0]), c.number(args[1])
		d := func(*frame) span { return span{} }
		if len(args) == 3 {
			d = c.number(args[2])
		}
		return func(f *frame) span {
			mark := f.mark()
			v := op(a(f), b(f))
			if len(args) == 3 {
				v = op(v, d(f))
			}
			f.forget(mark, v.certain())
			return v
		}
	case "round", "round_up", "round_down":
		mode := map[string]roundMode{"round": roundHalfUp, "round_up": roundUp, "round_down": roundDown}[name]
		a := c.number(args[0])
		return func(f *frame) span { return a(f).round(integer(1), mode) }
	case "date":
		text, _ := literalText(args[0])
		d, _ := ParseDate(text)
		c.reads.days = append(c.reads.days, d)
		v := exactly(integer(int64(d)))
		return func(*frame) span { return v }
	case "years":
		return two(func(a, b span) span { return apart(a, b, Date.YearsUntil) })
	case "months":
		return two(func(a, b span) span { return apart(a, b, Date.MonthsUntil) })
	case "days":
		return two(func(a, b span) span { return apart(a, b, func(d, e Date) int { return int(e - d) }) })
	case "year", "month":
		a := c.number(args[0])
		return func(f *frame) span { return calendar(a(f), name == "year") }
	case "add_months":
		return two(addMonths)
	case "amount":
		return c.amount(e, args)
	}
	panic("rules: no closure for " + call.FunctionName()) // a function in the table without one: a test finds it
}

func (c *compiler) namedNumber(e celast.Expr) func(*frame) span {
	n := c.name(e)
	if l := n.let; l != nil {
		return func(f *frame) span { return f.let(l).n }
	}
	slot := n.param
	return func(f *frame) span { return f.param(slot) }
}

func (a number) day() Date {
	if a.big != nil || !a.isWhole() || abs64(a.n/a.den()) > 1<<30 {
		return 0
	}
	return Date(a.n / a.den())
}

// apart is a distance between two days, which grows with the second and
// shrinks with the first. It is absent when either day is.
func apart(a, b span, distance func(d, e Date) int) span {
	out := span{has: a.has && b.has, absent: a.absent || b.absent, stuck: a.stuck || b.stuck}
	if out.has {
		out.lo = integer(int64(distance(a.hi.day(), b.lo.day())))
		out.hi = integer(int64(distance(a.lo.day(), b.hi.day())))
	}
	return out
}

func calendar(a span, year bool) span {
	if !a.has {
		return a
	}
	y1, m1, _ := a.lo.day().Civil()
	y2, m2, _ := a.hi.day().Civil()
	switch {
	case year:
		a.lo, a.hi = integer(int64(y1)), integer(int64(y2))
	case y1 == y2:
		a.lo, a.hi = integer(int64(m1)), integer(int64(m2))
	default:
		a.lo, a.hi = integer(1), integer(12)
	}
	return a
}

// addMonths moves a day by whole months; a fraction of a month is dropped.
func addMonths(a, b span) span {
	b = b.counted()
	out := span{has: a.has && b.has, absent: a.absent, stuck: a.stuck || b.stuck}
	if out.has && b.bounded() {
		out.lo = integer(int64(a.lo.day().AddMonths(wholeMonths(b.lo))))
		out.hi = integer(int64(a.hi.day().AddMonths(wholeMonths(b.hi))))
	} else if out.has {
		out.lo, out.hi = integer(int64(DateOf(1, 1, 1))), integer(int64(DateOf(9999, 12, 31)))
	}
	return out
}

func wholeMonths(n number) int {
	const most = 2400
	if n.big != nil {
		return most * n.sign()
	}
	return int(min(most, max(-most, n.n/n.den())))
}

// members goes over the persons of a case with a name of their own. What an
// aggregate finds for one of them is kept.
func (c *compiler) members(over celast.ComprehensionExpr, parts func() (when func(*frame) tri, value func(*frame) span)) (slot int, when func(*frame) tri, value func(*frame) span) {
	outside := c.by
	c.by = nil
	slot = len(c.vars)
	if !c.person0() {
		slot++
	}
	c.vars[over.IterVar()] = slot
	c.reads.loops = max(c.reads.loops, slot)
	when, value = parts()
	delete(c.vars, over.IterVar())
	inside := c.by
	c.by = outside
	step := over.LoopStep().AsCall().Args()
	if at, ok := c.site(nodes(step[1]), inside); ok {
		when = at.keepB(when)
	}
	if value != nil {
		if at, ok := c.site(nodes(step[2]), inside); ok {
			value = at.keepN(value)
		}
	}
	for _, b := range inside {
		if b != slot {
			c.differs(b)
		}
	}
	return slot, when, value
}

// nodes is how many parts an expression has.
func nodes(e celast.Expr) (n int) {
	celast.PostOrderVisit(e, celast.NewExprVisitor(func(celast.Expr) { n++ }))
	return n
}

func (c *compiler) person0() bool { _, ok := c.vars["p"]; return ok && c.scope.person }

func (c *compiler) quantifier(e celast.ComprehensionExpr) func(*frame) tri {
	step := e.LoopStep().AsCall()
	slot, when, _ := c.members(e, func() (func(*frame) tri, func(*frame) span) { return c.boolean(step.Args()[1]), nil })
	all := step.FunctionName() == loopAll
	return func(f *frame) tri {
		mark := f.mark()
		out := triOf(all)
		for i := range f.people {
			f.bound[slot] = int8(i)
			if all {
				out = out.and(when(f))
			} else {
				out = out.or(when(f))
			}
			if out == triOf(!all) {
				break
			}
		}
		f.forget(mark, out.certain())
		return out
	}
}

func (c *compiler) aggregate(e celast.ComprehensionExpr) func(*frame) span {
	step := e.LoopStep().AsCall()
	mark := step.FunctionName()
	slot, when, value := c.members(e, func() (func(*frame) tri, func(*frame) span) {
		w := c.boolean(step.Args()[1])
		if mark == loopCount {
			return w, nil
		}
		return w, c.number(step.Args()[2])
	})
	if mark == loopSmallest || mark == loopLargest {
		return extreme(slot, when, value, mark == loopLargest)
	}
	if mark == loopCount {
		value = func(*frame) span { return exactly(integer(1)) }
	}
	return func(f *frame) span {
		total := exactly(number{})
		for i := range f.people {
			f.bound[slot] = int8(i)
			w := when(f)
			if w == isFalse {
				continue
			}
			var v span
			if w&isTrue != 0 {
				v = value(f).counted()
			}
			if w&isFalse != 0 {
				v = v.join(exactly(number{}))
			}
			v.stuck = v.stuck || w&isStuck != 0
			total = total.add(v)
		}
		return total
	}
}

// extreme is the smallest or largest value over the persons for whom the
// condition holds; absent when there is none.
func extreme(slot int, when func(*frame) tri, value func(*frame) span, largest bool) func(*frame) span {
	return func(f *frame) span {
		out := absentSpan
		for i := range f.people {
			f.bound[slot] = int8(i)
			w := when(f)
			if w == isFalse {
				continue
			}
			var v span
			if w&isTrue != 0 {
				v = value(f)
			}
			taken := pick(out, v, largest)
			if w&isFalse != 0 {
				taken = taken.join(out)
			}
			taken.stuck = taken.stuck || w&isStuck != 0
			out = taken
		}
		return out
	}
}

// pick is the smaller (or larger) of two values, where an absent one does not
// count.
func pick(a, b span, largest bool) span {
	out := span{stuck: a.stuck || b.stuck, absent: a.absent && b.absent}
	both := func(x span) span { x.absent, x.stuck = false, false; return x }
	add := func(s span) {
		s.absent, s.stuck = out.absent, out.stuck
		out = out.join(s)
	}
	if a.has && b.has {
		if largest {
			add(both(a).most(both(b)))
		} else {
			add(both(a).least(both(b)))
		}
	}
	if a.has && b.absent {
		add(both(a))
	}
	if b.has && a.absent {
		add(both(b))
	}
	return out
}
