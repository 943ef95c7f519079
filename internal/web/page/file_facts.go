package page

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// fileFactPages change one thing that is known, and show how it came to be
// known.
func (s *Site) fileFactPages(page register) {
	page("GET /families/{id}/facts/{fact}", "family.read", s.factForm)
	page("POST /families/{id}/facts/{fact}", "family.change", s.recordFact)
}

// factView is one fact: what is known, what was known before, and the form.
type factView struct {
	fileView
	Ask     rules.Missing
	Fact    *rules.Fact
	Form    url.Values // of source and first day
	Errors  kit.Errors
	Asked   question
	Begun   int64 // the version of the facts from which the edit began
	Stored  []differ
	History []families.Fact
}

// here is the fact's own address.
func (w factView) here() string { return w.path("/facts/" + refOf(w.Ask)) }

// readFact opens a file and finds the fact in the path. Where a family lives
// is no fact of its own: the way leads to the contact.
func (s *Site) readFact(r *Request) (w factView, err error) {
	if w.fileView, err = s.readFile(r, families.ForCare); err != nil {
		return w, err
	}
	m, ok := parseRef(r.PathValue("fact"))
	entity := rules.OfFamily
	if m.Person != "" {
		entity = rules.OfPerson
		p, there := w.Person(kernel.ID(m.Person))
		ok = ok && there && p.LeftOn == ""
	}
	w.Ask, w.Fact = m, w.Law.Facts().Fact(entity, m.Fact)
	if !ok || w.Fact == nil || !w.Fact.Given || w.Fact.Key == "role" {
		return w, kernel.NewNotFound("fact")
	}
	w.Asked = question{Ask: rights.Ask{Fact: w.Fact, Person: m.Person}}
	if m.Person != "" {
		w.Asked.Called = w.called(r.View, kernel.ID(m.Person))
	}
	return w, nil
}

// readHistory brings all that was ever recorded under the fact.
func (s *Site) readHistory(r *Request, w *factView) error {
	var err error
	if w.History, err = s.Families.FactHistory(r.Context(), w.ID, kernel.ID(w.Ask.Person), w.Ask.Fact); err != nil {
		return err
	}
	if w.Lists, err = s.Registers.ListsOf(r.Context(), w.ID); err != nil {
		return err
	}
	var ids []kernel.ID
	for _, x := range w.History {
		ids = append(ids, x.RecordedBy, x.RecordedOrg)
	}
	names, err := s.Members.Names(r.Context(), ids...)
	for id, name := range names {
		w.Names[id] = name
	}
	return err
}

func (s *Site) factForm(r *Request) (Answer, error) {
	w, err := s.readFact(r)
	if err != nil {
		return Answer{}, err
	}
	if w.Ask.Person == "" && slices.Contains([]string{"municipality", "postal_code"}, w.Ask.Fact) {
		return goTo(w.path("/contact"), "")
	}
	w.Begun = w.FactsVersion
	w.Form = url.Values{"source": {string(families.Told)}}
	if x, ok := w.File.Fact(kernel.ID(w.Ask.Person), w.Ask.Fact); ok {
		w.Asked.Known = x.Value
		w.Form = url.Values{"source": {string(x.Source)}, "from": {string(x.ValidFrom)}}
	}
	if err := s.readHistory(r, &w); err != nil {
		return Answer{}, err
	}
	return show(factPage(r.View, w))
}

func (s *Site) recordFact(r *Request) (Answer, error) {
	w, err := s.readFact(r)
	if err != nil {
		return Answer{}, err
	}
	value, open := json.RawMessage("null"), r.PostForm.Has("gone")
	if !open {
		value, open, err = readAnswer(w.Fact, r.PostForm)
	}
	if open {
		value = json.RawMessage("null")
	}
	from, dayErr := kit.DateOf(r.PostForm, "from")
	if err == nil {
		err = dayErr
	}
	began, _ := strconv.ParseInt(r.PostFormValue("began"), 10, 64)
	if err == nil {
		_, err = s.Families.RecordFacts(r.Context(), w.ID, max(began, 1), []families.Fact{{
			Person: kernel.ID(w.Ask.Person), Key: w.Ask.Fact, Value: value,
			Source: families.Source(r.PostFormValue("source")), ValidFrom: from,
		}})
	}
	if err == nil {
		return goTo(w.path("#known"), "said.fact.recorded")
	}
	if !faulty(err) {
		return Answer{}, err
	}
	return s.factAgain(r, w, began, err)
}

// factAgain shows the form with what was typed and what is wrong with it; when
// somebody else said something else meanwhile, both stand side by side.
func (s *Site) factAgain(r *Request, w factView, began int64, err error) (Answer, error) {
	w.Form, w.Begun = r.PostForm, began
	for _, f := range faultsIn(err) {
		p := kit.Problem{Field: answerField, Text: r.View.Fault(f)}
		if f.Key == "question.empty" {
			p.Text = r.View.T("file.fact.empty")
		}
		if f.Field == "from" || f.Key == "family.source" {
			p.Field = map[bool]string{true: "from", false: "source"}[f.Field == "from"]
		}
		w.Errors = append(w.Errors, p)
	}
	if stale(err) {
		w.Begun, w.Errors = w.FactsVersion, w.Errors[:1]
		w.Errors[0].Field = ""
		d := differ{Label: w.Asked.Text(r.View), Typed: r.View.T("kit.unknown")}
		if x, ok := w.File.Fact(kernel.ID(w.Ask.Person), w.Ask.Fact); ok {
			d.Kept = factWords(r.View, w.Fact, x.Value) + " (" + w.howKnown(r.View, x) + ")"
		}
		if value, open, bad := readAnswer(w.Fact, r.PostForm); bad == nil && !open {
			d.Typed = factWords(r.View, w.Fact, value)
		}
		w.Stored = []differ{d}
	}
	w.Asked.Form, w.Asked.Errors = r.PostForm, w.Errors
	if wrong := s.readHistory(r, &w); wrong != nil {
		return Answer{}, errors.Join(wrong, err)
	}
	return again(factPage(r.View, w), err)
}

// name is the fact, and whose it is.
func (w factView) name(v kit.View) string {
	name := capital(w.Fact.Names.In(rules.Lang(v.Lang())))
	if w.Asked.Called == "" {
		return name
	}
	return w.Asked.Called + ": " + w.Fact.Names.In(rules.Lang(v.Lang()))
}

// sources asks how the fact is known; only what the dictionary allows.
func (w factView) sources(v kit.View) kit.Field {
	f := kit.Field{Name: "source", Label: v.T("file.fact.source")}
	for _, source := range families.Sources {
		f.Options = append(f.Options, kit.Option{Value: string(source), Label: v.T("family.source." + string(source))})
	}
	return f.Kept(w.Form, w.Errors)
}

// past is what was ever recorded, as moments.
func (w factView) past(v kit.View) (events []kit.Event) {
	for _, x := range w.History {
		e := kit.Event{When: w.howKnown(v, x), Title: v.T("file.fact.no_longer"), Icon: "note-pencil", Kind: kit.Plain}
		if string(x.Value) != "null" {
			e.Title = factWords(v, w.Fact, x.Value)
		}
		if x.SupersededAt == "" {
			e.Icon, e.Kind = "check-circle", kit.Certain
		}
		events = append(events, e)
	}
	return events
}
