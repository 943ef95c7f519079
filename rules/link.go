package rules

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// link reads the expressions of a right, now that all rights are known.
func (lib *Library) link(r *Right, problems *Problems) {
	o := r.source
	o.problems = problems
	s := newScope(o.document, lib.facts, r.ForEach)
	s.slots, s.atoms = &lib.slots, map[string]site{}
	r.scope = s
	for _, p := range r.Parameters {
		lib.declare(r, p, s)
	}
	lib.readLets(r, o)
	lib.builtIn(r)
	if f, ok := o.nodes["for"]; ok && r.ForEach {
		each := o.object(f, "for", "each!", "text!")
		r.forText = each.text("text")
		r.each = s.expression(each, "each", kindBool)
	}
	for _, key := range []string{"conditions", "exclusions"} {
		for _, n := range o.list(key) {
			r.readCondition(o.document, n, key == "exclusions")
		}
	}
	for _, n := range o.list("refer") {
		r.readRefer(o.document, n)
	}
	for _, key := range []string{"amount", "amounts"} {
		for _, n := range o.list(key) {
			r.readAmount(o.document, n)
		}
	}
	r.readReceived(o)
	if len(r.amounts) == 0 && r.InKind.IsZero() {
		o.report(o.where, "add amount: or in_kind:", "the right %s gives nothing", r.ID)
	}
	for _, n := range o.list("tests") {
		r.readTest(o.document, n)
	}
	r.tooLong(problems)
	r.source = object{}
}

// expression parses and checks the expression under a key.
func (s *scope) expression(o object, key string, want ...kind) *expr {
	n, ok := o.nodes[key]
	if !ok {
		return nil
	}
	return s.expressionAt(n, o.what+", "+key, want...)
}

func (s *scope) expressionAt(n ast.Node, what string, want ...kind) *expr {
	text, ok := s.scalar(n, what)
	if !ok {
		return nil
	}
	at := s.at(n)
	switch n := n.(type) {
	case *ast.LiteralNode:
		at.line++ // the text begins below the | or >
		at.col = 1
	case *ast.StringNode:
		if t := n.Token; t != nil && (t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType) {
			at.col++
		}
	}
	x, ok := s.parse(text, at)
	if !ok {
		return nil
	}
	return s.check(x, want...)
}

// declare gives a parameter its slots and its name in expressions.
func (lib *Library) declare(r *Right, p *Parameter, s *scope) {
	if p.borrow != "" {
		id, name, _ := strings.Cut(p.borrow, "/")
		other := lib.byID[id]
		var from *Parameter
		if other != nil {
			i := slices.IndexFunc(other.Parameters, func(q *Parameter) bool { return q.Name == name && q.borrow == "" })
			if i >= 0 {
				from = other.Parameters[i]
			}
		}
		if from == nil {
			s.report(p.at, "write borrow: <right>/<parameter>, of a right that has it itself", "there is no parameter %s", p.borrow)
			return
		}
		p.right = from.right
		p.Unit, p.Text, p.Indexed, p.Fields, p.Values = from.Unit, from.Text, from.Indexed, from.Fields, from.Values
	}
	fields := p.Fields
	if len(fields) == 0 {
		fields = []string{""}
	}
	for _, f := range fields {
		name := "param." + p.Name
		if f != "" {
			name += "." + f
		}
		s.declare(name, &named{kind: kindNumber, param: len(lib.params)})
		lib.params = append(lib.params, paramRef{p, f})
	}
}

// readLets reads the named expressions in the order in which they need each
// other.
func (lib *Library) readLets(r *Right, o object) {
	n, ok := o.nodes["let"]
	if !ok {
		return
	}
	all, _ := o.entries(n, "let")
	const open, closed = 1, 2
	state := map[string]int{}
	var visit func(name string) bool
	visit = func(name string) bool {
		switch state[name] {
		case open:
			o.report(all.names[name], "break the circle", "the name %s is defined by itself", name)
			return false
		case closed:
			return true
		}
		state[name] = open
		for _, other := range all.keys {
			if other != name && mentions(all.nodes[name], other) && !visit(other) {
				state[name] = closed
				return false
			}
		}
		state[name] = closed
		if !paramName.MatchString(name) || slices.Contains(reserved, name) {
			o.report(all.names[name], "use small letters, digits and _, and no word of the language", "%s cannot be a name", name)
			return true
		}
		if mentions(all.nodes[name], name) {
			o.report(all.names[name], "break the circle", "the name %s is defined by itself", name)
			return true
		}
		if l := r.readLet(all, name); l != nil {
			l.site.slot = lib.slots
			lib.slots++
			r.lets = append(r.lets, l)
			r.scope.declare(name, &named{kind: l.kind, let: l})
		}
		return true
	}
	for _, name := range all.keys {
		visit(name)
	}
}

// mentions tells whether a node holds a name as a word of its own, and not
// behind a point. It may say yes too often (inside a text), which only costs
// order, except for a name that seems to mention itself in its own texts:
// those are not looked at.
func mentions(n ast.Node, name string) bool {
	switch n := n.(type) {
	case *ast.StringNode:
		return hasWord(n.Value, name)
	case *ast.LiteralNode:
		return n.Value != nil && hasWord(n.Value.Value, name)
	case *ast.SequenceNode:
		return slices.ContainsFunc(n.Values, func(m ast.Node) bool { return mentions(m, name) })
	case *ast.MappingNode:
		return slices.ContainsFunc(n.Values, func(m *ast.MappingValueNode) bool {
			k := m.Key.GetToken().Value
			return k != "text" && k != "unit" && mentions(m.Value, name)
		})
	}
	return false
}

func hasWord(s, word string) bool {
	isWord := func(b byte) bool {
		return b == '_' || b == '.' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
	}
	for from := 0; ; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(word)
		if (i == 0 || !isWord(s[i-1]) && s[i-1] != '"') && (end == len(s) || !isWord(s[end]) || s[end] == '.') {
			return true
		}
		from = end
	}
}

func (r *Right) readLet(all object, name string) *let {
	s := r.scope
	n := all.nodes[name]
	l := &let{name: name, at: all.names[name]}
	if _, mapping := n.(*ast.MappingNode); !mapping {
		l.plain = s.expressionAt(n, "let, "+name)
	} else {
		o := all.object(n, "let, "+name, "text", "unit", "value", "table", "bracket")
		l.text, l.unit = o.text("text"), o.str("unit")
		switch {
		case o.has("value"):
			l.plain = s.expression(o, "value")
		case o.has("table"):
			r.readTable(o, l)
		case o.has("bracket"):
			r.readBracket(o, l)
		default:
			o.report(o.where, "add value:, table: or bracket:", "%s has no value", name)
		}
	}
	switch {
	case l.plain != nil:
		l.kind, l.reads = l.plain.kind, []*expr{l.plain}
	case len(l.rows) > 0:
		l.kind = l.rows[0].then.kind
		for _, row := range l.rows {
			for _, e := range []*expr{row.when, row.then, row.of, row.upTo} {
				if e != nil {
					l.reads = append(l.reads, e)
				}
			}
		}
	default:
		return nil
	}
	for _, e := range l.reads {
		l.mine = l.mine || e.mine()
	}
	if l.mine {
		l.site.by = []int{0}
	}
	return l
}

// readTable reads a decision table: the first row whose condition holds gives
// the value, and the last has none.
func (r *Right) readTable(o object, l *let) {
	items := o.list("table")
	var want []kind
	for i, n := range items {
		last := i == len(items)-1
		keys := []string{"when!", "then!"}
		if last {
			keys = []string{"otherwise!"}
		}
		line := o.object(n, "a row of "+l.name, keys...)
		key := "then"
		if last {
			key = "otherwise"
		}
		when, then := r.scope.expression(line, "when", kindBool), r.scope.expression(line, key, want...)
		if then == nil || !last && when == nil {
			l.rows = nil
			return
		}
		want = []kind{then.kind}
		l.rows = append(l.rows, row{when: when, then: then})
	}
}

// readBracket reads brackets of a number: up to and including each limit, and
// above the last.
func (r *Right) readBracket(o object, l *let) {
	b := o.object(o.nodes["bracket"], "the bracket of "+l.name, "of!", "rows!", "above!")
	of := r.scope.expression(b, "of", kindNumber)
	above := r.scope.expression(b, "above")
	if of == nil || above == nil {
		return
	}
	for _, n := range b.list("rows") {
		line := o.object(n, "a row of "+l.name, "to!", "value!")
		to, value := r.scope.expression(line, "to", kindNumber), r.scope.expression(line, "value", above.kind)
		if to == nil || value == nil {
			l.rows = nil
			return
		}
		l.rows = append(l.rows, row{of: of, upTo: to, then: value})
	}
	l.rows = append(l.rows, row{then: above})
}

func (r *Right) readCondition(d document, n ast.Node, exclusion bool) {
	what := "a condition"
	if exclusion {
		what = "an exclusion"
	}
	o := d.object(n, what, "id!", "text!", "when!", "law", "source")
	c := &condition{id: o.str("id"), text: o.text("text"), law: o.str("law"), source: r.sourceURL(o), exclusion: exclusion, at: o.where,
		when: r.scope.expression(o, "when", kindBool)}
	if slices.ContainsFunc(r.conditions, func(x *condition) bool { return x.id == c.id }) {
		o.report(o.where, "use another id", "the condition %s stands here twice", c.id)
	}
	if c.when != nil {
		c.mine = c.when.mine()
		r.conditions = append(r.conditions, c)
	}
}

// readReceived reads what says that a family has the right already. It asks
// facts alone: what another right gives is computed, and nobody told it.
func (r *Right) readReceived(o object) {
	if r.received = r.scope.expression(o, "received", kindBool); r.received == nil {
		return
	}
	if read := r.received.reads; len(read.facts) == 0 || len(read.rights) > 0 {
		o.report(o.placeOf("received"), "ask a fact that says so: family.has_bim", "received does not follow from a fact of the family")
	}
}

func (r *Right) sourceURL(o object) string {
	if !o.has("source") {
		return ""
	}
	id := o.str("source")
	var ids []string
	for _, s := range r.Sources {
		if s.ID == id {
			return s.URL
		}
		ids = append(ids, s.ID)
	}
	o.report(o.placeOf("source"), didYouMean(id, ids), "there is no source %q", id)
	return ""
}

func (r *Right) readRefer(d document, n ast.Node) {
	o := d.object(n, "a referral", "id!", "text!", "decides!", "when!", "law", "source")
	rf := &refer{id: o.str("id"), text: o.text("text"), decides: o.text("decides"), law: o.str("law"), source: r.sourceURL(o),
		when: r.scope.expression(o, "when", kindBool)}
	if rf.when != nil {
		r.refers = append(r.refers, rf)
	}
}

// pers are the periods in which an amount can be paid.
var pers = []string{"day", "week", "month", "quarter", "year", "once", "meal", "session", "litre", "kwh"}

func (r *Right) readAmount(d document, n ast.Node) {
	o := d.object(n, "an amount", "id", "text", "when", "value!", "per!", "to", "round")
	a := &amountRule{id: o.str("id"), text: o.text("text"), per: o.oneOf("per", "month", pers...), unit: cents(1), most: 2,
		each: o.oneOf("to", map[bool]string{true: "each", false: "family"}[r.ForEach], "family", "each") == "each",
		when: r.scope.expression(o, "when", kindBool), value: r.scope.expression(o, "value", kindNumber)}
	if a.each != r.ForEach {
		o.report(o.placeOf("to"), "leave to: out: a right for each person pays to that person, another to the family", "the amount goes to the wrong one")
	}
	switch round := o.oneOf("round", "cent half-up", "cent half-up", "cent down", "cent up", "euro half-up", "euro down", "euro up", "none"); round {
	case "none":
		a.exact, a.most = true, 6
	default:
		unit, mode, _ := strings.Cut(round, " ")
		if unit == "euro" {
			a.unit = integer(1)
		}
		a.mode = map[string]roundMode{"half-up": roundHalfUp, "down": roundDown, "up": roundUp}[mode]
	}
	if a.value != nil {
		r.amounts = append(r.amounts, a)
	}
}
