package page

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// stateKind is the colour of a programme's state.
func stateKind(s programmes.State) kit.Kind {
	switch s {
	case programmes.On:
		return kit.Certain
	case programmes.Paused:
		return kit.Possible
	case programmes.Draft:
		return kit.New
	}
	return kit.Not
}

// stateWords says how the programme stands, and who has to do what.
func stateWords(v kit.View, p programmes.Programme) string {
	if p.State != programmes.On {
		return v.T("programme.now."+string(p.State), "day", p.ChangedAt.Date(), "to", p.To)
	}
	switch {
	case p.From > v.Today:
		return v.T("programme.now.soon", "from", p.From)
	case p.To == "":
		return v.T("programme.now.open", "from", p.From)
	case p.To < v.Today:
		return v.T("programme.now.over", "to", p.To)
	}
	return v.T("programme.now.until", "from", p.From, "to", p.To)
}

// periodWords is from when to when.
func periodWords(v kit.View, from, to kernel.Date) string {
	if to == "" {
		return v.T("programme.since", "from", from)
	}
	return v.T("programme.period", "from", from, "to", to)
}

func leverWords(v kit.View, levers []programmes.Lever) string {
	var words []string
	for _, l := range levers {
		words = append(words, v.T("programme.lever."+strconv.Itoa(int(l))))
	}
	return strings.Join(words, "\u00a0· ")
}

func leverName(v kit.View, l programmes.Lever) string {
	return v.T("programme.lever." + strconv.Itoa(int(l)))
}

// placeWords names municipalities; none is anywhere.
func placeWords(v kit.View, places []kernel.NIS) string {
	if len(places) == 0 {
		return v.T("programme.anywhere")
	}
	var words []string
	for _, n := range places {
		words = append(words, municipalityName(v, n))
	}
	return v.List(words)
}

func municipalityName(v kit.View, n kernel.NIS) string {
	if m, ok := kernel.MunicipalityByNIS(n); ok {
		return m.Called(v.Lang())
	}
	return string(n)
}

func dayOr(v kit.View, d kernel.Date) string {
	if d == "" {
		return v.T("programme.no_end")
	}
	return v.Date(d)
}

func budgetWords(v kit.View, c kernel.Cents) string {
	if c == 0 {
		return v.T("programme.no_budget")
	}
	return v.Euro(c)
}

// valueWords is what holds for a parameter, in words; "not decided" when
// nothing does.
func valueWords(v kit.View, p programmes.Parameter, canonical string) string {
	if canonical == "" {
		return v.T("programme.undecided")
	}
	switch p.Type {
	case programmes.Money:
		if cents, err := kernel.ParseCents(canonical); err == nil {
			return v.Euro(cents)
		}
	case programmes.Count:
		if n, err := strconv.Atoi(canonical); err == nil {
			if n == 1 {
				return v.Number(n) // the units are written in the plural
			}
			return v.Number(n) + " " + v.T("programme.unit."+p.Unit)
		}
	case programmes.Day:
		return v.Date(kernel.Date(canonical))
	case programmes.YesOrNo:
		if canonical == "true" {
			return v.T("kit.yes")
		}
		return v.T("kit.no")
	case programmes.ChoiceOf:
		if i := slices.IndexFunc(p.Choices, func(c programmes.Choice) bool { return c.Key == canonical }); i >= 0 {
			return p.Choices[i].Names.In(v.Lang())
		}
	}
	return canonical
}

// valueNote says where a value comes from.
func valueNote(v kit.View, t *programmes.Template, p programmes.Parameter, own bool) string {
	switch {
	case own:
		return v.T("programme.value.own")
	case p.Default == "":
		return ""
	case p.Trust == "low":
		return v.T("programme.value.unsure", "source", sourceWords(v, t, p.Source))
	}
	return v.T("programme.value.source", "source", sourceWords(v, t, p.Source))
}

// sourceWords is a source by its kind and day: "Official source, 26 May 2014".
func sourceWords(v kit.View, t *programmes.Template, id string) string {
	i := slices.IndexFunc(t.Sources, func(s programmes.Source) bool { return s.ID == id })
	if i < 0 {
		return v.T("programme.source.template")
	}
	words := v.T("programme.source." + t.Sources[i].Kind)
	if t.Sources[i].Dated != "" {
		words += ", " + partDate(v, t.Sources[i].Dated)
	}
	return words
}

// partDate writes a year, a month or a day, as exact as it is known.
func partDate(v kit.View, s string) string {
	switch len(s) {
	case 7:
		return v.Month(kernel.Date(s + "-01"))
	case 10:
		return v.Date(kernel.Date(s))
	}
	return s
}

// valueRows are the parameters of a programme with what holds for each.
func valueRows(v kit.View, t *programmes.Template, value func(string) string, own programmes.Params) (rows []kit.SummaryRow) {
	for _, p := range t.Parameters {
		rows = append(rows, kit.SummaryRow{Key: p.Names.In(v.Lang()), Value: kit.Text(valueWords(v, p, value(p.ID))),
			Note: valueNote(v, t, p, own[p.ID] != "")})
	}
	return rows
}

// offerFacts are the plain facts of an offer: how often, how to come to it,
// what it is worth and what it costs.
func offerFacts(v kit.View, t *programmes.Template, o programmes.Offer, value func(string) string) (facts []string) {
	often := v.T("programme.per." + o.Per)
	if o.Once != "" {
		often += ", " + v.T("programme.once."+o.Once)
	} else if o.Every != "" {
		often += ", " + v.T("programme.every."+o.Every)
	}
	facts = append(facts, often, v.T("programme.way."+string(o.Way)))
	for _, n := range []struct{ key, param string }{{"worth", o.Amount}, {"price", o.Price}, {"quantity", o.Quantity}, {"capacity", o.Capacity}, {"lasts", o.Lasts}} {
		if p, ok := t.Parameter(n.param); ok && value(n.param) != "" {
			facts = append(facts, v.T("programme.offer."+n.key, "value", valueWords(v, p, value(n.param))))
		}
	}
	return facts
}

// defaults are the values of a template that nobody took over.
func defaults(t *programmes.Template) func(string) string {
	return func(id string) string {
		p, _ := t.Parameter(id)
		return p.Default
	}
}

func figureWords(v kit.View, f programmes.Figure) string {
	n := v.Number(int(f.Value))
	if f.Unit == "eur" {
		n = v.Euro(kernel.Cents(f.Value))
	}
	if f.About {
		n = v.T("programme.about", "value", n)
	}
	return n
}

func figureLabel(v kit.View, f programmes.Figure) string {
	label := f.Text.In(v.Lang())
	if f.Dated != "" {
		label += " (" + partDate(v, f.Dated) + ")"
	}
	return label
}

// whomTitle names what a rule opens, when a template has more than one.
func whomTitle(v kit.View, t *programmes.Template, w programmes.ForWhom) string {
	var names []string
	for _, id := range w.Offers {
		if o, ok := t.Offer(id); ok {
			names = append(names, o.Names.In(v.Lang()))
		}
	}
	return v.List(names)
}

// partsOf are the partners of a programme by part, each with its name.
type partRow struct {
	Part string
	Orgs []kit.Link
}

func partRows(v kit.View, p programmes.Programme, names map[kernel.ID]string) (rows []partRow) {
	for _, part := range programmes.Parts {
		row := partRow{Part: v.T("programme.part." + string(part))}
		for _, q := range p.Partners {
			if q.Part == part {
				row.Orgs = append(row.Orgs, kit.Link{Href: "/network/" + string(q.Org), Label: names[q.Org]})
			}
		}
		if len(row.Orgs) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// partnerWords names the partners of a programme once each, the lead first.
func partnerWords(v kit.View, p programmes.Programme, names map[kernel.ID]string) string {
	var words []string
	for _, part := range programmes.Parts {
		for _, q := range p.Partners {
			if q.Part == part && !slices.Contains(words, names[q.Org]) {
				words = append(words, names[q.Org])
			}
		}
	}
	return v.List(words)
}

// seatWords is a partner of a template: a name, or who it is.
func seatWords(v kit.View, s programmes.Seat) string {
	if s.Name != "" {
		return s.Name
	}
	return s.Who.In(v.Lang())
}

// changedNotes are the notes of a template, those that changed since the
// brochure first.
func changedNotes(t *programmes.Template) (changed, other []programmes.Note) {
	for _, n := range t.Practice {
		if n.Changed {
			changed = append(changed, n)
		} else {
			other = append(other, n)
		}
	}
	return changed, other
}

func noteSource(v kit.View, t *programmes.Template, n programmes.Note) string {
	words := sourceWords(v, t, n.Source)
	sameDay := slices.ContainsFunc(t.Sources, func(s programmes.Source) bool { return s.ID == n.Source && s.Dated == n.Dated })
	if n.Dated != "" && !sameDay {
		words = partDate(v, n.Dated) + " – " + words
	}
	return words
}

// The options of the form.

func orgOptions(v kit.View, d decisions) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("programme.form.nobody")}}
	for _, o := range d.Orgs {
		options = append(options, kit.Option{Value: string(o.ID), Label: o.Name})
	}
	for i := range d.Rows { // a partner who left since is still one until taken away
		id := d.Form.Get("partner." + strconv.Itoa(i) + ".org")
		known := id == "" || slices.ContainsFunc(d.Orgs, func(o members.Organisation) bool { return string(o.ID) == id })
		if !known && !slices.ContainsFunc(options, func(o kit.Option) bool { return o.Value == id }) {
			options = append(options, kit.Option{Value: id, Label: v.T("programme.form.gone")})
		}
	}
	return options
}

func partOptions(v kit.View) (options []kit.Option) {
	for _, p := range programmes.Parts {
		options = append(options, kit.Option{Value: string(p), Label: v.T("programme.part." + string(p))})
	}
	return options
}

// placeOptions are the municipalities of the alliance, and those that were
// chosen before.
func placeOptions(v kit.View, d decisions) (options []kit.Option) {
	places := slices.Clone(d.Municipalities)
	for _, n := range d.Form["municipalities"] {
		if !slices.Contains(places, kernel.NIS(n)) {
			places = append(places, kernel.NIS(n))
		}
	}
	for _, n := range places {
		options = append(options, kit.Option{Value: string(n), Label: municipalityName(v, n)})
	}
	return options
}

// paramField is the question for one parameter.
func paramField(v kit.View, d decisions, p programmes.Parameter) kit.Field {
	f := kit.Field{Name: "params." + p.ID, Label: p.Names.In(v.Lang()), Hint: p.Help.In(v.Lang()), Optional: p.Optional}
	if note := valueNote(v, d.Template, p, false); note != "" {
		f.Hint = strings.TrimSpace(f.Hint + " " + v.T("programme.form.elsewhere", "value", valueWords(v, p, p.Default), "note", note))
	}
	switch p.Type {
	case programmes.Count:
		f.InputMode, f.Width, f.Suffix = "numeric", 5, v.T("programme.unit."+p.Unit)
	case programmes.YesOrNo:
		f.Inline = true
		f.Options = []kit.Option{{Value: "true", Label: v.T("kit.yes")}, {Value: "false", Label: v.T("kit.no")}}
	case programmes.ChoiceOf:
		for _, c := range p.Choices {
			f.Options = append(f.Options, kit.Option{Value: c.Key, Label: c.Names.In(v.Lang())})
		}
	}
	return f.Kept(d.Form, d.Errors)
}

// title, lead and the address of the form.
func (d decisions) title(v kit.View) string {
	name := d.Template.Names.In(v.Lang())
	if d.Programme != "" {
		return v.T("programme.form.change", "name", name)
	}
	return v.T("programme.form.take", "name", name)
}

func (d decisions) action() string {
	if d.Programme != "" {
		return "/programmes/" + string(d.Programme) + "/change"
	}
	return "/programmes/library/" + d.Template.ID + "/take"
}

func (d decisions) back() string {
	if d.Programme != "" {
		return "/programmes/" + string(d.Programme)
	}
	return "/programmes/library/" + d.Template.ID
}

// ownWords tells whether something is in the fields for words of one's own, or
// wrong about them: then they are not folded away.
func (d decisions) ownWords() bool {
	for _, name := range []string{"names", "summary", "how"} {
		for _, lang := range kernel.Langs {
			field := name + "." + string(lang)
			if d.Form.Get(field) != "" || d.Errors.Of(field) != "" {
				return true
			}
		}
	}
	return false
}
