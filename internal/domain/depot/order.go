package depot

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Order is what was ordered from a wholesaler and has not come yet.
type Order struct {
	ID        kernel.ID
	Place     kernel.ID
	State     OrderState
	OrderedAt kernel.Instant
	Lines     []Ordered
}

// OrderState is how far an order is.
type OrderState string

// The states of an order.
const (
	Underway OrderState = "underway"
	Arrived  OrderState = "arrived"
	Off      OrderState = "off"
)

// Ordered is one line of an order.
type Ordered struct {
	Item   kernel.ID
	Pieces int64
}

// Proposal is what to buy: so much that the level is reached again once
// everybody who waits has theirs.
type Proposal struct {
	Item     Item
	Free     int64
	Underway int64
	Waits    int64 // asked by requests, and not reserved
	Lacked   int64 // what a desk could not give
	Promised int64 // to who comes in the next two weeks
	Buy      int64 // pieces, in whole packs
}

// Proposals lists what to buy for a place, with what is on its way taken into
// account. Of what is kept at no level only what is asked new is bought: what is
// used comes as a gift.
func (s *Service) Proposals(ctx context.Context, place kernel.ID) (all []Proposal, underway []Order, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		p, err := s.works(ctx, a, place)
		if err != nil {
			return err
		}
		sh, err := shelfOf(ctx, a, a.Alliance(), p, a.Today())
		if err != nil {
			return err
		}
		if underway, err = ordersOf(ctx, a, a.Alliance(), p.ID); err != nil {
			return err
		}
		comes := map[kernel.ID]int64{}
		for _, o := range underway {
			for _, l := range o.Lines {
				comes[l.Item] += l.Pieces
			}
		}
		waits, err := sh.waits(ctx, a)
		if err != nil {
			return err
		}
		lacks, err := lacksOf(ctx, a, a.Alliance(), p.ID, a.Today())
		if err != nil {
			return err
		}
		promised := map[kernel.ID]int64{}
		if s.Coming != nil {
			if promised, err = s.Coming.ComingIn(ctx, a, p.ID, a.Today(), a.Today().AddDays(soon)); err != nil {
				return err
			}
		}
		all = nil
		for id, i := range sh.items {
			if i.Off || i.Numbered || i.Level == 0 && i.Grade != New {
				continue
			}
			x := Proposal{Item: i, Free: sh.of(id).Free, Underway: comes[id], Waits: waits[id].pieces, Lacked: lacks[id], Promised: promised[id]}
			lack := i.Level + x.Waits + x.Lacked + x.Promised - x.Free - x.Underway
			if lack <= 0 {
				continue
			}
			x.Buy = (lack + i.Pack - 1) / i.Pack * i.Pack
			all = append(all, x)
		}
		slices.SortFunc(all, func(x, y Proposal) int { return CompareItems(x.Item, y.Item) })
		return nil
	})
	return all, underway, err
}

// Order says what was ordered. The ID is made by who asks.
func (s *Service) Order(ctx context.Context, id, place kernel.ID, lines []Ordered) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		p, err := s.manages(ctx, a, place)
		if err != nil {
			return err
		}
		if again, err := sent(ctx, a, id, "order", p.ID, lines); err != nil {
			return err
		} else if again {
			return done(ctx, a, "depot.manage", p.ID, "order", "again")
		}
		was, err := loadOrder(ctx, a, a.Alliance(), id)
		if err == nil && was.Place == p.ID {
			return done(ctx, a, "depot.manage", p.ID, "order", "again")
		}
		if err == nil || kernel.CodeOf(err) != kernel.NotFound {
			return errors.Join(err, kernel.NewInvalid("ledger.other_content"))
		}
		items, err := itemsOf(ctx, a, a.Alliance())
		if err != nil {
			return err
		}
		var faults kernel.Faults
		if len(lines) == 0 || len(lines) > 10*mostLines {
			faults.Check("lines", kernel.NewInvalid("depot.lines"))
		}
		seen := map[kernel.ID]bool{}
		for n, l := range lines {
			at := "lines." + strconv.Itoa(n)
			if i := items[l.Item]; i.ID == "" || i.Off || i.Numbered || seen[l.Item] {
				faults.Check(at, kernel.NewInvalid("depot.choose"))
			}
			seen[l.Item] = true
			faults.Check(at, checkPieces(l.Pieces))
		}
		if err := faults.Err(); err != nil {
			return err
		}
		_, err = a.ExecContext(ctx, `INSERT INTO depot_order (alliance, id, place, state, ordered_at, closed_at) VALUES ($1, $2, $3, 'underway', $4, '')`,
			a.Alliance(), id, p.ID, a.Now)
		for _, l := range lines {
			if err != nil {
				return err
			}
			if _, err = a.ExecContext(ctx, `INSERT INTO depot_ordered (alliance, order_id, item, pieces) VALUES ($1, $2, $3, $4)`, a.Alliance(), id, l.Item, l.Pieces); err == nil {
				err = orderLacks(ctx, a, a.Alliance(), p.ID, l.Item, id)
			}
		}
		if err != nil {
			return err
		}
		return done(ctx, a, "depot.manage", p.ID, "order", "made")
	})
}

// Arrive books what came of an order, which may be other than what was ordered.
// The order is done with it, and comes in once.
func (s *Service) Arrive(ctx context.Context, order kernel.ID, lines []Incoming) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		o, err := loadOrder(ctx, a, a.Alliance(), order)
		if err != nil {
			return err
		}
		p, err := s.works(ctx, a, o.Place)
		if err != nil {
			return err
		}
		if o.State == Off {
			return kernel.NewConflict("depot.order_closed")
		}
		if err := s.receive(ctx, a, p, Receiving{ID: o.ID, Place: p.ID, From: Bought, Lines: lines}); err != nil {
			return err
		}
		return closeOrder(ctx, a, a.Alliance(), o.ID, Arrived, a.Now)
	})
}

// CallOff says that an order will not come.
func (s *Service) CallOff(ctx context.Context, order kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		o, err := loadOrder(ctx, a, a.Alliance(), order)
		if err != nil {
			return err
		}
		p, err := s.manages(ctx, a, o.Place)
		if err != nil {
			return err
		}
		if o.State == Arrived {
			return kernel.NewConflict("depot.order_closed")
		}
		if err := closeOrder(ctx, a, a.Alliance(), o.ID, Off, a.Now); err != nil {
			return err
		}
		if err := unorderLacks(ctx, a, a.Alliance(), o.ID); err != nil {
			return err
		}
		return done(ctx, a, "depot.manage", p.ID, "order", "off")
	})
}

func loadOrder(ctx context.Context, q db.Querier, alliance, id kernel.ID) (Order, error) {
	o := Order{ID: id}
	err := q.QueryRowContext(ctx, `SELECT place, state, ordered_at FROM depot_order WHERE alliance = $1 AND id = $2`, alliance, id).Scan(&o.Place, &o.State, &o.OrderedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return o, kernel.NewNotFound("depot.order")
	}
	return o, err
}

// ordersOf are the orders of a place that have not come yet, the oldest first.
func ordersOf(ctx context.Context, q db.Querier, alliance, place kernel.ID) (all []Order, err error) {
	rows, err := q.QueryContext(ctx, `SELECT o.id, o.ordered_at, l.item, l.pieces FROM depot_order o
		JOIN depot_ordered l ON l.alliance = o.alliance AND l.order_id = o.id
		WHERE o.alliance = $1 AND o.place = $2 AND o.state = 'underway' ORDER BY o.id, l.item`, alliance, place)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		o := Order{Place: place, State: Underway}
		var l Ordered
		if err := rows.Scan(&o.ID, &o.OrderedAt, &l.Item, &l.Pieces); err != nil {
			return nil, err
		}
		if n := len(all); n == 0 || all[n-1].ID != o.ID {
			all = append(all, o)
		}
		all[len(all)-1].Lines = append(all[len(all)-1].Lines, l)
	}
	return all, rows.Err()
}

func closeOrder(ctx context.Context, q db.Querier, alliance, id kernel.ID, state OrderState, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE depot_order SET state = $3, closed_at = $4 WHERE alliance = $1 AND id = $2`, alliance, id, state, now)
	return err
}
