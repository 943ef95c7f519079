package page

import (
	"net/url"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// emergencyPages open a file when there is no time to ask, let the privacy
// officer judge it, and keep looks from who would harm another by them.
func (s *Site) emergencyPages(page register) {
	page("GET /emergency", "family.emergency", s.emergencyForm)
	page("POST /emergency", "family.emergency", s.raise)
	page("GET /administration/emergencies", "emergency.judge", s.emergencies)
	page("POST /administration/emergencies/{emergency}", "emergency.judge", s.judge)
	page("GET /families/{id}/delays", "looks.delay", s.delays)
	page("POST /families/{id}/delays", "looks.delay", s.delay)
	page("POST /families/{id}/delays/{delay}/end", "looks.delay", s.endDelay)
}

func (s *Site) emergencyForm(r *Request) (Answer, error) {
	return show(emergencyPage(r.View, nil, nil, false))
}

func (s *Site) raise(r *Request) (Answer, error) {
	in := sharing.Alarm{Last: r.PostFormValue("last"), Words: r.PostFormValue("words"), Reason: sharing.Reason(r.PostFormValue("reason"))}
	in.Minutes, _ = strconv.Atoi(r.PostForm.Get("minutes")) // none: refused as such
	birth, err := kit.DateOf(r.PostForm, "birth")
	if err == nil {
		in.Birth = birth
		var e sharing.Emergency
		e, err = s.Sharing.Raise(r.Context(), in)
		switch {
		case err == nil && e.Family != "":
			return goTo("/families/"+string(e.Family), "said.emergency.open")
		case err == nil:
			return show(emergencyPage(r.View, r.PostForm, nil, true))
		}
	} else {
		err = fieldFault(err, "birth")
	}
	if !faulty(err) {
		return Answer{}, err
	}
	return again(emergencyPage(r.View, r.PostForm, r.View.Problems(err), false), err)
}

// fieldFault points a fault at a field.
func fieldFault(err error, field string) error {
	var faults kernel.Faults
	faults.Check(field, err)
	return faults.Err()
}

// emergenciesView is what was opened without asking.
type emergenciesView struct {
	Open, Judged []sharing.Emergency
	Names        map[kernel.ID]string
	Reader       kernel.ID
}

func (s *Site) emergencies(r *Request) (Answer, error) {
	all, err := s.Sharing.Emergencies(r.Context(), true)
	if err != nil {
		return Answer{}, err
	}
	w := emergenciesView{Reader: r.Session.Worker.ID}
	var ids []kernel.ID
	for _, e := range all {
		ids = append(ids, e.Worker, e.Org, e.JudgedBy)
		if e.Verdict == "" {
			w.Open = append(w.Open, e)
		} else {
			w.Judged = append(w.Judged, e)
		}
	}
	if w.Names, err = s.Members.Names(r.Context(), ids...); err != nil {
		return Answer{}, err
	}
	return show(emergenciesPage(r.View, w))
}

func (s *Site) judge(r *Request) (Answer, error) {
	id, err := r.ID("emergency")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Sharing.Judge(r.Context(), id, sharing.Verdict(r.PostFormValue("verdict"))); err != nil {
		return Answer{}, err
	}
	return goTo("/administration/emergencies", "said.emergency.judged")
}

func (w emergenciesView) rows(v kit.View, e sharing.Emergency) []kit.SummaryRow {
	family := string(e.Family)
	if family == "" {
		family = v.T("emergency.nobody")
	}
	rows := []kit.SummaryRow{
		{Key: v.T("emergency.who"), Value: kit.Text(v.T("file.by", "who", w.Names[e.Worker], "org", w.Names[e.Org]))},
		{Key: v.T("emergency.when"), Value: kit.Text(v.T("looks.between", "day", v.Date(e.Begins.Date()), "from", v.Time(e.Begins), "to", v.Time(e.Ends)))},
		{Key: v.T("emergency.reason"), Value: kit.Text(v.T("emergency.reason." + string(e.Reason)))},
		{Key: v.T("emergency.family"), Value: kit.Text(family)},
	}
	if e.Words != "" {
		rows = append(rows, kit.SummaryRow{Key: v.T("emergency.words"), Value: kit.Text(e.Words)})
	}
	if e.Verdict != "" {
		rows = append(rows, kit.SummaryRow{Key: v.T("emergency.verdict"), Value: kit.Text(v.T("emergency.verdict." + string(e.Verdict))), Note: w.Names[e.JudgedBy]})
	}
	return rows
}

// delaysView is what is kept from somebody of the family, and the form for it.
type delaysView struct {
	fileView
	Delays   []sharing.Delay
	Form     url.Values
	Errors   kit.Errors
	Partners []kit.Option
}

func (s *Site) readDelays(r *Request) (w delaysView, err error) {
	if w.fileView, err = s.readOpenFile(r); err != nil {
		return w, err
	}
	if w.Delays, err = s.Sharing.Delays(r.Context(), w.ID); err != nil {
		return w, err
	}
	if w.Partners, err = s.partners(r, func(members.Organisation) bool { return true }); err != nil {
		return w, err
	}
	var ids []kernel.ID
	for _, d := range w.Delays {
		ids = append(ids, d.Org, d.MadeBy, d.MadeOrg)
	}
	names, err := s.Members.Names(r.Context(), ids...)
	for id, name := range names {
		w.Names[id] = name
	}
	return w, err
}

func (s *Site) delays(r *Request) (Answer, error) {
	w, err := s.readDelays(r)
	if err != nil {
		return Answer{}, err
	}
	return show(delaysPage(r.View, w))
}

func (s *Site) delay(r *Request) (Answer, error) {
	w, err := s.readDelays(r)
	if err != nil {
		return Answer{}, err
	}
	w.Form = r.PostForm
	in := sharing.Delay{Reason: sharing.DelayReason(w.Form.Get("reason"))}
	var faults kernel.Faults
	if in.Org, err = kernel.ParseID(w.Form.Get("org")); err != nil {
		faults.Check("org", kernel.NewInvalid("sharing.recipients"))
	}
	if adult := w.Form.Get("adult"); adult != "" {
		if in.Adult, err = kernel.ParseID(adult); err != nil {
			faults.Check("adult", kernel.NewInvalid("delay.adult"))
		}
	}
	for field, day := range map[string]*kernel.Date{"begins": &in.Begins, "review_on": &in.ReviewOn} {
		if *day, err = kit.DateOf(w.Form, field); err != nil {
			faults.Check(field, err)
		}
	}
	if err = faults.Err(); err == nil {
		_, err = s.Sharing.Delay(r.Context(), w.ID, in)
	}
	if err == nil {
		return goTo(w.path("/delays"), "said.delay.made")
	}
	if !faulty(err) {
		return Answer{}, err
	}
	w.Errors = r.View.Problems(err)
	return again(delaysPage(r.View, w), err)
}

func (s *Site) endDelay(r *Request) (Answer, error) {
	family, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	id, err := r.ID("delay")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Sharing.EndDelay(r.Context(), family, id); err != nil {
		return Answer{}, err
	}
	return goTo("/families/"+string(family)+"/delays", "said.delay.ended")
}

// adults are those from whom looks can be kept.
func (w delaysView) adults(v kit.View) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("delay.everybody")}}
	for _, p := range append(append([]families.Person{}, w.Persons...), w.Gone...) {
		if p.Role != families.Child && p.Role != families.Unborn {
			options = append(options, kit.Option{Value: string(p.ID), Label: personName(v, p)})
		}
	}
	return options
}

// delayLine says from whom, why and until when.
func (w delaysView) delayLine(v kit.View, d sharing.Delay) string {
	whom := v.T("delay.everybody")
	if d.Adult != "" {
		whom = w.called(v, d.Adult)
	}
	return v.T("delay.line", "whom", whom, "why", v.T("delay.reason."+string(d.Reason)), "day", d.ReviewOn)
}
