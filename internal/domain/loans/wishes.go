package loans

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// Wishing is a reservation as it is asked for.
type Wishing struct {
	ID       kernel.ID // made by who asks
	Borrower kernel.ID
	Size     string
	Thing    kernel.ID // zero: whichever of the size
}

// Reserve keeps a thing for a borrower, or gives a place in the row of those who
// wait. Two never get the same: keeping is a transfer in the book. The same ID
// is one reservation. Who waits for the size already is Conflict
// ("loan.waits_already").
func (s *Service) Reserve(ctx context.Context, in Wishing) (w Wish, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		w, err = s.reserve(ctx, a, in)
		return err
	})
	if err != nil {
		return Wish{}, err
	}
	return w, nil
}

func (s *Service) reserve(ctx context.Context, a *act.Act, in Wishing) (w Wish, err error) {
	b, l, err := s.mayIn(ctx, a, in.Borrower)
	if err != nil {
		return w, err
	}
	w = Wish{ID: in.ID, Library: l.ID, Borrower: b.ID, Size: in.Size, Thing: in.Thing, State: Waiting, MadeAt: a.Now}
	things, err := thingsOf(ctx, a, a.Alliance(), l.ID)
	if err != nil {
		return w, err
	}
	found := in.Thing == ""
	for _, t := range things {
		if t.ID == in.Thing {
			found, w.Size = t.State != Lost && t.State != Retired, t.Size
		}
	}
	if !found {
		return w, kernel.NewNotFound("loan.thing")
	}
	again, err := once(ctx, a, Step{ID: in.ID, Library: l.ID, Kind: "wish"}, string(b.ID), w.Size, string(in.Thing))
	if err != nil {
		return w, err
	}
	if again {
		if w, err = loadWish(ctx, a, a.Alliance(), in.ID); err == nil {
			err = place(ctx, a, a.Alliance(), &w)
		}
		if err != nil {
			return w, err
		}
		return w, done(ctx, a, "loan.work", l.ID, "again", "wish")
	}
	if _, ok := l.Size(w.Size); !ok {
		return w, kernel.NewInvalid("loan.size").At("size")
	}
	if l.Closed {
		return w, kernel.NewConflict("loan.closed")
	}
	mine, err := wishesWhere(ctx, a, a.Alliance(), `borrower = $2 AND size = $3 AND state IN ($4, $5)`, b.ID, w.Size, Waiting, Kept)
	if err != nil {
		return w, err
	}
	if len(mine) > 0 {
		return w, kernel.NewConflict("loan.waits_already").At("size")
	}
	if w.Number, err = next(ctx, a, a.Alliance(), wishNumbers); err != nil {
		return w, err
	}
	if err := saveWish(ctx, a, a.Alliance(), w); err != nil {
		return w, err
	}
	for _, t := range things {
		if t.State != Ready || !w.takes(t) || l.Unsafe(t, a.Today()) != Safe {
			continue
		}
		if err := s.keep(ctx, a, l, t, &w); err != nil {
			return w, err
		}
		break
	}
	if err := place(ctx, a, a.Alliance(), &w); err != nil {
		return w, err
	}
	return w, done(ctx, a, "loan.work", l.ID, "wish", string(w.ID))
}

// takes tells whether a thing is what is wished.
func (w Wish) takes(t Thing) bool { return w.Thing == t.ID || w.Thing == "" && w.Size == t.Size }

// keep sets a thing that is ready aside for a wish.
func (s *Service) keep(ctx context.Context, a *act.Act, l Library, t Thing, w *Wish) error {
	_, err := a.Post(ctx, ledger.Transfer{ID: kernel.NewID(), Kind: "loan.keep", Moves: []ledger.Move{moved(assetOf(t), stateOf(l.ID, Ready), heldFor(l.ID, w.ID))}})
	if err != nil {
		return err
	}
	w.State, w.Holds, w.Until = Kept, t.ID, a.Today().AddDays(int(l.KeepDays))
	if err := saveWish(ctx, a, a.Alliance(), *w); err != nil {
		return err
	}
	return a.Later(ctx, RemindJob, Reminding{Wish: w.ID, Why: Fetch}, "", string(w.ID)+"/"+string(t.ID)+"/"+string(w.Until))
}

// promote keeps a thing that became ready for who waits for it longest.
func (s *Service) promote(ctx context.Context, a *act.Act, l Library, t Thing) error {
	if l.Unsafe(t, a.Today()) != Safe {
		return nil
	}
	waiting, err := wishesWhere(ctx, a, a.Alliance(), `library = $2 AND state = $3 AND size = $4 AND thing IN ('', $5)`, l.ID, Waiting, t.Size, t.ID)
	if err != nil || len(waiting) == 0 {
		return err
	}
	return s.keep(ctx, a, l, t, &waiting[0])
}

// place is the place of a wish in the row.
func place(ctx context.Context, q db.Querier, alliance kernel.ID, w *Wish) error {
	w.Place = 0
	if w.State != Waiting {
		return nil
	}
	before, err := wishesWhere(ctx, q, alliance, `library = $2 AND state = $3 AND size = $4 AND number <= $5`, w.Library, Waiting, w.Size, w.Number)
	w.Place = int64(len(before))
	return err
}

// Drop ends a wish: nobody waits for it any more, and what was kept is for the
// next. The same asked twice is done once.
func (s *Service) Drop(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		w, err := loadWish(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		_, l, err := s.mayIn(ctx, a, w.Borrower)
		if err != nil {
			return err
		}
		if err := s.letGo(ctx, a, l, w, Cancelled); err != nil {
			return err
		}
		return done(ctx, a, "loan.work", l.ID, "wish", string(w.ID))
	})
}

// letGo ends a wish that is still open, and gives what it held to the next.
func (s *Service) letGo(ctx context.Context, a *act.Act, l Library, w Wish, to WishState) error {
	if w.State != Waiting && w.State != Kept {
		return nil
	}
	holds := w.Holds
	w.State, w.Holds = to, ""
	if err := saveWish(ctx, a, a.Alliance(), w); err != nil || holds == "" {
		return err
	}
	t, err := loadThing(ctx, a, a.Alliance(), holds)
	if err != nil {
		return err
	}
	_, err = a.Post(ctx, ledger.Transfer{ID: kernel.NewID(), Kind: "loan.let_go", Moves: []ledger.Move{moved(assetOf(t), heldFor(l.ID, w.ID), stateOf(l.ID, Ready))}})
	if err != nil {
		return err
	}
	return s.promote(ctx, a, l, t)
}
