package programmes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// headerLines is how many lines the header of a pack takes at most; the rules
// of a template begin below them.
const headerLines = 14

// maker is who offers it, for the packs that are made of a template: the
// template itself, where it was found, or a programme of an alliance.
type maker struct {
	id             string // of the rights, before the offer: "loc.leuven-kirikou"
	names, summary kernel.Text
	authority      kernel.Text
	how            kernel.Text
	municipalities []kernel.NIS
	from, to       kernel.Date
	params         Params
	trial          bool // fill what has no default with the trial values, and keep the tests
}

// long is a day before every programme, from which defaults hold whose source
// tells no day.
const long kernel.Date = "2000-01-01"

// right is a right as the engine will know it.
type right struct {
	id     string
	offers []string
	pack   []byte
}

// rights are the packs of a template, one for each rule, as m offers them.
func (t *Template) rights(m maker) []right {
	var made []right
	for _, r := range t.rules {
		id := m.id + "." + strings.ReplaceAll(r.offers[0], "_", "-")
		made = append(made, right{id: id, offers: r.offers, pack: r.file(t.header(m, r, id), m.trial)})
	}
	return made
}

// header is what a pack says besides the rule itself, each key on a line of
// its own.
func (t *Template) header(m maker, r ruleText, id string) []string {
	names := m.names
	if len(t.rules) > 1 { // the right is a part of the programme: it has the name of what it gives
		o, _ := t.Offer(r.offers[0])
		names = o.Names
	}
	var sources []map[string]string
	for _, s := range t.Sources {
		sources = append(sources, map[string]string{"id": s.ID, "url": s.URL, "kind": s.Kind, "dated": s.Dated})
	}
	sources = append(sources, map[string]string{"id": "alliance", "url": "", "kind": "local", "dated": string(m.from)})
	lines := []string{
		"id: " + id, "kind: local",
		line("names", names), line("summary", m.summary), line("authority", m.authority),
		line("municipality", m.municipalities), line("sources", sources),
		line("apply", map[string]any{"mode": "application", "how": m.how}),
		line("in_kind", t.given(r)),
	}
	valid := map[string]kernel.Date{}
	if m.from != "" {
		valid["from"] = m.from
	}
	if m.to != "" {
		valid["to"] = m.to
	}
	if len(valid) > 0 {
		lines = append(lines, line("valid", valid))
	}
	if parameters := t.numbers(m); len(parameters) > 0 {
		lines = append(lines, line("parameters", parameters))
	}
	if notes := t.notes(); notes != (kernel.Text{}) && t.foundIn(m.municipalities) {
		lines = append(lines, line("notes", notes))
	}
	return lines
}

// given is what the offers of a rule give, in words.
func (t *Template) given(r ruleText) kernel.Text {
	var texts []kernel.Text
	for _, id := range r.offers {
		o, _ := t.Offer(id)
		texts = append(texts, o.Text)
	}
	return joined(texts)
}

// foundIn tells whether one of the municipalities is one where it was found:
// only there do families have to know what changed since the brochure.
func (t *Template) foundIn(municipalities []kernel.NIS) bool {
	return slices.ContainsFunc(municipalities, func(n kernel.NIS) bool { return slices.Contains(t.Where, n) })
}

// notes are what changed since the brochure, in a few sentences.
func (t *Template) notes() kernel.Text {
	var texts []kernel.Text
	for _, n := range t.Changed() {
		texts = append(texts, n.Text)
	}
	return joined(texts)
}

func joined(texts []kernel.Text) kernel.Text {
	var out [len(kernel.Langs)][]string
	for _, t := range texts {
		for i, lang := range kernel.Langs {
			if s := t.In(lang); !slices.Contains(out[i], s) {
				out[i] = append(out[i], s)
			}
		}
	}
	of := func(i int) string { return strings.Join(out[i], " ") }
	return kernel.Text{NL: of(0), FR: of(1), DE: of(2), EN: of(3)}
}

// numbers are the parameters with which a rule can compute. One that nobody
// set has no value: the engine then says that it cannot compute, and who
// decides.
func (t *Template) numbers(m maker) []map[string]any {
	var all []map[string]any
	for _, p := range t.Parameters {
		if !p.Type.counts() {
			continue
		}
		values := []map[string]any{}
		if v := t.dated(m, p); v != nil {
			values = append(values, v)
		}
		unit := p.Unit
		if p.Type == Money {
			unit = "EUR"
		}
		all = append(all, map[string]any{"name": p.ID, "unit": unit, "text": p.Names, "indexed": "none", "values": values})
	}
	return all
}

// dated is the value of a parameter with its day, source and confidence: what
// the alliance chose is certain, a default is as certain as its source.
func (t *Template) dated(m maker, p Parameter) map[string]any {
	value := func(text string, from kernel.Date, confidence, source string) map[string]any {
		canonical, err := p.parse(text)
		if err != nil {
			return nil // cannot happen: checked when it was read
		}
		return map[string]any{"from": from, "value": json.Number(canonical), "confidence": confidence, "source": source}
	}
	trust, source := p.Trust, p.Source
	if trust == "" {
		trust = "low"
	}
	if source == "" {
		source = "alliance"
	}
	since := p.From
	if since == "" {
		since = long
	}
	switch {
	case m.params[p.ID] != "":
		return value(m.params[p.ID], max(m.from, long), "high", "alliance")
	case p.Default != "":
		return value(p.Default, since, trust, source)
	case m.trial && p.Trial != "":
		return value(p.Trial, long, "low", "alliance")
	}
	return nil
}

// line is a key of a pack with its value as JSON, which YAML reads too.
func line(key string, value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic(fmt.Sprintf("programmes: %s: %v", key, err)) // cannot happen: texts, numbers and days
	}
	return key + ": " + withoutBrackets(strings.TrimSpace(b.String()))
}

// withoutBrackets writes the brackets inside the texts of a JSON document as
// escapes: the engine bounds how many stand on a line, and what an alliance
// writes must not reach that bound.
func withoutBrackets(document string) string {
	var b strings.Builder
	inside, escaped := false, false
	for _, r := range document {
		if inside && strings.ContainsRune("[]{}", r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			escaped = false
			continue
		}
		if r == '"' && !escaped {
			inside = !inside
		}
		escaped = inside && r == '\\' && !escaped
		b.WriteRune(r)
	}
	return b.String()
}

// own is the template as it is found where it comes from.
func (t *Template) own() maker {
	m := maker{id: "loc." + t.ID, names: t.Names, summary: t.Summary, how: t.Apply.How, municipalities: t.Where, to: t.Ended, trial: true}
	for _, s := range t.Partners {
		if s.Part == Lead {
			m.authority = s.title()
			break
		}
	}
	return m
}

// title is how a partner is called in each language.
func (s Seat) title() kernel.Text {
	if s.Name != "" {
		return kernel.Text{NL: s.Name, FR: s.Name, DE: s.Name, EN: s.Name}
	}
	return s.Who
}
