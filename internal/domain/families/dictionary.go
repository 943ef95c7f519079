package families

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/rules"
)

// longestValue bounds one answer, in bytes of JSON.
const longestValue = 256

// factAge follows from the day of birth and would be wrong a year later: a
// file keeps the day.
const factAge = "age"

// canonical reads the value of a fact of the family (role "") or of a person
// in a role, as the dictionary has it, and gives the form in which it is kept:
// amounts as text with two decimals, counts without any. null stays null.
func (in intake) canonical(x Fact, role Role) (json.RawMessage, error) {
	entity := rules.OfFamily
	if role != "" {
		entity = rules.OfPerson
	}
	fact := in.law.Facts().Fact(entity, x.Key)
	switch {
	case fact == nil || !fact.Given || x.Key == "role":
		return nil, kernel.NewInvalid("family.fact_unknown")
	case x.Key == factAge:
		return nil, kernel.NewInvalid("family.fact_age")
	case len(x.Value) > longestValue || !json.Valid(x.Value):
		return nil, kernel.NewInvalid("family.fact_value")
	}
	value := json.RawMessage(strings.TrimSpace(string(x.Value)))
	if string(value) == "null" {
		return value, nil
	}
	if err := in.possible(x.Key, value, role); err != nil {
		return nil, err
	}
	switch fact.Type {
	case rules.TypeMoney:
		return quoted(plain(value, 2)), nil
	case rules.TypeInt:
		return json.RawMessage(plain(value, 0)), nil
	case rules.TypeBool:
		return value, nil
	}
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		return nil, kernel.NewInvalid("family.fact_value")
	}
	return quoted(text), nil
}

// possible asks the engine itself whether it can read a value: alone, of a
// family in which nothing else is known.
func (in intake) possible(key string, value json.RawMessage, role Role) error {
	applicant := map[string]any{"id": "a", "role": Applicant}
	persons, family := []map[string]any{applicant}, map[string]any{}
	switch role {
	case "":
		family[key] = value
	case Applicant:
		applicant[key] = value
	default:
		persons = append(persons, map[string]any{"id": "b", "role": role, key: value})
	}
	b, err := json.Marshal(map[string]any{"date": in.today, "family": family, "persons": persons})
	if err != nil {
		return err
	}
	_, err = in.law.ParseCase(b)
	if _, wrong := errors.AsType[*rules.InputError](err); wrong {
		return kernel.NewInvalid("family.fact_value")
	}
	return err
}

// plain writes a number that the engine could read with so many decimals,
// without zeros before it. More decimals are zeros, or the engine would have
// refused.
func plain(value json.RawMessage, decimals int) string {
	text := strings.Trim(string(value), `"`)
	text, negative := strings.CutPrefix(text, "-")
	whole, part, _ := strings.Cut(text, ".")
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	part = (part + "00")[:decimals]
	if decimals > 0 {
		part = "." + part
	}
	if negative && strings.Trim(whole+part, "0.") != "" {
		whole = "-" + whole
	}
	return whole + part
}

// caseDoc is a case as the engine reads it.
type caseDoc struct {
	Date    kernel.Date                  `json:"date"`
	Family  map[string]json.RawMessage   `json:"family"`
	Persons []map[string]json.RawMessage `json:"persons"`
}

// Case is what the rules may see of the family on a day, as the engine reads
// it: {"date", "family": {key: value}, "persons": [{"id", "role", key: value}]}.
// Who had left by then, or was not born yet, is not in it. The names of nobody
// are.
//
// What is kept and can no longer be, such as a due date long past, is left
// out: to the rules it is not known.
func (f File) Case(day kernel.Date) (json.RawMessage, error) { return f.CaseKnown(day, day) }

// CaseKnown is the case of a day by the facts that hold on another: what was due
// in September, by what was told in November.
func (f File) CaseKnown(day, known kernel.Date) (json.RawMessage, error) {
	doc := f.document(day, known)
	for f.law != nil {
		wrong, err := doc.refused(f.law)
		if err != nil {
			return nil, err
		}
		if wrong == "" {
			break
		}
		if !doc.drop(wrong) {
			return nil, fmt.Errorf("case of %s: the engine refuses %s", f.ID, wrong)
		}
	}
	return json.Marshal(doc)
}

// refused is the path at which the engine refuses the case; "" when it does
// not.
func (d caseDoc) refused(law *rules.Library) (path string, err error) {
	b, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	_, err = law.ParseCase(b)
	if wrong, ok := errors.AsType[*rules.InputError](err); ok {
		return wrong.Path, nil
	}
	return "", err
}

// place reads a path of the engine's, "family.rent" or "persons[2].due_date":
// of whom and which key.
func (d caseDoc) place(path string) (person kernel.ID, key string) {
	at, key, _ := strings.Cut(path, ".")
	var i int
	if n, _ := fmt.Sscanf(at, "persons[%d]", &i); n == 1 && i < len(d.Persons) {
		var id string
		if json.Unmarshal(d.Persons[i]["id"], &id) == nil {
			person = kernel.ID(id)
		}
	}
	return person, key
}

// drop leaves out the fact at a path; false when there is none.
func (d caseDoc) drop(path string) bool {
	person, key := d.place(path)
	facts := d.Family
	for _, p := range d.Persons {
		if person != "" && string(p["id"]) == string(quoted(string(person))) {
			facts = p
		}
	}
	if _, there := facts[key]; !there || key == "id" || key == "role" {
		return false
	}
	delete(facts, key)
	return true
}

func (f File) document(day, known kernel.Date) caseDoc {
	doc := caseDoc{Date: day, Family: map[string]json.RawMessage{}, Persons: []map[string]json.RawMessage{}}
	for key, value := range map[string]string{factPostalCode: string(f.PostalCode), factMunicipality: string(f.Municipality)} {
		if value != "" && (f.law == nil || f.law.Facts().Fact(rules.OfFamily, key) != nil) {
			doc.Family[key] = quoted(value)
		}
	}
	at := map[kernel.ID]int{}
	for _, p := range append(append([]Person{}, f.Persons...), f.Gone...) {
		if p.LeftOn != "" && p.LeftOn <= day || p.Birth > day {
			continue
		}
		at[p.ID] = len(doc.Persons)
		doc.Persons = append(doc.Persons, map[string]json.RawMessage{"id": quoted(string(p.ID)), "role": quoted(string(p.Role))})
	}
	for _, x := range f.FactsOn(known) {
		if x.Person == "" {
			doc.Family[x.Key] = x.Value
		} else if i, ok := at[x.Person]; ok {
			doc.Persons[i][x.Key] = x.Value
		}
	}
	return doc
}

// The facts that follow from where the family lives; they are changed with
// the contact.
const (
	factPostalCode   = "postal_code"
	factMunicipality = "municipality"
)
