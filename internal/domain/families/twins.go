package families

import (
	"context"
	"database/sql"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Twin is two files that may be of the same people, seen when the first was
// made by somebody who may not know the other.
type Twin struct {
	Family    kernel.ID
	Other     kernel.ID
	FoundAt   kernel.Instant
	SettledAt kernel.Instant // zero: nobody looked at it yet
	SettledBy kernel.ID
	Verdict   Verdict
}

// Verdict is what came out of a look at two files.
type Verdict string

// The verdicts.
const (
	SamePeople  Verdict = "same"
	OtherPeople Verdict = "different"
)

// Twins lists the pairs of files that may be of the same people and that
// nobody looked at yet, the oldest first, at most a hundred. It is the privacy
// officer's, who sees two numbers and asks both teams.
func (s *Service) Twins(ctx context.Context) (twins []Twin, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.twins", ""); err != nil {
			return err
		}
		twins, err = openTwins(ctx, a, a.Alliance())
		return err
	})
	return twins, err
}

// SettleTwins writes down what came out of a look at two files.
func (s *Service) SettleTwins(ctx context.Context, family, other kernel.ID, v Verdict) error {
	if v != SamePeople && v != OtherPeople {
		return kernel.NewInvalid("family.verdict").At("verdict")
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.twins", ""); err != nil {
			return err
		}
		t := Twin{Family: family, Other: other, SettledAt: a.Now, SettledBy: a.Actor.Person, Verdict: v}
		if err := settleTwin(ctx, a, a.Alliance(), t); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.twins", Subject: family, Detail: map[string]string{"verdict": string(v), "other": string(other)}})
	})
}

func insertTwin(ctx context.Context, q db.Querier, alliance kernel.ID, t Twin) error {
	_, err := q.ExecContext(ctx, `INSERT INTO family_twin (alliance, family, other, found_at, settled_at, settled_by, verdict)
		VALUES ($1, $2, $3, $4, '', '', '')`, alliance, t.Family, t.Other, t.FoundAt)
	return err
}

func openTwins(ctx context.Context, q db.Querier, alliance kernel.ID) (twins []Twin, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var t Twin
		err := rows.Scan(&t.Family, &t.Other, &t.FoundAt, &t.SettledAt, &t.SettledBy, &t.Verdict)
		twins = append(twins, t)
		return err
	}, `SELECT family, other, found_at, settled_at, settled_by, verdict FROM family_twin
		WHERE alliance = $1 AND settled_at = '' ORDER BY found_at, family, other LIMIT 100`, alliance)
	return twins, err
}

func settleTwin(ctx context.Context, q db.Querier, alliance kernel.ID, t Twin) error {
	result, err := q.ExecContext(ctx, `UPDATE family_twin SET settled_at = $4, settled_by = $5, verdict = $6
		WHERE alliance = $1 AND family = $2 AND other = $3 AND settled_at = ''`,
		alliance, t.Family, t.Other, t.SettledAt, t.SettledBy, t.Verdict)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, kernel.NewNotFound("family"))
	}
	return nil
}

func deleteTwins(ctx context.Context, q db.Querier, alliance, family kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM family_twin WHERE alliance = $1 AND (family = $2 OR other = $2)`, alliance, family)
	return err
}

// coarsen leaves of a family's facts only the years of birth: a row of exact
// figures can be recognised without a name.
func coarsen(ctx context.Context, q db.Querier, alliance, family kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM family_fact WHERE alliance = $1 AND family = $2
		AND (key <> $3 OR superseded_at <> '' OR value = 'null')`, alliance, family, factBirth)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `UPDATE family_fact SET value = substr(value, 1, 5) || '-01-01"', recorded_by = '', recorded_org = ''
		WHERE alliance = $1 AND family = $2`, alliance, family)
	return err
}
