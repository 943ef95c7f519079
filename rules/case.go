package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	maxCaseBytes = 256 << 10
	maxPersons   = 40
)

// Case is what is known about one family on one day: the facts that somebody
// gave. What was not given is not known. The persons are complete: who is not
// listed is not in the family. A Case does not change and may be used by many
// goroutines.
type Case struct {
	date    Date
	family  []cell
	persons []casePerson
}

type casePerson struct {
	id    string
	role  string
	facts []cell
}

// Date is the day for which the case is looked at.
func (c *Case) Date() Date { return c.date }

// Persons are the ids of the persons, in the order in which they were given.
func (c *Case) Persons() []string {
	ids := make([]string, len(c.persons))
	for i, p := range c.persons {
		ids[i] = p.id
	}
	return ids
}

// ParseCase reads a case:
//
//	{"date": "2026-03-01",
//	 "family": {"municipality": "24062"},
//	 "persons": [{"id": "a", "role": "applicant", "birth_date": "1990-05-01"}]}
//
// Amounts of money are numbers or texts with at most two decimals and are kept
// exactly. null says that a fact is not known, as leaving it out does. Unknown
// keys, values of the wrong type or outside their domain, days that do not
// exist, ids or keys that stand twice and facts that contradict each other
// give an [InputError]; nothing is guessed.
func (lib *Library) ParseCase(b []byte) (*Case, error) {
	v, err := readJSON(b)
	if err != nil {
		return nil, err
	}
	return lib.readCase(v)
}

var personID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func (lib *Library) readCase(v value) (*Case, error) {
	if v.kind != valueObject {
		return nil, &InputError{"$", "", "this is no object", `write {"date": …, "family": {…}, "persons": […]}`}
	}
	for _, k := range v.keys {
		if k != "date" && k != "family" && k != "persons" {
			return nil, &InputError{k, k, "unknown key", "the keys are date, family and persons"}
		}
	}
	c := &Case{family: make([]cell, lib.facts.width)}
	day, ok := v.fields["date"]
	if !ok || day.kind == valueNull {
		return nil, &InputError{"date", "date", "the day is missing", "write the day for which the rights are looked at, as 2026-03-01"}
	}
	var err error
	if c.date, err = ParseDate(day.text); err != nil || day.kind != valueText {
		return nil, &InputError{"date", "date", "this is no day that exists", `write it as "2026-03-01"`}
	}
	if y, _, _ := c.date.Civil(); y < 1990 || y > 2100 {
		return nil, &InputError{"date", "date", "no rights are known for this year", "use a day from 1990 to 2100"}
	}
	if f, ok := v.fields["family"]; ok && f.kind != valueNull {
		if err := lib.readFactsOf(OfFamily, "family", f, c.date, c.family); err != nil {
			return nil, err
		}
	}
	if err := lib.readPersons(v.fields["persons"], c); err != nil {
		return nil, err
	}
	return c, lib.contradiction(c)
}

func (lib *Library) readPersons(list value, c *Case) error {
	if list.kind != valueList {
		return &InputError{"persons", "persons", "the list of persons is missing", `write "persons": [{"id": "a", "role": "applicant"}]`}
	}
	if len(list.items) > maxPersons {
		return tooManyPersons()
	}
	for i, v := range list.items {
		at := fmt.Sprintf("persons[%d]", i)
		if v.kind != valueObject {
			return &InputError{at, "persons", "this is no person", `write {"id": "a", "role": "applicant"}`}
		}
		id, role := v.fields["id"], v.fields["role"]
		if id.kind != valueText || !personID.MatchString(id.text) {
			return &InputError{at + ".id", "id", "every person needs an id", "write a short text of letters, digits, - and _"}
		}
		if id.text == "family" { // an amount says with this word that it is for all of them
			return &InputError{at + ".id", "id", "this word stands for the whole family", "give the person another id"}
		}
		if slices.ContainsFunc(c.persons, func(p casePerson) bool { return p.id == id.text }) {
			return &InputError{at + ".id", "id", "another person has this id", "give every person an id of its own"}
		}
		if role.kind != valueText || lib.facts.Fact(OfPerson, "role").choice(role.text) == nil {
			return noRole(at, lib.facts.Fact(OfPerson, "role"))
		}
		p := casePerson{id: id.text, role: role.text, facts: make([]cell, lib.facts.width)}
		if err := lib.readFactsOf(OfPerson, at, v, c.date, p.facts); err != nil {
			return err
		}
		c.persons = append(c.persons, p)
	}
	return lib.countRoles(c)
}

func tooManyPersons() *InputError {
	return &InputError{"persons", "persons", fmt.Sprintf("there are more than %d persons", maxPersons), "list the persons of one family"}
}

func noRole(at string, role *Fact) *InputError {
	return &InputError{at + ".role", "role", "every person needs a role", "write one of " + strings.Join(role.set.set, ", ")}
}

// countRoles refuses a case with more or fewer persons of a role than there can
// be.
func (lib *Library) countRoles(c *Case) error {
	counts := map[string]int{}
	for _, p := range c.persons {
		counts[p.role]++
	}
	for _, r := range lib.facts.Roles {
		switch n := counts[r.Key]; {
		case r.Required && n != 1:
			return &InputError{"persons", "role", fmt.Sprintf("%d persons have the role %s", n, r.Key), "give exactly one person the role " + r.Key}
		case r.Max > 0 && n > r.Max:
			return &InputError{"persons", "role", fmt.Sprintf("%d persons have the role %s", n, r.Key), fmt.Sprintf("give it to at most %d", r.Max)}
		}
	}
	return nil
}

func (lib *Library) readFactsOf(entity, at string, v value, today Date, into []cell) error {
	if v.kind != valueObject {
		return &InputError{at, "", "this is no object", "write {fact: value}"}
	}
	for _, key := range v.keys {
		if entity == OfPerson && key == "id" {
			continue
		}
		where := at + "." + key
		x := lib.facts.Fact(entity, key)
		if x == nil {
			remedy := didYouMean(key, lib.facts.keys(entity))
			if other := lib.facts.Fact(map[string]string{OfFamily: OfPerson, OfPerson: OfFamily}[entity], key); other != nil {
				remedy = "this is a fact of a " + other.Entity
			}
			if remedy == "" {
				remedy = "see `rights facts` for the keys"
			}
			return &InputError{where, key, "there is no fact with this key", remedy}
		}
		if v.fields[key].kind == valueNull {
			continue
		}
		if !x.Given {
			return &InputError{where, key, "this fact follows from others", "leave it out"}
		}
		c, reason, remedy := x.read(v.fields[key], today)
		if reason != "" {
			return &InputError{where, key, reason, remedy}
		}
		into[x.index] = c
	}
	return nil
}

// read takes one value of a fact; reason says why it cannot be.
func (x *Fact) read(v value, today Date) (c cell, reason, remedy string) {
	c.known = true
	switch x.Type {
	case TypeBool:
		if v.kind != valueBool {
			return c, "this is neither true nor false", "write true, false or null"
		}
		c.b = triOf(v.text == "true")
		return c, "", ""
	case TypeChoice:
		if v.kind != valueText || x.choice(v.text) == nil {
			return c, "this is none of the values", "write one of " + strings.Join(x.set.set, ", ")
		}
		c.s = word(v.text)
		return c, "", ""
	case TypeCode:
		if v.kind != valueText || len(v.text) > 64 || x.pattern != nil && !x.pattern.MatchString(v.text) {
			return c, "this is not written as the code is", "write a text that matches " + x.Pattern
		}
		if x.Listed != "" && !x.listed(v.text) {
			return c, "this code does not exist", "write one of the table " + x.Listed
		}
		c.s = word(v.text)
		return c, "", ""
	case TypeDate:
		d, err := ParseDate(v.text)
		if v.kind != valueText || err != nil {
			return c, "this is no day that exists", `write it as "2026-03-01"`
		}
		c.n = exactly(integer(int64(d)))
	default:
		n, err := parseNumber(v.text)
		switch {
		case v.kind != valueNumber && (v.kind != valueText || x.Type != TypeMoney) || err != nil:
			return c, "this is no plain number", "write it as 1234.56, without exponent or grouping"
		case x.Type == TypeInt && !n.isWhole():
			return c, "this is no whole number", "write a number without decimals"
		case x.Type == TypeMoney && !n.mul(integer(100)).isWhole():
			return c, "an amount has at most two decimals", "write it as 1234.56"
		}
		c.n = exactly(n)
	}
	reason, remedy = x.within(c.n.lo, today)
	return c, reason, remedy
}

// within says why a number or a day cannot be: it lies outside its domain.
func (x *Fact) within(n number, today Date) (reason, remedy string) {
	if x.min.given && n.cmp(x.min.on(today)) < 0 || x.max.given && n.cmp(x.max.on(today)) > 0 {
		return "this is outside what is possible", "write a value from " + x.show(x.min, today) + " to " + x.show(x.max, today)
	}
	return "", ""
}

func (x *Fact) show(b bound, today Date) string {
	switch {
	case !b.given:
		return "any"
	case x.Type == TypeDate:
		return b.on(today).day().String()
	}
	return b.on(today).plain()
}

// contradiction looks for facts that were given although other facts say
// something else.
func (lib *Library) contradiction(c *Case) error {
	f := givenFrame(lib, c)
	defer f.done()
	look := func(at string, person int, entity string, given []cell) error {
		for _, x := range lib.facts.Facts {
			if x.Entity != entity || x.derive == nil || !given[x.index].known {
				continue
			}
			f.bound[0] = int8(person)
			b, n, s := x.derive.value(f)
			g := given[x.index]
			if x.kind == kindBool && b&g.b == 0 || x.kind == kindText && s.equal(g.s) == isFalse ||
				(x.kind == kindNumber || x.kind == kindDate) && n.equal(g.n) == isFalse {
				return &InputError{at + "." + x.Key, x.Key, "this contradicts what follows from other facts", "leave it out, or mend the others"}
			}
		}
		return nil
	}
	impossible := func(at string, person int, entity string, given []cell) error {
		for _, n := range lib.facts.nevers {
			t := tie{person: person, when: n.when}
			if n.entity != entity || t.broken(f) != isTrue {
				continue
			}
			if x := n.refused(func(x *Fact) bool { return x.Entity == entity && x.Key != "role" && given[x.index].known }); x != nil {
				return &InputError{at + "." + x.Key, x.Key, "this cannot be beside what else is known: " + n.text.In(EN), "leave it out, or mend the others"}
			}
		}
		return nil
	}
	if err := impossible("family", -1, OfFamily, c.family); err != nil {
		return err
	}
	for i, p := range c.persons {
		if err := impossible(fmt.Sprintf("persons[%d]", i), i, OfPerson, p.facts); err != nil {
			return err
		}
	}
	if err := look("family", -1, OfFamily, c.family); err != nil {
		return err
	}
	for i, p := range c.persons {
		if err := look(fmt.Sprintf("persons[%d]", i), i, OfPerson, p.facts); err != nil {
			return err
		}
	}
	return nil
}
