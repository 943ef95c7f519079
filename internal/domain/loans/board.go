package loans

import (
	"cmp"
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Stock is how many of a size a library has, and what waits for them.
type Stock struct {
	Size    Size
	Count   map[State]int
	Unsafe  int // that lie there and may not be lent
	Waiting int
	Next    kernel.Date // when the next one is expected back; zero: nobody knows
}

// Lent is a loan as the desk sees it.
type Lent struct {
	Loan
	Thing    Thing
	Size     Size
	Borrower Borrower
	Days     int // that it is late
	Fit      Fit
	Unsafe   Unsafe
}

// Waits is a wish as the desk sees it.
type Waits struct {
	Wish
	Borrower Borrower
	Thing    Thing // that is kept for it
	Size     Size
}

// Board is a library at a glance. Of who does not work there it holds the stock
// alone.
type Board struct {
	Library  Library
	Desk     bool // the actor works here
	Leads    bool // the actor may arrange it
	Stock    []Stock
	Things   []Thing
	Out      []Lent // by their last day
	Look     []Lent // that came back, and are to be looked at
	Waits    []Waits
	People   []Borrower
	Deposits kernel.Cents // that the library holds
	Coupons  int
}

// Late are the loans that are past their last day.
func (b Board) Late() (all []Lent) {
	for _, l := range b.Out {
		if l.Days > 0 {
			all = append(all, l)
		}
	}
	return all
}

// Unsafe are the loans of things that are not to be used any more, which somebody
// fetches.
func (b Board) Unsafe() (all []Lent) {
	for _, l := range b.Out {
		if l.Unsafe != Safe {
			all = append(all, l)
		}
	}
	return all
}

// Asked are the loans of which the family asks to keep the thing longer.
func (b Board) Asked() (all []Lent) {
	for _, l := range b.Out {
		if l.AskedAt != "" {
			all = append(all, l)
		}
	}
	return all
}

// Of is a thing of the library.
func (b Board) Of(id kernel.ID) (t Thing) {
	for _, x := range b.Things {
		if x.ID == id {
			t = x
		}
	}
	return t
}

// Board shows a library.
func (s *Service) Board(ctx context.Context, library kernel.ID) (b Board, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		b, err = s.board(ctx, a, library)
		return err
	})
	return b, err
}

func (s *Service) board(ctx context.Context, a *act.Act, library kernel.ID) (b Board, err error) {
	if err := a.Allow(ctx, "loan.read", ""); err != nil {
		return b, err
	}
	if b.Library, err = loadLibrary(ctx, a, a.Alliance(), library); err != nil {
		return b, err
	}
	if b.Library.Org == a.Actor.Org {
		b.Desk, b.Leads = a.Allow(ctx, "loan.work", b.Library.Org) == nil, a.Allow(ctx, "loan.manage", b.Library.Org) == nil
	}
	if b.Things, err = thingsOf(ctx, a, a.Alliance(), library); err != nil {
		return b, err
	}
	loans, err := loansWhere(ctx, a, a.Alliance(), `library = $2 AND state IN ($3, $4) ORDER BY due, number`, library, Running, Returned)
	if err != nil {
		return b, err
	}
	wishes, err := wishesWhere(ctx, a, a.Alliance(), `library = $2 AND state IN ($3, $4)`, library, Waiting, Kept)
	if err != nil {
		return b, err
	}
	b.stock(loans, wishes, a.Today())
	if !b.Desk {
		b.Things = nil
		return b, nil
	}
	if b.People, err = borrowersWhere(ctx, a, a.Alliance(), `library = $2`, library); err != nil {
		return b, err
	}
	if err := s.cards(ctx, a, b.People); err != nil {
		return b, err
	}
	who := map[kernel.ID]Borrower{}
	for _, p := range b.People {
		who[p.ID] = p
	}
	for _, l := range loans {
		x := Lent{Loan: l, Thing: b.Of(l.Thing), Borrower: who[l.Borrower], Days: l.Late(a.Today())}
		x.Size, _ = b.Library.Size(x.Thing.Size)
		x.Fit, x.Unsafe = x.Size.Fit(x.Borrower.Card, a.Today()), b.Library.Unsafe(x.Thing, a.Today())
		if l.Phase == Returned {
			b.Look = append(b.Look, x)
		} else {
			b.Out = append(b.Out, x)
		}
		cents, err := held(ctx, a, l)
		if err != nil {
			return b, err
		}
		b.Deposits += cents
	}
	row := map[string]int64{}
	for _, w := range wishes {
		x := Waits{Wish: w, Borrower: who[w.Borrower], Thing: b.Of(w.Holds)}
		x.Size, _ = b.Library.Size(w.Size)
		if w.State == Waiting {
			row[w.Size]++
			x.Place = row[w.Size]
		}
		b.Waits = append(b.Waits, x)
	}
	return b, nil
}

// stock counts the things by size, and says when one is expected. What is late
// is not expected: nobody knows when it comes.
func (b *Board) stock(loans []Loan, wishes []Wish, today kernel.Date) {
	for _, z := range b.Library.Sizes {
		of := Stock{Size: z, Count: map[State]int{}}
		var back []kernel.Date
		for _, t := range b.Things {
			if t.Size != z.Key {
				continue
			}
			if t.State == Ready && b.Library.Unsafe(t, today) != Safe {
				of.Unsafe++
				continue
			}
			of.Count[t.State]++
			for _, l := range loans {
				if l.Thing == t.ID && l.Phase == Running && l.Late(today) == 0 {
					back = append(back, l.Due)
				}
			}
		}
		for _, w := range wishes {
			if w.Size == z.Key && w.State == Waiting {
				of.Waiting++
			}
		}
		slices.SortFunc(back, func(x, y kernel.Date) int { return cmp.Compare(x, y) })
		if of.Waiting < len(back) {
			of.Next = back[of.Waiting] // those before are for who waits
		}
		b.Stock = append(b.Stock, of)
	}
}

// Opened is one loan, with all that the desk needs for it.
type Opened struct {
	Board
	Lent
	Held   kernel.Cents // of the deposit
	Longer kernel.Date  // until when it could be kept
	Fee    kernel.Cents // for that
	Waited bool         // somebody waits: it cannot be longer
}

// Open shows one loan to the desk.
func (s *Service) Open(ctx context.Context, loan kernel.ID) (o Opened, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		o = Opened{}
		l, err := loadLoan(ctx, a, a.Alliance(), loan)
		if err != nil {
			return err
		}
		if _, err := works(ctx, a, l.Library); err != nil {
			return err
		}
		if o.Board, err = s.board(ctx, a, l.Library); err != nil {
			return err
		}
		o.Lent = Lent{Loan: l, Thing: o.Board.Of(l.Thing), Days: l.Late(a.Today())}
		o.Size, _ = o.Library.Size(o.Lent.Thing.Size)
		for _, p := range o.People {
			if p.ID == l.Borrower {
				o.Borrower = p
			}
		}
		o.Fit, o.Lent.Unsafe = o.Size.Fit(o.Borrower.Card, a.Today()), o.Library.Unsafe(o.Lent.Thing, a.Today())
		last, err := s.latest(ctx, a, l)
		if err != nil {
			return err
		}
		if o.Held, err = held(ctx, a, last); err != nil {
			return err
		}
		if l.Phase == Running {
			o.Longer, o.Fee, err = s.longer(ctx, a, o.Library, l)
			if kernel.CodeOf(err) == kernel.Conflict {
				o.Waited, err = true, nil
			}
		}
		return err
	})
	return o, err
}

// Told is one thing with its history, in which nobody is named.
type Told struct {
	Board
	Thing Thing
	Size  Size
	Steps []Step // the newest first
}

// Thing shows one thing to the desk.
func (s *Service) Thing(ctx context.Context, id kernel.ID) (t Told, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		t = Told{}
		if t.Thing, err = loadThing(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		if _, err := works(ctx, a, t.Thing.Library); err != nil {
			return err
		}
		if t.Board, err = s.board(ctx, a, t.Thing.Library); err != nil {
			return err
		}
		t.Size, _ = t.Library.Size(t.Thing.Size)
		t.Steps, err = stepsOf(ctx, a, a.Alliance(), id)
		return err
	})
	return t, err
}

// Known are the borrowers who can still come: those who were not forgotten.
func (b Board) Known() []Borrower {
	return slices.DeleteFunc(slices.Clone(b.People), func(p Borrower) bool { return p.ForgottenOn != "" })
}
