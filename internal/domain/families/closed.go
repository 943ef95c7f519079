package families

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// ClosedFile is a file that nobody works with, by its number.
type ClosedFile struct {
	ID        kernel.ID
	ClosedAt  kernel.Instant
	Reason    string // one of [CloseReasons]
	OpenedOrg kernel.ID
}

// ClosedIn lists closed files by number, the longest closed first, or the one
// file (zero ID: all), for a module above that has asked whether the actor may
// know of them. Nothing in a closed file changes, so it closed when it last
// changed.
func (s *Service) ClosedIn(ctx context.Context, a *act.Act, one kernel.ID, limit int) (all []ClosedFile, err error) {
	where, args := "", []any{a.Alliance()}
	if one != "" {
		where, args = " AND f.id = $2", append(args, one)
	}
	err = db.Each(ctx, a, func(rows *sql.Rows) error {
		var f ClosedFile
		err := rows.Scan(&f.ID, &f.ClosedAt, &f.OpenedOrg, &f.Reason)
		all = append(all, f)
		return err
	}, `SELECT f.id, f.changed_at, f.opened_org, coalesce((SELECT e.detail FROM family_event e
			WHERE e.alliance = f.alliance AND e.family = f.id AND e.kind = 'closed' ORDER BY e.at DESC, e.id DESC LIMIT 1), '')
		FROM family f WHERE f.alliance = $1 AND f.state = 'closed'`+where+fmt.Sprintf(` ORDER BY f.changed_at, f.id LIMIT %d`, limit), args...)
	return all, err
}
