package registers

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// FamilyForgotten hears that a family was erased: no list speaks of it any more.
func (s *Service) FamilyForgotten(ctx context.Context, a *act.Act, e families.Forgotten) error {
	for _, table := range []string{"register_entry", "register_match"} {
		if _, err := a.ExecContext(ctx, `DELETE FROM `+table+` WHERE alliance = $1 AND family = $2`, a.Alliance(), e.Family); err != nil {
			return err
		}
	}
	return nil
}

// FamilyMerged hears that a file went into another: what lists said came along.
func (s *Service) FamilyMerged(ctx context.Context, a *act.Act, e families.Merged) error {
	_, err := a.ExecContext(ctx, `INSERT INTO register_entry (alliance, family, run, at)
		SELECT alliance, $3, run, at FROM register_entry WHERE alliance = $1 AND family = $2 ON CONFLICT DO NOTHING`, a.Alliance(), e.Gone, e.Kept)
	return err
}

// FamilyParted hears that the two files are two again: what the lists said of
// the other is the other's.
func (s *Service) FamilyParted(ctx context.Context, a *act.Act, e families.Parted) error {
	_, err := a.ExecContext(ctx, `DELETE FROM register_entry WHERE alliance = $1 AND family = $2 AND EXISTS (SELECT 1 FROM register_entry o
		WHERE o.alliance = register_entry.alliance AND o.family = $3 AND o.run = register_entry.run AND o.at = register_entry.at)`, a.Alliance(), e.Kept, e.Gone)
	return err
}

func (s *Service) abandoned(ctx context.Context, before kernel.Instant) (old []runKey, err error) {
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		old, err = abandoned(ctx, q, before, 100)
		return err
	})
	return old, err
}
