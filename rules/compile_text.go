package rules

import (
	"slices"
	"strings"

	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
)

// textUse is a test of a text: whether it is one of some texts, or begins like
// one.
type textUse struct {
	source
	texts  []string
	prefix bool
}

// holds tells whether a code passes the test.
func (u textUse) holds(code string) bool {
	if u.find != nil {
		var ok bool
		if code, ok = u.find(code); !ok {
			return false
		}
	}
	if u.prefix {
		return strings.HasPrefix(code, u.texts[0])
	}
	return slices.Contains(u.texts, code)
}

// textOf compiles what is compared, and says where its texts come from and
// which are written out.
func (c *compiler) textOf(e celast.Expr) (text func(*frame) words, from []source, said []string) {
	gives, before := c.gives, c.said
	c.gives, c.said = nil, nil
	text = c.text(e)
	from, said = c.gives, c.said
	c.gives, c.said = gives, before
	return text, from, said
}

// useText remembers with which texts codes are compared.
func (c *compiler) useText(from []source, texts []string, prefix bool) {
	for _, s := range from {
		switch {
		case len(texts) > 0:
			c.reads.texts = append(c.reads.texts, textUse{s, texts, prefix})
		case s.fact.Type == TypeCode || s.find != nil:
			c.report(c.x.at, "compare it with texts between quotes", "a code is compared with something else than a text")
		}
	}
}

func (c *compiler) membership(args []celast.Expr) func(*frame) tri {
	var tests []func(*frame) tri
	if args[1].Kind() == celast.ListKind {
		var literals []string
		for _, e := range args[1].AsList().Elements() {
			if v, ok := literalText(e); ok {
				literals = append(literals, v)
			}
		}
		if len(literals) == len(args[1].AsList().Elements()) && c.kindOf(args[0]) == kindText {
			a, from, _ := c.textOf(args[0])
			c.useText(from, literals, false)
			among := oneOf(literals)
			return func(f *frame) tri {
				return a(f).among(literals, among)
			}
		}
		for _, e := range args[1].AsList().Elements() {
			tests = append(tests, c.equality([]celast.Expr{args[0], e}))
		}
	}
	return func(f *frame) tri {
		out := isFalse
		for _, t := range tests {
			if out = out.or(t(f)); out == isTrue {
				break
			}
		}
		return out
	}
}

// fewTexts is up to how many texts are found as fast one after the other.
const fewTexts = 8

// oneOf tells whether a text is one of a list.
func oneOf(list []string) func(string) bool {
	if len(list) <= fewTexts {
		return func(s string) bool { return slices.Contains(list, s) }
	}
	all := make(map[string]bool, len(list))
	for _, s := range list {
		all[s] = true
	}
	return func(s string) bool { return all[s] }
}

// beginning compiles code.startsWith("2").
func (c *compiler) beginning(call celast.CallExpr) func(*frame) tri {
	prefix, _ := literalText(call.Args()[0])
	a, from, _ := c.textOf(call.Target())
	c.useText(from, []string{prefix}, true)
	return func(f *frame) tri {
		return a(f).matches(func(s string) bool { return strings.HasPrefix(s, prefix) }, either)
	}
}

func (c *compiler) text(e celast.Expr) func(*frame) words {
	switch e.Kind() {
	case celast.LiteralKind:
		v := word(string(e.AsLiteral().(types.String)))
		c.said = append(c.said, v.set[0])
		return func(*frame) words { return v }
	case celast.IdentKind:
		l := c.name(e).let
		for _, x := range l.reads {
			c.gives = append(c.gives, x.reads.gives...)
		}
		return func(f *frame) words { return f.let(l).s }
	case celast.SelectKind:
		get := c.cell(e)
		if x := c.factOf(e); x.Type == TypeCode || x.Derive != "" {
			c.gives = append(c.gives, source{fact: x})
		}
		return func(f *frame) words { return get(f).s }
	}
	args := e.AsCall().Args()
	if e.AsCall().FunctionName() == "lookup" {
		name, _ := literalText(args[0])
		table, column := c.dict.column(name)
		code, from, _ := c.textOf(args[1])
		for _, s := range from {
			c.gives = append(c.gives, s.through(table, column))
		}
		return func(f *frame) words { return table.find(column, code(f)) }
	}
	when, a, b := c.boolean(args[0]), c.text(args[1]), c.text(args[2])
	return func(f *frame) words { return choose(when(f), f, a, b, words.join, words{stuck: true}) }
}
