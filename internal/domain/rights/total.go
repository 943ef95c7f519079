package rights

import (
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Total is what is certain, added up. An amount that comes by the day, the
// meal or the session is told and not added: nobody knows how often.
type Total struct {
	Lines []Line
	Month kernel.Cents // of what comes every month
	Year  kernel.Cents // all of a year: twelve months, what comes yearly or more often, what comes once
	Once  kernel.Cents // of that, what comes once
	Had   kernel.Cents // of the year, what the family has already
}

// Line is one amount that is certain.
type Line struct {
	Right  string
	Name   string
	To     string // "family", or the ID of a person
	Amount kernel.Cents
	Per    string
	Added  bool // it is in the total
	Had    bool // whoever gets it has it already
}

// perOrder is the order of the lines: what comes every month first.
var perOrder = []string{"month", "quarter", "week", "year", "once"}

// Total adds up what is certain.
func (f *Found) Total() Total {
	var t Total
	for _, x := range f.Result.Rights {
		if x.Status != rules.Entitled {
			continue
		}
		standings := f.Standings(x)
		for _, a := range x.Amounts {
			times := kernel.Cents(rules.TimesAYear(a.Per))
			line := Line{x.ID, x.Name, a.To, kernel.Cents(a.Cents), a.Per, times > 0, has(standings, a.To)}
			if line.Had {
				t.Had += line.Amount * times
			}
			t.Lines = append(t.Lines, line)
			t.Year += line.Amount * times
			switch a.Per {
			case "month":
				t.Month += line.Amount
			case "once":
				t.Once += line.Amount
			}
		}
	}
	rank := func(l Line) int {
		if i := slices.Index(perOrder, l.Per); i >= 0 {
			return i
		}
		return len(perOrder)
	}
	slices.SortStableFunc(t.Lines, func(a, b Line) int { return rank(a) - rank(b) })
	return t
}
