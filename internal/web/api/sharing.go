package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// sharingEndpoints are what a family shares with whom, and how it stops.
func (s *API) sharingEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/families/{family}/sharing", Action: "family.share", ID: "read-sharing", Tag: "families",
		Says: "What a family shares with other organisations, and to what it objects.", More: "It leaves a record, as reading the file does."}, s.shared)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/sharing", Action: "family.share", ID: "share", Tag: "families", Status: created,
		Says: "Share groups of a family's data with organisations, on a ground and for a time.",
		More: "Who they are is always among the groups; rights bring along what they follow from. What the family objected to is 409, unless the ground holds nevertheless."}, s.share)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/sharing/{decision}/end", Action: "family.share", ID: "end-sharing", Tag: "families", Status: noContent,
		Says: "Stop a decision before its last day.", More: "From the next request on nothing of it is seen."}, s.endSharing)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/objections", Action: "family.share", ID: "object", Tag: "families", Status: created,
		Says: "Write down a no of the family: to one organisation or to all, about some groups or all."}, s.objects)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/objections/{objection}/lift", Action: "family.share", ID: "lift-objection", Tag: "families", Status: noContent,
		Says: "Take an objection back."}, s.lift)
}

type sharedJSON struct {
	Decisions  []decisionJSON  `json:"decisions" nullable:"false"`
	Objections []objectionJSON `json:"objections" nullable:"false"`
}

type decisionJSON struct {
	ID         kernel.ID           `json:"id"`
	Basis      sharing.Basis       `json:"basis"`
	Groups     []policy.Group      `json:"groups" nullable:"false"`
	Recipients []kernel.ID         `json:"recipients" nullable:"false" doc:"Organisations."`
	Starts     kernel.Date         `json:"starts"`
	Ends       kernel.Date         `json:"ends" doc:"The last day."`
	Conditions []sharing.Condition `json:"conditions,omitempty" doc:"Of shared secrecy, that were seen to hold."`
	Edition    string              `json:"edition" doc:"Of the law that asked for them."`
	Evidence   sharing.Evidence    `json:"evidence"`
	ToldHow    sharing.ToldHow     `json:"told_how"`
	ToldOn     kernel.Date         `json:"told_on,omitempty"`
	DecidedAt  kernel.Instant      `json:"decided_at"`
	DecidedBy  kernel.ID           `json:"decided_by"`
	EndedAt    kernel.Instant      `json:"ended_at,omitempty"`
	EndedWhy   sharing.Ended       `json:"ended_why,omitempty"`
}

func decisionOf(d sharing.Decision) decisionJSON {
	return decisionJSON{d.ID, d.Basis, d.Groups, d.Recipients, d.Starts, d.Ends, d.Conditions, d.Edition, d.Evidence, d.ToldHow, d.ToldOn,
		d.DecidedAt, d.DecidedBy, d.EndedAt, d.EndedWhy}
}

type objectionJSON struct {
	ID        kernel.ID       `json:"id"`
	Recipient kernel.ID       `json:"recipient,omitempty" doc:"Left out: everybody outside the care team."`
	Groups    []policy.Group  `json:"groups,omitempty" doc:"Left out: all."`
	ToldHow   sharing.ToldHow `json:"told_how"`
	MadeAt    kernel.Instant  `json:"made_at"`
	LiftedAt  kernel.Instant  `json:"lifted_at,omitempty"`
}

func objectionOf(o sharing.Objection) objectionJSON {
	return objectionJSON{o.ID, o.Recipient, o.Groups, o.ToldHow, o.MadeAt, o.LiftedAt}
}

func (s *API) shared(ctx context.Context, in *familyAsked) (*one[sharedJSON], error) {
	all, err := s.Sharing.Of(ctx, in.Family)
	if err != nil {
		return nil, err
	}
	out := sharedJSON{[]decisionJSON{}, []objectionJSON{}}
	for _, d := range all.Decisions {
		out.Decisions = append(out.Decisions, decisionOf(d))
	}
	for _, o := range all.Objections {
		out.Objections = append(out.Objections, objectionOf(o))
	}
	return &one[sharedJSON]{out}, nil
}

type sharingBegun struct {
	Family kernel.ID `path:"family"`
	Body   struct {
		Basis      sharing.Basis       `json:"basis"`
		Groups     []policy.Group      `json:"groups" minItems:"1" maxItems:"20" nullable:"false"`
		Recipients []kernel.ID         `json:"recipients" minItems:"1" maxItems:"20" nullable:"false"`
		Starts     kernel.Date         `json:"starts,omitempty" doc:"Left out: today."`
		Ends       kernel.Date         `json:"ends"`
		Conditions []sharing.Condition `json:"conditions,omitempty" maxItems:"20" nullable:"false"`
		Evidence   sharing.Evidence    `json:"evidence"`
		ToldHow    sharing.ToldHow     `json:"told_how"`
		ToldOn     kernel.Date         `json:"told_on,omitempty"`
	}
}

func (s *API) share(ctx context.Context, in *sharingBegun) (*made[decisionJSON], error) {
	b := in.Body
	d, err := s.Sharing.Decide(ctx, in.Family, sharing.New{Basis: b.Basis, Groups: b.Groups, Recipients: b.Recipients, Starts: b.Starts, Ends: b.Ends,
		Conditions: b.Conditions, Evidence: b.Evidence, ToldHow: b.ToldHow, ToldOn: b.ToldOn})
	if err != nil {
		return nil, err
	}
	return &made[decisionJSON]{Root + "/families/" + string(in.Family) + "/sharing", decisionOf(d)}, nil
}

type sharingEnded struct {
	Family   kernel.ID `path:"family"`
	Decision kernel.ID `path:"decision"`
	Body     struct {
		Why sharing.Ended `json:"why"`
	}
}

func (s *API) endSharing(ctx context.Context, in *sharingEnded) (*nothing, error) {
	return &nothing{}, s.Sharing.End(ctx, in.Family, in.Decision, in.Body.Why)
}

type objected struct {
	Family kernel.ID `path:"family"`
	Body   struct {
		Recipient kernel.ID       `json:"recipient,omitempty"`
		Groups    []policy.Group  `json:"groups,omitempty" maxItems:"20" nullable:"false"`
		ToldHow   sharing.ToldHow `json:"told_how"`
	}
}

func (s *API) objects(ctx context.Context, in *objected) (*made[objectionJSON], error) {
	o, err := s.Sharing.Object(ctx, in.Family, in.Body.Recipient, in.Body.Groups, in.Body.ToldHow)
	if err != nil {
		return nil, err
	}
	return &made[objectionJSON]{Root + "/families/" + string(in.Family) + "/sharing", objectionOf(o)}, nil
}

type objectionLifted struct {
	Family    kernel.ID `path:"family"`
	Objection kernel.ID `path:"objection"`
}

func (s *API) lift(ctx context.Context, in *objectionLifted) (*nothing, error) {
	return &nothing{}, s.Sharing.Lift(ctx, in.Family, in.Objection)
}
