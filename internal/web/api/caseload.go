package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// load is how much somebody has.
type load struct {
	Worker kernel.ID `json:"worker,omitempty" doc:"Left out: the organisation as a whole."`
	Open   int64     `json:"open"`
	Most   int64     `json:"most,omitempty" doc:"Left out: no limit."`
}

type loads struct {
	Items []load `json:"items" nullable:"false"`
}

func (s *API) caseload(ctx context.Context, _ *struct{}) (*one[loads], error) {
	all, err := s.Referrals.Caseload(ctx)
	if err != nil {
		return nil, err
	}
	out := loads{Items: []load{}}
	for _, l := range all {
		out.Items = append(out.Items, load(l))
	}
	return answer(out)
}

type limitSet struct {
	Body struct {
		Worker kernel.ID `json:"worker,omitempty" doc:"Left out: your organisation as a whole."`
		Most   int64     `json:"most" minimum:"0" maximum:"1000" doc:"0 lifts the limit."`
	}
}

func (s *API) setLimit(ctx context.Context, in *limitSet) (*one[loads], error) {
	if err := s.Referrals.SetLimit(ctx, referrals.Limit(in.Body)); err != nil {
		return nil, err
	}
	return s.caseload(ctx, nil)
}

type awaySet struct {
	Body struct {
		Worker  kernel.ID   `json:"worker,omitempty" doc:"Left out: you."`
		From    kernel.Date `json:"from"`
		To      kernel.Date `json:"to"`
		StandIn kernel.ID   `json:"stand_in"`
	}
}

func (s *API) setAway(ctx context.Context, in *awaySet) (*nothing, error) {
	return &nothing{}, s.Referrals.SetAway(ctx, referrals.Away(in.Body))
}

type awayList struct {
	Items []absence `json:"items" nullable:"false"`
}

// absence is when somebody is away.
type absence struct {
	Worker  kernel.ID   `json:"worker"`
	From    kernel.Date `json:"from"`
	To      kernel.Date `json:"to" doc:"The last day."`
	StandIn kernel.ID   `json:"stand_in"`
}

func (s *API) away(ctx context.Context, _ *struct{}) (*one[awayList], error) {
	all, err := s.Referrals.Absences(ctx)
	if err != nil {
		return nil, err
	}
	out := awayList{Items: []absence{}}
	for _, x := range all {
		out.Items = append(out.Items, absence(x))
	}
	return answer(out)
}

type workerAway struct {
	Worker kernel.ID `path:"worker"`
}

func (s *API) endAway(ctx context.Context, in *workerAway) (*nothing, error) {
	return &nothing{}, s.Referrals.EndAway(ctx, in.Worker)
}

// arranged is within how many working days somebody answers.
type arranged struct {
	Holder    kernel.ID `json:"holder" doc:"An organisation, a team or a programme."`
	Programme bool      `json:"programme"`
	Answer    int64     `json:"answer"`
	Contact   int64     `json:"contact"`
	Own       bool      `json:"own" doc:"It was arranged for it."`
}

type arrangedList struct {
	Items []arranged `json:"items" nullable:"false"`
}

func (s *API) arranged(ctx context.Context, _ *struct{}) (*one[arrangedList], error) {
	all, err := s.Referrals.Arranged(ctx)
	if err != nil {
		return nil, err
	}
	out := arrangedList{Items: []arranged{}}
	for _, x := range all {
		out.Items = append(out.Items, arranged{x.Holder, x.Programme, x.Terms.Answer, x.Terms.Contact, x.Own})
	}
	return answer(out)
}
