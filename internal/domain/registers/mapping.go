package registers

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Mapping says what the columns of a list are.
type Mapping struct {
	Dates   lists.Order `json:"dates"`
	Decimal string      `json:"decimal"` // "," or "."
	Columns []Column    `json:"columns"`
}

// Column is what one column is, and what its cells mean where they are not
// written as we write them.
type Column struct {
	Head   string            `json:"head"`
	To     string            `json:"to,omitempty"`     // "applicant.last", "child1.birth", "family.rent"; empty: it is not read
	Values map[string]string `json:"values,omitempty"` // a cell, folded, to a value of the fact
}

// Whose is of whom a column can be, in the order of the file. A row is one family.
var Whose = [...]string{"applicant", "partner", "child1", "child2", "child3", "child4", "family"}

// Who somebody is and where they live: no facts.
var (
	personFields = [...]string{lists.Last, lists.First, lists.Birth, lists.INSZ}
	familyFields = [...]string{lists.Postal, lists.Phone}
)

// Bounds of a mapping.
const (
	longestName   = 60
	mostMeanings  = 60
	longestMapped = 80
)

// listName reads the name that somebody gives a list. It stands in clear, beside
// each fact: a number of somebody does not belong in it.
func listName(typed string) (string, error) {
	name := strings.Join(strings.Fields(typed), " ")
	digits := 0
	for _, r := range name {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return "", kernel.NewInvalid("register.name")
		}
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if name == "" || utf8.RuneCountInString(name) > longestName || digits > 8 || !utf8.ValidString(name) {
		return "", kernel.NewInvalid("register.name").With("limit", strconv.Itoa(longestName))
	}
	return name, nil
}

// Check tells what is wrong with a mapping: each fault at "to.N", the column.
func (m Mapping) Check(law *rules.Library) error {
	var faults kernel.Faults
	if !slices.Contains(lists.Orders[:], m.Dates) {
		faults.Check("dates", kernel.NewInvalid("register.dates"))
	}
	if m.Decimal != "," && m.Decimal != "." {
		faults.Check("decimal", kernel.NewInvalid("register.decimal"))
	}
	if len(m.Columns) == 0 || len(m.Columns) > lists.MaxColumns {
		return kernel.NewInvalid("register.mapping")
	}
	seen, who := map[string]bool{}, false
	for i, c := range m.Columns {
		field := "to." + strconv.Itoa(i)
		switch {
		case utf8.RuneCountInString(c.Head) > longestMapped || len(c.Values) > mostMeanings || strings.ContainsRune(c.Head+c.To, 0):
			faults.Check(field, kernel.NewInvalid("register.mapping"))
		case c.To == "":
			continue
		case seen[c.To]:
			faults.Check(field, kernel.NewInvalid("register.column_twice"))
		case !Mappable(law, c.To):
			faults.Check(field, kernel.NewInvalid("register.column"))
		}
		for cell, value := range c.Values {
			if utf8.RuneCountInString(cell)+utf8.RuneCountInString(value) > 2*lists.MaxCell || strings.ContainsRune(cell+value, 0) {
				faults.Check(field, kernel.NewInvalid("register.mapping"))
			}
		}
		seen[c.To] = true
	}
	for _, p := range Whose {
		who = who || seen[p+".insz"] || seen[p+".last"] && seen[p+".first"] && seen[p+".birth"]
	}
	if len(faults) == 0 && (!who || !seen["applicant.last"] && !seen["applicant.first"] && !seen["applicant.insz"]) {
		faults.Check("to.0", kernel.NewInvalid("register.nobody"))
	}
	return faults.Err()
}

// Mappable tells whether a column can be this.
func Mappable(law *rules.Library, to string) bool {
	who, what, _ := strings.Cut(to, ".")
	if !slices.Contains(Whose[:], who) {
		return false
	}
	if who == "family" {
		return slices.Contains(familyFields[:], what) || FactOf(law, to) != nil
	}
	return slices.Contains(personFields[:], what) || FactOf(law, to) != nil
}

// ofTheFile are facts that a list brings in another way, or never.
var ofTheFile = []string{"role", "age", "birth_date", "due_date", "postal_code", "municipality"}

// FactOf is the fact of the dictionary that a column is; nil when it is none.
func FactOf(law *rules.Library, to string) *rules.Fact {
	who, what, _ := strings.Cut(to, ".")
	entity := rules.OfPerson
	if who == "family" {
		entity = rules.OfFamily
	}
	x := law.Facts().Fact(entity, what)
	if x == nil || !x.Given || slices.Contains(ofTheFile, what) {
		return nil
	}
	return x
}

// Facts lists what a column of somebody can be, by keys, besides who they are.
func Facts(law *rules.Library, who string) (keys []string) {
	for _, x := range law.Facts().Facts {
		if (x.Entity == rules.OfFamily) == (who == "family") && FactOf(law, who+"."+x.Key) != nil {
			keys = append(keys, x.Key)
		}
	}
	return keys
}

// Fields lists what a column of somebody can be that is no fact.
func Fields(who string) []string {
	if who == "family" {
		return familyFields[:]
	}
	return personFields[:]
}

// propose guesses what the columns of a list are, by their names and by what
// stands in them.
func propose(l *lists.List, law *rules.Library, today kernel.Date) Mapping {
	m := Mapping{Dates: lists.DayFirst, Decimal: ","}
	used := map[string]bool{}
	for _, head := range l.Head {
		to := ""
		switch what := lists.Known(head); what {
		case "":
			to = factCalled(law, head)
		case lists.Postal, lists.Phone:
			to = "family." + what
		default:
			to = "applicant." + what
		}
		if used[to] {
			to = ""
		}
		used[to] = to != ""
		m.Columns = append(m.Columns, Column{Head: head, To: to})
	}
	points, commas := 0, 0
	for i, c := range m.Columns {
		if strings.HasSuffix(c.To, ".birth") {
			if order, ok := lists.OrderOf(l.Column(i), today); ok {
				m.Dates = order
			}
		}
		if x := FactOf(law, c.To); x != nil && x.Type == rules.TypeMoney {
			for _, cell := range l.Column(i) {
				at := strings.LastIndexAny(cell, ".,")
				switch {
				case at < 0 || len(cell)-at-1 == 3: // thousands
				case cell[at] == '.':
					points++
				default:
					commas++
				}
			}
		}
	}
	if l.Form == lists.Parquet || l.Form == lists.XLSX || points > commas {
		m.Decimal = "."
	}
	return m
}

// factCalled is the fact that goes by a name, as its key or in any language, of
// the family before that of the applicant.
func factCalled(law *rules.Library, head string) string {
	words := strings.Join(kernel.Words(head), " ")
	for _, who := range []string{"family", "applicant"} {
		for _, key := range Facts(law, who) {
			x := FactOf(law, who+"."+key)
			names := []string{strings.ReplaceAll(key, "_", " ")}
			for _, lang := range kernel.Langs {
				names = append(names, strings.Join(kernel.Words(x.Names.In(rules.Lang(lang))), " "))
			}
			if words != "" && slices.Contains(names, words) {
				return who + "." + key
			}
		}
	}
	return ""
}

// fits tells whether a mapping was made for a list with these names.
func (m Mapping) fits(head []string) bool {
	return slices.EqualFunc(m.Columns, head, func(c Column, name string) bool { return c.Head == name })
}
