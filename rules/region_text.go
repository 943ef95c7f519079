package rules

import (
	"strings"

	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// sameText compares two texts, of which one is written out in the end.
func (r *regionReader) sameText(a, b celast.Expr, x *expr) *prop {
	var any []*prop
	for _, p := range r.texts(a, x) {
		for _, q := range r.texts(b, x) {
			same := r.yes(p.term + " == " + q.term) // two that are not written out
			switch {
			case p.term == "" && q.term == "":
				same = propOf(p.text == q.text)
			case p.term == "":
				same = r.isText(q.term, p.text)
			case q.term == "":
				same = r.isText(p.term, q.text)
			}
			any = append(any, allOf(p.when, q.when, same))
		}
	}
	return anyOf(any...)
}

func (r *regionReader) isText(term, text string) *prop {
	a := r.axes["text "+term]
	if a == nil {
		a = r.axis("text "+term, kindText, term, extent{absent: true})
		a.more = true
	}
	a.mention([]string{text})
	return &prop{op: propCut, cut: cut{axis: a, op: cutAmong, texts: []string{text}}}
}

// texts are the ways to a text.
func (r *regionReader) texts(e celast.Expr, x *expr) []branch {
	if v, ok := literalText(e); ok {
		return []branch{{when: always0, text: v}}
	}
	if full, ok := dotted(e); ok {
		if n := r.right.scope.names[full]; n != nil && n.let != nil {
			return r.valueOf(n.let)
		}
	}
	if e.Kind() == celast.CallKind && e.AsCall().FunctionName() == operators.Conditional {
		args := e.AsCall().Args()
		when := r.boolean(args[0], x)
		return append(within(when, r.texts(args[1], x)), within(when.not(), r.texts(args[2], x))...)
	}
	key := spelled(e)
	if f := r.right.scope.factOf(e); f != nil && f.Type == TypeChoice {
		a := r.axis("text "+key, kindText, key, extent{absent: f.onlyFor != nil || f.derive != nil})
		for _, c := range f.Values {
			a.mention([]string{c.Key})
		}
	}
	return []branch{{when: always0, term: key}}
}

// extent is what a number can be, as far as its facts and functions say.
func (r *regionReader) extent(e celast.Expr, x *expr) extent {
	zero := integer(0)
	switch e.Kind() {
	case celast.IdentKind:
		if e.AsIdent() == "date" {
			out := extent{whole: true}
			if r.days.from != nil {
				n := integer(int64(*r.days.from))
				out.lo = &n
			}
			if r.days.to != nil {
				n := integer(int64(*r.days.to))
				out.hi = &n
			}
			return out
		}
	case celast.SelectKind:
		f := r.right.scope.factOf(e)
		if f == nil {
			return extent{} // a parameter that has no value yet
		}
		out := extent{whole: f.Type == TypeInt || f.Type == TypeDate, absent: f.onlyFor != nil || f.derive != nil}
		if f.min.given && !f.min.today {
			out.lo = &f.min.n
		}
		if f.max.given && !f.max.today {
			out.hi = &f.max.n
		}
		return out
	case celast.ComprehensionKind:
		step := e.AsComprehension().LoopStep().AsCall()
		switch step.FunctionName() {
		case loopCount:
			return extent{lo: &zero, whole: true}
		case loopSum:
			value := r.extent(step.Args()[2], x)
			if value.lo != nil && value.lo.sign() >= 0 {
				value.lo = &zero
			} else {
				value.lo = nil
			}
			return extent{lo: value.lo, whole: value.whole}
		}
		value := r.extent(step.Args()[2], x)
		value.absent = true
		return value
	case celast.LiteralKind:
		if v, ok := e.AsLiteral().(types.Double); ok {
			n, _ := literalNumber(v)
			return extent{lo: &n, hi: &n, whole: n.isWhole()}
		}
	case celast.CallKind:
		call := e.AsCall()
		switch name := call.FunctionName(); name {
		case "years", "months", "days":
			return extent{whole: true, absent: true}
		case "year":
			return extent{whole: true, absent: true}
		case "month":
			one, twelve := integer(1), integer(12)
			return extent{lo: &one, hi: &twelve, whole: true, absent: true}
		case "round", "round_up", "round_down":
			return extent{whole: true, absent: true}
		case "add_months":
			return extent{whole: true, absent: true}
		case "amount":
			return extent{lo: &zero}
		case operators.Add, operators.Multiply, "min", "max":
			a, b := r.extent(call.Args()[0], x), r.extent(call.Args()[1], x)
			if a.lo != nil && b.lo != nil && a.lo.sign() >= 0 && b.lo.sign() >= 0 && len(call.Args()) == 2 {
				return extent{lo: &zero, whole: a.whole && b.whole, absent: true}
			}
		}
	}
	return extent{absent: true}
}

// spelled writes an expression on one line, the same for the same parts.
func spelled(e celast.Expr) string {
	switch e.Kind() {
	case celast.LiteralKind:
		switch v := e.AsLiteral().(type) {
		case types.String:
			return `"` + string(v) + `"`
		case types.Double:
			n, _ := literalNumber(v)
			return n.plain()
		case types.Bool:
			if v {
				return "true"
			}
			return "false"
		}
	case celast.IdentKind, celast.SelectKind:
		full, _ := dotted(e)
		return full
	case celast.ListKind:
		return "[" + spelledAll(e.AsList().Elements()) + "]"
	case celast.ComprehensionKind:
		c := e.AsComprehension()
		step := c.LoopStep().AsCall()
		name := strings.TrimPrefix(step.FunctionName(), "@")
		of := c.IterVar() + ", " + spelledAll(step.Args()[1:])
		if name == "exists" || name == "all" {
			return "persons." + name + "(" + of + ")"
		}
		return name + "(persons, " + of + ")"
	case celast.CallKind:
		call := e.AsCall()
		args := call.Args()
		name := call.FunctionName()
		switch sign := symbols[name]; {
		case call.IsMemberFunction():
			return spelled(call.Target()) + "." + name + "(" + spelledAll(args) + ")"
		case name == operators.Conditional:
			return "(" + spelled(args[0]) + " ? " + spelled(args[1]) + " : " + spelled(args[2]) + ")"
		case sign != "" && len(args) == 2:
			return "(" + spelled(args[0]) + " " + sign + " " + spelled(args[1]) + ")"
		case sign != "" && len(args) == 1:
			return sign + spelled(args[0])
		}
		return name + "(" + spelledAll(args) + ")"
	}
	return "?"
}

func spelledAll(list []celast.Expr) string {
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = spelled(e)
	}
	return strings.Join(parts, ", ")
}
