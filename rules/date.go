package rules

import (
	"errors"
	"strconv"
	"time"
)

// Date is a day in the calendar of Belgium, counted from 1 January 1970. It
// has no zone and no time of day.
type Date int32

var errDate = errors.New("not a day that exists, written as 2026-03-01")

// ParseDate reads a day that exists, "2006-01-02", from the year 1 to 9999.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return 0, errDate
	}
	return Date(t.Unix() / 86400), nil
}

// DateOf is the day in the calendar; a day past the end of a month runs into
// the next month.
func DateOf(year, month, day int) Date {
	return Date(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Civil gives year, month and day.
func (d Date) Civil() (year, month, day int) {
	// Days are counted from 1 March of year 0, so that the leap day is the last
	// of its year; an era is 400 years of 146097 days.
	z := int(d) + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	if month > 12 {
		month -= 12
	}
	year = yoe + era*400
	if month <= 2 {
		year++
	}
	return year, month, day
}

// String is the day as files carry it: "2026-03-01".
func (d Date) String() string {
	y, m, day := d.Civil()
	b := make([]byte, 0, 10)
	for _, n := range [...]struct{ v, width int }{{y, 4}, {m, 2}, {day, 2}} {
		if len(b) > 0 {
			b = append(b, '-')
		}
		s := strconv.Itoa(n.v)
		for i := len(s); i < n.width; i++ {
			b = append(b, '0')
		}
		b = append(b, s...)
	}
	return string(b)
}

// MarshalText writes the day as [Date.String] does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what [ParseDate] reads.
func (d *Date) UnmarshalText(b []byte) error {
	v, err := ParseDate(string(b))
	*d = v
	return err
}

// AddMonths is the same day n months later, or the last day of that month.
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Civil()
	m += n - 1
	y += m / 12
	if m %= 12; m < 0 {
		m += 12
		y--
	}
	last := DateOf(y, m+2, 1) - 1
	if _, _, l := last.Civil(); day > l {
		day = l
	}
	return DateOf(y, m+1, day)
}

// YearsUntil counts the completed years from d to e, as an age is counted: who
// is born on 29 February is a year older on 1 March of other years. It is
// negative when e comes first.
func (d Date) YearsUntil(e Date) int {
	y1, m1, d1 := d.Civil()
	y2, m2, d2 := e.Civil()
	years := y2 - y1
	if m2 < m1 || m2 == m1 && d2 < d1 {
		years--
	}
	return years
}

// MonthsUntil counts the completed months from d to e.
func (d Date) MonthsUntil(e Date) int {
	y1, m1, d1 := d.Civil()
	y2, m2, d2 := e.Civil()
	months := 12*(y2-y1) + m2 - m1
	if d2 < d1 {
		months--
	}
	return months
}
