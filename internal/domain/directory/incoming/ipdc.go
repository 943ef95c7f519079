package incoming

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html"
	"io"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// node is an object of linked data, in the words of the catalogue: those of the
// implementation model of IPDC and LPDC, and those with which municipalities
// hand their records to LPDC. Both call some things by other names.
type node map[string]json.RawMessage

// readIPDC reads instances of the catalogue: a record, a list, a page of the
// feed. Of several snapshots of one instance the last counts. Concepts, which are
// patterns for municipalities and nobody's service, are refused.
func readIPDC(text []byte, how Reading) (File, error) {
	f := File{Form: IPDC}
	var all []node
	dec := json.NewDecoder(bytes.NewReader(text))
	for {
		var raw json.RawMessage
		err := dec.Decode(&raw)
		if err == io.EOF {
			break
		}
		if err != nil {
			return File{}, kernel.NewInvalid("incoming.form")
		}
		all = append(all, members(raw, 0)...)
	}
	latest := map[string]int{}
	var kept []node
	for _, n := range all {
		id := cmp.Or(n.text("isVersionOf"), n.text("@id"))
		if i, twice := latest[id]; twice && id != "" {
			if kept[i].text("generatedAtTime") <= n.text("generatedAtTime") {
				kept[i] = n
			}
			continue
		}
		latest[id] = len(kept)
		kept = append(kept, n)
	}
	for i, n := range kept {
		f.instance(i+1, n, how)
	}
	return f, nil
}

// members are the records within a document.
func members(raw json.RawMessage, depth int) (all []node) {
	if depth > 4 {
		return nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		for _, x := range list {
			all = append(all, members(x, depth+1)...)
		}
		return all
	}
	var n node
	if json.Unmarshal(raw, &n) != nil {
		return nil
	}
	for _, within := range []string{"member", "hydraMember", "@graph"} {
		if inside, there := n[within]; there {
			return members(inside, depth+1)
		}
	}
	return []node{n}
}

// instance reads one record.
func (f *File) instance(line int, n node, how Reading) {
	name := n.words("naam", "titel")
	refuse := func(key, field string) {
		f.Refused = append(f.Refused, directory.Refused{Line: line, Name: firstOf(name), Why: kernel.NewInvalid(key).At(field)})
	}
	kinds := n.texts("@type")
	switch {
	case slices.ContainsFunc(kinds, func(s string) bool { return strings.HasPrefix(s, "Concept") }):
		refuse("incoming.concept", "@type")
		return
	case name == (kernel.Text{}):
		refuse("name", "naam")
		return
	}
	id := cmp.Or(n.text("isVersionOf"), n.text("@id"), n.text("productnummer"))
	v := directory.Service{Name: name, About: n.words("beschrijving"), For: directory.Audience{Words: n.each("voorwaarden")}, How: n.each("procedures"),
		Words: n.keywords("zoektermen")}
	for _, x := range n.nodes("kosten") {
		v.Costs = append(v.Costs, directory.Cost{Words: x.titled()})
	}
	for _, x := range n.nodes("websites", "meerInfo") {
		v.Website = cmp.Or(v.Website, x.text("url"))
	}
	if n.flag("gearchiveerd") || ended(n.text("eindeDienstVerlening"), how.Today) || ended(n.text("geldigTot"), how.Today) {
		v.State = directory.Stopped
	}
	note := func(record, field string) {
		if len(f.Notes) < maxNotes {
			f.Notes = append(f.Notes, Note{Line: line, Name: firstOf(name), Record: record, Field: field, Reason: "malformed"})
		}
	}
	for _, place := range n.texts("geografischToepassingsgebieden") {
		if nis, ok := municipalityIn(place); ok {
			v.Areas = append(v.Areas, nis)
		} else {
			note("service", "geografischToepassingsgebieden")
		}
	}
	for _, tongue := range n.texts("talen") {
		base, err := language.ParseBase(strings.ToLower(last(tongue)))
		if err != nil {
			note("service", "talen")
			continue
		}
		v.Languages = append(v.Languages, base.String())
	}
	x := directory.Item{Line: line, ServiceID: id, OrganisationID: n.authority()}
	if id == "" {
		refuse("incoming.nameless", "@id")
		return
	}
	for _, c := range n.nodes("contactgegevens", "contactPunten") {
		x.Places = append(x.Places, reached(&v, c, note)...)
	}
	x.Service = v
	if how.Authority != nil {
		if o, known := how.Authority(x.OrganisationID); known {
			x.Organisation = directory.Organisation{Name: o.Name, KBO: o.KBO}
		}
	}
	f.put(x, how)
}

// reached adds how a service is reached to it, and returns where.
func reached(v *directory.Service, c node, note func(record, field string)) (places []directory.ItemPlace) {
	if s := c.text("telefoonnummer", "telefoon"); s != "" {
		number, err := kernel.AcceptPhone(s, true)
		if err != nil {
			note("contact", "telefoonnummer")
		} else if !slices.ContainsFunc(v.Numbers, func(p directory.Phone) bool { return p.Number == number }) {
			v.Numbers = append(v.Numbers, directory.Phone{Number: number})
		}
	}
	if s := c.text("email"); s != "" && v.Mail == "" {
		mail, err := kernel.ParseEmail(s)
		if err != nil {
			note("contact", "email")
		}
		v.Mail = mail
	}
	v.Website = cmp.Or(v.Website, c.text("url"))
	var hours []directory.Hours
	if s := c.text("openingsuren"); s != "" {
		hours = []directory.Hours{{Words: kernel.Text{NL: plain(s)}}}
	}
	for _, a := range c.nodes("adres", "adressen") {
		street := strings.TrimSpace(firstOf(a.words("straatnaam", "straat")) + " " + a.text("huisnummer"))
		if box := a.text("busnummer"); box != "" && street != "" {
			street += " bus " + box
		}
		if street == "" {
			continue
		}
		l := directory.Location{Street: street, Postal: a.text("postcode"), City: firstOf(a.words("gemeentenaam", "gemeente")), Hours: hours}
		places = append(places, directory.ItemPlace{SourceID: kernel.Fold(street + "/" + l.Postal + "/" + l.City), Location: l})
	}
	if len(places) == 0 {
		v.Hours = append(v.Hours, hours...)
	}
	return places
}

// authority is the number of who carries a service out, or else of who is
// competent for it.
func (n node) authority() string {
	for _, name := range []string{"uitvoerendeOverheden", "bevoegdeOverheden", "beheerder", "createdBy"} {
		for _, s := range n.texts(name) {
			if s = last(s); s != "" {
				return s
			}
		}
	}
	return ""
}

// text is a member that is one word, or the identifier of what it names.
func (n node) text(names ...string) string {
	for _, s := range n.texts(names...) {
		return s
	}
	return ""
}

func (n node) texts(names ...string) (all []string) {
	for _, name := range names {
		all = append(all, plainTexts(n[name], 0)...)
	}
	return all
}

func plainTexts(raw json.RawMessage, depth int) (all []string) {
	var s string
	var list []json.RawMessage
	var of struct {
		ID    string `json:"@id"`
		Value string `json:"@value"`
	}
	switch {
	case len(raw) == 0 || depth > 2:
	case json.Unmarshal(raw, &s) == nil:
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	case json.Unmarshal(raw, &list) == nil:
		for _, x := range list {
			all = append(all, plainTexts(x, depth+1)...)
		}
	case json.Unmarshal(raw, &of) == nil && of.ID+of.Value != "":
		all = append(all, cmp.Or(of.Value, of.ID))
	}
	return all
}

// flag is a member that is true, however it is written.
func (n node) flag(name string) bool {
	var yes bool
	return json.Unmarshal(n[name], &yes) == nil && yes || n.text(name) == "true"
}

// nodes are the objects of members, in the order that they say.
func (n node) nodes(names ...string) (all []node) {
	for _, name := range names {
		var list []node
		var one node
		if json.Unmarshal(n[name], &list) == nil {
			all = append(all, list...)
		} else if json.Unmarshal(n[name], &one) == nil && one != nil {
			all = append(all, one)
		}
	}
	slices.SortStableFunc(all, func(x, y node) int { return strings.Compare(order(x), order(y)) })
	return all
}

func order(n node) string {
	var at json.Number
	if json.Unmarshal(n["order"], &at) != nil {
		return ""
	}
	return strings.Repeat("0", max(0, 6-len(at))) + at.String()
}

// titled is a part with a title and a text.
func (n node) titled() kernel.Text {
	return both(n.words("naam", "titel"), n.words("beschrijving"), ": ")
}

// each joins the parts of a member into one text.
func (n node) each(name string) (t kernel.Text) {
	for _, x := range n.nodes(name) {
		t = both(t, x.titled(), "\n\n")
	}
	return t
}

func both(a, b kernel.Text, between string) kernel.Text {
	join := func(a, b string) string {
		if a == "" || b == "" {
			return a + b
		}
		return a + between + b
	}
	return kernel.Text{NL: join(a.NL, b.NL), FR: join(a.FR, b.FR), DE: join(a.DE, b.DE), EN: join(a.EN, b.EN)}
}

// tones are the ways in which Dutch is written there, the one that families
// read here first.
var tones = []string{"nl-be-x-formal", "nl", "nl-be", "nl-be-x-informal", "nl-be-x-generated-formal", "nl-be-x-generated-informal"}

// words are a text in its languages.
func (n node) words(names ...string) (t kernel.Text) {
	for _, name := range names {
		var byTag map[string]json.RawMessage
		if json.Unmarshal(n[name], &byTag) != nil {
			if s := n.text(name); s != "" && t.NL == "" {
				t.NL = plain(s)
			}
			continue
		}
		said := map[string]string{}
		for tag, raw := range byTag {
			if all := plainTexts(raw, 0); len(all) > 0 {
				said[strings.ToLower(tag)] = plain(strings.Join(all, "\n"))
			}
		}
		for _, tone := range tones {
			t.NL = cmp.Or(t.NL, said[tone])
		}
		t.FR, t.DE, t.EN = cmp.Or(t.FR, said["fr"]), cmp.Or(t.DE, said["de"]), cmp.Or(t.EN, said["en"])
	}
	return t
}

// keywords are words in any language.
func (n node) keywords(name string) (all []string) {
	var byTag map[string]json.RawMessage
	if json.Unmarshal(n[name], &byTag) != nil {
		return n.texts(name)
	}
	for _, tag := range slices.Sorted(maps.Keys(byTag)) {
		all = append(all, plainTexts(byTag[tag], 0)...)
	}
	return all
}

// municipalityIn is the municipality that an address of an area names: of the
// list of Statbel ("…/refnis2019/24062"), or a code of Eurostat's areas with that
// of the municipality behind it ("…/BE24224062").
func municipalityIn(place string) (kernel.NIS, bool) {
	code := last(place)
	if strings.HasPrefix(code, "BE") && len(code) == 10 {
		code = code[5:]
	}
	nis, err := kernel.ParseNIS(code)
	return nis, err == nil
}

// last is what stands behind the last stroke of an address.
func last(address string) string {
	address = strings.TrimRight(strings.TrimSpace(address), "/")
	return address[strings.LastIndexAny(address, "/#")+1:]
}

// ended tells whether a moment lies before a day.
func ended(moment string, today kernel.Date) bool {
	return len(moment) >= 10 && today != "" && kernel.Date(moment[:10]) < today
}

// tagOf is the name of a tag, small and without its strokes.
func tagOf(inside string) string {
	name, _, _ := strings.Cut(strings.Trim(strings.TrimSpace(inside), "/"), " ")
	return strings.ToLower(strings.TrimSpace(name))
}

// plain is a text without its markup: paragraphs and points on lines of their
// own.
func plain(s string) string {
	var b strings.Builder
	for s != "" {
		text, rest, tag := strings.Cut(s, "<")
		b.WriteString(text)
		if !tag {
			break
		}
		name, after, closed := strings.Cut(rest, ">")
		if !closed {
			b.WriteString("<" + rest)
			break
		}
		switch kind := tagOf(name); kind {
		case "p", "br", "ul", "ol", "h1", "h2", "h3", "h4", "div", "tr":
			b.WriteString("\n")
		case "li":
			if !strings.HasPrefix(name, "/") {
				b.WriteString("\n- ")
			}
		}
		s = after
	}
	var lines []string
	for line := range strings.SplitSeq(html.UnescapeString(b.String()), "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" && line != "-" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
