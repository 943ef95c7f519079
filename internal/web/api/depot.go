package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// depotEndpoints are the places of the depots, what lies there, and what comes
// and goes.
func (s *API) depotEndpoints(d *desk) {
	at := func(method, path, action, id, says, more string) endpoint {
		return endpoint{Method: method, Path: "/depot/places/{place}" + path, Action: "depot." + action, ID: id, Tag: "depot", Says: says, More: more}
	}
	add(d, endpoint{Method: "GET", Path: "/depot/items", Action: "depot.read", ID: "list-items", Tag: "depot",
		Says: "The sorts of things that a depot can have.", More: "The list comes whole."}, s.depotItems)
	add(d, endpoint{Method: "PUT", Path: "/depot/items/{item}", Action: "depot.manage", ID: "save-item", Tag: "depot",
		Says: "Add a sort of thing under an ID that you make, or change one.", More: "The version is 0 for a new one. The same sort twice, and an edit that began from an older version, are 409."}, s.saveItem)
	add(d, endpoint{Method: "POST", Path: "/depot/things/{thing}/recall", Action: "depot.manage", ID: "recall-thing", Tag: "depot", Status: noContent,
		Says: "Say that a thing is asked back by its maker or is not safe, or that it is safe after all.", More: "What is recalled does not go out."}, s.recallThing)
	add(d, endpoint{Method: "GET", Path: "/depot/places", Action: "depot.read", ID: "list-places", Tag: "depot",
		Says: "The places of the alliance, those that are closed too."}, s.depotPlaces)
	add(d, endpoint{Method: "POST", Path: "/depot/places", Action: "depot.manage", ID: "open-place", Tag: "depot", Status: created,
		Says: "Open a place of your organisation."}, s.openPlace)
	add(d, at("PUT", "", "manage", "change-place", "Change a place: its name, its rules, whether it is closed.", "A place in which something lies is not closed: 409."), s.changePlace)
	add(d, at("GET", "", "read", "read-place", "How a place fares: what lies there, what waits, and a year of months.", ""), s.depotBoard)
	add(d, at("GET", "/stock", "read", "list-stock", "All that lies in a place.", "The list comes whole."), s.depotStock)
	add(d, at("GET", "/shortages", "read", "list-shortages", "Of what there is too little in a place, the most first.", ""), s.shortages)
	scan := at("POST", "/scan", "work", "scan-code", "What a code belongs to: an EAN, a GS1 code, the number of a thing, one of our labels.", "")
	scan.Safe = true
	add(d, scan, s.scanCode)
	none := func(e endpoint) endpoint { e.Status = noContent; return e }
	add(d, none(at("POST", "/deliveries", "work", "receive", "Book what comes in, all of it or nothing.", "What is wrong is told of every line at once.")), s.receive)
	gift := at("GET", "/gifts/{gift}", "work", "read-gift", "What came in as a gift, for a note of thanks.", "")
	add(d, gift, s.readGift)
	add(d, none(at("POST", "/losses", "work", "lose", "Book what is lost, with the reason.", "")), s.lose)
	add(d, none(at("POST", "/moves", "work", "move-stock", "Bring what lies free to another place of the alliance.", "")), s.moveStock)
	add(d, none(at("POST", "/swaps", "work", "count-swap", "Count what people gave and took in a container on a day: of nobody.", "")), s.countSwap)
	add(d, at("POST", "/share-out", "work", "share-out", "Reserve for all requests that wait what lies free, in the order that the rules of the place say.", ""), s.shareOut)
	add(d, at("GET", "/orders", "work", "list-orders", "What is under way, and what lies under its level and should be bought.", ""), s.orders)
	add(d, none(at("POST", "/orders", "manage", "make-order", "Say what was ordered.", "")), s.makeOrder)
	add(d, endpoint{Method: "POST", Path: "/depot/orders/{order}/arrive", Action: "depot.work", ID: "order-arrived", Tag: "depot", Status: noContent,
		Says: "Book what came of an order, which may be other than what was ordered.", More: "The order is done with it."}, s.orderArrived)
	add(d, endpoint{Method: "POST", Path: "/depot/orders/{order}/call-off", Action: "depot.manage", ID: "call-order-off", Tag: "depot", Status: noContent,
		Says: "Say that an order will not come."}, s.callOrderOff)
}

// Kept is a sort of thing without its ID.
type Kept struct {
	Category depot.Category `json:"category"`
	Name     string         `json:"name,omitempty" maxLength:"80" doc:"More precisely, in the depot's own words."`
	Size     string         `json:"size,omitempty" maxLength:"12"`
	Season   depot.Season   `json:"season"`
	Grade    depot.Grade    `json:"grade"`
	Pack     int64          `json:"pack" minimum:"1" maximum:"10000" doc:"Pieces in a pack; 1: there are no packs."`
	Dated    bool           `json:"dated,omitempty" doc:"Each has a last day, and does not go out after it."`
	Numbered bool           `json:"numbered,omitempty" doc:"Each has a number of its own."`
	Years    int64          `json:"years,omitempty" minimum:"0" maximum:"50" doc:"How old one with a number may be; left out: no bound."`
	Level    int64          `json:"level,omitempty" minimum:"0" maximum:"100000" doc:"Pieces under which to buy; left out: never."`
	EAN      string         `json:"ean,omitempty" maxLength:"20" doc:"On the package."`
	Off      bool           `json:"off,omitempty" doc:"Not in use any more."`
}

type item struct {
	ID      kernel.ID `json:"id"`
	Version int64     `json:"version"`
	Kept
}

func itemJSON(i depot.Item) item {
	return item{i.ID, i.Version, Kept{i.Category, i.Name, i.Size, i.Season, i.Grade, i.Pack, i.Dated, i.Numbered, i.Years, i.Level, i.EAN, i.Off}}
}

func (s *API) depotItems(ctx context.Context, _ *nothingAsked) (*listed[item], error) {
	all, err := s.Depot.Items(ctx)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", itemJSON), nil
}

type itemSaved struct {
	Item kernel.ID `path:"item"`
	Body struct {
		Version int64 `json:"version" minimum:"0" doc:"From which the edit began; 0: it is new."`
		Kept
	}
}

func (s *API) saveItem(ctx context.Context, in *itemSaved) (*one[item], error) {
	b := in.Body
	i, err := s.Depot.SaveItem(ctx, depot.Item{ID: in.Item, Version: b.Version, Category: b.Category, Name: b.Name, Size: b.Size, Season: b.Season, Grade: b.Grade,
		Pack: b.Pack, Dated: b.Dated, Numbered: b.Numbered, Years: b.Years, Level: b.Level, EAN: b.EAN, Off: b.Off})
	if err != nil {
		return nil, err
	}
	return answer(itemJSON(i))
}

type recalling struct {
	Thing kernel.ID `path:"thing"`
	Body  struct {
		Recalled bool `json:"recalled"`
	}
}

func (s *API) recallThing(ctx context.Context, in *recalling) (*nothing, error) {
	return &nothing{}, s.Depot.Recall(ctx, in.Thing, in.Body.Recalled)
}

// Rules say how a place shares out what it has.
type Rules struct {
	KeepDays int64       `json:"keep_days" minimum:"1" maximum:"60" doc:"How many days what is ready waits to be fetched."`
	Most     int64       `json:"most" minimum:"1" maximum:"1000" doc:"Pieces of one thing in one request, for each of its children."`
	First    depot.First `json:"first" doc:"Who comes first when there is too little."`

	PerChild  int64 `json:"per_child,omitempty" minimum:"0" maximum:"1000" doc:"Pieces of one category for one child with a file; left out: no bound."`
	PerMonths int64 `json:"per_months,omitempty" minimum:"1" maximum:"60" doc:"In so many months; left out: twelve."`
}

// Place is where things are kept, by one organisation.
type Place struct {
	ID           kernel.ID  `json:"id"`
	Version      int64      `json:"version"`
	Organisation kernel.ID  `json:"organisation" doc:"Who keeps it."`
	Name         string     `json:"name"`
	Kind         depot.Kind `json:"kind"`
	Rules        Rules      `json:"rules"`
	Closed       bool       `json:"closed"`
}

func placeJSON(p depot.Place) Place {
	return Place{p.ID, p.Version, p.Org, p.Name, p.Kind, Rules(p.Rules), p.Closed}
}

func (s *API) depotPlaces(ctx context.Context, _ *nothingAsked) (*listed[Place], error) {
	all, err := s.Depot.Places(ctx)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", placeJSON), nil
}

type placeOpened struct {
	Body struct {
		ID    kernel.ID  `json:"id" doc:"Made by you: sent twice, it is opened once."`
		Name  string     `json:"name" minLength:"1" maxLength:"80"`
		Kind  depot.Kind `json:"kind"`
		Rules *Rules     `json:"rules,omitempty" doc:"Left out: what is usual."`
	}
}

func (s *API) openPlace(ctx context.Context, in *placeOpened) (*made[Place], error) {
	p := depot.Place{ID: in.Body.ID, Name: in.Body.Name, Kind: in.Body.Kind}
	if in.Body.Rules != nil {
		p.Rules = depot.Rules(*in.Body.Rules)
	}
	p, err := s.Depot.OpenPlace(ctx, p)
	if err != nil {
		return nil, err
	}
	return &made[Place]{Root + "/depot/places/" + string(p.ID), placeJSON(p)}, nil
}

type placeChanged struct {
	Place kernel.ID `path:"place"`
	Body  struct {
		Version int64      `json:"version" minimum:"1" doc:"From which the edit began."`
		Name    string     `json:"name" minLength:"1" maxLength:"80"`
		Kind    depot.Kind `json:"kind"`
		Rules   Rules      `json:"rules"`
		Closed  bool       `json:"closed,omitempty"`
	}
}

func (s *API) changePlace(ctx context.Context, in *placeChanged) (*one[versioned], error) {
	b := in.Body
	if err := s.Depot.ChangePlace(ctx, depot.Place{ID: in.Place, Version: b.Version, Name: b.Name, Kind: b.Kind, Rules: depot.Rules(b.Rules), Closed: b.Closed}); err != nil {
		return nil, err
	}
	return answer(versioned{b.Version + 1})
}

// versioned is what is told of an edit that went well.
type versioned struct {
	Version int64 `json:"version" doc:"For the next edit."`
}

type placeAsked struct {
	Place kernel.ID `path:"place"`
}

type depotMonth struct {
	Month  string `json:"month" doc:"2026-03"`
	In     int64  `json:"in" doc:"Pieces that came in."`
	Out    int64  `json:"out" doc:"Pieces that went out."`
	Lost   int64  `json:"lost"`
	Given  int64  `json:"given" doc:"Of a container: what people brought."`
	Taken  int64  `json:"taken" doc:"Of a container: what people took."`
	People int64  `json:"people" doc:"Of a container: how many came."`
}

type placeBoard struct {
	Place
	Free    int64          `json:"free" doc:"Pieces that can be promised."`
	Held    int64          `json:"held" doc:"Pieces that are promised."`
	Blocked int64          `json:"blocked" doc:"Pieces that lie there and do not go out."`
	Waiting int64          `json:"waiting" doc:"Requests that wait."`
	Ready   int64          `json:"ready" doc:"Requests that wait to be fetched."`
	Oldest  kernel.Instant `json:"oldest,omitempty" doc:"Since when the first of them waits."`
	Comes   int64          `json:"comes" doc:"Pieces that were ordered and have not come."`
	Waits   []int64        `json:"waits" nullable:"false" doc:"Requests that wait under a week, two weeks, four weeks, longer."`
	Months  []depotMonth   `json:"months" nullable:"false" doc:"The last twelve, the oldest first."`
}

func (s *API) depotBoard(ctx context.Context, in *placeAsked) (*one[placeBoard], error) {
	b, err := s.Depot.Board(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	out := placeBoard{placeJSON(b.Place), b.Free, b.Held, b.Blocked, b.Waiting, b.Ready, b.Oldest, b.Comes, b.Waits[:], []depotMonth{}}
	for _, m := range b.Months {
		out.Months = append(out.Months, depotMonth(m))
	}
	return answer(out)
}

// lot is how much of one lot, or which thing, lies somewhere.
type lot struct {
	Until    kernel.Date `json:"until,omitempty" doc:"Its last day."`
	Thing    kernel.ID   `json:"thing,omitempty" doc:"Of what has a number of its own."`
	Mark     string      `json:"mark,omitempty" doc:"That number."`
	Made     kernel.Date `json:"made,omitempty" doc:"When that thing was made."`
	Recalled bool        `json:"recalled,omitempty"`
	Pieces   int64       `json:"pieces"`
	Blocked  bool        `json:"blocked" doc:"It does not go out: its last day is past, it is recalled, or it is too old."`
}

func lotsJSON(all []depot.Lot) []lot {
	out := make([]lot, 0, len(all))
	for _, l := range all {
		out = append(out, lot{l.Until, l.Asset.Thing, l.Thing.Mark, l.Thing.Made, l.Thing.Recalled, l.Free, l.Blocked})
	}
	return out
}

type stock struct {
	Item    kernel.ID `json:"item"`
	Free    int64     `json:"free" doc:"Pieces that can be promised."`
	Held    int64     `json:"held" doc:"Pieces that are promised."`
	Blocked int64     `json:"blocked" doc:"Pieces that lie there and do not go out."`
	Lots    []lot     `json:"lots" nullable:"false" doc:"What lies free, in the order in which it goes out."`
}

func stockJSON(x depot.Stock) stock {
	return stock{x.Item.ID, x.Free, x.Held, x.Blocked, lotsJSON(x.Lots)}
}

func (s *API) depotStock(ctx context.Context, in *placeAsked) (*listed[stock], error) {
	shelf, err := s.Depot.At(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, shelf.Stock, "", stockJSON), nil
}

type shortage struct {
	Item    kernel.ID `json:"item"`
	Missing int64     `json:"missing" doc:"Pieces that are asked, and neither reserved nor free."`
	Asked   int64     `json:"asked" doc:"Pieces that wait, of all requests."`
	Waiting int64     `json:"waiting" doc:"How many requests wait for it."`
	Lacked  int64     `json:"lacked" doc:"Pieces that a desk could not give, and nobody ordered."`
}

func (s *API) shortages(ctx context.Context, in *placeAsked) (*listed[shortage], error) {
	all, _, err := s.Depot.Shorts(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", func(x depot.Short) shortage { return shortage{x.Item.ID, x.Missing, x.Asked, x.Waiting, x.Lacked} }), nil
}

type scanning struct {
	Place kernel.ID `path:"place"`
	Body  struct {
		Code string `json:"code" minLength:"1" maxLength:"400"`
	}
}

type scanned struct {
	Item    kernel.ID   `json:"item,omitempty"`
	Thing   kernel.ID   `json:"thing,omitempty"`
	Request kernel.ID   `json:"request,omitempty"`
	Until   kernel.Date `json:"until,omitempty" doc:"The last day that stands in the code."`
	Warn    string      `json:"warn,omitempty" enum:"recalled,old,expired" doc:"Why it does not go out."`
}

func (s *API) scanCode(ctx context.Context, in *scanning) (*one[scanned], error) {
	f, err := s.Depot.Scan(ctx, in.Place, in.Body.Code)
	if err != nil {
		return nil, err
	}
	return answer(scanned{f.Item.ID, f.Thing.ID, f.Request, f.Until, f.Warn})
}
