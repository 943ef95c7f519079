package page

import (
	"net/url"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// onwardView is which services come next for a referral that goes no further,
// and the form that sends it on with all that was written.
type onwardView struct {
	referrals.Onward
	ID     kernel.ID
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) onward(r *Request) (Answer, error) { return s.showOnward(r, nil) }

func (s *Site) showOnward(r *Request, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	on, err := s.Referrals.NextBest(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	page := onwardPage(r.View, onwardView{on, id, r.PostForm, r.View.Problems(wrong)})
	if wrong != nil {
		return again(page, wrong)
	}
	return show(page)
}

func (s *Site) sendOnward(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	org, programme, _ := strings.Cut(r.PostForm.Get("to"), "/")
	in := referrals.Again{Told: referrals.Told{How: referrals.Way(r.PostForm.Get("told.how")), On: r.View.Today, Agrees: r.PostForm.Get("told.agrees") == "yes"}}
	in.To, _ = kernel.ParseID(org)              // one that is none names nobody
	in.Programme, _ = kernel.ParseID(programme) // likewise
	send := s.Referrals.PassOn
	if referrals.Move(r.PostForm.Get("move")) == referrals.ReRefer {
		send = s.Referrals.ReRefer
	}
	receipt, err := send(r.Context(), id, in)
	if kernel.CodeOf(err) == kernel.Invalid {
		return s.showOnward(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/referrals/"+string(receipt.ID), "said.referral.sent")
}

// nextBestOptions are the services, each with why it is offered.
func nextBestOptions(v kit.View, w onwardView) (options []kit.Option) {
	for _, x := range w.Offers {
		o := kit.Option{Value: string(x.Org) + "/" + string(x.Programme), Label: x.Organisation}
		if x.Programme != "" {
			o.Label = x.Name.In(v.Lang()) + " – " + x.Organisation
		}
		var why []string
		for _, b := range x.Because {
			why = append(why, v.T("onward.because."+string(b)))
		}
		o.Hint = strings.Join(why, " ")
		options = append(options, o)
	}
	return options
}
