package referrals

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestTheHolidaysOfAYear(t *testing.T) {
	var off []kernel.Date
	for d := kernel.Date("2026-01-01"); d < "2027-01-01"; d = d.AddDays(1) {
		if wd := d.Time().Weekday(); wd != 0 && wd != 6 && !worksOn(d) {
			off = append(off, d)
		}
	}
	// 15 August is a Saturday and 1 November a Sunday in 2026.
	want := []kernel.Date{"2026-01-01", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25", "2026-07-21", "2026-11-11", "2026-12-25"}
	if len(off) != len(want) {
		t.Fatalf("off on %v, want %v", off, want)
	}
	for i := range want {
		if off[i] != want[i] {
			t.Errorf("off on %v, want %v", off, want)
		}
	}
}

func TestWorkdaysAfter(t *testing.T) {
	for name, tt := range map[string]struct {
		from kernel.Date
		n    int
		want kernel.Date
	}{
		"from a Monday to the next":            {"2026-11-23", 5, "2026-11-30"},
		"over a weekend":                       {"2026-11-27", 1, "2026-11-30"},
		"from a Sunday":                        {"2026-11-29", 1, "2026-11-30"},
		"over Armistice Day":                   {"2026-11-10", 1, "2026-11-12"},
		"over Christmas and New Year":          {"2026-12-24", 5, "2027-01-04"},
		"over Easter":                          {"2026-04-03", 1, "2026-04-07"},
		"over Ascension, with no bridge after": {"2026-05-13", 1, "2026-05-15"},
		"over Whit Monday":                     {"2026-05-22", 1, "2026-05-26"},
		"no day at all":                        {"2026-11-11", 0, "2026-11-11"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := workdaysAfter(tt.from, tt.n); got != tt.want {
				t.Errorf("workdaysAfter(%s, %d) = %s, want %s", tt.from, tt.n, got, tt.want)
			}
		})
	}
}
