package programmes

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Query asks for a page of programmes, newest first.
type Query struct {
	States  []State   // none: in every state
	Partner kernel.ID // only those in which this organisation has a part; zero: all
	After   kernel.ID // the last of the page before
	Limit   int       // 1 to 100; otherwise 50
}

// Page is part of a list; Next continues it, and is empty at its end.
type Page struct {
	Rows []Programme
	Next kernel.ID
}

// List lists the programmes of the actor's alliance.
func (s *Service) List(ctx context.Context, q Query) (page Page, err error) {
	if q.Limit < 1 || q.Limit > 100 {
		q.Limit = 50
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		condition, args := a.Filter("programme.read", "programme.id", 3)
		page = Page{}
		page.Rows, err = list(ctx, a, a.Alliance(), q, condition, args)
		return err
	})
	if err != nil {
		return Page{}, err
	}
	if len(page.Rows) > q.Limit {
		page.Rows = page.Rows[:q.Limit]
		page.Next = page.Rows[q.Limit-1].ID
	}
	for i := range page.Rows {
		page.Rows[i] = s.withTemplate(page.Rows[i])
	}
	return page, nil
}

// Programme is one programme of the actor's alliance.
func (s *Service) Programme(ctx context.Context, id kernel.ID) (p Programme, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "programme.read", id); err != nil {
			return err
		}
		p, err = s.ProgrammeIn(ctx, a, id)
		return err
	})
	return p, err
}

// ProgrammeIn reads a programme within an act of a module above.
func (s *Service) ProgrammeIn(ctx context.Context, a *act.Act, id kernel.ID) (Programme, error) {
	p, err := load(ctx, a, a.Alliance(), id)
	return s.withTemplate(p), err
}

// ReceivingOrgIn is the organisation to which a family is referred for a
// programme, within an act of a module above. A programme that is not offered
// today is Conflict ("programme.not_on").
func (s *Service) ReceivingOrgIn(ctx context.Context, a *act.Act, id kernel.ID) (kernel.ID, error) {
	p, err := load(ctx, a, a.Alliance(), id)
	if err != nil {
		return "", err
	}
	if !p.OnDay(a.Today()) {
		return "", kernel.NewConflict("programme.not_on")
	}
	return p.Receiver()
}

// RunningIn are the programmes that are offered today, oldest first, within an
// act of a module above. Whoever calls it has asked the policy.
func (s *Service) RunningIn(ctx context.Context, a *act.Act) ([]Programme, error) {
	all, err := running(ctx, a, a.Alliance())
	var today []Programme
	for _, p := range all {
		if p.OnDay(a.Today()) {
			today = append(today, s.withTemplate(p))
		}
	}
	return today, err
}

func (s *Service) withTemplate(p Programme) Programme {
	p.template = s.Library.byID[p.Template]
	return p
}
