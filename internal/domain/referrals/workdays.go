package referrals

import (
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// worksOn tells whether people work on a day: not on Saturday or Sunday, and
// not on a public holiday.
func worksOn(d kernel.Date) bool {
	day := d.Time().Weekday()
	return day != time.Saturday && day != time.Sunday && !kernel.PublicHoliday(d)
}

// workdaysAfter is the n-th working day after d.
func workdaysAfter(d kernel.Date, n int) kernel.Date {
	for n > 0 {
		d = d.AddDays(1)
		if worksOn(d) {
			n--
		}
	}
	return d
}
