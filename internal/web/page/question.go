package page

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// question is one fact that is asked, in a conversation with a family or in
// the public check.
type question struct {
	rights.Ask
	Called string          // how the person is called
	Known  json.RawMessage // what is known already; nil: nothing
	Form   url.Values      // as it was sent, when something is wrong with it
	Errors kit.Errors
}

// answerField is the name of the form value that holds an answer.
const answerField = "answer"

// dontKnow is the answer that leaves a question open.
const dontKnow = "unknown"

// Ref names the fact and its person in a form.
func (q question) Ref() string { return refOf(rules.Missing{Fact: q.Fact.Key, Person: q.Person}) }

// Text is the question in the reader's words.
func (q question) Text(v kit.View) string {
	text := q.Fact.Question.In(rules.Lang(v.Lang()))
	if text == "" {
		text = q.Fact.Names.In(rules.Lang(v.Lang()))
	}
	return unbroken(capital(strings.ReplaceAll(text, "{name}", q.Called)))
}

// unbroken keeps a mark of punctuation on the line of the word before it.
func unbroken(s string) string {
	return strings.NewReplacer(" ?", "\u00a0?", " :", "\u00a0:", " !", "\u00a0!", " ;", "\u00a0;").Replace(s)
}

// capital is a text that begins with a capital letter.
func capital(s string) string {
	for i := range s {
		if i > 0 {
			return strings.ToUpper(s[:i]) + s[i:]
		}
	}
	return strings.ToUpper(s)
}

// Hint helps to answer: which income is meant, where it is written.
func (q question) Hint(v kit.View) string {
	lang := rules.Lang(v.Lang())
	if help := q.Fact.Help.In(lang); help != "" {
		return help
	}
	return q.Fact.Concept.In(lang)
}

// Field is the control that asks it, with what was typed or what is known.
func (q question) Field(v kit.View) kit.Field {
	f := kit.Field{Name: answerField, Label: q.Text(v), Hint: q.Hint(v), Heading: true, Value: q.known()}
	switch q.Fact.Type {
	case rules.TypeBool:
		f.Options = []kit.Option{{Value: "yes", Label: v.T("kit.yes")}, {Value: "no", Label: v.T("kit.no")}, {Value: dontKnow, Label: v.T("question.unknown")}}
	case rules.TypeChoice:
		for _, c := range q.Fact.Values {
			f.Options = append(f.Options, kit.Option{Value: c.Key, Label: capital(c.Names.In(rules.Lang(v.Lang())))})
		}
		f.Options = append(f.Options, kit.Option{Value: dontKnow, Label: v.T("question.unknown")})
	case rules.TypeMoney:
		f.Suffix = unitWords(v, q.Fact.Unit)
	case rules.TypeInt:
		f.InputMode, f.Width, f.Suffix = "numeric", 5, unitWords(v, q.Fact.Unit)
	case rules.TypeCode:
		f.Width = 20
	}
	return f.Kept(q.Form, q.Errors)
}

// known is what is known, as its control shows it.
func (q question) known() string {
	var s string
	if json.Unmarshal(q.Known, &s) == nil {
		return s
	}
	switch string(q.Known) {
	case "true":
		return "yes"
	case "false":
		return "no"
	case "null":
		return ""
	}
	return string(q.Known)
}

// readAnswer reads the answer to a question as JSON that the rules take. open
// tells that it was left open: nobody knows. An answer that cannot be read is
// Invalid, at the field "answer".
func readAnswer(x *rules.Fact, form url.Values) (value json.RawMessage, open bool, err error) {
	typed := strings.TrimSpace(form.Get(answerField))
	if typed == dontKnow {
		return nil, true, nil
	}
	if value, err = parseAnswer(x, typed, form); err != nil {
		var wrong kernel.Faults
		wrong.Check(answerField, err)
		return nil, false, wrong.Err()
	}
	return value, false, nil
}

func parseAnswer(x *rules.Fact, typed string, form url.Values) (json.RawMessage, error) {
	if x.Type == rules.TypeDate {
		day, err := kit.DateOf(form, answerField)
		if err == nil && day == "" {
			err = kernel.NewInvalid("question.empty")
		}
		return text(string(day)), err
	}
	if typed == "" {
		return nil, kernel.NewInvalid("question.empty")
	}
	switch x.Type {
	case rules.TypeBool:
		switch typed {
		case "yes":
			return json.RawMessage("true"), nil
		case "no":
			return json.RawMessage("false"), nil
		}
		return nil, kernel.NewInvalid("question.choose")
	case rules.TypeChoice:
		if !slices.ContainsFunc(x.Values, func(c rules.Choice) bool { return c.Key == typed }) {
			return nil, kernel.NewInvalid("question.choose")
		}
	case rules.TypeMoney:
		cents, err := kernel.ParseCents(typed)
		if err != nil {
			return nil, err
		}
		typed = cents.String()
	case rules.TypeInt:
		n, err := strconv.ParseInt(typed, 10, 32)
		if err != nil {
			return nil, kernel.NewInvalid("question.number")
		}
		return json.RawMessage(strconv.FormatInt(n, 10)), nil
	}
	return text(typed), nil
}

func text(s string) json.RawMessage {
	b, _ := json.Marshal(s) // a string always has a form in JSON
	return b
}

var refForm = regexp.MustCompile(`^([A-Za-z0-9-]{1,64})\.([a-z][a-z0-9_]{0,63})$`)

// refOf writes a fact and its person as "person.fact", or "family.fact".
func refOf(m rules.Missing) string {
	if m.Person == "" {
		return rules.OfFamily + "." + m.Fact
	}
	return m.Person + "." + m.Fact
}

// parseRef reads what refOf wrote; ok is false for anything else.
func parseRef(s string) (m rules.Missing, ok bool) {
	parts := refForm.FindStringSubmatch(s)
	if parts == nil {
		return m, false
	}
	m = rules.Missing{Fact: parts[2], Person: parts[1]}
	if m.Person == rules.OfFamily {
		m.Person = ""
	}
	return m, true
}

// unitWords says how often or of what a number is: "per month".
func unitWords(v kit.View, unit string) string {
	if _, per, ok := strings.Cut(unit, "/"); ok {
		return v.T("per." + per)
	}
	if key := "unit." + unit; unit != "" && v.Has(key) {
		return v.T("unit." + unit)
	}
	return ""
}

// factWords is a value of a fact as people read it.
func factWords(v kit.View, x *rules.Fact, value json.RawMessage) string {
	var s string
	isText := json.Unmarshal(value, &s) == nil && len(value) > 0 && value[0] == '"'
	switch {
	case len(value) == 0 || string(value) == "null":
		return v.T("kit.unknown")
	case x.Type == rules.TypeBool:
		if string(value) == "true" {
			return v.T("kit.yes")
		}
		return v.T("kit.no")
	case x.Type == rules.TypeDate && isText:
		return v.Date(kernel.Date(s))
	case x.Type == rules.TypeMoney:
		if !isText {
			s = string(value)
		}
		cents, err := kernel.ParseCents(s)
		if err != nil {
			return s
		}
		return strings.TrimSpace(v.Euro(cents) + " " + unitWords(v, x.Unit))
	case x.Type == rules.TypeChoice && isText:
		for _, c := range x.Values {
			if c.Key == s {
				return c.Names.In(rules.Lang(v.Lang()))
			}
		}
	case x.Type == rules.TypeInt:
		return strings.TrimSpace(string(value) + " " + unitWords(v, x.Unit))
	case x.Key == "municipality":
		if m, ok := kernel.MunicipalityByNIS(kernel.NIS(s)); ok {
			return m.Called(v.Lang())
		}
	}
	if isText {
		return s
	}
	return string(value)
}
