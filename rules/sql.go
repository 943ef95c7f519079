package rules

import (
	"fmt"
	"slices"
	"strings"
)

// Dialect is the SQL that a right is printed in.
type Dialect string

// The dialects.
const (
	Postgres Dialect = "postgres"
	DuckDB   Dialect = "duckdb"
)

// SQLOptions say for which day, and in which dialect.
type SQLOptions struct {
	Date    Date
	Dialect Dialect
}

// SQL prints a right as one query over the tables of [Library.SQLTables]. It
// gives a row for each family: family, status ("entitled", "not_entitled",
// "refer", or "unknown"), and amount_month, amount_once … for the periods in
// which the right pays. What it says is what [Library.Evaluate] says, except
// that it says unknown, or gives no amount, where only a search through all
// that the missing facts can be would tell. The facts of a family are taken as
// they are: what [Library.ParseCase] refuses, the query does not. The error
// says what of the right cannot be printed.
func (lib *Library) SQL(id string, o SQLOptions) (query string, err error) {
	r := lib.byID[id]
	if r == nil {
		return "", fmt.Errorf("there is no right %s", id)
	}
	if o.Dialect != Postgres && o.Dialect != DuckDB {
		return "", fmt.Errorf("there is no dialect %q; write postgres or duckdb", o.Dialect)
	}
	defer func() {
		switch what := recover().(type) {
		case nil:
		case unprintable:
			err = fmt.Errorf("%s cannot be printed as SQL: %s", id, string(what))
		default:
			panic(what)
		}
	}()
	p := &sqlPrinter{lib: lib, day: o.Date, dialect: o.Dialect, facts: map[*Fact]*sqlItem{}, lets: map[*let]*sqlItem{},
		rights: map[*Right]*sqlRight{}, taken: map[string]bool{}, raw: [2][]string{{"family"}, {"family", "person", "role"}}}
	return p.query(p.printed(r)), nil
}

// SQLTables prints the two tables that the queries read: families and persons,
// with a column for each fact that can be given.
func (lib *Library) SQLTables(d Dialect) string {
	var b strings.Builder
	for i, entity := range []string{OfFamily, OfPerson} {
		lines := []string{"family BIGINT NOT NULL"}
		if i == 1 {
			lines = append(lines, "person BIGINT NOT NULL", "role TEXT NOT NULL")
		}
		for _, x := range lib.facts.Facts {
			if x.Entity == entity && x.Given && x.Key != "role" {
				lines = append(lines, x.Key+" "+map[string]string{TypeBool: "BOOLEAN", TypeInt: "BIGINT", TypeMoney: "DECIMAL(12,2)", TypeDate: "DATE"}[x.Type])
				if last := len(lines) - 1; strings.HasSuffix(lines[last], " ") {
					lines[last] += "TEXT"
				}
			}
		}
		key := []string{"family", "family, person"}[i]
		fmt.Fprintf(&b, "CREATE TABLE %s (\n  %s,\n  PRIMARY KEY (%s)\n);\n", []string{"families", "persons"}[i], strings.Join(lines, ",\n  "), key)
	}
	return b.String()
}

// sqlPrinter prints one right with all that it needs: items, each a column of
// the families or of the persons, in layers that read only those before them.
type sqlPrinter struct {
	lib     *Library
	day     Date
	dialect Dialect
	facts   map[*Fact]*sqlItem
	lets    map[*let]*sqlItem
	rights  map[*Right]*sqlRight
	items   []*sqlItem
	taken   map[string]bool
	raw     [2][]string // the columns that are read of families and of persons
}

// sqlItem is a column.
type sqlItem struct {
	name     string
	ofPerson bool
	depth    int // of its layer; 0: it stands in the table
	columns  [][2]string
	gone     bool // there is a column that tells whether it is absent
	stuck    bool
	loose    bool
	tail     bool
}

// item adds a column, with those that tell more of it.
func (p *sqlPrinter) item(name string, ofPerson bool, depth int, v sqlValue) *sqlItem {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, name)
	for base, n := name, 2; p.taken[name]; n++ {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	p.taken[name] = true
	it := &sqlItem{name: name, ofPerson: ofPerson, depth: max(1, depth), loose: v.loose, tail: v.tail}
	it.columns = append(it.columns, [2]string{name, v.v})
	if it.gone = v.gone != "" && v.gone != sqlNo; it.gone {
		it.columns = append(it.columns, [2]string{name + "_gone", v.gone})
	}
	if it.stuck = v.stuck != "" && v.stuck != sqlNo; it.stuck {
		it.columns = append(it.columns, [2]string{name + "_stuck", v.stuck})
	}
	p.items = append(p.items, it)
	return it
}

// fact is what is known of a fact: what the table says, or what follows from
// others, where it makes sense.
func (p *sqlPrinter) fact(x *Fact) *sqlItem {
	if it := p.facts[x]; it != nil {
		return it
	}
	ofPerson := x.Entity == OfPerson
	table, row := 0, "f."
	if ofPerson {
		table, row = 1, "p."
	}
	if x.Given && !slices.Contains(p.raw[table], x.Key) {
		p.raw[table] = append(p.raw[table], x.Key)
	}
	it := &sqlItem{name: x.Key, ofPerson: ofPerson}
	if x.derive != nil || x.onlyFor != nil {
		deep := 1
		v := sqlValue{v: row + x.Key}
		if x.derive != nil {
			v = p.expression(x.derive, nil, &deep)
			if x.Given {
				told := row + x.Key
				v.v = "coalesce(" + told + ", " + v.v + ")"
				if v.gone != "" {
					v.gone = "(" + told + " IS NULL AND (" + v.gone + "))"
				}
				if v.stuck != "" {
					v.stuck = "(" + told + " IS NULL AND " + v.stuck + ")"
				}
			}
		}
		if x.onlyFor != nil {
			applies := p.expression(x.onlyFor, nil, &deep)
			if x.kind == kindBool {
				v = applies.and(v)
			} else {
				v.v = "CASE WHEN " + applies.v + " THEN " + v.v + " END"
				v.gone = sqlOr(sqlNot(applies.v), v.gone)
				v.loose = v.loose || applies.loose
			}
		}
		it = p.item("known_"+x.Key, ofPerson, deep, v)
	}
	p.facts[x] = it
	return it
}

// let is a named expression of a right.
func (p *sqlPrinter) let(l *let, names map[string]*named) *sqlItem {
	if it := p.lets[l]; it != nil {
		return it
	}
	deep := 1
	see := func(e *expr) sqlValue { return p.expression(e, names, &deep) }
	var v sqlValue
	if l.plain != nil {
		v = see(l.plain)
	} else {
		v = see(l.rows[len(l.rows)-1].then)
		for i := len(l.rows) - 2; i >= 0; i-- {
			r := l.rows[i]
			var when sqlValue
			if r.when != nil {
				when = see(r.when)
			} else {
				when = sqlCompared("<=", see(l.rows[0].of), see(r.upTo))
			}
			v = when.choose(see(r.then), v)
		}
	}
	it := p.item(l.name, l.mine, deep, v)
	p.lets[l] = it
	return it
}

// query lays the items out in layers.
func (p *sqlPrinter) query(r *sqlRight) string {
	var b strings.Builder
	layers := 0
	for _, it := range p.items {
		layers = max(layers, it.depth)
	}
	now := [2]string{"f0", "p0"}
	indent := ""
	if p.dialect == Postgres { // family by family, so that an index on persons serves
		indent = "  "
		fmt.Fprintf(&b, "SELECT one.* FROM families AS families CROSS JOIN LATERAL (\n")
	}
	pieces := []string{}
	for i, table := range []string{"families", "persons"} {
		slices.Sort(p.raw[i][1:])
		where := ""
		if p.dialect == Postgres {
			where = " WHERE t.family = families.family"
		}
		from := table + " AS t" + where
		if p.dialect == Postgres && i == 0 {
			from = "(SELECT families.*) AS t"
		}
		pieces = append(pieces, fmt.Sprintf("%s AS MATERIALIZED (SELECT t.%s FROM %s)", now[i], strings.Join(p.raw[i], ", t."), from))
	}
	for d := 1; d <= layers; d++ {
		next := now
		for i, row := range []string{"f", "p"} {
			var columns []string
			for _, it := range p.items {
				if it.depth == d && it.ofPerson == (i == 1) {
					for _, c := range it.columns {
						columns = append(columns, c[1]+" AS "+c[0])
					}
				}
			}
			if len(columns) == 0 {
				continue
			}
			next[i] = fmt.Sprintf("%s%d", row, d)
			from := now[0] + " AS f"
			if i == 1 {
				from = now[1] + " AS p JOIN " + now[0] + " AS f ON f.family = p.family"
			}
			text := fmt.Sprintf("%s AS MATERIALIZED (\n%s  SELECT %s.*,\n%s    %s\n%s  FROM %s)", next[i], indent, row, indent, strings.Join(columns, ",\n    "+indent), indent, from)
			pieces = append(pieces, strings.ReplaceAll(text, "{P}", now[1]))
		}
		now = next
	}
	fmt.Fprintf(&b, "%sWITH %s\n", indent, strings.Join(pieces, ",\n"+indent))
	fmt.Fprintf(&b, "%sSELECT f.family, coalesce(f.%s, 'unknown') AS status", indent, r.family.name)
	for i, per := range r.pays {
		fmt.Fprintf(&b, ", CASE WHEN f.%s = 'entitled' THEN round(f.%s, 2) END AS amount_%s", r.family.name, r.paid[i].name, per)
	}
	fmt.Fprintf(&b, "\n%sFROM %s AS f", indent, now[0])
	if p.dialect == Postgres {
		b.WriteString("\n) AS one")
	}
	return b.String()
}
