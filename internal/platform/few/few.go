// Package few keeps small figures back, so that a table of counts tells nothing
// of a single family. Every count that somebody sees who may not see the rows
// behind it goes through it: on a page, in a file and to a program.
package few

import "slices"

// Smallest is the least number of families that a figure may show to who may
// not see the rows behind it.
const Smallest = 5

// Figure is a figure that may be kept back. The zero value is nought.
type Figure struct {
	N      int64
	Hidden bool // too few, or what would tell too few by subtraction; N is 0 then
}

// Hide keeps small figures back in a table of counts, and as many others
// as it takes that no sum, no difference and no set of them tells a small one:
// every row and column, totals among them, has none kept back or several,
// which together are not few, and none can be reckoned out of the rest. Rows
// are of one length. The answer has a total more in each row, and a row of
// totals. When even that cannot keep a secret, all is kept back.
func Hide(rows [][]int64) [][]Figure {
	table := withTotals(rows)
	hidden := make([][]bool, len(table))
	for i, row := range table {
		hidden[i] = make([]bool, len(row))
		for j, n := range row {
			hidden[i][j] = 0 < n && n < Smallest
		}
	}
	corner := table[len(table)-1][len(table[0])-1]
	all := corner < Smallest
	for changed := true; changed && !all; {
		changed = false
		for _, l := range lines(table) {
			if l.secret(table, hidden) {
				continue
			}
			changed = true
			if !l.hideOne(table, hidden) {
				all = true // nothing is left to hide it behind
			}
		}
		if s, found := told(table, hidden); found && !changed && !all {
			changed = true
			all = !hideWith(s, table, hidden)
		}
	}
	out := make([][]Figure, len(table))
	for i, row := range table {
		for j, n := range row {
			c := Figure{N: n}
			if hidden[i][j] || all && n > 0 {
				c = Figure{Hidden: true}
			}
			out[i] = append(out[i], c)
		}
	}
	return out
}

// Plain is a table with its totals and nothing kept back.
func Plain(rows [][]int64) [][]Figure {
	var out [][]Figure
	for _, row := range withTotals(rows) {
		var line []Figure
		for _, n := range row {
			line = append(line, Figure{N: n})
		}
		out = append(out, line)
	}
	return out
}

func withTotals(rows [][]int64) [][]int64 {
	width := 0
	if len(rows) > 0 {
		width = len(rows[0])
	}
	totals := make([]int64, width+1)
	var table [][]int64
	for _, row := range rows {
		line := slices.Clone(row)
		sum := int64(0)
		for j, n := range row {
			sum += n
			totals[j] += n
		}
		totals[width] += sum
		table = append(table, append(line, sum))
	}
	return append(table, totals)
}

type spot struct{ i, j int }

// sumLine is a row or a column: its last spot is the sum of the others.
type sumLine []spot

func lines(table [][]int64) (all []sumLine) {
	for i, row := range table {
		var l sumLine
		for j := range row {
			l = append(l, spot{i, j})
		}
		all = append(all, l)
	}
	for j := range table[0] {
		var l sumLine
		for i := range table {
			l = append(l, spot{i, j})
		}
		all = append(all, l)
	}
	return all
}

// secret tells whether what is kept back in a line cannot be told from it.
func (l sumLine) secret(table [][]int64, hidden [][]bool) bool {
	if len(l) == 2 { // a figure and its total are the same
		return hidden[l[0].i][l[0].j] == hidden[l[1].i][l[1].j]
	}
	count, sum := 0, int64(0)
	for _, s := range l {
		if hidden[s.i][s.j] {
			count++
			sum += table[s.i][s.j]
		}
	}
	end := l[len(l)-1]
	if hidden[end.i][end.j] { // the others that are kept back may add up to anything
		return count > 1
	}
	return count == 0 || count > 1 && sum >= Smallest
}

// hideOne keeps the Smallest figure back that is still shown, a total last,
// and never the total of totals; false when there is none.
func (l sumLine) hideOne(table [][]int64, hidden [][]bool) bool {
	best, found := spot{}, false
	for n, s := range l {
		value := table[s.i][s.j]
		corner := s.i == len(table)-1 && s.j == len(table[0])-1
		if hidden[s.i][s.j] || value == 0 || corner || n == len(l)-1 && found {
			continue
		}
		if !found || value < table[best.i][best.j] {
			best, found = s, true
		}
	}
	if found {
		hidden[best.i][best.j] = true
	}
	return found
}

// hideWith keeps one more figure back in the row or column of another.
func hideWith(s spot, table [][]int64, hidden [][]bool) bool {
	for _, l := range lines(table) {
		if slices.Contains(l, s) && l.hideOne(table, hidden) {
			return true
		}
	}
	return false
}

// told looks for a figure that was kept back and can be reckoned out of the
// others, by narrowing what each can be from the sums of its row and column,
// until that narrows nothing any more.
func told(table [][]int64, hidden [][]bool) (spot, bool) {
	b := bounds{}
	grand := table[len(table)-1][len(table[0])-1]
	for i, row := range table {
		b.least, b.most = append(b.least, slices.Clone(row)), append(b.most, slices.Clone(row))
		for j := range row {
			if hidden[i][j] {
				b.least[i][j], b.most[i][j] = 1, grand
			}
		}
	}
	all := lines(table)
	for range 4 * len(all) {
		narrowed := false
		for _, l := range all {
			narrowed = b.narrow(l) || narrowed
		}
		if !narrowed {
			break
		}
	}
	for _, l := range all {
		for _, s := range l {
			if hidden[s.i][s.j] && b.least[s.i][s.j] == b.most[s.i][s.j] {
				return s, true
			}
		}
	}
	return spot{}, false
}

// bounds are what each spot of a table can be.
type bounds struct{ least, most [][]int64 }

// narrow draws the bounds of each spot of a line tighter by those of the rest;
// false when they were as tight already.
func (b bounds) narrow(l sumLine) (narrowed bool) {
	end := l[len(l)-1]
	low, high := int64(0), int64(0)
	for _, s := range l[:len(l)-1] {
		low += b.least[s.i][s.j]
		high += b.most[s.i][s.j]
	}
	draw := func(s spot, least, most int64) {
		if now := b.least[s.i][s.j]; least > now {
			b.least[s.i][s.j], narrowed = least, true
		}
		if now := b.most[s.i][s.j]; most < now {
			b.most[s.i][s.j], narrowed = most, true
		}
	}
	draw(end, low, high)
	for _, s := range l[:len(l)-1] {
		othersLow, othersHigh := low-b.least[s.i][s.j], high-b.most[s.i][s.j]
		draw(s, b.least[end.i][end.j]-othersHigh, b.most[end.i][end.j]-othersLow)
	}
	return narrowed
}
