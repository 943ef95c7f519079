package families

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// ContactIn is how a family can be reached, and how not, for the house itself
// at work after a commit; for anybody else there is none.
func (s *Service) ContactIn(ctx context.Context, a *act.Act, id kernel.ID) (c Contact, err error) {
	if !a.Actor.Is(policy.System) {
		return c, kernel.NewNotFound("family")
	}
	if _, err := loadKept(ctx, a, id); err != nil {
		return c, err
	}
	key, err := s.Vault.Open(ctx, a, a.Alliance(), id)
	if err != nil {
		return c, err
	}
	_, err = key.Get(ctx, a, "contact", &c)
	return c, err
}
