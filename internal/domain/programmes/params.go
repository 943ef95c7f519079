package programmes

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// ParamType says what kind of value a parameter has.
type ParamType string

// The types. Money is kept in euros with two decimals ("12.50"), so that it
// reads in a record of the database as it reads on paper.
const (
	Money    ParamType = "money"
	Count    ParamType = "count" // a whole number, 0 or more
	Words    ParamType = "text"
	Day      ParamType = "date"
	YesOrNo  ParamType = "bool"
	ChoiceOf ParamType = "choice"
)

var paramTypes = []ParamType{Money, Count, Words, Day, YesOrNo, ChoiceOf}

func (t ParamType) known() bool { return slices.Contains(paramTypes, t) }

// counts tells whether the value is a number, with which rules can compute.
func (t ParamType) counts() bool { return t == Money || t == Count }

// maxWords bounds a text that a coordinator writes, in characters.
const maxWords = 500

// Params are the values that an alliance chose, by the id of the parameter, in
// canonical text. What is not in it has the default of the template.
type Params map[string]string

// parse reads a value that came from outside into its canonical text; the
// empty text stands for not set.
func (p Parameter) parse(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	switch p.Type {
	case Money:
		cents, err := kernel.ParseCents(s)
		if err != nil {
			return "", err
		}
		return cents.String(), p.within(int64(cents))
	case Count:
		n, err := strconv.ParseInt(s, 10, 32)
		if err != nil {
			return "", kernel.NewInvalid("programme.param.count")
		}
		return strconv.FormatInt(n, 10), p.within(n)
	case Day:
		d, err := kernel.ParseDate(s)
		return string(d), err
	case YesOrNo:
		if s != "true" && s != "false" {
			return "", kernel.NewInvalid("programme.param.choice")
		}
	case ChoiceOf:
		if !slices.ContainsFunc(p.Choices, func(c Choice) bool { return c.Key == s }) {
			return "", kernel.NewInvalid("programme.param.choice")
		}
	default:
		if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxWords {
			return "", kernel.NewInvalid("programme.param.long").With("max", strconv.Itoa(maxWords))
		}
	}
	return s, nil
}

// within holds a number to the bounds of the template, and to 0 where it has
// none: nothing that a programme counts is negative.
func (p Parameter) within(n int64) error {
	low, high := bound(p, p.Min, 0), bound(p, p.Max, 1_000_000_00)
	if n < low || n > high {
		return kernel.NewInvalid("programme.param.range").With("min", p.show(low)).With("max", p.show(high))
	}
	return nil
}

func bound(p Parameter, s string, otherwise int64) int64 {
	if s == "" {
		return otherwise
	}
	if p.Type == Money {
		cents, err := kernel.ParseCents(s)
		if err != nil {
			return otherwise
		}
		return int64(cents)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return otherwise
	}
	return n
}

func (p Parameter) show(n int64) string {
	if p.Type == Money {
		return kernel.Cents(n).String()
	}
	return strconv.FormatInt(n, 10)
}

// Read makes params of what was typed, by id. Every value that cannot be is
// told, at the field "params.ID"; an id that the template does not have is
// Invalid ("programme.param.unknown"). An empty value means: the default.
func (t *Template) Read(typed map[string]string) (Params, error) {
	params, wrong := Params{}, kernel.Faults{}
	for _, id := range slices.Sorted(maps.Keys(typed)) {
		p, ok := t.Parameter(id)
		if !ok {
			wrong.Check("params."+id, kernel.NewInvalid("programme.param.unknown"))
			continue
		}
		value, err := p.parse(typed[id])
		wrong.Check("params."+id, err)
		if value != "" {
			params[id] = value
		}
	}
	return params, wrong.Err()
}

// Complete holds that everything without a default was decided: each that was
// not is Invalid ("programme.param.required") at its field.
func (t *Template) Complete(params Params) error {
	wrong := kernel.Faults{}
	for _, p := range t.Parameters {
		if !p.Optional && t.value(params, p.ID) == "" {
			wrong.Check("params."+p.ID, kernel.NewInvalid("programme.param.required"))
		}
	}
	return wrong.Err()
}

// Trial are values for whatever has no default and must be decided: the tests
// of the template and demonstrations use them. They are facts of nothing.
func (t *Template) Trial() map[string]string {
	trial := map[string]string{}
	for _, p := range t.Parameters {
		if p.Default == "" && !p.Optional {
			trial[p.ID] = p.Trial
		}
	}
	return trial
}

// value is what holds for a parameter: what the alliance chose, else the
// default, else nothing.
func (t *Template) value(params Params, id string) string {
	if v := params[id]; v != "" {
		return v
	}
	p, ok := t.Parameter(id)
	if !ok {
		return ""
	}
	canonical, err := p.parse(p.Default)
	if err != nil {
		return "" // cannot happen: ReadLibrary parsed it
	}
	return canonical
}
