package lists

import (
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Order says which part of a day a list writes first.
type Order string

// The orders. Whatever the order, a day that begins with four figures is read
// from the year.
const (
	DayFirst   Order = "dmy"
	MonthFirst Order = "mdy"
	YearFirst  Order = "ymd"
)

// Orders lists them in the order in which they are offered.
var Orders = [...]Order{DayFirst, YearFirst, MonthFirst}

// Day reads a day that stands in a list: 3/02/2021, 03.02.2021, 2021-02-03,
// 20210203. A year of two figures is of the last hundred years. Invalid
// ("date") when it is none.
func Day(s string, order Order, today kernel.Date) (kernel.Date, error) {
	bad := kernel.NewInvalid("date")
	s, _, _ = strings.Cut(strings.TrimSpace(s), " ") // a time behind it
	s, _, _ = strings.Cut(s, "T")
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '-' || r == '.' })
	if len(parts) == 1 && len(s) == 8 {
		switch order {
		case YearFirst:
			parts = []string{s[:4], s[4:6], s[6:]}
		default:
			parts = []string{s[:2], s[2:4], s[4:]}
		}
	}
	if len(parts) != 3 {
		return "", bad
	}
	var n [3]int
	for i, p := range parts {
		x, err := strconv.Atoi(p)
		if err != nil || len(p) > 4 || x < 0 {
			return "", bad
		}
		n[i] = x
	}
	y, m, d, year := n[2], n[1], n[0], parts[2]
	switch {
	case order == YearFirst || len(parts[0]) == 4:
		y, m, d, year = n[0], n[1], n[2], parts[0]
	case order == MonthFirst:
		m, d = n[0], n[1]
	}
	switch len(year) {
	case 4:
	case 2:
		now := today.Time().Year()
		if y += now / 100 * 100; y > now {
			y -= 100
		}
	default:
		return "", bad
	}
	text := pad(y, 4) + "-" + pad(m, 2) + "-" + pad(d, 2)
	return kernel.ParseDate(text)
}

func pad(n, width int) string {
	s := strconv.Itoa(n)
	if len(s) >= width {
		return s
	}
	return strings.Repeat("0", width-len(s)) + s
}

// OrderOf is the order in which the days of a column can be read, the
// likeliest in Belgium first; false when none reads all of them.
func OrderOf(cells []string, today kernel.Date) (Order, bool) {
	for _, order := range Orders {
		read, all := 0, true
		for _, cell := range cells {
			if cell == "" {
				continue
			}
			if _, err := Day(cell, order, today); err != nil {
				all = false
				break
			}
			read++
		}
		if all && read > 0 {
			return order, true
		}
	}
	return DayFirst, false
}

// Column is what stands in one column, without what could not be read.
func (l *List) Column(i int) (cells []string) {
	for _, r := range l.Rows {
		if r.Wrong == "" && i < len(r.Cells) {
			cells = append(cells, r.Cells[i])
		}
	}
	return cells
}
