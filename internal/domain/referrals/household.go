package referrals

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// somebody is one of a family, as little as a referral needs.
type somebody struct {
	child, due bool
	birth      kernel.Date
}

// household is who a family of a referral is and how its receiver can reach it,
// whether it has a file or not; nobody when it said no to the receiver. Whoever
// calls it has asked whether the actor may know, or works for the house itself.
func (s *Service) household(ctx context.Context, a *act.Act, r Referral) (people []somebody, contact families.Contact, err error) {
	if r.Provisional {
		sketch, err := s.Families.SketchIn(ctx, a, r.Family)
		for _, p := range sketch.Persons {
			people = append(people, somebody{p.Role == families.Child, p.Role == families.Unborn, p.Birth})
		}
		return people, sketch.Contact, err
	}
	file, err := s.Families.ReferredIn(ctx, a, r.Family, r.ReceiverOrg)
	if kernel.CodeOf(err) == kernel.NotFound {
		return nil, contact, nil
	}
	for _, p := range file.Persons {
		people = append(people, somebody{p.Role == families.Child, p.Role == families.Unborn, p.Birth})
	}
	return people, file.Contact, err
}
