package drafts

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// Service is the module's use cases.
type Service struct {
	Acts  *act.Acts
	Vault *vault.Vault
}

// own is the action of who keeps and reads a draft.
const own = "draft.own"

// Keep keeps what the actor was typing, in place of what was kept of the same
// form. Who may not read a family keeps nothing about it.
func (s *Service) Keep(ctx context.Context, d Draft) error {
	if err := d.Check(); err != nil {
		return err
	}
	known := false
	err := s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, own, ""); err != nil {
			return err
		}
		_, found, err := load(ctx, a, a.Actor, d.Form)
		known = found
		return err
	})
	if err != nil {
		return err
	}
	if !known {
		return s.Acts.Do(ctx, func(a *act.Act) error {
			if err := a.Allow(ctx, own, ""); err != nil {
				return err
			}
			id, err := s.keep(ctx, a, a.Actor, a.Now, d)
			if err != nil {
				return err
			}
			return a.Record(ctx, act.Entry{Action: "draft.keep", Subject: id})
		})
	}
	// More letters in a draft that stands on record: not an act of its own, or
	// the record would hold somebody's typing by the second.
	actor, now := act.ActorOf(ctx), kernel.InstantOf(s.Acts.Now())
	return s.Acts.DB.Write(ctx, func(q db.Querier) error {
		if _, err := policy.Decide(ctx, q, actor, own, "", now); err != nil {
			return err
		}
		_, err := s.keep(ctx, q, actor, now, d)
		return err
	})
}

func (s *Service) keep(ctx context.Context, q db.Querier, actor policy.Actor, now kernel.Instant, d Draft) (kernel.ID, error) {
	if err := mayKnow(ctx, q, actor, d.Family, now); err != nil {
		return "", err
	}
	old, found, err := load(ctx, q, actor, d.Form)
	if err != nil {
		return "", err
	}
	if !found {
		crowd, err := beyond(ctx, q, actor, most-1)
		if err != nil {
			return "", err
		}
		for _, one := range crowd {
			if err := s.forget(ctx, q, actor.Alliance, one); err != nil {
				return "", err
			}
		}
		old.ID = kernel.NewID()
	}
	d.ID, d.Saved = old.ID, now
	var key vault.Family
	if d.Family != "" || found {
		key, err = s.Vault.Open(ctx, q, actor.Alliance, d.keyOf())
	} else {
		key, err = s.Vault.Create(ctx, q, actor.Alliance, d.ID)
	}
	if err != nil {
		return "", err
	}
	if err := key.Put(ctx, q, d.sealed(), d.Typed); err != nil {
		return "", err
	}
	return d.ID, save(ctx, q, actor, d)
}

// sealed is the name under which the vault holds what was typed.
func (d Draft) sealed() string { return "draft/" + string(d.ID) }

func mayKnow(ctx context.Context, q db.Querier, actor policy.Actor, family kernel.ID, now kernel.Instant) error {
	if family == "" {
		return nil
	}
	_, err := policy.Decide(ctx, q, actor, "family.read", family, now)
	return err
}

// On is the newest draft of the actor on a page, without what was typed; false
// when there is none, or none that they may still read.
func (s *Service) On(ctx context.Context, page string) (d Draft, found bool, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, own, ""); err != nil {
			return err
		}
		if d, found, err = newest(ctx, a, a.Actor, page, a.Now.Add(-Life)); err != nil || !found {
			return err
		}
		if err := mayKnow(ctx, a, a.Actor, d.Family, a.Now); err != nil {
			d, found = Draft{}, false
			if kernel.CodeOf(err) != kernel.NotFound && kernel.CodeOf(err) != kernel.Forbidden {
				return err
			}
		}
		return nil
	})
	return d, found, err
}

// Open brings back what the actor was typing. The drafts of others, and those
// about a family that they may not know any more, are NotFound.
func (s *Service) Open(ctx context.Context, id kernel.ID) (d Draft, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, own, ""); err != nil {
			return err
		}
		if d, err = byID(ctx, a, a.Actor, id); err != nil {
			return err
		}
		if d.Saved.Before(a.Now.Add(-Life)) {
			return kernel.NewNotFound("draft")
		}
		if err := mayKnow(ctx, a, a.Actor, d.Family, a.Now); err != nil {
			return err
		}
		key, err := s.Vault.Open(ctx, a, a.Alliance(), d.keyOf())
		if err != nil {
			return err
		}
		d.Typed = url.Values{}
		there, err := key.Get(ctx, a, d.sealed(), &d.Typed)
		if err == nil && !there {
			err = kernel.NewNotFound("draft")
		}
		return err
	})
	if err != nil {
		return Draft{}, err
	}
	return d, nil
}

// keyOf is whose key sealed the draft.
func (d Draft) keyOf() kernel.ID {
	if d.Family != "" {
		return d.Family
	}
	return d.ID
}

// Drop throws a draft of the actor away, and tells on which page it stood.
func (s *Service) Drop(ctx context.Context, id kernel.ID) (page string, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, own, ""); err != nil {
			return err
		}
		d, err := byID(ctx, a, a.Actor, id)
		if err != nil {
			return err
		}
		page = d.Page
		if err := s.forget(ctx, a, a.Alliance(), d); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "draft.drop", Subject: d.ID})
	})
	return page, err
}

// Sent ends the draft of a form that the actor has sent: what it holds is now
// where it belongs, and on record there. None is no fault.
func (s *Service) Sent(ctx context.Context, form string) error {
	actor := act.ActorOf(ctx)
	there := false
	err := s.Acts.DB.Read(ctx, func(q db.Querier) (err error) {
		_, there, err = load(ctx, q, actor, form)
		return err
	})
	if err != nil || !there {
		return err
	}
	return s.Acts.DB.Write(ctx, func(q db.Querier) error {
		d, found, err := load(ctx, q, actor, form)
		if err != nil || !found {
			return err
		}
		return s.forget(ctx, q, actor.Alliance, d)
	})
}

// forget takes a draft away: what was typed, and the key that it had for
// itself.
func (s *Service) forget(ctx context.Context, q db.Querier, alliance kernel.ID, d Draft) error {
	if d.Family == "" {
		if err := s.Vault.Forget(ctx, q, alliance, d.ID); err != nil {
			return err
		}
		return remove(ctx, q, alliance, d.ID)
	}
	key, err := s.Vault.Open(ctx, q, alliance, d.Family)
	switch {
	case err == nil:
		if err := key.Drop(ctx, q, d.sealed()); err != nil {
			return err
		}
	case kernel.CodeOf(err) != kernel.NotFound: // forgotten with the family
		return err
	}
	return remove(ctx, q, alliance, d.ID)
}

// FamilyForgotten takes away the drafts about a family that is forgotten.
func (s *Service) FamilyForgotten(ctx context.Context, a *act.Act, e families.Forgotten) error {
	return s.forgetAll(ctx, a, "family", e.Family)
}

// FamilyMerged hears that two files became one: what somebody was typing in the
// other goes along, sealed with the key of the file that stays. Of two drafts of
// one form the newer is kept.
func (s *Service) FamilyMerged(ctx context.Context, a *act.Act, e families.Merged) error {
	coming, err := about(ctx, a, a.Alliance(), "family", e.Gone)
	if err != nil || len(coming) == 0 {
		return err
	}
	from, err := s.Vault.Open(ctx, a, a.Alliance(), e.Gone)
	if err != nil {
		return err
	}
	to, err := s.Vault.Open(ctx, a, a.Alliance(), e.Kept)
	if err != nil {
		return err
	}
	paths := []string{string(e.Gone), string(e.Kept)}
	for gone, kept := range e.Persons {
		paths = append(paths, string(gone), string(kept))
	}
	moved := strings.NewReplacer(paths...)
	for _, d := range coming {
		there, err := twin(ctx, a, a.Alliance(), d.ID, moved.Replace(d.Form))
		if err != nil {
			return err
		}
		if len(there) > 0 && there[0].Saved >= d.Saved {
			if err := s.forget(ctx, a, a.Alliance(), d); err != nil {
				return err
			}
			continue
		}
		for _, old := range there {
			if err := s.forget(ctx, a, a.Alliance(), old); err != nil {
				return err
			}
		}
		var typed url.Values
		if _, err := from.Get(ctx, a, d.sealed(), &typed); err != nil {
			return err
		}
		if err := to.Put(ctx, a, d.sealed(), typed); err != nil {
			return err
		}
		if err := from.Drop(ctx, a, d.sealed()); err != nil {
			return err
		}
		d.Form, d.Page, d.Family = moved.Replace(d.Form), moved.Replace(d.Page), e.Kept
		if err := move(ctx, a, a.Alliance(), d); err != nil {
			return err
		}
	}
	return nil
}

// ReferralMoved takes away the drafts about a referral of which only figures are
// left.
func (s *Service) ReferralMoved(ctx context.Context, a *act.Act, e referrals.Moved) error {
	if e.Move != referrals.Forget {
		return nil
	}
	return s.forgetAll(ctx, a, "about", e.Referral)
}

func (s *Service) forgetAll(ctx context.Context, a *act.Act, column string, id kernel.ID) error {
	all, err := about(ctx, a, a.Alliance(), column, id)
	if err != nil {
		return err
	}
	for _, d := range all {
		if err := s.forget(ctx, a, a.Alliance(), d); err != nil {
			return err
		}
	}
	return nil
}

// sweepAtOnce is how many drafts end in one transaction, so that others write
// between them.
const sweepAtOnce = 100

// Sweep takes away the drafts that have ended by themselves, and tells how many
// those were.
func (s *Service) Sweep(ctx context.Context) (swept int64, err error) {
	for {
		n := 0
		err := s.Acts.DB.Write(ctx, func(q db.Querier) error {
			old, alliances, err := ended(ctx, q, kernel.InstantOf(s.Acts.Now()).Add(-Life), sweepAtOnce)
			if err != nil {
				return err
			}
			n = len(old)
			for i, d := range old {
				if err := s.forget(ctx, q, alliances[i], d); err != nil {
					return fmt.Errorf("draft %s: %w", d.ID, err)
				}
			}
			return nil
		})
		if err != nil {
			return swept, err
		}
		swept += int64(n)
		if n < sweepAtOnce {
			return swept, nil
		}
	}
}
