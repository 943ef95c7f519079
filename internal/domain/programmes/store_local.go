package programmes

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

const localColumns = `id, version, state, wish, pack, saved_at, saved_by`

// newestLocal is the condition of the version that holds of each right.
const newestLocal = `version = (SELECT MAX(n.version) FROM local_right n WHERE n.alliance = local_right.alliance AND n.id = local_right.id)`

func localRight(ctx context.Context, q db.Querier, alliance, id kernel.ID) (LocalRight, error) {
	found, err := queryLocal(ctx, q, ` AND id = $2 AND `+newestLocal, alliance, id)
	if err == nil && len(found) == 0 {
		err = kernel.NewNotFound("programme")
	}
	if err != nil {
		return LocalRight{}, err
	}
	return found[0], nil
}

// localRights are those that stand in a state, or all (zero state).
func localRights(ctx context.Context, q db.Querier, alliance kernel.ID, state State) ([]LocalRight, error) {
	return queryLocal(ctx, q, ` AND (CAST($2 AS TEXT) = '' OR state = $2) AND `+newestLocal+` ORDER BY id DESC`, alliance, state)
}

func localVersions(ctx context.Context, q db.Querier, alliance, id kernel.ID) ([]LocalRight, error) {
	return queryLocal(ctx, q, ` AND id = $2 ORDER BY version DESC`, alliance, id)
}

func queryLocal(ctx context.Context, q db.Querier, where string, args ...any) (found []LocalRight, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+localColumns+` FROM local_right WHERE alliance = $1`+where, args...)
	if err != nil {
		return nil, fmt.Errorf("local rights: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var l LocalRight
		var wish string
		if err := rows.Scan(&l.ID, &l.Version, &l.State, &wish, &l.Pack, &l.SavedAt, &l.SavedBy); err != nil {
			return nil, fmt.Errorf("local rights: %w", err)
		}
		if l.Wish, err = wishOf(wish); err != nil {
			return nil, fmt.Errorf("local right %s: %w", l.ID, err)
		}
		found = append(found, l)
	}
	return found, rows.Err()
}

// saveLocal writes a version; that somebody else wrote it first is Conflict
// ("stale").
func saveLocal(ctx context.Context, q db.Querier, alliance kernel.ID, l LocalRight) error {
	wish, err := json.Marshal(l.Wish)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO local_right (alliance, `+localColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		alliance, l.ID, l.Version, l.State, string(wish), l.Pack, l.SavedAt, l.SavedBy)
	if db.Taken(err) {
		return kernel.NewConflict("stale")
	}
	if err != nil {
		return fmt.Errorf("save local right: %w", err)
	}
	return nil
}
