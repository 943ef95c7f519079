package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// emergencyEndpoints open a file when there is no time to ask, let it be
// judged, and keep looks from who would harm another by them.
func (s *API) emergencyEndpoints(d *desk) {
	add(d, endpoint{Method: "POST", Path: "/emergencies", Action: "family.emergency", ID: "raise-emergency", Tag: "families", Status: created,
		Says: "Open for some minutes the file of the family of somebody in danger.",
		More: "The privacy officer is told at once, also when nobody was found; the family sees it later. After five in a day it is 429."}, s.raise)
	add(d, endpoint{Method: "GET", Path: "/emergencies", Action: "emergency.judge", ID: "list-emergencies", Tag: "administration",
		Says: "What was opened without asking and nobody judged yet."}, s.emergencies)
	add(d, endpoint{Method: "POST", Path: "/emergencies/{emergency}/judge", Action: "emergency.judge", ID: "judge-emergency", Tag: "administration", Status: noContent,
		Says: "Say whether it was right to open a file without asking.", More: "Nobody judges their own."}, s.judge)
	add(d, endpoint{Method: "GET", Path: "/families/{family}/delays", Action: "looks.delay", ID: "list-delays", Tag: "families",
		Says: "What is kept from somebody of the family when they ask who looked."}, s.delays)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/delays", Action: "looks.delay", ID: "delay-looks", Tag: "families", Status: created,
		Says: "Do not show yet that an organisation looked, to one adult or to all."}, s.delay)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/delays/{delay}/end", Action: "looks.delay", ID: "end-delay", Tag: "families", Status: noContent,
		Says: "Show again what was kept back."}, s.endDelay)
}

type emergencyJSON struct {
	ID      kernel.ID      `json:"id"`
	Family  kernel.ID      `json:"family,omitempty" doc:"Left out: nobody was found."`
	Reason  sharing.Reason `json:"reason"`
	Begins  kernel.Instant `json:"begins"`
	Ends    kernel.Instant `json:"ends"`
	Worker  kernel.ID      `json:"worker"`
	Org     kernel.ID      `json:"organisation"`
	JudgeBy kernel.Date    `json:"judge_by"`
}

func emergencyOf(e sharing.Emergency) emergencyJSON {
	return emergencyJSON{e.ID, e.Family, e.Reason, e.Begins, e.Ends, e.Worker, e.Org, e.JudgeBy}
}

type raised struct {
	Body struct {
		Last    string         `json:"last" minLength:"1" maxLength:"80" doc:"The last name of somebody of the family."`
		Birth   kernel.Date    `json:"birth" doc:"Of the same person."`
		Reason  sharing.Reason `json:"reason"`
		Words   string         `json:"words" minLength:"10" maxLength:"1000" doc:"What is the matter; sealed, for the privacy officer."`
		Minutes int            `json:"minutes" doc:"15, 30 or 60."`
	}
}

func (s *API) raise(ctx context.Context, in *raised) (*made[emergencyJSON], error) {
	b := in.Body
	e, err := s.Sharing.Raise(ctx, sharing.Alarm{Last: b.Last, Birth: b.Birth, Reason: b.Reason, Words: b.Words, Minutes: b.Minutes})
	if err != nil {
		return nil, err
	}
	return &made[emergencyJSON]{Root + "/emergencies", emergencyOf(e)}, nil
}

type nothingAsked struct{}

func (s *API) emergencies(ctx context.Context, _ *nothingAsked) (*listed[emergencyJSON], error) {
	all, err := s.Sharing.Emergencies(ctx, false)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", emergencyOf), nil
}

type judged struct {
	Emergency kernel.ID `path:"emergency"`
	Body      struct {
		Verdict string `json:"verdict" enum:"confirmed,denied"`
	}
}

func (s *API) judge(ctx context.Context, in *judged) (*nothing, error) {
	return &nothing{}, s.Sharing.Judge(ctx, in.Emergency, sharing.Verdict(in.Body.Verdict))
}

type delayJSON struct {
	ID       kernel.ID           `json:"id"`
	Org      kernel.ID           `json:"organisation"`
	Adult    kernel.ID           `json:"adult,omitempty" doc:"Left out: everybody of the family."`
	Reason   sharing.DelayReason `json:"reason"`
	Begins   kernel.Date         `json:"begins,omitempty" doc:"Looks from this day on."`
	ReviewOn kernel.Date         `json:"review_on" doc:"The last day."`
	EndedAt  kernel.Instant      `json:"ended_at,omitempty"`
}

func delayOf(d sharing.Delay) delayJSON {
	return delayJSON{d.ID, d.Org, d.Adult, d.Reason, d.Begins, d.ReviewOn, d.EndedAt}
}

func (s *API) delays(ctx context.Context, in *familyAsked) (*listed[delayJSON], error) {
	all, err := s.Sharing.Delays(ctx, in.Family)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", delayOf), nil
}

type delayed struct {
	Family kernel.ID `path:"family"`
	Body   struct {
		Org      kernel.ID           `json:"organisation"`
		Adult    kernel.ID           `json:"adult,omitempty"`
		Reason   sharing.DelayReason `json:"reason"`
		Begins   kernel.Date         `json:"begins,omitempty"`
		ReviewOn kernel.Date         `json:"review_on"`
	}
}

func (s *API) delay(ctx context.Context, in *delayed) (*made[delayJSON], error) {
	b := in.Body
	d, err := s.Sharing.Delay(ctx, in.Family, sharing.Delay{Org: b.Org, Adult: b.Adult, Reason: b.Reason, Begins: b.Begins, ReviewOn: b.ReviewOn})
	if err != nil {
		return nil, err
	}
	return &made[delayJSON]{Root + "/families/" + string(in.Family) + "/delays", delayOf(d)}, nil
}

type delayEnded struct {
	Family kernel.ID `path:"family"`
	Delay  kernel.ID `path:"delay"`
}

func (s *API) endDelay(ctx context.Context, in *delayEnded) (*nothing, error) {
	return &nothing{}, s.Sharing.EndDelay(ctx, in.Family, in.Delay)
}
