package page

import (
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// libraryPages are the programmes that work elsewhere, to be taken over.
func (s *Site) libraryPages(page register) {
	page("GET /programmes/library", "programme.read", s.library)
	page("GET /programmes/library/{template}", "programme.read", s.template)
	page("GET /programmes/library/{template}/take", "programme.manage", s.takeForm)
	page("POST /programmes/library/{template}/take", "programme.manage", s.take)
}

// librarian is the library as it was asked for.
type librarian struct {
	Found []*programmes.Template
	Typed string
	Lever programmes.Lever
	Runs  map[string][]programmes.Programme // by template: what the alliance made of it
}

func (s *Site) library(r *Request) (Answer, error) {
	q := r.URL.Query()
	w := librarian{Typed: q.Get("q")}
	if n, err := strconv.Atoi(q.Get("lever")); err == nil && n >= int(programmes.Childcare) && n <= int(programmes.Participation) {
		w.Lever = programmes.Lever(n)
	}
	w.Found = s.Programmes.Library.Find(w.Typed, w.Lever)
	var err error
	if w.Runs, err = s.carried(r); err != nil {
		return Answer{}, err
	}
	return show(libraryPage(r.View, w))
}

// carried is what the alliance made of each template and did not end, at most
// a hundred programmes.
func (s *Site) carried(r *Request) (map[string][]programmes.Programme, error) {
	list, err := s.Programmes.List(r.Context(), programmes.Query{
		States: []programmes.State{programmes.On, programmes.Paused, programmes.Draft}, Limit: 100})
	by := map[string][]programmes.Programme{}
	for _, p := range list.Rows {
		by[p.Template] = append(by[p.Template], p)
	}
	return by, err
}

// templateOf is the template in the path; what is none is NotFound.
func (s *Site) templateOf(r *Request) (*programmes.Template, error) {
	t, err := s.Programmes.Library.Template(r.PathValue("template"))
	if err != nil {
		return nil, kernel.NewNotFound("page")
	}
	return t, nil
}

// templateView is one template.
type templateView struct {
	*programmes.Template
	Runs      []programmes.Programme
	MayManage bool
}

func (s *Site) template(r *Request) (Answer, error) {
	t, err := s.templateOf(r)
	if err != nil {
		return Answer{}, err
	}
	runs, err := s.carried(r)
	if err != nil {
		return Answer{}, err
	}
	return show(templatePage(r.View, templateView{t, runs[t.ID], r.may("programme.manage")}))
}

func (s *Site) takeForm(r *Request) (Answer, error) {
	t, err := s.templateOf(r)
	if err != nil {
		return Answer{}, err
	}
	own, err := s.ownMunicipalities(r)
	if err != nil {
		return Answer{}, err
	}
	return s.showDecisions(r, newDecisions(r, t, own), nil)
}

// take makes a programme of a template, offered at once or kept as a draft.
func (s *Site) take(r *Request) (Answer, error) {
	t, err := s.templateOf(r)
	if err != nil {
		return Answer{}, err
	}
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	d := typedDecisions(t, r.PostForm)
	if d.more() {
		return s.showDecisions(r, d, nil)
	}
	wanted, faults := d.read()
	if err := faults.Err(); err != nil {
		return s.showDecisions(r, d, err)
	}
	in := programmes.New{Template: t.ID, Params: wanted.Params, Partners: wanted.Partners, Municipalities: wanted.Municipalities,
		From: wanted.From, To: wanted.To, Budget: wanted.Budget, Overrides: wanted.Overrides, Draft: d.Form.Get("do") == "draft"}
	p, err := s.Programmes.SwitchOn(r.Context(), in)
	if faulty(err) {
		return s.showDecisions(r, d, err)
	}
	if err != nil {
		return Answer{}, err
	}
	said := "said.programme.on"
	if in.Draft {
		said = "said.programme.draft"
	}
	return goTo("/programmes/"+string(p.ID), said)
}

// nothing teaches how to go on when a search finds no template.
func (w librarian) nothing(v kit.View) kit.Blank {
	return kit.Blank{Picture: "list", Title: v.T("library.none"), Text: v.T("library.none.text"),
		Action: &kit.Link{Href: "/programmes/library", Label: v.T("library.all")}}
}

// leverOptions are the themes to choose from.
func leverOptions(v kit.View) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("library.any")}}
	for l := programmes.Childcare; l <= programmes.Participation; l++ {
		options = append(options, kit.Option{Value: strconv.Itoa(int(l)), Label: leverName(v, l)})
	}
	return options
}

func (w librarian) lever() string {
	if w.Lever == 0 {
		return ""
	}
	return strconv.Itoa(int(w.Lever))
}
