package page

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
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
			state.forget(m)
			state.Later = append(state.Later, m)
		}
		return s.checkOn(r, state)
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

// checkFirst reads the first page: where, and who.
func (s *Site) checkFirst(r *Request, more bool) (Answer, error) {
	w := checkView{At: atStart, Form: r.PostForm, Rows: 1}
	if n, err := strconv.Atoi(r.PostForm.Get("rows")); err == nil {
		w.Rows = min(max(n, 1), maxChildren)
	}
	if more {
		w.Rows = min(w.Rows+1, maxChildren)
		return s.showCheck(r, w)
	}
	state, err := readFirst(r.PostForm, w.Rows, r.View.Today)
	if state.Postal != "" && state.NIS == "" {
		w.Choose = kernel.MunicipalitiesByPostalCode(state.Postal)
	}
	if err != nil {
		w.State, w.Errors = state, r.View.Problems(err)
		page, showErr := s.showCheck(r, w)
		page.Status = kit.Status(err)
		return page, showErr
	}
	return s.checkAsk(r, state, "")
}

// readFirst reads what the first page asks; everything that is wrong is told
// at once. Answers that were given before stay.
func readFirst(form url.Values, rows int, today kernel.Date) (checkState, error) {
	before := parseCheck(form, today)
	c := checkState{Facts: before.Facts, Later: before.Later, NIS: before.NIS,
		Partner: form.Get("partner") == "yes", Unborn: form.Get("unborn") == "yes"}
	var wrong kernel.Faults
	code, err := kernel.ParsePostalCode(form.Get("postal"))
	wrong.Check("postal", err)
	c.Postal = code
	if within := kernel.MunicipalitiesByPostalCode(code); len(within) == 1 {
		c.NIS = within[0].NIS
	} else if len(within) > 1 && c.NIS == "" {
		wrong.Check("nis", kernel.NewInvalid("check.municipality"))
	}
	if form.Get("partner") == "" {
		wrong.Check("partner", kernel.NewInvalid("check.partner"))
	}
	if c.Called = nickname(form.Get("called")); c.Called == "" && strings.TrimSpace(form.Get("called")) != "" {
		wrong.Check("called", kernel.NewInvalid("check.called"))
	}
	for i := range rows {
		field := childField(i)
		day, err := kit.DateOf(form, field)
		if err == nil && day != "" {
			err = born(day, today)
		}
		wrong.Check(field, err)
		if err == nil && day != "" {
			c.Children = append(c.Children, day)
		}
	}
	due, err := kit.DateOf(form, "due")
	if err == nil && due != "" && c.Unborn {
		if n := today.DaysUntil(due); n < -21 || n > 300 {
			err = kernel.NewInvalid("check.due")
		}
		c.Due = due
	}
	wrong.Check("due", err)
	return c, wrong.Err()
}

// childField is the name of the date of birth of one child.
func childField(i int) string { return "born" + strconv.Itoa(i+1) }

// typed is the state as the first page shows it.
func (c checkState) typed() url.Values {
	form := c.hidden()
	form.Del("child")
	if !c.Partner && c.Postal != "" {
		form.Set("partner", "no")
	}
	if !c.Unborn && c.Postal != "" {
		form.Set("unborn", "no")
	}
	for i, d := range c.Children {
		setDate(form, childField(i), d)
	}
	form.Del("due")
	setDate(form, "due", c.Due)
	return form
}

func setDate(form url.Values, name string, d kernel.Date) {
	if parts := strings.Split(string(d), "-"); len(parts) == 3 {
		form.Set(name+"-year", parts[0])
		form.Set(name+"-month", strings.TrimPrefix(parts[1], "0"))
		form.Set(name+"-day", strings.TrimPrefix(parts[2], "0"))
	}
}

// look finds what there is for the state; the alliance is the first of the
// municipality's.
func (s *Site) look(r *Request, c checkState) (found rights.Found, of []members.Alliance, err error) {
	if c.NIS != "" {
		if of, err = s.Members.AllianceOf(r.Context(), c.NIS); err != nil {
			return found, nil, err
		}
	}
	var alliance kernel.ID
	if len(of) > 0 {
		alliance = of[0].ID
	}
	document, err := c.document(r.View.Today)
	if err != nil {
		return found, nil, err
	}
	found, err = s.Rights.Check(r.Context(), alliance, document, r.View.Lang())
	return found, of, err
}

// checkAnswer takes an answer and asks the next question. An answer that the
// rules cannot take is asked again.
func (s *Site) checkAnswer(r *Request, state checkState) (Answer, error) {
	m, ok := parseRef(r.PostForm.Get("fact"))
	found, _, err := s.look(r, state)
	if err != nil {
		return s.checkBroken(r, err)
	}
	ask, known := found.Named("family", m)
	if !ok || !known || !state.has(m.Person) {
		return s.checkAsk(r, state, "")
	}
	value, open, err := readAnswer(ask.Fact, r.PostForm)
	if open {
		state.forget(m)
		state.Later = append(state.Later, m)
		return s.checkOn(r, state)
	}
	if err == nil {
		told := state
		told.Facts = append([]checkFact(nil), state.Facts...)
		told.tell(m, value)
		if _, _, err = s.look(r, told); err == nil {
			return s.checkOn(r, told)
		}
	}
	if !faulty(err) {
		return Answer{}, err
	}
	w := checkView{At: atAsk, State: state, Question: &question{Ask: ask, Called: state.called(r.View)(m.Person), Form: r.PostForm}}
	for _, p := range r.View.Problems(err) {
		w.Question.Errors = append(w.Question.Errors, kit.Problem{Field: answerField, Text: p.Text})
		break
	}
	w.Errors = w.Question.Errors
	w.fill(r.View, &found)
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
	page, showErr := s.showCheck(r, checkView{At: atStart, Rows: 1, Errors: r.View.Problems(kernel.NewInvalid("check.form"))})
	page.Status = kit.Status(err)
	return page, showErr
}

// restAfter is how many questions come in a row before the check shows what
// there is; whoever wants goes on from there.
const restAfter = 12

// checkOn goes on after a question.
func (s *Site) checkOn(r *Request, state checkState) (Answer, error) {
	if n := len(state.Facts) + len(state.Later); n%restAfter == 0 {
		return s.checkResult(r, state)
	}
	return s.checkAsk(r, state, "")
}

// checkAsk asks the next question, or the one that named names. When nothing
// is left to ask, it shows the result.
func (s *Site) checkAsk(r *Request, state checkState, named string) (Answer, error) {
	found, of, err := s.look(r, state)
	if err != nil {
		return s.checkBroken(r, err)
	}
	w := checkView{At: atAsk, State: state}
	w.fill(r.View, &found)
	name := state.called(r.View)
	if m, ok := parseRef(named); ok && state.has(m.Person) {
		if ask, known := found.Named("family", m); known {
			w.Question = &question{Ask: ask, Called: name(m.Person), Known: state.known(m)}
			return s.showCheck(r, w)
		}
	}
	ask, ok := found.Next("family", state.Later)
	if !ok {
		return s.result(r, state, &found, of)
	}
	w.Question = &question{Ask: ask, Called: name(ask.Person)}
	return s.showCheck(r, w)
}

func (s *Site) checkResult(r *Request, state checkState) (Answer, error) {
	found, of, err := s.look(r, state)
	if err != nil {
		return s.checkBroken(r, err)
	}
	return s.result(r, state, &found, of)
}

func (s *Site) result(r *Request, state checkState, found *rights.Found, of []members.Alliance) (Answer, error) {
	w := checkView{At: atResult, State: state, LeftOpen: len(state.Later)}
	_, w.More = found.Next("family", state.Later)
	w.fill(r.View, found)
	if len(of) > 0 {
		w.Alliance = of[0].Name.In(r.View.Lang())
		var err error
		if w.Welfare, err = s.Members.WelfareOffices(r.Context(), of[0].ID, state.NIS); err != nil {
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
		w.Place = m.Name.In(v.Lang())
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

// field is a field of the first page, with what was typed.
func (w checkView) field(v kit.View, name string) kit.Field {
	f := kit.Field{Name: name, Label: v.T("check.field." + name)}
	yesNo := []kit.Option{{Value: "yes", Label: v.T("kit.yes")}, {Value: "no", Label: v.T("kit.no")}}
	switch name {
	case "postal":
		f.InputMode, f.Width, f.Autocomplete = "numeric", 5, "off"
	case "nis":
		for _, m := range w.Choose {
			f.Options = append(f.Options, kit.Option{Value: string(m.NIS), Label: m.Name.In(v.Lang())})
		}
	case "called":
		f.Hint, f.Optional, f.Width, f.Autocomplete = v.T("check.field.called.hint"), true, 20, "off"
	case "partner", "unborn":
		f.Options, f.Inline = yesNo, true
	case "due":
		f.Optional = true
	}
	return f.Kept(w.Form, w.Errors)
}

func (w checkView) child(v kit.View, i int) kit.Field {
	return kit.Field{Name: childField(i), Label: v.T("check.field.child", "n", i+1), Optional: i == 0}.Kept(w.Form, w.Errors)
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
