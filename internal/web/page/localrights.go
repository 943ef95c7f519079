package page

import (
	"net/url"
	"slices"

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

// familiesWords is a figure in words: a small one is kept back.
func familiesWords(v kit.View, n int) string {
	if n == rights.Few {
		return v.T("localright.few")
	}
	return v.Number(n)
}
