package rules

import (
	"slices"
	"strings"

	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// steps is the arithmetic of an amount as a person would write it down: each
// named value that it needs, in order, and the amount itself, with the numbers
// in place.
func (e *explainer) steps(a *amountRule, value string) []Step {
	p := &printer{explainer: e}
	last := p.print(a.value.tree.Expr(), a.value, 0)
	label := a.text.In(e.lang)
	if label == "" {
		label = e.right.Names.In(e.lang)
	}
	return append(p.steps, Step{label, last, value})
}

// printer writes expressions with the values of a frame in place of names.
type printer struct {
	*explainer
	steps []Step
	done  []*let
}

// let writes a named value as a step of its own, once, and gives its number.
func (p *printer) let(l *let) string {
	c := *p.frame.let(l)
	if !slices.Contains(p.done, l) {
		p.done = append(p.done, l)
		s := Step{Label: l.text.In(p.lang)}
		if s.Label == "" {
			s.Label = l.name
		}
		if x := l.chosen(p.frame); x != nil {
			s.Expression = p.print(x.tree.Expr(), x, 0)
		}
		switch l.kind {
		case kindNumber:
			s.Value = c.n.lo.unitText(unitOf(l.unit))
		case kindDate:
			s.Value = c.n.lo.day().String()
		case kindBool:
			s.Value = yesNo[p.lang][c.b == isTrue]
		case kindText:
			s.Value = strings.Join(c.s.set, ", ")
		}
		p.steps = append(p.steps, s)
	}
	switch l.kind {
	case kindNumber:
		return p.number(c.n, unitOf(l.unit))
	case kindDate:
		return c.n.lo.day().String()
	case kindText:
		return strings.Join(c.s.set, ", ")
	}
	return yesNo[p.lang][c.b == isTrue]
}

// unitOf is EUR for a named value without unit: most are amounts.
func unitOf(unit string) string {
	if unit == "" {
		return "EUR"
	}
	return unit
}

var yesNo = map[Lang]map[bool]string{
	NL: {true: "ja", false: "nee"}, FR: {true: "oui", false: "non"}, DE: {true: "ja", false: "nein"}, EN: {true: "yes", false: "no"},
}

// chosen is the expression that gave a named value: the row that fits.
func (l *let) chosen(f *frame) *expr {
	if l.plain != nil {
		return l.plain
	}
	of := l.of(f)
	for _, r := range l.rows {
		if r.fits(f, of) == isTrue {
			return r.then
		}
	}
	return nil
}

// number writes a number as readers of a language do.
func (p *printer) number(n span, unit string) string {
	if !n.certain() {
		return "?"
	}
	return Localize(n.lo.unitText(unit), p.lang)
}

// Localize writes a plain decimal as readers of a language do: 1776.07 is
// 1.776,07 in Dutch and German, 1 776,07 in French and 1,776.07 in English.
func Localize(s string, lang Lang) string {
	group, point := ".", ","
	switch lang {
	case FR:
		group = "\u202f"
	case EN:
		group, point = ",", "."
	}
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "−", s[1:]
	}
	whole, part, dotted := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + group + whole[i:]
	}
	if dotted {
		return sign + whole + point + part
	}
	return sign + whole
}

var signs = map[string]string{operators.Add: " + ", operators.Subtract: " − ", operators.Multiply: " × ", operators.Divide: " / "}

// print writes an expression; inside tells how tightly what surrounds it binds.
func (p *printer) print(e celast.Expr, x *expr, inside int) string {
	switch e.Kind() {
	case celast.LiteralKind:
		if v, ok := e.AsLiteral().(types.Double); ok {
			n, _ := literalNumber(v)
			return Localize(n.plain(), p.lang)
		}
	case celast.IdentKind, celast.SelectKind:
		return p.leaf(e, x)
	case celast.CallKind:
		return p.call(e, x, inside)
	}
	return p.evaluated(e, x, "EUR")
}

func (p *printer) call(e celast.Expr, x *expr, inside int) string {
	c := e.AsCall()
	args := c.Args()
	name := c.FunctionName()
	level := map[string]int{operators.Add: 1, operators.Subtract: 1, operators.Multiply: 2, operators.Divide: 2}[name]
	switch {
	case level > 0:
		right := level
		if name == operators.Subtract || name == operators.Divide {
			right++
		}
		s := p.print(args[0], x, level) + signs[name] + p.print(args[1], x, right)
		if level < inside {
			return "(" + s + ")"
		}
		return s
	case name == operators.Negate:
		return "−" + p.print(args[0], x, 3)
	case name == operators.Conditional:
		when := p.compiled(args[0], x, kindBool).b(p.frame)
		if when == isFalse {
			return p.print(args[2], x, inside)
		}
		return p.print(args[1], x, inside)
	case name == "min" || name == "max" || strings.HasPrefix(name, "round"):
		parts := make([]string, len(args))
		for i, a := range args {
			parts[i] = p.print(a, x, 0)
		}
		return wordsFor[name].In(p.lang) + "(" + strings.Join(parts, "; ") + ")"
	}
	unit := "EUR"
	if name == "years" || name == "months" || name == "days" || name == "year" || name == "month" {
		unit = "-"
	}
	return p.evaluated(e, x, unit)
}

var wordsFor = map[string]Text{
	"min":        {"laagste van ", "le plus petit de ", "kleinster Wert von ", "lowest of "},
	"max":        {"hoogste van ", "le plus grand de ", "größter Wert von ", "highest of "},
	"round":      {"afgerond ", "arrondi ", "gerundet ", "rounded "},
	"round_up":   {"naar boven afgerond ", "arrondi vers le haut ", "aufgerundet ", "rounded up "},
	"round_down": {"naar beneden afgerond ", "arrondi vers le bas ", "abgerundet ", "rounded down "},
}

func (p *printer) leaf(e celast.Expr, x *expr) string {
	full, _ := dotted(e)
	if n := p.right.scope.names[full]; n != nil {
		if n.let != nil {
			return p.let(n.let)
		}
		return p.number(p.frame.param(n.param), p.lib.params[n.param].parameter.Unit)
	}
	unit := "-"
	if f := p.right.scope.factOf(e); f != nil && f.Type == TypeMoney {
		unit = "EUR"
	}
	return p.evaluated(e, x, unit)
}

// evaluated is the value of a part that is not written out.
func (p *printer) evaluated(e celast.Expr, x *expr, unit string) string {
	k := kindOf(x.tree.GetType(e.ID()))
	if e.Kind() == celast.ComprehensionKind && e.AsComprehension().LoopStep().AsCall().FunctionName() == loopCount {
		unit = "-"
	}
	part := p.compiled(e, x, k)
	if part == nil {
		return "?"
	}
	b, n, s := part.value(p.frame)
	switch k {
	case kindNumber:
		return p.number(n, unit)
	case kindDate:
		return n.lo.day().String()
	case kindText:
		return strings.Join(s.set, ", ")
	}
	return yesNo[p.lang][b == isTrue]
}

// compiled makes a closure of a part of a checked expression.
func (p *printer) compiled(e celast.Expr, x *expr, k kind) *expr {
	part := x.syntax
	plain := *p.right.scope
	plain.slots = nil // it is looked at once: nothing is kept
	c := &compiler{scope: &plain, x: part, reads: &reads{rightsAt: map[string]place{}}, vars: map[string]int{}}
	if p.right.ForEach {
		c.vars["p"] = 0
	}
	out := &expr{syntax: part, kind: k}
	switch k {
	case kindBool:
		out.b = c.boolean(e)
	case kindNumber, kindDate:
		out.n = c.number(e)
	case kindText:
		out.s = c.text(e)
	default:
		return nil
	}
	return out
}
