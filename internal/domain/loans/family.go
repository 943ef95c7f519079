package loans

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// Has is a loan or a wish of a family, as it and those who work with it see it.
type Has struct {
	Library  Library
	Borrower Borrower
	Size     Size
	Loan     Loan // zero: a wish
	Thing    Thing
	Deposit  kernel.Cents // that the library holds now
	Waited   bool         // somebody waits for such a thing
	Unsafe   Unsafe       // why it is not to be used any more
	Wish     Wish         // zero: a loan
}

// OfFamily is what the children of a family have on loan, had and wait for, for
// those who work with it. It leaves a record.
func (s *Service) OfFamily(ctx context.Context, family kernel.ID) (all []Has, file families.File, libraries []Library, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "loan.family", family); err != nil {
			return err
		}
		if file, err = s.Families.ReadIn(ctx, a, family); err != nil {
			return err
		}
		if all, err = s.HasIn(ctx, a, family); err != nil {
			return err
		}
		if libraries, err = librariesOf(ctx, a, a.Alliance()); err != nil {
			return err
		}
		libraries = slices.DeleteFunc(libraries, func(l Library) bool { return l.Closed })
		return a.Record(ctx, act.Entry{Action: "loan.family", Subject: family})
	})
	if err != nil {
		return nil, families.File{}, nil, err
	}
	return all, file, libraries, nil
}

// HasIn is what the children of a family have on loan, had and wait for, what is
// out first, within an act of a module above that asked whether it may.
func (s *Service) HasIn(ctx context.Context, a *act.Act, family kernel.ID) (all []Has, err error) {
	if family == "" {
		return nil, nil
	}
	borrowers, err := borrowersWhere(ctx, a, a.Alliance(), `family = $2`, family)
	if err != nil {
		return nil, err
	}
	for _, b := range borrowers {
		of, err := s.hasOf(ctx, a, b)
		if err != nil {
			return nil, err
		}
		all = append(all, of...)
	}
	rank := func(h Has) int {
		switch {
		case h.Loan.Phase == Running:
			return 0
		case h.Wish.ID != "":
			return 1
		}
		return 2
	}
	slices.SortStableFunc(all, func(x, y Has) int { return rank(x) - rank(y) })
	return all, nil
}

func (s *Service) hasOf(ctx context.Context, a *act.Act, b Borrower) (all []Has, err error) {
	lib, err := loadLibrary(ctx, a, a.Alliance(), b.Library)
	if err != nil {
		return nil, err
	}
	loans, err := loansWhere(ctx, a, a.Alliance(), `borrower = $2 ORDER BY number DESC`, b.ID)
	if err != nil {
		return nil, err
	}
	for _, l := range loans {
		h := Has{Library: lib, Borrower: b, Loan: l}
		if h.Thing, err = rawThing(ctx, a, a.Alliance(), l.Thing); err != nil {
			return nil, err
		}
		h.Size, _ = lib.Size(h.Thing.Size)
		if l.Phase == Running {
			h.Unsafe = lib.Unsafe(h.Thing, a.Today())
		}
		if h.Unsafe == Undated { // that is for the library to find out
			h.Unsafe = Safe
		}
		if h.Deposit, err = held(ctx, a, l); err != nil {
			return nil, err
		}
		waits, err := wishesWhere(ctx, a, a.Alliance(), `library = $2 AND state = $3 AND size = $4 AND thing IN ('', $5)`, lib.ID, Waiting, h.Thing.Size, l.Thing)
		if err != nil {
			return nil, err
		}
		h.Waited = len(waits) > 0
		all = append(all, h)
	}
	wishes, err := wishesWhere(ctx, a, a.Alliance(), `borrower = $2 AND state IN ($3, $4)`, b.ID, Waiting, Kept)
	if err != nil {
		return nil, err
	}
	for _, w := range wishes {
		if err := place(ctx, a, a.Alliance(), &w); err != nil {
			return nil, err
		}
		h := Has{Library: lib, Borrower: b, Wish: w}
		h.Size, _ = lib.Size(w.Size)
		all = append(all, h)
	}
	return all, nil
}

func held(ctx context.Context, a *act.Act, l Loan) (kernel.Cents, error) {
	there, err := ledger.Balance(ctx, a, a.Alliance(), at(depositOf(l.ID), ledger.Euro))
	return kernel.Cents(there), err
}

// Mine is what the children of the family that asks have on loan, had and wait
// for, on its own page.
func (s *Service) Mine(ctx context.Context) (all []Has, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := s.own(ctx, a); err != nil {
			return err
		}
		if all, err = s.HasIn(ctx, a, a.Actor.Family); err != nil {
			return err
		}
		for n := range all {
			if err := s.card(ctx, a, &all[n].Borrower); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// own asks whether somebody of a family may know what the household borrows:
// who belongs to it.
func (s *Service) own(ctx context.Context, a *act.Act) error {
	if err := a.Allow(ctx, "loan.own", a.Actor.Family); err != nil {
		return err
	}
	file, err := s.Families.OwnIn(ctx, a, a.Actor.Family)
	if err == nil && !slices.ContainsFunc(file.Persons, func(p families.Person) bool { return p.ID == a.Actor.Person }) {
		err = kernel.NewNotFound("loan")
	}
	return err
}

// AskLonger is a family that asks on its own page to keep a thing for longer.
// The library answers. Where somebody waits for it, it is refused at once
// (Conflict "loan.waited").
func (s *Service) AskLonger(ctx context.Context, loan kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := s.own(ctx, a); err != nil {
			return err
		}
		l, err := loadLoan(ctx, a, a.Alliance(), loan)
		if err != nil {
			return err
		}
		b, err := loadBorrower(ctx, a, a.Alliance(), l.Borrower)
		if err != nil {
			return err
		}
		if b.Family != a.Actor.Family {
			return kernel.NewNotFound("loan")
		}
		lib, err := loadLibrary(ctx, a, a.Alliance(), l.Library)
		if err != nil {
			return err
		}
		t, err := rawThing(ctx, a, a.Alliance(), l.Thing)
		if err != nil {
			return err
		}
		if err := lib.refuses(t, a.Today()); err != nil {
			return err
		}
		if _, _, err := s.longer(ctx, a, lib, l); err != nil {
			return err
		}
		if l.AskedAt == "" {
			l.AskedAt = a.Now
			if err := saveLoan(ctx, a, a.Alliance(), l); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "loan.own", Subject: b.Family, Detail: map[string]string{"loan": string(l.ID)}})
	})
}

// FamilyMerged hears that two files became one: its borrowers come along. A
// child who borrows of the same library in both files stays two numbers.
func (s *Service) FamilyMerged(ctx context.Context, a *act.Act, e families.Merged) error {
	all, err := borrowersWhere(ctx, a, a.Alliance(), `family = $2`, e.Gone)
	if err != nil {
		return err
	}
	for _, b := range all {
		if _, err := a.ExecContext(ctx, `INSERT INTO loan_merge (alliance, merge, borrower, child) VALUES ($1, $2, $3, $4)`, a.Alliance(), e.Merge, b.ID, b.Child); err != nil {
			return err
		}
		b.Family = e.Kept
		if kept := e.Persons[b.Child]; kept != "" {
			there, err := borrowersWhere(ctx, a, a.Alliance(), `library = $2 AND child = $3`, b.Library, kept)
			if err != nil {
				return err
			}
			if len(there) == 0 {
				b.Child = kept
			}
		}
		if err := saveBorrower(ctx, a, a.Alliance(), b); err != nil {
			return err
		}
	}
	return nil
}

// FamilyParted hears that the two files are two again: what came along goes
// back, and who borrowed since of those who go back.
func (s *Service) FamilyParted(ctx context.Context, a *act.Act, e families.Parted) error {
	type row struct{ borrower, child kernel.ID }
	rows, err := collect(ctx, a, func(r scanner) (x row, err error) { return x, r.Scan(&x.borrower, &x.child) },
		`SELECT borrower, child FROM loan_merge WHERE alliance = $1 AND merge = $2`, a.Alliance(), e.Merge)
	if err != nil {
		return err
	}
	was := map[kernel.ID]kernel.ID{}
	for _, x := range rows {
		was[x.borrower] = x.child
	}
	all, err := borrowersWhere(ctx, a, a.Alliance(), `family = $2`, e.Kept)
	if err != nil {
		return err
	}
	for _, b := range all {
		child, came := was[b.ID]
		switch {
		case came:
			b.Child = child
		case !slices.Contains(e.Back, b.Child):
			continue
		}
		b.Family = e.Gone
		if err := saveBorrower(ctx, a, a.Alliance(), b); err != nil {
			return err
		}
	}
	_, err = a.ExecContext(ctx, `DELETE FROM loan_merge WHERE alliance = $1 AND merge = $2`, a.Alliance(), e.Merge)
	return err
}

// FamilyForgotten hears that a family was erased: names and photographs are
// destroyed, nobody waits for it any more. That a thing is out stays, under a
// number that leads to nobody, and so does a deposit.
func (s *Service) FamilyForgotten(ctx context.Context, a *act.Act, e families.Forgotten) error {
	all, err := borrowersWhere(ctx, a, a.Alliance(), `family = $2`, e.Family)
	if err != nil {
		return err
	}
	for _, b := range all {
		lib, err := loadLibrary(ctx, a, a.Alliance(), b.Library)
		if err != nil {
			return err
		}
		if err := s.forget(ctx, a, lib, b); err != nil {
			return err
		}
	}
	return nil
}
