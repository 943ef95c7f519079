package page

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// wishForm is the form in which a local right is written.
type wishForm struct {
	ID      kernel.ID // zero: a new one
	Version int64
	Form    url.Values
	Errors  kit.Errors
	Rows    int // of conditions
	Law     *rules.Library

	Weighed *programmes.Weighed // what was asked for with "look"
	Tally   *rights.Tally
}

// storedWish is the form with what was written.
func storedWish(v kit.View, l programmes.LocalRight) wishForm {
	w := l.Wish
	form := url.Values{"for": {"family"}, "age_from": {w.AgeFrom}, "age_below": {w.AgeBelow}, "per": {w.Per}, "authority": {w.Authority},
		"from": {string(w.From)}, "to": {string(w.To)}, "address": {w.Address}, "decided": {string(w.Decided)}, "tests": {w.Tests}}
	if w.Child {
		form.Set("for", "child")
	}
	if w.Amount != "" {
		form.Set("amount", localWords(v, w.Amount))
	}
	for name, text := range map[string]kernel.Text{"names": w.Names, "summary": w.Summary, "how": w.How, "gives": w.Gives} {
		for _, lang := range kernel.Langs {
			form.Set(name+"."+string(lang), text.In(lang))
		}
	}
	for i, c := range w.Conditions {
		at := "condition." + strconv.Itoa(i) + "."
		form.Set(at+"fact", c.Fact)
		form.Set(at+"is", c.Is)
		form.Set(at+"value", localWords(v, c.Value))
	}
	return wishForm{ID: l.ID, Version: l.Version, Form: form, Rows: min(max(wishRows, len(w.Conditions)+1), mostWishRows)}
}

// typedWish is the form as it was sent, without the conditions that were left
// empty.
func typedWish(sent url.Values) wishForm {
	d := wishForm{Form: url.Values{}}
	for name, values := range sent {
		if !strings.HasPrefix(name, "condition.") {
			d.Form[name] = values
		}
	}
	n := 0
	for i := range mostWishRows {
		from, to := "condition."+strconv.Itoa(i)+".", "condition."+strconv.Itoa(n)+"."
		if sent.Get(from+"fact") == "" {
			continue
		}
		for _, part := range []string{"fact", "is", "value"} {
			d.Form.Set(to+part, sent.Get(from+part))
		}
		n++
	}
	d.Rows = min(max(wishRows, n), mostWishRows)
	if sent.Get("do") == "more" {
		d.Rows = min(n+wishRows, mostWishRows)
	}
	return d
}

// read reads the form; what is no day is told here, the rest by the module.
func (d wishForm) read(v kit.View) (w programmes.Wish, faults kernel.Faults) {
	get := func(name string) string { return strings.TrimSpace(d.Form.Get(name)) }
	w = programmes.Wish{Child: get("for") == "child", AgeFrom: get("age_from"), AgeBelow: get("age_below"), Amount: get("amount"), Per: get("per"),
		Authority: get("authority"), Address: get("address"), Tests: d.Form.Get("tests")}
	for name, text := range map[string]*kernel.Text{"names": &w.Names, "summary": &w.Summary, "how": &w.How, "gives": &w.Gives} {
		in := func(lang kernel.Lang) string { return get(name + "." + string(lang)) }
		*text = kernel.Text{NL: in(kernel.NL), FR: in(kernel.FR), DE: in(kernel.DE), EN: in(kernel.EN)}
	}
	for name, day := range map[string]*kernel.Date{"from": &w.From, "to": &w.To, "decided": &w.Decided} {
		var err error
		if *day, err = kit.DateOf(d.Form, name); err != nil {
			faults.Check(name, err)
		}
	}
	for i := range d.Rows {
		at := "condition." + strconv.Itoa(i) + "."
		if fact := get(at + "fact"); fact != "" {
			w.Conditions = append(w.Conditions, programmes.Condition{Fact: fact, Is: get(at + "is"), Value: choiceNamed(d.Law, v, fact, get(at+"value"))})
		}
	}
	return w, faults
}

// choiceNamed is the key of a value that somebody wrote as it is called.
func choiceNamed(law *rules.Library, v kit.View, fact, typed string) string {
	if _, x := programmes.Whose(law, fact); x != nil {
		for _, c := range x.Values {
			if strings.EqualFold(c.Names.In(rules.Lang(v.Lang())), typed) {
				return c.Key
			}
		}
	}
	return typed
}

// wishFacts are the facts that a condition can name, by whose they are.
func wishFacts(v kit.View, law *rules.Library) []kit.Option {
	out := []kit.Option{{Value: "", Label: v.T("localright.fact.none")}}
	var named []kit.Option
	lang := rules.Lang(v.Lang())
	for _, name := range programmes.Writable(law, true) {
		who, x := programmes.Whose(law, name)
		named = append(named, kit.Option{Value: name, Label: v.T("localright.whose."+who) + ": " + x.Names.In(lang)})
	}
	slices.SortStableFunc(named, func(a, b kit.Option) int {
		return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label))
	})
	return append(out, named...)
}

// wishComparisons are those that suit the fact of a line; all while there is
// none.
func wishComparisons(v kit.View, d wishForm, at string) (out []kit.Option) {
	list := append(append([]string{}, programmes.YesNo...), programmes.Sames...)
	for _, x := range programmes.Sizes {
		if !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	if _, x := programmes.Whose(d.Law, d.Form.Get(at+"fact")); x != nil {
		list = programmes.Compared(x)
	}
	for _, c := range list {
		out = append(out, kit.Option{Value: c, Label: v.T("localright.is." + c)})
	}
	return out
}

// wishValues are the values of a fact that has a list of them; nil otherwise.
func wishValues(v kit.View, d wishForm, at string) (out []kit.Option) {
	_, x := programmes.Whose(d.Law, d.Form.Get(at+"fact"))
	if x == nil || x.Type != rules.TypeChoice {
		return nil
	}
	for _, c := range x.Values {
		out = append(out, kit.Option{Value: c.Key, Label: c.Names.In(rules.Lang(v.Lang()))})
	}
	return out
}

// wishYes tells whether the fact of a line is one of yes and no: it needs no
// value.
func wishYes(d wishForm, at string) bool {
	_, x := programmes.Whose(d.Law, d.Form.Get(at+"fact"))
	return x != nil && x.Type == rules.TypeBool
}

func (d wishForm) action() string {
	if d.ID == "" {
		return "/local-rights"
	}
	return "/local-rights/" + string(d.ID) + "/change"
}

func (d wishForm) back() string {
	if d.ID == "" {
		return "/local-rights"
	}
	return "/local-rights/" + string(d.ID)
}
