package programmes

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Wish is a local right as somebody writes it who knows no rules: for whom, on
// what conditions, what it gives. [Service.Weigh] makes the rule of it.
type Wish struct {
	Names   kernel.Text `json:"names"`
	Summary kernel.Text `json:"summary"`
	How     kernel.Text `json:"how"`            // how one asks for it
	Gives   kernel.Text `json:"gives,omitzero"` // what it gives that is no sum of money

	Child      bool        `json:"child"`              // it is for each child; else for the family
	AgeFrom    string      `json:"age_from,omitempty"` // of the child, in years; with a family: it has such a child
	AgeBelow   string      `json:"age_below,omitempty"`
	Conditions []Condition `json:"conditions,omitempty"`
	Amount     string      `json:"amount,omitempty"` // "70.00"; empty: no sum
	Per        string      `json:"per,omitempty"`

	Authority string      `json:"authority"` // who decides and pays
	From      kernel.Date `json:"from"`
	To        kernel.Date `json:"to,omitempty"`
	Address   string      `json:"address"` // where the decision can be read
	Decided   kernel.Date `json:"decided"` // when it was made
	Tests     string      `json:"tests,omitempty"`
}

// Condition compares one fact with a value.
type Condition struct {
	Fact  string `json:"fact"` // "family.tenure", "parents.net_income_month", "someone.benefit", "child.disability_66"
	Is    string `json:"is"`   // yes, no, is, is_not, at_most, less, at_least, more
	Value string `json:"value,omitempty"`
}

// Comparisons are the ways to compare, by the kind of fact.
var (
	YesNo    = []string{"yes", "no"}
	Sames    = []string{"is", "is_not"}
	Sizes    = []string{"at_most", "less", "at_least", "more", "is"}
	Periods  = []string{"month", "quarter", "year", "once", "week", "day"}
	whose    = []string{"family", "parents", "someone", "child"}
	operator = map[string]string{"at_most": "<=", "less": "<", "at_least": ">=", "more": ">", "is": "==", "is_not": "!="}
)

// Whose tells of whom a fact of a condition is, and which fact that is; nil
// when the dictionary has none.
func Whose(law *rules.Library, name string) (who string, x *rules.Fact) {
	who, key, _ := strings.Cut(name, ".")
	switch who {
	case "family":
		return who, law.Facts().Fact(rules.OfFamily, key)
	case "parents", "someone", "child":
		return who, law.Facts().Fact(rules.OfPerson, key)
	}
	return "", nil
}

// Compared are the comparisons that suit a fact.
func Compared(x *rules.Fact) []string {
	switch x.Type {
	case rules.TypeBool:
		return YesNo
	case rules.TypeChoice:
		return Sames
	}
	return Sizes
}

// Writable are the facts that a condition can name: those that somebody is
// asked, and that follow from others, but days and codes.
func Writable(law *rules.Library, child bool) (names []string) {
	for _, who := range whose {
		for _, x := range law.Facts().Facts {
			number := x.Type == rules.TypeInt || x.Type == rules.TypeMoney
			switch {
			case (who == "family") != (x.Entity == rules.OfFamily), len(x.Ask) == 0 && x.Derive == "", x.Key == "region", x.Key == "age" && who != "child",
				x.Type == rules.TypeDate, x.Type == rules.TypeCode, who == "parents" && x.Type != rules.TypeMoney, who == "someone" && number, who == "child" && !child:
			default:
				names = append(names, who+"."+x.Key)
			}
		}
	}
	return names
}

const (
	maxConditions = 8
	maxTests      = 20_000
	maxShort      = 200
)

// check tells what is missing or cannot be, each at its field.
func (w *Wish) check(law *rules.Library) kernel.Faults {
	wrong := kernel.Faults{}
	texts := []struct {
		field string
		text  kernel.Text
		must  bool
	}{{"names", w.Names, true}, {"summary", w.Summary, true}, {"how", w.How, true}, {"gives", w.Gives, w.Amount == ""}}
	for _, t := range texts {
		if !t.must && t.text == (kernel.Text{}) {
			continue
		}
		for _, lang := range t.text.Missing() {
			wrong.Check(t.field+"."+string(lang), kernel.NewInvalid("localright.text"))
		}
		for _, lang := range kernel.Langs {
			tooLong(&wrong, t.field+"."+string(lang), t.text.In(lang), maxWords)
		}
	}
	from, below := years(&wrong, "age_from", w.AgeFrom), years(&wrong, "age_below", w.AgeBelow)
	if w.AgeFrom != "" && w.AgeBelow != "" && from >= below {
		wrong.Check("age_below", kernel.NewInvalid("localright.ages"))
	}
	if w.Amount != "" {
		if n, err := kernel.ParseCents(w.Amount); err != nil {
			wrong.Check("amount", err)
		} else if n <= 0 {
			wrong.Check("amount", kernel.NewInvalid("localright.amount"))
		} else {
			w.Amount = n.String()
		}
		oneOf(&wrong, "per", w.Per, Periods)
	}
	if strings.TrimSpace(w.Authority) == "" {
		wrong.Check("authority", kernel.NewInvalid("localright.authority"))
	}
	tooLong(&wrong, "authority", w.Authority, maxShort)
	for _, d := range []struct {
		field string
		day   kernel.Date
		must  bool
	}{{"from", w.From, true}, {"to", w.To, false}, {"decided", w.Decided, true}} {
		if _, err := kernel.ParseDate(string(d.day)); (d.must || d.day != "") && err != nil {
			wrong.Check(d.field, kernel.NewInvalid("localright.day"))
		}
	}
	if w.To != "" && w.To < w.From {
		wrong.Check("to", kernel.NewInvalid("programme.period"))
	}
	if !strings.HasPrefix(w.Address, "https://") && !strings.HasPrefix(w.Address, "http://") || strings.ContainsAny(w.Address, " \t\n") {
		wrong.Check("address", kernel.NewInvalid("localright.address"))
	}
	tooLong(&wrong, "address", w.Address, 4*maxShort)
	tooLong(&wrong, "tests", w.Tests, maxTests)
	for i := range w.Conditions {
		w.Conditions[i].check(law, "condition."+strconv.Itoa(i), w.Child, &wrong)
	}
	if len(w.Conditions) > maxConditions {
		wrong.Check("condition.0.fact", kernel.NewInvalid("localright.conditions").With("max", strconv.Itoa(maxConditions)))
	}
	return wrong
}

func (c *Condition) check(law *rules.Library, at string, child bool, wrong *kernel.Faults) {
	who, x := Whose(law, c.Fact)
	if x == nil || !slices.Contains(Writable(law, true), c.Fact) {
		wrong.Check(at+".fact", kernel.NewInvalid("localright.fact"))
		return
	}
	if who == "child" && !child {
		wrong.Check(at+".fact", kernel.NewInvalid("localright.child"))
		return
	}
	oneOf(wrong, at+".is", c.Is, Compared(x))
	switch x.Type {
	case rules.TypeBool:
		c.Value = ""
	case rules.TypeChoice:
		known := false
		for _, v := range x.Values {
			known = known || v.Key == c.Value
		}
		if !known {
			wrong.Check(at+".value", kernel.NewInvalid("localright.choice"))
		}
	case rules.TypeMoney:
		n, err := kernel.ParseCents(c.Value)
		if err != nil {
			wrong.Check(at+".value", err)
			return
		}
		c.Value = n.String()
	default:
		if n, err := strconv.Atoi(strings.TrimSpace(c.Value)); err != nil || n < -1_000_000 || n > 1_000_000 {
			wrong.Check(at+".value", kernel.NewInvalid("localright.number"))
		} else {
			c.Value = strconv.Itoa(n)
		}
	}
}

func oneOf(wrong *kernel.Faults, field, value string, known []string) {
	if !slices.Contains(known, value) {
		wrong.Check(field, kernel.NewInvalid("localright.compare"))
	}
}

func tooLong(wrong *kernel.Faults, field, text string, most int) {
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > most {
		wrong.Check(field, kernel.NewInvalid("programme.param.long").With("max", strconv.Itoa(most)))
	}
}

func years(wrong *kernel.Faults, field, typed string) int {
	if typed == "" {
		return 0
	}
	n, err := strconv.Atoi(typed)
	if err != nil || n < 0 || n > 25 {
		wrong.Check(field, kernel.NewInvalid("localright.years"))
	}
	return n
}
