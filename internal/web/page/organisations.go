package page

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// organisationPages are where an administrator keeps who takes part: the
// organisations, and the people with their roles.
func (s *Site) organisationPages(page register) {
	const here = "/administration/organisations"
	page("GET "+here, "member.manage", s.keptOrganisations)
	page("GET "+here+"/new", "member.manage", s.newOrganisation)
	page("POST "+here+"/new", "member.manage", s.addOrganisation)
	page("GET "+here+"/{id}", "member.manage", s.keptOrganisation)
	page("POST "+here+"/{id}", "member.manage", s.changeOrganisation)
	page("GET "+here+"/{id}/people/new", "member.manage", s.newPerson)
	page("POST "+here+"/{id}/people/new", "member.manage", s.addPerson)
	page("GET "+here+"/{id}/people/{worker}", "member.manage", s.roles)
	page("POST "+here+"/{id}/people/{worker}", "member.manage", s.setRoles)
	page("GET "+here+"/{id}/people/{worker}/details", "member.manage", s.proven(s.personDetails))
	page("POST "+here+"/{id}/people/{worker}/details", "member.manage", s.proven(s.changeDetails))
	page("POST "+here+"/{id}/people/{worker}/details/stop", "member.manage", s.stopNewMail)
	page("POST "+here+"/{id}/people/{worker}/details/sign-out", "member.manage", s.signOutWorker)
	page("GET "+here+"/{id}/people/{worker}/remove", "member.manage", s.askRemove)
	page("POST "+here+"/{id}/people/{worker}/remove", "member.manage", s.removePerson)
}

// organisationListing is a page of the list for the administrator.
type organisationListing struct {
	Rows  []members.Organisation
	Typed string
	Gone  bool
	Pages kit.Pages
}

func (s *Site) keptOrganisations(r *Request) (Answer, error) {
	asked := r.URL.Query()
	w := organisationListing{Typed: asked.Get("q"), Gone: asked.Get("show") == "gone"}
	list, err := s.Members.Organisations(r.Context(), members.Query{Typed: w.Typed, Gone: w.Gone, After: asked.Get("after")})
	if err != nil {
		return Answer{}, err
	}
	w.Rows, w.Pages = list.Rows, partnerPager("/administration/organisations", asked, list.Next)
	return show(organisationsPage(r.View, w))
}

// organisationForm is the form of one organisation, with its people.
type organisationForm struct {
	Stored members.Organisation // zero: it is being added
	Form   url.Values           // nil: as it is stored
	Errors kit.Errors
	Beside []differ
	People []members.Post
	Orgs   []members.Organisation // of which it can be a team
	Places []kernel.NIS
}

func (s *Site) newOrganisation(r *Request) (Answer, error) {
	return s.showOrganisation(r, organisationForm{Form: url.Values{"receives": {"yes"}}}, nil)
}

func (s *Site) keptOrganisation(r *Request) (Answer, error) {
	f, err := s.storedOrganisation(r)
	if err != nil {
		return Answer{}, err
	}
	return s.showOrganisation(r, f, nil)
}

func (s *Site) storedOrganisation(r *Request) (f organisationForm, err error) {
	id, err := r.ID("id")
	if err != nil {
		return f, err
	}
	f.Stored, f.People, err = s.Members.Organisation(r.Context(), id)
	f.Form = formOf(f.Stored)
	return f, err
}

func (s *Site) showOrganisation(r *Request, f organisationForm, wrong error) (Answer, error) {
	var err error
	if f.Orgs, err = s.allOrganisations(r); err != nil {
		return Answer{}, err
	}
	if f.Places, err = s.ownMunicipalities(r); err != nil {
		return Answer{}, err
	}
	if f.Errors == nil {
		f.Errors = r.View.Problems(wrong)
	}
	if wrong != nil {
		return again(organisationFormPage(r.View, f), wrong)
	}
	return show(organisationFormPage(r.View, f))
}

func (s *Site) addOrganisation(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	f := organisationForm{Form: r.PostForm}
	o, err := organisationIn(r.PostForm, s.Demo)
	if err == nil {
		o, err = s.Members.AddOrganisation(r.Context(), o)
	}
	if faulty(err) {
		return s.showOrganisation(r, f, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo(keptPath(o.ID), "said.organisation.added")
}

func (s *Site) changeOrganisation(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	f, err := s.storedOrganisation(r)
	if err != nil {
		return Answer{}, err
	}
	f.Form = r.PostForm
	typed, err := organisationIn(r.PostForm, s.Demo)
	typed.ID, typed.Version = f.Stored.ID, versionIn(r.PostForm)
	typed.Active = r.PostForm.Get("gone") == ""
	if err == nil {
		_, err = s.Members.ChangeOrganisation(r.Context(), typed)
	}
	if isStale(err) {
		if f.Beside, err = s.organisationBeside(r, f.Stored, typed); err != nil {
			return Answer{}, err
		}
		f.Form.Set("version", strconv.FormatInt(f.Stored.Version, 10))
		f.Errors = staleErrors(r.View)
		return s.showOrganisation(r, f, kernel.NewConflict("stale"))
	}
	if faulty(err) {
		return s.showOrganisation(r, f, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo(keptPath(f.Stored.ID), "said.organisation.changed")
}

// organisationBeside lays what a colleague saved beside what was typed.
func (s *Site) organisationBeside(r *Request, stored, typed members.Organisation) ([]differ, error) {
	names, err := s.Members.Names(r.Context(), stored.PartOf, typed.PartOf)
	return differing(organisationWords(r.View, stored, names), organisationWords(r.View, typed, names)), err
}

// keptPath is where an administrator keeps an organisation.
func keptPath(id kernel.ID) string { return "/administration/organisations/" + string(id) }

func formOf(o members.Organisation) url.Values {
	form := url.Values{"name": {o.Name}, "kind": {string(o.Kind)}, "part_of": {string(o.PartOf)}, "municipality": {string(o.Municipality)},
		"kbo": {o.KBO.Display()}, "phone": {o.Phone.Display()}, "mail": {string(o.Mail)}, "website": {o.Website}, "does": {o.Does}, "sign_in_code": {o.SignInCode},
		"version": {strconv.FormatInt(o.Version, 10)}}
	if o.KBO == "" {
		form.Set("kbo", "")
	}
	if o.Receives {
		form.Set("receives", "yes")
	}
	if !o.Active {
		form.Set("gone", "yes")
	}
	return form
}

// organisationIn reads the form of an organisation, and tells all that is
// wrong with it at once. A house of fictional people takes their numbers too.
func organisationIn(form url.Values, fictional bool) (o members.Organisation, err error) {
	var faults kernel.Faults
	typed := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	o = members.Organisation{Name: typed("name"), Kind: members.Kind(typed("kind")), Municipality: kernel.NIS(typed("municipality")),
		Website: typed("website"), SignInCode: strings.ToUpper(typed("sign_in_code")), Does: typed("does"), Receives: typed("receives") != "", Active: true}
	if typed("part_of") != "" {
		if o.PartOf, err = kernel.ParseID(typed("part_of")); err != nil {
			faults.Check("part_of", kernel.NewInvalid("organisation.part_of"))
		}
	}
	if typed("kbo") != "" {
		o.KBO, err = kernel.ParseKBO(typed("kbo"))
		faults.Check("kbo", err)
	}
	if typed("phone") != "" {
		o.Phone, err = kernel.AcceptPhone(typed("phone"), fictional)
		faults.Check("phone", err)
	}
	if typed("mail") != "" {
		o.Mail, err = kernel.ParseEmail(typed("mail"))
		faults.Check("mail", err)
	}
	if f := faultOf(o.Check()); f != nil {
		for _, one := range f.All() {
			alone := *one
			alone.More = nil
			faults = append(faults, &alone)
		}
	}
	return o, faults.Err()
}

// organisationWords tells an organisation thing by thing.
func organisationWords(v kit.View, o members.Organisation, names map[kernel.ID]string) []said {
	yes := func(b bool) string {
		if b {
			return v.T("kit.yes")
		}
		return v.T("kit.no")
	}
	place, kbo := "", ""
	if o.Municipality != "" {
		place = municipalityName(v, o.Municipality)
	}
	if o.KBO != "" {
		kbo = o.KBO.Display()
	}
	return []said{
		{v.T("organisation.name"), o.Name},
		{v.T("organisation.kind"), v.T("organisation.kind." + string(o.Kind))},
		{v.T("organisation.part_of"), names[o.PartOf]},
		{v.T("organisation.does"), o.Does},
		{v.T("network.place"), place},
		{v.T("network.phone"), o.Phone.Display()},
		{v.T("network.mail"), string(o.Mail)},
		{v.T("network.website"), o.Website},
		{v.T("organisation.kbo"), kbo},
		{v.T("organisation.sign_in_code"), o.SignInCode},
		{v.T("organisation.receives"), yes(o.Receives)},
		{v.T("organisation.gone"), yes(!o.Active)},
	}
}

// The people of an organisation.

// personAtWork is somebody at an organisation, or who is being added.
type personAtWork struct {
	Org    members.Organisation
	Worker members.Worker // zero: being added
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) newPerson(r *Request) (Answer, error) {
	f, err := s.storedOrganisation(r)
	if err != nil {
		return Answer{}, err
	}
	return show(newWorkerPage(r.View, personAtWork{Org: f.Stored, Form: url.Values{"lang": {string(r.View.Lang())}}}))
}

func (s *Site) addPerson(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	f, err := s.storedOrganisation(r)
	if err != nil {
		return Answer{}, err
	}
	_, err = s.Members.AddWorker(r.Context(), members.Worker{Name: r.PostForm.Get("name"), Mail: kernel.Email(strings.ToLower(strings.TrimSpace(r.PostForm.Get("mail")))),
		Lang: kernel.Lang(r.PostForm.Get("lang"))}, f.Stored.ID, rolesTyped(r.PostForm)...)
	if faulty(err) {
		return again(newWorkerPage(r.View, personAtWork{Org: f.Stored, Form: r.PostForm, Errors: r.View.Problems(err)}), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo(keptPath(f.Stored.ID), "said.worker.added")
}

// personAt is somebody at the organisation in the path; who has no role there
// is NotFound.
func (s *Site) personAt(r *Request) (w personAtWork, err error) {
	f, err := s.storedOrganisation(r)
	if err != nil {
		return w, err
	}
	id, err := r.ID("worker")
	if err != nil {
		return w, err
	}
	i := slices.IndexFunc(f.People, func(p members.Post) bool { return p.Worker.ID == id })
	if i < 0 {
		return w, kernel.NewNotFound("worker")
	}
	w = personAtWork{Org: f.Stored, Worker: f.People[i].Worker, Form: url.Values{}}
	for _, role := range f.People[i].Roles {
		w.Form.Add("roles", string(role))
	}
	return w, nil
}

func (s *Site) roles(r *Request) (Answer, error) {
	w, err := s.personAt(r)
	if err != nil {
		return Answer{}, err
	}
	return show(rolesPage(r.View, w))
}

func (s *Site) setRoles(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	w, err := s.personAt(r)
	if err != nil {
		return Answer{}, err
	}
	if roles := rolesTyped(r.PostForm); len(roles) > 0 {
		err = s.Members.SetRoles(r.Context(), w.Worker.ID, w.Org.ID, roles...)
	} else {
		err = kernel.NewInvalid("role.none").At("roles") // to take away the last role is a page of its own
	}
	if faulty(err) {
		w.Form, w.Errors = r.PostForm, r.View.Problems(err)
		return again(rolesPage(r.View, w), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo(keptPath(w.Org.ID), "said.worker.changed")
}

func (s *Site) askRemove(r *Request) (Answer, error) {
	w, err := s.personAt(r)
	if err != nil {
		return Answer{}, err
	}
	return show(removePersonPage(r.View, w))
}

func (s *Site) removePerson(r *Request) (Answer, error) {
	w, err := s.personAt(r)
	if err != nil {
		return Answer{}, err
	}
	err = s.Members.SetRoles(r.Context(), w.Worker.ID, w.Org.ID)
	if faulty(err) {
		w.Errors = r.View.Problems(err)
		return again(removePersonPage(r.View, w), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo(keptPath(w.Org.ID), "said.worker.removed")
}

func rolesTyped(form url.Values) (roles []policy.Role) {
	for _, role := range form["roles"] {
		roles = append(roles, policy.Role(role))
	}
	return roles
}
