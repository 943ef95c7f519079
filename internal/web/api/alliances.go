package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// allianceEndpoints are who works together, and who one is oneself.
func (s *API) allianceEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/alliances", Action: "public.read", ID: "list-alliances", Tag: "alliances",
		Says: "Every alliance of this installation.", More: "There are few: the list comes whole."}, s.alliances)
	add(d, endpoint{Method: "GET", Path: "/session", Action: "session.own", ID: "read-session", Tag: "organisations",
		Says: "Who you are, and for which organisation you act."}, s.session)
}

type municipality struct {
	NIS  kernel.NIS  `json:"nis" doc:"Its number with Statbel."`
	Name kernel.Text `json:"name"`
}

type alliance struct {
	ID             kernel.ID      `json:"id"`
	Slug           string         `json:"slug" doc:"Its name in an address."`
	Name           kernel.Text    `json:"name"`
	Municipalities []municipality `json:"municipalities" nullable:"false"`
}

func allianceJSON(al members.Alliance) alliance {
	out := alliance{ID: al.ID, Slug: al.Slug, Name: al.Name, Municipalities: []municipality{}}
	for _, nis := range al.Municipalities {
		if m, ok := kernel.MunicipalityByNIS(nis); ok {
			out.Municipalities = append(out.Municipalities, municipality{nis, m.Name})
		}
	}
	return out
}

func (s *API) alliances(ctx context.Context, _ *struct{}) (*listed[alliance], error) {
	all, err := s.Members.Alliances(ctx)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", allianceJSON), nil
}

type session struct {
	Alliance     alliance      `json:"alliance"`
	Worker       kernel.ID     `json:"worker"`
	Name         string        `json:"name"`
	Lang         kernel.Lang   `json:"lang"`
	Organisation organisation  `json:"organisation" doc:"For which you act."`
	Roles        []policy.Role `json:"roles" nullable:"false"`
}

func (s *API) session(ctx context.Context, _ *struct{}) (*one[session], error) {
	at := askedOf(ctx).Session
	return answer(session{
		Alliance: allianceJSON(at.Alliance), Worker: at.Worker.ID, Name: at.Worker.Name, Lang: at.Worker.Lang,
		Organisation: organisationJSON(at.Organisation), Roles: at.Roles,
	})
}
