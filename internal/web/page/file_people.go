package page

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// filePeoplePages change who belongs to a family.
func (s *Site) filePeoplePages(page register) {
	page("GET /families/{id}/people/new", "family.change", s.personForm)
	page("POST /families/{id}/people/new", "family.change", s.addToFamily)
	page("GET /families/{id}/people/{person}", "family.change", s.personEdit)
	page("POST /families/{id}/people/{person}", "family.change", s.changePerson)
	page("GET /families/{id}/people/{person}/born", "family.change", s.bornForm)
	page("POST /families/{id}/people/{person}/born", "family.change", s.born)
	page("GET /families/{id}/people/{person}/left", "family.change", s.leftForm)
	page("POST /families/{id}/people/{person}/left", "family.change", s.left)
}

// personView is a form about one person of a family.
type personView struct {
	fileView
	Of     families.Person // as it is kept now; zero: somebody new
	Form   url.Values
	Errors kit.Errors
	Begun  int64    // the version from which the edit began
	Stored []differ // what somebody else changed meanwhile
}

// differ is a field in which what is kept differs from what was typed.
type differ struct {
	Label, Kept, Typed string
}

// readOpenFile opens a file that is to be changed: who may only read it, and
// whoever finds it closed, goes back to the file.
func (s *Site) readOpenFile(r *Request) (w fileView, err error) {
	if w, err = s.readFile(r, families.ForCare); err != nil {
		return w, err
	}
	if w.Partial {
		return w, kernel.NewNotFound("family")
	}
	if w.State != families.StateOpen {
		return w, kernel.NewConflict("family.closed")
	}
	return w, nil
}

// readPerson opens a file and finds the person in the path among those who
// belong to the family.
func (s *Site) readPerson(r *Request) (w personView, err error) {
	id, err := r.ID("person")
	if err != nil {
		return w, err
	}
	if w.fileView, err = s.readOpenFile(r); err != nil {
		return w, err
	}
	i := slices.IndexFunc(w.Persons, func(p families.Person) bool { return p.ID == id })
	if i < 0 {
		return w, kernel.NewNotFound("person")
	}
	w.Of = w.Persons[i]
	return w, nil
}

func (s *Site) personForm(r *Request) (Answer, error) {
	file, err := s.readOpenFile(r)
	if err != nil {
		return Answer{}, err
	}
	return show(newPersonPage(r.View, personView{fileView: file}))
}

func (s *Site) addToFamily(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	in := families.NewPerson{Role: families.Role(r.PostFormValue("role")), First: r.PostFormValue("first"),
		Last: r.PostFormValue("last"), INSZ: r.PostFormValue("insz"),
		Birth: typedDay(r.PostForm, "birth"), Due: typedDay(r.PostForm, "due")}
	if _, err = s.Families.AddPerson(r.Context(), id, in); err == nil {
		return goTo("/families/"+string(id), "said.person.added")
	}
	if !faulty(err) {
		return Answer{}, err
	}
	file, wrong := s.readOpenFile(r)
	if wrong != nil {
		return Answer{}, wrong
	}
	return again(newPersonPage(r.View, personView{fileView: file, Form: r.PostForm, Errors: r.View.Problems(err)}), err)
}

func (s *Site) personEdit(r *Request) (Answer, error) {
	w, err := s.readPerson(r)
	if err != nil {
		return Answer{}, err
	}
	w.Begun = w.Of.Version
	w.Form = url.Values{"role": {string(w.Of.Role)}, "first": {w.Of.First}, "last": {w.Of.Last}, "insz": {w.Of.INSZ.Display()}}
	return show(personPage(r.View, w))
}

func (s *Site) changePerson(r *Request) (Answer, error) {
	w, err := s.readPerson(r)
	if err != nil {
		return Answer{}, err
	}
	began, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64) // none: older than any
	_, err = s.Families.ChangePerson(r.Context(), w.ID, families.PersonEdit{ID: w.Of.ID, Version: began,
		Role: families.Role(r.PostFormValue("role")), First: r.PostFormValue("first"), Last: r.PostFormValue("last"), INSZ: r.PostFormValue("insz")})
	if err == nil {
		return goTo(w.path(""), "said.person.changed")
	}
	if !faulty(err) {
		return Answer{}, err
	}
	w.Form, w.Errors, w.Begun = r.PostForm, r.View.Problems(err), began
	if stale(err) {
		w.Begun = w.Of.Version // to save again is to have seen what is kept now
		w.Stored, w.Errors = w.differing(r.View, w.Errors), w.Errors[:1]
	}
	return again(personPage(r.View, w), err)
}

// stale tells whether somebody else changed the thing meanwhile.
func stale(err error) bool {
	for _, f := range faultsIn(err) {
		if f.Key == "stale" {
			return true
		}
	}
	return false
}

// differing shows, for each field that the fault names, what is kept beside
// what was typed.
func (w personView) differing(v kit.View, errs kit.Errors) (rows []differ) {
	kept := map[string]string{"role": v.T("file.role." + string(w.Of.Role)), "first": w.Of.First, "last": w.Of.Last, "insz": w.Of.INSZ.Display()}
	for _, p := range errs {
		typed := w.Form.Get(p.Field)
		switch p.Field {
		case "":
			continue
		case "role":
			rows = append(rows, differ{v.T("file.person.role"), kept["role"], v.T("file.role." + typed)})
		default:
			rows = append(rows, differ{v.T("intake.person." + p.Field), kept[p.Field], typed})
		}
	}
	return rows
}

func (s *Site) bornForm(r *Request) (Answer, error) {
	w, err := s.readPerson(r)
	if err != nil {
		return Answer{}, err
	}
	if w.Of.Role != families.Unborn {
		return goTo(w.path(""), "")
	}
	w.Form = url.Values{"first": {w.Of.First}, "last": {w.Of.Last}}
	return show(bornPage(r.View, w))
}

func (s *Site) born(r *Request) (Answer, error) {
	w, err := s.readPerson(r)
	if err != nil {
		return Answer{}, err
	}
	day, err := kit.DateOf(r.PostForm, "birth")
	if err == nil {
		_, err = s.Families.Born(r.Context(), w.ID, w.Of.ID, day, r.PostFormValue("first"), r.PostFormValue("last"))
	}
	if err == nil {
		return goTo(w.path(""), "said.person.born")
	}
	if !faulty(err) {
		return Answer{}, err
	}
	w.Form, w.Errors = r.PostForm, r.View.Problems(err)
	return again(bornPage(r.View, w), err)
}

func (s *Site) leftForm(r *Request) (Answer, error) {
	w, err := s.readPerson(r)
	if err != nil {
		return Answer{}, err
	}
	if w.Of.Role == families.Applicant {
		return goTo(w.path("/people/"+string(w.Of.ID)), "")
	}
	w.Form = url.Values{"from": {string(r.View.Today)}}
	return show(leftPage(r.View, w))
}

func (s *Site) left(r *Request) (Answer, error) {
	w, err := s.readPerson(r)
	if err != nil {
		return Answer{}, err
	}
	from, err := kit.DateOf(r.PostForm, "from")
	if err == nil {
		err = s.Families.Left(r.Context(), w.ID, w.Of.ID, from, r.PostFormValue("reason"))
	}
	if err == nil {
		return goTo(w.path(""), "said.person.left")
	}
	if !faulty(err) {
		return Answer{}, err
	}
	w.Form, w.Errors = r.PostForm, r.View.Problems(err)
	return again(leftPage(r.View, w), err)
}

// roleField asks what somebody is in the family.
func (w personView) roleField(v kit.View, roles ...families.Role) kit.Field {
	f := kit.Field{Name: "role", Label: v.T("file.person.role")}
	for _, role := range roles {
		f.Options = append(f.Options, kit.Option{Value: string(role), Label: v.T("file.role." + string(role)), Hint: roleHint(v, role)})
	}
	return f.Kept(w.Form, w.Errors)
}

// roleHint explains a role whose name alone is not enough.
func roleHint(v kit.View, role families.Role) string {
	if key := "file.role." + string(role) + ".hint"; v.Has(key) {
		return v.T("file.role." + string(role) + ".hint")
	}
	return ""
}

// leftTitle says that somebody no longer belongs to the family; of a child that
// was expected it is said with care.
func (w personView) leftTitle(v kit.View) string {
	if w.Of.Role == families.Unborn {
		return v.T("file.lost.title")
	}
	return v.T("file.left.title", "who", personName(v, w.Of))
}

func (w personView) leftLead(v kit.View) string {
	if w.Of.Role == families.Unborn {
		return v.T("file.lost.lead")
	}
	return v.T("file.left.lead")
}

// leftOptions are the reasons for which somebody leaves a family.
func (w personView) leftOptions(v kit.View) (options []kit.Option) {
	if w.Of.Role == families.Unborn {
		return []kit.Option{{Value: families.LeftDied, Label: v.T("file.lost.died")}, {Value: families.LeftMistake, Label: v.T("file.lost.mistake")}}
	}
	for _, reason := range families.LeftReasons {
		options = append(options, kit.Option{Value: reason, Label: v.T("family.left_reason." + reason)})
	}
	return options
}

// birthRef names the fact that holds somebody's day of birth.
func (w personView) birthRef() string {
	return refOf(rules.Missing{Fact: "birth_date", Person: string(w.Of.ID)})
}
