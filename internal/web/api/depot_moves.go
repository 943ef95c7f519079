package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// incoming is something that comes in, of one sort.
type incoming struct {
	Item   kernel.ID   `json:"item"`
	Amount int64       `json:"amount" minimum:"1" maximum:"100000" doc:"Pieces, or packs."`
	Packs  bool        `json:"packs,omitempty" doc:"The amount counts packs."`
	Until  kernel.Date `json:"until,omitempty" doc:"The last day on which it may go out, of what has one."`
	Mark   string      `json:"mark,omitempty" maxLength:"40" doc:"The number on a thing that has one."`
	Made   kernel.Date `json:"made,omitempty" doc:"When that thing was made."`
	Sure   bool        `json:"sure,omitempty" doc:"It is as many as that, however unusual."`
}

func incomingOf(all []incoming) (out []depot.Incoming) {
	for _, l := range all {
		out = append(out, depot.Incoming(l))
	}
	return out
}

type receiving struct {
	Place kernel.ID `path:"place"`
	Body  struct {
		ID    kernel.ID    `json:"id" doc:"Made by you: sent twice, it comes in once."`
		From  depot.Source `json:"from"`
		Lines []incoming   `json:"lines" minItems:"1" maxItems:"900" nullable:"false"`
	}
}

func (s *API) receive(ctx context.Context, in *receiving) (*nothing, error) {
	return &nothing{}, s.Depot.Receive(ctx, depot.Receiving{ID: in.Body.ID, Place: in.Place, From: in.Body.From, Lines: incomingOf(in.Body.Lines)})
}

type giftAsked struct {
	Place kernel.ID `path:"place"`
	Gift  kernel.ID `path:"gift"`
}

// pieces are so many of one sort of thing.
type pieces struct {
	Item   kernel.ID `json:"item"`
	Pieces int64     `json:"pieces" minimum:"1" maximum:"100000"`
}

type gift struct {
	Day   kernel.Date `json:"day"`
	Lines []pieces    `json:"lines" nullable:"false"`
}

func (s *API) readGift(ctx context.Context, in *giftAsked) (*one[gift], error) {
	g, err := s.Depot.Gift(ctx, in.Place, in.Gift)
	if err != nil {
		return nil, err
	}
	out := gift{g.Day, []pieces{}}
	for _, l := range g.Lines {
		out.Lines = append(out.Lines, pieces{l.Item.ID, l.Pieces})
	}
	return answer(out)
}

// Asset is a sort of thing, a lot of it with a last day, or one thing.
type Asset struct {
	Item  kernel.ID   `json:"item"`
	Until kernel.Date `json:"until,omitempty" doc:"The last day of the lot."`
	Thing kernel.ID   `json:"thing,omitempty" doc:"Of what has a number of its own."`
}

type losing struct {
	Place kernel.ID `path:"place"`
	Body  struct {
		ID     kernel.ID  `json:"id" doc:"Made by you: sent twice, it is booked once."`
		Asset  Asset      `json:"asset"`
		Pieces int64      `json:"pieces" minimum:"1" maximum:"100000"`
		Why    depot.Loss `json:"why"`
	}
}

func (s *API) lose(ctx context.Context, in *losing) (*nothing, error) {
	b := in.Body
	return &nothing{}, s.Depot.Lose(ctx, depot.Losing{ID: b.ID, Place: in.Place, Asset: depot.Asset(b.Asset), Pieces: b.Pieces, Why: b.Why})
}

type moving struct {
	Place kernel.ID `path:"place"`
	Body  struct {
		ID     kernel.ID `json:"id" doc:"Made by you: sent twice, it is moved once."`
		To     kernel.ID `json:"to" doc:"Another place."`
		Asset  Asset     `json:"asset"`
		Pieces int64     `json:"pieces" minimum:"1" maximum:"100000"`
	}
}

func (s *API) moveStock(ctx context.Context, in *moving) (*nothing, error) {
	b := in.Body
	return &nothing{}, s.Depot.Move(ctx, depot.Moving{ID: b.ID, From: in.Place, To: b.To, Asset: depot.Asset(b.Asset), Pieces: b.Pieces})
}

type swapping struct {
	Place kernel.ID `path:"place"`
	Body  struct {
		ID     kernel.ID   `json:"id" doc:"Made by you: sent twice, it counts once."`
		Day    kernel.Date `json:"day"`
		People int64       `json:"people,omitempty" minimum:"0" maximum:"100000"`
		Given  int64       `json:"given,omitempty" minimum:"0" maximum:"100000"`
		Taken  int64       `json:"taken,omitempty" minimum:"0" maximum:"100000"`
	}
}

func (s *API) countSwap(ctx context.Context, in *swapping) (*nothing, error) {
	b := in.Body
	return &nothing{}, s.Depot.Swapped(ctx, depot.Swap{ID: b.ID, Place: in.Place, Day: b.Day, People: b.People, Given: b.Given, Taken: b.Taken})
}

type sharingOut struct {
	Place kernel.ID `path:"place"`
	Body  onceJSON
}

// onceJSON is a step that is done once under its ID.
type onceJSON struct {
	ID kernel.ID `json:"id" doc:"Made by you: sent twice, it is done once."`
}

type helped struct {
	Requests int `json:"requests" doc:"For how many something was found."`
}

func (s *API) shareOut(ctx context.Context, in *sharingOut) (*one[helped], error) {
	n, err := s.Depot.ShareOut(ctx, in.Body.ID, in.Place)
	if err != nil {
		return nil, err
	}
	return answer(helped{n})
}

type toBuy struct {
	Item     kernel.ID `json:"item"`
	Free     int64     `json:"free"`
	Underway int64     `json:"underway"`
	Waits    int64     `json:"waits" doc:"Asked by requests, and not reserved."`
	Lacked   int64     `json:"lacked" doc:"What a desk could not give."`
	Promised int64     `json:"promised" doc:"To who comes in the next two weeks."`
	Buy      int64     `json:"buy" doc:"Pieces, in whole packs."`
}

type order struct {
	ID        kernel.ID      `json:"id"`
	OrderedAt kernel.Instant `json:"ordered_at"`
	Lines     []pieces       `json:"lines" nullable:"false"`
}

type ordersTold struct {
	Underway []order `json:"underway" nullable:"false"`
	Buy      []toBuy `json:"buy" nullable:"false" doc:"What is missing or lies under its level, with what is under way taken into account."`
}

func (s *API) orders(ctx context.Context, in *placeAsked) (*one[ordersTold], error) {
	buy, underway, err := s.Depot.Proposals(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	out := ordersTold{[]order{}, []toBuy{}}
	for _, o := range underway {
		x := order{o.ID, o.OrderedAt, []pieces{}}
		for _, l := range o.Lines {
			x.Lines = append(x.Lines, pieces(l))
		}
		out.Underway = append(out.Underway, x)
	}
	for _, p := range buy {
		out.Buy = append(out.Buy, toBuy{p.Item.ID, p.Free, p.Underway, p.Waits, p.Lacked, p.Promised, p.Buy})
	}
	return answer(out)
}

type ordering struct {
	Place kernel.ID `path:"place"`
	Body  struct {
		ID    kernel.ID `json:"id" doc:"Made by you: sent twice, it is ordered once."`
		Lines []pieces  `json:"lines" minItems:"1" maxItems:"400" nullable:"false"`
	}
}

func (s *API) makeOrder(ctx context.Context, in *ordering) (*nothing, error) {
	var lines []depot.Ordered
	for _, l := range in.Body.Lines {
		lines = append(lines, depot.Ordered(l))
	}
	return &nothing{}, s.Depot.Order(ctx, in.Body.ID, in.Place, lines)
}

type arriving struct {
	Order kernel.ID `path:"order"`
	Body  struct {
		Lines []incoming `json:"lines" minItems:"1" maxItems:"900" nullable:"false"`
	}
}

func (s *API) orderArrived(ctx context.Context, in *arriving) (*nothing, error) {
	return &nothing{}, s.Depot.Arrive(ctx, in.Order, incomingOf(in.Body.Lines))
}

type orderAsked struct {
	Order kernel.ID `path:"order"`
}

func (s *API) callOrderOff(ctx context.Context, in *orderAsked) (*nothing, error) {
	return &nothing{}, s.Depot.CallOff(ctx, in.Order)
}
