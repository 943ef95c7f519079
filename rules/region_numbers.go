package rules

import (
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// branch is what an expression is when a condition holds: a sum of terms, or a
// text.
type branch struct {
	when *prop
	sum  linear
	text string // of a text that is written out
	term string // of another text: its axis
}

// linear is a sum of terms, each so many times, and a number.
type linear struct {
	times map[string]number
	plus  number
}

// maxBranches is how many ways to a value are told apart; with more it is taken
// as one thing that can be anything.
const maxBranches = 64

func plainNumberOf(n number) linear { return linear{plus: n} }

func (a linear) add(b linear, times number) linear {
	out := linear{map[string]number{}, a.plus.add(b.plus.mul(times))}
	for k, n := range a.times {
		out.times[k] = n
	}
	for k, n := range b.times {
		if m := out.times[k].add(n.mul(times)); m.sign() == 0 {
			delete(out.times, k)
		} else {
			out.times[k] = m
		}
	}
	return out
}

// grow moves an end of a sum by an end of a term, so many times.
func grow(sum, end, other *number, times number) *number {
	if times.sign() < 0 {
		end = other
	}
	if sum == nil || end == nil {
		return nil
	}
	n := sum.add(end.mul(times))
	return &n
}

// withZero makes room in a sum for a term that may count as nothing.
func withZero(sum, end *number, upper bool) *number {
	if sum == nil || end == nil || (end.sign() <= 0) != upper {
		return sum
	}
	return nil
}

// numbers are the ways to a number or a day, and what it is in each.
func (r *regionReader) numbers(e celast.Expr, x *expr) []branch {
	out := r.ways(e, x)
	if len(out) == 0 || len(out) > maxBranches {
		return r.opaque(e, x)
	}
	return out
}

func (r *regionReader) ways(e celast.Expr, x *expr) []branch {
	one := func(n number) []branch { return []branch{{when: always0, sum: plainNumberOf(n)}} }
	switch e.Kind() {
	case celast.LiteralKind:
		n, _ := literalNumber(e.AsLiteral().(types.Double))
		return one(n)
	case celast.IdentKind, celast.SelectKind:
		full, _ := dotted(e)
		n := r.right.scope.names[full]
		switch {
		case n == nil:
			return r.opaque(e, x)
		case n.let != nil:
			return r.valueOf(n.let)
		}
		if v, ok := r.param(n.param); ok {
			return one(v)
		}
		return r.opaque(e, x)
	case celast.ComprehensionKind:
		return r.opaque(e, x)
	}
	call := e.AsCall()
	args := call.Args()
	both := func(with func(a, b linear) (linear, bool)) (out []branch) {
		for _, a := range r.numbers(args[0], x) {
			for _, b := range r.numbers(args[1], x) {
				sum, ok := with(a.sum, b.sum)
				if !ok {
					return nil
				}
				if when := allOf(a.when, b.when); when.op != propFalse {
					out = append(out, branch{when: when, sum: sum})
				}
			}
		}
		return out
	}
	switch call.FunctionName() {
	case operators.Add:
		return both(func(a, b linear) (linear, bool) { return a.add(b, integer(1)), true })
	case operators.Subtract:
		return both(func(a, b linear) (linear, bool) { return a.add(b, integer(-1)), true })
	case operators.Negate:
		var out []branch
		for _, a := range r.numbers(args[0], x) {
			out = append(out, branch{when: a.when, sum: linear{}.add(a.sum, integer(-1))})
		}
		return out
	case operators.Multiply:
		return both(func(a, b linear) (linear, bool) {
			if len(a.times) > 0 {
				a, b = b, a
			}
			return linear{}.add(b, a.plus), len(a.times) == 0
		})
	case operators.Divide:
		return both(func(a, b linear) (linear, bool) {
			if len(b.times) > 0 || b.plus.sign() == 0 {
				return linear{}, false
			}
			return linear{}.add(a, integer(1).div(b.plus)), true
		})
	case operators.Conditional:
		when := r.boolean(args[0], x)
		return append(within(when, r.numbers(args[1], x)), within(when.not(), r.numbers(args[2], x))...)
	case "min", "max":
		return r.extremes(args, x, call.FunctionName() == "min")
	case "date":
		text, _ := literalText(args[0])
		d, _ := ParseDate(text)
		return one(integer(int64(d)))
	}
	return r.opaque(e, x)
}

// within are ways that are only taken when a condition holds.
func within(when *prop, ways []branch) (out []branch) {
	for _, b := range ways {
		if b.when = allOf(when, b.when); b.when.op != propFalse {
			out = append(out, b)
		}
	}
	return out
}

// extremes are the ways to the least or the most of some numbers.
func (r *regionReader) extremes(args []celast.Expr, x *expr, least bool) []branch {
	so := r.numbers(args[0], x)
	for _, e := range args[1:] {
		var next []branch
		for _, a := range so {
			for _, b := range r.numbers(e, x) {
				d := a.sum.add(b.sum, integer(-1))
				first := r.below(d, cutAtMost, kindNumber, spelled(e))
				if !least {
					first = r.below(linear{}.add(d, integer(-1)), cutAtMost, kindNumber, spelled(e))
				}
				both := allOf(a.when, b.when)
				next = append(next, within(allOf(both, first), []branch{{when: always0, sum: a.sum}})...)
				next = append(next, within(allOf(both, first.not()), []branch{{when: always0, sum: b.sum}})...)
			}
		}
		if so = next; len(so) > maxBranches {
			return nil
		}
	}
	return so
}

// opaque is a number of which only its ends are known.
func (r *regionReader) opaque(e celast.Expr, x *expr) []branch {
	key := spelled(e)
	r.terms[key], r.shown[key] = r.extent(e, x), key
	return []branch{{when: always0, sum: linear{times: map[string]number{key: integer(1)}}}}
}
