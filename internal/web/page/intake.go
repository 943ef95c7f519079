package page

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// intakePages open a file in one calm form. What is asked here is who, where
// and how to reach them; the rest comes in the conversation that follows.
func (s *Site) intakePages(page register) {
	page("GET /families/new", "family.open", s.intakeForm)
	page("POST /families/new", "family.open", s.openFile)
}

// childRows is how many children the form asks at first, moreRows how many
// more come when that is not enough, and mostRows how many it can hold.
const (
	childRows = 2
	moreRows  = 2
	mostRows  = 15
)

// intake is the form and what it shows beside the questions.
type intake struct {
	Form     url.Values
	Errors   kit.Errors
	Children int            // rows
	Alike    []families.Row // files that seem to be of the same people
}

func (s *Site) intakeForm(r *Request) (Answer, error) {
	return show(intakePage(r.View, intake{Children: childRows}))
}

func (s *Site) openFile(r *Request) (Answer, error) {
	typed, err := typedIntake(r)
	if err != nil {
		return Answer{}, err
	}
	w := intake{Form: typed.form, Children: typed.rows()}
	if r.PostForm.Has("more") {
		w.Children = min(w.Children+moreRows, mostRows)
		return show(intakePage(r.View, w))
	}
	f, err := s.Families.Open(r.Context(), typed.family())
	if err == nil {
		return goTo("/families/"+string(f.ID)+"/conversation", "said.family.opened")
	}
	if !faulty(err) {
		return Answer{}, err
	}
	if twice, ok := errors.AsType[*families.DuplicateError](err); ok {
		if w.Alike, err = s.Families.Rows(r.Context(), twice.Families); err != nil {
			return Answer{}, err
		}
		err = kernel.NewConflict("family.duplicate")
	}
	w.Errors = typed.where(r.View.Problems(err))
	return again(intakePage(r.View, w), err)
}

// typedFamily is an intake form as it was sent, its empty rows closed up so
// that the rows have the places that faults name.
type typedFamily struct {
	form     url.Values
	children int
	names    []string // of the persons' fields, in the order of the persons
}

// typedIntake tidies what was sent. The form's own names are applicant,
// partner, child.0, child.1, … and expected.
func typedIntake(r *Request) (typedFamily, error) {
	if err := r.ParseForm(); err != nil {
		return typedFamily{}, err
	}
	t := typedFamily{form: url.Values{}}
	for name, values := range r.PostForm {
		if !strings.HasPrefix(name, "child.") {
			t.form[name] = values
		}
	}
	for i := range mostRows {
		from := "child." + strconv.Itoa(i) + "."
		if !filled(r.PostForm, from) {
			continue
		}
		to := "child." + strconv.Itoa(t.children) + "."
		for name, values := range r.PostForm {
			if rest, ok := strings.CutPrefix(name, from); ok {
				t.form[to+rest] = values
			}
		}
		t.children++
	}
	return t, nil
}

// filled tells whether anything was typed in the fields that begin with a
// prefix.
func filled(form url.Values, prefix string) bool {
	for name, values := range form {
		if strings.HasPrefix(name, prefix) && strings.TrimSpace(strings.Join(values, "")) != "" {
			return true
		}
	}
	return false
}

// rows is how many rows for children the form has.
func (t typedFamily) rows() int { return min(max(childRows, t.children), mostRows) }

// noDay stands for a date that was typed and is none.
const noDay kernel.Date = "?"

// typedDay is the date of a field; one that is none stays none, so that the
// module tells about it together with all else that it refuses.
func typedDay(form url.Values, field string) kernel.Date {
	d, err := kit.DateOf(form, field)
	if err != nil {
		return noDay
	}
	return d
}

// family reads the form. What cannot be right is judged by the module.
func (t *typedFamily) family() (in families.NewFamily) {
	add := func(role families.Role, field string) {
		in.Persons = append(in.Persons, families.NewPerson{Role: role, First: t.form.Get(field + ".first"), Last: t.form.Get(field + ".last"),
			INSZ: t.form.Get(field + ".insz"), Birth: typedDay(t.form, field+".birth"), Due: typedDay(t.form, field+".due")})
		t.names = append(t.names, field)
	}
	add(families.Applicant, "applicant")
	if filled(t.form, "partner.") {
		add(families.Partner, "partner")
	}
	for i := range t.children {
		add(families.Child, "child."+strconv.Itoa(i))
	}
	if filled(t.form, "expected.") {
		add(families.Unborn, "expected")
	}
	in.Contact = typedContact(t.form)
	in.PostalCode = kernel.PostalCode(t.form.Get("postal_code"))
	in.Confidential = t.form.Get("confidential") != ""
	in.Restricted = t.form.Get("restricted") != ""
	in.Anyway = t.form.Get("anyway") != ""
	return in
}

// where leads from the places that the module names to the fields of the form.
func (t typedFamily) where(errs kit.Errors) kit.Errors {
	for i, p := range errs {
		if rest, ok := strings.CutPrefix(p.Field, "persons."); ok {
			n, field, _ := strings.Cut(rest, ".")
			if at, err := strconv.Atoi(n); err == nil && at < len(t.names) {
				errs[i].Field = t.names[at] + "." + field
			}
		} else if p.Field == "persons" {
			errs[i].Field = ""
		} else {
			errs[i].Field = strings.TrimPrefix(p.Field, "contact.")
		}
	}
	return errs
}

// typedContact reads the fields of a contact, as the intake and the page of a
// file's contact ask them, and closes up the lines that were left empty.
func typedContact(form url.Values) families.Contact {
	c := families.Contact{
		Address: families.Address{Street: form.Get("address.street"), Number: form.Get("address.number")},
		Safe: families.Safe{OnlyVia: form.Get("safe.only_via"), Hours: form.Get("safe.hours"), Note: form.Get("safe.note"),
			NoMail: slices.Contains(form["safe"], "no_mail"), NoLetter: slices.Contains(form["safe"], "no_letter"),
			NoText: slices.Contains(form["safe"], "no_text"), NoVoicemail: slices.Contains(form["safe"], "no_voicemail")},
	}
	for _, line := range closedUp(form, "phones") {
		c.Phones = append(c.Phones, kernel.Phone(line))
	}
	for _, line := range closedUp(form, "mails") {
		c.Mails = append(c.Mails, kernel.Email(line))
	}
	c.Languages = closedUp(form, "languages")
	c.TextTo = kernel.Phone(form.Get("text_to"))
	return c
}

// mostLines is how many telephones, addresses or languages a form asks.
const mostLines = 6

// closedUp reads the lines name.0, name.1, … and moves those that were filled
// to the front, in the form too.
func closedUp(form url.Values, name string) (lines []string) {
	for i := range mostLines {
		field := name + "." + strconv.Itoa(i)
		if line := strings.TrimSpace(form.Get(field)); line != "" {
			lines = append(lines, line)
		}
		form.Del(field)
	}
	for i, line := range lines {
		form.Set(name+"."+strconv.Itoa(i), line)
	}
	return lines
}
