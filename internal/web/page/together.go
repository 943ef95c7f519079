package page

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// What two people type into one form at the same time is brought together, for
// every form that is marked data-together. Such a form carries along how it
// looked when its reader began. When a colleague saved first, three forms lie
// beside each other: as it was, as it is now, as it was typed. Where only one
// of the two changed a field, that change holds; where both did, the reader
// chooses, field by field.

const (
	wasField    = "was"     // the form as its reader found it
	choosePart  = "choose." // theirs or mine, on that page
	versionPart = "version"
)

// rounds bounds how often an edit is tried anew because yet another colleague
// saved meanwhile. One of all who try at once succeeds in each round.
const rounds = 120

// clash is a field that two people changed, each in another way.
type clash struct {
	Name, Label      string
	Was, Kept, Typed string
}

// together answers a form that was sent, as h does, and brings it together with
// what a colleague saved meanwhile.
func (s *Site) together(r *Request, action string, h handler) (Answer, error) {
	if r.Method != http.MethodPost || !r.PostForm.Has(wasField) {
		return h(r)
	}
	chose(r.PostForm)
	for range rounds {
		typed := copied(r.PostForm) // a handler may write into its form
		answer, err := h(r)
		stale := err
		if stale == nil {
			stale = answer.Wrong
		}
		if !isStale(stale) {
			return answer, err
		}
		now, ok := s.asShown(r)
		was, bad := url.ParseQuery(typed.Get(wasField))
		if !ok || bad != nil {
			return answer, err
		}
		merged, clashes := merge(now, was, typed)
		if len(clashes) > 0 {
			return s.showClashes(r, action, merged, clashes, stale)
		}
		r.PostForm, r.Form = merged, merged
	}
	return Answer{}, kernel.NewConflict("stale")
}

// chose puts what the reader chose into a form that comes from the page of
// clashes: for "theirs" the field is as it was shown to be kept.
func chose(form url.Values) {
	now, _ := url.ParseQuery(form.Get(wasField))
	for name := range maps.Clone(form) {
		part, ok := strings.CutPrefix(name, choosePart)
		if !ok {
			continue
		}
		if form.Get(name) == "theirs" {
			replace(form, now, whole(part))
		}
		form.Del(name)
	}
}

// asShown is the form of this address as it would be shown now.
func (s *Site) asShown(r *Request) (kit.Sheet, bool) {
	ask, err := http.NewRequestWithContext(r.Context(), http.MethodGet, r.URL.EscapedPath(), nil)
	if err != nil {
		return kit.Sheet{}, false
	}
	if c, err := r.Cookie(s.cookieName()); err == nil {
		ask.AddCookie(c)
	}
	ask.Host = r.Host
	page := &unsent{header: http.Header{}}
	s.routes.ServeHTTP(page, ask)
	if page.status != http.StatusOK {
		return kit.Sheet{}, false
	}
	return kit.SheetOf(page.Bytes(), "")
}

// unsent is an answer that stays in the house.
type unsent struct {
	bytes.Buffer
	header http.Header
	status int
}

func (u *unsent) Header() http.Header { return u.header }
func (u *unsent) WriteHeader(status int) {
	if u.status == 0 {
		u.status = status
	}
}

// merge brings what was typed together with what a colleague saved, field by
// field, as the form stands now. What both changed differently is a clash; what
// was typed stands there in the merged form.
func merge(now kit.Sheet, was, typed url.Values) (merged url.Values, clashes []clash) {
	kept := now.Values()
	merged = copied(typed)
	for _, g := range groups(now, was, kept, typed) {
		if g.name == versionPart {
			merged.Set(versionPart, kept.Get(versionPart))
			continue
		}
		a, b, c := g.of(was), g.of(kept), g.of(typed)
		switch {
		case same(b, c), same(a, b): // agreed, or only the reader changed it
		case same(a, c):
			replace(merged, kept, g)
		default:
			clashes = append(clashes, clash{Name: g.spelled(), Label: now.Label(g.holds), Was: now.Words(was, g.holds),
				Kept: now.Words(kept, g.holds), Typed: now.Words(typed, g.holds)})
		}
	}
	kept.Del(wasField)
	merged.Set(wasField, kept.Encode())
	return merged, clashes
}

// group is what is changed as one: a field, the lines of a list, the parts of a
// date, or fields that only make sense together.
type group struct {
	name    string
	members []string // of a group that a form names; else by the shape of the name
}

// whole is a group as its name is spelled in a form.
func whole(spelled string) group {
	if names := strings.Split(spelled, "+"); len(names) > 1 {
		return group{names[0], names}
	}
	return group{name: spelled}
}

func (g group) spelled() string {
	if g.members != nil {
		return strings.Join(g.members, "+")
	}
	return g.name
}

func (g group) holds(name string) bool {
	if g.members != nil {
		return slices.Contains(g.members, name)
	}
	return stem(name) == g.name
}

func (g group) of(form url.Values) url.Values {
	part := url.Values{}
	for name, values := range form {
		if !g.holds(name) {
			continue
		}
		for _, v := range values {
			if v = strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n")); v != "" {
				part.Add(name, v)
			}
		}
		slices.Sort(part[name])
	}
	return part
}

// stem is the name of a field without the number of its line and without the
// part of its date.
func stem(name string) string {
	for i, part := range strings.Split(name, ".") {
		if i > 0 && part != "" && strings.Trim(part, "0123456789") == "" {
			name = strings.Join(strings.Split(name, ".")[:i], ".")
			break
		}
	}
	for _, end := range [...]string{"-day", "-month", "-year"} {
		name = strings.TrimSuffix(name, end)
	}
	return name
}

// groups are all that any of the forms holds, in order of name.
func groups(sheet kit.Sheet, forms ...url.Values) (all []group) {
	seen := map[string]bool{wasField: true, "do": true}
	for _, names := range sheet.Whole {
		all = append(all, group{names[0], names})
		for _, name := range names {
			seen[name] = true
		}
	}
	for _, form := range forms {
		for name := range form {
			if at := stem(name); !seen[at] && !seen[name] {
				seen[at] = true
				all = append(all, group{name: at})
			}
		}
	}
	slices.SortFunc(all, func(a, b group) int { return strings.Compare(a.name, b.name) })
	return all
}

func replace(form, by url.Values, g group) {
	for name := range maps.Clone(form) {
		if g.holds(name) {
			form.Del(name)
		}
	}
	for name, values := range by {
		if g.holds(name) {
			form[name] = slices.Clone(values)
		}
	}
}

func same(a, b url.Values) bool {
	return maps.EqualFunc(a, b, func(x, y []string) bool { return slices.Equal(x, y) })
}

func copied(form url.Values) url.Values {
	c := url.Values{}
	for name, values := range form {
		c[name] = slices.Clone(values)
	}
	return c
}

// clashView is the page on which one chooses.
type clashView struct {
	Action  string
	Form    url.Values // what was typed, sent along
	Clashes []clash
	Who     string // empty: not known, or no longer
	When    kernel.Instant
}

func (s *Site) showClashes(r *Request, action string, merged url.Values, clashes []clash, wrong error) (Answer, error) {
	w := clashView{Action: r.URL.EscapedPath(), Form: merged, Clashes: clashes}
	subject, part := r.PathValue("worker"), r.PathValue("person")
	if subject == "" {
		subject = r.PathValue("id")
	}
	var fields []string
	for _, c := range clashes {
		fields = append(fields, strings.Split(c.Name, "+")...)
	}
	if id, err := kernel.ParseID(subject); err == nil {
		last, found, err := s.Oversight.LastChange(r.Context(), action, id, part, fields)
		if err != nil && kernel.CodeOf(err) != kernel.NotFound { // who may change what belongs to an organisation need not be told who else does
			return Answer{}, err
		}
		if found {
			names, err := s.Members.Names(r.Context(), last.Person)
			if err != nil {
				return Answer{}, err
			}
			w.Who, w.When = names[last.Person], last.At
		}
	}
	return again(clashPage(r.View, w), wrong)
}

// hidden are the fields that the page of clashes sends along, in order.
func (w clashView) hidden() (all [][2]string) {
	for _, name := range slices.Sorted(maps.Keys(w.Form)) {
		if name == "do" {
			continue
		}
		for _, value := range w.Form[name] {
			all = append(all, [2]string{name, value})
		}
	}
	return all
}

// options are the two between which one chooses.
func (c clash) options(v kit.View) []kit.Option {
	return []kit.Option{
		{Value: "theirs", Label: v.T("together.theirs", "words", orEmpty(v, c.Kept))},
		{Value: "mine", Label: v.T("together.mine", "words", orEmpty(v, c.Typed))},
	}
}

func orEmpty(v kit.View, words string) string {
	if words == "" {
		return v.T("together.empty")
	}
	return words
}

// field asks which of the two holds; what was typed is ticked, so that nothing
// is lost by pressing on.
func (c clash) field(v kit.View) kit.Field {
	return kit.Field{Name: choosePart + c.Name, Label: c.Label, Hint: v.T("together.was", "words", orEmpty(v, c.Was)),
		Value: "mine", Options: c.options(v)}
}

// carried is a page whose form carries along how its reader found it, where
// edits are brought together: was, when it is shown again, or as it stands.
func carried(page templ.Component, was url.Values) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b bytes.Buffer
		if err := page.Render(ctx, &b); err != nil {
			return err
		}
		out := b.Bytes()
		if kit.Marked(out) {
			if sheet, ok := kit.SheetOf(out, ""); ok {
				found := sheet.Values().Encode()
				if was.Has(wasField) {
					found = was.Get(wasField)
				}
				sheet.Hide(wasField, found)
				out = sheet.Bytes()
			}
		}
		_, err := w.Write(out)
		return err
	})
}
