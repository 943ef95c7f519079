package kernel_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestParseInstant(t *testing.T) {
	for name, tt := range map[string]struct {
		in   string
		want kernel.Instant
		key  string
	}{
		"already so":                   {"2026-03-01T12:00:00.000000Z", "2026-03-01T12:00:00.000000Z", ""},
		"of another zone":              {"2026-03-01T12:00:00+01:00", "2026-03-01T11:00:00.000000Z", ""},
		"finer than a microsecond":     {"2026-03-01T12:00:00.123456789Z", "2026-03-01T12:00:00.123456Z", ""},
		"a zone of three quarters":     {"2026-03-01T12:00:00+05:45", "2026-03-01T06:15:00.000000Z", ""},
		"without a zone":               {"2026-03-01T12:00:00", "", "instant"},
		"a day":                        {"2026-03-01", "", "instant"},
		"a day that does not exist":    {"2026-02-30T12:00:00Z", "", "instant"},
		"nothing":                      {"", "", "instant"},
		"before the first year in UTC": {"0001-01-01T00:00:00+01:00", "", "instant"},
		"after the last year in UTC":   {"9999-12-31T23:59:59-01:00", "", "instant"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kernel.ParseInstant(tt.in)
			wantFault(t, err, tt.key)
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestTheDayOfAnInstantIsThatOfBelgium(t *testing.T) {
	for name, tt := range map[string]struct {
		at   kernel.Instant
		want kernel.Date
	}{
		"winter, an hour before midnight in UTC": {"2026-01-31T23:00:00.000000Z", "2026-02-01"},
		"summer, two hours before":               {"2026-06-30T22:00:00.000000Z", "2026-07-01"},
		"summer, a moment too early":             {"2026-06-30T21:59:59.999999Z", "2026-06-30"},
		"no moment is on no day":                 {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.at.Date(); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestInstantsCompareAsTextAsTheyDoInTime(t *testing.T) {
	moment := rapid.Int64Range(-62135596800, 253402300799)
	rapid.Check(t, func(t *rapid.T) {
		a := time.Unix(moment.Draw(t, "a"), rapid.Int64Range(0, 999_999).Draw(t, "a µs")*1000)
		b := time.Unix(moment.Draw(t, "b"), 0)
		i, j := kernel.InstantOf(a), kernel.InstantOf(b)
		if i.Before(j) != a.Before(b) || len(i) != len(j) || !i.Time().Equal(a) {
			t.Fatalf("%v %v became %q %q", a, b, i, j)
		}
		if again, err := kernel.ParseInstant(string(i)); err != nil || again != i {
			t.Fatalf("%q reads back as %q, %v", i, again, err)
		}
	})
}

func TestInstantAdd(t *testing.T) {
	if got := kernel.Instant("2026-03-01T23:59:59.999999Z").Add(time.Microsecond); got != "2026-03-02T00:00:00.000000Z" {
		t.Errorf("%q", got)
	}
	if v, err := kernel.Instant("x").Value(); v != "x" || err != nil {
		t.Errorf("a driver gets %v, %v", v, err)
	}
}

func TestParseDate(t *testing.T) {
	for name, tt := range map[string]struct{ in, key string }{
		"a day":                        {"2026-03-01", ""},
		"the leap day of a leap year":  {"2024-02-29", ""},
		"the leap day of another year": {"2026-02-29", "date"},
		"no leap day in 1900":          {"1900-02-29", "date"},
		"31 April":                     {"2026-04-31", "date"},
		"a single digit":               {"2026-3-1", "date"},
		"as people write it":           {"01/03/2026", "date"},
		"with a time":                  {"2026-03-01T00:00:00Z", "date"},
		"a year of five digits":        {"12026-03-01", "date"},
		"the year nought":              {"0000-03-01", "date"},
		"nothing":                      {"", "date"},
		"a space behind":               {"2026-03-01 ", "date"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kernel.ParseDate(tt.in)
			wantFault(t, err, tt.key)
			if err == nil && got.String() != tt.in {
				t.Errorf("%q became %q", tt.in, got)
			}
		})
	}
}

func TestCounting(t *testing.T) {
	for name, tt := range map[string]struct {
		from, to            kernel.Date
		days, months, years int
	}{
		"the same day":                           {"2026-03-01", "2026-03-01", 0, 0, 0},
		"a day before a birthday":                {"2008-03-02", "2026-03-01", 6573, 215, 17},
		"a birthday":                             {"2008-03-01", "2026-03-01", 6574, 216, 18},
		"born on a leap day, 28 February":        {"2008-02-29", "2026-02-28", 6574, 215, 17},
		"born on a leap day, 1 March":            {"2008-02-29", "2026-03-01", 6575, 216, 18},
		"the end of January to that of February": {"2026-01-31", "2026-02-28", 28, 0, 0},
		"across the summer hour":                 {"2026-03-28", "2026-03-30", 2, 0, 0},
		"backwards":                              {"2026-03-01", "2026-02-28", -1, -1, -1},
		"to the day that means for ever":         {"2026-01-01", "9999-12-31", 2912442, 95687, 7973},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.from.DaysUntil(tt.to); got != tt.days {
				t.Errorf("%d days, want %d", got, tt.days)
			}
			if got := tt.from.MonthsUntil(tt.to); got != tt.months {
				t.Errorf("%d months, want %d", got, tt.months)
			}
			if got := tt.from.YearsUntil(tt.to); got != tt.years {
				t.Errorf("%d years, want %d", got, tt.years)
			}
		})
	}
}

func TestAddMonthsStaysInTheMonth(t *testing.T) {
	for name, tt := range map[string]struct {
		from kernel.Date
		n    int
		want kernel.Date
	}{
		"a month":                 {"2026-01-15", 1, "2026-02-15"},
		"from the end of January": {"2026-01-31", 1, "2026-02-28"},
		"in a leap year":          {"2024-01-31", 1, "2024-02-29"},
		"back over the year":      {"2026-01-31", -2, "2025-11-30"},
		"eighteen years":          {"2008-02-29", 216, "2026-02-28"},
		"none":                    {"2026-01-31", 0, "2026-01-31"},
		"no day stays no day":     {"", 5, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.from.AddMonths(tt.n); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestDaysAddUp(t *testing.T) {
	day := rapid.IntRange(200_000, 3_000_000)
	rapid.Check(t, func(t *rapid.T) {
		d, n := kernel.Date("0001-01-01").AddDays(day.Draw(t, "day")), rapid.IntRange(-100_000, 100_000).Draw(t, "n")
		e := d.AddDays(n)
		if len(e) > 10 { // past the year 9999
			return
		}
		if d.DaysUntil(e) != n || (n > 0) != (d < e) {
			t.Fatalf("%s and %d days is %s: %d", d, n, e, d.DaysUntil(e))
		}
		if _, err := kernel.ParseDate(string(e)); err != nil {
			t.Fatalf("%s: %v", e, err)
		}
	})
	if got := kernel.Date("").AddDays(3); got != "" {
		t.Errorf("three days after no day is %q", got)
	}
}

func FuzzParseInstantAndDate(f *testing.F) {
	for _, s := range []string{"", "2026-03-01", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00,5+14:00", "9999-12-31T23:59:60Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if i, err := kernel.ParseInstant(s); err == nil {
			if again, err := kernel.ParseInstant(string(i)); err != nil || again != i || len(i) != 27 {
				t.Errorf("%q is %q, which reads back as %q, %v", s, i, again, err)
			}
		}
		if d, err := kernel.ParseDate(s); err == nil && (string(d) != s || d.AddDays(0) != d) {
			t.Errorf("%q became %q", s, d)
		}
	})
}
