package page

import (
	"net/url"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory/holidays"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// holidayPages let a coordinator tell when there is no school.
func (s *Site) holidayPages(page register) {
	page("GET /directory/holidays", "directory.manage", s.holidays)
	page("POST /directory/holidays", "directory.manage", s.tellHoliday)
	page("POST /directory/holidays/drop", "directory.manage", s.dropHoliday)
}

// holidayView is the table of what was told, and the form for one more.
type holidayView struct {
	All    holidays.Year
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) holidays(r *Request) (Answer, error) {
	all, err := s.Calendar.Of(r.Context(), r.Session.Alliance.ID)
	if err != nil {
		return Answer{}, err
	}
	return show(holidaysPage(r.View, holidayView{All: all}))
}

func (s *Site) tellHoliday(r *Request) (Answer, error) {
	form := r.PostForm
	h := holidays.Holiday{Schools: holidays.Schools(form.Get("schools")), Kind: form.Get("kind"), Source: form.Get("source")}
	var wrong kernel.Faults
	var err error
	h.First, err = kit.DateOf(form, "first")
	wrong.Check("first", err)
	h.Last, err = kit.DateOf(form, "last")
	wrong.Check("last", err)
	if err = wrong.Err(); err == nil {
		err = s.Calendar.Tell(r.Context(), h)
	}
	if faulty(err) {
		all, loading := s.Calendar.Of(r.Context(), r.Session.Alliance.ID)
		if loading != nil {
			return Answer{}, loading
		}
		return again(holidaysPage(r.View, holidayView{All: all, Form: form, Errors: r.View.Problems(err)}), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/directory/holidays", "said.holidays.told")
}

func (s *Site) dropHoliday(r *Request) (Answer, error) {
	id, err := kernel.ParseID(r.PostForm.Get("id"))
	if err != nil {
		return Answer{}, kernel.NewNotFound("page")
	}
	if err := s.Calendar.TakeBack(r.Context(), id); err != nil {
		return Answer{}, err
	}
	return goTo("/directory/holidays", "said.holidays.dropped")
}

func holidayTable(v kit.View, all holidays.Year) kit.Table {
	t := kit.Table{Caption: v.T("holidays.title"), Columns: []kit.Column{{Title: v.T("holidays.schools")}, {Title: v.T("holidays.kind")}, {Title: v.T("holidays.first")}, {Title: v.T("holidays.last")}, {Title: v.T("holidays.source")}, {Title: v.T("holidays.drop")}}}
	for _, h := range all {
		t.Rows = append(t.Rows, []templ.Component{kit.Text(v.T("holidays.schools." + string(h.Schools))), kit.Text(v.T("holidays.kind." + h.Kind)), kit.Text(v.Date(h.First)), kit.Text(v.Date(h.Last)),
			kit.Text(h.Source), holidayDrop(v, h)})
	}
	return t
}

func holidaySchools(v kit.View) (options []kit.Option) {
	for _, c := range holidays.Communities {
		options = append(options, kit.Option{Value: string(c), Label: v.T("holidays.schools." + string(c))})
	}
	return options
}

func holidayKinds(v kit.View) (options []kit.Option) {
	for _, k := range holidays.Kinds {
		options = append(options, kit.Option{Value: k, Label: v.T("holidays.kind." + k)})
	}
	return options
}
