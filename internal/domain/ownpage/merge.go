package ownpage

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// FamilyMerged hears that two files of a family became one: messages and the
// plan come along. Codes and visits of both end: each was given for what one
// file held, and whoever gives a new one looks anew at who may see what.
func (s *Service) FamilyMerged(ctx context.Context, a *act.Act, e families.Merged) error {
	al := a.Alliance()
	for _, kind := range []string{"own_message", "own_step"} {
		_, err := a.ExecContext(ctx, `INSERT INTO own_merge (alliance, merge, kind, id, person)
			SELECT m.alliance, $2, $3, m.id, m.person FROM `+kind+` m WHERE m.alliance = $1 AND m.family = $4`, al, e.Merge, kind, e.Gone)
		if err != nil {
			return err
		}
		for gone, kept := range e.Persons {
			_, err := a.ExecContext(ctx, `UPDATE `+kind+` SET person = $4 WHERE alliance = $1 AND family = $2 AND person = $3`, al, e.Gone, gone, kept)
			if err != nil {
				return err
			}
		}
		_, err = a.ExecContext(ctx, `UPDATE `+kind+` SET family = $3 WHERE alliance = $1 AND family = $2`, al, e.Gone, e.Kept)
		if err != nil {
			return err
		}
	}
	_, err := a.ExecContext(ctx, `DELETE FROM own_visit WHERE alliance = $1 AND family IN ($2, $3)`, al, e.Kept, e.Gone)
	if err != nil {
		return err
	}
	_, err = a.ExecContext(ctx, `UPDATE own_code SET ended_at = $4 WHERE alliance = $1 AND family IN ($2, $3) AND ended_at = ''`,
		al, e.Kept, e.Gone, a.Now)
	return err
}

// FamilyParted hears that the two files are two again: what came along goes
// back. Codes end, as they did.
func (s *Service) FamilyParted(ctx context.Context, a *act.Act, e families.Parted) error {
	al := a.Alliance()
	for _, kind := range []string{"own_message", "own_step"} {
		_, err := a.ExecContext(ctx, `UPDATE `+kind+` SET family = $4, person = (SELECT m.person FROM own_merge m
				WHERE m.alliance = $1 AND m.merge = $2 AND m.kind = $3 AND m.id = `+kind+`.id)
			WHERE alliance = $1 AND family = $5 AND id IN (SELECT m.id FROM own_merge m
				WHERE m.alliance = $1 AND m.merge = $2 AND m.kind = $3)`, al, e.Merge, kind, e.Gone, e.Kept)
		if err != nil {
			return err
		}
	}
	if _, err := a.ExecContext(ctx, `DELETE FROM own_merge WHERE alliance = $1 AND merge = $2`, al, e.Merge); err != nil {
		return err
	}
	_, err := a.ExecContext(ctx, `DELETE FROM own_visit WHERE alliance = $1 AND family IN ($2, $3)`, al, e.Kept, e.Gone)
	if err != nil {
		return err
	}
	_, err = a.ExecContext(ctx, `UPDATE own_code SET ended_at = $4 WHERE alliance = $1 AND family IN ($2, $3) AND ended_at = ''`,
		al, e.Kept, e.Gone, a.Now)
	return err
}
