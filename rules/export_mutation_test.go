package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Changed is a pack with one constant changed.
type Changed struct {
	Line   int
	What   string // "40701.59 to 40701.60"
	Change string // number, day or comparison
	Value  string // the constant as it was
	On     Date   // of a value of a parameter: its first day
	Pack   []byte
}

// Apart is a library with only those rights that a right asks for, without the
// right itself, so that it alone is compiled when it is added.
func (lib *Library) Apart(id string) *Library {
	need := map[string]bool{}
	var take func(r *Right)
	take = func(r *Right) {
		for _, e := range r.expressions() {
			for _, other := range e.reads.rights {
				if !need[other] {
					need[other] = true
					take(lib.byID[other])
				}
			}
		}
		for _, p := range r.Parameters {
			if other, _, ok := strings.Cut(p.borrow, "/"); ok && !need[other] {
				need[other] = true
				take(lib.byID[other])
			}
		}
	}
	take(lib.byID[id])
	files := map[string][]byte{}
	for other := range need {
		files[lib.byID[other].File] = lib.files[lib.byID[other].File]
	}
	empty := &Library{facts: lib.facts, byID: map[string]*Right{}, files: map[string][]byte{}, dictionary: lib.dictionary}
	out, err := empty.with(&Library{files: files, dictionary: lib.dictionary})
	if err != nil {
		panic(err) // cannot happen: the rights were there together
	}
	return out
}

// Notices tells whether a test of a right fails on a changed pack, or whether
// the pack cannot be read any more.
func (lib *Library) Notices(id string, base *Library, c Changed) bool {
	next, err := base.Add(lib.byID[id].File, c.Pack)
	if err != nil {
		return true
	}
	r, tests := next.byID[id], lib.byID[id].tests
	for i := len(tests) - 1; i >= 0; i-- { // the last are of limits, and notice most
		if len(next.run(r, &tests[i])) > 0 {
			return true
		}
	}
	return false
}

var (
	aText      = regexp.MustCompile(`"[^"]*"`)
	aNumber    = regexp.MustCompile(`(^|[^\w."])(\d+(?:\.\d+)?)($|[^\w."-])`)
	comparison = regexp.MustCompile(`<=|>=|==|!=|<|>`)
	turned     = map[string]string{"<=": "<", ">=": ">", "==": "!=", "!=": "==", "<": "<=", ">": ">="}
)

// Changes are all packs that differ from that of a right by one number, day or
// comparison: of its expressions, and of the parameters with which something
// is computed.
func (lib *Library) Changes(id string) (out []Changed) {
	r := lib.byID[id]
	src := lib.files[r.File]
	rule, _, _ := strings.Cut(string(src), "\ntests:\n") // they are read once, with the pack as it is
	lines := strings.Split(rule+"\n", "\n")
	put := func(line, from, to int, with, change string, on Date) {
		l := lines[line-1]
		changed := slices.Clone(lines)
		changed[line-1] = l[:from] + with + l[to:]
		out = append(out, Changed{Line: line, What: l[from:to] + " to " + with, Change: change, Value: l[from:to], On: on, Pack: []byte(strings.Join(changed, "\n"))})
	}
	seen := map[place]bool{}
	for _, e := range r.expressions() {
		if seen[e.at] || e.at == r.at || e.at.file != r.File && e.at.file != "" {
			continue
		}
		seen[e.at] = true
		for n, part := range linesOf(lines, e.at, e.text) {
			lib.inExpression(lines, n, part[0], part[1], put)
		}
	}
	for _, p := range r.Parameters {
		if p.borrow != "" || p.Told {
			continue
		}
		for _, v := range p.Values {
			lib.inValue(lines, p, v, put)
		}
	}
	slices.SortStableFunc(out, func(a, b Changed) int { return a.Line - b.Line })
	return out
}

// linesOf finds where an expression stands: by line, from which column to which.
func linesOf(lines []string, at place, text string) map[int][2]int {
	out := map[int][2]int{}
	flat := strings.Join(strings.Fields(text), " ")
	for n := at.line; n <= len(lines) && flat != ""; n++ {
		l := lines[n-1]
		from := 0
		if n == at.line {
			from = max(0, min(at.col-1, len(l)))
		}
		if i := strings.Index(l[from:], flat); i >= 0 { // it ends here
			out[n] = [2]int{from + i, from + i + len(flat)}
			return out
		}
		part := strings.TrimSpace(l[from:])
		part = strings.Join(strings.Fields(strings.TrimPrefix(part, ">-")), " ")
		if part != "" && strings.HasPrefix(flat, part) {
			i := strings.Index(l, strings.TrimSpace(l[from:]))
			out[n] = [2]int{i, len(strings.TrimRight(l, " "))}
			flat = strings.TrimSpace(strings.TrimPrefix(flat, part))
		}
	}
	return out
}

func (lib *Library) inExpression(lines []string, line, from, to int, put func(line, from, to int, with, change string, on Date)) {
	part := lines[line-1][from:to]
	var texts [][]int // between quotes nothing is a number
	for _, at := range aText.FindAllStringIndex(part, -1) {
		texts = append(texts, at)
		if day, err := ParseDate(strings.Trim(part[at[0]:at[1]], `"`)); err == nil {
			put(line, from+at[0]+1, from+at[1]-1, (day + 1).String(), "day", 0)
		}
	}
	quoted := func(i int) bool {
		return slices.ContainsFunc(texts, func(at []int) bool { return i >= at[0] && i < at[1] })
	}
	for _, at := range comparison.FindAllStringIndex(part, -1) {
		if !quoted(at[0]) {
			put(line, from+at[0], from+at[1], turned[part[at[0]:at[1]]], "comparison", 0)
		}
	}
	for at := 0; at < len(part); {
		m := aNumber.FindStringSubmatchIndex(part[at:])
		if m == nil {
			break
		}
		i, j := at+m[4], at+m[5]
		if !quoted(i) {
			put(line, from+i, from+j, more(part[i:j]), "number", 0)
		}
		at = j
	}
}

// more is a number that is as little larger as its decimals show; a number
// without decimals is one larger.
func more(s string) string {
	n, err := parseNumber(s)
	if err != nil {
		return s + "1"
	}
	_, part, _ := strings.Cut(s, ".")
	step := integer(1)
	for range part {
		step = step.div(integer(10))
	}
	return n.add(step).decimal(len(part), 6)
}

// inValue changes the numbers of a value and its first day. Its last day changes
// no answer, only what is said beside it.
func (lib *Library) inValue(lines []string, p *Parameter, v *DatedValue, put func(line, from, to int, with, change string, on Date)) {
	for n := p.at.line; n <= len(lines) && n < p.at.line+60; n++ {
		l := lines[n-1]
		i := strings.Index(l, "from: "+v.From.String())
		if i < 0 {
			continue
		}
		at := i + len("from: ")
		put(n, at, at+10, (v.From + 1).String(), "day", v.From)
		given := append([]string{v.Value}, mapsValues(v.Fields)...)
		value := strings.Index(l, "value: ")
		if value < 0 {
			return
		}
		for _, name := range append([]string{"value"}, p.Fields...) {
			s := v.Fields[name]
			if name == "value" {
				s = v.Value
			}
			if s == "" || !slices.Contains(given, s) {
				continue
			}
			if k := strings.Index(l[value:], name+": "+s); k >= 0 {
				k += value + len(name) + 2
				with := more(s)
				if strings.HasPrefix(p.Unit, "EUR") && !strings.Contains(s, ".") {
					with = s + ".01"
				}
				put(n, k, k+len(s), with, "number", v.From)
			} else {
				panic(fmt.Sprintf("%s:%d: %s is not there", lines[0], n, s))
			}
		}
		return
	}
}

func mapsValues(m map[string]string) (out []string) {
	for _, v := range m {
		out = append(out, v)
	}
	return out
}
