package rules

import (
	"slices"
	"strings"

	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// period is a stretch of days in which no parameter changes.
type period struct{ from, to *Date }

func (p period) String() string {
	switch {
	case p.from == nil && p.to == nil:
		return "on every day"
	case p.from == nil:
		return "until " + p.to.String()
	case p.to == nil:
		return "from " + p.from.String() + " on"
	}
	return "from " + p.from.String() + " to " + p.to.String()
}

// regionReader reads the expressions of a right as conditions over axes, for
// one period.
type regionReader struct {
	right  *Right
	lib    *Library
	days   period
	axes   map[string]*axis
	lets   map[*let][]branch
	truths map[*let]*prop
	terms  map[string]extent
	shown  map[string]string
}

func (lib *Library) regionReader(r *Right, days period) *regionReader {
	return &regionReader{right: r, lib: lib, days: days, axes: map[string]*axis{}, lets: map[*let][]branch{}, truths: map[*let]*prop{}, terms: map[string]extent{}, shown: map[string]string{}}
}

// extent is what a number can be.
type extent struct {
	lo, hi *number
	whole  bool
	absent bool
}

func (r *regionReader) kindOf(e celast.Expr, x *expr) kind { return kindOf(x.tree.GetType(e.ID())) }

// of is a whole expression that gives yes or no.
func (r *regionReader) of(x *expr) *prop {
	if x == nil {
		return always0
	}
	return r.boolean(x.tree.Expr(), x)
}

func (r *regionReader) boolean(e celast.Expr, x *expr) *prop {
	switch e.Kind() {
	case celast.LiteralKind:
		return propOf(bool(e.AsLiteral().(types.Bool)))
	case celast.IdentKind:
		if n := r.right.scope.names[e.AsIdent()]; n != nil && n.let != nil {
			return r.truth(n.let)
		}
	case celast.CallKind:
		call := e.AsCall()
		args := call.Args()
		switch op := call.FunctionName(); op {
		case operators.LogicalAnd:
			return allOf(r.boolean(args[0], x), r.boolean(args[1], x))
		case operators.LogicalOr:
			return anyOf(r.boolean(args[0], x), r.boolean(args[1], x))
		case operators.LogicalNot:
			return r.boolean(args[0], x).not()
		case operators.Conditional:
			when := r.boolean(args[0], x)
			return anyOf(allOf(when, r.boolean(args[1], x)), allOf(when.not(), r.boolean(args[2], x)))
		case operators.Less, operators.LessEquals:
			return r.compare(args[0], args[1], x, map[string]cutOp{operators.Less: cutLess, operators.LessEquals: cutAtMost}[op])
		case operators.Greater, operators.GreaterEquals:
			return r.compare(args[1], args[0], x, map[string]cutOp{operators.Greater: cutLess, operators.GreaterEquals: cutAtMost}[op])
		case operators.Equals:
			return r.equal(e, args[0], args[1], x)
		case operators.NotEquals:
			return r.equal(e, args[0], args[1], x).not()
		case operators.In:
			if args[1].Kind() == celast.ListKind {
				var any []*prop
				for _, item := range args[1].AsList().Elements() {
					any = append(any, r.equal(e, args[0], item, x))
				}
				return anyOf(any...)
			}
		}
	}
	return r.yes(spelled(e))
}

// yes is something of which nothing more is known than that it holds or not.
func (r *regionReader) yes(name string) *prop {
	a := r.axis(name, kindBool, name, extent{})
	return &prop{op: propCut, cut: cut{axis: a, op: cutYes}}
}

func (r *regionReader) axis(key string, k kind, label string, in extent) *axis {
	a := r.axes[key]
	if a == nil {
		a = &axis{label: label, kind: k, whole: in.whole, lo: in.lo, hi: in.hi, none: in.absent}
		r.axes[key] = a
	}
	return a
}

func (r *regionReader) equal(whole, a, b celast.Expr, x *expr) *prop {
	switch r.kindOf(a, x) {
	case kindBool:
		p, q := r.boolean(a, x), r.boolean(b, x)
		return anyOf(allOf(p, q), allOf(p.not(), q.not()))
	case kindText:
		return r.sameText(a, b, x)
	case kindNumber, kindDate:
		return r.compare(a, b, x, cutEqual)
	}
	return r.yes(spelled(whole))
}

// compare is a comparison of two numbers or days: of their difference with 0.
func (r *regionReader) compare(a, b celast.Expr, x *expr, op cutOp) *prop {
	label := spelled(a)
	if a.Kind() == celast.LiteralKind || isParam(a) {
		label = spelled(b)
	}
	var any []*prop
	for _, p := range r.numbers(a, x) {
		for _, q := range r.numbers(b, x) {
			d := p.sum.add(q.sum, integer(-1)) // d < 0
			so := r.below(d, op, r.kindOf(a, x), label)
			switch alone := r.mayBeAbsent(p.sum) || r.mayBeAbsent(q.sum); {
			case alone && len(d.times) != 1: // no comparison with it holds where it is absent
				so = allOf(so, r.yes(label+" is there"))
			case !alone && len(d.times) == 1: // in a sum it counts as nothing there
				if there := anyOf(r.below(d, cutAtMost, r.kindOf(a, x), label), r.below(linear{}.add(d, integer(-1)), cutLess, r.kindOf(a, x), label)); d.plus.meets(op) {
					so = anyOf(so, there.not())
				}
			}
			any = append(any, allOf(p.when, q.when, so))
		}
	}
	return anyOf(any...)
}

// mayBeAbsent tells whether a number is one term, nothing else, that may be
// absent.
func (r *regionReader) mayBeAbsent(sum linear) bool {
	for key, times := range sum.times {
		return len(sum.times) == 1 && times.cmp(integer(1)) == 0 && sum.plus.sign() == 0 && r.terms[key].absent
	}
	return false
}

// meets compares the number with 0.
func (n number) meets(op cutOp) bool {
	s := n.sign()
	return s < 0 && op != cutEqual || s == 0 && op != cutLess
}

func isParam(e celast.Expr) bool {
	full, ok := dotted(e)
	return ok && strings.HasPrefix(full, "param.")
}

// below compares a sum of terms with 0. The axis is the sum without its number,
// so many times that its first term stands there once.
func (r *regionReader) below(d linear, op cutOp, k kind, label string) *prop {
	if len(d.times) == 0 {
		return propOf(d.plus.meets(op))
	}
	keys := sortedKeys(d.times)
	first := d.times[keys[0]]
	sum := linear{times: map[string]number{}}
	var name []string
	in := extent{whole: true}
	lo, hi := integer(0), integer(0)
	in.lo, in.hi = &lo, &hi
	for _, key := range keys {
		n := d.times[key].div(first)
		sum.times[key] = n
		name = append(name, n.plain()+" "+key)
		e := r.terms[key]
		in.whole = in.whole && e.whole && n.isWhole()
		in.absent = in.absent || e.absent
		in.lo, in.hi = grow(in.lo, e.lo, e.hi, n), grow(in.hi, e.hi, e.lo, n)
	}
	if len(keys) > 1 {
		in.absent = false // what is absent counts as nothing in a sum
		for _, key := range keys {
			if e := r.terms[key]; e.absent {
				in.lo, in.hi = withZero(in.lo, e.lo, false), withZero(in.hi, e.hi, true)
			}
		}
	} else {
		label = r.shown[keys[0]]
	}
	a := r.axis(strings.Join(name, " + "), k, label, in)
	at := d.plus.neg().div(first)
	a.cutAt(at)
	if first.sign() > 0 || op == cutEqual {
		return &prop{op: propCut, cut: cut{axis: a, op: op, n: at}}
	}
	// The sign turns: -x < n is x > -n. What is absent is neither.
	more := &prop{op: propCut, cut: cut{axis: a, op: cutMore, n: at}}
	if op == cutLess {
		return more
	}
	return anyOf(more, &prop{op: propCut, cut: cut{axis: a, op: cutEqual, n: at}})
}

// param is the number of a parameter in the period; ok is false before the
// first.
func (r *regionReader) param(slot int) (n number, ok bool) {
	ref := r.lib.params[slot]
	var v *DatedValue
	switch {
	case r.days.from != nil:
		v = ref.parameter.on(*r.days.from)
	case r.days.to != nil:
		v = ref.parameter.on(*r.days.to)
	case len(ref.parameter.Values) > 0:
		v = ref.parameter.Values[0]
	}
	if v == nil {
		return number{}, false
	}
	return v.field(ref.field), true
}

// rows are the conditions under which each row of a table or bracket is taken.
func (r *regionReader) rows(l *let) (out []*prop) {
	for _, row := range l.rows {
		switch {
		case row.when != nil:
			out = append(out, r.of(row.when))
		case row.of != nil:
			out = append(out, r.compare2(row.of, row.upTo))
		default:
			out = append(out, always0)
		}
	}
	return out
}

// compare2 is of <= upTo, of two expressions that stand apart.
func (r *regionReader) compare2(of, upTo *expr) *prop {
	var any []*prop
	for _, p := range r.numbers(of.tree.Expr(), of) {
		for _, q := range r.numbers(upTo.tree.Expr(), upTo) {
			any = append(any, allOf(p.when, q.when, r.below(p.sum.add(q.sum, integer(-1)), cutAtMost, of.kind, spelled(of.tree.Expr()))))
		}
	}
	return anyOf(any...)
}

// parts are the expressions that give a named value, and when.
func (r *regionReader) parts(l *let) (when []*prop, then []*expr) {
	if l.plain != nil {
		return []*prop{always0}, []*expr{l.plain}
	}
	var before []*prop
	for i, holds := range r.rows(l) {
		when = append(when, allOf(append(slices.Clone(before), holds)...))
		then = append(then, l.rows[i].then)
		before = append(before, holds.not())
	}
	return when, then
}

// valueOf are the ways to a named number, day or text.
func (r *regionReader) valueOf(l *let) []branch {
	if ways, ok := r.lets[l]; ok {
		return ways
	}
	var out []branch
	when, then := r.parts(l)
	for i, x := range then {
		if l.kind == kindText {
			out = append(out, within(when[i], r.texts(x.tree.Expr(), x))...)
		} else {
			out = append(out, within(when[i], r.numbers(x.tree.Expr(), x))...)
		}
	}
	if len(out) == 1 && len(out[0].sum.times) == 1 && out[0].sum.plus.sign() == 0 {
		for key, n := range out[0].sum.times {
			if n.cmp(integer(1)) == 0 {
				r.shown[key] = l.name
			}
		}
	}
	if len(out) > maxBranches || len(out) == 0 {
		r.terms[l.name], r.shown[l.name] = extent{}, l.name
		out = []branch{{when: always0, sum: linear{times: map[string]number{l.name: integer(1)}}, term: l.name}}
	}
	r.lets[l] = out
	return out
}

// maxFormula is of how many comparisons a name may be made. One that is made of
// more, since names that use each other twice double each time, is something
// that holds or not.
const maxFormula = 1000

func (r *regionReader) truth(l *let) *prop {
	if known := r.truths[l]; known != nil {
		return known
	}
	out := r.truthOf(l)
	if out.size(maxFormula) > maxFormula {
		out = r.yes(l.name)
	}
	r.truths[l] = out
	return out
}

func (r *regionReader) truthOf(l *let) *prop {
	var any []*prop
	when, then := r.parts(l)
	for i, x := range then {
		any = append(any, allOf(when[i], r.of(x)))
	}
	out := anyOf(any...)
	if out.op == propCut && out.cut.op == cutYes {
		out.cut.axis.label = l.name
	}
	return out
}
