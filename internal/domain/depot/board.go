package depot

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// Short is a sort of thing of which more is asked than there is.
type Short struct {
	Item    Item
	Missing int64 // pieces that are asked, and neither reserved nor free
	Asked   int64 // pieces that wait, of all requests
	Waiting int64 // how many requests wait for it
	Lacked  int64 // pieces that a desk could not give
}

// Month is what came in and went out in a month, in pieces.
type Month struct {
	Month         string // "2026-03"
	In, Out, Lost int64  // pieces

	Given, Taken, People int64 // in a container
}

// Board is how a place fares.
type Board struct {
	Place   Place
	Free    int64
	Held    int64
	Blocked int64
	Waiting int64 // requests that wait
	Ready   int64 // requests that wait to be fetched
	Oldest  kernel.Instant
	Waits   [4]int64 // requests that wait: under a week, two weeks, four weeks, longer
	Shorts  []Short
	Comes   int64 // pieces that were ordered and have not come
	Months  []Month
}

// Shorts lists of what there is too little in a place: for an appeal, all
// partners may know it.
func (s *Service) Shorts(ctx context.Context, place kernel.ID) (all []Short, p Place, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "depot.read", ""); err != nil {
			return err
		}
		sh, err := s.shelf(ctx, a, place)
		if err != nil {
			return err
		}
		p = sh.place
		all, err = sh.shorts(ctx, a)
		return err
	})
	return all, p, err
}

// waiting is how much of an item waits, and for how many requests.
type waiting struct{ pieces, requests int64 }

// waits is what requests wait for, by item. What is reserved for a request that
// waits, or went out for it already, waits no longer.
func (s shelf) waits(ctx context.Context, a *act.Act) (map[kernel.ID]waiting, error) {
	rows, err := a.QueryContext(ctx, `SELECT item, CAST(sum(wants) AS BIGINT), count(*) FROM depot_line WHERE alliance = $1 AND place = $2 AND open GROUP BY item`,
		a.Alliance(), s.place.ID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	by := map[kernel.ID]waiting{}
	for rows.Next() {
		var item kernel.ID
		var w waiting
		if err := rows.Scan(&item, &w.pieces, &w.requests); err != nil {
			return nil, err
		}
		w.pieces = max(0, w.pieces-s.of(item).Held)
		by[item] = w
	}
	return by, rows.Err()
}

// shorts compares what waits, and what a desk could not give, with what lies
// free.
func (s shelf) shorts(ctx context.Context, a *act.Act) (all []Short, err error) {
	by, err := s.waits(ctx, a)
	if err != nil {
		return nil, err
	}
	lacks, err := lacksOf(ctx, a, a.Alliance(), s.place.ID, a.Today())
	if err != nil {
		return nil, err
	}
	for item := range lacks {
		by[item] = by[item] // a desk alone may lack it
	}
	for item, w := range by {
		of := s.of(item)
		of.Item = s.items[item]
		if missing := w.pieces + lacks[item] - of.Free; missing > 0 {
			all = append(all, Short{Item: of.Item, Missing: missing, Asked: w.pieces, Waiting: w.requests, Lacked: lacks[item]})
		}
	}
	slices.SortFunc(all, func(x, y Short) int { return cmp.Or(cmp.Compare(y.Missing, x.Missing), CompareItems(x.Item, y.Item)) })
	return all, nil
}

// Board shows how a place fares: what lies there, what waits, and a year of
// months.
func (s *Service) Board(ctx context.Context, place kernel.ID) (b Board, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "depot.read", ""); err != nil {
			return err
		}
		sh, err := s.shelf(ctx, a, place)
		if err != nil {
			return err
		}
		b = Board{Place: sh.place}
		for _, of := range sh.stock {
			b.Free, b.Held, b.Blocked = b.Free+of.Free, b.Held+of.Held, b.Blocked+of.Blocked
		}
		if b.Shorts, err = sh.shorts(ctx, a); err != nil {
			return err
		}
		if err := b.waits(ctx, a); err != nil {
			return err
		}
		underway, err := ordersOf(ctx, a, a.Alliance(), b.Place.ID)
		if err != nil {
			return err
		}
		for _, o := range underway {
			for _, l := range o.Lines {
				b.Comes += l.Pieces
			}
		}
		first := kernel.DateOf(a.Today().Time().Year(), a.Today().Time().Month(), 1).AddMonths(-11)
		return b.months(ctx, a, first)
	})
	return b, err
}

func (b *Board) waits(ctx context.Context, a *act.Act) error {
	al, now := a.Alliance(), a.Now.Time()
	day := func(n int) kernel.Instant { return kernel.InstantOf(now.AddDate(0, 0, -n)) }
	return a.QueryRowContext(ctx, `SELECT
			count(*) FILTER (WHERE state = 'asked'), count(*) FILTER (WHERE state = 'ready'), coalesce(min(made_at) FILTER (WHERE state = 'asked'), ''),
			count(*) FILTER (WHERE state = 'asked' AND made_at > $3), count(*) FILTER (WHERE state = 'asked' AND made_at <= $3 AND made_at > $4),
			count(*) FILTER (WHERE state = 'asked' AND made_at <= $4 AND made_at > $5), count(*) FILTER (WHERE state = 'asked' AND made_at <= $5)
		FROM depot_request WHERE alliance = $1 AND place = $2 AND state IN ('asked', 'ready')`, al, b.Place.ID, day(7), day(14), day(28)).
		Scan(&b.Waiting, &b.Ready, &b.Oldest, &b.Waits[0], &b.Waits[1], &b.Waits[2], &b.Waits[3])
}

// months sums a year out of the book: what came in from outside, went out to
// families, and was lost. What only changed its shelf counts for nothing.
func (b *Board) months(ctx context.Context, a *act.Act, first kernel.Date) error {
	sums, err := ledger.Months(ctx, a, a.Alliance(), placePath(b.Place.ID), first, a.Today())
	if err != nil {
		return err
	}
	at := map[string]*Month{}
	for n := range 12 {
		b.Months = append(b.Months, Month{Month: string(first.AddMonths(n))[:7]})
	}
	for n := range b.Months {
		at[b.Months[n].Month] = &b.Months[n]
	}
	for _, x := range sums {
		m := at[x.Month]
		if m == nil {
			continue
		}
		switch x.Kind {
		case "depot.given", "depot.bought":
			m.In += x.In
		case "depot.handed", handOut:
			m.Out += x.Out
		case "correct": // a tick at a desk that was taken back
			m.Out -= x.In
		case "depot.lost":
			m.Lost += x.Out
		}
	}
	for _, m := range at { // what was handed out in the month before, and taken back in this one
		m.Out = max(0, m.Out)
	}
	rows, err := a.QueryContext(ctx, `SELECT substr(day, 1, 7), CAST(sum(given) AS BIGINT), CAST(sum(taken) AS BIGINT), CAST(sum(people) AS BIGINT)
		FROM depot_swap WHERE alliance = $1 AND place = $2 AND day >= $3 GROUP BY substr(day, 1, 7)`, a.Alliance(), b.Place.ID, first)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var month string
		var given, taken, people int64
		if err := rows.Scan(&month, &given, &taken, &people); err != nil {
			return err
		}
		if m := at[month]; m != nil {
			m.Given, m.Taken, m.People = given, taken, people
		}
	}
	return rows.Err()
}

// Swap is what people gave and took in a container on a day. Of nobody.
type Swap struct {
	ID                   kernel.ID
	Place                kernel.ID
	Day                  kernel.Date
	People, Given, Taken int64
}

// Swapped counts what people gave and took, without anybody's name.
func (s *Service) Swapped(ctx context.Context, in Swap) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		p, err := s.works(ctx, a, in.Place)
		if err != nil {
			return err
		}
		if again, err := sent(ctx, a, in.ID, "swap", in); err != nil {
			return err
		} else if again {
			return done(ctx, a, "depot.work", p.ID, "swap", "again")
		}
		var faults kernel.Faults
		if in.Day == "" || in.Day > a.Today() || in.Day < a.Today().AddDays(-366) {
			faults.Check("day", kernel.NewInvalid("depot.day"))
		}
		for field, n := range map[string]int64{"people": in.People, "given": in.Given, "taken": in.Taken} {
			if n < 0 || n > mostPieces {
				faults.Check(field, kernel.NewInvalid("depot.counted").With("most", strconv.Itoa(mostPieces)))
			}
		}
		if in.People+in.Given+in.Taken == 0 {
			faults.Check("given", kernel.NewInvalid("depot.counted").With("most", strconv.Itoa(mostPieces)))
		}
		if err := faults.Err(); err != nil {
			return err
		}
		if err := saveSwap(ctx, a, a.Alliance(), in); err != nil {
			return err
		}
		return done(ctx, a, "depot.work", p.ID, "swap", "counted")
	})
}

func saveSwap(ctx context.Context, q db.Querier, alliance kernel.ID, in Swap) error {
	_, err := q.ExecContext(ctx, `INSERT INTO depot_swap (alliance, place, id, day, people, given, taken) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		alliance, in.Place, in.ID, in.Day, in.People, in.Given, in.Taken)
	return err
}
