package vouchers

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
)

// BudgetMonth is what happened with the euros of a programme in a month.
type BudgetMonth struct {
	Month    string       // "2026-03"
	Added    kernel.Cents // by the coordinator
	Granted  kernel.Cents // set aside for vouchers
	Returned kernel.Cents // what expired, or was taken back
	Left     kernel.Cents // when the month ended, or today
}

// yearIn tells of the last twelve months what came into a programme's budget,
// went to vouchers and came back, out of the book: a month ends with what the
// one before it left, and what moved.
func yearIn(ctx context.Context, a *act.Act, programme kernel.ID, left kernel.Cents) ([]BudgetMonth, error) {
	today := a.Today()
	first := kernel.DateOf(today.Time().Year(), today.Time().Month(), 1).AddMonths(1 - shownMonths)
	sums, err := ledger.Months(ctx, a, a.Alliance(), budgetOf(programme), first, today)
	if err != nil {
		return nil, err
	}
	year := make([]BudgetMonth, shownMonths)
	at := map[string]*BudgetMonth{}
	for n := range year {
		year[n].Month = string(first.AddMonths(n))[:7]
		at[year[n].Month] = &year[n]
	}
	for _, s := range sums {
		m := at[s.Month]
		if m == nil || s.Asset != ledger.Euro {
			continue
		}
		if s.Kind == "voucher.budget" {
			m.Added += kernel.Cents(s.In)
		} else {
			m.Granted, m.Returned = m.Granted+kernel.Cents(s.Out), m.Returned+kernel.Cents(s.In)
		}
	}
	for n := len(year) - 1; n >= 0; n-- {
		m := &year[n]
		m.Left = left
		left -= m.Added - m.Granted + m.Returned
	}
	for len(year) > 1 && year[0] == (BudgetMonth{Month: year[0].Month}) { // before there was anything
		year = year[1:]
	}
	return year, nil
}
