package page

import (
	"net/url"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// planTable is the plan of a family for those who work with it.
type planTable struct {
	fileView
	Plan   ownpage.Plan
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) readPlan(r *Request) (w planTable, err error) {
	if w.fileView, err = s.readOpenFile(r); err != nil {
		return w, err
	}
	w.Plan, err = s.Own.PlanOf(r.Context(), w.ID, "", r.View.Lang())
	return w, err
}

func (s *Site) planPage(r *Request) (Answer, error) {
	w, err := s.readPlan(r)
	if err != nil {
		return Answer{}, err
	}
	return show(filePlanPage(r.View, w))
}

func (s *Site) addStep(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	f := r.PostForm
	due, err := kit.DateOf(f, "due")
	if err == nil {
		err = s.Own.AddStep(r.Context(), id, ownpage.NewStep{Text: f.Get("text"), Theirs: f.Get("who") == "family", Due: due})
	}
	if faulty(err) {
		w, bad := s.readPlan(r)
		if bad != nil {
			return Answer{}, bad
		}
		w.Form, w.Errors = f, r.View.Problems(err)
		return again(filePlanPage(r.View, w), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/families/"+string(id)+"/plan", "said.step_added")
}

func (s *Site) changeStep(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	step, err := kernel.ParseID(r.PostForm.Get("step"))
	if err != nil {
		return Answer{}, kernel.NewNotFound("step")
	}
	if err := s.Own.StepDone(r.Context(), id, step, ownpage.StepEnd(r.PostForm.Get("how"))); err != nil {
		return Answer{}, err
	}
	return goTo("/families/"+string(id)+"/plan", "said.step_changed")
}

// paperView is the plan on paper, in the language of who takes it along.
type paperView struct {
	fileView
	planView
	Own  kit.View
	Cut  bool   // there are more steps than two pages hold
	Page string // the address of the family's page
}

// onPaper is how many steps and people two pages hold in large type.
const (
	stepsOnPaper = 9
	teamOnPaper  = 6
)

func (s *Site) planPaper(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	var w paperView
	if w.fileView, err = s.readFile(r, families.ForCare); err != nil {
		return Answer{}, err
	}
	lang := w.reads(r)
	names, err := kernel.ParseLang(r.URL.Query().Get("names"))
	if err != nil {
		names = r.View.Lang() // letters come in the language in which one works here
	}
	person := kernel.ID(r.URL.Query().Get("person"))
	w.planView.ownView = ownView{Names: names}
	if w.planView.Plan, err = s.Own.PlanOf(r.Context(), id, person, names); err != nil {
		return Answer{}, err
	}
	w.Own, w.Page = r.View, s.base(r)+"/mine?lang="+string(lang)
	w.Own.Reader = s.Texts.In(lang)
	if len(w.Open) > stepsOnPaper {
		w.Cut, w.Open = true, w.Open[:stepsOnPaper]
	}
	if len(w.planView.Plan.Team) > teamOnPaper {
		w.planView.Plan.Team = w.planView.Plan.Team[:teamOnPaper]
	}
	return show(filePlanPaper(r.View, w))
}
