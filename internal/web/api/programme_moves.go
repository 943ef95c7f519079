package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// programmeMoves are what a coordinator does with a programme.
func (s *API) programmeMoves(d *desk) {
	add(d, endpoint{Method: "POST", Path: "/programmes", Action: "programme.manage", ID: "switch-programme-on", Tag: "programmes", Status: created,
		Says: "Take a template of the library over, and offer it to families.",
		More: "With draft it is kept, complete or not, and offered to nobody yet. Your organisation leads when no partner does."}, s.switchOn)
	add(d, endpoint{Method: "PUT", Path: "/programmes/{programme}", Action: "programme.manage", ID: "change-programme", Tag: "programmes",
		Says: "Replace what was decided about a programme.",
		More: "An edit that began from an older version is 409 with the fields that differ; one that has ended is 409 too."}, s.changeProgramme)
	move := func(path, id, says string, fn func(context.Context, kernel.ID) (programmes.Programme, error)) {
		add(d, endpoint{Method: "POST", Path: "/programmes/{programme}/" + path, Action: "programme.manage", ID: id, Tag: "programmes", Says: says},
			func(ctx context.Context, in *programmeAsked) (*one[programmeRef], error) {
				return decided(fn(ctx, in.Programme))
			})
	}
	move("start", "start-programme", "Offer a draft to families.", s.Programmes.Start)
	move("pause", "pause-programme", "Offer a programme to nobody until it is resumed.", s.Programmes.Pause)
	move("resume", "resume-programme", "Offer a paused programme again.", s.Programmes.Resume)
	move("end", "end-programme", "End a programme today; it stays to be read.", s.Programmes.End)
}

// programmeRef is a programme without its words.
type programmeRef struct {
	ID      kernel.ID        `json:"id"`
	Version int64            `json:"version"`
	State   programmes.State `json:"state"`
}

// decided is the answer with a programme that changed, or the error.
func decided(p programmes.Programme, err error) (*one[programmeRef], error) {
	if err != nil {
		return nil, err
	}
	return answer(programmeRef{p.ID, p.Version, p.State})
}

// words are those of the alliance's own; what is left out is the template's.
type words struct {
	Names   kernel.Text `json:"names,omitzero"`
	Summary kernel.Text `json:"summary,omitzero"`
	How     kernel.Text `json:"how,omitzero" doc:"How one gets it: whom to ask, where, when."`
}

// Decisions are what a coordinator decides about a programme.
type Decisions struct {
	Params         map[string]string `json:"params,omitempty" maxProperties:"100" nullable:"false" doc:"By id, as the template's parameters describe; what is left out has its default."`
	Partners       []partner         `json:"partners,omitempty" maxItems:"100" nullable:"false"`
	Municipalities []kernel.NIS      `json:"municipalities,omitempty" maxItems:"100" nullable:"false"`
	From           kernel.Date       `json:"from,omitempty"`
	To             kernel.Date       `json:"to,omitempty" doc:"The last day, when one is planned."`
	Budget         euros             `json:"budget,omitempty" doc:"In euros, for the whole period."`
	Words          words             `json:"words,omitzero"`
}

func (d Decisions) partners() (all []programmes.Partner) {
	for _, p := range d.Partners {
		all = append(all, programmes.Partner{Org: p.Organisation, Part: p.Part})
	}
	return all
}

type switchingOn struct {
	Body struct {
		Template string `json:"template" maxLength:"100" doc:"Of the library."`
		Draft    bool   `json:"draft,omitempty"`
		Decisions
	}
}

func (s *API) switchOn(ctx context.Context, in *switchingOn) (*made[programmeRef], error) {
	b := in.Body
	budget, err := b.Budget.cents("budget")
	if err != nil {
		return nil, err
	}
	p, err := s.Programmes.SwitchOn(ctx, programmes.New{Template: b.Template, Params: b.Params, Partners: b.partners(),
		Municipalities: b.Municipalities, From: b.From, To: b.To, Budget: budget, Overrides: programmes.Overrides(b.Words), Draft: b.Draft})
	if err != nil {
		return nil, err
	}
	return &made[programmeRef]{Root + "/programmes/" + string(p.ID), programmeRef{p.ID, p.Version, p.State}}, nil
}

type programmeChanged struct {
	Programme kernel.ID `path:"programme"`
	Body      struct {
		Version int64 `json:"version" minimum:"1" doc:"From which the edit began."`
		Decisions
	}
}

func (s *API) changeProgramme(ctx context.Context, in *programmeChanged) (*one[programmeRef], error) {
	b := in.Body
	budget, err := b.Budget.cents("budget")
	if err != nil {
		return nil, err
	}
	return decided(s.Programmes.Change(ctx, in.Programme, programmes.Edit{Version: b.Version, Params: b.Params, Partners: b.partners(),
		Municipalities: b.Municipalities, From: b.From, To: b.To, Budget: budget, Overrides: programmes.Overrides(b.Words)}))
}
