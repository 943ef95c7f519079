package members

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// WelfareOffices are the OCMWs of a municipality that take part in an
// alliance, for anybody who looks for help: their doors are no secret. Teams
// within them are not listed.
func (s *Service) WelfareOffices(ctx context.Context, alliance kernel.ID, nis kernel.NIS) (offices []Organisation, err error) {
	ctx = act.As(ctx, policy.Actor{Alliance: alliance})
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "public.read", ""); err != nil {
			return err
		}
		page, err := listOrganisations(ctx, a, alliance, Query{Kind: OCMW, Limit: 100})
		offices = slices.DeleteFunc(page.Rows, func(o Organisation) bool { return o.PartOf != "" || o.Municipality != nis })
		return err
	})
	return offices, err
}
