package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// kitEndpoints are sets: what each is made of, and what lies of it in a place.
func (s *API) kitEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/depot/kits", Action: "depot.read", ID: "list-kits", Tag: "depot",
		Says: "The sorts that are sets, and what each is made of.", More: "The list comes whole."}, s.depotKits)
	add(d, endpoint{Method: "PUT", Path: "/depot/kits/{item}", Action: "depot.manage", ID: "set-kit", Tag: "depot",
		Says: "Say what a sort is made of; without parts it is no set any more.", More: "The version is that of the sort. Of a set that lies somewhere put together, and of an edit that began from an older version, it is 409."}, s.setKit)
	add(d, endpoint{Method: "GET", Path: "/depot/places/{place}/kits", Action: "depot.work", ID: "list-sets", Tag: "depot",
		Says: "The sets as a place has them: how many lie there, and how many more can be put together."}, s.depotSets)
	add(d, endpoint{Method: "POST", Path: "/depot/places/{place}/kits/{item}/put-together", Action: "depot.work", ID: "put-together", Tag: "depot", Status: noContent,
		Says: "Make so many sets of what lies free.", More: "When parts are short nothing is made: 409, and each that is short says so."}, s.putTogether)
	add(d, endpoint{Method: "POST", Path: "/depot/places/{place}/kits/{item}/take-apart", Action: "depot.work", ID: "take-apart", Tag: "depot", Status: noContent,
		Says: "Make of so many sets what they were made of."}, s.takeApart)
}

// madeOf is a sort that is a set.
type madeOf struct {
	Item    kernel.ID `json:"item"`
	Version int64     `json:"version" doc:"Of the sort, for an edit."`
	Parts   []pieces  `json:"parts" nullable:"false"`
}

func kitJSON(k depot.Kit) madeOf {
	out := madeOf{k.Item.ID, k.Item.Version, []pieces{}}
	for _, p := range k.Parts {
		out.Parts = append(out.Parts, pieces(p))
	}
	return out
}

func (s *API) depotKits(ctx context.Context, _ *nothingAsked) (*listed[madeOf], error) {
	all, err := s.Depot.Kits(ctx)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", kitJSON), nil
}

type kitSet struct {
	Item kernel.ID `path:"item"`
	Body struct {
		Version int64    `json:"version" minimum:"1" doc:"Of the sort, from which the edit began."`
		Parts   []pieces `json:"parts" maxItems:"30" nullable:"false"`
	}
}

func (s *API) setKit(ctx context.Context, in *kitSet) (*one[versioned], error) {
	var parts []depot.Part
	for _, p := range in.Body.Parts {
		parts = append(parts, depot.Part(p))
	}
	if err := s.Depot.SetKit(ctx, in.Item, in.Body.Version, parts); err != nil {
		return nil, err
	}
	return answer(versioned{in.Body.Version + 1})
}

// kitHere is a set as a place has it.
type kitHere struct {
	Item kernel.ID `json:"item"`
	Free int64     `json:"free" doc:"Sets that lie there and are promised to nobody."`
	Held int64     `json:"held" doc:"That are promised."`
	Most int64     `json:"most" doc:"How many more can be put together of what lies free."`
}

func (s *API) depotSets(ctx context.Context, in *placeAsked) (*listed[kitHere], error) {
	all, err := s.Depot.Sets(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", func(x depot.Set) kitHere {
		return kitHere{x.Kit.Item.ID, x.There.Free, x.There.Held, x.Most}
	}), nil
}

type kitMade struct {
	Place kernel.ID `path:"place"`
	Item  kernel.ID `path:"item"`
	Body  struct {
		ID   kernel.ID `json:"id" doc:"Made by you: sent twice, it is done once."`
		Sets int64     `json:"sets" minimum:"1" maximum:"1000"`
	}
}

func (s *API) putTogether(ctx context.Context, in *kitMade) (*nothing, error) {
	return &nothing{}, called(s.Depot.PutTogether(ctx, in.Body.ID, in.Place, in.Item, in.Body.Sets), "pieces", "sets")
}

func (s *API) takeApart(ctx context.Context, in *kitMade) (*nothing, error) {
	return &nothing{}, called(s.Depot.TakeApart(ctx, in.Body.ID, in.Place, in.Item, in.Body.Sets), "pieces", "sets")
}
