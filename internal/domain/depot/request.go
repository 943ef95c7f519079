package depot

import (
	"context"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Asking is what a partner asks for one child, or for a class.
type Asking struct {
	ID       kernel.ID // made by who asks: sent twice, it is asked once
	Place    kernel.ID
	Family   kernel.ID // whose care team asks; zero: it has no file
	Child    kernel.ID // in that file
	Months   int64     // the child's age; [Unborn]
	Children int64     // for how many it is; zero: one
	Urgent   bool      // it is needed at once
	Lines    []Wish    // for all of them together
}

// Wish is one line of a request.
type Wish struct {
	Item   kernel.ID
	Pieces int64
}

// Ask asks a place for things for a child. It is asked of what there is and of
// what there is not: what is missing waits.
func (s *Service) Ask(ctx context.Context, in Asking) (r Request, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "depot.ask", ""); err != nil {
			return err
		}
		if in.Family != "" {
			if err := a.Allow(ctx, "depot.family", in.Family); err != nil {
				return err
			}
		}
		if _, err := kernel.ParseID(string(in.ID)); err != nil {
			return kernel.NewInvalid("ledger.id")
		}
		if r, err = s.asked(ctx, a, in); err != nil {
			return err
		}
		return done(ctx, a, "depot.ask", r.ID, "request", "asked")
	})
	return r, err
}

func (s *Service) asked(ctx context.Context, a *act.Act, in Asking) (r Request, err error) {
	al := a.Alliance()
	in.Children = max(1, in.Children)
	was, err := loadRequest(ctx, a, al, in.ID)
	if err == nil {
		if was.Org == a.Actor.Org && was.Place == in.Place && was.Months == in.Months && was.family == in.Family && was.child == in.Child && was.Children == in.Children && was.Urgent == in.Urgent && sameWishes(was.Lines, in.Lines) {
			return was, nil
		}
		return r, kernel.NewInvalid("ledger.other_content")
	}
	if kernel.CodeOf(err) != kernel.NotFound {
		return r, err
	}
	p, err := loadPlace(ctx, a, al, in.Place)
	if err != nil {
		return r, err
	}
	items, err := itemsOf(ctx, a, al)
	if err != nil {
		return r, err
	}
	var faults kernel.Faults
	if p.Closed || p.Kind != Store {
		faults.Check("place", kernel.NewConflict("depot.closed"))
	}
	if in.Months < Unborn || in.Months > 18*12 {
		faults.Check("months", kernel.NewInvalid("depot.months"))
	}
	if in.Children > MostChildren || in.Children > 1 && in.Family != "" {
		faults.Check("children", kernel.NewInvalid("depot.children").With("most", strconv.Itoa(MostChildren)))
	}
	if len(in.Lines) == 0 || len(in.Lines) > mostLines {
		faults.Check("lines", kernel.NewInvalid("depot.lines"))
	}
	most := p.Rules.Most * min(in.Children, MostChildren)
	seen := map[kernel.ID]bool{}
	r = Request{ID: in.ID, Place: p.ID, Org: a.Actor.Org, Worker: a.Actor.Person, Months: in.Months, Children: in.Children, Urgent: in.Urgent, State: Asked, MadeAt: a.Now, Version: 1,
		family: in.Family, child: in.Child}
	for n, w := range in.Lines {
		at := "lines." + strconv.Itoa(n)
		i := items[w.Item]
		switch {
		case i.ID == "" || i.Off:
			faults.Check(at+".item", kernel.NewInvalid("depot.choose"))
		case seen[w.Item]:
			faults.Check(at+".item", kernel.NewInvalid("depot.twice"))
		case w.Pieces < 1 || w.Pieces > most:
			faults.Check(at+".pieces", kernel.NewInvalid("depot.most_asked").With("most", strconv.FormatInt(most, 10)))
		}
		seen[w.Item] = true
		r.Lines = append(r.Lines, Line{No: int64(n + 1), Item: w.Item, Asked: w.Pieces, Open: true, wants: w.Pieces})
	}
	if err := within(ctx, a, p, in, items, &faults); err != nil {
		return r, err
	}
	if err := faults.Err(); err != nil {
		return r, err
	}
	if r.Number, err = nextNumber(ctx, a, al); err != nil {
		return r, err
	}
	return r, saveRequest(ctx, a, al, r)
}

// sameWishes tells whether a request asks what was asked first.
func sameWishes(lines []Line, wishes []Wish) bool {
	return slices.EqualFunc(lines, wishes, func(l Line, w Wish) bool {
		item := l.Item
		if l.Original != "" {
			item = l.Original
		}
		return item == w.Item && l.Asked == w.Pieces
	})
}

// Query asks for a page of requests.
type Query struct {
	Place kernel.ID // of a place; zero: what the actor's own organisation asked
	State State     // zero: those that wait or are ready
	After int64     // the number of the last one of the page before
	Limit int
}

const mostRequests = 50

// Requests lists requests, the oldest first: those to a place for who works
// there, or the own organisation's, the newest first. Next is where the page
// after begins; zero: there is none.
func (s *Service) Requests(ctx context.Context, q Query) (all []Request, next int64, err error) {
	if q.Limit <= 0 || q.Limit > mostRequests {
		q.Limit = mostRequests
	}
	states := []State{q.State, q.State}
	if q.State == "" {
		states = []State{Asked, Ready}
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if q.Place == "" {
			if err := a.Allow(ctx, "depot.follow", a.Actor.Org); err != nil {
				return err
			}
			before := q.After
			if before <= 0 {
				before = 1 << 60
			}
			all, err = requestsWhere(ctx, a, a.Alliance(), `org = $2 AND number < $3 ORDER BY number DESC`, q.Limit+1, a.Actor.Org, before)
			return err
		}
		if _, err := s.works(ctx, a, q.Place); err != nil {
			return err
		}
		all, err = requestsWhere(ctx, a, a.Alliance(), `place = $2 AND state IN ($3, $4) AND number > $5 ORDER BY number`, q.Limit+1,
			q.Place, states[0], states[1], q.After)
		return err
	})
	if len(all) > q.Limit {
		all = all[:q.Limit]
		next = all[q.Limit-1].Number
	}
	return all, next, err
}

// Read is a request with what lies there for it, for who works in its place or
// for the organisation that asked.
func (s *Service) Read(ctx context.Context, id kernel.ID) (r Request, p Place, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if r, p, err = s.open(ctx, a, id, "depot.work", "depot.follow"); err != nil {
			return err
		}
		sh, err := shelfOf(ctx, a, a.Alliance(), p, a.Today())
		if err != nil {
			return err
		}
		return sh.fill(ctx, a, &r)
	})
	return r, p, err
}

// open is a request that the actor may see by one of two actions: that of its
// place, or that of who asked it. Who may neither is told that there is none.
func (s *Service) open(ctx context.Context, a *act.Act, id kernel.ID, actions ...string) (r Request, p Place, err error) {
	r, err = loadRequest(ctx, a, a.Alliance(), id)
	if err != nil {
		return r, p, err
	}
	if p, err = loadPlace(ctx, a, a.Alliance(), r.Place); err != nil {
		return r, p, err
	}
	for _, action := range actions {
		whose := p.Org
		if action == "depot.follow" {
			whose = r.Org
		}
		if whose != a.Actor.Org {
			err = kernel.NewNotFound("depot.request")
			continue
		}
		if err = a.Allow(ctx, action, whose); err == nil {
			return r, p, nil
		}
	}
	return r, p, err
}

// follows is a request of the actor's organisation.
func (s *Service) follows(ctx context.Context, a *act.Act, id kernel.ID) (Request, error) {
	r, _, err := s.open(ctx, a, id, "depot.follow")
	return r, err
}

// picks is a request to a place in which the actor works.
func (s *Service) picks(ctx context.Context, a *act.Act, id kernel.ID) (Request, Place, error) {
	return s.open(ctx, a, id, "depot.work")
}

// Propose says that something else could go out in place of what is asked:
// the next size, or the same in another condition. Who asked decides.
func (s *Service) Propose(ctx context.Context, id kernel.ID, line int64, item kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		r, _, err := s.picks(ctx, a, id)
		if err != nil {
			return err
		}
		items, err := itemsOf(ctx, a, a.Alliance())
		if err != nil {
			return err
		}
		i := slices.IndexFunc(r.Lines, func(l Line) bool { return l.No == line })
		switch {
		case i < 0:
			return kernel.NewNotFound("depot.line")
		case !r.Lines[i].Open || r.State != Asked:
			return kernel.NewConflict("depot.line_closed")
		case fits(items[r.Lines[i].Item], items[item]) == 0 || slices.ContainsFunc(r.Lines, func(l Line) bool { return l.Item == item }):
			return kernel.NewInvalid("depot.instead").At("item")
		}
		r.Lines[i].Instead = item
		if err := saveRequest(ctx, a, a.Alliance(), r); err != nil {
			return err
		}
		return done(ctx, a, "depot.work", r.ID, "line", "proposed")
	})
}

// Answer says whether something else is welcome in place of what was asked.
func (s *Service) Answer(ctx context.Context, id kernel.ID, line int64, yes bool) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		r, err := s.follows(ctx, a, id)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(r.Lines, func(l Line) bool { return l.No == line })
		if i < 0 || r.Lines[i].Instead == "" {
			return kernel.NewConflict("depot.line_closed")
		}
		p, err := loadPlace(ctx, a, a.Alliance(), r.Place)
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
		l := &r.Lines[i]
		if yes {
			if l.Held > 0 || l.Handed > 0 { // part of it is there already
				return kernel.NewConflict("depot.line_part")
			}
			if l.Original == "" {
				l.Original = l.Item
			}
			l.Item = l.Instead
		}
		l.Instead = ""
		if err := saveRequest(ctx, a, a.Alliance(), r); err != nil {
			return err
		}
		return done(ctx, a, "depot.follow", r.ID, "line", map[bool]string{true: "accepted", false: "declined"}[yes])
	})
}

// Substitutes are what could go out in place of the lines that miss something:
// by line, the best first, only what lies free.
func (s *Service) Substitutes(ctx context.Context, id kernel.ID) (by map[int64][]Stock, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
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
		by = map[int64][]Stock{}
		for _, l := range r.Lines {
			if l.Missing() <= l.Free || !l.Open {
				continue
			}
			for _, of := range sh.stock {
				if of.Free > 0 && fits(sh.items[l.Item], of.Item) > 0 {
					by[l.No] = append(by[l.No], *of)
				}
			}
			slices.SortFunc(by[l.No], func(x, y Stock) int {
				if d := fits(sh.items[l.Item], x.Item) - fits(sh.items[l.Item], y.Item); d != 0 {
					return d
				}
				return CompareItems(x.Item, y.Item)
			})
		}
		return nil
	})
	return by, err
}
