package loans

import (
	"context"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// Unsafe is why a thing is not lent.
type Unsafe string

// The reasons. Of what may not be older than some years, one must know when it
// was made.
const (
	Safe      Unsafe = ""
	AskedBack Unsafe = "recalled"
	TooOld    Unsafe = "old"
	Undated   Unsafe = "undated"
)

// Unsafe tells whether a thing of the library may not be lent on a day.
func (l Library) Unsafe(t Thing, today kernel.Date) Unsafe {
	z, _ := l.Size(t.Size)
	switch {
	case t.Recalled:
		return AskedBack
	case z.Years > 0 && t.Made == "":
		return Undated
	case z.Years > 0 && t.Made.AddMonths(int(z.Years)*12) <= today:
		return TooOld
	}
	return Safe
}

// refuses says why a thing is not lent, as a fault; nil when it may be.
func (l Library) refuses(t Thing, today kernel.Date) error {
	why := l.Unsafe(t, today)
	if why == Safe {
		return nil
	}
	z, _ := l.Size(t.Size)
	return kernel.NewConflict("loan.unsafe."+string(why)).At("thing").With("years", strconv.FormatInt(z.Years, 10))
}

// checkMade refuses a day on which a thing cannot have been made, and what is
// too old for its size to be lent.
func (t Thing) checkMade(l Library, today kernel.Date) error {
	if _, err := kernel.ParseDate(string(t.Made)); t.Made != "" && err != nil || t.Made > today {
		return kernel.NewInvalid("loan.made")
	}
	z, _ := l.Size(t.Size)
	if why := l.Unsafe(t, today); why != Safe && why != AskedBack {
		return kernel.NewInvalid("loan.unsafe."+string(why)).With("years", strconv.FormatInt(z.Years, 10))
	}
	return nil
}

// since is what is told of its age when a thing is added.
func (t Thing) since() []string {
	if t.Made == "" {
		return nil
	}
	return []string{string(t.Made)}
}

// Recall says that a thing is asked back by its maker or is not safe, or that it
// is safe after all. What was kept of it for somebody is kept no more; a family
// that has it is mailed at once, where it may be, and stands on the board, to be
// called, until it is fetched.
func (s *Service) Recall(ctx context.Context, thing kernel.ID, recalled bool) error {
	return s.secure(ctx, "loan.manage", thing, func(a *act.Act, l Library, t *Thing) (string, error) {
		t.Recalled = recalled
		return map[bool]string{true: "recalled", false: "safe"}[recalled], nil
	})
}

// Date writes down when a thing was made.
func (s *Service) Date(ctx context.Context, thing kernel.ID, made kernel.Date) error {
	return s.secure(ctx, "loan.work", thing, func(a *act.Act, l Library, t *Thing) (string, error) {
		if _, err := kernel.ParseDate(string(made)); err != nil || made > a.Today() {
			return "", kernel.NewInvalid("loan.made").At("made")
		}
		t.Made = made
		return "made", nil
	})
}

// secure changes what is known of how safe a thing is, and does what follows.
func (s *Service) secure(ctx context.Context, action string, thing kernel.ID, change func(a *act.Act, l Library, t *Thing) (how string, err error)) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		t, err := loadThing(ctx, a, a.Alliance(), thing)
		if err != nil {
			return err
		}
		l, err := loadLibrary(ctx, a, a.Alliance(), t.Library)
		if err != nil {
			return err
		}
		if err := a.Allow(ctx, action, l.Org); err != nil {
			return err
		}
		was := l.Unsafe(t, a.Today())
		how, err := change(a, l, &t)
		if err != nil {
			return err
		}
		if err := saveSafety(ctx, a, a.Alliance(), t); err != nil {
			return err
		}
		if err := s.follow(ctx, a, l, t, was); err != nil {
			return err
		}
		return done(ctx, a, action, l.ID, how, string(t.ID))
	})
}

// follow does what follows when a thing is not safe any more, or is again.
func (s *Service) follow(ctx context.Context, a *act.Act, l Library, t Thing, was Unsafe) error {
	is := l.Unsafe(t, a.Today())
	switch {
	case is == was:
		return nil
	case is == Safe && t.State == Ready:
		return s.promote(ctx, a, l, t)
	case is != Safe && t.State == Held:
		return s.release(ctx, a, l, t)
	case is == AskedBack && t.State == Out:
		return a.Later(ctx, RemindJob, Reminding{Loan: t.By, Why: Recalled}, "", string(t.By)+"/"+string(Recalled)+"/"+string(a.Now))
	}
	return nil
}

// release takes what was kept of a thing away from who waited for it: they wait
// again, in their old place, and get another where there is one.
func (s *Service) release(ctx context.Context, a *act.Act, l Library, t Thing) error {
	w, err := loadWish(ctx, a, a.Alliance(), t.By)
	if err != nil {
		return err
	}
	if _, err := a.Post(ctx, ledger.Transfer{ID: kernel.NewID(), Kind: "loan.let_go", Moves: []ledger.Move{moved(assetOf(t), heldFor(l.ID, w.ID), stateOf(l.ID, Ready))}}); err != nil {
		return err
	}
	w.State, w.Holds, w.Until = Waiting, "", ""
	if err := saveWish(ctx, a, a.Alliance(), w); err != nil {
		return err
	}
	things, err := thingsOf(ctx, a, a.Alliance(), l.ID)
	if err != nil {
		return err
	}
	for _, o := range things {
		if o.State == Ready && w.takes(o) && l.Unsafe(o, a.Today()) == Safe {
			return s.keep(ctx, a, l, o, &w)
		}
	}
	return nil
}
