package page

import (
	"net/url"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// doublePages show the coordinator which organisations look like one, side by
// side, join them, and undo it.
func (s *Site) doublePages(page register) {
	page("GET /directory/doubles", "directory.manage", s.doubles)
	page("GET /directory/organisations/{id}/join", "directory.manage", s.joinForm)
	page("POST /directory/organisations/{id}/join", "directory.manage", s.join)
	page("POST /directory/merges/{merge}/undo", "directory.manage", s.partOrganisations)
}

// doublesView are the pairs that look like one, and what was joined.
type doublesView struct {
	All    []directory.Twins
	Merges []directory.Merge
}

func (s *Site) doubles(r *Request) (w Answer, err error) {
	var view doublesView
	if view.All, err = s.Directory.Twins(r.Context()); err != nil {
		return w, err
	}
	if view.Merges, err = s.Directory.Merges(r.Context()); err != nil {
		return w, err
	}
	return show(doublesPage(r.View, view))
}

// joinView is two organisations side by side.
type joinView struct {
	Kept, Gone directory.Held
	Form       url.Values
	Errors     kit.Errors
}

func (s *Site) joinForm(r *Request) (Answer, error) {
	with := r.URL.Query().Get("with")
	if with == "" { // with which one, stands there
		id, err := r.ID("id")
		if err == nil {
			_, err = s.Directory.Organisation(r.Context(), id)
		}
		if err != nil {
			return Answer{}, err
		}
		return s.doubles(r)
	}
	return s.showJoin(r, with, nil, nil)
}

func (s *Site) showJoin(r *Request, with string, form url.Values, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	both, err := s.Directory.SideBySide(r.Context(), id, numberIn(with))
	if err != nil {
		return Answer{}, err
	}
	w := joinView{Kept: both[0], Gone: both[1], Form: form}
	if wrong == nil {
		return show(joinPage(r.View, w))
	}
	w.Errors = r.View.Problems(wrong)
	if isStale(wrong) {
		w.Errors = staleErrors(r.View)
	}
	return again(joinPage(r.View, w), wrong)
}

func (s *Site) join(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	form := r.PostForm
	with := numberIn(form.Get("with"))
	if form.Get("do") == "apart" {
		if err := s.Directory.Apart(r.Context(), id, with); err != nil {
			return Answer{}, err
		}
		return goTo("/directory/doubles", "said.doubles.apart")
	}
	in := directory.Merging{Kept: id, Gone: with, KeptVersion: numberOf(form, "kept"), GoneVersion: numberOf(form, "gone")}
	for _, field := range directory.MergeFields {
		if form.Get("choose."+field) == "gone" {
			in.Gones = append(in.Gones, field)
		}
	}
	_, err = s.Directory.Join(r.Context(), in)
	if faulty(err) {
		return s.showJoin(r, string(with), form, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/directory/organisations/"+string(id), "said.doubles.joined")
}

func (s *Site) partOrganisations(r *Request) (Answer, error) {
	id, err := r.ID("merge")
	if err != nil {
		return Answer{}, err
	}
	clashes, err := s.Directory.Part(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	if len(clashes) > 0 {
		return goTo("/directory/doubles", "said.doubles.clash")
	}
	return goTo("/directory/doubles", "said.doubles.parted")
}

// joinPath is where two are laid side by side.
func joinPath(t directory.Twins) string {
	return "/directory/organisations/" + string(t.One.ID) + "/join?with=" + string(t.Other.ID)
}

// alikeWords say why two look the same.
func alikeWords(v kit.View, why []directory.Alike) (lines []string) {
	for _, x := range why {
		lines = append(lines, strings.TrimSpace(v.T("doubles.why."+x.What, "value", x.Value)))
	}
	return lines
}

// mergeChoice is one field of both, where both have something and differ.
type mergeChoice struct {
	Field      string
	Kept, Gone string
}

// choices are the fields of which one is chosen.
func (w joinView) choices() (all []mergeChoice) {
	values := func(o directory.Organisation) map[string]string {
		return map[string]string{"name": o.Name, "also": o.Also, "about": directory.Plainly(o.About), "kbo": o.KBO.Display(), "website": o.Website,
			"mail": string(o.Mail), "numbers": directory.Plainly(o.Numbers)}
	}
	kept, gone := values(w.Kept.Organisation), values(w.Gone.Organisation)
	for _, field := range directory.MergeFields {
		if kept[field] != "" && gone[field] != "" && kept[field] != gone[field] {
			all = append(all, mergeChoice{field, kept[field], gone[field]})
		}
	}
	return all
}

// comes are the fields that come along because only the other has them.
func (w joinView) comes(v kit.View) string {
	var words []string
	kept, gone := w.Kept.Organisation, w.Gone.Organisation
	for field, here := range map[string]bool{"also": kept.Also == "" && gone.Also != "", "about": kept.About == (kernel.Text{}) && gone.About != (kernel.Text{}),
		"kbo": kept.KBO == "" && gone.KBO != "", "website": kept.Website == "" && gone.Website != "", "mail": kept.Mail == "" && gone.Mail != "",
		"numbers": len(kept.Numbers) == 0 && len(gone.Numbers) > 0} {
		if here {
			words = append(words, v.T("directory.field."+field))
		}
	}
	slices.Sort(words)
	return v.List(words)
}

func (c mergeChoice) options(v kit.View) []kit.Option {
	return []kit.Option{{Value: "kept", Label: c.Kept}, {Value: "gone", Label: c.Gone}}
}

func (w joinView) chosen(field string) string {
	if w.Form.Get("choose."+field) == "gone" {
		return "gone"
	}
	return "kept"
}
