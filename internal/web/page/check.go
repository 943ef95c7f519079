package page

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// checkPages are the public self-check: without signing in, without a cookie,
// and nothing that is told is kept. What was answered travels in the form.
func (s *Site) checkPages(page register) {
	page("GET /check", "public.read", s.checkStart)
	page("POST /check", "public.read", s.check)
}

// The pages of a check; the form says on which one it was sent.
const (
	atStart  = "start"
	atAsk    = "ask"
	atResult = "result"
)

// checkView is one page of a check.
type checkView struct {
	rightsView
	State    checkState
	At       string
	Form     url.Values // of the first page, as typed
	Errors   kit.Errors
	Rows     int                   // children that the first page asks about
	Choose   []kernel.Municipality // to which the postal code may belong
	Question *question
	Told     []kit.SummaryRow
	Place    string // the municipality
	Alliance string // whose offers are in the answer; "": none
	Welfare  []members.Organisation
	LeftOpen int
	More     bool // there are more questions
}

func (s *Site) checkStart(r *Request) (Answer, error) {
	return s.showCheck(r, checkView{At: atStart, Rows: 1})
}

func (s *Site) check(r *Request) (Answer, error) {
	if size(r.PostForm) > maxCheckBytes {
		return Answer{}, &http.MaxBytesError{Limit: maxCheckBytes}
	}
	if lang, err := kernel.ParseLang(r.PostForm.Get("lang")); err == nil {
		r.View.Reader = s.Texts.In(lang)
	}
	state := parseCheck(r.PostForm, r.View.Today)
	state.Facts = slices.DeleteFunc(state.Facts, func(x checkFact) bool { return s.Rights.Fact(x.Missing) == nil })
	do, ref, _ := strings.Cut(r.PostForm.Get("do"), ":")
	switch do {
	case "start", "more":
		return s.checkFirst(r, do == "more")
	case "back":
		return s.showCheck(r, checkView{At: atStart, State: state, Form: state.typed(), Rows: max(1, len(state.Children))})
	case "answer":
		return s.checkAnswer(r, state)
	case "later":
		if m, ok := parseRef(r.PostForm.Get("fact")); ok {
			state = state.with(m, nil, true)
		}
		seen, err := s.look(r, state)
		if err != nil {
			return s.checkBroken(r, err)
		}
		return s.checkOn(r, state, seen)
	case "again":
		state.Later = nil
		return s.checkAsk(r, state, "")
	case "ask":
		return s.checkAsk(r, state, ref)
	case "result":
		return s.checkResult(r, state)
	}
	switch r.PostForm.Get("at") { // another language for the same page
	case atResult:
		return s.checkResult(r, state)
	case atAsk:
		return s.checkAsk(r, state, r.PostForm.Get("fact"))
	}
	return s.showCheck(r, checkView{At: atStart, State: state, Form: state.typed(), Rows: max(1, len(state.Children))})
}

// size is how much a form holds, in bytes.
func size(form url.Values) (n int) {
	for name, values := range form {
		for _, value := range values {
			n += len(name) + len(value)
		}
	}
	return n
}

// checked is what there is for a state, and whose offers are in it.
type checked struct {
	rights.Found
	Of []members.Alliance
}

// look finds what there is for the state; the alliance is the first of the
// municipality's.
func (s *Site) look(r *Request, c checkState) (seen checked, err error) {
	if c.NIS != "" {
		if seen.Of, err = s.Members.AllianceOf(r.Context(), c.NIS); err != nil {
			return seen, err
		}
	}
	var alliance kernel.ID
	if len(seen.Of) > 0 {
		alliance = seen.Of[0].ID
	}
	document, err := c.document(r.View.Today)
	if err != nil {
		return seen, err
	}
	seen.Found, err = s.Rights.Check(r.Context(), alliance, document, r.View.Lang(), c.Later...)
	return seen, err
}

// checkAnswer takes an answer and asks the next question. An answer that the
// rules cannot take is asked again.
func (s *Site) checkAnswer(r *Request, state checkState) (Answer, error) {
	m, ok := parseRef(r.PostForm.Get("fact"))
	fact := s.Rights.Fact(m)
	if !ok || fact == nil || !fact.AskableBy("family") || !state.has(m.Person) {
		return s.checkAsk(r, state, "")
	}
	value, open, err := readAnswer(fact, r.PostForm)
	told := state.with(m, value, open)
	if err == nil {
		var seen checked
		if seen, err = s.look(r, told); err == nil {
			return s.checkOn(r, told, seen)
		}
	}
	if !faulty(err) {
		return Answer{}, err
	}
	seen, lookErr := s.look(r, state)
	if lookErr != nil {
		return s.checkBroken(r, lookErr)
	}
	w := checkView{At: atAsk, State: state, Question: &question{Ask: rights.Ask{Fact: fact, Person: m.Person}, Called: state.called(r.View)(m.Person), Form: r.PostForm}}
	if problems := r.View.Problems(err); len(problems) > 0 {
		w.Errors = kit.Errors{{Field: answerField, Text: problems[0].Text}}
	}
	w.Question.Errors = w.Errors
	w.fill(r.View, &seen.Found)
	page, showErr := s.showCheck(r, w)
	page.Status = kit.Status(err)
	return page, showErr
}

// checkBroken starts again when somebody changed the form into something that
// cannot be.
func (s *Site) checkBroken(r *Request, err error) (Answer, error) {
	if !faulty(err) {
		return Answer{}, err
	}
	problems := r.View.Problems(kernel.NewInvalid("check.form"))
	problems[0].Lost = true // what was sent is not what was filled in
	page, showErr := s.showCheck(r, checkView{At: atStart, Rows: 1, Errors: problems})
	page.Status = kit.Status(err)
	return page, showErr
}

// restAfter is how many questions come in a row before the check shows what
// there is; whoever wants goes on from there.
const restAfter = 12

// checkOn goes on after a question.
func (s *Site) checkOn(r *Request, state checkState, seen checked) (Answer, error) {
	ask, ok := seen.Next("family", state.Later)
	if !ok || (len(state.Facts)+len(state.Later))%restAfter == 0 {
		return s.checkRest(r, state, seen)
	}
	w := checkView{At: atAsk, State: state, Question: &question{Ask: ask, Called: state.called(r.View)(ask.Person)}}
	w.fill(r.View, &seen.Found)
	return s.showCheck(r, w)
}

// checkAsk asks the next question, or the one that named names. When nothing
// is left to ask, it shows the result.
func (s *Site) checkAsk(r *Request, state checkState, named string) (Answer, error) {
	seen, err := s.look(r, state)
	if err != nil {
		return s.checkBroken(r, err)
	}
	w := checkView{At: atAsk, State: state}
	w.fill(r.View, &seen.Found)
	name := state.called(r.View)
	if m, ok := parseRef(named); ok && state.has(m.Person) {
		if ask, known := seen.Named("family", m); known {
			w.Question = &question{Ask: ask, Called: name(m.Person), Known: state.known(m)}
			return s.showCheck(r, w)
		}
	}
	ask, ok := seen.Next("family", state.Later)
	if !ok {
		return s.checkRest(r, state, seen)
	}
	w.Question = &question{Ask: ask, Called: name(ask.Person)}
	return s.showCheck(r, w)
}

func (s *Site) checkResult(r *Request, state checkState) (Answer, error) {
	seen, err := s.look(r, state)
	if err != nil {
		return s.checkBroken(r, err)
	}
	return s.checkRest(r, state, seen)
}

// checkRest shows what there is so far.
func (s *Site) checkRest(r *Request, state checkState, seen checked) (Answer, error) {
	w := checkView{At: atResult, State: state, LeftOpen: len(state.Later)}
	_, w.More = seen.Next("family", state.Later)
	w.fill(r.View, &seen.Found)
	if len(seen.Of) > 0 {
		w.Alliance = seen.Of[0].Called(r.View.Lang())
		var err error
		if w.Welfare, err = s.Members.WelfareOffices(r.Context(), seen.Of[0].ID, state.NIS); err != nil {
			return Answer{}, err
		}
	}
	return s.showCheck(r, w)
}

// fill arranges what was found.
func (w *checkView) fill(v kit.View, found *rights.Found) {
	name := w.State.called(v)
	w.rightsView = viewRights(v, found, name, "family")
	if m, ok := kernel.MunicipalityByNIS(w.State.NIS); ok {
		w.Place = m.Called(v.Lang())
	}
	for _, x := range w.State.Facts {
		ask, ok := found.Named("family", x.Missing)
		if !ok {
			continue
		}
		key := ask.Fact.Names.In(rules.Lang(v.Lang()))
		if x.Person != "" {
			key = name(x.Person) + ": " + key
		}
		w.Told = append(w.Told, kit.SummaryRow{Key: key, Value: checkTold(v, key, factWords(v, ask.Fact, x.Value), refOf(x.Missing))})
	}
}

func (s *Site) showCheck(r *Request, w checkView) (Answer, error) {
	along := w.values(r.View)
	along.Del("lang") // the button that is pressed says it
	r.View.Languages = kit.LanguageSwitch{Action: "/check", Values: along}
	return show(checkPage(r.View, w))
}

// values are what a page carries on to the next, besides what it asks itself.
func (w checkView) values(v kit.View) url.Values {
	form := w.State.hidden()
	form.Set("lang", string(v.Lang()))
	form.Set("at", w.At)
	if w.Question != nil {
		form.Set("fact", w.Question.Ref())
	}
	return form
}

// hidden are the values as pairs in a fixed order, but those that the page
// asks itself.
func (w checkView) hidden(v kit.View, asked ...string) (pairs [][2]string) {
	form := w.values(v)
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range form[name] {
			if !slices.Contains(asked, name) {
				pairs = append(pairs, [2]string{name, value})
			}
		}
	}
	return pairs
}
