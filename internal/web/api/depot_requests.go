package api

import (
	"context"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// depotRequestEndpoints are what partners ask of a depot for a child, and what
// becomes of it; and counts.
func (s *API) depotRequestEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/depot/requests", Action: "depot.follow", ID: "list-own-requests", Tag: "depot",
		Says: "What your organisation asked of depots, the newest first."}, s.ownRequests)
	add(d, endpoint{Method: "GET", Path: "/depot/places/{place}/requests", Action: "depot.work", ID: "list-requests", Tag: "depot",
		Says: "What is asked of a place in which you work, the oldest first: what waits or is ready, or all in one state."}, s.requestsTo)
	add(d, endpoint{Method: "POST", Path: "/depot/requests", Action: "depot.ask", ID: "ask-depot", Tag: "depot", Status: created, Names: true,
		Says: "Ask a place for things for a child.", More: "The depot sees a number, an age and things. For which family it is asked its care team alone knows. What is missing waits."}, s.askDepot)
	add(d, endpoint{Method: "GET", Path: "/depot/requests/{request}", Action: "depot.read", ID: "read-request", Tag: "depot",
		Says: "A request with what lies there for it, for who asked and for who works in the place."}, s.request)
	add(d, endpoint{Method: "GET", Path: "/depot/requests/{request}/substitutes", Action: "depot.work", ID: "list-substitutes", Tag: "depot",
		Says: "What could go out in place of what is missing, by line, the best first."}, s.substitutes)
	add(d, endpoint{Method: "GET", Path: "/families/{family}/depot", Action: "depot.family", ID: "list-family-requests", Tag: "depot",
		Says: "What was asked of depots for the children of a family, the newest first."}, s.familyRequests)
	step := func(path, action, id, says, more string) endpoint {
		return endpoint{Method: "POST", Path: "/depot/requests/{request}/" + path, Action: "depot." + action, ID: id, Tag: "depot", Status: noContent, Says: says, More: more}
	}
	add(d, step("reserve", "work", "reserve-request", "Promise a request what it asks, out of what lies free.",
		"When something is short nothing is reserved and every line that is short says so (409), unless partly: then what is there is reserved."), s.reserveRequest)
	add(d, step("ready", "work", "ready-request", "Say that what is reserved was picked and can be fetched.", "Who asked is told by mail."), s.readyRequest)
	add(d, step("hand-over", "work", "hand-request-over", "Say that what was reserved went out.", "What is still missing keeps waiting, unless last."), s.handRequestOver)
	add(d, step("put-back", "work", "put-request-back", "Bring what was reserved back to what is free.", "With missed nobody came for it, and the request is closed."), s.putRequestBack)
	add(d, step("propose", "work", "propose-instead", "Propose something else in place of a line.", "Who asked decides."), s.proposeInstead)
	add(d, step("answer", "follow", "answer-proposal", "Say whether something else is welcome in place of what was asked.", ""), s.answerProposal)
	add(d, step("cancel", "follow", "cancel-request", "Take a request back.", "Who asked it can, and the place of which it was asked. What was reserved is free again."), s.cancelRequest)
	add(d, step("ask-again", "follow", "ask-again", "Open a request for which nobody came.", ""), s.askAgain)

	add(d, endpoint{Method: "GET", Path: "/depot/places/{place}/count", Action: "depot.work", ID: "read-count", Tag: "depot",
		Says: "The count that goes on in a place; 404 when none does."}, s.countGoingOn)
	add(d, endpoint{Method: "POST", Path: "/depot/places/{place}/count", Action: "depot.work", ID: "begin-count", Tag: "depot", Status: noContent,
		Says: "Begin a count of a place.", More: "Work goes on meanwhile. One count goes on at a time."}, s.beginCount)
	add(d, endpoint{Method: "POST", Path: "/depot/counts/{count}/tell", Action: "depot.work", ID: "tell-count", Tag: "depot", Status: noContent,
		Says: "Say what was counted of some lines."}, s.tellCount)
	add(d, endpoint{Method: "POST", Path: "/depot/counts/{count}/book", Action: "depot.manage", ID: "book-count", Tag: "depot", Status: noContent,
		Says: "Write the differences of a count in the book.", More: "Somebody else does it than who counted: 409."}, s.bookCount)
	add(d, endpoint{Method: "POST", Path: "/depot/counts/{count}/drop", Action: "depot.work", ID: "drop-count", Tag: "depot", Status: noContent,
		Says: "End a count without booking it."}, s.dropCount)
}

// RequestLine is one sort of thing that is asked.
type RequestLine struct {
	No       int64     `json:"no"`
	Item     kernel.ID `json:"item"`
	Asked    int64     `json:"asked" doc:"Pieces."`
	Handed   int64     `json:"handed" doc:"Pieces that went out, where it is told."`
	Instead  kernel.ID `json:"instead,omitempty" doc:"What the depot proposes in its place."`
	Original kernel.ID `json:"original,omitempty" doc:"What was asked first, when something else was taken."`
	Open     bool      `json:"open" doc:"The depot still looks for it."`
}

// RequestHead is a request without its lines.
type RequestHead struct {
	ID           kernel.ID      `json:"id"`
	Number       int64          `json:"number"`
	Place        kernel.ID      `json:"place"`
	Organisation kernel.ID      `json:"organisation" doc:"Who asks."`
	Months       int64          `json:"months" doc:"The child's age; -1: it is on the way."`
	Children     int64          `json:"children" doc:"For how many it is: one, or a class."`
	Urgent       bool           `json:"urgent" doc:"It is needed at once."`
	State        depot.State    `json:"state"`
	MadeAt       kernel.Instant `json:"made_at"`
	ReadyAt      kernel.Instant `json:"ready_at,omitempty"`
	Until        kernel.Date    `json:"until,omitempty" doc:"The last day on which what is ready can be fetched."`
	ClosedAt     kernel.Instant `json:"closed_at,omitempty"`
}

type depotRequest struct {
	RequestHead
	Lines []RequestLine `json:"lines" nullable:"false"`
}

func depotRequestJSON(r depot.Request) depotRequest {
	out := depotRequest{RequestHead{r.ID, r.Number, r.Place, r.Org, r.Months, r.Children, r.Urgent, r.State, r.MadeAt, r.ReadyAt, r.Until, r.ClosedAt}, []RequestLine{}}
	for _, l := range r.Lines {
		out.Lines = append(out.Lines, RequestLine{l.No, l.Item, l.Asked, l.Handed, l.Instead, l.Original, l.Open})
	}
	return out
}

type ownRequestsAsked struct {
	Limit int   `query:"limit" minimum:"1" maximum:"50" doc:"At most so many."`
	After int64 `query:"after" minimum:"0" doc:"The next of the page before."`
}

func (s *API) ownRequests(ctx context.Context, in *ownRequestsAsked) (*listed[depotRequest], error) {
	return s.requestsPage(ctx, depot.Query{After: in.After, Limit: in.Limit})
}

func (s *API) requestsPage(ctx context.Context, q depot.Query) (*listed[depotRequest], error) {
	all, last, err := s.Depot.Requests(ctx, q)
	if err != nil {
		return nil, err
	}
	next := ""
	if last > 0 {
		next = strconv.FormatInt(last, 10)
	}
	return listOf(askedOf(ctx).URL, all, next, depotRequestJSON), nil
}

type requestsAsked struct {
	Place kernel.ID   `path:"place"`
	State depot.State `query:"state" doc:"Left out: what waits or is ready."`
	Limit int         `query:"limit" minimum:"1" maximum:"50" doc:"At most so many."`
	After int64       `query:"after" minimum:"0" doc:"The next of the page before."`
}

func (s *API) requestsTo(ctx context.Context, in *requestsAsked) (*listed[depotRequest], error) {
	return s.requestsPage(ctx, depot.Query{Place: in.Place, State: in.State, After: in.After, Limit: in.Limit})
}

type askingDepot struct {
	Body struct {
		ID       kernel.ID `json:"id" doc:"Made by you: sent twice, it is asked once."`
		Place    kernel.ID `json:"place"`
		Family   kernel.ID `json:"family,omitempty" doc:"Whose care team asks; left out: it has no file here. The depot does not see it."`
		Child    kernel.ID `json:"child,omitempty" doc:"In that file."`
		Months   int64     `json:"months" minimum:"-1" maximum:"216" doc:"The child's age; -1: it is on the way."`
		Children int64     `json:"children,omitempty" minimum:"1" maximum:"60" doc:"For how many it is: a class, without a name; left out: one."`
		Urgent   bool      `json:"urgent,omitempty" doc:"It is needed at once."`
		Lines    []pieces  `json:"lines" minItems:"1" maxItems:"40" nullable:"false"`
	}
}

func (s *API) askDepot(ctx context.Context, in *askingDepot) (*made[depotRequest], error) {
	b := in.Body
	ask := depot.Asking{ID: b.ID, Place: b.Place, Family: b.Family, Child: b.Child, Months: b.Months, Children: b.Children, Urgent: b.Urgent}
	for _, l := range b.Lines {
		ask.Lines = append(ask.Lines, depot.Wish(l))
	}
	r, err := s.Depot.Ask(ctx, ask)
	if err != nil {
		return nil, err
	}
	return &made[depotRequest]{Root + "/depot/requests/" + string(r.ID), depotRequestJSON(r)}, nil
}

type requestAsked struct {
	Request kernel.ID `path:"request"`
}

type lineThere struct {
	RequestLine
	Held   int64 `json:"held" doc:"Pieces that are reserved for this request."`
	Free   int64 `json:"free" doc:"Pieces that lie free in the place."`
	Others int64 `json:"others" doc:"Pieces that lie there, reserved for others."`
	Lots   []lot `json:"lots" nullable:"false" doc:"Of what is reserved: which ones, where that matters."`
}

type requestThere struct {
	RequestHead
	Lines []lineThere `json:"lines" nullable:"false"`
}

func (s *API) request(ctx context.Context, in *requestAsked) (*one[requestThere], error) {
	r, _, err := s.Depot.Read(ctx, in.Request)
	if err != nil {
		return nil, err
	}
	told := depotRequestJSON(r)
	out := requestThere{told.RequestHead, []lineThere{}}
	for n, l := range r.Lines {
		out.Lines = append(out.Lines, lineThere{told.Lines[n], l.Held, l.Free, l.Others, lotsJSON(l.Lots)})
	}
	return answer(out)
}

type substitute struct {
	Line  int64   `json:"line"`
	Stock []stock `json:"stock" nullable:"false"`
}

func (s *API) substitutes(ctx context.Context, in *requestAsked) (*listed[substitute], error) {
	by, err := s.Depot.Substitutes(ctx, in.Request)
	if err != nil {
		return nil, err
	}
	var all []substitute
	for line, found := range by {
		x := substitute{line, []stock{}}
		for _, of := range found {
			x.Stock = append(x.Stock, stockJSON(of))
		}
		all = append(all, x)
	}
	slices.SortFunc(all, func(x, y substitute) int { return int(x.Line - y.Line) })
	return listOf(askedOf(ctx).URL, all, "", func(x substitute) substitute { return x }), nil
}

func (s *API) familyRequests(ctx context.Context, in *familyAsked) (*listed[depotRequest], error) {
	all, err := s.Depot.OfFamily(ctx, in.Family)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", depotRequestJSON), nil
}

type reserving struct {
	Request kernel.ID `path:"request"`
	Body    struct {
		ID     kernel.ID `json:"id" doc:"Made by you: sent twice, it is reserved once."`
		Partly bool      `json:"partly,omitempty"`
	}
}

func (s *API) reserveRequest(ctx context.Context, in *reserving) (*nothing, error) {
	return &nothing{}, s.Depot.Reserve(ctx, in.Body.ID, in.Request, in.Body.Partly)
}

func (s *API) readyRequest(ctx context.Context, in *requestAsked) (*nothing, error) {
	return &nothing{}, s.Depot.Ready(ctx, in.Request)
}

type handingRequest struct {
	Request kernel.ID `path:"request"`
	Body    struct {
		ID   kernel.ID `json:"id" doc:"Made by you: sent twice, it goes out once."`
		Last bool      `json:"last,omitempty" doc:"What is missing is not waited for."`
	}
}

func (s *API) handRequestOver(ctx context.Context, in *handingRequest) (*nothing, error) {
	return &nothing{}, s.Depot.HandOver(ctx, in.Body.ID, in.Request, in.Body.Last)
}

type puttingBack struct {
	Request kernel.ID `path:"request"`
	Body    struct {
		ID     kernel.ID `json:"id" doc:"Made by you: sent twice, it is done once."`
		Missed bool      `json:"missed,omitempty" doc:"Nobody came for it."`
	}
}

func (s *API) putRequestBack(ctx context.Context, in *puttingBack) (*nothing, error) {
	return &nothing{}, s.Depot.PutBack(ctx, in.Body.ID, in.Request, in.Body.Missed)
}

type proposing struct {
	Request kernel.ID `path:"request"`
	Body    struct {
		Line int64     `json:"line" minimum:"1" maximum:"40"`
		Item kernel.ID `json:"item"`
	}
}

func (s *API) proposeInstead(ctx context.Context, in *proposing) (*nothing, error) {
	return &nothing{}, s.Depot.Propose(ctx, in.Request, in.Body.Line, in.Body.Item)
}

type answeringProposal struct {
	Request kernel.ID `path:"request"`
	Body    struct {
		Line    int64 `json:"line" minimum:"1" maximum:"40"`
		Welcome bool  `json:"welcome"`
	}
}

func (s *API) answerProposal(ctx context.Context, in *answeringProposal) (*nothing, error) {
	return &nothing{}, s.Depot.Answer(ctx, in.Request, in.Body.Line, in.Body.Welcome)
}

func (s *API) cancelRequest(ctx context.Context, in *requestAsked) (*nothing, error) {
	return &nothing{}, s.Depot.Cancel(ctx, in.Request)
}

func (s *API) askAgain(ctx context.Context, in *requestAsked) (*nothing, error) {
	return &nothing{}, s.Depot.AskAgain(ctx, in.Request)
}

type countLine struct {
	Asset   Asset  `json:"asset"`
	Began   int64  `json:"began" doc:"In the book when the count began."`
	Moved   int64  `json:"moved" doc:"Came or went since, until it was counted."`
	Counted *int64 `json:"counted,omitempty" doc:"Pieces; left out: nobody has counted it."`
}

type stockCount struct {
	ID       kernel.ID      `json:"id"`
	OpenedAt kernel.Instant `json:"opened_at"`
	Lines    []countLine    `json:"lines" nullable:"false"`
}

func (s *API) countGoingOn(ctx context.Context, in *placeAsked) (*one[stockCount], error) {
	c, goes, err := s.Depot.CountOf(ctx, in.Place)
	if err == nil && !goes {
		err = kernel.NewNotFound("depot.count")
	}
	if err != nil {
		return nil, err
	}
	out := stockCount{c.ID, c.OpenedAt, []countLine{}}
	for _, l := range c.Lines {
		x := countLine{Asset: Asset(l.Asset), Began: l.Began, Moved: l.Moved}
		if l.Pieces != depot.Uncounted {
			x.Counted = &l.Pieces
		}
		out.Lines = append(out.Lines, x)
	}
	return answer(out)
}

func (s *API) beginCount(ctx context.Context, in *sharingOut) (*nothing, error) {
	return &nothing{}, s.Depot.BeginCount(ctx, in.Body.ID, in.Place)
}

// toldLine is what somebody counted of an asset.
type toldLine struct {
	Asset  Asset `json:"asset"`
	Pieces int64 `json:"pieces" minimum:"0" maximum:"100000"`
}

type tellingCount struct {
	Count kernel.ID `path:"count"`
	Body  struct {
		Lines []toldLine `json:"lines" minItems:"1" maxItems:"900" nullable:"false"`
	}
}

func (s *API) tellCount(ctx context.Context, in *tellingCount) (*nothing, error) {
	var all []depot.Told
	for _, l := range in.Body.Lines {
		all = append(all, depot.Told{Asset: depot.Asset(l.Asset), Pieces: l.Pieces})
	}
	return &nothing{}, s.Depot.Tell(ctx, in.Count, all)
}

type countAsked struct {
	Count kernel.ID `path:"count"`
}

func (s *API) bookCount(ctx context.Context, in *countAsked) (*nothing, error) {
	return &nothing{}, s.Depot.Book(ctx, in.Count)
}

func (s *API) dropCount(ctx context.Context, in *countAsked) (*nothing, error) {
	return &nothing{}, s.Depot.Drop(ctx, in.Count)
}
