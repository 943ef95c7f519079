package page

import (
	"errors"
	"net/url"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
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
	page("POST /directory/organisations/{id}/ask", "directory.manage", s.askToCheck)
	page("POST /directory/organisations/{id}/right", "directory.work", s.listedIsRight)
}

// rightView is a record as families see it, for who holds the link to it.
type rightView struct {
	directory.Held
	Token string
	Now   kernel.Instant
	Today kernel.Date
}

func (s *Site) rightView(r *Request) (w rightView, err error) {
	w = rightView{Token: r.PathValue("token"), Now: kernel.InstantOf(s.Now())}
	w.Today = w.Now.Date()
	w.Held, err = s.Directory.ByLink(r.Context(), w.Token)
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

// shown are the services that families see.
func (w rightView) shown() (open []helpView) {
	for _, x := range w.Services {
		if x.State == directory.Open {
			public := x
			public.Numbers = nil
			for _, p := range x.Numbers {
				if !p.Private {
					public.Numbers = append(public.Numbers, p)
				}
			}
			open = append(open, helpView{public, w.Held, w.Today, w.Now})
		}
	}
	return open
}

// rightRows are what families read of a service.
func rightRows(v kit.View, w helpView) []kit.SummaryRow { return helpRows(v, w) }
