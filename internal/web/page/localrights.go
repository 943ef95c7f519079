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

// localRightPages are the rights that an alliance writes itself: no template
// says them, and nobody has to know the language of the rules.
func (s *Site) localRightPages(page register) {
	page("GET /local-rights", "programme.read", s.localRightList)
	page("GET /local-rights/new", "programme.manage", s.newLocalRight)
	page("POST /local-rights", "programme.manage", s.writeLocalRight)
	page("GET /local-rights/{id}", "programme.read", s.localRight)
	page("GET /local-rights/{id}/{step}", "programme.manage", s.localRightStep)
	page("POST /local-rights/{id}/change", "programme.manage", s.writeLocalRight)
	page("POST /local-rights/{id}/end", "programme.manage", s.endLocalRight)
}

func (s *Site) localRightList(r *Request) (Answer, error) {
	all, err := s.Programmes.LocalRights(r.Context())
	if err != nil {
		return Answer{}, err
	}
	if !r.may("programme.manage") { // who carries it out knows what is offered, not what is being written
		all = slices.DeleteFunc(all, func(l programmes.LocalRight) bool { return l.State == programmes.Draft })
	}
	last := kernel.ID("")
	if r.may("programme.manage") {
		if last, err = s.Rights.OwnTrial(r.Context()); err != nil {
			return Answer{}, err
		}
	}
	return show(localRightListPage(r.View, all, r.may("programme.manage"), last))
}

// localRightView is a local right as it stands, with its versions.
type localRightView struct {
	programmes.LocalRight
	Before    []programmes.LocalRight
	MayManage bool
}

func (s *Site) localRight(r *Request) (Answer, error) {
	versions, err := s.localVersions(r)
	if err != nil {
		return Answer{}, err
	}
	return show(localRightPage(r.View, localRightView{versions[0], versions[1:], r.may("programme.manage")}))
}

func (s *Site) localVersions(r *Request) ([]programmes.LocalRight, error) {
	id, err := r.ID("id")
	if err != nil {
		return nil, err
	}
	versions, err := s.Programmes.LocalRight(r.Context(), id)
	if err == nil && versions[0].State == programmes.Draft && !r.may("programme.manage") {
		err = kernel.NewNotFound("programme")
	}
	return versions, err
}

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

const (
	wishRows     = 2
	mostWishRows = 8
)

func (s *Site) newLocalRight(r *Request) (Answer, error) {
	if w, err := s.countedWish(r, ""); w != nil || err != nil {
		return s.showCounted(r, w, err)
	}
	form := url.Values{"from": {string(r.View.Today)}, "decided": {string(r.View.Today)}, "for": {"child"}, "per": {"year"},
		"authority": {r.Session.Organisation.Name}}
	return s.showWish(r, wishForm{Form: form, Rows: wishRows}, nil)
}

func (s *Site) localRightStep(r *Request) (Answer, error) {
	versions, err := s.localVersions(r)
	if err != nil {
		return Answer{}, err
	}
	l := versions[0]
	switch step := r.PathValue("step"); {
	case l.State == programmes.Ended:
	case step == "end":
		return show(endLocalRightPage(r.View, l))
	case step == "change":
		if w, err := s.countedWish(r, l.ID); w != nil || err != nil {
			return s.showCounted(r, w, err)
		}
		return s.showWish(r, storedWish(r.View, l), nil)
	}
	return Answer{}, kernel.NewNotFound("page")
}

// countedWish is what was filled in when the reader had a right counted that is
// being written, to go on with; nil when the address names no such count.
func (s *Site) countedWish(r *Request, of kernel.ID) (*programmes.LocalEdit, error) {
	count := kernel.ID(r.URL.Query().Get("count"))
	if count == "" {
		return nil, nil
	}
	t, err := s.Rights.TrialOf(r.Context(), count, r.View.Lang())
	if err == nil && (t.Written == nil || t.Written.ID != of) {
		err = kernel.NewNotFound("trial")
	}
	return t.Written, err
}

func (s *Site) showCounted(r *Request, w *programmes.LocalEdit, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	return s.showWish(r, storedWish(r.View, programmes.LocalRight{ID: w.ID, Version: w.Version, Wish: w.Wish}), nil)
}

// countWish has the house count all families that the right would reach; what was
// filled in is kept with the count, to go on with.
func (s *Site) countWish(r *Request, d wishForm, wish programmes.Wish) (Answer, error) {
	weighed, err := s.Programmes.Weigh(r.Context(), wish)
	if err == nil && weighed.Rules == nil {
		return s.lookAtWish(r, d, wish)
	}
	if faulty(err) {
		return s.showWish(r, d, err)
	}
	if err != nil {
		return Answer{}, err
	}
	id, err := s.Rights.BeginTally(r.Context(), programmes.LocalEdit{ID: d.ID, Version: d.Version, Wish: wish}, weighed)
	if err != nil {
		return Answer{}, err
	}
	return goTo("/what-if/"+string(id), "")
}

// writingOn is where one goes on with what was being counted.
func writingOn(t rights.Trial) string {
	path := "/local-rights/new"
	if t.Written.ID != "" {
		path = "/local-rights/" + string(t.Written.ID) + "/change"
	}
	return path + "?count=" + string(t.ID)
}

func (s *Site) endLocalRight(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Programmes.EndLocal(r.Context(), id); err != nil {
		return Answer{}, err
	}
	return goTo("/local-rights/"+string(id), "said.localright.end")
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

// writeLocalRight looks at what was written, or keeps it.
func (s *Site) writeLocalRight(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	d := typedWish(r.PostForm)
	d.Law, d.Version = s.Programmes.Law, versionIn(r.PostForm)
	if r.PathValue("id") != "" {
		versions, err := s.localVersions(r)
		if err != nil {
			return Answer{}, err
		}
		d.ID = versions[0].ID
	}
	if d.Form.Get("do") == "more" {
		return s.showWish(r, d, nil)
	}
	wish, faults := d.read(r.View)
	if err := faults.Err(); err != nil {
		return s.showWish(r, d, err)
	}
	if d.Form.Get("do") == "all" {
		return s.countWish(r, d, wish)
	}
	if d.Form.Get("do") != "on" && d.Form.Get("do") != "draft" {
		return s.lookAtWish(r, d, wish)
	}
	kept, err := s.Programmes.Keep(r.Context(), programmes.LocalEdit{ID: d.ID, Version: d.Version, Wish: wish, Draft: d.Form.Get("do") == "draft"})
	if f := faultOf(err); f != nil && f.Key == "localright.remarks" {
		return s.lookAtWish(r, d, wish)
	}
	if isStale(err) { // to save again is to decide for what was typed
		versions, loading := s.localVersions(r)
		if loading != nil {
			return Answer{}, loading
		}
		d.Version = versions[0].Version
	}
	if faulty(err) {
		return s.showWish(r, d, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/local-rights/"+string(kept.ID), "said.localright."+string(kept.State))
}

// lookAtWish shows the rule that comes of it, what the rules say of it at each
// field, and how many families it would reach.
func (s *Site) lookAtWish(r *Request, d wishForm, wish programmes.Wish) (Answer, error) {
	weighed, err := s.Programmes.Weigh(r.Context(), wish)
	if err != nil {
		if faulty(err) {
			return s.showWish(r, d, err)
		}
		return Answer{}, err
	}
	d.Weighed = &weighed
	for _, n := range weighed.Remarks {
		if n.Code != rules.LintUntested {
			d.Errors = append(d.Errors, kit.Problem{Field: n.Field, Text: remarkWords(r.View, n)})
		}
	}
	if weighed.Rules != nil {
		t, err := s.Rights.Try(r.Context(), weighed.Rules, weighed.Right)
		if err != nil {
			return Answer{}, err
		}
		d.Tally = &t
	}
	return s.showWish(r, d, nil)
}

func (s *Site) showWish(r *Request, d wishForm, wrong error) (Answer, error) {
	d.Law = s.Programmes.Law
	if d.Form.Get("per") == "" {
		d.Form.Set("per", "year")
	}
	if wrong != nil {
		d.Errors = r.View.Problems(wrong)
		if isStale(wrong) {
			d.Errors = staleErrors(r.View)
		}
		return again(wishPage(r.View, d), wrong)
	}
	return show(wishPage(r.View, d))
}

// remarkWords say a remark of the rules to somebody who writes a form.
func remarkWords(v kit.View, n programmes.Noted) string {
	switch n.Code {
	case rules.LintNever, rules.LintAlways, rules.LintText:
		return v.T("localright.remark." + n.Code)
	}
	words := n.What
	if n.Remedy != "" {
		words += "; " + n.Remedy
	}
	return v.T("localright.remark.other", "words", words)
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

// familiesWords is a figure in words: a small one is kept back.
func familiesWords(v kit.View, n int) string {
	if n == rights.Few {
		return v.T("localright.few")
	}
	return v.Number(n)
}
