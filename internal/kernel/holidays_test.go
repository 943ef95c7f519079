package kernel

import "testing"

func TestEaster(t *testing.T) {
	for year, want := range map[int]Date{ // the earliest and latest there are, and the years to come
		1818: "1818-03-22", 1943: "1943-04-25", 2000: "2000-04-23", 2008: "2008-03-23", 2011: "2011-04-24", 2019: "2019-04-21",
		2024: "2024-03-31", 2025: "2025-04-20", 2026: "2026-04-05", 2027: "2027-03-28", 2028: "2028-04-16", 2029: "2029-04-01",
		2030: "2030-04-21", 2038: "2038-04-25", 2285: "2285-03-22",
	} {
		if got := easter(year); got != want {
			t.Errorf("easter(%d) = %s, want %s", year, got, want)
		}
	}
}

func TestAHolidayOnAWeekendIsOneToo(t *testing.T) {
	for day, want := range map[Date]bool{"2026-08-15": true, "2026-11-01": true, "2026-11-02": false, "2026-04-05": false, "2026-04-06": true} {
		if PublicHoliday(day) != want {
			t.Errorf("%s: %v", day, !want)
		}
	}
}
