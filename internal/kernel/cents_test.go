package kernel_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestParseCents(t *testing.T) {
	for name, tt := range map[string]struct {
		in   string
		want kernel.Cents
		key  string
	}{
		"whole euros":                               {"12", 12_00, ""},
		"nothing":                                   {"0", 0, ""},
		"one decimal is ten cents":                  {"12,5", 12_50, ""},
		"a point marks cents too":                   {"12.50", 12_50, ""},
		"spaces between the thousands":              {"1 234,56", 1234_56, ""},
		"hard and narrow spaces":                    {"1\u00a0234\u202f567,8", 1234567_80, ""},
		"points between the thousands":              {"1.234,56", 1234_56, ""},
		"commas between the thousands":              {"1,234.56", 1234_56, ""},
		"several groups and no cents":               {"1.234.567", 1234567_00, ""},
		"a space alone is no cents":                 {"1 234", 1234_00, ""},
		"the euro before":                           {"€ 1.234,56", 1234_56, ""},
		"the euro behind":                           {"3 €", 3_00, ""},
		"the euro in letters":                       {"EUR 3.05", 3_05, ""},
		"less than nothing":                         {"-3", -3_00, ""},
		"less than nothing, the euro first":         {"€ -3,01", -3_01, ""},
		"a typeset minus":                           {"\u22123", -3_00, ""},
		"the largest":                               {"92233720368547756.99", 92233720368547756_99, ""},
		"too large":                                 {"92233720368547758", 0, "amount"},
		"far too large":                             {"99999999999999999999999", 0, "amount"},
		"a thousand or one and a bit: nobody knows": {"1.234", 0, "amount"},
		"the same with a comma":                     {"1,234", 0, "amount"},
		"three decimals":                            {"1234,567", 0, "amount"},
		"a space where the comma was forgotten":     {"12 50", 0, "amount"},
		"spaces between digits":                     {"1 2,5", 0, "amount"},
		"a space in the cents":                      {"12,5 0", 0, "amount"},
		"two commas":                                {"1,23,45", 0, "amount"},
		"mixed separators before the comma":         {"1 234.567,00", 0, "amount"},
		"a group too long":                          {"1234.567,00", 0, "amount"},
		"no cents behind the comma":                 {"12,", 0, "amount"},
		"no euros before the comma":                 {",50", 0, "amount"},
		"nothing at all":                            {"", 0, "amount"},
		"a sign alone":                              {"-", 0, "amount"},
		"two signs":                                 {"--3", 0, "amount"},
		"a sign on both sides of the euro":          {"-€-3", 0, "amount"},
		"two marks":                                 {"€3€", 0, "amount"},
		"a mark in the middle":                      {"1€2", 0, "amount"},
		"words":                                     {"twaalf", 0, "amount"},
		"scientists":                                {"1e3", 0, "amount"},
		"digits of another script":                  {"١٢", 0, "amount"},
		"a plus":                                    {"+3", 0, "amount"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kernel.ParseCents(tt.in)
			wantFault(t, err, tt.key)
			if got != tt.want {
				t.Errorf("ParseCents(%q) = %d, want %d", tt.in, int64(got), int64(tt.want))
			}
		})
	}
}

func TestCentsString(t *testing.T) {
	for want, c := range map[string]kernel.Cents{
		"0.00": 0, "0.05": 5, "-0.05": -5, "12.50": 12_50, "-1234.56": -1234_56,
		"92233720368547758.07": math.MaxInt64, "-92233720368547758.08": math.MinInt64,
	} {
		if got := c.String(); got != want {
			t.Errorf("%d.String() = %q, want %q", int64(c), got, want)
		}
	}
}

func TestCentsAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := kernel.Cents(rapid.Int64Range(-1<<56, 1<<56).Draw(t, "cents"))
		if got, err := kernel.ParseCents(c.String()); err != nil || got != c {
			t.Fatalf("ParseCents(%q) = %d, %v", c.String(), int64(got), err)
		}
	})
}

func FuzzParseCents(f *testing.F) {
	for _, s := range []string{"", "-", "12,5", "1 234,56", "€ 1.234,56", "-€ 3", "1.234", "\u2212", "€EUR", " . , ", "1 \xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := kernel.ParseCents(s)
		if err != nil {
			wantFault(t, err, "amount")
			return
		}
		if again, err := kernel.ParseCents(c.String()); err != nil || again != c {
			t.Errorf("%q is %v, which reads back as %v, %v", s, c, again, err)
		}
	})
}
