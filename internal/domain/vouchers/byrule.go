package vouchers

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// sumIn is what the programme's own rule gives a child, on the day on which a
// grant begins: not on the day on which somebody decides, so that a child loses
// nothing by waiting and gains nothing by a birthday in between. A programme
// that began later than the grant speaks from its first day.
func sumIn(measure rights.Measure, file families.File, p *programmes.Programme, g Grant) (sum kernel.Cents, known bool, err error) {
	sum, known, err = measure.SumOf(file, g.Programme, g.Offer, g.Child, max(g.Begins, p.From))
	return sum, known && sum > 0 && sum <= maxCents, err
}

// ruledIn gives a grant the sum of the programme's own rule. Where that hangs on
// what nobody told yet it is Conflict ("voucher.by_rule").
func (s *Service) ruledIn(ctx context.Context, a *act.Act, p *programmes.Programme, g *Grant) error {
	file, err := s.Families.CaseIn(ctx, a, g.Family)
	if err != nil {
		return err
	}
	measure, err := s.Rights.MeasureIn(ctx, a)
	if err != nil {
		return err
	}
	sum, known, err := sumIn(measure, file, p, *g)
	if err == nil && !known {
		err = kernel.NewConflict("voucher.by_rule").At("cents")
	}
	g.Cents = sum
	return err
}

// Ruled is what a child would get by an offer that follows the programme's rule.
type Ruled struct {
	Child kernel.ID
	Cents kernel.Cents // zero: it is not known yet
}

// ruledFor is what each child of a family would get today, for who sees all of
// its file: a sum says something of a child's age.
func (s *Service) ruledFor(ctx context.Context, a *act.Act, file families.File, p *programmes.Programme, setup Setup) (all []Ruled, err error) {
	if !setup.ByRule || file.Partial || file.State != families.StateOpen {
		return nil, nil
	}
	whole, err := s.Families.CaseIn(ctx, a, file.ID)
	if err != nil {
		return nil, err
	}
	measure, err := s.Rights.MeasureIn(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, child := range file.Persons {
		if child.Role != families.Child {
			continue
		}
		g, err := newGrant(setup, child, a.Today())
		if err != nil { // by the month of an age that nobody told
			all = append(all, Ruled{Child: child.ID})
			continue
		}
		sum, known, err := sumIn(measure, whole, p, g)
		if err != nil {
			return nil, err
		}
		if !known {
			sum = 0
		}
		all = append(all, Ruled{child.ID, sum})
	}
	return all, nil
}
