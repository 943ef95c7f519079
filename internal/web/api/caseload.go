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
