package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// bicycles is the library of the demonstration: made up, with the prices of
// Fietsbieb. What VELOKadee asks nobody published.
var bicycles = loans.Library{Name: "De Fietsboom (fictief)", Place: "Tweede zaterdag, 10 tot 12 uur, in de loods", Months: 12, MoreMonths: 12, KeepDays: 14,
	Sizes: []loans.Size{
		{Kind: "Fiets", Name: "12 inch", FromMonths: 30, ToMonths: 48, FromCM: 85, ToCM: 100}, {Kind: "Fiets", Name: "14 inch", FromMonths: 42, ToMonths: 60, FromCM: 95, ToCM: 110},
		{Kind: "Fiets", Name: "16 inch", FromMonths: 54, ToMonths: 78, FromCM: 105, ToCM: 120}, {Kind: "Fiets", Name: "20 inch", FromMonths: 72, ToMonths: 120, FromCM: 115, ToCM: 135}},
	Checks: []string{"Remmen", "Bel", "Licht", "Banden"}}

// Loans opens a library of bicycles, of which one is out, one late, one to be
// looked at and one reserved for a child of a family.
func Loans(ctx context.Context, a *app.App, towns []Town, now time.Time) error {
	t := called(towns, "leuven")
	if err := t.lends(ctx, a, kernel.InstantOf(now).Date()); err != nil {
		return fmt.Errorf("demonstration of %s: lending: %w", t.Slug, err)
	}
	return nil
}

func (t Town) lends(ctx context.Context, a *app.App, today kernel.Date) error {
	saar, rik, aicha := t.As(ctx, "saar"), t.As(ctx, "rik"), t.As(ctx, "aicha")
	library := bicycles
	library.ID, library.Tariff = kernel.NewID(), loans.Models()[0].Tariff
	library, err := a.Loans.Save(saar, library)
	if err != nil {
		return err
	}
	things := map[string]kernel.ID{}
	for _, x := range []loans.NewThing{{Mark: "F1", Size: "1", Name: "geel"}, {Mark: "F2", Size: "2", Name: "rood, met bel"}, {Mark: "F3", Size: "2", Name: "blauw"},
		{Mark: "F4", Size: "3", Name: "groen"}, {Mark: "F5", Size: "4", Name: "paars", Given: true}, {Mark: "F6", Size: "3", Name: "zwart"}} {
		x.ID, x.Library = kernel.NewID(), library.ID
		if _, err := a.Loans.Add(rik, x); err != nil {
			return err
		}
		things[x.Mark] = x.ID
	}
	for _, x := range []struct {
		first string
		years int
		mark  string
		out   kernel.Date
		back  bool
	}{{"Tuur", 5, "F2", today.AddMonths(-3), false}, {"Lou", 6, "F4", today.AddMonths(-12).AddDays(-9), false}, {"Jef", 7, "F6", today.AddMonths(-8), true}} {
		b, err := a.Loans.Enrol(rik, loans.NewBorrower{ID: kernel.NewID(), Library: library.ID, Card: loans.Card{First: x.first, Birth: today.AddMonths(-12 * x.years).AddDays(-40)}})
		if err != nil {
			return err
		}
		loan, err := a.Loans.HandOver(rik, loans.Lending{ID: kernel.NewID(), Thing: things[x.mark], Borrower: b.ID, On: x.out, Agreed: loans.Price{Fee: 20_00, Deposit: 20_00}})
		if err != nil {
			return err
		}
		if x.back {
			if err := a.Loans.TakeBack(rik, kernel.NewID(), loan.ID); err != nil {
				return err
			}
		}
	}
	list, err := a.Families.List(aicha, families.Query{Limit: 40})
	if err != nil {
		return err
	}
	for _, row := range list.Rows {
		file, err := a.Families.Read(aicha, row.ID, families.ForCare)
		if err != nil {
			return err
		}
		child := youngest(file, today, 72, 120)
		if child == "" {
			continue
		}
		b, err := a.Loans.Enrol(aicha, loans.NewBorrower{ID: kernel.NewID(), Library: library.ID, Family: row.ID, Child: child})
		if err != nil {
			return err
		}
		_, err = a.Loans.Reserve(aicha, loans.Wishing{ID: kernel.NewID(), Borrower: b.ID, Size: "4"})
		return err
	}
	return nil
}
