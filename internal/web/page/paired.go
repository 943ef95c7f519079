package page

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// pairedPages let a volunteer's telephone take part for some hours: a worker
// shows a code, the telephone scans it, and both show the same number. To open
// the code uses nothing up, since telephones look at addresses by themselves;
// to press the button does.
func (s *Site) pairedPages(page register) {
	page("GET /devices", "device.pair", s.paired)
	page("POST /devices", "device.pair", s.proven(s.pair))
	page("GET /devices/{id}", "device.pair", s.pairing)
	page("POST /devices/{id}/confirm", "device.pair", s.confirmPaired)
	page("POST /devices/{id}/end", "device.pair", s.endPaired)
	page("GET /pair", "session.begin", s.claimed)
	page("GET /pair/{code}", "session.begin", s.scanned)
	page("POST /pair/{code}", "session.begin", s.claim)
}

// What a telephone keeps until it takes part.
const pairingCookie = "pairing"

// pairHours are those that are offered.
var pairHours = []int{2, 4, 6, 8, 12}

// pairedView is the telephones of an organisation, and the form for one more.
type pairedView struct {
	Open   []members.Paired
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) paired(r *Request) (Answer, error) {
	return s.showPaired(r, url.Values{"hours": {"4"}}, nil)
}

func (s *Site) showPaired(r *Request, form url.Values, wrong error) (Answer, error) {
	open, err := s.Members.PairedNow(r.Context())
	if err != nil {
		return Answer{}, err
	}
	w := pairedView{Open: open, Form: form, Errors: r.View.Problems(wrong)}
	if wrong != nil {
		return again(pairedPage(r.View, w), wrong)
	}
	return show(pairedPage(r.View, w))
}

func (s *Site) pair(r *Request) (Answer, error) {
	hours, _ := strconv.Atoi(r.PostForm.Get("hours")) // what is no number is no choice
	p, err := s.Members.Pair(r.Context(), r.PostForm.Get("place"), hours)
	if faulty(err) {
		return s.showPaired(r, r.PostForm, err)
	}
	return Answer{To: "/devices/" + string(p.ID)}, err
}

func (s *Site) pairing(r *Request) (Answer, error) { return s.showPairing(r, nil) }

func (s *Site) showPairing(r *Request, wrong error) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	p, code, err := s.Members.Paired(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	if asked, stays := s.stays(r, p.State); asked {
		return stays, nil
	}
	page := pairingPage(r.View, p, s.base(r)+"/pair/"+code, r.View.Problems(wrong))
	if wrong != nil {
		return again(page, wrong)
	}
	return show(page)
}

// stays answers a page that asks whether it is still so, every few seconds: it
// changes nothing while it is, and has the page loaded anew when it is not.
func (s *Site) stays(r *Request, now members.PairedState) (asked bool, answer Answer) {
	seen := r.URL.Query().Get("seen")
	if seen == "" || r.Header.Get("HX-Request") != "true" {
		return false, Answer{}
	}
	if seen != string(now) {
		r.writer.Header().Set("HX-Refresh", "true")
	}
	return true, Answer{Status: http.StatusNoContent}
}

func (s *Site) confirmPaired(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err == nil {
		err = s.Members.ConfirmPaired(r.Context(), id, r.PostForm.Get("number"))
	}
	if faulty(err) {
		return s.showPairing(r, err)
	}
	return Answer{To: "/devices", Said: "said.paired.works"}, err
}

func (s *Site) endPaired(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err == nil {
		err = s.Members.EndPaired(r.Context(), id)
	}
	return Answer{To: "/devices", Said: "said.paired.ended"}, err
}

// scanned is what a telephone shows that scanned a code.
func (s *Site) scanned(r *Request) (Answer, error) {
	return show(scannedPage(r.View, r.PathValue("code"), nil))
}

func (s *Site) claim(r *Request) (Answer, error) {
	secret, err := s.Members.Claim(r.Context(), s.browser(r), r.PathValue("code"))
	if faulty(err) {
		return again(scannedPage(r.View, "", r.View.Problems(err)), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return Answer{To: "/pair", Cookie: s.cookie(s.ownName(pairingCookie), secret, ticketLife)}, nil
}

// claimed is what a telephone shows until the worker has looked at its number;
// then it is let in.
func (s *Site) claimed(r *Request) (Answer, error) {
	secret := s.brought(r, pairingCookie)
	p, err := s.Members.Claimed(r.Context(), secret)
	if kernel.CodeOf(err) == kernel.NotFound {
		err = kernel.NewConflict("paired.gone")
		return again(scannedPage(r.View, "", r.View.Problems(err)), err)
	}
	if err != nil {
		return Answer{}, err
	}
	asked, stays := s.stays(r, p.State)
	switch {
	case asked:
		return stays, nil
	case p.State == members.PairedClaimed:
		return show(claimedPage(r.View, p))
	case p.State == members.PairedWorks:
		http.SetCookie(r.writer, s.gone(s.ownName(pairingCookie)))
		if former, err := r.Cookie(s.cookieName()); err == nil && former.Value != secret { // whoever's it was: this browser is the telephone from now on
			if err := s.Members.SignOut(r.Context(), former.Value); err != nil {
				return Answer{}, err
			}
		}
		return Answer{To: "/today", Cookie: s.cookie(s.cookieName(), secret, p.Until.Time().Sub(s.Now()))}, nil
	}
	err = kernel.NewConflict("paired.gone")
	return again(scannedPage(r.View, "", r.View.Problems(err)), err)
}
