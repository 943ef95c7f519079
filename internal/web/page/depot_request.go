package page

import (
	"net/http"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// depotRequestPages are one request, for the depot and for who asked.
func (s *Site) depotRequestPages(page register) {
	page("GET /depot/places/{id}/requests", "depot.work", s.depotRequests)
	page("POST /depot/places/{id}/requests", "depot.work", s.depotShareOut)
	page("GET /depot/places/{id}/pick", "depot.work", s.depotPick)
	page("GET /depot/requests/{request}", "depot.read", s.depotRequest)
	page("POST /depot/requests/{request}/work", "depot.work", s.depotDo)
	page("POST /depot/requests/{request}/own", "depot.follow", s.depotOwnDo)
}

// depotRequestView is one request. To the depot it is a number.
type depotRequestView struct {
	depotRequestsView
	depot.Request
	Instead map[int64][]depot.Stock // what could go out in place of a line
	Theirs  bool                    // of the reader's own organisation
}

func (s *Site) depotRequest(r *Request) (Answer, error) { return s.showDepotRequest(r, nil) }

func (s *Site) showDepotRequest(r *Request, wrong error) (Answer, error) {
	id, err := r.ID("request")
	if err != nil {
		return Answer{}, err
	}
	one, p, err := s.Depot.Read(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	w := depotRequestView{Request: one}
	if w.depotRequestsView, err = s.depotRequestsView(r, []depot.Request{one}); err != nil {
		return Answer{}, err
	}
	w.depotView = s.depotView(r, p, wrong)
	w.Theirs = one.Org == r.Session.Organisation.ID && r.may("depot.follow")
	if w.Mine && one.State == depot.Asked {
		if w.Instead, err = s.Depot.Substitutes(r.Context(), id); err != nil {
			return Answer{}, err
		}
	}
	if wrong != nil {
		return again(depotRequestPage(r.View, w), wrong)
	}
	return show(depotRequestPage(r.View, w))
}

func (w depotRequestView) at(rest string) string {
	return "/depot/requests/" + string(w.Request.ID) + rest
}

// wrong is what is wrong with a line.
func (w depotRequestView) wrong(n int) string { return w.Errors.Of("lines." + strconv.Itoa(n)) }

func (s *Site) depotDo(r *Request) (Answer, error) {
	id, err := r.ID("request")
	if err != nil {
		return Answer{}, err
	}
	form, said := r.PostForm, ""
	sent := kernel.ID(form.Get("id"))
	switch do := form.Get("do"); do {
	case "reserve", "partly":
		said, err = "said.depot.reserved", s.Depot.Reserve(r.Context(), sent, id, do == "partly")
	case "ready":
		said, err = "said.depot.ready", s.Depot.Ready(r.Context(), id)
	case "hand", "last":
		said, err = "said.depot.handed", s.Depot.HandOver(r.Context(), sent, id, do == "last")
	case "back", "missed":
		said, err = "said.depot.back", s.Depot.PutBack(r.Context(), sent, id, do == "missed")
	case "propose":
		said, err = "said.depot.proposed", s.Depot.Propose(r.Context(), id, depotNumber(form.Get("line")), kernel.ID(form.Get("item")))
	case "cancel":
		said, err = "said.depot.cancelled", s.Depot.Cancel(r.Context(), id)
	default:
		err = kernel.NewNotFound("page")
	}
	return s.depotDone(r, id, said, err)
}

func (s *Site) depotOwnDo(r *Request) (Answer, error) {
	id, err := r.ID("request")
	if err != nil {
		return Answer{}, err
	}
	line, said := depotNumber(r.PostForm.Get("line")), ""
	switch r.PostForm.Get("do") {
	case "yes":
		said, err = "said.depot.accepted", s.Depot.Answer(r.Context(), id, line, true)
	case "no":
		said, err = "said.depot.declined", s.Depot.Answer(r.Context(), id, line, false)
	case "again":
		said, err = "said.depot.asked", s.Depot.AskAgain(r.Context(), id)
	case "cancel":
		said, err = "said.depot.cancelled", s.Depot.Cancel(r.Context(), id)
	default:
		err = kernel.NewNotFound("page")
	}
	return s.depotDone(r, id, said, err)
}

func (s *Site) depotDone(r *Request, request kernel.ID, said string, err error) (Answer, error) {
	if faulty(err) {
		return s.showDepotRequest(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/requests/"+string(request), said)
}

func (s *Site) depotRequests(r *Request) (Answer, error) { return s.showDepotRequests(r, nil) }

func (s *Site) showDepotRequests(r *Request, wrong error) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	form := r.URL.Query()
	state := depot.State(form.Get("state"))
	all, next, err := s.Depot.Requests(r.Context(), depot.Query{Place: p.ID, State: state, After: depotNumber(form.Get("after"))})
	if err != nil {
		return Answer{}, err
	}
	w, err := s.depotRequestsView(r, all)
	if err != nil {
		return Answer{}, err
	}
	w.depotView, w.State, w.Next, w.Depot = s.depotView(r, p, wrong), state, next, true
	if wrong != nil {
		return again(depotRequestsPage(r.View, w), wrong)
	}
	return show(depotRequestsPage(r.View, w))
}

func (s *Site) depotShareOut(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	_, err = s.Depot.ShareOut(r.Context(), kernel.ID(r.PostForm.Get("id")), p.ID)
	if faulty(err) {
		return s.showDepotRequests(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/depot/places/"+string(p.ID)+"/requests", "said.depot.shared")
}

// depotPickView is what to take from the shelves, to print.
type depotPickView struct {
	depotRequestsView
	Base string
}

func (s *Site) depotPick(r *Request) (Answer, error) {
	p, err := s.ownDepot(r)
	if err != nil {
		return Answer{}, err
	}
	all, _, err := s.Depot.Requests(r.Context(), depot.Query{Place: p.ID, State: depot.Asked})
	if err != nil {
		return Answer{}, err
	}
	only := kernel.ID(r.URL.Query().Get("request"))
	var held []depot.Request
	for _, x := range all {
		if only != "" && x.ID != only {
			continue
		}
		full, _, err := s.Depot.Read(r.Context(), x.ID)
		if kernel.CodeOf(err) == kernel.NotFound {
			continue
		}
		if err != nil {
			return Answer{}, err
		}
		if full.Held() {
			held = append(held, full)
		}
	}
	if only != "" && len(held) == 0 {
		full, _, err := s.Depot.Read(r.Context(), only)
		if err != nil {
			return Answer{}, err
		}
		held = append(held, full)
	}
	w, err := s.depotRequestsView(r, held)
	if err != nil {
		return Answer{}, err
	}
	w.depotView = s.depotView(r, p, nil)
	return show(depotPickPage(r.View, depotPickView{w, s.base(r)}))
}

// code is what the QR code on a paper says: an address that leads to a request
// or to a thing.
func (w depotPickView) code(x depot.Request) string {
	return w.Base + "/depot/places/" + string(w.Place.ID) + "/c/R-" + strconv.FormatInt(x.Number, 10)
}

func requestKind(state depot.State) kit.Kind {
	switch state {
	case depot.Ready:
		return kit.Certain
	case depot.Asked:
		return kit.Possible
	}
	return kit.Not
}

// redirect leads from a code to its page.
func redirect(to string) (Answer, error) { return Answer{To: to, Status: http.StatusSeeOther}, nil }
