package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// reachEndpoints are the rights that families are entitled to and do not have.
func (s *API) reachEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/reach", Action: "reach.list", ID: "list-reach", Tag: "claims",
		Says: "The rights that are certain for your own families and that nobody asked for.", More: "By what they give in a year, or by the day on which they stop."}, s.reachList)
	add(d, endpoint{Method: "GET", Path: "/reach/coming", Action: "reach.list", ID: "list-coming", Tag: "claims",
		Says: "The rights that open or stop for your own families within ninety days, the nearest first."}, s.reachComing)
	add(d, endpoint{Method: "GET", Path: "/families/{family}/coming", Action: "rights.read", ID: "read-coming", Tag: "claims",
		Says: "The rights that open or stop for one family within ninety days.", More: "It leaves a record."}, s.familyComing)
	add(d, endpoint{Method: "GET", Path: "/reach/figures", Action: "reach.figures", ID: "read-reach-figures", Tag: "claims", Names: true,
		Says: "How many families have what they are entitled to.", More: "Of the whole alliance small figures are kept back."}, s.take)
	add(d, endpoint{Method: "GET", Path: "/reach/figures/rows", Action: "reach.figures", ID: "list-reach-figure", Tag: "claims", Names: true,
		Says: "The rights behind a figure of your own organisation."}, s.takeRows)
	add(d, endpoint{Method: "GET", Path: "/reach/{line}", Action: "rights.change", ID: "read-reach", Tag: "claims",
		Says: "One right of the list.", More: "It leaves a record."}, s.reachLine)
	add(d, endpoint{Method: "POST", Path: "/reach/{line}/later", Action: "rights.change", ID: "put-off", Tag: "claims", Status: noContent,
		Says: "Not now, and why.", More: "What was asked for meanwhile is 409."}, s.putOff)
	add(d, endpoint{Method: "POST", Path: "/reach/{line}/again", Action: "rights.change", ID: "take-up", Tag: "claims", Status: noContent,
		Says: "Now after all."}, s.takeUp)
	add(d, endpoint{Method: "POST", Path: "/reach/{line}/claim", Action: "rights.change", ID: "claim-reach", Tag: "claims", Status: created,
		Says: "Open a claim of it."}, s.claimLine)
}

type reachLine struct {
	ID       kernel.ID   `json:"id"`
	Family   kernel.ID   `json:"family"`
	Right    string      `json:"right"`
	Person   kernel.ID   `json:"person,omitempty" doc:"For whom; left out: for the family."`
	Stage    reach.Stage `json:"stage"`
	Reason   string      `json:"reason,omitempty" doc:"Of later, refused or let_go, as a code."`
	Until    kernel.Date `json:"until,omitempty" doc:"Of later: when it comes back."`
	Comes    bool        `json:"comes" doc:"By itself: nobody need ask."`
	Year     euros       `json:"year,omitempty" doc:"What it gives in a year, at least, in euros; left out when it gives no sum."`
	Open     bool        `json:"open" doc:"It gives a sum, and may give more than year: too little is known yet."`
	FoundOn  kernel.Date `json:"found_on"`
	ClosesOn kernel.Date `json:"closes_on,omitempty"`
}

func reachJSON(r reach.Row) reachLine {
	out := reachLine{ID: r.ID, Family: r.Family, Right: r.Right, Person: r.Person, Stage: r.Stage, Reason: r.Why, Until: r.Until,
		Comes: r.Comes, Open: r.Open, FoundOn: r.FoundOn, ClosesOn: r.ClosesOn}
	if r.Year != 0 {
		out.Year = euros(r.Year.String())
	}
	return out
}

type reachAsked struct {
	Paging
	Order  string    `query:"order" maxLength:"20" doc:"value (left out), or deadline."`
	Worker kernel.ID `query:"worker" doc:"Only files of which this colleague is a carer."`
	Right  string    `query:"right" maxLength:"200"`
	Later  bool      `query:"later" doc:"What was put off, instead of what waits."`
	Comes  bool      `query:"comes" doc:"Also what comes by itself."`
}

func (s *API) reachList(ctx context.Context, in *reachAsked) (*listed[reachLine], error) {
	p, err := s.Reach.List(ctx, reach.Query{Order: reach.Order(in.Order), Worker: in.Worker, Right: in.Right, Put: in.Later, Comes: in.Comes, After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, p.Rows, p.Next, reachJSON), nil
}

type comingRight struct {
	Family kernel.ID   `json:"family"`
	Right  string      `json:"right"`
	Person kernel.ID   `json:"person,omitempty" doc:"For whom; left out: for the family."`
	On     kernel.Date `json:"on"`
	Opens  bool        `json:"opens" doc:"False: it stops."`
	Birth  bool        `json:"birth" doc:"If the child that is expected is born by then."`
}

func comingJSON(c reach.Coming) comingRight {
	return comingRight{c.Family, c.Right, c.Person, c.On, c.Opens, c.Birth}
}

func (s *API) reachComing(ctx context.Context, _ *struct{}) (*listed[comingRight], error) {
	all, err := s.Reach.Coming(ctx, kernel.InstantOf(s.Now()).Date().AddDays(reach.Ahead), 100)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", comingJSON), nil
}

type familyComing struct {
	Family kernel.ID `path:"family"`
}

func (s *API) familyComing(ctx context.Context, in *familyComing) (*listed[comingRight], error) {
	all, err := s.Reach.ComingOf(ctx, in.Family)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", comingJSON), nil
}

type lineAsked struct {
	Line kernel.ID `path:"line"`
}

func (s *API) reachLine(ctx context.Context, in *lineAsked) (*one[reachLine], error) {
	row, err := s.Reach.Line(ctx, in.Line)
	if err != nil {
		return nil, err
	}
	return answer(reachJSON(row))
}

type linePutOff struct {
	Line kernel.ID `path:"line"`
	Body struct {
		Reason string      `json:"reason" maxLength:"40" doc:"other_first, papers, elsewhere, not_wanted or not_so."`
		Until  kernel.Date `json:"until,omitempty" doc:"Left out: in thirty days."`
	}
}

func (s *API) putOff(ctx context.Context, in *linePutOff) (*nothing, error) {
	return &nothing{}, s.Reach.Put(ctx, in.Line, reach.Reason(in.Body.Reason), in.Body.Until)
}

func (s *API) takeUp(ctx context.Context, in *lineAsked) (*nothing, error) {
	return &nothing{}, s.Reach.TakeUp(ctx, in.Line)
}

func (s *API) claimLine(ctx context.Context, in *lineAsked) (*made[claim], error) {
	c, err := s.Reach.Claim(ctx, in.Line)
	if err != nil {
		return nil, err
	}
	return &made[claim]{Root + "/claims/" + string(c.ID), claimJSON(c)}, nil
}
