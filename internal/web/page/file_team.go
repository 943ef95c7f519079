package page

import (
	"net/url"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// fileTeamPages change who works with a family.
func (s *Site) fileTeamPages(page register) {
	page("GET /families/{id}/team", "family.change", s.teamForm)
	page("POST /families/{id}/team", "family.change", s.joinTeam)
	page("GET /families/{id}/team/{holder}/leave", "family.change", s.leaveForm)
	page("POST /families/{id}/team/{holder}/leave", "family.change", s.leaveTeam)
}

// teamView is who works with a family, and who could.
type teamView struct {
	fileView
	Form       url.Values
	Errors     kit.Errors
	Colleagues []kit.Option // of the reader's organisation
	Partners   []kit.Option
	Leaving    kernel.ID // who is about to leave
	Self       bool      // the reader
}

func (s *Site) readTeam(r *Request) (w teamView, err error) {
	if w.fileView, err = s.readOpenFile(r); err != nil {
		return w, err
	}
	_, posts, err := s.Members.Organisation(r.Context(), r.Session.Organisation.ID)
	if err != nil {
		return w, err
	}
	in := func(id kernel.ID) bool {
		return slices.ContainsFunc(w.Team, func(c families.Carer) bool { return c.Holder == id })
	}
	for _, p := range posts {
		if slices.Contains(p.Roles, policy.Caseworker) && p.Worker.Active && !in(p.Worker.ID) {
			w.Colleagues = append(w.Colleagues, kit.Option{Value: string(p.Worker.ID), Label: p.Worker.Name})
		}
	}
	own := r.Session.Organisation
	w.Partners, err = s.partners(r, func(o members.Organisation) bool {
		return !in(o.ID) && (o.ID == own.ID || o.ID == own.PartOf || o.PartOf != "" && (o.PartOf == own.ID || o.PartOf == own.PartOf))
	})
	return w, err
}

func (s *Site) teamForm(r *Request) (Answer, error) {
	w, err := s.readTeam(r)
	if err != nil {
		return Answer{}, err
	}
	return show(teamPage(r.View, w))
}

func (s *Site) joinTeam(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	kind := families.CarerKind(r.PostFormValue("kind"))
	field := string(kind) // the forms name their list after the kind
	holder, err := kernel.ParseID(r.PostFormValue(field))
	if err != nil {
		err = kernel.NewInvalid("family.carer").At(field)
	} else {
		err = s.Families.JoinTeam(r.Context(), id, holder, kind)
	}
	if err == nil {
		return goTo("/families/"+string(id)+"/team", "said.team.joined")
	}
	if !faulty(err) {
		return Answer{}, err
	}
	w, wrong := s.readTeam(r)
	if wrong != nil {
		return Answer{}, wrong
	}
	w.Form, w.Errors = r.PostForm, r.View.Problems(err)
	for i := range w.Errors {
		if w.Errors[i].Field == "holder" {
			w.Errors[i].Field = field
		}
	}
	return again(teamPage(r.View, w), err)
}

// readLeaving opens the team and finds in it who is about to leave.
func (s *Site) readLeaving(r *Request) (w teamView, err error) {
	if w.Leaving, err = r.ID("holder"); err != nil {
		return w, err
	}
	if w.fileView, err = s.readOpenFile(r); err != nil {
		return w, err
	}
	if !slices.ContainsFunc(w.Team, func(c families.Carer) bool { return c.Holder == w.Leaving }) {
		return w, kernel.NewNotFound("carer")
	}
	w.Self = w.Leaving == r.Session.Worker.ID || w.Leaving == r.Session.Organisation.ID
	return w, nil
}

func (s *Site) leaveForm(r *Request) (Answer, error) {
	w, err := s.readLeaving(r)
	if err != nil {
		return Answer{}, err
	}
	return show(leavePage(r.View, w))
}

func (s *Site) leaveTeam(r *Request) (Answer, error) {
	w, err := s.readLeaving(r)
	if err != nil {
		return Answer{}, err
	}
	err = s.Families.LeaveTeam(r.Context(), w.ID, w.Leaving)
	if faulty(err) {
		w.Errors = r.View.Problems(err)
		for i := range w.Errors {
			w.Errors[i].Field = "" // the page asks nothing
		}
		return again(leavePage(r.View, w), err)
	}
	if err != nil {
		return Answer{}, err
	}
	if w.Self && !w.stillIn(r) {
		return goTo("/families", "said.team.left")
	}
	return goTo(w.path("/team"), "said.team.left")
}

// stillIn tells whether the reader works with the family after somebody left.
func (w teamView) stillIn(r *Request) bool {
	return slices.ContainsFunc(w.Team, func(c families.Carer) bool {
		return c.Holder != w.Leaving && (c.Holder == r.Session.Worker.ID || c.Holder == r.Session.Organisation.ID)
	})
}
