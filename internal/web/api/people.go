package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// peopleEndpoints are who belongs to a family.
func (s *API) peopleEndpoints(d *desk) {
	add(d, endpoint{Method: "POST", Path: "/families/{family}/persons", Action: "family.change", ID: "add-person", Tag: "families", Status: created,
		Says: "Take somebody into a family."}, s.addPerson)
	add(d, endpoint{Method: "PUT", Path: "/families/{family}/persons/{person}", Action: "family.change", ID: "change-person", Tag: "families",
		Says: "Change somebody's role, names and number.", More: "An edit that began from an older version is 409 with the fields that differ."}, s.changePerson)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/persons/{person}/born", Action: "family.change", ID: "tell-birth", Tag: "families",
		Says: "Tell that an expected child was born."}, s.born)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/persons/{person}/left", Action: "family.change", ID: "tell-leaving", Tag: "families", Status: noContent,
		Says: "Tell that somebody no longer belongs to a family."}, s.left)
}

type person struct {
	ID      kernel.ID      `json:"id"`
	Version int64          `json:"version"`
	Role    families.Role  `json:"role"`
	First   string         `json:"first,omitempty"`
	Last    string         `json:"last,omitempty"`
	INSZ    kernel.INSZ    `json:"insz,omitempty" doc:"The national number."`
	Birth   kernel.Date    `json:"birth,omitempty"`
	Due     kernel.Date    `json:"due,omitempty"`
	Added   kernel.Instant `json:"added_at"`
	LeftOn  kernel.Date    `json:"left_on,omitempty"`
}

func personsJSON(all []families.Person) []person {
	out := make([]person, 0, len(all))
	for _, p := range all {
		out = append(out, person{p.ID, p.Version, p.Role, p.First, p.Last, p.INSZ, p.Birth, p.Due, p.Added, p.LeftOn})
	}
	return out
}

// personRef is a person without who it is.
type personRef struct {
	ID      kernel.ID     `json:"id"`
	Version int64         `json:"version"`
	Role    families.Role `json:"role"`
}

func personRefJSON(p families.Person) personRef { return personRef{p.ID, p.Version, p.Role} }

type personAdded struct {
	Family kernel.ID `path:"family"`
	Body   newPerson
}

func (s *API) addPerson(ctx context.Context, in *personAdded) (*made[personRef], error) {
	p, err := s.Families.AddPerson(ctx, in.Family, families.NewPerson(in.Body))
	if err != nil {
		return nil, err
	}
	return &made[personRef]{Root + "/families/" + string(in.Family), personRefJSON(p)}, nil
}

type personChanged struct {
	Family kernel.ID `path:"family"`
	Person kernel.ID `path:"person"`
	Body   struct {
		Version int64         `json:"version" minimum:"1" doc:"From which the edit began."`
		Role    families.Role `json:"role"`
		First   string        `json:"first,omitempty"`
		Last    string        `json:"last,omitempty"`
		INSZ    string        `json:"insz,omitempty"`
	}
}

func (s *API) changePerson(ctx context.Context, in *personChanged) (*one[personRef], error) {
	b := in.Body
	p, err := s.Families.ChangePerson(ctx, in.Family, families.PersonEdit{
		ID: in.Person, Version: b.Version, Role: b.Role, First: b.First, Last: b.Last, INSZ: b.INSZ,
	})
	if err != nil {
		return nil, err
	}
	return answer(personRefJSON(p))
}

type birthTold struct {
	Family kernel.ID `path:"family"`
	Person kernel.ID `path:"person"`
	Body   struct {
		Birth kernel.Date `json:"birth"`
		First string      `json:"first,omitempty" doc:"May come later."`
		Last  string      `json:"last,omitempty"`
	}
}

func (s *API) born(ctx context.Context, in *birthTold) (*one[personRef], error) {
	p, err := s.Families.Born(ctx, in.Family, in.Person, in.Body.Birth, in.Body.First, in.Body.Last)
	if err != nil {
		return nil, err
	}
	return answer(personRefJSON(p))
}

type leavingTold struct {
	Family kernel.ID `path:"family"`
	Person kernel.ID `path:"person"`
	Body   struct {
		From   kernel.Date `json:"from" doc:"The first day on which they no longer belong to it."`
		Reason string      `json:"reason" enum:"moved,separated,placed,died,mistake"`
	}
}

func (s *API) left(ctx context.Context, in *leavingTold) (*nothing, error) {
	return &nothing{}, s.Families.Left(ctx, in.Family, in.Person, in.Body.From, in.Body.Reason)
}
