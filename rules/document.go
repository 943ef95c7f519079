package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits on what a file may hold: a pack from outside cannot exhaust memory or
// time.
const (
	maxFileBytes   = 256 << 10
	maxFileNesting = 24
	maxItems       = 400 // entries of one mapping or list
)

// place is where something stands in a file.
type place struct {
	file string
	line int
	col  int
}

// document reads one YAML file and gathers all that is wrong with it.
type document struct {
	file     string
	problems *Problems
}

func (d document) report(at place, remedy, what string, args ...any) {
	if at.file == "" {
		at.file = d.file
	}
	*d.problems = append(*d.problems, Problem{at.file, at.line, at.col, fmt.Sprintf(what, args...), remedy})
}

var yamlPosition = regexp.MustCompile(`\[(\d+):(\d+)\] ([^\n]*)`)

// read parses the file; nil when it is not YAML or goes past a limit.
func (d document) read(b []byte) (root ast.Node) {
	top := place{d.file, 1, 1}
	if len(b) > maxFileBytes {
		d.report(top, "split it into several files", "the file is larger than %d KiB", maxFileBytes>>10)
		return nil
	}
	if line, ok := tooDeep(b); ok {
		d.report(place{d.file, line, 1}, "write it flatter", "brackets or indents go deeper than %d", maxFileNesting)
		return nil
	}
	defer func() {
		if recover() != nil { // the YAML library panics on some texts that are not YAML
			d.report(top, "check the indents, the colons and the quotes", "the file is not YAML")
			root = nil
		}
	}()
	tokens := lexer.Tokenize(string(b))
	if at, tagged := d.tag(tokens); tagged {
		d.report(at, "put the whole expression between quotes: '!family.has_bim'", "YAML takes a ! at the beginning of a value for a tag of its own")
		return nil
	}
	f, err := parser.Parse(tokens, 0)
	if err != nil {
		what, at := "the file is not YAML", top
		if m := yamlPosition.FindStringSubmatch(err.Error()); m != nil {
			at.line, _ = strconv.Atoi(m[1])
			at.col, _ = strconv.Atoi(m[2])
			what += ": " + m[3]
		}
		d.report(at, "check the indents, the colons and the quotes; put a text with : or # between quotes", "%s", what)
		return nil
	}
	if len(f.Docs) != 1 || f.Docs[0].Body == nil {
		d.report(top, "write one document in each file", "the file holds %d documents", len(f.Docs))
		return nil
	}
	return f.Docs[0].Body
}

// tag finds a value that begins with an exclamation mark. YAML would take the
// expression for a tag, and what follows it for its value; no pack has tags.
func (d document) tag(tokens token.Tokens) (at place, found bool) {
	for _, t := range tokens {
		text := strings.TrimSpace(t.Value)
		switch {
		case t.Type == token.TagType:
			return place{d.file, t.Position.Line, t.Position.Column}, true
		case t.Type == token.InvalidType && strings.HasPrefix(text, "!"): // between brackets; its position is its end
			return place{d.file, t.Position.Line, max(1, t.Position.Column-len(text)+1)}, true
		}
	}
	return at, false
}

// tooDeep looks at brackets and indents before the YAML library does, whose
// own recursion has no limit.
func tooDeep(b []byte) (line int, deep bool) {
	for i, l := range strings.Split(string(b), "\n") {
		open := 0
		for _, r := range l {
			switch r {
			case '[', '{':
				open++
			case ']', '}':
				open = max(0, open-1)
			}
			if open > maxFileNesting {
				return i + 1, true
			}
		}
		indent := len(l) - len(strings.TrimLeft(l, " -?"))
		if indent > 4*maxFileNesting {
			return i + 1, true
		}
	}
	return 0, false
}

func (d document) at(n ast.Node) place {
	p := place{d.file, 1, 1}
	if n == nil {
		return p
	}
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 && !m.IsFlowStyle {
		n = m.Values[0].Key
	}
	if s, ok := n.(*ast.SequenceNode); ok && len(s.Values) > 0 && !s.IsFlowStyle {
		return d.at(s.Values[0])
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		p.line, p.col = t.Position.Line, t.Position.Column
	}
	return p
}

// object is a mapping whose keys are known.
type object struct {
	document
	where place
	what  string
	keys  []string
	nodes map[string]ast.Node
	names map[string]place
}

// entries lists the keys of a mapping in their order; ok is false, and the
// problem reported, when n is no mapping.
func (d document) entries(n ast.Node, what string) (out object, ok bool) {
	out = object{document: d, where: d.at(n), what: what, nodes: map[string]ast.Node{}, names: map[string]place{}}
	var values []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		d.report(out.where, "write key: value lines", "%s should be a mapping", what)
		return out, false
	}
	if len(values) > maxItems {
		d.report(out.where, "make it smaller", "%s has more than %d entries", what, maxItems)
		return out, false
	}
	for _, v := range values {
		var key string
		if k, isText := v.Key.(*ast.StringNode); isText {
			key = k.Value
		} else {
			key = v.Key.GetToken().Value
		}
		at := d.at(v.Key)
		if _, twice := out.nodes[key]; twice {
			d.report(at, "keep one of the two", "%s has the key %s twice", what, key)
			continue
		}
		out.keys = append(out.keys, key)
		out.nodes[key], out.names[key] = v.Value, at
	}
	return out, true
}

// object reads a mapping that may only have the named keys; those that end in
// ! must be there.
func (d document) object(n ast.Node, what string, keys ...string) object {
	o, ok := d.entries(n, what)
	if !ok {
		return o
	}
	known := make([]string, len(keys))
	for i, k := range keys {
		known[i] = strings.TrimSuffix(k, "!")
		if _, there := o.nodes[known[i]]; !there && known[i] != k {
			d.report(o.where, "add "+known[i]+":", "%s has no %s", what, known[i])
		}
	}
	for _, k := range o.keys {
		if !slices.Contains(known, k) {
			remedy := didYouMean(k, known)
			if strings.Contains(k, " ") {
				remedy = "put a text with a comma or colon between quotes"
			}
			d.report(o.names[k], remedy, "%s has an unknown key %s", what, k)
		}
	}
	return o
}

func (o object) has(key string) bool { _, ok := o.nodes[key]; return ok }

func (o object) placeOf(key string) place {
	if n, ok := o.nodes[key]; ok {
		return o.at(n)
	}
	return o.where
}

// scalar is the text of a plain value, exactly as it was written.
func (d document) scalar(n ast.Node, what string) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		if n.Value != nil {
			return strings.TrimSpace(n.Value.Value), true
		}
		return "", true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	d.report(d.at(n), "write one value after the colon", "%s should be a text or a number", what)
	return "", false
}

func (o object) str(key string) string {
	n, ok := o.nodes[key]
	if !ok {
		return ""
	}
	s, _ := o.scalar(n, o.what+", "+key)
	return s
}

func (o object) oneOf(key, otherwise string, allowed ...string) string {
	if !o.has(key) {
		return otherwise
	}
	s := o.str(key)
	if !slices.Contains(allowed, s) {
		o.report(o.placeOf(key), "write one of "+strings.Join(allowed, ", "), "%s, %s cannot be %q", o.what, key, s)
		return otherwise
	}
	return s
}

// text is a text in the four languages; each must be there.
func (o object) text(key string) Text {
	n, ok := o.nodes[key]
	if !ok {
		return Text{}
	}
	t := o.object(n, o.what+", "+key, "nl!", "fr!", "de!", "en!")
	out := Text{t.str("nl"), t.str("fr"), t.str("de"), t.str("en")}
	for _, l := range Langs {
		if t.has(string(l)) && strings.TrimSpace(out.In(l)) == "" {
			o.report(t.placeOf(string(l)), "write it in all four languages", "%s, %s is empty in %s", o.what, key, l)
		}
	}
	return out
}

// list is the items of a list; a single value stands for a list of one.
func (d document) items(n ast.Node, what string) []ast.Node {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		if _, isNull := n.(*ast.NullNode); isNull {
			d.report(d.at(n), "write a list, or leave the key out", "%s is empty", what)
			return nil
		}
		return []ast.Node{n}
	}
	if len(s.Values) > maxItems {
		d.report(d.at(n), "make it shorter", "%s has more than %d items", what, maxItems)
		return nil
	}
	return s.Values
}

func (o object) list(key string) []ast.Node {
	n, ok := o.nodes[key]
	if !ok {
		return nil
	}
	return o.items(n, o.what+", "+key)
}

func (o object) strings(key string) (out []string) {
	for _, n := range o.list(key) {
		if s, ok := o.scalar(n, o.what+", "+key); ok {
			out = append(out, s)
		}
	}
	return out
}

func (o object) date(key string) (d Date, given bool) {
	if !o.has(key) {
		return 0, false
	}
	d, err := ParseDate(o.str(key))
	if err != nil {
		o.report(o.placeOf(key), "write it as 2026-03-01", "%s, %s is %v", o.what, key, err)
		return 0, false
	}
	return d, true
}

func (o object) number(key string) (n number, given bool) {
	if !o.has(key) {
		return number{}, false
	}
	n, err := parseNumber(o.str(key))
	if err != nil {
		o.report(o.placeOf(key), "write it as 1234.56", "%s, %s is %v", o.what, key, err)
		return number{}, false
	}
	return n, true
}

func (o object) boolean(key string) bool {
	return o.oneOf(key, "false", "true", "false") == "true"
}
