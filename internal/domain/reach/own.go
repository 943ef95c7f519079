package reach

import (
	"context"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// PutOff is a right with which the care team waits: until when, and why.
type PutOff struct {
	Right  string
	Person kernel.ID // for whom; zero: the family
	Until  kernel.Date
	Why    Reason
}

// PutOffIn lists them for the family itself, within an act of a module above
// that asked whether the reader is of the family and leaves the record.
func (s *Service) PutOffIn(ctx context.Context, a *act.Act, family kernel.ID) (all []PutOff, err error) {
	lines, err := linesOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return nil, err
	}
	for _, x := range lines {
		if x.Stage == Later && x.EndedOn == "" {
			all = append(all, PutOff{x.Right, x.Person, x.Until, Reason(x.Why)})
		}
	}
	slices.SortFunc(all, func(a, b PutOff) int { return strings.Compare(a.Right+string(a.Person), b.Right+string(b.Person)) })
	return all, nil
}
