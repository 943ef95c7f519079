package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// seriesEndpoints are how a hand-out that recurs is planned and changed, and how
// who walked in is tied to its file.
func (s *API) seriesEndpoints(d *desk) {
	add(d, endpoint{Method: "POST", Path: "/handout-series", Action: "handout.manage", ID: "plan-series", Tag: "handouts", Status: created,
		Says: "Plan a series of your organisation; its days of the next six weeks are made."}, s.planSeries)
	add(d, endpoint{Method: "PUT", Path: "/handout-series/{series}", Action: "handout.manage", ID: "change-series", Tag: "handouts",
		Says: "Change how a series is.", More: "Days to which nobody comes are made anew; those to which somebody comes stay, unless they are left out from now on: then they are called off, and families are told. An edit that began from an older version is 409."}, s.changeSeries)
	add(d, endpoint{Method: "GET", Path: "/handout-promises", Action: "handout.manage", ID: "list-promises", Tag: "handouts",
		Says: "What your organisation may hand out from grants of programmes."}, s.promises)
	add(d, endpoint{Method: "GET", Path: "/walk-ins", Action: "handout.look", ID: "list-walk-ins", Tag: "handouts",
		Says: "The days of the last month to which somebody came without an appointment whose file is not known, the newest first."}, s.walkIns)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/walk-ins", Action: "handout.book", ID: "tie-walk-in", Tag: "handouts",
		Says: "Say that who walked in under a number was this family, which tells it.", More: "A number that no walk-in has, and one of another file, are 422."}, s.tieWalkIn)
	add(d, endpoint{Method: "DELETE", Path: "/families/{family}/walk-ins/{booking}", Action: "handout.book", ID: "untie-walk-in", Tag: "handouts", Status: noContent,
		Says: "Say that it was not this family after all."}, s.untieWalkIn)
}

// Recurring is on which days and at which hours, on the clocks of Belgium.
type Recurring struct {
	Weeks    int64         `json:"weeks,omitempty" minimum:"0" maximum:"52" doc:"Every how many weeks; left out: by the month."`
	Days     []string      `json:"days" minItems:"1" maxItems:"7" nullable:"false" enum:"MO,TU,WE,TH,FR,SA,SU"`
	Nth      int64         `json:"nth,omitempty" minimum:"-1" maximum:"4" doc:"By the month: the first (1) to the fourth (4), the last (-1)."`
	From     string        `json:"from" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" doc:"13:30"`
	To       string        `json:"to" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$"`
	First    kernel.Date   `json:"first" doc:"The first day; weeks are counted from its week."`
	Last     kernel.Date   `json:"last,omitempty" doc:"Left out: no end is known."`
	Holidays bool          `json:"holidays,omitempty" doc:"Also on public holidays."`
	Not      []kernel.Date `json:"not,omitempty" maxItems:"400" nullable:"false" doc:"Days on which it is not."`
}

// SeriesPlan is how a series is, without its ID.
type SeriesPlan struct {
	Name    string       `json:"name" minLength:"1" maxLength:"120"`
	Place   string       `json:"place" minLength:"1" maxLength:"120" doc:"Where, on one line."`
	Recurs  Recurring    `json:"recurs"`
	Way     sessions.Way `json:"way" doc:"Of a series that is there it stays what it was."`
	Slot    int64        `json:"slot,omitempty" minimum:"0" maximum:"480" doc:"Minutes of one time, by appointment."`
	Places  int64        `json:"places,omitempty" minimum:"0" maximum:"200" doc:"Families in one time."`
	Release int64        `json:"release,omitempty" minimum:"0" maximum:"1440" doc:"Minutes after its time for which a family who did not come is waited for."`
	Own     bool         `json:"own,omitempty" doc:"Families may make their own appointment."`
	Depot   kernel.ID    `json:"depot,omitempty" doc:"The place from which it gives; left out: what it gives is in no book."`
	Items   []deskItem   `json:"items,omitempty" maxItems:"30" nullable:"false"`
}

func (p SeriesPlan) series() sessions.Series {
	x := sessions.Series{Name: p.Name, Place: p.Place, Recurs: sessions.Recurrence(p.Recurs), Way: p.Way, Slot: p.Slot, Places: p.Places, Release: p.Release, Own: p.Own, Depot: p.Depot}
	for _, i := range p.Items {
		x.Items = append(x.Items, sessions.Item{Key: i.Key, Name: i.Name, Usual: i.Usual, Asset: i.Item, Paid: sessions.Promise{Programme: i.Programme, Offer: i.Offer}})
	}
	return x
}

type seriesPlanned struct {
	Body SeriesPlan
}

func (s *API) planSeries(ctx context.Context, in *seriesPlanned) (*made[SeriesTold], error) {
	x, err := s.Sessions.Plan(ctx, in.Body.series())
	if err != nil {
		return nil, err
	}
	return &made[SeriesTold]{Root + "/handout-series/" + string(x.ID), seriesJSON(x)}, nil
}

type seriesChanged struct {
	Series kernel.ID `path:"series"`
	Body   struct {
		Version int64 `json:"version" minimum:"1" doc:"From which the edit began."`
		SeriesPlan
	}
}

func (s *API) changeSeries(ctx context.Context, in *seriesChanged) (*one[SeriesTold], error) {
	x := in.Body.series()
	x.ID, x.Version = in.Series, in.Body.Version
	x, err := s.Sessions.Change(ctx, x)
	if err != nil {
		return nil, err
	}
	return answer(seriesJSON(x))
}

// promise is what a programme grants in pieces, and an organisation hands out.
type promise struct {
	Programme kernel.ID   `json:"programme"`
	Offer     string      `json:"offer"`
	Named     kernel.Text `json:"programme_names"`
	Names     kernel.Text `json:"names"`
}

func (s *API) promises(ctx context.Context, _ *nothingAsked) (*listed[promise], error) {
	all, err := s.Sessions.Promises(ctx)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", func(x sessions.Named) promise {
		return promise{x.Promise.Programme, x.Promise.Offer, x.Programme, x.Offer}
	}), nil
}

func (s *API) walkIns(ctx context.Context, _ *nothingAsked) (*listed[Handout], error) {
	all, err := s.Sessions.WalkedIn(ctx)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", handoutJSON), nil
}

type tyingWalkIn struct {
	Family kernel.ID `path:"family"`
	Body   struct {
		Session kernel.ID `json:"session"`
		Number  int64     `json:"number" minimum:"1" maximum:"100000" doc:"That the family was given at the desk."`
	}
}

func (s *API) tieWalkIn(ctx context.Context, in *tyingWalkIn) (*one[Appointment], error) {
	b, err := s.Sessions.Tie(ctx, in.Family, in.Body.Session, in.Body.Number)
	if err != nil {
		return nil, err
	}
	return answer(appointmentJSON(b))
}

type untyingWalkIn struct {
	Family  kernel.ID `path:"family"`
	Booking kernel.ID `path:"booking"`
}

func (s *API) untieWalkIn(ctx context.Context, in *untyingWalkIn) (*nothing, error) {
	return &nothing{}, s.Sessions.Untie(ctx, in.Family, in.Booking)
}
