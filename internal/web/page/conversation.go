package page

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// conversationPages are intake as a conversation: one question at a time, the
// one that decides most first.
func (s *Site) conversationPages(page register) {
	page("GET /families/{id}/conversation", "rights.change", s.conversation)
	page("POST /families/{id}/conversation", "rights.change", s.converse)
}

// conversation is the page: the question, and beside it what is clear already.
type conversation struct {
	rightsView
	Family    kernel.ID
	Title     string
	Question  *question  // nil: nothing is left to ask
	Others    []question // further ones that are worth asking now
	ByName    bool       // this question was asked for
	Began     int64      // the version of the facts that the page shows
	Meanwhile string     // what a colleague noted while this was typed
	LeftOpen  int
	Told      []toldGroup
	Closed    bool
}

// toldGroup is what is known of one person, or of the family.
type toldGroup struct {
	Title string
	Rows  []kit.SummaryRow
}

func (s *Site) conversation(r *Request) (Answer, error) {
	w, _, err := s.conversationView(r, r.URL.Query().Get("fact"))
	if err != nil {
		return Answer{}, err
	}
	return show(conversationPage(r.View, w))
}

// conversationView looks what there is, and what to ask. named is the fact that
// was asked for; empty, or none that there is: the best one.
func (s *Site) conversationView(r *Request, named string) (w conversation, found rights.Found, err error) {
	id, err := r.ID("id")
	if err != nil {
		return w, found, err
	}
	later := leftOpen(r)
	if found, err = s.Rights.Find(r.Context(), id, r.View.Lang(), later...); err != nil {
		return w, found, err
	}
	name := called(r.View, &found)
	w = conversation{rightsView: viewRights(r.View, &found, name, "worker"), Family: id, Title: titleOf(r.View, found.File),
		Began: found.File.FactsVersion, LeftOpen: len(later), Told: told(r.View, &found, name),
		Closed: found.File.State != families.StateOpen}
	if w.Closed {
		return w, found, nil
	}
	if m, ok := parseRef(named); ok {
		ask, known := found.Named("worker", m)
		_, person := found.File.Person(kernel.ID(m.Person))
		if known && (m.Person == "" || person) {
			w.Question, w.ByName = &question{Ask: ask, Called: name(m.Person)}, true
			if x, ok := found.File.Fact(kernel.ID(m.Person), m.Fact); ok {
				w.Question.Known = x.Value
			}
			w.others(&found, m, later, name)
			return w, found, nil
		}
	}
	if ask, ok := found.Next("worker", later); ok && len(later) < maxLater {
		w.Question = &question{Ask: ask, Called: name(ask.Person)}
		w.others(&found, rules.Missing{Fact: ask.Fact.Key, Person: ask.Person}, later, name)
	}
	return w, found, nil
}

// others are the questions that may come up before the one that is asked.
func (w *conversation) others(found *rights.Found, but rules.Missing, later []rules.Missing, name naming) {
	for _, ask := range found.Others("worker", but, later) {
		ask.Left = 0 // how many are left stands with the question that is asked
		w.Others = append(w.Others, question{Ask: ask, Called: name(ask.Person)})
	}
}

// told lists what is known, the family first.
func told(v kit.View, found *rights.Found, name naming) (groups []toldGroup) {
	whom := []kernel.ID{""}
	for _, p := range found.File.Persons {
		whom = append(whom, p.ID)
	}
	for _, id := range whom {
		g := toldGroup{Title: v.T("conversation.told.family")}
		if id != "" {
			g.Title = capital(name(string(id)))
		}
		for _, x := range found.File.Facts {
			m := rules.Missing{Fact: x.Key, Person: string(x.Person)}
			ask, ok := found.Named("worker", m)
			if x.Person != id || !ok {
				continue
			}
			g.Rows = append(g.Rows, kit.SummaryRow{
				Key: ask.Fact.Names.In(rules.Lang(v.Lang())), Value: kit.Text(factWords(v, ask.Fact, x.Value)),
				Note:   v.T("conversation.source."+string(x.Source), "day", x.RecordedAt.Date()),
				Action: &kit.Link{Href: "/families/" + string(found.File.ID) + "/conversation?fact=" + refOf(m), Label: v.T("kit.change")},
			})
		}
		if len(g.Rows) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

func (s *Site) converse(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	here := "/families/" + string(id) + "/conversation"
	m, ok := parseRef(r.PostFormValue("fact"))
	switch do := r.PostFormValue("do"); {
	case do == "again":
		http.SetCookie(r.writer, s.laterCookie(here, nil))
		return goTo(here, "")
	case !ok:
		return goTo(here, "")
	case do == "later":
		return Answer{To: here, Cookie: s.laterCookie(here, append(leftOpen(r), m))}, nil
	}
	fact := s.Rights.Fact(m)
	if fact == nil || !fact.AskableBy("worker") {
		return goTo(here, "")
	}
	value, open, err := readAnswer(fact, r.PostForm)
	if open {
		return Answer{To: here, Cookie: s.laterCookie(here, append(leftOpen(r), m))}, nil
	}
	if err == nil {
		err = s.note(r, id, m, value)
	}
	if faulty(err) {
		return s.askAgain(r, here, m, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo(here, "")
}

// note records an answer as a fact, with how it is known.
func (s *Site) note(r *Request, id kernel.ID, m rules.Missing, value json.RawMessage) error {
	began, err := strconv.ParseInt(r.PostFormValue("began"), 10, 64)
	if err != nil || began < 1 {
		began = 1 // whatever was recorded since the file was opened is newer
	}
	source := families.Source(r.PostFormValue("source"))
	if !slices.Contains(families.Sources[:], source) {
		source = families.Told
	}
	_, err = s.Families.RecordFacts(r.Context(), id, began, []families.Fact{{Person: kernel.ID(m.Person), Key: m.Fact, Value: value, Source: source}})
	return err
}

// askAgain shows the question with what was typed and what is wrong with it;
// beside it, what a colleague noted meanwhile.
func (s *Site) askAgain(r *Request, here string, m rules.Missing, err error) (Answer, error) {
	w, found, viewErr := s.conversationView(r, refOf(m))
	if viewErr != nil {
		return Answer{}, viewErr
	}
	if w.Question == nil || w.Question.Ref() != refOf(m) { // a person who is no longer there, a file that was closed
		return goTo(here, "")
	}
	w.ByName = r.PostFormValue("named") != ""
	fault, _ := errors.AsType[*kernel.Fault](err)
	if fault.Key == "stale" {
		if x, ok := found.File.Fact(kernel.ID(m.Person), m.Fact); ok {
			w.Meanwhile = r.View.T("conversation.meanwhile", "value", factWords(r.View, w.Question.Fact, x.Value), "at", x.RecordedAt)
		}
	}
	w.Question.Form = r.PostForm
	w.Question.Errors = kit.Errors{{Field: answerField, Text: r.View.Fault(fault)}}
	return again(conversationPage(r.View, w), err)
}

// A question that is left open is asked again later, not at once: until then
// its name stands in a cookie for this conversation alone. Who left as many
// open as a cookie holds has had enough for today.
const (
	laterName = "later"
	// It is of one path, and so cannot have the name of the others.
	laterOverTLS = "__Secure-" + laterName
	laterLife    = 12 * time.Hour
	maxLater     = 40
)

func leftOpen(r *Request) (open []rules.Missing) {
	c, err := r.Cookie(laterName)
	if err != nil {
		c, err = r.Cookie(laterOverTLS)
	}
	if err != nil {
		return nil
	}
	for _, ref := range strings.Split(c.Value, "~") {
		if m, ok := parseRef(ref); ok && len(open) < maxLater && !slices.Contains(open, m) {
			open = append(open, m)
		}
	}
	return open
}

func (s *Site) laterCookie(path string, open []rules.Missing) *http.Cookie {
	var refs []string
	for _, m := range open[max(0, len(open)-maxLater):] {
		refs = append(refs, refOf(m))
	}
	name := laterName
	if s.Secure {
		name = laterOverTLS
	}
	c := s.cookie(name, strings.Join(refs, "~"), laterLife)
	if c.Path = path; len(refs) == 0 {
		c.MaxAge = -1
	}
	return c
}

// sourceField asks how a fact is known.
func sourceField(v kit.View) kit.Field {
	f := kit.Field{Name: "source", Label: v.T("conversation.source"), Value: string(families.Told)}
	for _, s := range families.Sources {
		f.Options = append(f.Options, kit.Option{Value: string(s), Label: v.T("conversation.source.choose." + string(s))})
	}
	return f
}
