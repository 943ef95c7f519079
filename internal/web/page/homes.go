package page

import (
	"net/url"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/homes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// homesPages say of a child that it has two homes.
func (s *Site) homesPages(page register) {
	page("GET /families/{id}/homes", "family.homes", s.homes)
	page("POST /families/{id}/homes", "family.homes", s.addHome)
	page("POST /families/{id}/homes/other", "family.homes", s.changeHome)
}

// homesView is the children of a file with their other homes.
type homesView struct {
	fileView
	At     kernel.ID // the child whose form was sent
	Form   url.Values
	Errors kit.Errors
}

// homeOf is the other home of a child; ok is false when none is known.
func (w fileView) homeOf(child kernel.ID) (h homes.Home, ok bool) {
	i := slices.IndexFunc(w.Homes, func(h homes.Home) bool { return h.Child == child })
	if i < 0 {
		return h, false
	}
	return w.Homes[i], true
}

// Children are those who can have two homes.
func (w homesView) Children() []families.Person {
	return slices.DeleteFunc(slices.Clone(w.Persons), func(p families.Person) bool { return p.Role != families.Child })
}

func (s *Site) readHomes(r *Request) (w homesView, err error) {
	if w.fileView, err = s.readOpenFile(r); err != nil {
		return w, err
	}
	if w.Homes, err = s.Homes.Of(r.Context(), w.ID); err != nil {
		return w, err
	}
	var ids []kernel.ID
	for _, h := range w.Homes {
		for _, c := range h.Theirs.Team {
			ids = append(ids, c.Holder)
		}
	}
	more, err := s.Members.Names(r.Context(), ids...)
	for id, name := range more {
		w.Names[id] = name
	}
	return w, err
}

func (s *Site) homes(r *Request) (Answer, error) {
	w, err := s.readHomes(r)
	if err != nil {
		return Answer{}, err
	}
	return show(homesPage(r.View, w))
}

func (s *Site) addHome(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	child := kernel.ID(r.PostForm.Get("child"))
	said := "said.home.asked"
	if r.PostForm.Get("do") == "link" {
		said = "said.home.linked"
		err = s.Homes.Link(r.Context(), id, child, numberIn(r.PostForm.Get("with")))
	} else {
		err = s.Homes.Ask(r.Context(), id, child)
	}
	return s.homeDone(r, id, child, said, err)
}

func (s *Site) changeHome(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	link, err := kernel.ParseID(r.PostForm.Get("link"))
	if err != nil {
		return Answer{}, kernel.NewNotFound("home")
	}
	said := "said.home.changed"
	switch r.PostForm.Get("do") {
	case "yes":
		said, err = "said.home.linked", s.Homes.Answer(r.Context(), id, link, true)
	case "no":
		said, err = "said.home.declined", s.Homes.Answer(r.Context(), id, link, false)
	case "give":
		var gives []homes.Share
		for _, g := range r.PostForm["gives"] {
			gives = append(gives, homes.Share(g))
		}
		err = s.Homes.Give(r.Context(), id, link, gives)
	case "lives":
		err = s.Homes.Lives(r.Context(), id, link, homes.Lives(r.PostForm.Get("lives")))
	case "end":
		said, err = "said.home.ended", s.Homes.End(r.Context(), id, link)
	default:
		err = kernel.NewNotFound("home")
	}
	return s.homeDone(r, id, kernel.ID(r.PostForm.Get("child")), said, err)
}

func (s *Site) homeDone(r *Request, family, child kernel.ID, said string, wrong error) (Answer, error) {
	switch {
	case wrong == nil:
		return goTo("/families/"+string(family)+"/homes", said)
	case !faulty(wrong):
		return Answer{}, wrong
	}
	w, err := s.readHomes(r)
	if err != nil {
		return Answer{}, err
	}
	w.At, w.Form, w.Errors = child, r.PostForm, r.View.Problems(wrong)
	return again(homesPage(r.View, w), wrong)
}

// field is a field of the form of one child.
func (w homesView) field(child kernel.ID, f kit.Field) kit.Field {
	f.Apart = string(child)
	if w.At == child {
		return f.Kept(w.Form, w.Errors)
	}
	return f
}

// livesField asks where a child is registered.
func (w homesView) livesField(v kit.View, h homes.Home) kit.Field {
	return w.field(h.Child, kit.Field{Name: "lives", Label: v.T("homes.lives"), Hint: v.T("homes.lives.hint"), Value: string(h.Lives), Inline: true,
		Options: []kit.Option{{Value: string(homes.Here), Label: v.T("homes.lives.here")}, {Value: string(homes.Elsewhere), Label: v.T("homes.lives.elsewhere")}}})
}

// givesField asks what the other home's team is given.
func (w homesView) givesField(v kit.View, h homes.Home) kit.Field {
	f := kit.Field{Name: "gives", Label: v.T("homes.gives"), Hint: v.T("homes.gives.hint")}
	for _, g := range homes.Shares {
		f.Options = append(f.Options, kit.Option{Value: string(g), Label: v.T("homes.gives." + string(g))})
		if slices.Contains(h.Gives, g) {
			f.Values = append(f.Values, string(g))
		}
	}
	return w.field(h.Child, f)
}
