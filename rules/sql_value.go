package rules

import (
	"fmt"
	"math/big"
	"strings"
)

// The third back end of a checked tree: SQL. An expression becomes an SQL
// expression with three values: NULL is what is not known, and AND, OR and NOT
// of SQL are then those of evaluation. What evaluation finds by looking at all
// that an unknown fact can be, SQL leaves unknown; it never says anything else.

// sqlValue is what an expression becomes.
type sqlValue struct {
	v     string // NULL where it is not one certain value
	gone  string // whether it is absent, with three values; "" for never
	stuck string // whether no fact can tell it, for certain; with two values; "" for never
	loose bool   // where v is NULL it may also be that no fact can tell
	tail  bool   // a division may have left a rest behind the last digit
}

const sqlYes, sqlNo = "TRUE", "FALSE"

func sqlBool(b tri) sqlValue {
	if b == isTrue {
		return sqlValue{v: sqlYes}
	}
	return sqlValue{v: sqlNo}
}

// sqlStuck is a number that nobody published.
var sqlStuck = sqlValue{v: "CAST(NULL AS NUMERIC)", stuck: sqlYes, loose: true}

func sqlNot(a string) string {
	switch a {
	case sqlYes:
		return sqlNo
	case sqlNo:
		return sqlYes
	}
	return "(NOT (" + a + "))"
}

func sqlAnd(a, b string) string {
	switch {
	case a == sqlNo || b == sqlNo:
		return sqlNo
	case a == sqlYes:
		return b
	case b == sqlYes:
		return a
	}
	return "(" + a + " AND " + b + ")"
}

func sqlOr(a, b string) string {
	switch {
	case a == "" || a == sqlNo:
		return b
	case b == "" || b == sqlNo:
		return a
	case a == sqlYes || b == sqlYes:
		return sqlYes
	}
	return "(" + a + " OR " + b + ")"
}

func (a sqlValue) not() sqlValue {
	a.v = sqlNot(a.v)
	return a
}

func (a sqlValue) and(b sqlValue) sqlValue {
	out := sqlValue{v: sqlAnd(a.v, b.v), loose: a.loose || b.loose}
	either := func(x, y sqlValue) string { // x is stuck, and y does not settle it
		if x.stuck == "" {
			return ""
		}
		return sqlAnd(x.stuck, sqlOr("("+y.v+") IS TRUE", y.stuck))
	}
	out.stuck = sqlOr(either(a, b), either(b, a))
	if out.v == sqlNo {
		return sqlValue{v: sqlNo}
	}
	return out
}

func (a sqlValue) or(b sqlValue) sqlValue { return a.not().and(b.not()).not() }

// tested is a test of what may be absent: no test of that holds, unless what it
// is compared with no fact can tell.
func tested(test string, of ...sqlValue) sqlValue {
	out := sqlValue{v: "(" + test + ")"}
	gone, told := "", sqlYes
	for _, a := range of {
		gone = sqlOr(gone, a.gone)
		out.stuck = sqlOr(out.stuck, a.stuck)
		if out.loose = out.loose || a.loose; a.loose {
			told = sqlAnd(told, sqlOr("("+a.v+") IS NOT NULL", a.gone))
		}
	}
	if gone != "" {
		out.v = sqlAnd(sqlNot(sqlAnd(gone, told)), out.v)
	}
	return out
}

// counted is a number as arithmetic sees it: what is absent counts as 0.
func (a sqlValue) counted() sqlValue {
	if a.gone != "" {
		a.v = fmt.Sprintf("CASE WHEN %s THEN 0 WHEN NOT (%s) THEN %s END", a.gone, a.gone, a.v)
		a.gone = ""
	}
	return a
}

// exact is a number without the rest that a division left.
func (a sqlValue) exact() sqlValue {
	if a.tail {
		a.v, a.tail = "round("+a.v+", 9)", false
	}
	return a
}

// joined is what two numbers have in common beside their value.
func joined(v string, of ...sqlValue) sqlValue {
	out := sqlValue{v: v}
	for _, a := range of {
		out.stuck = sqlOr(out.stuck, a.stuck)
		out.loose = out.loose || a.loose
		out.tail = out.tail || a.tail
	}
	return out
}

func (a sqlValue) operate(op string, b sqlValue) sqlValue {
	a, b = a.counted(), b.counted()
	return joined("("+a.v+" "+op+" "+b.v+")", a, b)
}

// divide gives what is left of a division at least 24 digits, and NULL for
// what is divided by zero: no fact can tell that.
func (p *sqlPrinter) divide(a, b sqlValue) sqlValue {
	a, b = a.counted(), b.counted()
	by := b.v
	plain := !strings.ContainsAny(by, "abcdefghijklmnopqrstuvwxyz") && strings.Trim(by, "(-0.)") != ""
	if !plain {
		by = "NULLIF(" + by + ", 0)"
	}
	v := "(" + a.v + " * 1.000000000000000000000000 / " + by + ")"
	if p.dialect == DuckDB {
		v = "CAST(CAST(" + a.v + " AS DOUBLE) / " + by + " AS DECIMAL(38,10))"
	}
	out := joined(v, a, b)
	out.tail = true
	if !plain {
		out.stuck = sqlOr(out.stuck, "("+b.v+" = 0) IS TRUE")
		out.loose = true
	}
	return out
}

// extreme is the least or the largest of some numbers.
func sqlExtreme(name string, of ...sqlValue) sqlValue {
	var rows []string
	for i := range of {
		of[i] = of[i].counted()
		rows = append(rows, "("+of[i].v+")")
	}
	return joined("(SELECT CASE WHEN count(v) = count(*) THEN "+name+"(v) END FROM (VALUES "+strings.Join(rows, ", ")+") AS t(v))", of...)
}

func (a sqlValue) rounded(unit number, mode roundMode) sqlValue {
	a = a.counted().exact()
	f := map[roundMode]string{roundHalfUp: "round", roundUp: "ceil", roundDown: "floor"}[mode]
	switch u := unit.plain(); {
	case unit.cmp(integer(1)) == 0:
		a.v = f + "(" + a.v + ")"
	case mode == roundHalfUp && unit.cmp(cents(1)) == 0:
		a.v = "round(" + a.v + ", 2)"
	case integer(1).div(unit).isWhole():
		many := integer(1).div(unit).plain()
		a.v = f + "((" + a.v + ") * " + many + ") * " + u
	default:
		a.v = f + "(round((" + a.v + ") * 1.000000000000 / " + u + ", 9)) * " + u
	}
	return a
}

// choose is the conditional.
func (w sqlValue) choose(a, b sqlValue) sqlValue {
	switch w.v {
	case sqlYes:
		return a
	case sqlNo:
		return b
	}
	pick := func(x, y string) string {
		return "CASE WHEN " + w.v + " THEN " + x + " WHEN NOT (" + w.v + ") THEN " + y + " END"
	}
	out := sqlValue{v: pick(a.v, b.v), loose: w.loose || a.loose || b.loose, tail: a.tail || b.tail}
	if a.gone != "" || b.gone != "" {
		out.gone = "(" + pick(orNo(a.gone), orNo(b.gone)) + ")"
	}
	if a.stuck != "" || b.stuck != "" {
		out.stuck = "coalesce(" + pick(orNo(a.stuck), orNo(b.stuck)) + ", FALSE)"
	}
	out.stuck = sqlOr(w.stuck, out.stuck)
	out.v = "(" + out.v + ")"
	return out
}

func orNo(s string) string {
	if s == "" {
		return sqlNo
	}
	return s
}

// sqlText is a text between quotes.
func sqlText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// sqlNumber writes a number as a decimal, or as a division when it has no end.
func sqlNumber(n number) sqlValue {
	r := n.rat()
	for digits := range 13 {
		s := r.FloatString(digits)
		if back, ok := new(big.Rat).SetString(s); ok && back.Cmp(r) == 0 {
			if strings.HasPrefix(s, "-") {
				s = "(" + s + ")"
			}
			return sqlValue{v: s}
		}
	}
	return sqlValue{v: r.FloatString(24), tail: true}
}
