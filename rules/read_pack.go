package rules

import (
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

var (
	rightID   = regexp.MustCompile(`^[a-z][a-z0-9]*(\.[a-z][a-z0-9-]*)+$`)
	paramName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)
	nisCode   = regexp.MustCompile(`^\d{5}$`)
)

var reserved = []string{"date", "family", "applicant", "partner", "persons", "param", "p", "true", "false", "null", "in"}

// readRight reads what a pack says about a right, up to its expressions, which
// wait for all names to be known.
func (d document) readRight(root ast.Node) *Right {
	o := d.object(root, "the right", "id!", "names!", "summary!", "authority!", "region", "municipality", "kind!", "law", "sources!",
		"valid", "parameters", "let", "for", "conditions", "exclusions", "refer", "amount", "amounts", "in_kind", "received", "apply!", "notes", "tests")
	if len(o.nodes) == 0 {
		return nil
	}
	r := &Right{
		ID: o.str("id"), Names: o.text("names"), Summary: o.text("summary"), Authority: o.text("authority"),
		Kind: o.oneOf("kind", "statutory", "statutory", "local"), Regions: o.strings("region"), Municipalities: o.strings("municipality"),
		Law: o.strings("law"), InKind: o.text("in_kind"), Notes: o.text("notes"), File: d.file, at: o.where,
	}
	if !rightID.MatchString(r.ID) {
		d.report(o.placeOf("id"), "write it as be.leefloon: small letters, digits, - and points", "%q cannot be the id of a right", r.ID)
	}
	for _, m := range r.Municipalities {
		if !nisCode.MatchString(m) {
			d.report(o.placeOf("municipality"), `write the NIS code between quotes: "24062"`, "%q is no NIS code", m)
		}
	}
	for _, n := range o.list("sources") {
		s := d.object(n, "a source", "id!", "url!", "kind!", "dated")
		r.Sources = append(r.Sources, Source{s.str("id"), s.str("url"), s.str("kind"), s.str("dated")})
	}
	if o.has("valid") {
		v := d.object(o.nodes["valid"], "valid", "from", "to")
		if day, ok := v.date("from"); ok {
			r.ValidFrom = &day
		}
		if day, ok := v.date("to"); ok {
			r.ValidTo = &day
		}
	}
	a := d.object(o.nodes["apply"], "apply", "mode!", "how!", "where")
	if o.has("apply") {
		r.Apply = Apply{a.oneOf("mode", "application", "application", "automatic"), a.text("how"), a.str("where")}
	}
	for _, n := range o.list("parameters") {
		if p := d.readParameter(n, r); p != nil {
			r.Parameters = append(r.Parameters, p)
		}
	}
	if f, ok := o.nodes["for"]; ok {
		if text, plain := f.(*ast.StringNode); plain {
			if text.Value != "family" {
				d.report(d.at(f), "write family, or {each: <condition over p>}", "for cannot be %q", text.Value)
			}
		} else {
			r.ForEach = true
		}
	}
	r.source = o
	return r
}

func (d document) readParameter(n ast.Node, r *Right) *Parameter {
	o := d.object(n, "a parameter", "name!", "unit", "text", "indexed", "values", "borrow", "told")
	p := &Parameter{Name: o.str("name"), Unit: o.str("unit"), right: r, at: o.where, Told: o.boolean("told"),
		Indexed: o.oneOf("indexed", "unknown", "pivot", "january", "july", "september", "none", "unknown")}
	if !paramName.MatchString(p.Name) {
		d.report(o.placeOf("name"), "use small letters, digits and _", "%q cannot be the name of a parameter", p.Name)
		return nil
	}
	if slices.ContainsFunc(r.Parameters, func(q *Parameter) bool { return q.Name == p.Name }) {
		d.report(o.where, "keep one of the two", "the parameter %s stands here twice", p.Name)
		return nil
	}
	if p.borrow = o.str("borrow"); p.borrow != "" {
		if len(o.keys) > 2 {
			d.report(o.where, "leave the other keys out", "a borrowed parameter has nothing of its own")
		}
		return p
	}
	p.Text = o.text("text")
	if !o.has("text") || !o.has("values") || !o.has("unit") {
		d.report(o.where, "add unit:, text: and values:, or borrow: <right>/<parameter>", "the parameter %s is not complete", p.Name)
	}
	for _, v := range o.list("values") {
		p.Values = append(p.Values, d.readValue(v, p, r))
	}
	for i := 1; i < len(p.Values); i++ {
		before, v := p.Values[i-1], p.Values[i]
		if v.From <= before.From {
			d.report(o.placeOf("values"), "write the oldest value first", "the values of %s are not in the order of their days", p.Name)
		} else if before.To != nil && *before.To >= v.From {
			d.report(o.placeOf("values"), "end a value before the next begins", "two values of %s hold on %s", p.Name, v.From)
		}
	}
	return p
}

func (d document) readValue(n ast.Node, p *Parameter, r *Right) *DatedValue {
	o := d.object(n, "a value of "+p.Name, "from!", "to", "value!", "confidence!", "source!", "note")
	v := &DatedValue{Confidence: o.oneOf("confidence", "low", "high", "medium", "low"), Source: o.str("source"), Note: o.str("note"),
		numbers: map[string]number{}}
	v.From, _ = o.date("from")
	if to, ok := o.date("to"); ok {
		v.To = &to
		if to < v.From {
			d.report(o.placeOf("to"), "write a day from "+v.From.String()+" on", "the value of %s ends before it begins", p.Name)
		}
	}
	if !slices.ContainsFunc(r.Sources, func(s Source) bool { return s.ID == v.Source }) {
		var ids []string
		for _, s := range r.Sources {
			ids = append(ids, s.ID)
		}
		d.report(o.placeOf("source"), didYouMean(v.Source, ids), "there is no source %q", v.Source)
	}
	value, ok := o.nodes["value"]
	if !ok {
		return v
	}
	if _, mapping := value.(*ast.MappingNode); !mapping {
		v.Value = o.str("value")
		v.numbers[""], _ = o.number("value")
		if p.Fields != nil {
			d.report(o.placeOf("value"), "give every value the same names", "this value of %s has no names, an earlier one has", p.Name)
		}
		return v
	}
	m, _ := d.entries(value, "the value")
	if p.Fields == nil && len(p.Values) == 0 {
		p.Fields = m.keys
	}
	v.Fields = map[string]string{}
	for _, k := range m.keys {
		if !paramName.MatchString(k) || !slices.Contains(p.Fields, k) {
			d.report(m.names[k], "give every value the same names: "+strings.Join(p.Fields, ", "), "%s is not a name that the first value of %s has", k, p.Name)
			continue
		}
		v.numbers[k], _ = m.number(k)
		v.Fields[k] = m.str(k)
	}
	if len(v.numbers) != len(p.Fields) {
		d.report(o.placeOf("value"), "give every value the same names: "+strings.Join(p.Fields, ", "), "this value of %s misses a name", p.Name)
	}
	return v
}
