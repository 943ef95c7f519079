package rights

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Undecided counts, for each of these families, the rights that were possible
// when it was last looked at and wait for an answer. A family that is not the
// actor's own, or at whose rights nobody looked yet, is not among them.
func (s *Service) Undecided(ctx context.Context, families []kernel.ID) (waiting map[kernel.ID]int, err error) {
	waiting = map[kernel.ID]int{}
	if len(families) == 0 {
		return waiting, nil
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		args := []any{a.Alliance(), string(rules.Unknown)}
		for _, id := range families {
			args = append(args, id)
		}
		condition, more := a.Filter("rights.read", "x.family", len(args)+1)
		rows, err := a.QueryContext(ctx, `SELECT x.family, count(*) FROM finding x WHERE x.alliance = $1 AND x.status = $2 AND x.had = FALSE
			AND x.family IN (`+db.Marks(3, len(families))+`) AND `+condition+` GROUP BY x.family`, append(args, more...)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id kernel.ID
			var n int
			if err := rows.Scan(&id, &n); err != nil {
				return err
			}
			waiting[id] = n
		}
		return rows.Err()
	})
	return waiting, err
}
