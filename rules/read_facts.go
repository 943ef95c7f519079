package rules

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

const (
	roleApplicant = "applicant"
	maxFacts      = 400
)

var factKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)

// readFacts reads one file of the dictionary into dict. Roles and facts may be
// spread over several files.
func (d document) readFacts(root ast.Node, dict *Dictionary) {
	o := d.object(root, "the dictionary", "roles", "tables", "never", "facts!")
	for _, n := range o.list("roles") {
		r := d.object(n, "a role", "key!", "names!", "max", "required")
		role := &Role{Key: r.str("key"), Names: r.text("names"), Required: r.boolean("required")}
		if m, ok := r.number("max"); ok {
			role.Max = int(m.n)
		}
		if slices.ContainsFunc(dict.Roles, func(x *Role) bool { return x.Key == role.Key }) {
			d.report(d.at(n), "keep one of the two", "the role %s stands here twice", role.Key)
			continue
		}
		dict.Roles = append(dict.Roles, role)
	}
	for _, n := range o.list("tables") {
		d.readTable(n, dict)
	}
	for _, n := range o.list("never") {
		d.readNever(n, dict)
	}
	for _, n := range o.list("facts") {
		if x := d.readFact(n); x != nil {
			if dict.byKey[x.path()] != nil {
				d.report(x.at, "keep one of the two", "the fact %s stands here twice", x.path())
				continue
			}
			dict.add(x)
		}
	}
}

func newDictionary() *Dictionary { return &Dictionary{byKey: map[string]*Fact{}} }

func (d *Dictionary) add(x *Fact) {
	row := 0
	if x.Entity == OfPerson {
		row = 1
	}
	x.index = len(d.rows[row])
	d.rows[row] = append(d.rows[row], x)
	d.Facts = append(d.Facts, x)
	d.byKey[x.path()] = x
	d.width = max(len(d.rows[0]), len(d.rows[1]))
}

func (d document) readFact(n ast.Node) *Fact {
	o := d.object(n, "a fact", "key!", "entity!", "type!", "unit", "names!", "question", "help", "concept", "values", "min", "max",
		"pattern", "listed", "typical", "ask", "sensitivity", "sources", "derive", "only_for", "given", "law", "source")
	x := &Fact{
		Key: o.str("key"), Entity: o.oneOf("entity", OfFamily, OfFamily, OfPerson),
		Type: o.oneOf("type", TypeBool, TypeBool, TypeInt, TypeMoney, TypeDate, TypeChoice, TypeCode),
		Unit: o.str("unit"), Names: o.text("names"), Question: o.text("question"), Help: o.text("help"), Concept: o.text("concept"),
		Min: o.str("min"), Max: o.str("max"), Pattern: o.str("pattern"), Listed: o.str("listed"), Typical: o.strings("typical"),
		Ask: o.strings("ask"), Sources: o.strings("sources"), Derive: o.str("derive"), OnlyFor: o.str("only_for"), Law: o.str("law"), Source: o.str("source"),
		Sensitivity: o.oneOf("sensitivity", "low", "low", "personal", "sensitive"),
		at:          o.where,
	}
	x.Given = x.Derive == "" || o.boolean("given")
	if !factKey.MatchString(x.Key) || x.Key == "id" {
		d.report(o.placeOf("key"), "use small letters, digits and _", "%q cannot be the key of a fact", x.Key)
		return nil
	}
	for _, a := range x.Ask {
		if a != "family" && a != "worker" {
			d.report(o.placeOf("ask"), "write family, worker or both", "%s cannot be asked", a)
		}
	}
	if len(x.Ask) > 0 && x.Question.IsZero() {
		d.report(o.where, "add question:, or leave ask: out", "the fact %s may be asked but has no question", x.Key)
	}
	x.kind = map[string]kind{TypeBool: kindBool, TypeInt: kindNumber, TypeMoney: kindNumber, TypeDate: kindDate, TypeChoice: kindText, TypeCode: kindText}[x.Type]
	for _, v := range o.list("values") {
		c := d.object(v, "a value of "+x.Key, "key!", "names!")
		x.Values = append(x.Values, Choice{Key: c.str("key"), Names: c.text("names")})
		x.set.set = append(x.set.set, c.str("key"))
	}
	if (x.Type == TypeChoice) != (len(x.Values) > 0) {
		d.report(o.where, "list them under values: for a choice, and only for a choice", "the fact %s needs values exactly when it is a choice", x.Key)
	}
	if x.Type == TypeInt || x.Type == TypeMoney || x.Type == TypeDate {
		x.min, x.max = o.bound("min", x.Type), o.bound("max", x.Type)
		if x.Derive == "" && (!x.min.given || !x.max.given) {
			d.report(o.where, "add min: and max:", "the fact %s has no domain", x.Key)
		}
	}
	for _, n := range o.list("typical") {
		text, _ := d.scalar(n, "a typical answer")
		t := typicalAnswer{}
		switch {
		case x.Type == TypeBool && (text == "true" || text == "false"):
			t.b = triOf(text == "true")
		case x.Type == TypeChoice && x.choice(text) != nil:
			t.s = word(text)
		case x.kind == kindNumber || x.kind == kindDate:
			t.bound = o.endOf(d.at(n), "typical", text, x.Type)
		default:
			d.report(d.at(n), "write answers that can be given", "%q is no answer to %s", text, x.Key)
		}
		x.typical = append(x.typical, t)
	}
	if x.Listed != "" && x.Type != TypeCode {
		d.report(o.placeOf("listed"), "leave it out, or make it a code", "only a code can be listed, not %s", x.Key)
	}
	if x.Pattern != "" {
		p, err := regexp.Compile(x.Pattern)
		if err != nil || x.Type != TypeCode {
			d.report(o.placeOf("pattern"), "write a regular expression, for a code", "the pattern of %s does not work", x.Key)
		}
		x.pattern = p
	}
	return x
}

// bound reads one end of a domain: a number, a day, today or today+300.
func (o object) bound(key, factType string) bound {
	if !o.has(key) {
		return bound{}
	}
	return o.endOf(o.placeOf(key), key, o.str(key), factType)
}

func (o object) endOf(at place, key, s, factType string) bound {
	bad := func(remedy string) bound {
		o.report(at, remedy, "%s, %s cannot be %q", o.what, key, s)
		return bound{given: true}
	}
	if factType != TypeDate {
		n, err := parseNumber(s)
		if err != nil {
			return bad("write a number")
		}
		return bound{n: n, given: true}
	}
	if rest, ok := strings.CutPrefix(s, "today"); ok {
		days := 0
		if rest != "" {
			var err error
			if days, err = strconv.Atoi(rest); err != nil || abs64(int64(days)) > 40000 {
				return bad("write today, today+300 or today-300")
			}
		}
		return bound{n: integer(int64(days)), today: true, given: true}
	}
	day, err := ParseDate(s)
	if err != nil {
		return bad("write a day as 2026-03-01, or today")
	}
	return bound{n: integer(int64(day)), given: true}
}

// roleFact makes the role of a person a fact like the others.
func (d *Dictionary) roleFact() *Fact {
	x := &Fact{Key: "role", Entity: OfPerson, Type: TypeChoice, kind: kindText, Sensitivity: "low", Sources: []string{"told", "register"},
		Names: Text{"rol in het gezin", "rôle dans la famille", "Rolle in der Familie", "role in the family"}, Given: true}
	for _, r := range d.Roles {
		x.Values = append(x.Values, Choice{r.Key, r.Names})
		x.set.set = append(x.set.set, r.Key)
	}
	return x
}

// link parses and checks what facts derive from, and refuses circles.
func (d *Dictionary) link(problems *Problems) {
	for _, x := range d.Facts {
		if x.Key == "role" {
			continue
		}
		if x.Listed != "" {
			if t := d.tables[x.Listed]; t != nil {
				x.set.set = t.codes
			} else {
				document{x.at.file, problems}.report(x.at, didYouMean(x.Listed, tableKeys(d.Tables)), "there is no table %s", x.Listed)
			}
		}
		doc := document{x.at.file, problems}
		s := newScope(doc, d, x.Entity == OfPerson)
		compile := func(text string, want kind) *expr {
			if text == "" {
				return nil
			}
			tree, ok := doc.parse(text, x.at)
			if !ok {
				return nil
			}
			e := s.check(tree, want)
			if e != nil && len(e.reads.rights) > 0 {
				doc.report(x.at, "say it in a pack", "the fact %s may not depend on a right", x.Key)
			}
			return e
		}
		x.derive, x.onlyFor = compile(x.Derive, x.kind), compile(x.OnlyFor, kindBool)
		doc.checkSum(x)
	}
	const open, closed = 1, 2
	state := map[*Fact]int{}
	var visit func(x *Fact) bool
	visit = func(x *Fact) bool {
		if state[x] != 0 {
			return state[x] == closed
		}
		state[x] = open
		for _, e := range []*expr{x.derive, x.onlyFor} {
			if e == nil {
				continue
			}
			for _, y := range e.reads.facts {
				if !visit(y) {
					return false
				}
			}
		}
		state[x] = closed
		return true
	}
	for _, x := range d.Facts {
		if !visit(x) {
			document{x.at.file, problems}.report(x.at, "break the circle", "the fact %s depends on itself", x.Key)
			x.derive, x.onlyFor = nil, nil
			return
		}
	}
}
