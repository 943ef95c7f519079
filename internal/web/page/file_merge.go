package page

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// fileMergePages make one file of two of the same people, and undo it.
func (s *Site) fileMergePages(page register) {
	page("GET /families/{id}/merge", "family.merge", s.mergeForm)
	page("POST /families/{id}/merge", "family.merge", s.merge)
	page("POST /families/{id}/merge/{merge}", "family.merge", s.partFiles)
}

// mergeView is two files side by side.
type mergeView struct {
	fileView
	Other  string // the number of the other file, as typed
	Both   families.SideBySide
	Gone   fileView
	Form   url.Values
	Errors kit.Errors
}

// Seen tells whether there are two files to see.
func (w mergeView) Seen() bool { return w.Both.Kept.ID != "" }

func (s *Site) mergeForm(r *Request) (Answer, error) {
	w := mergeView{Other: strings.TrimSpace(r.URL.Query().Get("with"))}
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	if w.Other == "" {
		w.fileView, err = s.readOpenFile(r)
		if err != nil {
			return Answer{}, err
		}
		return show(mergePage(r.View, w))
	}
	return s.sideBySide(r, w, id, nil, nil)
}

// numberIn finds the number of a file in what was typed, which may be its whole
// address.
func numberIn(typed string) kernel.ID {
	typed = strings.TrimRight(strings.TrimSpace(typed), "/")
	id, err := kernel.ParseID(typed[strings.LastIndex(typed, "/")+1:])
	if err != nil {
		return ""
	}
	return id
}

// sideBySide shows two files, and what was wrong with what was sent.
func (s *Site) sideBySide(r *Request, w mergeView, id kernel.ID, same map[kernel.ID]kernel.ID, wrong error) (Answer, error) {
	both, err := s.Families.Compare(r.Context(), id, numberIn(w.Other), same)
	if wrong == nil || err != nil && kernel.CodeOf(err) != kernel.Internal {
		wrong = errors.Join(wrong, err)
	}
	if err != nil && kernel.CodeOf(err) == kernel.Internal {
		return Answer{}, err
	}
	if err != nil { // as though there were none
		if w.fileView, err = s.readOpenFile(r); err != nil {
			return Answer{}, err
		}
		if !faulty(wrong) {
			wrong = kernel.NewInvalid("merge.unknown").At("with")
		}
		w.Form = url.Values{"with": {w.Other}}
		w.Errors = r.View.Problems(wrong)
		return again(mergePage(r.View, w), wrong)
	}
	w.Both, w.Other = both, string(both.Gone.ID)
	for half, f := range map[*fileView]families.File{&w.fileView: both.Kept, &w.Gone: both.Gone} {
		half.File, half.Title, half.Law = f, titleOf(r.View, f), s.Families.Law
		if half.Names, err = s.Members.Names(r.Context(), mentioned(f)...); err != nil {
			return Answer{}, err
		}
	}
	if wrong == nil {
		return show(mergePage(r.View, w))
	}
	w.Errors = r.View.Problems(wrong)
	if isStale(wrong) {
		w.Errors = staleErrors(r.View)
	}
	return again(mergePage(r.View, w), wrong)
}

func (s *Site) merge(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	w := mergeView{Other: r.PostForm.Get("with"), Form: r.PostForm}
	in := families.Merging{Kept: id, Gone: numberIn(w.Other), Same: map[kernel.ID]kernel.ID{}, Choose: map[string]families.Which{},
		KeptVersion: numberOf(r.PostForm, "kept"), GoneVersion: numberOf(r.PostForm, "gone")}
	for name, values := range r.PostForm {
		if gone, ok := strings.CutPrefix(name, "same."); ok && values[0] != "" {
			in.Same[kernel.ID(gone)] = kernel.ID(values[0])
		}
		if field, ok := strings.CutPrefix(name, "choose."); ok {
			in.Choose[field] = families.Which(values[0])
		}
	}
	if r.PostForm.Get("do") == "look" {
		return s.sideBySide(r, w, id, in.Same, nil)
	}
	_, err = s.Families.Join(r.Context(), in)
	if faulty(err) || kernel.CodeOf(err) == kernel.NotFound {
		return s.sideBySide(r, w, id, in.Same, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/families/"+string(id), "said.file.merged")
}

func numberOf(form url.Values, name string) int64 {
	n, err := strconv.ParseInt(form.Get(name), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func (s *Site) partFiles(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	merge, err := r.ID("merge")
	if err != nil {
		return Answer{}, err
	}
	if _, err := s.Families.Part(r.Context(), id, merge); err != nil {
		return Answer{}, err
	}
	return goTo("/families/"+string(id), "said.file.parted")
}

// samePeople asks of somebody in the file that goes who they are in the other.
func (w mergeView) samePeople(v kit.View, p families.Person) kit.Field {
	f := kit.Field{Name: "same." + string(p.ID), Label: v.T("merge.same", "who", personName(v, p)),
		Options: []kit.Option{{Value: "", Label: v.T("merge.same.nobody")}}}
	for _, k := range w.Both.Kept.Persons {
		f.Options = append(f.Options, kit.Option{Value: string(k.ID), Label: personName(v, k) + " (" + v.T("file.role."+string(k.Role)) + ", " + ageWords(v, k) + ")"})
	}
	f.Value = string(w.Both.Same[p.ID])
	return f.Kept(nil, w.Errors)
}

// choice asks which of two holds.
func (w mergeView) choice(v kit.View, d families.Difference) kit.Field {
	f := kit.Field{Name: "choose." + d.Field, Value: string(d.Suggested), Label: v.T("merge.field." + d.Key)}
	kept, gone := d.KeptText, d.GoneText
	var keptHow, goneHow string
	if d.IsFact() {
		entity := rules.OfFamily
		if d.Person != "" {
			entity = rules.OfPerson
		}
		f.Label = d.Key
		if x := w.Law.Facts().Fact(entity, d.Key); x != nil {
			f.Label = capital(x.Names.In(rules.Lang(v.Lang())))
			kept, gone = factWords(v, x, d.Kept.Value), factWords(v, x, d.Gone.Value)
		}
		keptHow, goneHow = w.howKnown(v, d.Kept), w.Gone.howKnown(v, d.Gone)
	}
	if d.Person != "" {
		f.Label += " – " + w.called(v, d.Person)
	}
	f.Options = []kit.Option{{Value: string(families.InKept), Label: kept, Hint: keptHow}, {Value: string(families.InGone), Label: gone, Hint: goneHow}}
	if sent := w.Form.Get(f.Name); sent != "" {
		f.Value = sent
	}
	return f.Kept(nil, w.Errors)
}
