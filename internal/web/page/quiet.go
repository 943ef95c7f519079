package page

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// quietPages are the open files in which nothing happened.
func (s *Site) quietPages(page register) {
	page("GET /families/quiet", "family.list", s.quiet)
	page("POST /families/quiet", "quiet.arrange", s.setQuiet)
	page("POST /families/{id}/looked", "family.change", s.lookAgain)
}

// quietMost is how many quiet files stand on the page.
const quietMost = 100

// quietView is the files in which nothing happened, and who is away.
type quietView struct {
	families.QuietPage
	Names            map[kernel.ID]string
	Away             map[kernel.ID]referrals.Away // by worker, who is away today
	MayRead, MayTerm bool
	Form             url.Values
	Errors           kit.Errors
}

// quietAsk asks for the files that the reader has to think of: a coordinator for
// those of the organisation, anybody else for their own, and for those of the
// colleagues for whom they stand in today.
func (s *Site) quietAsk(r *Request, limit int) (ask families.AskQuiet, away map[kernel.ID]referrals.Away, err error) {
	ask.Limit = limit
	away = map[kernel.ID]referrals.Away{}
	if !r.may("referral.away") {
		return ask, away, nil
	}
	all, err := s.Referrals.Absences(r.Context())
	for _, x := range all {
		if x.From <= r.View.Today && r.View.Today <= x.To {
			away[x.Worker] = x
		}
	}
	actor := r.Session.Actor()
	if ask.Mine = !actor.Is(policy.Coordinator); ask.Mine {
		for id, x := range away {
			if x.StandIn == actor.Person {
				ask.Of = append(ask.Of, id)
			}
		}
		slices.Sort(ask.Of)
	}
	return ask, away, err
}

func (s *Site) quiet(r *Request) (Answer, error) { return s.showQuiet(r, nil) }

func (s *Site) showQuiet(r *Request, wrong error) (Answer, error) {
	w := quietView{Errors: r.View.Problems(wrong), MayRead: r.may("family.change"), MayTerm: r.may("quiet.arrange")}
	ask, away, err := s.quietAsk(r, quietMost)
	if err != nil {
		return Answer{}, err
	}
	if w.Away = away; wrong != nil {
		w.Form = r.PostForm
	}
	if w.QuietPage, err = s.Families.Quiet(r.Context(), ask); err != nil {
		return Answer{}, err
	}
	var ids []kernel.ID
	for _, x := range w.Rows {
		ids = append(ids, x.Workers...)
		for _, worker := range x.Workers {
			ids = append(ids, away[worker].StandIn)
		}
	}
	if w.Names, err = s.Members.Names(r.Context(), ids...); err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		return again(quietPage(r.View, w), wrong)
	}
	return show(quietPage(r.View, w))
}

func (s *Site) setQuiet(r *Request) (Answer, error) {
	weeks, err := strconv.ParseInt(r.PostForm.Get("weeks"), 10, 64)
	if err != nil {
		weeks = 0 // refused as such
	}
	err = s.Families.SetQuiet(r.Context(), weeks)
	if faulty(err) {
		return s.showQuiet(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/families/quiet", "said.quiet.term")
}

func (s *Site) lookAgain(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Families.LookAgain(r.Context(), id); err != nil {
		return Answer{}, err
	}
	return goTo("/families/quiet", "said.quiet.looked")
}

// todayQuiet counts the files in which nothing happened.
func (s *Site) todayQuiet(r *Request, w *todayView) error {
	ask, _, err := s.quietAsk(r, todayMost)
	if err != nil {
		return err
	}
	page, err := s.Families.Quiet(r.Context(), ask)
	w.count(len(page.Rows), "quiet", "/families/quiet")
	return err
}

// keepers says who keeps a file, and who stands in while they are away.
func (w quietView) keepers(v kit.View, x families.Quiet) (lines []string) {
	for _, id := range x.Workers {
		if a, ok := w.Away[id]; ok {
			lines = append(lines, v.T("quiet.away", "name", w.Names[id], "to", a.To, "other", w.Names[a.StandIn]))
		} else {
			lines = append(lines, w.Names[id])
		}
	}
	if len(lines) == 0 {
		lines = append(lines, v.T("quiet.nobody"))
	}
	return lines
}
