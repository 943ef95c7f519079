package page

import (
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// ownCopyView is all that is written of somebody, on one page to read or print.
type ownCopyView struct {
	ownAboutView
	All    ownpage.Everything
	Rights ownRightsView
	Plan   planView
	Talk   talkView
	Share  sharingView
	Visits []sessions.Mine
	Lent   ownLoansView
}

func (s *Site) ownCopy(r *Request, v ownpage.Visit) (Answer, error) {
	all, err := s.Own.Everything(r.Context(), v, v.Names)
	if err != nil {
		return Answer{}, err
	}
	own := viewOf(v)
	w := ownCopyView{ownAboutView: ownAboutView{ownView: own, About: all.About}, All: all, Rights: ownRightsView{own, all.Rights},
		Talk:  talkView{ownView: own, Talk: ownpage.Talk{Person: all.About.Me, Messages: all.Messages, Names: all.Names}},
		Share: sharingView{ownView: own, Shared: all.Shared}}
	w.Rows = w.facts(r.View, s)
	places := map[kernel.ID]members.Organisation{}
	for _, x := range all.Plan {
		places[x.Org] = members.Organisation{ID: x.Org, Name: all.Names[x.Org]}
	}
	w.Plan = planView{ownView: own, Plan: ownpage.Plan{Me: all.About.Me, Whole: all.About.Whole, Open: all.Plan, Team: all.About.Team, Places: places, Names: all.Names}}
	if w.Visits, err = s.ownVisits(r, v); err != nil {
		return Answer{}, err
	}
	w.Lent.ownView = own
	if w.Lent.All, err = s.ownLent(r, v); err != nil {
		return Answer{}, err
	}
	return show(ownCopyPage(r.View, w))
}

// lookLine says who did something, for whom.
func (w ownCopyView) lookLine(v kit.View, i int) (who, org, did string) {
	x := w.All.Looks[i]
	who = w.All.Names[x.Person]
	if x.Person == "" {
		who = v.T("own.looks.house")
	}
	return who, w.All.Names[x.Org], ownLookWords(v, x)
}
