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
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var id kernel.ID
		err := rows.Scan(&id)
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

// putBack holds what a merge of a kind wrote down of both records.
type putBack interface{ names() [2]kernel.Text }

func (b merged) names() [2]kernel.Text {
	return [2]kernel.Text{{NL: b.Kept.Name}, {NL: b.Gone.Name}}
}

func (b mergedServices) names() [2]kernel.Text { return [2]kernel.Text{b.Kept.Name, b.Gone.Name} }

func (b mergedPlaces) names() [2]kernel.Text {
	return [2]kernel.Text{{NL: b.Kept.called()}, {NL: b.Gone.called()}}
}

func saveMerge(ctx context.Context, q db.Querier, alliance kernel.ID, m Merge, what putBack) error {
	body, err := document(what)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO directory_merge (alliance, id, kind, kept, gone, body, made_at, made_by, undone_at, undone_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '')`, alliance, m.ID, m.Kind, m.Kept, m.Gone, body, m.At, m.By)
	return err
}

const mergeColumns = `id, kind, kept, gone, body, made_at, made_by, undone_at, undone_by`

func (m *Merge) scan(scan func(...any) error) error {
	if err := scan(&m.ID, &m.Kind, &m.Kept, &m.Gone, &m.body, &m.At, &m.By, &m.Undone, &m.UndoneBy); err != nil {
		return err
	}
	var err error
	switch m.Kind {
	case AService:
		m.Names, err = namesIn[mergedServices](*m)
	case APlace:
		m.Names, err = namesIn[mergedPlaces](*m)
	default:
		m.Names, err = namesIn[merged](*m)
	}
	return err
}

func namesIn[T putBack](m Merge) (names [2]kernel.Text, err error) {
	var body T
	err = m.put(&body)
	return body.names(), err
}

// put reads what it takes to put both records back.
func (m Merge) put(body any) error { return json.Unmarshal([]byte(m.body), body) }

func loadMerge(ctx context.Context, q db.Querier, alliance, id kernel.ID) (m Merge, err error) {
	err = m.scan(q.QueryRowContext(ctx, `SELECT `+mergeColumns+` FROM directory_merge WHERE alliance = $1 AND id = $2`, alliance, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return m, kernel.NewNotFound("directory")
	}
	return m, err
}

func listMerges(ctx context.Context, q db.Querier, alliance kernel.ID, kind Kind) (all []Merge, err error) {
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var m Merge
		err := m.scan(rows.Scan)
		all = append(all, m)
		return err
	}, `SELECT `+mergeColumns+` FROM directory_merge WHERE alliance = $1 AND kind = $2 ORDER BY made_at DESC, id DESC LIMIT 50`, alliance, kind)
	return all, err
}

func undoMerge(ctx context.Context, q db.Querier, alliance, id kernel.ID, now kernel.Instant, by kernel.ID) error {
	return once(q.ExecContext(ctx, `UPDATE directory_merge SET undone_at = $3, undone_by = $4 WHERE alliance = $1 AND id = $2 AND undone_at = ''`, alliance, id, now, by))
}

// everyServiceAt are the services that name a place, those that went up in
// others too.
func everyServiceAt(ctx context.Context, q db.Querier, alliance, location kernel.ID) ([]Service, error) {
	return bodies[Service](ctx, q, `SELECT s.body FROM directory_place p JOIN directory_service s ON s.alliance = p.alliance AND s.id = p.service
		WHERE p.alliance = $1 AND p.location = $2 ORDER BY s.id`, alliance, location)
}

// wentIn reads, for each kind, in which record another went up.
var wentIn = map[Kind]string{
	AnOrganisation: `SELECT merged_in FROM directory_organisation WHERE alliance = $1 AND id = $2`,
	AService:       `SELECT merged_in FROM directory_service WHERE alliance = $1 AND id = $2`,
	APlace:         `SELECT merged_in FROM directory_location WHERE alliance = $1 AND id = $2`,
}

// mostMerges is how many merges are followed one after another; nobody does
// more, and a circle there is none.
const mostMerges = 50

// standing is the record that holds what one said: itself, or the one in which
// it went up in the end.
func standing(ctx context.Context, q db.Querier, alliance kernel.ID, kind Kind, id kernel.ID) (kernel.ID, error) {
	for range mostMerges {
		var next kernel.ID
		if err := q.QueryRowContext(ctx, wentIn[kind], alliance, id).Scan(&next); err != nil {
			return "", missing(err)
		}
		if next == "" {
			return id, nil
		}
		id = next
	}
	return "", kernel.NewNotFound("directory")
}

// wentAt are the services at places that the merges which stand have moved.
func wentAt(ctx context.Context, q db.Querier, alliance kernel.ID) (all []Went, err error) {
	var merges []Merge
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var m Merge
		err := m.scan(rows.Scan)
		merges = append(merges, m)
		return err
	}, `SELECT `+mergeColumns+` FROM directory_merge WHERE alliance = $1 AND kind <> 'organisation' AND undone_at = '' ORDER BY made_at DESC, id DESC LIMIT 500`, alliance)
	if err != nil {
		return nil, err
	}
	add := func(service, location kernel.ID) error {
		nowService, err := standing(ctx, q, alliance, AService, service)
		if err != nil {
			return err
		}
		nowLocation, err := standing(ctx, q, alliance, APlace, location)
		all = append(all, Went{[2]kernel.ID{service, location}, [2]kernel.ID{nowService, nowLocation}})
		return err
	}
	for _, m := range merges {
		switch m.Kind {
		case AService:
			var body mergedServices
			if err := m.put(&body); err != nil {
				return nil, err
			}
			for _, p := range body.Gone.At {
				if err := add(m.Gone, p.Location); err != nil {
					return nil, err
				}
			}
		case APlace:
			var body mergedPlaces
			if err := m.put(&body); err != nil {
				return nil, err
			}
			for _, moved := range body.Moved {
				if err := add(moved.Service, m.Gone); err != nil {
					return nil, err
				}
			}
		}
	}
	return all, nil
}

func sayApart(ctx context.Context, q db.Querier, alliance kernel.ID, pair [2]kernel.ID, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `INSERT INTO directory_apart (alliance, one, other, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (alliance, one, other) DO NOTHING`,
		alliance, pair[0], pair[1], now)
	return err
}

func saidApart(ctx context.Context, q db.Querier, alliance kernel.ID) (map[[2]kernel.ID]bool, error) {
	apart := map[[2]kernel.ID]bool{}
	err := db.Each(ctx, q, func(rows *sql.Rows) error {
		var pair [2]kernel.ID
		err := rows.Scan(&pair[0], &pair[1])
		apart[pair] = true
		return err
	}, `SELECT one, other FROM directory_apart WHERE alliance = $1`, alliance)
	return apart, err
}
