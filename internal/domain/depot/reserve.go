package depot

import (
	"context"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// fill says of each line of a request what is there for it, and for others.
func (s shelf) fill(ctx context.Context, q *act.Act, r *Request) error {
	handed, err := handedTo(ctx, q, q.Alliance(), r.ID)
	if err != nil {
		return err
	}
	for n := range r.Lines {
		l := &r.Lines[n]
		l.Held, l.Handed = s.held[r.ID][l.Item], handed[l.Item]
		l.Free, l.Others, l.Lots = 0, 0, nil
		for _, h := range s.lots[r.ID] {
			if x, ok := assetOf(h.Asset); ok && x.Item == l.Item && (x.Until != "" || x.Thing != "") {
				l.Lots = append(l.Lots, Lot{Asset: x, Thing: s.things[x.Thing], Free: h.Balance, Blocked: s.blocked(x, q.Today())})
			}
		}
		if of := s.stock[l.Item]; of != nil {
			l.Free, l.Others = of.Free, of.Held-l.Held
		}
	}
	return nil
}

// handedTo is what went out for a request, by item.
func handedTo(ctx context.Context, q db.Querier, alliance, request kernel.ID) (map[kernel.ID]int64, error) {
	all, err := ledger.Balances(ctx, q, alliance, handedPath(request))
	by := map[kernel.ID]int64{}
	for _, h := range all {
		if x, ok := assetOf(h.Asset); ok {
			by[x.Item] += h.Balance
		}
	}
	return by, err
}

// Reserve promises a request what it asks, out of what lies free; what ends
// first goes first. When something is short nothing is reserved, and every line
// that is short says so: Conflict ("depot.short") at "lines.N" with what was
// asked, what lies free and what others were promised. With partly, what is
// there is reserved and the rest waits. The ID is made by who asks: the same
// reservation is made once.
func (s *Service) Reserve(ctx context.Context, id, request kernel.ID, partly bool) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		r, p, err := s.picks(ctx, a, request)
		if err != nil {
			return err
		}
		again, err := before(ctx, a, id, "depot.reserved", heldPath(p.ID, r.ID), partly)
		if err != nil {
			return err
		}
		if again {
			return done(ctx, a, "depot.work", r.ID, "request", "again")
		}
		if r.State != Asked && r.State != Ready {
			return kernel.NewConflict("depot.request_closed")
		}
		sh, err := shelfOf(ctx, a, a.Alliance(), p, a.Today())
		if err != nil {
			return err
		}
		if err := s.reserve(ctx, a, sh, id, r, partly); err != nil {
			return err
		}
		return done(ctx, a, "depot.work", r.ID, "request", "reserved")
	})
}

func (s *Service) reserve(ctx context.Context, a *act.Act, sh shelf, id kernel.ID, r Request, partly bool) error {
	if err := sh.fill(ctx, a, &r); err != nil {
		return err
	}
	var faults kernel.Faults
	t := ledger.Transfer{ID: id, Kind: "depot.reserved"}
	wanted := false
	for n, l := range r.Lines {
		need := l.Missing()
		if need == 0 || !l.Open {
			continue
		}
		wanted = true
		moves, left := sh.take(l.Item, need)
		if left > 0 && !partly {
			faults.Check("lines."+strconv.Itoa(n), kernel.NewConflict("depot.short").With("asked", strconv.FormatInt(need, 10)).
				With("free", strconv.FormatInt(l.Free, 10)).With("reserved", strconv.FormatInt(l.Others, 10)))
		}
		for _, m := range moves {
			m.From, m.To = freePath(r.Place), heldPath(r.Place, r.ID)
			t.Moves = append(t.Moves, m)
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	switch {
	case !wanted:
		return kernel.NewConflict("depot.nothing_missing")
	case len(t.Moves) == 0:
		return kernel.NewConflict("depot.nothing_free")
	}
	_, err := ledger.Post(ctx, a, writer(a), t)
	return err
}

// ShareOut reserves for all requests that wait in a place what lies free, in the
// order that its rules say, and tells for how many something was found.
func (s *Service) ShareOut(ctx context.Context, id, place kernel.ID) (helped int, err error) {
	const most = 200 // at once, those that come first
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		helped = 0
		p, err := s.works(ctx, a, place)
		if err != nil {
			return err
		}
		again, err := before(ctx, a, id, "depot.reserved", placePath(p.ID))
		if err != nil {
			return err
		}
		if again {
			return done(ctx, a, "depot.work", p.ID, "request", "again")
		}
		sh, err := shelfOf(ctx, a, a.Alliance(), p, a.Today())
		if err != nil {
			return err
		}
		all, err := inTurn(ctx, a, p, most)
		if err != nil {
			return err
		}
		t := ledger.Transfer{ID: id, Kind: "depot.reserved"}
		for _, r := range all {
			if err := sh.fill(ctx, a, &r); err != nil {
				return err
			}
			found := false
			for _, l := range r.Lines {
				if !l.Open || len(t.Moves) > 900 { // a transfer has its bound; the rest is for the next time
					continue
				}
				moves, _ := sh.take(l.Item, l.Missing())
				for _, m := range moves {
					sh.gone(m)
					m.From, m.To = freePath(p.ID), heldPath(p.ID, r.ID)
					t.Moves, found = append(t.Moves, m), true
				}
			}
			if found {
				helped++
			}
		}
		if helped == 0 {
			return kernel.NewConflict("depot.nothing_free")
		}
		if _, err := ledger.Post(ctx, a, writer(a), t); err != nil {
			return err
		}
		return done(ctx, a, "depot.work", p.ID, "request", "shared_out")
	})
	return helped, err
}

// gone takes what was picked off the shelf, within one act.
func (s shelf) gone(m ledger.Move) {
	x, _ := assetOf(m.Asset)
	of := s.stock[x.Item]
	for n := range of.Lots {
		if of.Lots[n].name() == m.Asset {
			of.Lots[n].Free -= m.Amount
		}
	}
	of.Free -= m.Amount
}
