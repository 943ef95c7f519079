package rules

import (
	"strings"

	"cel.dev/cel-go/common"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/parser"
)

// The first step of an expression: CEL text becomes a tree. Limits keep a pack
// from outside from costing more than it should.
const (
	maxExprChars   = 2000
	maxExprNodes   = 600
	maxExprNesting = 40
	maxExprLoops   = 3 // aggregates inside aggregates
)

// Aggregates over persons parse into comprehensions whose step calls one of
// these marks; check gives them types and compile gives them meaning.
const (
	loopCount    = "@count"
	loopSum      = "@sum"
	loopSmallest = "@smallest"
	loopLargest  = "@largest"
	loopExists   = "@exists"
	loopAll      = "@all"
	loopStart    = "@nothing_yet" // of whatever type the values have
	accumulator  = "@so_far"
)

var celParser = newCELParser()

func newCELParser() *parser.Parser {
	p, err := parser.NewParser(
		parser.Macros(
			parser.NewGlobalMacro("count", 3, loop(loopCount, types.Double(0))),
			parser.NewGlobalMacro("sum", 4, loop(loopSum, types.Double(0))),
			parser.NewGlobalMacro("smallest", 4, loop(loopSmallest, nil)),
			parser.NewGlobalMacro("largest", 4, loop(loopLargest, nil)),
			parser.NewReceiverMacro("exists", 2, loop(loopExists, types.Bool(false))),
			parser.NewReceiverMacro("all", 2, loop(loopAll, types.Bool(true))),
		),
		parser.ExpressionSizeCodePointLimit(maxExprChars),
		parser.MaxRecursionDepth(maxExprNesting),
		parser.ErrorReportingLimit(5),
		parser.ErrorRecoveryLimit(5),
	)
	if err != nil {
		panic(err) // cannot happen: the options are constants
	}
	return p
}

// loop expands an aggregate into a comprehension. Its step is mark(so far,
// condition, value); where the mark has no start value of its own (smallest,
// largest), it begins with nothing.
func loop(mark string, start ref.Val) parser.MacroExpander {
	return func(eh parser.ExprHelper, target celast.Expr, args []celast.Expr) (celast.Expr, *common.Error) {
		over := target
		if over == nil {
			over, args = args[0], args[1:]
		}
		if args[0].Kind() != celast.IdentKind {
			return nil, eh.NewError(args[0].ID(), "the name of a person, such as p, must stand before the condition")
		}
		init := eh.NewCall(loopStart)
		if start != nil {
			init = eh.NewLiteral(start)
		}
		step := append([]celast.Expr{eh.NewIdent(accumulator)}, args[1:]...)
		return eh.NewComprehension(over, args[0].AsIdent(), accumulator, init,
			eh.NewLiteral(types.True), eh.NewCall(mark, step...), eh.NewIdent(accumulator)), nil
	}
}

// syntax is a parsed expression and where it stands.
type syntax struct {
	text   string
	at     place
	source common.Source
	tree   *celast.AST
}

// placeOf is where a part of the expression stands in the file. Parts of a
// text that YAML folded are placed at its beginning.
func (x syntax) placeOf(id int64) place {
	loc := x.tree.SourceInfo().GetStartLocation(id)
	return x.move(loc)
}

func (x syntax) move(loc common.Location) place {
	p := x.at
	if loc == nil || loc.Line() < 1 || strings.Contains(x.text, "\n") {
		return p
	}
	p.col += max(0, loc.Column())
	return p
}

// parse reads an expression; ok is false and the problems are reported when it
// is none.
func (d document) parse(text string, at place) (x syntax, ok bool) {
	x = syntax{text: text, at: at, source: common.NewTextSource(text)}
	tree, errs := celParser.Parse(x.source)
	if list := errs.GetErrors(); len(list) > 0 {
		e := list[0]
		d.report(x.move(e.Location), "see docs/rules-language.md for what an expression may hold", "the expression does not parse: %s", firstLine(e.Message))
		return x, false
	}
	x.tree = tree
	if n := celast.NodeCount(tree); n > maxExprNodes {
		d.report(at, "split it with let:", "the expression has %d parts, more than %d", n, maxExprNodes)
		return x, false
	}
	exact := true
	walk(tree.Expr(), func(e celast.Expr) bool {
		if e.Kind() == celast.LiteralKind {
			exact = d.exactLiteral(x, e) && exact
		}
		return true
	})
	return x, exact
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// exactLiteral makes every whole number in an expression a plain number, so
// that the language has one kind of number, and refuses those that would not
// keep their digits.
func (d document) exactLiteral(x syntax, e celast.Expr) bool {
	switch v := e.AsLiteral().(type) {
	case types.Int:
		if v > 1e15 || v < -1e15 {
			d.report(x.placeOf(e.ID()), "use a smaller number", "the number has more than 15 digits")
			return false
		}
		e.SetKindCase(celast.NewExprFactory().NewLiteral(e.ID(), types.Double(v)))
	case types.Double:
		if _, ok := literalNumber(v); !ok {
			d.report(x.placeOf(e.ID()), "write it with at most 15 digits and without exponent", "the number would lose digits")
			return false
		}
	case types.Bool, types.String:
	default:
		d.report(x.placeOf(e.ID()), "use a number, a text, true or false", "a value of this kind has no place in a rule")
		return false
	}
	return true
}

// walk visits an expression and its parts, outermost first, until see says no.
func walk(e celast.Expr, see func(celast.Expr) bool) {
	if e == nil || !see(e) {
		return
	}
	switch e.Kind() {
	case celast.CallKind:
		c := e.AsCall()
		if c.IsMemberFunction() {
			walk(c.Target(), see)
		}
		for _, a := range c.Args() {
			walk(a, see)
		}
	case celast.SelectKind:
		walk(e.AsSelect().Operand(), see)
	case celast.ListKind:
		for _, a := range e.AsList().Elements() {
			walk(a, see)
		}
	case celast.ComprehensionKind:
		c := e.AsComprehension()
		walk(c.IterRange(), see)
		for _, a := range c.LoopStep().AsCall().Args()[1:] {
			walk(a, see)
		}
	}
}

// symbols are operators as an author writes them.
var symbols = map[string]string{
	operators.LogicalAnd: "&&", operators.LogicalOr: "||", operators.LogicalNot: "!",
	operators.Equals: "==", operators.NotEquals: "!=", operators.In: "in",
	operators.Less: "<", operators.LessEquals: "<=", operators.Greater: ">", operators.GreaterEquals: ">=",
	operators.Add: "+", operators.Subtract: "-", operators.Multiply: "*", operators.Divide: "/",
	operators.Negate: "-", operators.Conditional: "? :", operators.Modulo: "%", operators.Index: "[ ]",
}
