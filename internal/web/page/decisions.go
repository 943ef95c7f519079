package page

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// decisions is the form in which a coordinator decides about a programme: when
// a template is taken over, and whenever it changes.
type decisions struct {
	Template  *programmes.Template
	Programme kernel.ID        // zero: it is being taken over
	State     programmes.State // of the programme
	Version   int64            // from which the edit began

	Form           url.Values
	Errors         kit.Errors
	Rows           int // of partners
	Orgs           []members.Organisation
	Municipalities []kernel.NIS // that may be chosen
	Beside         []differ     // what a colleague saved meanwhile
}

const (
	partnerRows  = 3
	morePartners = 3
	mostPartners = 30
)

// decided is what the form says, read.
type decided struct {
	Params         map[string]string
	Partners       []programmes.Partner
	Municipalities []kernel.NIS
	From, To       kernel.Date
	Budget         kernel.Cents
	Overrides      programmes.Overrides
}

// newDecisions is the form of a template that nobody took over yet: its
// defaults, from today on, led by the reader's own organisation.
func newDecisions(r *Request, t *programmes.Template, everywhere []kernel.NIS) decisions {
	form := url.Values{"from": {string(r.View.Today)}, "partner.0.part": {string(programmes.Lead)}, "partner.0.org": {string(r.Session.Organisation.ID)}}
	for _, p := range t.Parameters {
		form.Set("params."+p.ID, shownValue(r.View, p, p.Default))
	}
	for _, n := range everywhere {
		form.Add("municipalities", string(n))
	}
	return decisions{Template: t, Form: form, Rows: partnerRows}
}

// storedDecisions is the form with what holds now.
func storedDecisions(v kit.View, p programmes.Programme) decisions {
	form := url.Values{"from": {string(p.From)}, "to": {string(p.To)}}
	for _, x := range p.Of().Parameters {
		form.Set("params."+x.ID, shownValue(v, x, p.Value(x.ID)))
	}
	for i, q := range p.Partners {
		at := "partner." + strconv.Itoa(i) + "."
		form.Set(at+"org", string(q.Org))
		form.Set(at+"part", string(q.Part))
	}
	for _, n := range p.Municipalities {
		form.Add("municipalities", string(n))
	}
	if p.Budget > 0 {
		form.Set("budget", localWords(v, p.Budget.String()))
	}
	for name, text := range map[string]kernel.Text{"names": p.Overrides.Names, "summary": p.Overrides.Summary, "how": p.Overrides.How} {
		for _, lang := range kernel.Langs {
			form.Set(name+"."+string(lang), text.In(lang))
		}
	}
	return decisions{Template: p.Of(), Programme: p.ID, State: p.State, Version: p.Version, Form: form,
		Rows: min(len(p.Partners)+1, mostPartners)}
}

// typedDecisions is the form as it was sent, the partners that were left empty
// closed up.
func typedDecisions(t *programmes.Template, sent url.Values) decisions {
	d := decisions{Template: t, Form: url.Values{}}
	for name, values := range sent {
		if !strings.HasPrefix(name, "partner.") {
			d.Form[name] = values
		}
	}
	n := 0
	for i := range mostPartners {
		from := "partner." + strconv.Itoa(i) + "."
		if sent.Get(from+"org") == "" {
			continue
		}
		to := "partner." + strconv.Itoa(n) + "."
		d.Form.Set(to+"org", sent.Get(from+"org"))
		d.Form.Set(to+"part", sent.Get(from+"part"))
		n++
	}
	d.Rows = min(max(partnerRows, n+1), mostPartners)
	if d.more() {
		d.Rows = min(n+morePartners, mostPartners)
	}
	return d
}

// more tells whether the form was sent for more lines.
func (d decisions) more() bool { return d.Form.Get("do") == "more" }

// read reads the form. What is no day and no amount at all is told here; the
// rest is judged by the module.
func (d decisions) read() (got decided, faults kernel.Faults) {
	got.Params = map[string]string{}
	for _, p := range d.Template.Parameters {
		name := "params." + p.ID
		typed := strings.TrimSpace(d.Form.Get(name))
		if p.Type == programmes.Day {
			day, err := kit.DateOf(d.Form, name)
			if err != nil {
				faults.Check(name, err)
			}
			typed = string(day)
		}
		if typed != "" && !sameValue(p, typed, p.Default) {
			got.Params[p.ID] = typed // what equals the default stays the default, with its source
		}
	}
	for i := range mostPartners {
		at := "partner." + strconv.Itoa(i) + "."
		if org := d.Form.Get(at + "org"); org != "" {
			id, err := kernel.ParseID(org)
			if err != nil {
				faults.Check("partners", kernel.NewInvalid("programme.partner"))
			}
			got.Partners = append(got.Partners, programmes.Partner{Org: id, Part: programmes.Part(d.Form.Get(at + "part"))})
		}
	}
	for _, n := range d.Form["municipalities"] {
		got.Municipalities = append(got.Municipalities, kernel.NIS(n))
	}
	var err error
	if got.From, err = kit.DateOf(d.Form, "from"); err != nil {
		faults.Check("from", err)
	}
	if got.To, err = kit.DateOf(d.Form, "to"); err != nil {
		faults.Check("to", err)
	}
	if typed := strings.TrimSpace(d.Form.Get("budget")); typed != "" {
		if got.Budget, err = kernel.ParseCents(typed); err != nil {
			faults.Check("budget", err)
		}
	}
	for name, text := range map[string]*kernel.Text{"names": &got.Overrides.Names, "summary": &got.Overrides.Summary, "how": &got.Overrides.How} {
		in := func(lang kernel.Lang) string { return strings.TrimSpace(d.Form.Get(name + "." + string(lang))) }
		*text = kernel.Text{NL: in(kernel.NL), FR: in(kernel.FR), DE: in(kernel.DE), EN: in(kernel.EN)}
	}
	return got, faults
}

// sameValue tells whether what was typed is the value that a template gives.
func sameValue(p programmes.Parameter, typed, given string) bool {
	if p.Type == programmes.Money {
		a, err1 := kernel.ParseCents(typed)
		b, err2 := kernel.ParseCents(given)
		return err1 == nil && err2 == nil && a == b
	}
	return typed == given
}

// shownValue is a value as a form shows it: an amount as the reader writes it.
func shownValue(v kit.View, p programmes.Parameter, canonical string) string {
	if p.Type == programmes.Money {
		return localWords(v, canonical)
	}
	return canonical
}

// showDecisions shows the form, with what is wrong with it.
func (s *Site) showDecisions(r *Request, d decisions, wrong error) (Answer, error) {
	var err error
	if d.Orgs, err = s.allOrganisations(r); err != nil {
		return Answer{}, err
	}
	if d.Municipalities, err = s.ownMunicipalities(r); err != nil {
		return Answer{}, err
	}
	for i := range d.Rows { // leading is chosen once; whoever comes next most often hands out
		if part := "partner." + strconv.Itoa(i) + ".part"; d.Form.Get(part) == "" {
			d.Form.Set(part, string(programmes.HandsOut))
		}
	}
	if d.Errors == nil {
		d.Errors = d.where(r.View.Problems(wrong))
	}
	if wrong != nil {
		return again(decisionsPage(r.View, d), wrong)
	}
	return show(decisionsPage(r.View, d))
}

// showDecisionsBeside shows what was typed beside what a colleague saved; to
// save again is to decide for what was typed.
func (s *Site) showDecisionsBeside(r *Request, d decisions, typed decided, stored programmes.Programme, wrong error) (Answer, error) {
	names, err := s.partnerNames(r, stored, programmes.Programme{Partners: typed.Partners})
	if err != nil {
		return Answer{}, err
	}
	values := func(id string) string {
		if v := typed.Params[id]; v != "" {
			return v
		}
		p, _ := d.Template.Parameter(id)
		return p.Default
	}
	d.Beside = differing(
		decisionWords(r.View, d.Template, stored.Value, decided{Partners: stored.Partners, Municipalities: stored.Municipalities,
			From: stored.From, To: stored.To, Budget: stored.Budget, Overrides: stored.Overrides}, names),
		decisionWords(r.View, d.Template, values, typed, names))
	d.Version, d.State, d.Errors = stored.Version, stored.State, staleErrors(r.View)
	return s.showDecisions(r, d, wrong)
}

// where leads from the places that the module names to the fields of the form.
func (d decisions) where(errs kit.Errors) kit.Errors {
	for i, e := range errs {
		switch {
		case e.Field == "partners":
			errs[i].Field = "partner.0.org"
		case e.Field == "template" || strings.HasPrefix(e.Field, "params.") && !d.asks(strings.TrimPrefix(e.Field, "params.")):
			errs[i].Field = ""
		}
	}
	return errs
}

func (d decisions) asks(param string) bool {
	_, ok := d.Template.Parameter(param)
	return ok
}

// allOrganisations are the partners of the alliance, by name, at most a
// thousand: a list to choose from.
func (s *Site) allOrganisations(r *Request) (all []members.Organisation, err error) {
	q := members.Query{Limit: 100}
	for range 10 {
		page, err := s.Members.Organisations(r.Context(), q)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Rows...)
		if q.After = page.Next; page.Next == "" {
			break
		}
	}
	return all, nil
}

// ownMunicipalities are those of the reader's alliance.
func (s *Site) ownMunicipalities(r *Request) ([]kernel.NIS, error) {
	all, err := s.Members.Alliances(r.Context())
	for _, al := range all {
		if al.ID == r.Session.Alliance.ID {
			return al.Municipalities, err
		}
	}
	return nil, err
}

// decisionWords tells what was decided, thing by thing, so that two versions
// can be laid side by side.
func decisionWords(v kit.View, t *programmes.Template, value func(param string) string, d decided, names map[kernel.ID]string) (all []said) {
	for _, p := range t.Parameters {
		all = append(all, said{p.Names.In(v.Lang()), valueWords(v, p, value(p.ID))})
	}
	var partners []string
	for _, part := range programmes.Parts {
		for _, q := range d.Partners {
			if q.Part == part {
				partners = append(partners, fmt.Sprintf("%s (%s)", names[q.Org], v.T("programme.part."+string(part))))
			}
		}
	}
	all = append(all,
		said{v.T("programme.partners"), strings.Join(partners, ", ")},
		said{v.T("programme.where"), placeWords(v, d.Municipalities)},
		said{v.T("programme.from"), v.Date(d.From)},
		said{v.T("programme.to"), dayOr(v, d.To)},
		said{v.T("programme.budget"), budgetWords(v, d.Budget)},
	)
	for _, own := range []struct {
		key  string
		text kernel.Text
	}{{"names", d.Overrides.Names}, {"summary", d.Overrides.Summary}, {"how", d.Overrides.How}} {
		for _, lang := range kernel.Langs {
			all = append(all, said{v.T("programme.own."+own.key) + " (" + string(lang) + ")", own.text.In(lang)})
		}
	}
	return all
}
