package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// organisationEndpoints are the partners of one's alliance.
func (s *API) organisationEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/organisations", Action: "network.read", ID: "list-organisations", Tag: "organisations",
		Says: "The partners of your alliance, by name."}, s.organisations)
	add(d, endpoint{Method: "GET", Path: "/organisations/{organisation}", Action: "network.read", ID: "read-organisation", Tag: "organisations",
		Says: "One partner, with who works there."}, s.organisation)
}

type organisation struct {
	ID           kernel.ID    `json:"id"`
	Version      int64        `json:"version"`
	Name         string       `json:"name"`
	Kind         members.Kind `json:"kind"`
	PartOf       kernel.ID    `json:"part_of,omitempty" doc:"The organisation of which it is a team."`
	Municipality kernel.NIS   `json:"municipality,omitempty"`
	KBO          string       `json:"kbo,omitempty" doc:"Its enterprise number."`
	SignInCode   string       `json:"sign_in_code,omitempty" doc:"By which sign-in providers know it, where that is not its enterprise number."`
	Phone        string       `json:"phone,omitempty"`
	Mail         string       `json:"mail,omitempty"`
	Website      string       `json:"website,omitempty"`
	Does         string       `json:"does,omitempty" doc:"What it does, in its own words."`
	Receives     bool         `json:"receives" doc:"Whether referrals can be sent to it."`
	Active       bool         `json:"active"`
	People       []colleague  `json:"people,omitempty" nullable:"false" doc:"Who works there, where one organisation was asked for."`
}

type colleague struct {
	ID    kernel.ID     `json:"id"`
	Name  string        `json:"name"`
	Roles []policy.Role `json:"roles" nullable:"false"`
}

func organisationJSON(o members.Organisation) organisation {
	return organisation{ID: o.ID, Version: o.Version, Name: o.Name, Kind: o.Kind, PartOf: o.PartOf, Municipality: o.Municipality,
		KBO: string(o.KBO), SignInCode: o.SignInCode, Phone: string(o.Phone), Mail: string(o.Mail), Website: o.Website, Does: o.Does, Receives: o.Receives, Active: o.Active}
}

type organisationsAsked struct {
	Paging
	Typed    string       `query:"q" maxLength:"200" doc:"Words of the name."`
	Kind     members.Kind `query:"kind"`
	PartOf   kernel.ID    `query:"part_of" doc:"Only teams of this organisation."`
	Receives bool         `query:"receives" doc:"Only those to which referrals can be sent."`
}

func (s *API) organisations(ctx context.Context, in *organisationsAsked) (*listed[organisation], error) {
	p, err := s.Members.Organisations(ctx, members.Query{
		Typed: in.Typed, Kind: in.Kind, PartOf: in.PartOf, Receives: in.Receives, After: in.After, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, p.Rows, p.Next, organisationJSON), nil
}

type organisationAsked struct {
	Organisation kernel.ID `path:"organisation"`
}

func (s *API) organisation(ctx context.Context, in *organisationAsked) (*one[organisation], error) {
	o, people, err := s.Members.Organisation(ctx, in.Organisation)
	if err != nil {
		return nil, err
	}
	out := organisationJSON(o)
	for _, p := range people {
		out.People = append(out.People, colleague{p.Worker.ID, p.Worker.Name, p.Roles})
	}
	return answer(out)
}
