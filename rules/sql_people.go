package rules

import (
	"fmt"

	celast "cel.dev/cel-go/common/ast"
)

// Persons are added up in a query of their own inside the expression, over the
// persons of the same family.

// members prints the parts of an aggregate, which have a person more.
func (c *sqlExpr) members(over celast.ComprehensionExpr) (row string, args []celast.Expr, done func()) {
	row = fmt.Sprintf("q%d", len(c.vars))
	name := over.IterVar()
	c.vars[name] = row
	return row, over.LoopStep().AsCall().Args(), func() { delete(c.vars, name) }
}

// over is a query over the persons of the family.
func over(row, what, columns string) string {
	return "(SELECT " + what + " FROM (SELECT " + columns + " FROM {P} " + row + " WHERE " + row + ".family = f.family) AS t)"
}

func (c *sqlExpr) quantifier(e celast.ComprehensionExpr) sqlValue {
	row, args, done := c.members(e)
	defer done()
	*c.deep = max(*c.deep, 1)
	when := c.boolean(args[1])
	if e.LoopStep().AsCall().FunctionName() == loopAll {
		return some(row, when.not()).not()
	}
	return some(row, when)
}

// some tells whether it holds for a person of the family.
func some(row string, when sqlValue) sqlValue {
	out := sqlValue{v: over(row, "CASE WHEN bool_or(v) THEN TRUE WHEN count(v) = count(*) THEN FALSE END", when.v+" AS v"), loose: when.loose}
	if when.stuck != "" {
		out.stuck = over(row, "coalesce(bool_or(s), FALSE) AND coalesce(bool_and(s OR v IS FALSE), TRUE)", when.v+" AS v, "+when.stuck+" AS s")
		out.stuck = "coalesce(" + out.stuck + ", FALSE)"
	}
	return out
}

func (c *sqlExpr) aggregate(e celast.ComprehensionExpr) sqlValue {
	row, args, done := c.members(e)
	defer done()
	*c.deep = max(*c.deep, 1)
	when := c.boolean(args[1])
	name := e.LoopStep().AsCall().FunctionName()
	if name == loopCount {
		return added(row, when.choose(sqlValue{v: "1"}, sqlValue{v: "0"}))
	}
	value := c.number(args[2])
	if name == loopSum {
		return added(row, when.choose(value.counted(), sqlValue{v: "0"}))
	}
	f := "min"
	if name == loopLargest {
		f = "max"
	}
	gone := orNo(value.gone)
	columns := "CASE WHEN " + sqlAnd(when.v, sqlNot(gone)) + " THEN " + value.v + " END AS v, (" +
		when.v + " IS FALSE OR " + when.v + " AND (" + gone + " OR NOT (" + gone + ") AND " + value.v + " IS NOT NULL)) IS TRUE AS k"
	out := sqlValue{loose: when.loose || value.loose, tail: value.tail}
	out.v = over(row, "CASE WHEN bool_and(k) THEN "+f+"(v) END", columns)
	out.gone = over(row, "CASE WHEN coalesce(bool_and(k), TRUE) THEN count(v) = 0 END", columns)
	return out
}

// added is the sum of a number of each person.
func added(row string, value sqlValue) sqlValue {
	out := sqlValue{loose: value.loose, tail: value.tail}
	out.v = over(row, "CASE WHEN count(v) = count(*) THEN coalesce(sum(v), 0) END", value.v+" AS v")
	if value.stuck != "" {
		out.stuck = over(row, "coalesce(bool_or(s), FALSE)", value.stuck+" AS s")
	}
	return out
}

// right is whether another right is given, to the family or to one person.
func (c *sqlExpr) right(args []celast.Expr) sqlValue {
	it, who := c.otherRight(args)
	status := c.read(it.status(who != ""), who)
	return sqlValue{
		v:     "(CASE " + status.v + " WHEN 'entitled' THEN TRUE WHEN 'not_entitled' THEN FALSE END)",
		stuck: "(" + status.v + " IS NOT DISTINCT FROM 'refer')",
		loose: true,
	}
}

// amount is what another right gives, 0 when it is not given.
func (c *sqlExpr) amount(args []celast.Expr) sqlValue {
	it, who := c.otherRight(args)
	given := it.given
	if who == "" && it.given.ofPerson {
		given = it.givenAll
	}
	return c.read(given, who)
}

func (c *sqlExpr) otherRight(args []celast.Expr) (it *sqlRight, who string) {
	id, _ := literalText(args[0])
	it = c.printed(c.lib.byID[id])
	if len(args) == 2 && it.of.ofPerson {
		who = c.person(args[1])
	}
	return it, who
}
