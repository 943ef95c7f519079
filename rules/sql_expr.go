package rules

import (
	"fmt"
	"strings"

	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// sqlExpr prints one expression.
type sqlExpr struct {
	*sqlPrinter
	x     syntax
	names map[string]*named
	vars  map[string]string // names of persons: the rows that they stand for
	deep  *int              // of what it reads
}

// expression prints an expression as a column of the families, or of the
// persons where each has its own; deep is above how deep what it reads stands.
func (p *sqlPrinter) expression(e *expr, names map[string]*named, deep *int) sqlValue {
	c := &sqlExpr{sqlPrinter: p, x: e.syntax, names: names, vars: map[string]string{"p": "p"}, deep: deep}
	switch e.kind {
	case kindBool:
		return c.boolean(e.tree.Expr())
	case kindText:
		return c.text(e.tree.Expr())
	}
	return c.number(e.tree.Expr())
}

func (c *sqlExpr) kindOf(e celast.Expr) kind { return kindOf(c.x.tree.GetType(e.ID())) }

// unprintable ends the printing of a right that SQL does not hold.
type unprintable string

// column is a column of an item, read where it stands.
func (c *sqlExpr) read(it *sqlItem, who string) sqlValue {
	*c.deep = max(*c.deep, it.depth+1)
	row := who
	if !it.ofPerson {
		row = "f"
	}
	at := func(name string) string {
		if row == applicantRow {
			return "(SELECT a." + name + " FROM {P} a WHERE a.family = f.family AND a.role = 'applicant')"
		}
		return row + "." + name
	}
	out := sqlValue{v: at(it.name), loose: it.loose, tail: it.tail}
	if it.gone {
		out.gone = at(it.name + "_gone")
	}
	if it.stuck {
		out.stuck = at(it.name + "_stuck")
	}
	return out
}

// applicantRow stands for the row of who asks.
const applicantRow = "applicant"

// person is the row of who an expression names.
func (c *sqlExpr) person(e celast.Expr) string {
	switch name := e.AsIdent(); name {
	case "applicant", "family":
		return name
	default:
		return c.vars[name]
	}
}

func (c *sqlExpr) selected(e celast.Expr) sqlValue {
	op := e.AsSelect().Operand()
	entity := OfPerson
	if op.AsIdent() == OfFamily {
		entity = OfFamily
	}
	return c.read(c.fact(c.lib.facts.Fact(entity, e.AsSelect().FieldName())), c.person(op))
}

func (c *sqlExpr) named(e celast.Expr) sqlValue {
	full, _ := dotted(e)
	n := c.names[full]
	if n.let != nil {
		return c.read(c.let(n.let, c.names), "p")
	}
	return c.param(n.param)
}

// param is the value of a parameter on the day.
func (p *sqlPrinter) param(slot int) sqlValue {
	ref := p.lib.params[slot]
	v := ref.parameter.on(p.day)
	if v == nil {
		return sqlStuck
	}
	return sqlNumber(v.field(ref.field))
}

func (c *sqlExpr) boolean(e celast.Expr) sqlValue {
	switch e.Kind() {
	case celast.LiteralKind:
		return sqlBool(triOf(bool(e.AsLiteral().(types.Bool))))
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
		return c.boolean(args[0]).and(c.boolean(args[1]))
	case operators.LogicalOr:
		return c.boolean(args[0]).or(c.boolean(args[1]))
	case operators.LogicalNot:
		return c.boolean(args[0]).not()
	case operators.Conditional:
		return c.boolean(args[0]).choose(c.boolean(args[1]), c.boolean(args[2]))
	case operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
		op := map[string]string{operators.Less: "<", operators.LessEquals: "<=", operators.Greater: ">", operators.GreaterEquals: ">="}[name]
		return sqlCompared(op, c.number(args[0]), c.number(args[1]))
	case operators.Equals:
		return c.equality(args)
	case operators.NotEquals:
		return c.equality(args).not()
	case operators.In:
		return c.membership(args)
	case "startsWith":
		prefix, _ := literalText(call.Args()[0])
		a := c.text(call.Target())
		return tested(fmt.Sprintf("left(%s, %d) = %s", a.v, len([]rune(prefix)), sqlText(prefix)), a)
	case "right":
		return c.right(args)
	}
	panic(unprintable(call.FunctionName()))
}

func sqlCompared(op string, a, b sqlValue) sqlValue {
	if a.tail || b.tail {
		return tested("round("+a.v+" - "+b.v+", 9) "+op+" 0", a, b)
	}
	return tested(a.v+" "+op+" "+b.v, a, b)
}

func (c *sqlExpr) equality(args []celast.Expr) sqlValue {
	switch c.kindOf(args[0]) {
	case kindBool:
		a, b := c.boolean(args[0]), c.boolean(args[1])
		return a.and(b).or(a.not().and(b.not()))
	case kindText:
		a, b := c.text(args[0]), c.text(args[1])
		return tested(a.v+" = "+b.v, a, b)
	case kindPerson:
		return samePerson(c.person(args[0]), c.person(args[1]))
	}
	return sqlCompared("=", c.number(args[0]), c.number(args[1]))
}

func samePerson(a, b string) sqlValue {
	if b == applicantRow {
		a, b = b, a
	}
	switch {
	case a == b:
		return sqlValue{v: sqlYes}
	case a == applicantRow:
		return sqlValue{v: "(" + b + ".role = 'applicant')"}
	}
	return sqlValue{v: "(" + a + ".person = " + b + ".person)"}
}

func (c *sqlExpr) membership(args []celast.Expr) sqlValue {
	if args[1].Kind() != celast.ListKind {
		panic(unprintable("in"))
	}
	list := args[1].AsList().Elements()
	var texts []string
	for _, e := range list {
		if s, ok := literalText(e); ok && c.kindOf(args[0]) == kindText {
			texts = append(texts, sqlText(s))
		}
	}
	if len(texts) == len(list) && len(list) > 0 {
		a := c.text(args[0])
		return tested(a.v+" IN ("+strings.Join(texts, ", ")+")", a)
	}
	out := sqlBool(isFalse)
	for _, e := range list {
		out = out.or(c.equality([]celast.Expr{args[0], e}))
	}
	return out
}

func (c *sqlExpr) text(e celast.Expr) sqlValue {
	switch e.Kind() {
	case celast.LiteralKind:
		return sqlValue{v: sqlText(string(e.AsLiteral().(types.String)))}
	case celast.IdentKind:
		return c.named(e)
	case celast.SelectKind:
		return c.selected(e)
	}
	args := e.AsCall().Args()
	if e.AsCall().FunctionName() == "lookup" {
		name, _ := literalText(args[0])
		return c.lookup(name, c.text(args[1]))
	}
	return c.boolean(args[0]).choose(c.text(args[1]), c.text(args[2]))
}

// lookup is what a table has for a code; absent where it has nothing.
func (c *sqlExpr) lookup(name string, code sqlValue) sqlValue {
	table, column := c.lib.facts.column(name)
	var rows []string
	for _, k := range table.codes {
		if found, ok := table.entry(column, k); ok {
			rows = append(rows, "("+sqlText(k)+", "+sqlText(found)+")")
		}
	}
	if len(rows) == 0 {
		return sqlValue{v: "CAST(NULL AS TEXT)", gone: sqlYes}
	}
	out := code
	from := "(VALUES " + strings.Join(rows, ", ") + ") AS t(code, entry) WHERE t.code = " + code.v
	out.v = "(SELECT t.entry FROM " + from + ")"
	out.gone = sqlOr(code.gone, "(CASE WHEN "+code.v+" IS NOT NULL THEN NOT EXISTS (SELECT 1 FROM "+from+") END)")
	return out
}

func (c *sqlExpr) number(e celast.Expr) sqlValue {
	switch e.Kind() {
	case celast.LiteralKind:
		n, _ := literalNumber(e.AsLiteral().(types.Double))
		return sqlNumber(n)
	case celast.IdentKind:
		if e.AsIdent() == "date" {
			return sqlDay(c.day)
		}
		return c.named(e)
	case celast.SelectKind:
		if dottedParam(e) != "" {
			return c.named(e)
		}
		return c.selected(e)
	case celast.ComprehensionKind:
		return c.aggregate(e.AsComprehension())
	}
	call := e.AsCall()
	args := call.Args()
	n := func(i int) sqlValue { return c.number(args[i]) }
	switch name := call.FunctionName(); name {
	case operators.Add:
		return n(0).operate("+", n(1))
	case operators.Subtract:
		return n(0).operate("-", n(1))
	case operators.Multiply:
		return n(0).operate("*", n(1))
	case operators.Divide:
		return c.divide(n(0), n(1))
	case operators.Negate:
		a := n(0).counted()
		return joined("(-("+a.v+"))", a)
	case operators.Conditional:
		return c.boolean(args[0]).choose(n(1), n(2))
	case "min", "max":
		var of []sqlValue
		for i := range args {
			of = append(of, n(i))
		}
		return sqlExtreme(name, of...)
	case "round", "round_up", "round_down":
		return n(0).rounded(integer(1), map[string]roundMode{"round": roundHalfUp, "round_up": roundUp, "round_down": roundDown}[name])
	case "date":
		text, _ := literalText(args[0])
		d, _ := ParseDate(text)
		return sqlDay(d)
	case "years", "months", "days", "year", "month", "add_months":
		return c.calendar(name, args)
	case "amount":
		return c.amount(args)
	}
	panic(unprintable(call.FunctionName()))
}

func sqlDay(d Date) sqlValue { return sqlValue{v: "DATE '" + d.String() + "'"} }

// calendar are the functions of days. A distance is absent when either day is.
func (c *sqlExpr) calendar(name string, args []celast.Expr) sqlValue {
	a := c.number(args[0])
	part := func(p string, x sqlValue) string { return "extract(" + p + " FROM " + x.v + ")" }
	if name == "year" || name == "month" {
		out := a
		out.v = part(strings.ToUpper(name), a)
		return out
	}
	b := c.number(args[1])
	if name == "add_months" {
		out, n := a, b.counted().exact()
		n.v = "CAST(trunc(" + n.v + ") AS INTEGER)"
		step := "make_interval(months => " + n.v + ")"
		if c.dialect == DuckDB {
			step = "to_months(" + n.v + ")"
		}
		out.v = "CAST(" + a.v + " + " + step + " AS DATE)"
		out.stuck, out.loose = sqlOr(a.stuck, n.stuck), a.loose || n.loose
		return out
	}
	out := joined("", a, b)
	out.gone = sqlOr(a.gone, b.gone)
	switch name {
	case "days":
		out.v = "(" + b.v + " - " + a.v + ")"
	case "months":
		out.v = fmt.Sprintf("(12 * (%s - %s) + %s - %s - CASE WHEN %s < %s THEN 1 ELSE 0 END)",
			part("YEAR", b), part("YEAR", a), part("MONTH", b), part("MONTH", a), part("DAY", b), part("DAY", a))
	case "years":
		out.v = fmt.Sprintf("(%s - %s - CASE WHEN 100 * %s + %s < 100 * %s + %s THEN 1 ELSE 0 END)",
			part("YEAR", b), part("YEAR", a), part("MONTH", b), part("DAY", b), part("MONTH", a), part("DAY", a))
	}
	return out
}
