package sharing

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// FamilyMerged hears that two files of a family became one. What the family
// objected to in either, it objects to in the one, and what is not shown yet is not shown in the one.
// Decisions stay with the file
// for which they were made, and show nothing of the other: of two files
// together nobody decided anything yet.
func (s *Service) FamilyMerged(ctx context.Context, a *act.Act, e families.Merged) error {
	coming, err := objectionsOf(ctx, a, a.Alliance(), e.Gone)
	if err != nil {
		return err
	}
	for _, o := range coming {
		o.Family = e.Kept
		if err := insertObjection(ctx, a, a.Alliance(), o); err != nil {
			return err
		}
		if err := s.settleAll(ctx, a, e.Kept, o.Recipient); err != nil {
			return err
		}
	}
	_, err = a.ExecContext(ctx, `INSERT INTO sharing_delay (alliance, family, id, org, adult, reason, begins, review_on, made_at, made_by, made_org, ended_at, ended_by)
		SELECT d.alliance, $3, d.id, d.org, d.adult, d.reason, d.begins, d.review_on, d.made_at, d.made_by, d.made_org, d.ended_at, d.ended_by
		FROM sharing_delay d WHERE d.alliance = $1 AND d.family = $2`, a.Alliance(), e.Gone, e.Kept)
	if err != nil {
		return err
	}
	for gone, kept := range e.Persons {
		_, err := a.ExecContext(ctx, `UPDATE sharing_delay SET adult = $4 WHERE alliance = $1 AND family = $2 AND adult = $3`,
			a.Alliance(), e.Kept, gone, kept)
		if err != nil {
			return err
		}
	}
	return nil
}

// FamilyParted hears that the two files are two again: the objections and the
// delays that came with one stay with it.
func (s *Service) FamilyParted(ctx context.Context, a *act.Act, e families.Parted) error {
	came, err := objectionsOf(ctx, a, a.Alliance(), e.Gone)
	if err != nil {
		return err
	}
	_, err = a.ExecContext(ctx, `DELETE FROM sharing_objection WHERE alliance = $1 AND family = $2
		AND id IN (SELECT o.id FROM sharing_objection o WHERE o.alliance = $1 AND o.family = $3)`, a.Alliance(), e.Kept, e.Gone)
	if err != nil {
		return err
	}
	_, err = a.ExecContext(ctx, `DELETE FROM sharing_delay WHERE alliance = $1 AND family = $2
		AND id IN (SELECT d.id FROM sharing_delay d WHERE d.alliance = $1 AND d.family = $3)`, a.Alliance(), e.Kept, e.Gone)
	if err != nil {
		return err
	}
	for _, o := range came {
		for _, family := range []kernel.ID{e.Kept, e.Gone} {
			if err := s.settleAll(ctx, a, family, o.Recipient); err != nil {
				return err
			}
		}
	}
	return nil
}
