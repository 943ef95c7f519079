package families

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// The reasons for which a file closes.
const (
	ClosedHelped    = "helped"     // what was needed was found
	ClosedMoved     = "moved"      // lives outside the alliance
	ClosedHandedOn  = "handed_on"  // others took over
	ClosedAsked     = "asked"      // the family wants no more of it
	ClosedNoContact = "no_contact" // the family cannot be reached any more
	ClosedMistake   = "mistake"    // opened by mistake, or twice
)

// CloseReasons lists the reasons in the order in which they are offered.
var CloseReasons = [...]string{ClosedHelped, ClosedMoved, ClosedHandedOn, ClosedAsked, ClosedNoContact, ClosedMistake}

// EraseReasons lists the reasons for which a family is erased: the family
// asked, its data was kept as long as it may, or it should never have been
// here.
var EraseReasons = [...]string{"asked", "retention", "mistake"}

// Close ends the work with a family. The care team can still read the file and
// open it again; nothing in it changes meanwhile.
func (s *Service) Close(ctx context.Context, family kernel.ID, reason string) error {
	return s.change(ctx, family, func(a *act.Act, f *Family) (act.Entry, error) {
		entry := act.Entry{Fields: []string{"state"}, Detail: map[string]string{"state": string(StateClosed), "reason": reason}}
		if !slices.Contains(CloseReasons[:], reason) {
			return entry, kernel.NewInvalid("family.close_reason").At("reason")
		}
		f.State = StateClosed
		if err := mark(ctx, a, family, Event{Kind: "closed", Detail: reason}); err != nil {
			return entry, err
		}
		return entry, a.Tell(ctx, Closed{family})
	})
}

// Reopen takes up the work with a family again. The worker who does is in the
// care team from then on, at the present post.
func (s *Service) Reopen(ctx context.Context, family kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.change", family); err != nil {
			return err
		}
		f, err := load(ctx, a, a.Alliance(), family)
		if err != nil {
			return err
		}
		if f.State != StateClosed {
			return kernel.NewConflict("family.not_closed")
		}
		f.State, f.ChangedAt = StateOpen, a.Now
		if err := save(ctx, a, a.Alliance(), &f); err != nil {
			return err
		}
		team, err := carersOf(ctx, a, a.Alliance(), family)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(team, func(c Carer) bool { return c.Holder == a.Actor.Person }) {
			err = givePosts(ctx, a, family, a.Actor.Person, []kernel.ID{a.Actor.Org})
		} else {
			err = joinTeam(ctx, a, family, a.Actor.Person, CarerWorker, a.Actor.Org)
		}
		if err != nil {
			return err
		}
		if err := mark(ctx, a, family, Event{Kind: "reopened"}); err != nil {
			return err
		}
		if err := a.Tell(ctx, Reopened{family}); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.change", Subject: family, Fields: []string{"state"},
			Detail: map[string]string{"state": string(StateOpen)}})
	})
}

// Forget erases a family: the key to who they are is destroyed, and with the
// next backup what older backups still hold of it. What stays is a figure: that there was a family, in
// which municipality, from when to when, how many people in which role and of
// which year of birth. The privacy officer decides it, and never sees the
// file. The files that went into this one go with it, and the number of such a
// file stands for the family.
func (s *Service) Forget(ctx context.Context, family kernel.ID, reason string) error {
	if !slices.Contains(EraseReasons[:], reason) {
		return kernel.NewInvalid("family.erase_reason").At("reason")
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.erase", family); err != nil {
			return err
		}
		return s.ForgetIn(ctx, a, family, reason)
	})
}

// ForgetIn is [Service.Forget] within an act of a module above, which has asked
// whether it may.
func (s *Service) ForgetIn(ctx context.Context, a *act.Act, family kernel.ID, reason string) error {
	into, err := leadsTo(ctx, a, family)
	if err != nil {
		return err
	}
	f, err := load(ctx, a, a.Alliance(), into)
	if err != nil {
		return err
	}
	if f.State == StateErased {
		return kernel.NewConflict("family.erased")
	}
	if err := s.erase(ctx, a, &f); err != nil {
		return err
	}
	if err := a.Tell(ctx, Forgotten{f.ID}); err != nil {
		return err
	}
	return a.Record(ctx, act.Entry{Action: "family.erase", Subject: f.ID, Fields: []string{"state"},
		Detail: map[string]string{"state": string(StateErased), "reason": reason}})
}

// atOnce is how many families without a key are looked up together.
const atOnce = 100

// ForgetKeyless erases the families whose key is gone: those that were
// forgotten after the backup that was restored. It is the house's own act, done
// before anybody is served, and counts them.
func (s *Service) ForgetKeyless(ctx context.Context) (forgotten int, err error) {
	for {
		var some []vault.Known
		err := s.Acts.DB.Read(ctx, func(q db.Querier) (err error) {
			some, err = s.Vault.Keyless(ctx, q, atOnce)
			return err
		})
		if err != nil || len(some) == 0 {
			return forgotten, err
		}
		for _, k := range some {
			if err := s.forgetKeyless(act.As(ctx, policy.SystemActor(k.Alliance)), k.Family); err != nil {
				return forgotten, err
			}
			forgotten++
		}
	}
}

func (s *Service) forgetKeyless(ctx context.Context, family kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		f, err := load(ctx, a, a.Alliance(), family)
		switch {
		case kernel.CodeOf(err) == kernel.NotFound: // a sketch, of which no file came
			if err := deleteTwins(ctx, a, a.Alliance(), family); err != nil {
				return err
			}
			err = s.Vault.Forget(ctx, a, a.Alliance(), family)
		case err == nil:
			err = s.erase(ctx, a, &f)
		}
		if err != nil {
			return err
		}
		if err := a.Tell(ctx, Forgotten{family}); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.erase", Subject: family, Fields: []string{"state"},
			Detail: map[string]string{"state": string(StateErased), "reason": "key_gone"}})
	})
}

// WipeJob takes what was deleted out of the database's own log: a key that was
// destroyed lives on there for a while.
const WipeJob = "families.wipe"

func (s *Service) erase(ctx context.Context, a *act.Act, f *Family) error {
	al := a.Alliance()
	if err := a.Later(ctx, WipeJob, struct{}{}, a.Now, string(f.ID)); err != nil {
		return err
	}
	if err := s.Vault.Forget(ctx, a, al, f.ID); err != nil {
		return err
	}
	if err := policy.Hinted(ctx, a, al, f.ID, policy.Hint{}); err != nil {
		return err
	}
	team, err := carersOf(ctx, a, al, f.ID)
	if err != nil {
		return err
	}
	for _, c := range team {
		if err := leaveTeam(ctx, a, f.ID, c); err != nil {
			return err
		}
	}
	if err := coarsen(ctx, a, al, f.ID); err != nil {
		return err
	}
	if err := deleteTwins(ctx, a, al, f.ID); err != nil {
		return err
	}
	if err := s.forgetMerged(ctx, a, f.ID); err != nil {
		return err
	}
	f.State, f.PostalCode, f.ChangedAt = StateErased, "", a.Now
	return save(ctx, a, al, f)
}
