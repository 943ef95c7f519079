package page

import (
	"errors"
	"net/url"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// helpLinkPages are for an organisation without an account, which keeps its
// record by a link from a mail. To open a link uses nothing up; to say that all
// is right does.
func (s *Site) helpLinkPages(page register) {
	page("GET /right/{token}", "directory.link", s.stillRight)
	page("POST /right/{token}", "directory.link", s.sayStillRight)
	page("GET /right/{token}/organisation", "directory.link", s.mendListed)
	page("POST /right/{token}/organisation", "directory.link", s.mendListed)
	page("GET /right/{token}/services/{id}", "directory.link", s.mendHelp)
	page("POST /right/{token}/services/{id}", "directory.link", s.mendHelp)
	page("GET /right/{token}/places/{id}", "directory.link", s.mendPlace)
	page("POST /right/{token}/places/{id}", "directory.link", s.mendPlace)
	page("POST /directory/organisations/{id}/ask", "directory.manage", s.askToCheck)
	page("POST /directory/organisations/{id}/right", "directory.work", s.listedIsRight)
}

// rightView is a record as families see it, for who holds the link to it.
type rightView struct {
	directory.Held
	Shown []directory.PublicRecord
	Token string
}

func (w rightView) path(kind string, id kernel.ID) string {
	return "/right/" + w.Token + kind + string(id)
}

func (s *Site) rightView(r *Request) (w rightView, err error) {
	w = rightView{Token: r.PathValue("token")}
	w.Held, w.Shown, err = s.Directory.ByLink(r.Context(), w.Token)
	return w, err
}

// helpLinkGone tells whether a link opens nothing: used, too old, or never
// made.
func helpLinkGone(err error) bool {
	f, ok := errors.AsType[*kernel.Fault](err)
	return ok && (f.Key == "directory.link" || f.Key == "directory.link_used" || f.Key == "directory.link_ended")
}

func (s *Site) stillRight(r *Request) (Answer, error) {
	w, err := s.rightView(r)
	if helpLinkGone(err) {
		return again(helpLinkGonePage(r.View, r.View.Problems(err)), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return show(rightPage(r.View, w))
}

func (s *Site) sayStillRight(r *Request) (Answer, error) {
	err := s.Directory.StillRightBy(r.Context(), r.PathValue("token"))
	if helpLinkGone(err) {
		return again(helpLinkGonePage(r.View, r.View.Problems(err)), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return show(rightDonePage(r.View))
}

// mending is a form by which who holds a link mends a record.
func (s *Site) mending(r *Request) (f helpForm, w rightView, err error) {
	if w, err = s.rightView(r); err != nil {
		return f, w, err
	}
	return helpForm{In: w.Held, Action: r.URL.Path, Back: "/right/" + w.Token}, w, r.ParseForm()
}

func (s *Site) mendListed(r *Request) (Answer, error) {
	f, w, err := s.mending(r)
	if helpLinkGone(err) {
		return again(helpLinkGonePage(r.View, r.View.Problems(err)), err)
	}
	if err != nil {
		return Answer{}, err
	}
	stored := organisationHelpForm(w.Organisation)
	f.ID, f.Title, f.Form = w.ID, w.Name, stored
	if r.Method != "POST" {
		return show(listedFormPage(r.View, f))
	}
	f.Form = r.PostForm
	o, wrong := organisationHelpIn(r.PostForm, s.Demo)
	o.ID = w.ID
	if err = wrong.Err(); err == nil {
		_, err = s.Directory.ChangeOrganisationBy(r.Context(), w.Token, o)
	}
	return s.helpSent(r, f, listedFormPage, err, f.Back, "said.directory.saved", func() (url.Values, error) { return stored, nil })
}

func (s *Site) mendHelp(r *Request) (Answer, error) {
	f, w, err := s.mending(r)
	if helpLinkGone(err) {
		return again(helpLinkGonePage(r.View, r.View.Problems(err)), err)
	}
	if err != nil {
		return Answer{}, err
	}
	var v directory.Service
	for _, x := range w.Services {
		if string(x.ID) == r.PathValue("id") {
			v = x
		}
	}
	if v.ID == "" {
		return Answer{}, kernel.NewNotFound("page")
	}
	stored := serviceForm(v)
	f.ID, f.Title, f.Form, f.Hours, f.Costs, f.Places = v.ID, anyText(r.View, v.Name), stored, v.Hours, v.Costs, v.Areas
	if r.Method != "POST" {
		return show(helpFormPage(r.View, f))
	}
	f.Form = r.PostForm
	typed, wrong := serviceIn(r.PostForm, v, s.Demo)
	if err = wrong.Err(); err == nil {
		_, err = s.Directory.ChangeServiceBy(r.Context(), w.Token, typed)
	}
	return s.helpSent(r, f, helpFormPage, err, f.Back, "said.directory.saved", func() (url.Values, error) { return stored, nil })
}

func (s *Site) mendPlace(r *Request) (Answer, error) {
	f, w, err := s.mending(r)
	if helpLinkGone(err) {
		return again(helpLinkGonePage(r.View, r.View.Problems(err)), err)
	}
	if err != nil {
		return Answer{}, err
	}
	i := slices.IndexFunc(w.own(), func(l directory.Location) bool { return string(l.ID) == r.PathValue("id") })
	if i < 0 {
		return Answer{}, kernel.NewNotFound("page")
	}
	l := w.own()[i]
	stored := placeForm(l)
	f.ID, f.Title, f.Form, f.Hours = l.ID, placeTitle(l), stored, l.Hours
	if r.Method != "POST" {
		return show(placeFormPage(r.View, f))
	}
	f.Form = r.PostForm
	typed, err := placeIn(r.PostForm, l)
	if err == nil {
		_, err = s.Directory.ChangeLocationBy(r.Context(), w.Token, typed)
	}
	return s.helpSent(r, f, placeFormPage, err, f.Back, "said.directory.saved", func() (url.Values, error) { return stored, nil })
}

func (s *Site) askToCheck(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Directory.AskToCheck(r.Context(), id, r.View.Lang()); err != nil {
		return Answer{}, err
	}
	return goTo("/directory/organisations/"+string(id), "said.directory.asked")
}

func (s *Site) listedIsRight(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Directory.StillRight(r.Context(), id); err != nil {
		return Answer{}, err
	}
	return goTo("/directory/organisations/"+string(id), "said.directory.right")
}

// shown are the services that families see, each as they see it.
func (w rightView) shown() (all []oneView) {
	for _, r := range w.Shown {
		all = append(all, oneView{PublicRecord: r, Part: string(r.Service.ID) + "-"})
	}
	return all
}

// unseen are the services that no family sees.
func (w rightView) unseen() (all []directory.Service) {
	for _, x := range w.Services {
		if x.State != directory.Open {
			all = append(all, x)
		}
	}
	return all
}

// own are the places that are the organisation's to change.
func (w rightView) own() (all []directory.Location) {
	for _, l := range w.Locations {
		if l.Organisation == w.ID {
			all = append(all, l)
		}
	}
	return all
}
