package vouchers

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// mostApproved is how many proposals one step grants.
const mostApproved = 200

// Approved is what came of granting all that waits.
type Approved struct {
	Granted int64
	Waiting int64 // that still wait: for budget, for an account, or because there were too many at once
}

// ApproveAll grants what waits for an offer, the oldest proposal first, as long
// as there is budget. What is past its last day, is to be transferred to a family
// whose account nobody wrote down, or follows from a rule that lacks a fact, goes
// on waiting; so does what was proposed to a family whose file is closed.
func (s *Service) ApproveAll(ctx context.Context, programme kernel.ID, offer string) (done Approved, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		done = Approved{}
		if err := a.Allow(ctx, "voucher.manage", programme); err != nil {
			return err
		}
		p, err := s.Programmes.ProgrammeIn(ctx, a, programme)
		if err != nil {
			return err
		}
		if _, err := offerOf(&p, offer); err != nil {
			return err
		}
		waiting, err := proposals(ctx, a, a.Alliance(), programme, offer)
		if err != nil {
			return err
		}
		for _, g := range waiting {
			if done.Granted == mostApproved {
				break
			}
			p, setup, err := s.runningIn(ctx, a, g.Programme, g.Offer)
			if err != nil {
				return err
			}
			g.fill(setup)
			if setup.ByRule {
				err = s.ruledIn(ctx, a, &p, &g)
			}
			if err == nil {
				err = s.payableIn(ctx, a, g)
			}
			switch {
			case g.LastDay < a.Today() || kernel.CodeOf(err) == kernel.Conflict || kernel.CodeOf(err) == kernel.NotFound:
				continue
			case err != nil:
				return err
			}
			short, err := s.reservedIn(ctx, a, &g)
			if err != nil {
				return err
			}
			if short {
				break
			}
			if err := s.grantedIn(ctx, a, &p, &g, "approved with others"); err != nil {
				return err
			}
			done.Granted++
		}
		done.Waiting = int64(len(waiting)) - done.Granted
		return a.Record(ctx, act.Entry{Action: "voucher.approve", Subject: programme, Detail: map[string]string{"offer": offer, "granted": number(done.Granted)}})
	})
	return done, err
}

// reservedIn reserves a grant; short tells that the budget does not hold it.
func (s *Service) reservedIn(ctx context.Context, a *act.Act, g *Grant) (short bool, err error) {
	err = s.reserve(ctx, a, *g)
	if kernel.CodeOf(err) == kernel.Conflict {
		return true, nil
	}
	return false, err
}

// fill makes a proposal of what its offer gives today.
func (g *Grant) fill(setup Setup) {
	g.Units, g.Cents, g.Worth, g.Copay, g.Home, g.Anywhere, g.Form = setup.Units, setup.total(), setup.Worth, setup.Copay, setup.Home, setup.Anywhere, setup.Form
}

func proposals(ctx context.Context, q db.Querier, alliance, programme kernel.ID, offer string) ([]Grant, error) {
	return collect(ctx, q, scanGrant, `SELECT `+grantColumns+` FROM voucher_grant
		WHERE alliance = $1 AND programme = $2 AND offer = $3 AND state = 'proposed' ORDER BY made_at, id`, alliance, programme, offer)
}

// Extend gives a grant a later last day. What was printed before says the old
// one, and is good until the new one all the same.
func (s *Service) Extend(ctx context.Context, family, id kernel.ID, until kernel.Date) error {
	return s.change(ctx, family, id, func(a *act.Act, g *Grant) error {
		if _, err := kernel.ParseDate(string(until)); err != nil || until <= g.LastDay || until > g.Begins.AddMonths(maxMonths) {
			return kernel.NewInvalid("voucher.extend").At("until").With("day", string(g.LastDay))
		}
		if g.State != Granted || g.Form == Transfer {
			return kernel.NewConflict("voucher.over")
		}
		g.LastDay = until
		if err := saveGrant(ctx, a, a.Alliance(), *g); err != nil {
			return err
		}
		if err := remind(ctx, a, *g); err != nil {
			return err
		}
		return s.note(ctx, a, *g, "extended")
	})
}

// pageOfUses is how many uses are read at once for a file.
const pageOfUses = 500

// UsesAfter are what a shop took after one, the oldest first, so many at a time
// (zero: as many as a file takes); more tells whether there are others. The zero
// use comes before all.
func (s *Service) UsesAfter(ctx context.Context, org kernel.ID, last Use, limit int) (all []Use, more bool, err error) {
	if limit <= 0 || limit > pageOfUses {
		limit = pageOfUses
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		shop, err := shopOf(ctx, a, org)
		if err != nil {
			return err
		}
		if _, err := s.Members.OrganisationIn(ctx, a, shop); err != nil {
			return err // of another alliance, as though there were none
		}
		all, err = collect(ctx, a, scanUse, `SELECT `+useColumns+` FROM voucher_use
			WHERE alliance = $1 AND org = $2 AND (at > $3 OR at = $3 AND id > $4) ORDER BY at, id LIMIT $5`, a.Alliance(), shop, last.At, last.ID, limit+1)
		return err
	})
	if more = len(all) > limit; more {
		all = all[:limit]
	}
	return all, more, err
}
