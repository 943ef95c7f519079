package depot

import (
	"context"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// About says which letter a job is to write.
type About struct {
	Request kernel.ID
	Until   kernel.Date
}

// Ready says that what is reserved was picked and can be fetched, until as many
// days as the rules of the place say. Who asked is told by mail.
func (s *Service) Ready(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		r, p, err := s.picks(ctx, a, id)
		if err != nil {
			return err
		}
		sh, err := shelfOf(ctx, a, a.Alliance(), p, a.Today())
		if err != nil {
			return err
		}
		if err := sh.fill(ctx, a, &r); err != nil {
			return err
		}
		switch {
		case r.State == Ready: // said twice
			return done(ctx, a, "depot.work", r.ID, "request", "again")
		case r.State != Asked:
			return kernel.NewConflict("depot.request_closed")
		case !r.Held():
			return kernel.NewConflict("depot.nothing_held")
		}
		r.State, r.ReadyAt, r.Until, r.Version = Ready, a.Now, a.Today().AddDays(int(p.Rules.KeepDays)), r.Version+1
		if err := saveRequest(ctx, a, a.Alliance(), r); err != nil {
			return err
		}
		if err := a.Later(ctx, ReadyJob, About{r.ID, r.Until}, "", ReadyJob+"/"+string(r.ID)+"/"+strconv.FormatInt(r.Version, 10)); err != nil {
			return err
		}
		return done(ctx, a, "depot.work", r.ID, "request", "ready")
	})
}

// HandOver says that what was reserved went out. What is still missing keeps
// waiting, unless last: then the request is done. What may not go out any more
// stops it all: Conflict ("depot.blocked").
func (s *Service) HandOver(ctx context.Context, id, request kernel.ID, last bool) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		r, p, err := s.picks(ctx, a, request)
		if err != nil {
			return err
		}
		again, err := before(ctx, a, id, "depot.handed", heldPath(p.ID, r.ID), last)
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
		if err := sh.fill(ctx, a, &r); err != nil {
			return err
		}
		t := ledger.Transfer{ID: id, Kind: "depot.handed"}
		var faults kernel.Faults
		for _, h := range sh.lots[r.ID] {
			x, _ := assetOf(h.Asset)
			if sh.blocked(x, a.Today()) {
				for n, l := range r.Lines {
					if l.Item == x.Item {
						faults.Check("lines."+strconv.Itoa(n), kernel.NewConflict("depot.blocked"))
					}
				}
			}
			t.Moves = append(t.Moves, ledger.Move{From: heldPath(p.ID, r.ID), To: handedPath(r.ID), Asset: h.Asset, Amount: h.Balance})
		}
		if err := faults.Err(); err != nil {
			return err
		}
		if len(t.Moves) == 0 {
			return kernel.NewConflict("depot.nothing_held")
		}
		if _, err := ledger.Post(ctx, a, writer(a), t); err != nil {
			return err
		}
		waits := false
		for n := range r.Lines {
			l := &r.Lines[n]
			l.wants = l.Missing()
			l.Open = l.Open && l.wants > 0 && !last
			waits = waits || l.Open
		}
		r.Until, r.Version = "", r.Version+1
		if r.State = Asked; !waits {
			r.State, r.ClosedAt = Collected, a.Now
		}
		if err := saveRequest(ctx, a, a.Alliance(), r); err != nil {
			return err
		}
		return done(ctx, a, "depot.work", r.ID, "request", "handed")
	})
}

// PutBack brings what was reserved for a request back to what is free. Missed
// says that nobody came for it: then the request is closed, and can be asked
// again.
func (s *Service) PutBack(ctx context.Context, id, request kernel.ID, missed bool) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		r, p, err := s.picks(ctx, a, request)
		if err != nil {
			return err
		}
		again, err := before(ctx, a, id, "depot.back", heldPath(p.ID, r.ID), missed)
		if err != nil {
			return err
		}
		if again {
			return done(ctx, a, "depot.work", r.ID, "request", "again")
		}
		if missed && r.State != Ready {
			return kernel.NewConflict("depot.not_ready")
		}
		to := Asked
		if missed {
			to = Missed
		}
		if err := s.back(ctx, a, id, r, to); err != nil {
			return err
		}
		return done(ctx, a, "depot.work", r.ID, "request", "back")
	})
}

// back brings what a request holds back to what is free, and leaves the request
// in a state.
func (s *Service) back(ctx context.Context, a *act.Act, id kernel.ID, r Request, to State) error {
	all, err := ledger.Balances(ctx, a, a.Alliance(), heldPath(r.Place, r.ID))
	if err != nil {
		return err
	}
	t := ledger.Transfer{ID: id, Kind: "depot.back", Reason: string(to)}
	for _, h := range all {
		t.Moves = append(t.Moves, ledger.Move{From: h.Path, To: freePath(r.Place), Asset: h.Asset, Amount: h.Balance})
	}
	if len(t.Moves) > 0 {
		if _, err := ledger.Post(ctx, a, writer(a), t); err != nil {
			return err
		}
	} else if to == Asked {
		return kernel.NewConflict("depot.nothing_held")
	}
	r.State, r.Until, r.Version = to, "", r.Version+1
	if to != Asked {
		r.ClosedAt = a.Now
		for n := range r.Lines {
			r.Lines[n].Open, r.Lines[n].Instead = false, ""
		}
	}
	return saveRequest(ctx, a, a.Alliance(), r)
}

// Cancel takes a request back: who asked it can, and the place of which it was
// asked. What was reserved for it is free again.
func (s *Service) Cancel(ctx context.Context, request kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		r, _, err := s.open(ctx, a, request, "depot.follow", "depot.work")
		if err != nil {
			return err
		}
		switch r.State {
		case Cancelled:
			return done(ctx, a, "depot.follow", r.ID, "request", "again")
		case Asked, Ready:
		default:
			return kernel.NewConflict("depot.request_closed")
		}
		if err := s.back(ctx, a, kernel.NewID(), r, Cancelled); err != nil {
			return err
		}
		return done(ctx, a, "depot.follow", r.ID, "request", "cancelled")
	})
}

// AskAgain opens a request for which nobody came.
func (s *Service) AskAgain(ctx context.Context, request kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		r, err := s.follows(ctx, a, request)
		if err != nil {
			return err
		}
		if r.State != Missed {
			return kernel.NewConflict("depot.not_missed")
		}
		handed, err := handedTo(ctx, a, a.Alliance(), r.ID)
		if err != nil {
			return err
		}
		r.State, r.ClosedAt, r.ReadyAt, r.Version = Asked, "", "", r.Version+1
		for n := range r.Lines {
			l := &r.Lines[n]
			l.wants = max(0, l.Asked-handed[l.Item])
			l.Open = l.wants > 0
		}
		if err := saveRequest(ctx, a, a.Alliance(), r); err != nil {
			return err
		}
		return done(ctx, a, "depot.follow", r.ID, "request", "again_asked")
	})
}

// Sweep brings back what nobody fetched in time.
func (s *Service) Sweep(ctx context.Context) (swept int64, err error) {
	today := kernel.InstantOf(s.Acts.Now()).Date()
	for {
		var id, alliance kernel.ID
		err := s.Acts.DB.Read(ctx, func(q db.Querier) (err error) {
			id, alliance, err = overdue(ctx, q, today)
			return err
		})
		if err != nil || id == "" {
			return swept, err
		}
		as := act.As(ctx, policy.SystemActor(alliance))
		err = s.Acts.Do(as, func(a *act.Act) error {
			if err := a.Allow(as, "system.work", ""); err != nil {
				return err
			}
			r, err := loadRequest(as, a, alliance, id)
			if err != nil {
				return err
			}
			if r.State == Ready && r.Until < today { // nobody did it meanwhile
				if err := s.back(as, a, kernel.NewID(), r, Missed); err != nil {
					return err
				}
			}
			return done(as, a, "system.work", id, "request", "missed")
		})
		if err != nil {
			return swept, err
		}
		swept++
	}
}

// Letter tells who asked that something can be fetched. It names no child.
type Letter struct {
	To     kernel.Email // empty: nobody to tell
	Lang   kernel.Lang
	Number int64
	ID     kernel.ID
	Place  string
	Until  kernel.Date
}

// ReadyToMail is the letter of a job; one without an address when it has been
// overtaken.
func (s *Service) ReadyToMail(ctx context.Context, alliance kernel.ID, about About) (l Letter, err error) {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		r, err := loadRequest(ctx, a, alliance, about.Request)
		if err != nil || r.State != Ready || r.Until != about.Until {
			return err
		}
		p, err := loadPlace(ctx, a, alliance, r.Place)
		if err != nil {
			return err
		}
		posts, err := s.Members.PostsIn(ctx, a, r.Worker)
		if err != nil {
			return err
		}
		for _, post := range posts {
			if post.Organisation.ID != r.Org {
				continue
			}
			l = Letter{To: post.Worker.Mail, Lang: post.Worker.Lang, Number: r.Number, ID: r.ID, Place: p.Name, Until: r.Until}
		}
		return nil
	})
	return l, err
}
