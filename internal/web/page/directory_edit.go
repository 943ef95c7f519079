package page

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// helpDraw draws one of the forms.
type helpDraw func(kit.View, helpForm) templ.Component

// heldForm is an empty form about what an organisation has, for who may change
// it.
func (s *Site) heldForm(r *Request) (f helpForm, err error) {
	id, err := r.ID("id")
	if err != nil {
		return f, err
	}
	if f.In, err = s.Directory.Organisation(r.Context(), id); err != nil {
		return f, err
	}
	if !f.In.MayChange {
		return f, kernel.NewNotFound("page")
	}
	f.Back, f.Action, f.Manage = "/directory/organisations/"+string(id), r.URL.Path, r.may("directory.manage")
	f.Places, err = s.ownMunicipalities(r)
	return f, err
}

// helpSent goes on after a form: to the next page, or back to the form with what is
// wrong; a stale one shows what is stored beside it.
func (s *Site) helpSent(r *Request, f helpForm, draw helpDraw, err error, to, said string, stored func() (url.Values, error)) (Answer, error) {
	switch {
	case err == nil:
		return goTo(to, said)
	case isStale(err) && stored != nil:
		now, readErr := stored()
		if readErr != nil {
			return Answer{}, readErr
		}
		f.Beside = differing(formWords(r.View, now), formWords(r.View, r.PostForm))
		f.Form.Set("version", now.Get("version"))
		f.Errors = staleErrors(r.View)
		return again(draw(r.View, f), err)
	case faulty(err):
		f.Errors = aimed(r.View, f.Form, r.View.Problems(err))
		return again(draw(r.View, f), err)
	}
	return Answer{}, err
}

// aimed leads each error to the control of the form that shows the field.
func aimed(v kit.View, form url.Values, errs kit.Errors) kit.Errors {
	for i := range errs {
		switch field := errs[i].Field; {
		case form.Has(textName(field, v.Lang())):
			errs[i].Field = textName(field, v.Lang())
		case field == "for":
			errs[i].Field = "age_from"
		case field == "numbers":
			errs[i].Field = "number-0"
		case field == "costs":
			errs[i].Field = "cost"
		case field == "languages":
			errs[i].Field = "language-0"
		case field == "hours":
			errs[i].Field = "from-MO0"
		}
	}
	return errs
}

// formWords are the texts of a form under their labels, to lay two side by
// side.
func formWords(v kit.View, form url.Values) (all []said) {
	for _, name := range []string{"name", "also", "kbo", "website", "mail", "state", "words", "street", "postal", "city", "amount"} {
		if form.Has(name) {
			all = append(all, said{v.T("directory.field." + name), form.Get(name)})
		}
	}
	for _, name := range []string{"name", "about", "how", "for", "travel"} {
		for _, l := range kernel.Langs {
			if key := textName(name, l); form.Has(key) {
				all = append(all, said{v.T("directory.field."+name) + " (" + string(l) + ")", form.Get(key)})
			}
		}
	}
	return all
}

func (s *Site) newListed(r *Request) (Answer, error) {
	return show(listedFormPage(r.View, helpForm{Title: r.View.T("directory.add"), Action: r.URL.Path, Back: "/directory/organisations", Form: url.Values{}, Manage: true}))
}

func (s *Site) addListed(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	f := helpForm{Title: r.View.T("directory.add"), Action: r.URL.Path, Back: "/directory/organisations", Form: r.PostForm, Manage: true}
	o, wrong := organisationHelpIn(r.PostForm, s.Demo)
	err := wrong.Err()
	if err == nil {
		o, err = s.Directory.AddOrganisation(r.Context(), o)
	}
	return s.helpSent(r, f, listedFormPage, err, "/directory/organisations/"+string(o.ID), "said.directory.saved", nil)
}

func (s *Site) editListed(r *Request) (Answer, error) {
	f, err := s.heldForm(r)
	if err != nil {
		return Answer{}, err
	}
	f.ID, f.Title, f.Form, f.Told = f.In.ID, f.In.Name, organisationHelpForm(f.In.Organisation), f.In.Told
	return show(listedFormPage(r.View, f))
}

func (s *Site) changeListed(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	f, err := s.heldForm(r)
	if err != nil {
		return Answer{}, err
	}
	f.ID, f.Title, f.Form, f.Told = f.In.ID, f.In.Name, r.PostForm, f.In.Told
	o, wrong := organisationHelpIn(r.PostForm, s.Demo)
	o.ID, o.Member = f.ID, f.In.Member
	if err = wrong.Err(); err == nil {
		_, err = s.Directory.ChangeOrganisation(r.Context(), o)
	}
	return s.helpSent(r, f, listedFormPage, err, f.Back, "said.directory.saved", func() (url.Values, error) {
		return organisationHelpForm(f.In.Organisation), nil
	})
}

func (s *Site) newHelp(r *Request) (Answer, error) {
	f, err := s.heldForm(r)
	if err != nil {
		return Answer{}, err
	}
	f.Title, f.Form = r.View.T("directory.service.add"), url.Values{"state": {string(directory.Draft)}}
	return show(helpFormPage(r.View, f))
}

func (s *Site) addHelp(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	f, err := s.heldForm(r)
	if err != nil {
		return Answer{}, err
	}
	f.Title, f.Form = r.View.T("directory.service.add"), r.PostForm
	v, wrong := serviceIn(r.PostForm, directory.Service{Organisation: f.In.ID}, s.Demo)
	if err = wrong.Err(); err == nil {
		v, err = s.Directory.AddService(r.Context(), v)
	}
	return s.helpSent(r, f, helpFormPage, err, "/directory/services/"+string(v.ID), "said.directory.saved", nil)
}

// serviceFormOf is the form of a service that is there.
func (s *Site) serviceFormOf(r *Request) (f helpForm, w helpView, err error) {
	if w, err = s.helpOf(r); err != nil {
		return f, w, err
	}
	if !w.In.MayChange || w.MergedIn != "" {
		return f, w, kernel.NewNotFound("page")
	}
	f = helpForm{In: w.In, ID: w.ID, Title: anyText(r.View, w.Name), Action: r.URL.Path, Back: "/directory/services/" + string(w.ID), Hours: w.Hours,
		Costs: w.Costs, Told: w.Told, Manage: r.may("directory.manage"), Form: serviceForm(w.Service)}
	f.Places, err = s.ownMunicipalities(r)
	return f, w, err
}

func (s *Site) editHelp(r *Request) (Answer, error) {
	f, _, err := s.serviceFormOf(r)
	if err != nil {
		return Answer{}, err
	}
	return show(helpFormPage(r.View, f))
}

func (s *Site) changeHelp(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	f, w, err := s.serviceFormOf(r)
	if err != nil {
		return Answer{}, err
	}
	stored := f.Form
	f.Form = r.PostForm
	v, wrong := serviceIn(r.PostForm, w.Service, s.Demo)
	if err = wrong.Err(); err == nil {
		_, err = s.Directory.ChangeService(r.Context(), v)
	}
	return s.helpSent(r, f, helpFormPage, err, f.Back, "said.directory.saved", func() (url.Values, error) { return stored, nil })
}

func (s *Site) newHelpPlace(r *Request) (Answer, error) {
	f, err := s.heldForm(r)
	if err != nil {
		return Answer{}, err
	}
	f.Title, f.Form = r.View.T("directory.place.add"), url.Values{}
	return show(placeFormPage(r.View, f))
}

func (s *Site) addHelpPlace(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	f, err := s.heldForm(r)
	if err != nil {
		return Answer{}, err
	}
	f.Title, f.Form = r.View.T("directory.place.add"), r.PostForm
	l, err := placeIn(r.PostForm, directory.Location{Organisation: f.In.ID})
	if err == nil {
		_, err = s.Directory.AddLocation(r.Context(), l)
	}
	return s.helpSent(r, f, placeFormPage, err, f.Back, "said.directory.place", nil)
}

// placeFormOf is the form of a place that is there.
func (s *Site) placeFormOf(r *Request) (f helpForm, l directory.Location, err error) {
	id, err := r.ID("id")
	if err != nil {
		return f, l, err
	}
	if l, _, err = s.Directory.Location(r.Context(), id); err != nil {
		return f, l, err
	}
	if f.In, err = s.Directory.Organisation(r.Context(), l.Organisation); err != nil {
		return f, l, err
	}
	if !f.In.MayChange {
		return f, l, kernel.NewNotFound("page")
	}
	f.ID, f.Title, f.Action, f.Back = l.ID, placeTitle(l), r.URL.Path, "/directory/organisations/"+string(l.Organisation)
	f.Hours, f.Told, f.Form, f.Manage = l.Hours, l.Told, placeForm(l), r.may("directory.manage")
	return f, l, nil
}

func (s *Site) helpPlace(r *Request) (Answer, error) {
	f, l, err := s.placeFormOf(r)
	if err != nil {
		return Answer{}, err
	}
	if l.MergedIn != "" {
		return goTo(folderOf(directory.APlace)+string(l.MergedIn), "")
	}
	return show(placeFormPage(r.View, f))
}

func (s *Site) changeHelpPlace(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	f, stored, err := s.placeFormOf(r)
	if err != nil {
		return Answer{}, err
	}
	was := f.Form
	f.Form = r.PostForm
	l, err := placeIn(r.PostForm, stored)
	if err == nil {
		_, err = s.Directory.ChangeLocation(r.Context(), l)
	}
	return s.helpSent(r, f, placeFormPage, err, f.Back, "said.directory.saved", func() (url.Values, error) { return was, nil })
}

// shelterView are the secret places of the actor's own organisation.
type shelterView struct {
	In     directory.Held
	All    []directory.Shelter
	Form   url.Values
	Errors kit.Errors
	Places []kernel.NIS
}

func (s *Site) shelterView(r *Request) (w shelterView, err error) {
	id, err := r.ID("id")
	if err != nil {
		return w, err
	}
	if w.All, err = s.Directory.Shelters(r.Context(), id); err != nil {
		return w, err
	}
	if w.In, err = s.Directory.Organisation(r.Context(), id); err != nil {
		return w, err
	}
	w.Places, err = s.ownMunicipalities(r)
	return w, err
}

func (s *Site) shelters(r *Request) (Answer, error) {
	w, err := s.shelterView(r)
	if err != nil {
		return Answer{}, err
	}
	return show(shelterPage(r.View, w))
}

func (s *Site) keepShelter(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	w, err := s.shelterView(r)
	if err != nil {
		return Answer{}, err
	}
	here := r.URL.Path
	if drop := r.PostForm.Get("drop"); drop != "" {
		if err := s.Directory.DropShelter(r.Context(), w.In.ID, kernel.ID(drop)); err != nil {
			return Answer{}, err
		}
		return goTo(here, "said.directory.shelter.dropped")
	}
	x := directory.Shelter{Organisation: w.In.ID, Name: r.PostForm.Get("name"), Address: r.PostForm.Get("address"),
		Municipality: kernel.NIS(r.PostForm.Get("municipality"))}
	if id := r.PostForm.Get("shelter"); id != "" {
		x.ID = kernel.ID(id)
		x.Version, _ = strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	}
	if _, err = s.Directory.KeepShelter(r.Context(), x); faulty(err) {
		w.Form, w.Errors = r.PostForm, r.View.Problems(err)
		return again(shelterPage(r.View, w), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo(here, "said.directory.saved")
}

// placeTitle is what a place is called.
func placeTitle(l directory.Location) string {
	if l.Name != "" {
		return l.Name
	}
	return l.Street
}
