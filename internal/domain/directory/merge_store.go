package directory

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

func everyServiceOf(ctx context.Context, q db.Querier, alliance, organisation kernel.ID) ([]Service, error) {
	return bodies[Service](ctx, q, `SELECT body FROM directory_service WHERE alliance = $1 AND organisation = $2 ORDER BY id`, alliance, organisation)
}

func everyLocationOf(ctx context.Context, q db.Querier, alliance, organisation kernel.ID) ([]Location, error) {
	return bodies[Location](ctx, q, `SELECT body FROM directory_location WHERE alliance = $1 AND organisation = $2 ORDER BY id`, alliance, organisation)
}

// rowsOf says how rows that are no documents are read and moved.
type rowsOf struct{ list, move string }

var (
	shelterRows = rowsOf{`SELECT id FROM directory_shelter WHERE alliance = $1 AND organisation = $2 ORDER BY id`,
		`UPDATE directory_shelter SET organisation = $3 WHERE alliance = $1 AND id = $2`}
	linkRows = rowsOf{`SELECT id FROM directory_link WHERE alliance = $1 AND organisation = $2 ORDER BY id`,
		`UPDATE directory_link SET organisation = $3 WHERE alliance = $1 AND id = $2`}
)

// moveRows gives rows of one organisation to another: all, or, where they are
// named, those that are still there.
func moveRows(ctx context.Context, q db.Querier, alliance kernel.ID, of rowsOf, from, to kernel.ID, only []kernel.ID) (moved []kernel.ID, err error) {
	err = each(ctx, q, func(scan func(...any) error) error {
		var id kernel.ID
		err := scan(&id)
		if only == nil || slices.Contains(only, id) {
			moved = append(moved, id)
		}
		return err
	}, of.list, alliance, from)
	if err != nil {
		return nil, err
	}
	for _, id := range moved {
		if _, err := q.ExecContext(ctx, of.move, alliance, id, to); err != nil {
			return nil, err
		}
	}
	return moved, nil
}

func saveMerge(ctx context.Context, q db.Querier, alliance kernel.ID, m Merge) error {
	body, err := document(m.body)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO directory_merge (alliance, id, kept, gone, body, made_at, undone_at) VALUES ($1, $2, $3, $4, $5, $6, '')`,
		alliance, m.ID, m.Kept, m.Gone, body, m.At)
	return err
}

func (m *Merge) scan(scan func(...any) error) error {
	var body string
	if err := scan(&m.ID, &m.Kept, &m.Gone, &body, &m.At, &m.Undone); err != nil {
		return err
	}
	err := json.Unmarshal([]byte(body), &m.body)
	m.Names = [2]string{m.body.Kept.Name, m.body.Gone.Name}
	return err
}

func loadMerge(ctx context.Context, q db.Querier, alliance, id kernel.ID) (m Merge, err error) {
	err = m.scan(q.QueryRowContext(ctx, `SELECT id, kept, gone, body, made_at, undone_at FROM directory_merge WHERE alliance = $1 AND id = $2`, alliance, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return m, kernel.NewNotFound("directory")
	}
	return m, err
}

func listMerges(ctx context.Context, q db.Querier, alliance kernel.ID) (all []Merge, err error) {
	err = each(ctx, q, func(scan func(...any) error) error {
		var m Merge
		err := m.scan(scan)
		all = append(all, m)
		return err
	}, `SELECT id, kept, gone, body, made_at, undone_at FROM directory_merge WHERE alliance = $1 ORDER BY made_at DESC, id DESC LIMIT 50`, alliance)
	return all, err
}

func undoMerge(ctx context.Context, q db.Querier, alliance, id kernel.ID, now kernel.Instant) error {
	return once(q.ExecContext(ctx, `UPDATE directory_merge SET undone_at = $3 WHERE alliance = $1 AND id = $2 AND undone_at = ''`, alliance, id, now))
}

func sayApart(ctx context.Context, q db.Querier, alliance kernel.ID, pair [2]kernel.ID, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `INSERT INTO directory_apart (alliance, one, other, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (alliance, one, other) DO NOTHING`,
		alliance, pair[0], pair[1], now)
	return err
}

func saidApart(ctx context.Context, q db.Querier, alliance kernel.ID) (map[[2]kernel.ID]bool, error) {
	apart := map[[2]kernel.ID]bool{}
	err := each(ctx, q, func(scan func(...any) error) error {
		var pair [2]kernel.ID
		err := scan(&pair[0], &pair[1])
		apart[pair] = true
		return err
	}, `SELECT one, other FROM directory_apart WHERE alliance = $1`, alliance)
	return apart, err
}
