package referrals

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// FamilyMerged hears that two files of a family became one: every referral
// about it comes along, with the receiver's reading of the file. Who sent it
// sees no difference.
func (s *Service) FamilyMerged(ctx context.Context, a *act.Act, e families.Merged) error {
	about, err := ofFamily(ctx, a, a.Alliance(), e.Gone)
	if err != nil {
		return err
	}
	for _, r := range about {
		_, err := a.ExecContext(ctx, `INSERT INTO referral_merge (alliance, merge, referral) VALUES ($1, $2, $3)`,
			a.Alliance(), e.Merge, r.ID)
		if err != nil {
			return err
		}
	}
	return s.moveTo(ctx, a, about, e.Gone, e.Kept)
}

// FamilyParted hears that the two files are two again.
func (s *Service) FamilyParted(ctx context.Context, a *act.Act, e families.Parted) error {
	came, err := cameWith(ctx, a, a.Alliance(), e.Merge)
	if err != nil {
		return err
	}
	var back []Referral
	for _, id := range came {
		r, err := load(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		back = append(back, r)
	}
	if err := s.moveTo(ctx, a, back, e.Kept, e.Gone); err != nil {
		return err
	}
	_, err = a.ExecContext(ctx, `DELETE FROM referral_merge WHERE alliance = $1 AND merge = $2`, a.Alliance(), e.Merge)
	return err
}

// moveTo gives referrals to another file of the same family. Whoever of their
// receivers read the one reads the other, for as long as they help.
func (s *Service) moveTo(ctx context.Context, a *act.Act, about []Referral, from, to kernel.ID) error {
	al := a.Alliance()
	for _, r := range about {
		r.Family = to
		if err := save(ctx, a, al, &r); err != nil {
			return err
		}
	}
	for _, r := range about {
		read, err := policy.Stands(ctx, a, al, r.ReceiverOrg, policy.Accepted, from)
		if err != nil {
			return err
		}
		if read {
			if err := policy.Related(ctx, a, al, r.ReceiverOrg, policy.Accepted, to, a.Now); err != nil {
				return err
			}
		}
		for _, family := range []kernel.ID{from, to} {
			if err := s.letGo(ctx, a, Referral{ReceiverOrg: r.ReceiverOrg, Family: family}); err != nil {
				return err
			}
		}
	}
	return nil
}

func cameWith(ctx context.Context, q db.Querier, alliance, merge kernel.ID) (ids []kernel.ID, err error) {
	rows, err := q.QueryContext(ctx, `SELECT referral FROM referral_merge WHERE alliance = $1 AND merge = $2 ORDER BY referral`, alliance, merge)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id kernel.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
