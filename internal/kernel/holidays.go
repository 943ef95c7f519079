package kernel

import "time"

// PublicHoliday tells whether a day is one of the ten public holidays of
// Belgium (law of 4 January 1974, royal decree of 18 April 1974). A day off
// that replaces a holiday on a Sunday is each employer's own, so it is not
// counted.
func PublicHoliday(d Date) bool {
	t := d.Time()
	switch t.Format("01-02") {
	case "01-01", "05-01", "07-21", "08-15", "11-01", "11-11", "12-25":
		return true
	}
	switch easter(t.Year()).DaysUntil(d) {
	case 1, 39, 50: // Easter Monday, Ascension, Whit Monday
		return true
	}
	return false
}

// easter is Easter Sunday of a year in the Gregorian calendar (the reckoning
// of Meeus, Jones and Butcher).
func easter(year int) Date {
	golden, century, inCentury := year%19, year/100, year%100
	correction := (century - (century+8)/25 + 1) / 3
	epact := (19*golden + century - century/4 - correction + 15) % 30
	weekday := (32 + 2*(century%4) + 2*(inCentury/4) - epact - inCentury%4) % 7
	late := (golden + 11*epact + 22*weekday) / 451
	n := epact + weekday - 7*late + 114
	return DateOf(year, time.Month(n/31), n%31+1)
}
