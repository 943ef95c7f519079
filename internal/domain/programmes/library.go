package programmes

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Library is all templates. It never changes after [ReadLibrary] and may be
// shared.
type Library struct {
	templates []*Template
	byID      map[string]*Template
	words     map[string]string // by id: what a search looks through
	print     string            // of all files: a finding kept under another one may be out of date
}

// ReadLibrary reads the *.yaml files at the root of fsys. Its error names, for
// everything that is wrong, the file and what to mend.
func ReadLibrary(fsys fs.FS) (*Library, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	l := &Library{byID: map[string]*Template{}, words: map[string]string{}}
	var wrong []error
	sum := sha256.New()
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		sum.Write(data)
		t, err := readTemplate(name, data)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		l.templates = append(l.templates, t)
		l.byID[t.ID] = t
		l.words[t.ID] = folded(t)
	}
	l.print = hex.EncodeToString(sum.Sum(nil))
	return l, errors.Join(wrong...)
}

// All are the templates, by id. The slice is the caller's.
func (l *Library) All() []*Template { return slices.Clone(l.templates) }

// Find are the templates on a theme (zero: on any) whose name, summary, offers
// or places hold every word of typed in any of the languages, by id.
func (l *Library) Find(typed string, lever Lever) []*Template {
	var found []*Template
	for _, t := range l.templates {
		if lever != 0 && !slices.Contains(t.Levers, lever) {
			continue
		}
		if !slices.ContainsFunc(kernel.Words(typed), func(word string) bool { return !strings.Contains(l.words[t.ID], word) }) {
			found = append(found, t)
		}
	}
	return found
}

// folded is all that a search looks through, of one template.
func folded(t *Template) string {
	texts := []kernel.Text{t.Names, t.Summary}
	for _, o := range t.Offers {
		texts = append(texts, o.Names, o.Text)
	}
	for _, n := range t.Where {
		m, _ := kernel.MunicipalityByNIS(n)
		texts = append(texts, m.Name)
	}
	var all []string
	for _, text := range texts {
		for _, lang := range kernel.Langs {
			all = append(all, kernel.Fold(text.In(lang)))
		}
	}
	return strings.Join(all, "\n")
}

// Template is the template with this id; Invalid ("programme.template") when
// there is none.
func (l *Library) Template(id string) (*Template, error) {
	if t, ok := l.byID[id]; ok {
		return t, nil
	}
	return nil, kernel.NewInvalid("programme.template").At("template")
}

func readTemplate(name string, data []byte) (*Template, error) {
	t := &Template{file: name}
	body, rules, err := cutEligibility(string(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := yaml.UnmarshalWithOptions([]byte(body), t, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	t.rules = rules
	for i := range t.rules {
		if err := t.rules[i].readWords(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	c := check{template: t}
	c.all()
	if len(c.wrong) > 0 {
		return nil, fmt.Errorf("%s: %s", name, strings.Join(c.wrong, "\n"+name+": "))
	}
	return t, nil
}

// check gathers what is wrong with one template.
type check struct {
	template *Template
	wrong    []string
}

func (c *check) is(ok bool, format string, args ...any) {
	if !ok {
		c.wrong = append(c.wrong, fmt.Sprintf(format, args...))
	}
}

func (c *check) text(what string, t kernel.Text) {
	c.is(len(t.Missing()) == 0, "%s has no text in %v", what, t.Missing())
}

// optional is a text that is there in every language or in none.
func (c *check) optional(what string, t kernel.Text) {
	if t != (kernel.Text{}) {
		c.text(what, t)
	}
}

// dated is a year, a month or a day, as exact as its source; or nothing.
func (c *check) dated(what, s string) {
	c.is(s == "" || partOfDate.MatchString(s), "%s: %q is no year, month or day", what, s)
}

var (
	templateID = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	plainID    = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	partOfDate = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2})?)?$`)
)

func (c *check) all() {
	t := c.template
	c.is(templateID.MatchString(t.ID) && t.file == t.ID+".yaml", "the id %q must be the name of the file, in small letters and dashes", t.ID)
	c.text("names", t.Names)
	c.text("summary", t.Summary)
	c.text("apply.how", t.Apply.How)
	c.optional("budget", t.Budget)
	c.is(len(t.Where) > 0, "where names no municipality")
	for _, n := range t.Where {
		_, ok := kernel.MunicipalityByNIS(n)
		c.is(ok, "where: %q is no municipality of today", n)
	}
	c.is(len(t.Levers) > 0, "levers names none of the nine")
	for _, l := range t.Levers {
		c.is(l >= Childcare && l <= Participation, "levers: %d is none of the nine", l)
	}
	if t.Ended != "" {
		_, err := kernel.ParseDate(string(t.Ended))
		c.is(err == nil, "ended: %q is no day", t.Ended)
		c.is(len(t.Changed()) > 0, "ended needs a note in practice with changed: true")
	}
	c.dated("period.from", t.Period.From)
	c.dated("period.to", t.Period.To)
	c.is(len(t.Channels) > 0, "channels says no way in which families find it")
	for _, ch := range t.Channels {
		c.is(plainID.MatchString(ch), "channels: %q is no key", ch)
	}
	c.sources()
	c.practice()
	c.partners()
	c.parameters()
	c.offers()
	c.figures()
	c.opened()
}

func (c *check) sources() {
	c.is(len(c.template.Sources) > 0, "sources names none")
	for i, s := range c.template.Sources {
		what := fmt.Sprintf("sources[%d]", i)
		c.is(plainID.MatchString(s.ID) && s.Title != "", "%s needs id and title", what)
		c.dated(what, s.Dated)
		c.is(slices.Contains([]string{"official", "brochure", "press"}, s.Kind), "%s: kind is official, brochure or press", what)
		c.is(s.URL == "" || strings.HasPrefix(s.URL, "http"), "%s: url must begin with http", what)
	}
}

func (c *check) source(what, id string) {
	known := slices.ContainsFunc(c.template.Sources, func(s Source) bool { return s.ID == id })
	c.is(known, "%s: %q is no id of a source", what, id)
}

func (c *check) practice() {
	for i, n := range c.template.Practice {
		what := fmt.Sprintf("practice[%d]", i)
		c.text(what, n.Text)
		c.dated(what, n.Dated)
		c.is(!n.Changed || n.Dated != "", "%s: what changed needs dated", what)
		c.source(what, n.Source)
	}
}

func (c *check) partners() {
	leads := 0
	for i, s := range c.template.Partners {
		what := fmt.Sprintf("partners[%d]", i)
		c.is(slices.Contains(Parts[:], s.Part), "%s: part %q is none of %v", what, s.Part, Parts)
		c.is((s.Name == "") != (s.Who == kernel.Text{}), "%s needs either name or who", what)
		c.optional(what, s.Who)
		if s.Part == Lead {
			leads++
		}
	}
	c.is(leads > 0, "partners names no lead")
}

func (c *check) parameters() {
	seen := map[string]bool{}
	for _, p := range c.template.Parameters {
		what := "parameter " + p.ID
		c.is(plainID.MatchString(p.ID) && !seen[p.ID], "%s: the id must be small letters, digits and _, and stand there once", what)
		seen[p.ID] = true
		c.text(what, p.Names)
		c.optional(what+": help", p.Help)
		c.is(p.Type.known(), "%s: type %q is none of %v", what, p.Type, paramTypes)
		c.is(!p.Type.counts() || plainID.MatchString(p.Unit), "%s needs a unit", what)
		c.is(p.Default != "" || p.Optional || p.Trial != "", "%s has no default: give it a trial value, for the tests", what)
		for name, v := range map[string]string{"default": p.Default, "trial": p.Trial, "min": p.Min, "max": p.Max} {
			if v != "" {
				_, err := p.parse(v)
				c.is(err == nil, "%s: %s %q cannot be: %v", what, name, v, err)
			}
		}
		if p.Default != "" && p.Type == Money {
			c.source(what, p.Source)
		}
		c.is(p.Trust == "" || slices.Contains([]string{"high", "medium", "low"}, p.Trust), "%s: trust is high, medium or low", what)
		c.is((p.Type == ChoiceOf) == (len(p.Choices) > 0), "%s: choices belong to a choice", what)
		for _, ch := range p.Choices {
			c.text(what+": "+ch.Key, ch.Names)
		}
	}
}

func (c *check) offers() {
	c.is(len(c.template.Offers) > 0, "offers names none")
	seen := map[string]bool{}
	for _, o := range c.template.Offers {
		what := "offer " + o.ID
		c.is(plainID.MatchString(o.ID) && !seen[o.ID], "%s: the id must be small letters, digits and _, and stand there once", what)
		seen[o.ID] = true
		c.text(what, o.Names)
		c.text(what+": text", o.Text)
		c.is(slices.Contains(Kinds[:], o.Kind), "%s: kind %q is none of %v", what, o.Kind, Kinds)
		c.is(slices.Contains(ways, o.Way), "%s: way %q is none of %v", what, o.Way, ways)
		c.is(slices.Contains(pers, o.Per), "%s: per %q is none of %v", what, o.Per, pers)
		c.is(slices.Contains(every, o.Every), "%s: every %q is none of %v", what, o.Every, every)
		c.is(slices.Contains(onces, o.Once), "%s: once %q is none of %v", what, o.Once, onces)
		for name, id := range map[string]string{"amount": o.Amount, "price": o.Price, "quantity": o.Quantity, "capacity": o.Capacity, "lasts": o.Lasts} {
			if id == "" {
				continue
			}
			p, ok := c.template.Parameter(id)
			c.is(ok && p.Type.counts(), "%s: %s names %q, which is no parameter with a number", what, name, id)
			c.is(!ok || (name == "amount" || name == "price") == (p.Type == Money), "%s: %s names %q, which is of type %s", what, name, id, p.Type)
		}
	}
}

func (c *check) figures() {
	for _, f := range c.template.Figures {
		what := "figure " + f.ID
		c.is(plainID.MatchString(f.ID) && plainID.MatchString(f.Unit), "%s needs an id and a unit", what)
		c.dated(what, f.Dated)
		c.text(what, f.Text)
	}
}

// opened holds that every offer is opened by a rule, and by one only.
func (c *check) opened() {
	by := map[string]int{}
	for _, r := range c.template.rules {
		for _, id := range r.offers {
			_, ok := c.template.Offer(id)
			c.is(ok, "eligibility: %q is no offer", id)
			by[id]++
		}
	}
	for _, o := range c.template.Offers {
		c.is(by[o.ID] == 1, "offer %s is opened by %d rules under eligibility; it needs exactly one", o.ID, by[o.ID])
	}
}
