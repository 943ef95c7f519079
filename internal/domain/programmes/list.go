package programmes

import (
	"context"
	"slices"
	"strings"

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

// Search lists the programmes that run, or pause, and of which name, summary
// or offers hold every word of typed in any language: at most limit, those
// named so first. Too little to search for finds nothing.
func (s *Service) Search(ctx context.Context, typed string, limit int) (found []Programme, err error) {
	words := kernel.Words(typed)
	if len(strings.Join(words, "")) < shortest {
		return nil, nil
	}
	var named, other []Programme
	q := Query{States: []State{On, Paused}, Limit: 100}
	for {
		page, err := s.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, p := range page.Rows {
			switch {
			case holds(words, p.Name()):
				named = append(named, p)
			case holds(words, p.texts()...):
				other = append(other, p)
			}
		}
		if q.After = page.Next; page.Next == "" {
			break
		}
	}
	found = append(named, other...)
	return found[:min(limit, len(found))], nil
}

// shortest is how many letters a search needs.
const shortest = 3

// texts are all that a search looks through, of one programme.
func (p *Programme) texts() []kernel.Text {
	all := []kernel.Text{p.Name(), p.Summary()}
	for _, o := range p.Offers() {
		all = append(all, o.Names, o.Text)
	}
	return all
}

// holds tells whether texts hold every word, each in some language.
func holds(words []string, texts ...kernel.Text) bool {
	var all []string
	for _, text := range texts {
		for _, lang := range kernel.Langs {
			all = append(all, kernel.Fold(text.In(lang)))
		}
	}
	in := strings.Join(all, "\n")
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(in, word) })
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
