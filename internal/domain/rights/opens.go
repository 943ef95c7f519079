package rights

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Measure is the rules of an alliance at one moment, to see what other facts
// would bring.
type Measure struct{ seen sight }

// MeasureIn reads the rules, within an act of a module above.
func (s *Service) MeasureIn(ctx context.Context, a *act.Act) (m Measure, err error) {
	m.seen, err = s.seeRules(ctx, a)
	return m, err
}

// Opened lists the rights that are certain by what is known after, and were not
// by what was known before; of a family that had no file (made), all that are
// certain. It keeps nothing.
func (m Measure) Opened(before, after families.File, made bool) (opened []string, err error) {
	had := map[string]bool{}
	if !made {
		certain, err := m.certain(before)
		if err != nil {
			return nil, err
		}
		for _, right := range certain {
			had[right] = true
		}
	}
	certain, err := m.certain(after)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(certain, func(right string) bool { return had[right] }), nil
}

func (m Measure) certain(f families.File) (certain []string, err error) {
	seen := m.seen
	seen.file = f
	if seen.document, err = f.Case(seen.on); err != nil {
		return nil, err
	}
	found, err := seen.evaluate(rules.Options{NoNext: true, Audience: "worker"})
	if err != nil {
		return nil, err
	}
	for _, x := range found.Result.Rights {
		if x.Status == rules.Entitled {
			certain = append(certain, x.ID)
		}
	}
	return certain, nil
}
