package vouchers

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/rules"
)

// meantIn refuses a grant for a child for whom the programme's own rule says
// that it is not (Conflict "voucher.not_for"). A committee may decide otherwise,
// and what the rule cannot know yet is for the worker to judge.
func (s *Service) meantIn(ctx context.Context, a *act.Act, g Grant) error {
	if g.Cause == ByDecision {
		return nil
	}
	measure, err := s.Rights.MeasureIn(ctx, a)
	if err != nil {
		return err
	}
	file, err := s.Families.ReadIn(ctx, a, g.Family)
	if err != nil {
		return err
	}
	switch status, err := measure.OfOffer(file, g.Programme, g.Offer, g.Child); {
	case err != nil:
		return err
	case status == rules.NotEntitled:
		return kernel.NewConflict("voucher.not_for").At("child")
	}
	return nil
}

// certainFor tells of what is proposed by itself whether it is proposed at all,
// and whether it may be granted straight: only where the programme's rule is
// sure.
func (x automatic) certainFor(file families.File, child kernel.ID) (proposed, straight bool, err error) {
	status, err := x.rules.OfOffer(file, x.Programme, x.Offer, child)
	return status != rules.NotEntitled, x.Straight && status == rules.Entitled, err
}
