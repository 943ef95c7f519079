package rules

import (
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// number makes nodes of what gives a number or a day.
func (c *columns) number(e celast.Expr) placed {
	switch e.Kind() {
	case celast.LiteralKind:
		n, _ := literalNumber(e.AsLiteral().(types.Double))
		return placed{node: c.fixedNumber(exactly(n))}
	case celast.IdentKind:
		if e.AsIdent() == "date" {
			return placed{node: c.fixedNumber(exactly(integer(int64(c.day))))}
		}
		return c.namedNumber(e)
	case celast.SelectKind:
		if dottedParam(e) != "" {
			return c.namedNumber(e)
		}
		return c.selected(e)
	case celast.ComprehensionKind:
		return c.aggregate(e.AsComprehension())
	}
	args := e.AsCall().Args()
	arg := func(i int) placed { return c.number(args[i]) }
	switch name := e.AsCall().FunctionName(); name {
	case operators.Add:
		return c.add(arg(0), arg(1))
	case operators.Subtract:
		return c.add(arg(0), c.neg(arg(1)))
	case operators.Multiply:
		return c.mul(arg(0), arg(1))
	case operators.Divide:
		return c.div(arg(0), arg(1))
	case operators.Negate:
		return c.neg(arg(0))
	case operators.Conditional:
		return c.choose(c.boolean(args[0]), arg(1), arg(2))
	case "min", "max":
		out := c.least(arg(0), arg(1), name == "max")
		if len(args) == 3 {
			out = c.least(out, arg(2), name == "max")
		}
		return out
	case "round", "round_up", "round_down":
		mode := map[string]roundMode{"round": roundHalfUp, "round_up": roundUp, "round_down": roundDown}[name]
		return c.round(arg(0), integer(1), mode)
	case "date":
		text, _ := literalText(args[0])
		d, _ := ParseDate(text)
		return placed{node: c.fixedNumber(exactly(integer(int64(d))))}
	case "years":
		return c.ofDays(name, arg(0), arg(1), func(a, b span) span { return apart(a, b, Date.YearsUntil) }, func(a, b int64) int64 { return int64(Date(a).YearsUntil(Date(b))) })
	case "months":
		return c.ofDays(name, arg(0), arg(1), func(a, b span) span { return apart(a, b, Date.MonthsUntil) }, func(a, b int64) int64 { return int64(Date(a).MonthsUntil(Date(b))) })
	case "days":
		return c.ofDays(name, arg(0), arg(1), func(a, b span) span { return apart(a, b, func(d, e Date) int { return int(e - d) }) }, func(a, b int64) int64 { return b - a })
	case "year", "month":
		day := arg(0)
		return c.ofDays(name, day, day, func(a, _ span) span { return calendar(a, name == "year") }, func(a, _ int64) int64 {
			y, m, _ := Date(a).Civil()
			if name == "year" {
				return int64(y)
			}
			return int64(m)
		})
	case "add_months":
		return c.ofDays(name, arg(0), c.counted(arg(1)), addMonths, func(a, b int64) int64 { return int64(Date(a).AddMonths(wholeMonths(integer(b)))) })
	case "amount":
		return c.amount(args)
	}
	panic(tooWide{})
}

func (c *columns) namedNumber(e celast.Expr) placed {
	full, _ := dotted(e)
	n := c.names[full]
	if n.let != nil {
		return c.let(n.let, c.names)
	}
	ref := c.lib.params[n.param]
	if v := ref.parameter.on(c.day); v != nil {
		return placed{node: c.fixedNumber(exactly(v.field(ref.field)))}
	}
	return placed{node: c.fixedNumber(stuckSpan)}
}
