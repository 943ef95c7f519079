package vouchers

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// FamilyMerged hears that two files became one: what the children were given
// comes along. A child who was given the same in both files keeps both, each
// under the number that it had: what was handed out was handed out.
func (s *Service) FamilyMerged(ctx context.Context, a *act.Act, e families.Merged) error {
	grants, err := grantsOf(ctx, a, a.Alliance(), e.Gone)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if err := keepMerge(ctx, a, a.Alliance(), e.Merge, g); err != nil {
			return err
		}
		g.Family = e.Kept
		if kept := e.Persons[g.Child]; kept != "" {
			was := g.Child
			g.Child = kept
			if _, err := grantFor(ctx, a, a.Alliance(), g); err == nil {
				g.Child = was
			} else if kernel.CodeOf(err) != kernel.NotFound {
				return err
			}
		}
		if err := saveGrant(ctx, a, a.Alliance(), g); err != nil {
			return err
		}
	}
	return nil
}

// FamilyParted hears that the two files are two again: what came along goes
// back, and with those who go back what they were given since.
func (s *Service) FamilyParted(ctx context.Context, a *act.Act, e families.Parted) error {
	was, err := mergedBy(ctx, a, a.Alliance(), e.Merge)
	if err != nil {
		return err
	}
	grants, err := grantsOf(ctx, a, a.Alliance(), e.Kept)
	if err != nil {
		return err
	}
	for _, g := range grants {
		child, came := was[g.ID]
		switch {
		case came:
			g.Child = child
		case !slices.Contains(e.Back, g.Child):
			continue
		}
		g.Family = e.Gone
		if err := saveGrant(ctx, a, a.Alliance(), g); err != nil {
			return err
		}
	}
	_, err = a.ExecContext(ctx, `DELETE FROM voucher_merge WHERE alliance = $1 AND merge = $2`, a.Alliance(), e.Merge)
	return err
}

// FamilyForgotten hears that a family was erased. What it has not spent returns
// to the budget; that something was given and taken stays, for it was paid, and
// says of nobody whose it was.
func (s *Service) FamilyForgotten(ctx context.Context, a *act.Act, e families.Forgotten) error {
	grants, err := grantsOf(ctx, a, a.Alliance(), e.Family)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if g.State == Proposed || g.State == Declined {
			if err := deleteGrant(ctx, a, a.Alliance(), g.ID); err != nil {
				return err
			}
			continue
		}
		if g.State == Granted {
			g.State, g.EndedAt = Revoked, a.Now
			switch err := s.backIn(ctx, a, g); {
			case kernel.CodeOf(err) == kernel.Conflict: // it is on its way, or was paid
				g.State = Spent
			case err != nil:
				return err
			}
			if err := s.giveBack(ctx, a, g, "voucher.revoked"); err != nil {
				return err
			}
			if err := endPapers(ctx, a, a.Alliance(), g.ID, Blocked, a.Now); err != nil {
				return err
			}
		}
		g.Family, g.Child = "", g.ID // of the child a number is left that is nobody's
		if err := saveGrant(ctx, a, a.Alliance(), g); err != nil {
			return err
		}
		for _, statement := range []string{
			`UPDATE voucher_grant SET decision = '', decided_on = '' WHERE alliance = $1 AND id = $2`,
			`DELETE FROM voucher_merge WHERE alliance = $1 AND voucher = $2`,
		} {
			if _, err := a.ExecContext(ctx, statement, a.Alliance(), g.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func keepMerge(ctx context.Context, q db.Querier, alliance, merge kernel.ID, g Grant) error {
	_, err := q.ExecContext(ctx, `INSERT INTO voucher_merge (alliance, merge, voucher, child) VALUES ($1, $2, $3, $4)`, alliance, merge, g.ID, g.Child)
	return err
}

// mergedBy is whose each grant was in the file that went.
func mergedBy(ctx context.Context, q db.Querier, alliance, merge kernel.ID) (map[kernel.ID]kernel.ID, error) {
	type row struct{ grant, child kernel.ID }
	scan := func(r scanner) (x row, err error) {
		err = r.Scan(&x.grant, &x.child)
		return x, err
	}
	all, err := collect(ctx, q, scan, `SELECT voucher, child FROM voucher_merge WHERE alliance = $1 AND merge = $2`, alliance, merge)
	was := map[kernel.ID]kernel.ID{}
	for _, x := range all {
		was[x.grant] = x.child
	}
	return was, err
}

func lastRound(ctx context.Context, q db.Querier, alliance kernel.ID) (day kernel.Date, err error) {
	err = q.QueryRowContext(ctx, `SELECT day FROM voucher_round WHERE alliance = $1`, alliance).Scan(&day)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return day, err
}

func saveRound(ctx context.Context, q db.Querier, alliance kernel.ID, day kernel.Date) error {
	_, err := q.ExecContext(ctx, `INSERT INTO voucher_round (alliance, day) VALUES ($1, $2) ON CONFLICT (alliance) DO UPDATE SET day = excluded.day`, alliance, day)
	return err
}
