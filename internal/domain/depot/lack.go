package depot

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Coming is what will be handed out of a place. The module that plans it stands
// above this one and is handed in.
type Coming interface {
	// ComingIn is how many pieces of each item are promised to who comes from a
	// day to another.
	ComingIn(ctx context.Context, a *act.Act, place kernel.ID, from, until kernel.Date) (map[kernel.ID]int64, error)
}

const (
	soon   = 14 // days for which what is promised is bought ahead
	lately = 28 // days for which what a desk lacked is remembered
)

// Lacking is what a desk could not give.
type Lacking struct {
	Event    kernel.ID // that told of it, once
	Occasion kernel.ID // the session: what is lacked there twice over is lacked once
	Noted    bool      // somebody wrote it down; else it follows from what was not given
	Place    kernel.ID
	Lines    []Handed
}

// LackIn notes what a desk could not give, in the act of the module above that
// says so. The same event is noted once.
func (s *Service) LackIn(ctx context.Context, a *act.Act, in Lacking) error {
	for _, l := range in.Lines {
		if l.Pieces <= 0 {
			continue
		}
		if _, err := a.ExecContext(ctx, `INSERT INTO depot_lack (alliance, id, item, place, pieces, day, order_id, occasion, noted) VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8)
			ON CONFLICT DO NOTHING`, a.Alliance(), in.Event, l.Item, in.Place, l.Pieces, a.Today(), in.Occasion, in.Noted); err != nil {
			return err
		}
	}
	return nil
}

// UnlackIn says that an event at a desk did not happen.
func (s *Service) UnlackIn(ctx context.Context, a *act.Act, event kernel.ID) error {
	_, err := a.ExecContext(ctx, `DELETE FROM depot_lack WHERE alliance = $1 AND id = $2`, a.Alliance(), event)
	return err
}

// FreeIn is how many pieces of each item lie free in a place, within an act that
// asked the policy.
func (s *Service) FreeIn(ctx context.Context, a *act.Act, place kernel.ID) (map[kernel.ID]int64, error) {
	sh, err := s.shelf(ctx, a, place)
	if err != nil {
		return nil, err
	}
	free := map[kernel.ID]int64{}
	for id, of := range sh.stock {
		free[id] = of.Free
	}
	return free, nil
}

// lacksOf are the pieces that desks lacked lately in a place and nobody ordered,
// by item. What a desk noted and what its families did not get is the same lack:
// of a session the larger of the two counts.
func lacksOf(ctx context.Context, q db.Querier, alliance, place kernel.ID, today kernel.Date) (map[kernel.ID]int64, error) {
	return byItem(ctx, q, `SELECT item, CAST(sum(CASE WHEN noted > derived THEN noted ELSE derived END) AS BIGINT) FROM (
			SELECT item, occasion, sum(CASE WHEN noted THEN pieces ELSE 0 END) AS noted, sum(CASE WHEN noted THEN 0 ELSE pieces END) AS derived
			FROM depot_lack WHERE alliance = $1 AND place = $2 AND order_id = '' AND day >= $3 GROUP BY item, occasion) AS lacked
		GROUP BY item`,
		alliance, place, today.AddDays(-lately))
}

// byItem are the pieces of each item that a query tells.
func byItem(ctx context.Context, q db.Querier, query string, args ...any) (map[kernel.ID]int64, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	by := map[kernel.ID]int64{}
	for rows.Next() {
		var item kernel.ID
		var n int64
		if err := rows.Scan(&item, &n); err != nil {
			return nil, err
		}
		by[item] = n
	}
	return by, rows.Err()
}

// orderLacks says that what a desk lacked of an item is in an order.
func orderLacks(ctx context.Context, q db.Querier, alliance, place, item, order kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE depot_lack SET order_id = $4 WHERE alliance = $1 AND place = $2 AND item = $3 AND order_id = ''`, alliance, place, item, order)
	return err
}

// unorderLacks says that an order will not come: what it was for is lacked again.
func unorderLacks(ctx context.Context, q db.Querier, alliance, order kernel.ID) error {
	_, err := q.ExecContext(ctx, `UPDATE depot_lack SET order_id = '' WHERE alliance = $1 AND order_id = $2`, alliance, order)
	return err
}
