package families

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
)

// Looks are the records of who opened or changed a family's file, for which
// organisation, when and why, the newest first, from before the record number
// before (0: from the newest); next is the number to go on from, 0 at the end.
// A family may ask for it at any time. To look is on record too.
func (s *Service) Looks(ctx context.Context, family kernel.ID, before int64, limit int) (looks []audit.Record, next int64, err error) {
	if limit < 1 || limit > 100 {
		limit = 100
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.looks", family); err != nil {
			return err
		}
		if _, err := load(ctx, a, a.Alliance(), family); err != nil {
			return err
		}
		looks, err = s.Acts.Audit.Of(ctx, a, a.Alliance(), family, before, limit+1)
		if err != nil {
			return err
		}
		next = 0
		if len(looks) > limit {
			looks = looks[:limit]
			next = looks[limit-1].Seq
		}
		return a.Record(ctx, act.Entry{Action: "family.read", Subject: family, Detail: map[string]string{"part": "looks"}})
	})
	return looks, next, err
}
