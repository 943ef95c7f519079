package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// nextBest is a service that can be asked in place of another.
type nextBest struct {
	Organisation kernel.ID           `json:"organisation"`
	Programme    kernel.ID           `json:"programme,omitempty" doc:"Left out: none in particular."`
	Because      []referrals.Because `json:"because" nullable:"false" doc:"Why it is offered, as codes."`
}

type onwardList struct {
	Move  referrals.Move `json:"move" doc:"By which move it goes on: re_refer or pass_on."`
	Items []nextBest     `json:"items" nullable:"false" doc:"The best first."`
}

func (s *API) onward(ctx context.Context, in *referralAsked) (*one[onwardList], error) {
	on, err := s.Referrals.NextBest(ctx, in.Referral)
	if err != nil {
		return nil, err
	}
	out := onwardList{Move: on.Move, Items: []nextBest{}}
	for _, x := range on.Offers {
		out.Items = append(out.Items, nextBest{x.Org, x.Programme, x.Because})
	}
	return answer(out)
}
