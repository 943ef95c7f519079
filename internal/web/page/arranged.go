package page

import (
	"net/url"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// awayView is who is away, who stands in, and the form to say so.
type awayView struct {
	All        []referrals.Away
	Names      map[kernel.ID]string
	Colleagues []members.Post // who can stand in
	Me         kernel.ID
	Coordinate bool
	Form       url.Values
	Errors     kit.Errors
}

func (s *Site) away(r *Request) (Answer, error) { return s.showAway(r, nil) }

func (s *Site) showAway(r *Request, wrong error) (Answer, error) {
	actor := r.Session.Actor()
	w := awayView{Me: actor.Person, Coordinate: actor.Is(policy.Coordinator), Form: r.PostForm, Errors: r.View.Problems(wrong), Names: map[kernel.ID]string{}}
	_, people, err := s.Members.Organisation(r.Context(), r.Session.Organisation.ID)
	if err != nil {
		return Answer{}, err
	}
	for _, p := range people {
		w.Names[p.Worker.ID] = p.Worker.Name
		if policy.May(policy.Actor{Roles: p.Roles}, "referral.answer") {
			w.Colleagues = append(w.Colleagues, p)
		}
	}
	if w.All, err = s.Referrals.Absences(r.Context()); err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		return again(awayPage(r.View, w), wrong)
	}
	return show(awayPage(r.View, w))
}

func (s *Site) setAway(r *Request) (Answer, error) {
	var faults kernel.Faults
	day := func(field string) kernel.Date {
		d, err := kit.DateOf(r.PostForm, field)
		if err == nil && d == "" {
			err = kernel.NewInvalid("date")
		}
		faults.Check(field, err)
		return d
	}
	in := referrals.Away{From: day("from"), To: day("to")}
	in.Worker, _ = kernel.ParseID(r.PostForm.Get("worker"))    // none is oneself
	in.StandIn, _ = kernel.ParseID(r.PostForm.Get("stand_in")) // none is refused as nobody
	err := faults.Err()
	if err == nil {
		err = s.Referrals.SetAway(r.Context(), in)
	}
	if faulty(err) {
		return s.showAway(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/referrals/away", "said.away.set")
}

func (s *Site) endAway(r *Request) (Answer, error) {
	worker, _ := kernel.ParseID(r.PostForm.Get("worker")) // none is oneself
	if err := s.Referrals.EndAway(r.Context(), worker); err != nil {
		return Answer{}, err
	}
	return goTo("/referrals/away", "said.away.back")
}

// mayEnd tells whether the reader may say that somebody is back.
func (w awayView) mayEnd(x referrals.Away) bool { return w.Coordinate || x.Worker == w.Me }

func (w awayView) who() []kit.Option {
	options := []kit.Option{{Value: "", Label: w.Names[w.Me]}}
	for _, p := range w.Colleagues {
		if p.Worker.ID != w.Me {
			options = append(options, kit.Option{Value: string(p.Worker.ID), Label: p.Worker.Name})
		}
	}
	return options
}

func (w awayView) standIns(v kit.View) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("referrals.choose_colleague")}}
	for _, p := range w.Colleagues {
		if w.Coordinate || p.Worker.ID != w.Me {
			options = append(options, kit.Option{Value: string(p.Worker.ID), Label: p.Worker.Name})
		}
	}
	return options
}

// termsView is how soon each for whom the organisation arranges it answers.
type termsView struct {
	All    []referrals.Arranged
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) terms(r *Request) (Answer, error) { return s.showTerms(r, nil) }

func (s *Site) showTerms(r *Request, wrong error) (Answer, error) {
	all, err := s.Referrals.Arranged(r.Context())
	if err != nil {
		return Answer{}, err
	}
	page := termsPage(r.View, termsView{all, r.PostForm, r.View.Problems(wrong)})
	if wrong != nil {
		return again(page, wrong)
	}
	return show(page)
}

// setTerms arranges the terms of whom the form names; of one that names nobody,
// those of the own organisation.
func (s *Site) setTerms(r *Request) (Answer, error) {
	days := func(field string) int64 {
		n, err := strconv.ParseInt(r.PostForm.Get(field), 10, 64)
		if err != nil {
			return 0 // refused as such
		}
		return n
	}
	holder, back, redo := r.Session.Organisation.ID, "/referrals/figures", func(err error) (Answer, error) { return s.showFigures(r, r.PostForm, err) }
	if r.PostForm.Has("holder") {
		var err error
		if holder, err = kernel.ParseID(r.PostForm.Get("holder")); err != nil {
			return Answer{}, kernel.NewNotFound("organisation")
		}
		back, redo = "/referrals/terms", func(err error) (Answer, error) { return s.showTerms(r, err) }
	}
	err := s.Referrals.SetTerms(r.Context(), holder, referrals.Terms{Answer: days("answer"), Contact: days("contact")})
	if faulty(err) {
		return redo(err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo(back, "said.referral.terms")
}

// kept is what the form of one of them holds: what was typed, when it is the
// one that was sent.
func (w termsView) kept(x referrals.Arranged) (url.Values, kit.Errors) {
	if w.Form.Get("holder") == string(x.Holder) {
		return w.Form, w.Errors
	}
	return nil, nil
}

// days is a field of one of them, with what holds now.
func (w termsView) days(v kit.View, x referrals.Arranged, name string, n int64) kit.Field {
	form, errs := w.kept(x)
	return kit.Field{Name: name, Label: v.T("figures.terms." + name), InputMode: "numeric", Width: 4, Value: strconv.FormatInt(n, 10), Apart: string(x.Holder)}.Kept(form, errs)
}
