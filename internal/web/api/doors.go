package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// doorEndpoints are the forms by which somebody without an account asks for
// help. What comes in by one is a referral like any other.
func (s *API) doorEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/doors", Action: "door.manage", ID: "list-doors", Tag: "referrals",
		Says: "The forms by which somebody without an account asks your organisation, or a team of it, for help."}, s.doors)
	add(d, endpoint{Method: "POST", Path: "/doors", Action: "door.manage", ID: "open-door", Tag: "referrals", Status: created, Names: true,
		Says: "Switch a form on, or give it a new address: the old one leads nowhere from then on."}, s.openDoor)
	add(d, endpoint{Method: "DELETE", Path: "/doors/{door}", Action: "door.manage", ID: "shut-door", Tag: "referrals", Status: noContent,
		Says: "Switch a form off."}, s.shutDoor)
}

// door is a form that is switched on.
type door struct {
	ID           kernel.ID          `json:"id"`
	Organisation kernel.ID          `json:"organisation"`
	For          referrals.Audience `json:"for" enum:"partners,families"`
	Lang         kernel.Lang        `json:"lang" doc:"Of the sheet that is printed."`
	Path         string             `json:"path" doc:"The address of the form, below that of this house."`
	MadeAt       kernel.Instant     `json:"made_at"`
	Came         int64              `json:"came" doc:"How many asked by it."`
}

func doorJSON(d referrals.Door) door {
	return door{d.ID, d.Org, d.For, d.Lang, "/ask/" + d.Token, d.MadeAt, d.Came}
}

type doorList struct {
	Items []door `json:"items" nullable:"false"`
}

func (s *API) doors(ctx context.Context, _ *struct{}) (*one[doorList], error) {
	entries, err := s.Referrals.Doors(ctx)
	if err != nil {
		return nil, err
	}
	out := doorList{Items: []door{}}
	for _, x := range entries {
		for _, d := range x.Doors {
			out.Items = append(out.Items, doorJSON(d))
		}
	}
	return answer(out)
}

type doorOpened struct {
	Body struct {
		Organisation kernel.ID          `json:"organisation" doc:"Your organisation, or a team of it."`
		For          referrals.Audience `json:"for" enum:"partners,families"`
		Lang         kernel.Lang        `json:"lang" doc:"Of the sheet that is printed: nl, fr, de or en; for families also ar, uk or tr."`
	}
}

func (s *API) openDoor(ctx context.Context, in *doorOpened) (*one[door], error) {
	d, err := s.Referrals.OpenDoor(ctx, in.Body.Organisation, in.Body.For, in.Body.Lang)
	if err != nil {
		return nil, err
	}
	return answer(doorJSON(d))
}

type doorAsked struct {
	Door kernel.ID `path:"door"`
}

func (s *API) shutDoor(ctx context.Context, in *doorAsked) (*nothing, error) {
	return &nothing{}, s.Referrals.ShutDoor(ctx, in.Door)
}
