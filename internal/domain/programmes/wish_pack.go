package programmes

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/rules"
)

// packText is a pack as it is written, with the field from which each line
// comes.
type packText struct {
	lines  []string
	fields []string
}

func (p *packText) add(field, format string, args ...any) {
	for _, l := range strings.Split(fmt.Sprintf(format, args...), "\n") {
		p.lines, p.fields = append(p.lines, l), append(p.fields, field)
	}
}

// field is where a line of the pack was filled in; "" where nowhere.
func (p *packText) field(line int) string {
	if line < 1 || line > len(p.fields) {
		return ""
	}
	return p.fields[line-1]
}

func (p *packText) String() string { return strings.Join(p.lines, "\n") + "\n" }

// quoted is a text as JSON writes it, which YAML reads too.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // cannot happen: it is a text
	}
	return withoutBrackets(string(b))
}

func (p *packText) text(indent, key, field string, t kernel.Text) {
	p.add(field, "%s%s:", indent, key)
	for _, lang := range kernel.Langs {
		at := field
		if field == "names" || field == "summary" || field == "how" || field == "gives" {
			at += "." + string(lang)
		}
		p.add(at, "%s  %s: %s", indent, lang, quoted(strings.Join(strings.Fields(t.In(lang)), " ")))
	}
}

// longSince is a day before every wish, from which its numbers hold: the right
// itself begins on its own first day.
const longSince = long

// pack writes the rule. Only a wish in which nothing is wrong has one.
func (w Wish) pack(id string, municipalities []kernel.NIS, law *rules.Library) *packText {
	p := &packText{}
	p.add("", "id: %s", id)
	p.text("", "names", "names", w.Names)
	p.text("", "summary", "summary", w.Summary)
	p.text("", "authority", "authority", kernel.Text{NL: w.Authority, FR: w.Authority, DE: w.Authority, EN: w.Authority})
	p.add("", "kind: local")
	var codes []string
	for _, n := range municipalities {
		codes = append(codes, `"`+string(n)+`"`)
	}
	p.add("", "municipality: [%s]", strings.Join(codes, ", "))
	valid := "from: " + string(w.From)
	if w.To != "" {
		valid += ", to: " + string(w.To)
	}
	p.add("from", "valid: {%s}", valid)
	p.add("address", "sources:\n  - id: decision\n    url: %s\n    kind: local\n    dated: %s", quoted(w.Address), w.Decided)
	w.parameters(p, law)
	w.forWhom(p)
	first := true
	head := func() {
		if first {
			p.add("", "conditions:")
			first = false
		}
	}
	if when, text := w.ages("q"); !w.Child && when != "" {
		head()
		p.add("age_from", "  - id: child")
		p.text("    ", "text", "age_from", text)
		p.add("age_from", "    when: '%s'", `persons.exists(q, q.role == "child"`+when+`)`)
	}
	for i, c := range w.Conditions {
		head()
		at := "condition." + strconv.Itoa(i) + ".fact"
		p.add(at, "  - id: c%d", i+1)
		p.text("    ", "text", at, c.words(law))
		p.add("condition."+strconv.Itoa(i)+".value", "    when: '%s'", c.expression(law, i+1))
	}
	if w.Amount != "" {
		p.add("amount", "amount: {value: param.amount, per: %s}", w.Per)
	}
	if w.Gives != (kernel.Text{}) {
		p.text("", "in_kind", "gives", w.Gives)
	}
	p.add("how", "apply:\n  mode: application")
	p.text("  ", "how", "how", w.How)
	if tests := strings.TrimRight(strings.ReplaceAll(w.Tests, "\r\n", "\n"), " \n\t"); tests != "" {
		p.add("tests", "tests:")
		p.add("tests", "%s", tests)
	}
	return p
}

func (w Wish) parameters(p *packText, law *rules.Library) {
	first := true
	parameter := func(field, name, unit, value string, text kernel.Text) {
		if first {
			p.add("", "parameters:")
			first = false
		}
		p.add(field, "  - name: %s\n    unit: %s\n    indexed: none", name, unit)
		p.text("    ", "text", field, text)
		p.add(field, "    values:\n      - {from: %s, value: %s, confidence: high, source: decision}", longSince, value)
	}
	for i, c := range w.Conditions {
		if _, x := Whose(law, c.Fact); x.Type == rules.TypeMoney || x.Type == rules.TypeInt {
			unit := x.Unit
			if unit == "" {
				unit = "number"
			}
			parameter("condition."+strconv.Itoa(i)+".value", "limit_"+strconv.Itoa(i+1), quoted(unit), c.Value, kernelText(x.Names))
		}
	}
	if w.Amount != "" {
		parameter("amount", "amount", "EUR", w.Amount, w.Names)
	}
}

func (w Wish) forWhom(p *packText) {
	if !w.Child {
		return
	}
	when, text := w.ages("p")
	if when == "" {
		text = kernel.Text{NL: "Voor elk kind.", FR: "Pour chaque enfant.", DE: "Für jedes Kind.", EN: "For each child."}
	} else {
		for _, t := range []*string{&text.NL, &text.FR, &text.DE, &text.EN} {
			*t = strings.TrimSuffix(*t, ".") + "."
		}
	}
	p.add("age_from", "for:\n  each: '%s'", `p.role == "child"`+when)
	p.text("  ", "text", "age_from", text)
}

// ages is the part of a condition about a child's age, and its words.
func (w Wish) ages(person string) (when string, text kernel.Text) {
	if w.AgeFrom != "" {
		when += " && " + person + ".age >= " + w.AgeFrom
	}
	if w.AgeBelow != "" {
		when += " && " + person + ".age < " + w.AgeBelow
	}
	switch {
	case w.AgeFrom != "" && w.AgeBelow != "":
		text = kernel.Text{NL: "Een kind van " + w.AgeFrom + " jaar of ouder en jonger dan " + w.AgeBelow + " jaar.", FR: "Un enfant de " + w.AgeFrom + " ans ou plus et de moins de " + w.AgeBelow + " ans.",
			DE: "Ein Kind ab " + w.AgeFrom + " und unter " + w.AgeBelow + " Jahren.", EN: "A child of " + w.AgeFrom + " or older and younger than " + w.AgeBelow + "."}
	case w.AgeFrom != "":
		text = kernel.Text{NL: "Een kind van " + w.AgeFrom + " jaar of ouder.", FR: "Un enfant de " + w.AgeFrom + " ans ou plus.", DE: "Ein Kind ab " + w.AgeFrom + " Jahren.", EN: "A child of " + w.AgeFrom + " or older."}
	case w.AgeBelow != "":
		text = kernel.Text{NL: "Een kind jonger dan " + w.AgeBelow + " jaar.", FR: "Un enfant de moins de " + w.AgeBelow + " ans.", DE: "Ein Kind unter " + w.AgeBelow + " Jahren.", EN: "A child younger than " + w.AgeBelow + "."}
	}
	return when, text
}

// expression is the condition in the language of the rules; n is its number.
func (c Condition) expression(law *rules.Library, n int) string {
	who, x := Whose(law, c.Fact)
	fact := map[string]string{"family": "family.", "someone": "q.", "child": "p.", "parents": ""}[who] + x.Key
	var out string
	switch {
	case x.Type == rules.TypeBool:
		out = fact
	case x.Type == rules.TypeChoice:
		out = fact + " == " + quoted(c.Value)
	case who == "parents":
		return fmt.Sprintf(`sum(persons, q, q.role in ["applicant", "partner"], q.%s) %s param.limit_%d`, x.Key, operator[c.Is], n)
	default:
		return fmt.Sprintf("%s %s param.limit_%d", fact, operator[c.Is], n)
	}
	if who == "someone" {
		out = "persons.exists(q, " + out + ")"
	}
	if c.Is == "no" || c.Is == "is_not" {
		return "!(" + out + ")"
	}
	return out
}

func kernelText(t rules.Text) kernel.Text { return kernel.Text{NL: t.NL, FR: t.FR, DE: t.DE, EN: t.EN} }

// The words of a condition, in each language: of whom, how it is compared.
var (
	whoseWords = map[string]kernel.Text{
		"parents": {NL: "Ouders samen: ", FR: "Parents ensemble : ", DE: "Eltern zusammen: ", EN: "Parents together: "},
		"someone": {NL: "Iemand in het gezin: ", FR: "Quelqu’un dans la famille : ", DE: "Jemand in der Familie: ", EN: "Somebody in the family: "},
		"child":   {NL: "Het kind: ", FR: "L’enfant : ", DE: "Das Kind: ", EN: "The child: "},
	}
	compareWords = map[string]kernel.Text{
		"yes": {NL: "ja", FR: "oui", DE: "ja", EN: "yes"}, "no": {NL: "nee", FR: "non", DE: "nein", EN: "no"},
		"is": {NL: "", FR: "", DE: "", EN: ""}, "is_not": {NL: "niet ", FR: "pas ", DE: "nicht ", EN: "not "},
		"at_most": {NL: "hoogstens ", FR: "au plus ", DE: "höchstens ", EN: "at most "}, "less": {NL: "minder dan ", FR: "moins de ", DE: "weniger als ", EN: "less than "},
		"at_least": {NL: "minstens ", FR: "au moins ", DE: "mindestens ", EN: "at least "}, "more": {NL: "meer dan ", FR: "plus de ", DE: "mehr als ", EN: "more than "},
	}
)

// words say the condition to a family.
func (c Condition) words(law *rules.Library) kernel.Text {
	who, x := Whose(law, c.Fact)
	in := func(lang kernel.Lang) string {
		l := rules.Lang(lang)
		s := whoseWords[who].In(lang) + x.Names.In(l) + ": "
		if lang == kernel.FR {
			s = whoseWords[who].In(lang) + x.Names.In(l) + " : "
		}
		value := rules.Localize(c.Value, l)
		switch x.Type {
		case rules.TypeChoice:
			for _, v := range x.Values {
				if v.Key == c.Value {
					value = v.Names.In(l)
				}
			}
		case rules.TypeMoney:
			value += " euro"
		}
		s += compareWords[c.Is].In(lang) + value
		first, rest := []rune(s)[:1], []rune(s)[1:]
		return strings.ToUpper(string(first)) + string(rest) + "."
	}
	return kernel.Text{NL: in(kernel.NL), FR: in(kernel.FR), DE: in(kernel.DE), EN: in(kernel.EN)}
}
