package rules

import (
	"testing"
	"time"
)

// The calendar is the one of the standard library, day by day.
func TestEveryDayOfThreeCenturies(t *testing.T) {
	for day := DateOf(1850, 1, 1); day <= DateOf(2150, 12, 31); day++ {
		want := time.Unix(int64(day)*86400, 0).UTC()
		y, m, d := day.Civil()
		if y != want.Year() || m != int(want.Month()) || d != want.Day() {
			t.Fatalf("day %d is %d-%d-%d, want %v", day, y, m, d, want)
		}
		if again, err := ParseDate(day.String()); err != nil || again != day {
			t.Fatalf("%s reads as %s (%v)", day, again, err)
		}
	}
}

func TestDistances(t *testing.T) {
	for name, tt := range map[string]struct {
		from, to      string
		years, months int
	}{
		"the day before the birthday":                {"2008-03-02", "2026-03-01", 17, 215},
		"on the birthday":                            {"2008-03-01", "2026-03-01", 18, 216},
		"born on 29 February, on the 28th":           {"2008-02-29", "2026-02-28", 17, 215},
		"born on 29 February, on 1 March":            {"2008-02-29", "2026-03-01", 18, 216},
		"the same day":                               {"2026-03-01", "2026-03-01", 0, 0},
		"the other way round counts what is not yet": {"2026-03-01", "2026-02-28", -1, -1},
	} {
		t.Run(name, func(t *testing.T) {
			from, _ := ParseDate(tt.from)
			to, _ := ParseDate(tt.to)
			if y, m := from.YearsUntil(to), from.MonthsUntil(to); y != tt.years || m != tt.months {
				t.Errorf("%d years and %d months, want %d and %d", y, m, tt.years, tt.months)
			}
		})
	}
}

func TestMonthsLater(t *testing.T) {
	for name, tt := range map[string]struct {
		from string
		n    int
		want string
	}{
		"the last of a longer month": {"2026-01-31", 1, "2026-02-28"},
		"over the year":              {"2026-12-15", 2, "2027-02-15"},
		"back over the year":         {"2026-01-15", -1, "2025-12-15"},
		"back eighteen years":        {"2026-02-28", -216, "2008-02-28"},
		"a leap year":                {"2024-01-31", 1, "2024-02-29"},
	} {
		t.Run(name, func(t *testing.T) {
			from, _ := ParseDate(tt.from)
			if got := from.AddMonths(tt.n).String(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestDaysThatAreNone(t *testing.T) {
	for _, s := range []string{"", "2026-02-29", "2026-13-01", "2026-1-1", "01-03-2026", "2026-03-01T00:00:00Z", "0000-01-01", "20260301"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("%q reads as %s", s, d)
		}
	}
}
