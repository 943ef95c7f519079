package page

import (
	"net/url"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// familiesPages are the lists of one's own families, and the search.
func (s *Site) familiesPages(page register) {
	page("GET /families", "family.list", s.familyList)
	page("GET /families/ahead", "family.list", s.familiesAhead)
	s.quietPages(page)
	page("GET /search", "family.list", s.searchForm)
	page("POST /search", "family.list", s.search)
}

// familyListing is a page of families in a list.
type familyListing struct {
	Rows    []families.Row
	Show    string // which list: "", "mine", "closed"
	After   string
	Next    string
	MayOpen bool // a new file
	MayRead bool // the files in the list
}

func (s *Site) familyList(r *Request) (Answer, error) {
	q := r.URL.Query()
	w := familyListing{Show: q.Get("show"), After: q.Get("after")}
	ask := families.Query{After: w.After}
	switch w.Show {
	case "mine":
		ask.Mine = true
	case "closed":
		ask.State = families.StateClosed
	default:
		w.Show = ""
	}
	page, err := s.Families.List(r.Context(), ask)
	if kernel.CodeOf(err) == kernel.Invalid {
		return goTo("/families", "") // a place in the list that no list gave
	}
	if err != nil {
		return Answer{}, err
	}
	w.Rows, w.Next = page.Rows, page.Next
	w.may(r)
	return show(familyListPage(r.View, w))
}

func (w *familyListing) may(r *Request) {
	w.MayOpen = policy.May(r.Session.Actor(), "family.open")
	w.MayRead = policy.May(r.Session.Actor(), "family.read")
}

// address is where this list is shown, from a place in it on.
func (w familyListing) address(show, after string) string {
	q := url.Values{}
	if show != "" {
		q.Set("show", show)
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return "/families"
	}
	return "/families?" + q.Encode()
}

// pages are the ways on from this page of the list.
func (w familyListing) pages() (p kit.Pages) {
	if w.After != "" {
		p.First = w.address(w.Show, "")
	}
	if w.Next != "" {
		p.Next = w.address(w.Show, w.Next)
	}
	return p
}

// aheadMonths is how far ahead a list of turning points looks.
const aheadMonths = 3

func (s *Site) familiesAhead(r *Request) (Answer, error) {
	ahead, err := s.Families.Ahead(r.Context(), r.View.Today.AddMonths(aheadMonths), 100)
	if err != nil {
		return Answer{}, err
	}
	return show(familiesAheadPage(r.View, ahead, policy.May(r.Session.Actor(), "family.read")))
}

// found is what a search found.
type found struct {
	familyListing
	Typed      string
	Asked      bool // something was typed
	Programmes []programmes.Programme
	Orgs       []members.Organisation
}

func (s *Site) searchForm(r *Request) (Answer, error) {
	var w found
	w.may(r)
	return show(searchPage(r.View, w))
}

// search looks among one's own families, and among the programmes and partners
// of the alliance.
// What was typed is sent, not written into an address; when nothing is there
// and when it is not for the reader the page is the same.
func (s *Site) search(r *Request) (Answer, error) {
	w := found{Typed: strings.TrimSpace(r.PostFormValue("q"))}
	w.Asked = w.Typed != ""
	w.may(r)
	r.View.Query = w.Typed
	if !w.Asked {
		return show(searchPage(r.View, w))
	}
	page, err := s.Families.Search(r.Context(), w.Typed, families.Query{State: families.AnyState, After: r.PostFormValue("after")})
	if kernel.CodeOf(err) == kernel.Invalid {
		return goTo("/search", "")
	}
	if err != nil {
		return Answer{}, err
	}
	w.Rows, w.Next, w.After = page.Rows, page.Next, r.PostFormValue("after")
	if w.After == "" {
		orgs, err := s.Members.Organisations(r.Context(), members.Query{Typed: w.Typed, Limit: 10})
		if err != nil {
			return Answer{}, err
		}
		w.Orgs = orgs.Rows
		if r.may("programme.read") {
			if w.Programmes, err = s.Programmes.Search(r.Context(), w.Typed, 10); err != nil {
				return Answer{}, err
			}
		}
	}
	return show(searchPage(r.View, w))
}

// rowTitle is how a family is called in a list.
func rowTitle(v kit.View, row families.Row) string {
	if t := row.Title(); t != "" {
		return t
	}
	return v.T("families.nameless")
}

// rowChildren counts the children in words, those that are expected too.
func rowChildren(v kit.View, row families.Row) string {
	var words []string
	if n := row.Children(); n > 0 {
		words = append(words, v.T("families.children", "n", n))
	}
	expected := 0
	for _, p := range row.Persons {
		if p.Role == families.Unborn {
			expected++
		}
	}
	if expected > 0 {
		words = append(words, v.T("families.expected", "n", expected))
	}
	if len(words) == 0 {
		return v.T("families.childless")
	}
	return strings.Join(words, ", ")
}

// rowPlace is where a family lives.
func rowPlace(v kit.View, f families.Family) string {
	if m, ok := kernel.MunicipalityByNIS(f.Municipality); ok {
		return m.Called(v.Lang())
	}
	return v.T("families.place.unknown")
}

// rowSoon is what comes next for a family, within three months.
func rowSoon(v kit.View, row families.Row) string {
	until := v.Today.AddMonths(aheadMonths)
	due, birthday := row.Due, row.NextBirthday
	switch {
	case due != "" && due <= until && (birthday.Day == "" || due <= birthday.Day):
		return v.T("families.soon.due", "day", v.Date(due))
	case birthday.Day != "" && birthday.Day <= until:
		return v.T("families.soon.birthday", "name", firstNameIn(v, row.Persons, birthday.Person), "age", birthday.Age, "day", v.Day(birthday.Day))
	}
	return "–"
}

func firstNameIn(v kit.View, persons []families.RowPerson, id kernel.ID) string {
	for _, p := range persons {
		if p.ID == id && p.First != "" {
			return p.First
		}
	}
	return v.T("families.a_child")
}

// aheadWords says what comes, and what it may change.
func aheadWords(v kit.View, x families.Ahead) string {
	if x.Age == 0 {
		if x.Day < v.Today {
			return v.T("families.ahead.due_past")
		}
		return v.T("families.ahead.due")
	}
	return v.T("families.ahead.birthday", "name", firstNameIn(v, x.Persons, x.Person), "age", x.Age)
}

// aheadWhy says why the day matters.
func aheadWhy(v kit.View, x families.Ahead) string {
	switch {
	case x.Age == 0 && x.Day < v.Today:
		return v.T("families.ahead.why.born")
	case x.Age == 0:
		return v.T("families.ahead.why.0")
	case x.Age == 3:
		return v.T("families.ahead.why.3")
	case x.Age == 18:
		return v.T("families.ahead.why.18")
	case x.Age == 25:
		return v.T("families.ahead.why.25")
	}
	return v.T("families.ahead.why.school")
}
