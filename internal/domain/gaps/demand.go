package gaps

import (
	"cmp"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
)

// What is asked for in a cell, row by row: whoever reads a number reads where it
// comes from.

// SoughtLine is how often somebody searched in vain for one thing.
type SoughtLine struct {
	Concept string // "" where nobody knows what was meant
	Times   few.Figure
}

// SoughtIn are the searches in vain of a cell, the most frequent first. Of a
// cell of which the figure is kept back there are none.
func (v View) SoughtIn(i, j int) (all []SoughtLine) {
	times := map[string]int64{}
	for _, x := range v.misses {
		if a, b, fits := cellOf(&v.Matrix, x, soughtOn); fits && a == i && b == j {
			times[x.Concept] += int64(x.Times)
		}
	}
	return linesOf(times, v.Cells[i][j].Sought, func(concept string, n few.Figure) SoughtLine { return SoughtLine{concept, n} })
}

func soughtOn(x find.Miss, axis Axis) (string, bool) { return sought(axis, x) }

// SignalLine is how often one organisation said that something is missing.
type SignalLine struct {
	Organisation kernel.ID
	Times        few.Figure
}

// SignalsIn are the signals of a cell by who gave them, as [View.SoughtIn].
func (v View) SignalsIn(i, j int) (all []SignalLine) {
	times := map[kernel.ID]int64{}
	for _, x := range v.signals {
		if a, b, fits := cellOf(&v.Matrix, x, Signal.on); fits && a == i && b == j {
			times[x.Organisation]++
		}
	}
	return linesOf(times, v.Cells[i][j].Signals, func(org kernel.ID, n few.Figure) SignalLine { return SignalLine{org, n} })
}

// linesOf parts a figure into the lines that it is the sum of, with small ones
// kept back, and as many others as it takes.
func linesOf[K ~string, T any](times map[K]int64, sum few.Figure, line func(K, few.Figure) T) (all []T) {
	if sum.Hidden || len(times) == 0 {
		return nil
	}
	var keys []K
	for key := range times {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b K) int { return cmp.Or(cmp.Compare(times[b], times[a]), cmp.Compare(a, b)) })
	var counts []int64
	for _, key := range keys {
		counts = append(counts, times[key])
	}
	for n, f := range few.Hide([][]int64{counts})[0][:len(counts)] {
		all = append(all, line(keys[n], f))
	}
	return all
}

// RefusedLine is how often one partner refused for lack of room, for a programme
// or for anything.
type RefusedLine struct {
	SentTo, Programme kernel.ID
	Times             few.Figure
}

// NoRoomIn are the refusals that stand beside a cell, the most frequent first.
func (v View) NoRoomIn(i, j int) (all []RefusedLine) {
	for _, n := range v.refused {
		here := slices.ContainsFunc(v.Records, func(r directory.PublicRecord) bool {
			return slices.Contains(v.Cells[i][j].Services, r.Service.ID) && concerns(n, r, v.partners)
		})
		if !here {
			continue
		}
		line := RefusedLine{SentTo: n.SentTo, Programme: n.Programme, Times: few.Figure{N: n.Times}}
		if n.Times < few.Smallest {
			line.Times = few.Figure{Hidden: true}
		}
		all = append(all, line)
	}
	slices.SortFunc(all, func(a, b RefusedLine) int {
		return cmp.Or(cmp.Compare(b.Times.N, a.Times.N), cmp.Compare(a.SentTo, b.SentTo), cmp.Compare(a.Programme, b.Programme))
	})
	return all
}

// concerns tells whether a refusal was for a service.
func concerns(n referrals.Refusals, r directory.PublicRecord, partners map[kernel.ID][]kernel.ID) bool {
	if n.Programme != "" {
		return r.Service.Programme == n.Programme
	}
	return slices.Contains(partners[n.SentTo], r.Service.Organisation)
}

// ages are how many fiftieths of each band of five years a part of life is: to
// 4, to 9, to 14, to 19 years. Within a band every age counts alike.
var ages = map[directory.Phase][4]int{
	directory.Pregnancy: {10, 0, 0, 0}, // a year of births, as the youngest are
	directory.Baby:      {10, 0, 0, 0},
	directory.Toddler:   {15, 0, 0, 0},  // a year and a half
	directory.Preschool: {25, 10, 0, 0}, // from two and a half to five years old
	directory.Primary:   {0, 40, 20, 0}, // from six to eleven
	directory.Teen:      {0, 0, 30, 30}, // from twelve to seventeen
}

// everyAge is up to the day on which somebody is eighteen.
var everyAge = [4]int{50, 50, 50, 30}

// Living is about how many children live there for whom a cell is, rounded to
// tens: of a part of life, by the figures of the municipalities. False where
// nobody told, and for what is for parents.
func (v View) Living(row, col string) (n int, known bool) {
	phase, place := v.at(ByPhase, row, col), v.at(ByPlace, row, col)
	if phase == NotTold || place == NotTold || phase == string(directory.Parents) {
		return 0, false
	}
	of := everyAge
	if phase != "" {
		of = ages[directory.Phase(phase)]
	}
	born := phase == string(directory.Pregnancy) || phase == string(directory.Baby)
	fiftieths := 0
	for _, c := range v.Children {
		if place != "" && string(c.Municipality) != place {
			continue
		}
		known = true
		if born && c.Births >= 0 {
			fiftieths += c.Births * 50
			continue
		}
		for i, band := range [4]int{c.To4, c.To9, c.To14, c.To19} {
			fiftieths += band * of[i]
		}
	}
	return (fiftieths/50 + 5) / 10 * 10, known
}

// at is the place on an axis in which a cell is; "" where it is in all.
func (v View) at(axis Axis, row, col string) string {
	switch axis {
	case v.Rows:
		return row
	case v.Columns:
		return col
	}
	return v.Only[axis]
}

// Spot is a cell by where it stands, for a list.
type Spot struct {
	Row, Column string
	Cell
}

// Demand is how much is asked for in a cell, as far as it may be told.
func (c Cell) Demand() int64 { return c.Sought.N + c.NoRoom.N + c.Signals.N + int64(c.Waiting) }

// Standing lists the cells of some verdicts, those first for which most is
// asked, then those that are for most children, then as they stand.
func (v View) Standing(verdicts ...Verdict) (all []Spot) {
	for i, row := range v.RowKeys {
		for j, col := range v.ColKeys {
			if row != NotTold && col != NotTold && slices.Contains(verdicts, v.Cells[i][j].Verdict()) {
				all = append(all, Spot{row, col, v.Cells[i][j]})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Spot) int {
		x, _ := v.Living(a.Row, a.Column)
		y, _ := v.Living(b.Row, b.Column)
		return cmp.Or(cmp.Compare(b.Demand(), a.Demand()), cmp.Compare(y, x))
	})
	return all
}
