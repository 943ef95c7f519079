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

// fileContactPages change where a family lives and how it may be reached.
func (s *Site) fileContactPages(page register) {
	page("GET /families/{id}/contact", "family.change", s.contactForm)
	page("POST /families/{id}/contact", "family.change", s.changeContact)
}

// contactView is the form of a family's contact.
type contactView struct {
	fileView
	Form   url.Values
	Errors kit.Errors
	Begun  int64 // the version from which the edit began
	Stored []differ
}

func (s *Site) contactForm(r *Request) (Answer, error) {
	file, err := s.readOpenFile(r)
	if err != nil {
		return Answer{}, err
	}
	return show(contactPage(r.View, contactView{fileView: file, Form: file.contactValues(), Begun: file.ContactVersion}))
}

// contactValues are a family's contact as its form shows it.
func (w fileView) contactValues() url.Values {
	c := w.Contact
	form := url.Values{
		"address.street": {c.Address.Street}, "address.number": {c.Address.Number}, "postal_code": {string(w.PostalCode)},
		"text_to": {c.TextTo.Display()}, "safe.only_via": {c.Safe.OnlyVia}, "safe.hours": {c.Safe.Hours}, "safe.note": {c.Safe.Note},
	}
	for i, p := range c.Phones {
		form.Set("phones."+strconv.Itoa(i), p.Display())
	}
	for i, m := range c.Mails {
		form.Set("mails."+strconv.Itoa(i), string(m))
	}
	for i, l := range c.Languages {
		form.Set("languages."+strconv.Itoa(i), l)
	}
	for _, way := range safeWays {
		if unsafe(c.Safe, way) {
			form.Add("safe", way)
		}
	}
	if w.Confidential {
		form.Set("confidential", "1")
	}
	return form
}

func (s *Site) changeContact(r *Request) (Answer, error) {
	file, err := s.readOpenFile(r)
	if err != nil {
		return Answer{}, err
	}
	began, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64) // none: older than any
	w := contactView{fileView: file, Form: r.PostForm, Begun: began}
	in := families.ContactEdit{Contact: typedContact(w.Form), Version: began,
		PostalCode: kernel.PostalCode(w.Form.Get("postal_code")), Confidential: w.Form.Get("confidential") != ""}
	if strings.TrimSpace(string(in.PostalCode)) == "" && file.PostalCode == "" {
		in.Municipality = file.Municipality // known without its postal code, and nobody said otherwise
	}
	err = s.Families.ChangeContact(r.Context(), file.ID, in)
	if err == nil {
		return goTo(file.path("#contact"), "said.contact.changed")
	}
	if !faulty(err) {
		return Answer{}, err
	}
	w.Errors = r.View.Problems(err)
	if stale(err) {
		w.Begun = file.ContactVersion
		w.Stored, w.Errors = w.differing(r.View, w.Errors), w.Errors[:1]
	}
	return again(contactPage(r.View, w), err)
}

// differing shows, for each part that the fault names, what is kept beside
// what was typed.
func (w contactView) differing(v kit.View, errs kit.Errors) (rows []differ) {
	kept := w.fileView.contactValues()
	for _, p := range errs {
		for _, part := range contactParts(p.Field) {
			before, after := part.in(v, kept), part.in(v, w.Form)
			if before != after {
				rows = append(rows, differ{v.T(part.label), before, after})
			}
		}
	}
	return rows
}

// contactPart is a field of the contact, or a list of lines, and its words.
type contactPart struct {
	name, label string
	list        bool
}

// contactParts are the parts of the form that a field of the module stands
// for.
func contactParts(field string) []contactPart {
	switch field {
	case "phones", "mails":
		return []contactPart{{field, "intake." + field, true}}
	case "languages":
		return []contactPart{{field, "file.languages", true}}
	case "address":
		return []contactPart{{"address.street", "intake.street", false}, {"address.number", "intake.number", false}}
	case "safe":
		return []contactPart{{"safe", "intake.safe.ways", false}, {"safe.only_via", "intake.safe.only_via", false},
			{"safe.hours", "intake.safe.hours", false}, {"safe.note", "intake.safe.note", false}}
	case "text_to":
		return []contactPart{{field, "intake.text_to", false}}
	case "postal_code":
		return []contactPart{{field, "intake.postal_code", false}}
	case "confidential":
		return []contactPart{{field, "intake.confidential.label", false}}
	}
	return nil
}

// in is the part of a form in words.
func (p contactPart) in(v kit.View, form url.Values) string {
	values := slices.Clone(form[p.name])
	if p.list {
		values = nil
		for i := range mostLines {
			if line := form.Get(p.name + "." + strconv.Itoa(i)); line != "" {
				values = append(values, line)
			}
		}
	}
	for i, value := range values {
		switch p.name {
		case "languages":
			values[i] = languageName(v, value)
		case "safe":
			values[i] = v.T("safe." + value)
		case "confidential":
			values[i] = v.T("kit.yes")
		}
	}
	return strings.Join(values, ", ")
}

// faultsIn are the faults that an error holds.
func faultsIn(err error) []*kernel.Fault {
	if f, ok := errors.AsType[*kernel.Fault](err); ok {
		return f.All()
	}
	return nil
}
