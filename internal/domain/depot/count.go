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
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// CountState is how far a count is.
type CountState string

// The states of a count.
const (
	Counting CountState = "counting"
	Booked   CountState = "booked"
	Dropped  CountState = "dropped"
)

// Count is one count of a place, while work goes on. What lay there when it
// began is kept; when a line is counted, what came and went meanwhile is added.
// A line that nobody counted stays as it is.
type Count struct {
	ID       kernel.ID
	Place    kernel.ID
	State    CountState
	OpenedAt kernel.Instant
	OpenedBy kernel.ID
	ClosedAt kernel.Instant
	Lines    []Counted
}

// Uncounted is what a line says that nobody has counted.
const Uncounted = -1

// Counted is one line of a count: an asset, free and promised together, as it
// lies on the shelf.
type Counted struct {
	Asset   Asset
	Item    Item
	Thing   Thing
	Began   int64 // in the book when the count began
	Moved   int64 // since, until it was counted
	Pieces  int64 // as it was counted; [Uncounted]
	Counter kernel.ID
}

// Difference is how much more was counted than the book knew then.
func (c Counted) Difference() int64 {
	if c.Pieces == Uncounted {
		return 0
	}
	return c.Pieces - c.Began - c.Moved
}

// onShelf is what the book says lies in a place, by asset.
func onShelf(ctx context.Context, q db.Querier, alliance, place kernel.ID) (map[string]int64, error) {
	all, err := ledger.Balances(ctx, q, alliance, placePath(place))
	by := map[string]int64{}
	for _, h := range all {
		if _, ok := assetOf(h.Asset); ok {
			by[h.Asset] += h.Balance
		}
	}
	return by, err
}

// BeginCount begins a count of a place. One goes on at a time: Conflict
// ("depot.counting").
func (s *Service) BeginCount(ctx context.Context, id, place kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		p, err := s.works(ctx, a, place)
		if err != nil {
			return err
		}
		if again, err := sent(ctx, a, id, "count", p.ID); err != nil {
			return err
		} else if again {
			return done(ctx, a, "depot.work", p.ID, "count", "again")
		}
		open, err := countsOf(ctx, a, a.Alliance(), p.ID, Counting)
		if err != nil {
			return err
		}
		if len(open) > 0 && open[0].ID == id {
			return done(ctx, a, "depot.work", p.ID, "count", "again")
		}
		if len(open) > 0 {
			return kernel.NewConflict("depot.counting")
		}
		_, err = a.ExecContext(ctx, `INSERT INTO depot_count (alliance, id, place, state, opened_at, opened_by, closed_at) VALUES ($1, $2, $3, 'counting', $4, $5, '')`,
			a.Alliance(), id, p.ID, a.Now, a.Actor.Person)
		if err != nil {
			return err
		}
		there, err := onShelf(ctx, a, a.Alliance(), p.ID)
		if err != nil {
			return err
		}
		for asset, n := range there {
			if err := saveCounted(ctx, a, a.Alliance(), id, asset, n, 0, Uncounted, ""); err != nil {
				return err
			}
		}
		return done(ctx, a, "depot.work", p.ID, "count", "began")
	})
}

// Told is what somebody counted.
type Told struct {
	Asset  Asset
	Pieces int64
}

// Tell says what was counted of some lines. Of an asset that the book did not
// know there was none when the count began.
func (s *Service) Tell(ctx context.Context, count kernel.ID, all []Told) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		c, err := s.counting(ctx, a, count, "depot.work")
		if err != nil {
			return err
		}
		there, err := onShelf(ctx, a, a.Alliance(), c.Place)
		if err != nil {
			return err
		}
		items, err := itemsOf(ctx, a, a.Alliance())
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return kernel.NewInvalid("depot.lines")
		}
		var faults kernel.Faults
		for n, t := range all {
			at := "lines." + strconv.Itoa(n)
			i := items[t.Asset.Item]
			if i.ID == "" || i.Dated != (t.Asset.Until != "") || i.Numbered != (t.Asset.Thing != "") {
				faults.Check(at, kernel.NewInvalid("depot.choose"))
				continue
			}
			if t.Pieces < 0 || t.Pieces > mostPieces || i.Numbered && t.Pieces > 1 {
				faults.Check(at, kernel.NewInvalid("depot.counted").With("most", strconv.Itoa(mostPieces)))
				continue
			}
			began := int64(0)
			for _, l := range c.Lines {
				if l.Asset == t.Asset {
					began = l.Began
				}
			}
			name := t.Asset.name()
			if err := saveCounted(ctx, a, a.Alliance(), c.ID, name, began, there[name]-began, t.Pieces, a.Actor.Person); err != nil {
				return err
			}
		}
		if err := faults.Err(); err != nil {
			return err
		}
		return done(ctx, a, "depot.work", c.Place, "count", "told")
	})
}

// Book writes the differences of a count in the book. Somebody else does it than
// who counted: Conflict ("depot.four_eyes"). What is missing comes out of what
// is free; where so much is not free any more, nothing is booked.
func (s *Service) Book(ctx context.Context, count kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		c, err := s.loadCount(ctx, a, count, "depot.manage")
		if err != nil {
			return err
		}
		if c.State == Booked {
			return done(ctx, a, "depot.manage", c.Place, "count", "again")
		}
		if c.State != Counting {
			return kernel.NewConflict("depot.count_closed")
		}
		t := ledger.Transfer{ID: c.ID, Kind: "depot.counted"}
		told := false
		for _, l := range c.Lines {
			if l.Pieces == Uncounted {
				continue
			}
			told = true
			if l.Counter == a.Actor.Person {
				return kernel.NewConflict("depot.four_eyes")
			}
			switch d := l.Difference(); {
			case d > 0:
				t.Moves = append(t.Moves, ledger.Move{From: toCounts, To: freePath(c.Place), Asset: l.Asset.name(), Amount: d})
			case d < 0:
				t.Moves = append(t.Moves, ledger.Move{From: freePath(c.Place), To: toCounts, Asset: l.Asset.name(), Amount: -d})
			}
		}
		if !told {
			return kernel.NewConflict("depot.nothing_counted")
		}
		if len(t.Moves) > 0 {
			if _, err := ledger.Post(ctx, a, writer(a), t); err != nil {
				if short, ok := errors.AsType[*ledger.Short](err); ok {
					return countShort(c, short)
				}
				return err
			}
		}
		if err := closeCount(ctx, a, a.Alliance(), c.ID, Booked, a.Now); err != nil {
			return err
		}
		return done(ctx, a, "depot.manage", c.Place, "count", "booked")
	})
}

// countShort says of which lines too little is free to book what is missing.
func countShort(c Count, short *ledger.Short) error {
	var faults kernel.Faults
	for n, l := range c.Lines {
		for _, x := range short.Lines {
			if x.Asset == l.Asset.name() {
				faults.Check("lines."+strconv.Itoa(n), kernel.NewConflict("depot.count_short").With("missing", strconv.FormatInt(x.Asked, 10)).
					With("free", strconv.FormatInt(x.There, 10)))
			}
		}
	}
	return faults.Err()
}

// Drop ends a count without booking it.
func (s *Service) Drop(ctx context.Context, count kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		c, err := s.counting(ctx, a, count, "depot.work")
		if err != nil {
			return err
		}
		if err := closeCount(ctx, a, a.Alliance(), c.ID, Dropped, a.Now); err != nil {
			return err
		}
		return done(ctx, a, "depot.work", c.Place, "count", "dropped")
	})
}

// CountOf is the count that goes on in a place; false when none does.
func (s *Service) CountOf(ctx context.Context, place kernel.ID) (c Count, ok bool, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		p, err := s.works(ctx, a, place)
		if err != nil {
			return err
		}
		open, err := countsOf(ctx, a, a.Alliance(), p.ID, Counting)
		if err != nil || len(open) == 0 {
			return err
		}
		ok = true
		c, err = s.loadCount(ctx, a, open[0].ID, "depot.work")
		return err
	})
	return c, ok, err
}

// counting is a count that goes on.
func (s *Service) counting(ctx context.Context, a *act.Act, id kernel.ID, action string) (Count, error) {
	c, err := s.loadCount(ctx, a, id, action)
	if err == nil && c.State != Counting {
		err = kernel.NewConflict("depot.count_closed")
	}
	return c, err
}

func (s *Service) loadCount(ctx context.Context, a *act.Act, id kernel.ID, action string) (c Count, err error) {
	al := a.Alliance()
	c.ID = id
	err = a.QueryRowContext(ctx, `SELECT place, state, opened_at, opened_by, closed_at FROM depot_count WHERE alliance = $1 AND id = $2`, al, id).
		Scan(&c.Place, &c.State, &c.OpenedAt, &c.OpenedBy, &c.ClosedAt)
	if errors.Is(err, sql.ErrNoRows) {
		err = kernel.NewNotFound("depot.count")
	}
	if err != nil {
		return c, err
	}
	if _, err := s.keeps(ctx, a, action, c.Place); err != nil {
		return c, err
	}
	items, err := itemsOf(ctx, a, al)
	if err != nil {
		return c, err
	}
	things, err := thingsOf(ctx, a, al)
	if err != nil {
		return c, err
	}
	rows, err := a.QueryContext(ctx, `SELECT asset, began, moved, counted, worker FROM depot_counted WHERE alliance = $1 AND count_id = $2`, al, id)
	if err != nil {
		return c, err
	}
	defer rows.Close()
	for rows.Next() {
		var l Counted
		var name string
		if err := rows.Scan(&name, &l.Began, &l.Moved, &l.Pieces, &l.Counter); err != nil {
			return c, err
		}
		l.Asset, _ = assetOf(name)
		l.Item, l.Thing = items[l.Asset.Item], things[l.Asset.Thing]
		c.Lines = append(c.Lines, l)
	}
	slices.SortFunc(c.Lines, func(x, y Counted) int {
		if d := CompareItems(x.Item, y.Item); d != 0 {
			return d
		}
		if x.Asset.name() < y.Asset.name() {
			return -1
		}
		return 1
	})
	return c, rows.Err()
}

func countsOf(ctx context.Context, q db.Querier, alliance, place kernel.ID, state CountState) (all []Count, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id FROM depot_count WHERE alliance = $1 AND place = $2 AND state = $3 ORDER BY id`, alliance, place, state)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		c := Count{Place: place, State: state}
		if err := rows.Scan(&c.ID); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

func saveCounted(ctx context.Context, q db.Querier, alliance, count kernel.ID, asset string, began, moved, counted int64, worker kernel.ID) error {
	_, err := q.ExecContext(ctx, `INSERT INTO depot_counted (alliance, count_id, asset, began, moved, counted, worker) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (alliance, count_id, asset) DO UPDATE SET moved = excluded.moved, counted = excluded.counted, worker = excluded.worker`,
		alliance, count, asset, began, moved, counted, worker)
	return err
}

func closeCount(ctx context.Context, q db.Querier, alliance, id kernel.ID, state CountState, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE depot_count SET state = $3, closed_at = $4 WHERE alliance = $1 AND id = $2`, alliance, id, state, now)
	return err
}
