package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
)

// keepingEndpoints are what is done with a file as a whole: notes, the care
// team, what happened, who looked, its end and its beginning again.
func (s *API) keepingEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/families/ahead", Action: "family.list", ID: "list-days-ahead", Tag: "families",
		Says: "The days that come for your own families: births that are due, birthdays at which much changes."}, s.ahead)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/notes", Action: "family.note", ID: "add-note", Tag: "families", Status: created,
		Says: "Write something down for the care team, and for those with whom its notes are shared.", More: "What was written is sealed, and not in the answer."}, s.addNote)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/team", Action: "family.change", ID: "join-team", Tag: "families", Status: noContent,
		Says: "Take a worker or a team of your own house into the care team.", More: "Who is in it already stays in it. With other organisations a file is shared, by a decision."}, s.joinTeam)
	add(d, endpoint{Method: "DELETE", Path: "/families/{family}/team/{holder}", Action: "family.change", ID: "leave-team", Tag: "families", Status: noContent,
		Says: "Take a worker or an organisation out of the care team.", More: "The last one stays: a file always has somebody, and the answer is 409."}, s.leaveTeam)
	add(d, endpoint{Method: "GET", Path: "/families/{family}/timeline", Action: "family.read", ID: "read-timeline", Tag: "families",
		Says: "What happened with a family, the newest first.", More: "It leaves a record, as reading the file does."}, s.timeline)
	add(d, endpoint{Method: "GET", Path: "/families/{family}/looks", Action: "family.looks", ID: "list-looks", Tag: "families",
		Says: "Who opened or changed a file, for which organisation, when and why, the newest first.",
		More: "A family may ask for it at any time. To look is on record too."}, s.looks)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/close", Action: "family.change", ID: "close-family", Tag: "families", Status: noContent,
		Says: "End the work with a family.", More: "The care team can still read the file and open it again."}, s.closeFamily)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/reopen", Action: "family.change", ID: "reopen-family", Tag: "families", Status: noContent,
		Says: "Take up the work with a family again."}, s.reopenFamily)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/erase", Action: "family.erase", ID: "erase-family", Tag: "families", Status: noContent,
		Says: "Erase a family for good.",
		More: "The key to who they are is destroyed; it cannot be undone. What stays is a figure. Only the privacy officer decides it."}, s.eraseFamily)
}

type dayAhead struct {
	Family familyRow   `json:"family"`
	Person kernel.ID   `json:"person"`
	Day    kernel.Date `json:"day"`
	Age    int         `json:"age" doc:"That the child becomes; 0: the day on which a birth is due."`
}

type aheadAsked struct {
	Until kernel.Date `query:"until" required:"true" doc:"The last day to look at."`
	Limit int         `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"At most so many."`
}

func (s *API) ahead(ctx context.Context, in *aheadAsked) (*listed[dayAhead], error) {
	days, err := s.Families.Ahead(ctx, in.Until, in.Limit)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, days, "", func(x families.Ahead) dayAhead {
		return dayAhead{familyRowJSON(x.Row), x.Person, x.Day, x.Age}
	}), nil
}

type noteAdded struct {
	Family kernel.ID `path:"family"`
	Body   struct {
		Text string `json:"text" minLength:"1" doc:"For the care team alone; sealed."`
	}
}

// noteRef is a note without what it says.
type noteRef struct {
	ID kernel.ID      `json:"id"`
	At kernel.Instant `json:"at"`
}

func (s *API) addNote(ctx context.Context, in *noteAdded) (*made[noteRef], error) {
	n, err := s.Families.AddNote(ctx, in.Family, in.Body.Text)
	if err != nil {
		return nil, err
	}
	return &made[noteRef]{Root + "/families/" + string(in.Family), noteRef{n.ID, n.At}}, nil
}

type teamJoined struct {
	Family kernel.ID `path:"family"`
	Body   struct {
		Holder kernel.ID `json:"holder" doc:"The worker or the organisation."`
		Kind   string    `json:"kind" enum:"worker,organisation"`
	}
}

func (s *API) joinTeam(ctx context.Context, in *teamJoined) (*nothing, error) {
	return &nothing{}, s.Families.JoinTeam(ctx, in.Family, in.Body.Holder, families.CarerKind(in.Body.Kind))
}

type teamLeft struct {
	Family kernel.ID `path:"family"`
	Holder kernel.ID `path:"holder"`
}

func (s *API) leaveTeam(ctx context.Context, in *teamLeft) (*nothing, error) {
	return &nothing{}, s.Families.LeaveTeam(ctx, in.Family, in.Holder)
}

type timelineAsked struct {
	Family kernel.ID `path:"family"`
	Paging
}

func (s *API) timeline(ctx context.Context, in *timelineAsked) (*listed[event], error) {
	events, next, err := s.Families.Timeline(ctx, in.Family, families.Query{After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, events, next, func(e families.Event) event { return event(e) }), nil
}

// record is one thing that was done or read, as the record keeps it.
type record struct {
	Seq     int64             `json:"seq" doc:"Its number in the record of the alliance."`
	At      kernel.Instant    `json:"at"`
	Worker  kernel.ID         `json:"worker,omitempty" doc:"Left out: the house itself, or somebody on the way in."`
	Org     kernel.ID         `json:"organisation,omitempty"`
	Action  string            `json:"action"`
	Subject kernel.ID         `json:"subject,omitempty"`
	Rule    string            `json:"rule,omitempty" doc:"Why it was allowed."`
	Fields  []string          `json:"fields" nullable:"false" doc:"The names of what changed, never what was in them."`
	Detail  map[string]string `json:"detail" nullable:"false" doc:"States and codes."`
}

func recordJSON(r audit.Record) record {
	out := record{r.Seq, r.At, r.Person, r.Org, r.Action, r.Subject, r.Rule, append([]string{}, r.Fields...), map[string]string{}}
	for k, v := range r.Detail {
		out.Detail[k] = v
	}
	return out
}

// Backwards is how a record is asked for: from the newest back.
type Backwards struct {
	Limit  int   `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"At most so many."`
	Before int64 `query:"before" minimum:"0" doc:"The next of the page before; left out: from the newest."`
}

// records is part of the record.
type records struct {
	Items []record `json:"items" nullable:"false"`
	Next  int64    `json:"next,omitempty" doc:"What the next page is asked with, in before; left out at the end."`
}

func recordsJSON(all []audit.Record, next int64) records {
	out := records{Items: make([]record, 0, len(all)), Next: next}
	for _, r := range all {
		out.Items = append(out.Items, recordJSON(r))
	}
	return out
}

type looksAsked struct {
	Family kernel.ID `path:"family"`
	Backwards
}

func (s *API) looks(ctx context.Context, in *looksAsked) (*one[records], error) {
	all, next, err := s.Families.Looks(ctx, in.Family, in.Before, in.Limit)
	if err != nil {
		return nil, err
	}
	return answer(recordsJSON(all, next))
}

type familyClosed struct {
	Family kernel.ID `path:"family"`
	Body   struct {
		Reason closeReason `json:"reason"`
	}
}

func (s *API) closeFamily(ctx context.Context, in *familyClosed) (*nothing, error) {
	return &nothing{}, s.Families.Close(ctx, in.Family, string(in.Body.Reason))
}

func (s *API) reopenFamily(ctx context.Context, in *familyAsked) (*nothing, error) {
	return &nothing{}, s.Families.Reopen(ctx, in.Family)
}

type familyErased struct {
	Family kernel.ID `path:"family"`
	Body   struct {
		Reason eraseReason `json:"reason"`
	}
}

func (s *API) eraseFamily(ctx context.Context, in *familyErased) (*nothing, error) {
	return &nothing{}, s.Families.Forget(ctx, in.Family, string(in.Body.Reason))
}
