package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// packTest is a test inside a pack: a family and what the right must say.
type packTest struct {
	name string
	at   place
	in   value // the case, as JSON would give it

	status   string
	amounts  []wantedAmount
	checked  bool // amounts are to be compared
	missing  []string
	noted    bool // missing is to be compared
	holds    map[string]string
	values   map[string]string // of named expressions and parameters
	warnings []string
	warned   bool
	received []string // family, or persons
	had      bool     // received is to be compared
	decides  string
}

type wantedAmount struct{ value, per, to string }

// readTest reads a test; its family is read as a case when it runs.
func (r *Right) readTest(d document, n ast.Node) {
	o := d.object(n, "a test", "name!", "date!", "family", "persons!", "expect!")
	t := packTest{name: o.str("name"), at: o.where, in: value{kind: valueObject, fields: map[string]value{}}, holds: map[string]string{}, values: map[string]string{}}
	for _, k := range []string{"date", "family", "persons"} {
		if o.has(k) {
			t.in.keys = append(t.in.keys, k)
			t.in.fields[k] = d.value(o.nodes[k])
		}
	}
	if !o.has("expect") {
		return
	}
	e := d.object(o.nodes["expect"], "expect", "status!", "amounts", "missing", "holds", "values", "warnings", "decides", "received")
	t.status = e.oneOf("status", "", string(Entitled), string(NotEntitled), string(Unknown), string(Refer))
	t.checked, t.noted, t.warned = e.has("amounts"), e.has("missing"), e.has("warnings")
	t.received, t.had = e.strings("received"), e.has("received")
	t.missing, t.warnings, t.decides = e.strings("missing"), e.strings("warnings"), e.str("decides")
	for _, a := range e.list("amounts") {
		w := d.object(a, "an expected amount", "value!", "per!", "to")
		n, _ := w.number("value")
		to := w.str("to")
		if to == "" {
			to = OfFamily
		}
		t.amounts = append(t.amounts, wantedAmount{n.decimal(2, 6), w.str("per"), to})
	}
	for key, into := range map[string]map[string]string{"holds": t.holds, "values": t.values} {
		if !e.has(key) {
			continue
		}
		h, _ := d.entries(e.nodes[key], key)
		for _, k := range h.keys {
			v := d.value(h.nodes[k])
			if v.kind == valueNull {
				v.text = "null"
			}
			if n, err := parseNumber(v.text); v.kind == valueNumber && err == nil {
				v.text = n.plain()
			}
			into[k] = v.text
		}
	}
	r.tests = append(r.tests, t)
}

// TestReport is what the tests inside the packs found.
type TestReport struct {
	Packs []PackReport
}

// PackReport is what the tests of one pack found.
type PackReport struct {
	Right    string
	File     string
	Tests    int
	Failures []string // "file:line:column: name: what differs"
}

// Totals counts the packs, their tests and the failures.
func (t TestReport) Totals() (packs, tests, failures int) {
	for _, p := range t.Packs {
		tests += p.Tests
		failures += len(p.Failures)
	}
	return len(t.Packs), tests, failures
}

// Test runs the tests inside every pack.
func (lib *Library) Test() TestReport {
	var out TestReport
	for _, r := range lib.rights {
		out.Packs = append(out.Packs, lib.test(r))
	}
	return out
}

// TestOf runs the tests inside the pack of one right; the report is empty when
// there is none with this id.
func (lib *Library) TestOf(id string) PackReport {
	if r := lib.byID[id]; r != nil {
		return lib.test(r)
	}
	return PackReport{Right: id}
}

func (lib *Library) test(r *Right) PackReport {
	p := PackReport{Right: r.ID, File: r.File, Tests: len(r.tests)}
	for i := range r.tests {
		t := &r.tests[i]
		for _, wrong := range lib.run(r, t) {
			p.Failures = append(p.Failures, fmt.Sprintf("%s:%d:%d: %s: %s", t.at.file, t.at.line, t.at.col, t.name, wrong))
		}
	}
	return p
}

func (lib *Library) run(r *Right, t *packTest) (wrong []string) {
	c, err := lib.readCase(t.in)
	if err != nil {
		return []string{err.Error()}
	}
	f := lib.Evaluate(c, Options{Rights: []string{r.ID}, NoNext: true}).Rights[0]
	differ := func(what string, got, want any) {
		if fmt.Sprint(got) != fmt.Sprint(want) {
			wrong = append(wrong, fmt.Sprintf("%s is %v, expected %v", what, got, want))
		}
	}
	differ("status", f.Status, t.status)
	if t.checked {
		var got []wantedAmount
		for _, a := range f.Amounts {
			got = append(got, wantedAmount{a.Value, a.Per, a.To})
		}
		differ("amounts", got, t.amounts)
	}
	if t.noted {
		var got []string
		for _, m := range f.Missing {
			got = append(got, m.path())
		}
		want := slices.Clone(t.missing)
		slices.Sort(got)
		slices.Sort(want)
		differ("missing", strings.Join(got, " "), strings.Join(want, " "))
	}
	for _, id := range sortedKeys(t.holds) {
		differ("condition "+id, f.holding(id), t.holds[id])
	}
	for _, name := range sortedKeys(t.values) {
		differ("the value "+name, lib.named(c, r, name), t.values[name])
	}
	if t.warned {
		var got []string
		for _, w := range f.Warnings {
			if !slices.Contains(got, w.Code) {
				got = append(got, w.Code)
			}
		}
		slices.Sort(got)
		want := slices.Clone(t.warnings)
		slices.Sort(want)
		differ("warnings", strings.Join(got, " "), strings.Join(want, " "))
	}
	if t.had {
		differ("received", f.Received, t.received)
	}
	if t.decides != "" {
		differ("decides", f.Decides, t.decides)
	}
	return wrong
}

// named is what a named expression or a parameter is in a family, for the first
// person for whom the right is: "20915.31", "2020-09-01", "true", a text; "null"
// where it is open or nobody knows, "absent" where there is nothing of that name
// or nobody for whom the right is.
func (lib *Library) named(c *Case, r *Right, name string) string {
	n := r.scope.names[name]
	if n == nil {
		return "absent"
	}
	f := newFrame(lib, c)
	defer f.done()
	if r.ForEach {
		person := 0
		for f.bound[0] = 0; person < f.people && r.each.b(f) == isFalse; f.bound[0] = int8(person) {
			person++
		}
		if person == f.people {
			return "absent"
		}
	}
	if n.let == nil {
		if p := f.param(n.param); p.certain() {
			return p.lo.plain()
		}
		return "null"
	}
	v := f.let(n.let)
	switch {
	case !v.certain(n.let.kind):
		return "null"
	case n.let.kind == kindBool:
		return fmt.Sprint(v.b == isTrue)
	case n.let.kind == kindText:
		return strings.Join(v.s.set, "")
	case n.let.kind == kindDate:
		return v.n.lo.day().String()
	}
	return v.n.lo.plain()
}

// path is "family.tenure" or "<person>.birth_date".
func (m Missing) path() string {
	if m.Person == "" {
		return OfFamily + "." + m.Fact
	}
	return m.Person + "." + m.Fact
}

// holding is whether a condition holds: "true", "false", "null", or "absent"
// when the finding does not mention it. Of several persons the first counts.
func (f *Finding) holding(condition string) string {
	for _, r := range f.Reasons {
		if r.Condition == condition {
			if r.Holds == nil {
				return "null"
			}
			return fmt.Sprint(*r.Holds)
		}
	}
	return "absent"
}
