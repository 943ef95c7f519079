package depot

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Why is why a line of a request has not come yet.
type Why string

// The reasons. None of them says anything of anybody else's request.
const (
	Here     Why = ""         // it came
	Kept     Why = "kept"     // it lies apart for this request
	Unseen   Why = "unseen"   // some lies free: the depot has to look at the request
	NotThere Why = "none"     // there is none: the depot looks for it
	GivenUp  Why = "given_up" // there is none, and the depot does not look for it any more
)

// Why tells why a line has not come yet. It is of a line with what lies there.
func (l Line) Why() Why {
	switch {
	case l.Handed >= l.Asked:
		return Here
	case l.Missing() == 0:
		return Kept
	case !l.Open:
		return GivenUp
	case l.Free > 0:
		return Unseen
	}
	return NotThere
}

// Awaited is a request that has not come yet, with what lies there for it, where,
// and what its lines are of.
type Awaited struct {
	Request
	Place Place
	Items map[kernel.ID]Item
}

// AwaitedIn lists what was asked for the children of a family and has not come
// yet, the oldest first, within an act that has asked whether its actor may know
// it: the family's own page.
func (s *Service) AwaitedIn(ctx context.Context, a *act.Act, family kernel.ID) (all []Awaited, err error) {
	open, err := requestsWhere(ctx, a, a.Alliance(), `family = $2 AND family <> '' AND state IN ('asked', 'ready') ORDER BY number`, mostOfFamily, family)
	if err != nil {
		return nil, err
	}
	shelves := map[kernel.ID]shelf{}
	for _, r := range open {
		sh, ok := shelves[r.Place]
		if !ok {
			if sh, err = s.shelf(ctx, a, r.Place); err != nil {
				return nil, err
			}
			shelves[r.Place] = sh
		}
		if err := sh.fill(ctx, a, &r); err != nil {
			return nil, err
		}
		all = append(all, Awaited{r, sh.place, sh.items})
	}
	return all, nil
}
