package reach

import (
	"context"
	"database/sql"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// atOnceAmong is how many families one query names.
const atOnceAmong = 200

// UnaskedIn are the rights that are certain for each of some families and that
// nobody asked for, for the house itself when it counts them; for anybody else
// there are none.
func (s *Service) UnaskedIn(ctx context.Context, a *act.Act, families []kernel.ID) (map[kernel.ID][]string, error) {
	if !a.Actor.Is(policy.System) {
		return nil, kernel.NewNotFound("reach")
	}
	out := map[kernel.ID][]string{}
	for ids := range slices.Chunk(families, atOnceAmong) {
		args := []any{a.Alliance()}
		for _, id := range ids {
			args = append(args, id)
		}
		err := db.Each(ctx, a, func(rows *sql.Rows) error {
			var family kernel.ID
			var right string
			err := rows.Scan(&family, &right)
			out[family] = append(out[family], right)
			return err
		}, `SELECT DISTINCT family, right_id FROM reach_right WHERE alliance = $1 AND family IN (`+db.Marks(2, len(ids))+`)
			AND ended_on = '' AND stage IN ('unreached', 'later') ORDER BY family, right_id`, args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Among is the work list of some families, of which only those that the actor
// may see: what brings most in a year comes first.
func (s *Service) Among(ctx context.Context, families []kernel.ID) (all []Row, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		var lines []Line
		for ids := range slices.Chunk(families, atOnceAmong) {
			w := ask{parts: []string{"l.alliance = $1", "l.ended_on = ''", "l.stage IN ('unreached', 'later')"}, args: []any{a.Alliance()}}
			w.filter(a.Filter("reach.list", "l.family", w.next()))
			args := make([]any, len(ids))
			for i, id := range ids {
				args[i] = id
			}
			w.filter("l.family IN ("+db.Marks(w.next(), len(ids))+")", args)
			err := db.Each(ctx, a, func(rows *sql.Rows) error {
				x, err := scanLine(rows)
				lines = append(lines, x)
				return err
			}, `SELECT `+lineColumns+` FROM reach_right l WHERE `+w.where()+` ORDER BY `+worth+` DESC, l.id DESC LIMIT 500`, w.args...)
			if err != nil {
				return err
			}
		}
		all, err = s.rows(ctx, a, lines)
		return err
	})
	return all, err
}
