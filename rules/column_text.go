package rules

import (
	"slices"
	"strings"

	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
)

// text makes nodes of what gives a text.
func (c *columns) text(e celast.Expr) placed {
	switch e.Kind() {
	case celast.LiteralKind:
		return placed{node: c.fixedText(word(string(e.AsLiteral().(types.String))))}
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
	return c.choose(c.boolean(args[0]), c.text(args[1]), c.text(args[2]))
}

// lookup is what stands in a column of a table for a code.
func (p *program) lookup(name string, code placed) placed {
	table, column := p.lib.facts.column(name)
	if code.fixed {
		return placed{node: p.fixedText(table.find(column, code.w))}
	}
	n := code.node
	return placed{p.node(node{level: n.level, kind: kindText, run: func(m *machine, v *vec) {
		w := m.get(n)
		rows := m.size(n.level)
		v.w = roomInts(v.w, rows)
		for k := len(v.found); k < len(m.lex.texts); k++ {
			found := int32(-1)
			if s, ok := table.entry(column, m.lex.texts[k]); ok {
				found = m.lex.code(s)
			}
			v.found = append(v.found, found)
		}
		o := m.odds(n)
		for row := range rows {
			k := int32(row)
			if o.here(k) || w.isAbsent(row) {
				v.putWords(m, row, rows, table.find(column, o.words(k)))
				continue
			}
			if found := v.found[w.w[row]]; found >= 0 {
				v.w[row] = found
			} else {
				v.w[row] = 0
				v.absent(row, rows)
			}
		}
	}}, "lookup", name, n), code.by}
}

// test is a yes-or-no about a text: of one text by yes, of all that it can be
// by open.
func (p *program) test(key string, a placed, yes func(string) bool, open func(words) tri) placed {
	if a.fixed {
		return placed{node: p.yes(open(a.w))}
	}
	n := a.node
	return placed{p.node(node{level: n.level, kind: kindBool, run: func(m *machine, v *vec) {
		w := m.get(n)
		rows := m.size(n.level)
		v.t, v.f = room(v.t, rows), room(v.f, rows)
		for k := len(v.table); k < len(m.lex.texts); k++ {
			v.table = append(v.table, triOf(yes(m.lex.texts[k]))>>1)
		}
		for i := range v.t {
			var t uint64
			for j, k := range w.w[i<<6 : min(i<<6+64, rows)] {
				t |= uint64(v.table[k]) << (j & 63)
			}
			if w.abs != nil {
				t &^= w.abs[i]
			}
			v.t[i], v.f[i] = t, ^t
		}
		v.trim(rows)
		for i, row := range w.odd {
			v.put(int(row), open(w.words[i]), rows)
		}
	}}, key, n), a.by}
}

// sameText compares two texts.
func (p *program) sameText(a, b placed) placed {
	switch {
	case a.fixed && b.fixed:
		return placed{node: p.yes(a.w.equal(b.w))}
	case b.fixed && b.w.certain():
		return p.is(a, b.w.set[0])
	case a.fixed && a.w.certain():
		return p.is(b, a.w.set[0])
	}
	nodes, by := p.together(a, b)
	x, y := nodes[0], nodes[1]
	level := len(by)
	return placed{p.node(node{level: level, kind: kindBool, run: func(m *machine, v *vec) {
		rows := m.size(level)
		v.t, v.f = room(v.t, rows), room(v.f, rows)
		xs, ys := m.odds(x), m.odds(y)
		for row := range rows {
			k := int32(row)
			if x.fixed || y.fixed || xs.here(k) || ys.here(k) || xs.v.isAbsent(row) || ys.v.isAbsent(row) {
				v.put(row, xs.words(k).equal(ys.words(k)), rows)
			} else {
				v.put(row, triOf(xs.v.w[row] == ys.v.w[row]), rows)
			}
		}
		v.trim(rows)
	}}, "same text", x, y), by}
}

func (p *program) is(a placed, s string) placed {
	return p.test("is "+s, a, func(t string) bool { return t == s }, func(w words) tri { return w.is(s) })
}

func (c *columns) membership(args []celast.Expr) placed {
	out := placed{node: c.yes(isFalse)}
	if args[1].Kind() != celast.ListKind {
		return out
	}
	list := args[1].AsList().Elements()
	var literals []string
	for _, e := range list {
		if v, ok := literalText(e); ok {
			literals = append(literals, v)
		}
	}
	if len(literals) == len(list) && c.kindOf(args[0]) == kindText {
		among := oneOf(literals)
		key := "among " + strings.Join(literals, "\x00")
		return c.test(key, c.text(args[0]), among, func(w words) tri { return w.among(literals, among) })
	}
	for _, e := range list {
		out = c.or(out, c.equality([]celast.Expr{args[0], e}))
	}
	return out
}

// among tells whether the text is one of a list, which test tells of one text.
func (a words) among(list []string, test func(string) bool) tri {
	if !a.others {
		return a.matches(test, either)
	}
	if slices.ContainsFunc(list, func(l string) bool { return !slices.Contains(a.set, l) }) {
		return a.matches(nil, either)
	}
	return a.matches(nil, isFalse)
}

func (c *columns) beginning(call celast.CallExpr) placed {
	prefix, _ := literalText(call.Args()[0])
	yes := func(s string) bool { return strings.HasPrefix(s, prefix) }
	return c.test("begins "+prefix, c.text(call.Target()), yes, func(w words) tri { return w.matches(yes, either) })
}
