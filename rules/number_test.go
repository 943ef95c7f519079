package rules

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func drawNumber(t *rapid.T, label string) number {
	n := rapid.OneOf(rapid.Int64Range(-1000, 1000), rapid.Int64Range(-math.MaxInt64, math.MaxInt64)).Draw(t, label)
	d := rapid.SampledFrom([]int64{1, 2, 3, 12, 100, 1000000, math.MaxInt64}).Draw(t, label+" denominator")
	return number{n: n, d: d}
}

// Arithmetic is that of rationals, however large the numbers.
func TestArithmeticIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawNumber(t, "a"), drawNumber(t, "b")
		ra, rb := a.rat(), b.rat()
		same := func(what string, got number, want *big.Rat) {
			if got.rat().Cmp(want) != 0 {
				t.Fatalf("%v %s %v = %v, want %v", ra, what, rb, got.rat(), want)
			}
		}
		same("+", a.add(b), new(big.Rat).Add(ra, rb))
		same("-", a.sub(b), new(big.Rat).Sub(ra, rb))
		same("*", a.mul(b), new(big.Rat).Mul(ra, rb))
		if b.sign() != 0 {
			same("/", a.div(b), new(big.Rat).Quo(ra, rb))
		}
		if got, want := a.cmp(b), ra.Cmp(rb); got != want {
			t.Fatalf("%v compared with %v = %d, want %d", ra, rb, got, want)
		}
		for _, mode := range []roundMode{roundHalfUp, roundDown, roundUp} {
			r := a.roundTo(cents(1), mode)
			off := r.sub(a)
			if !r.mul(integer(100)).isWhole() || off.cmp(cents(1)) >= 0 || off.cmp(cents(-1)) <= 0 {
				t.Fatalf("%v rounds to %v", ra, r.rat())
			}
		}
	})
}

func TestRoundingToTheCent(t *testing.T) {
	for name, tt := range map[string]struct {
		in   string
		mode roundMode
		want string
	}{
		"half a cent goes up":                 {"1.005", roundHalfUp, "1.01"},
		"less than half a cent goes down":     {"1.0049999", roundHalfUp, "1.00"},
		"half a cent of a debt goes away":     {"-1.005", roundHalfUp, "-1.01"},
		"down is toward nothing":              {"1.019", roundDown, "1.01"},
		"down of a debt is a larger debt":     {"-1.011", roundDown, "-1.02"},
		"up":                                  {"1.011", roundUp, "1.02"},
		"up of a debt is a smaller debt":      {"-1.019", roundUp, "-1.01"},
		"what is a cent already stays":        {"1.01", roundUp, "1.01"},
		"what is less than a cent is nothing": {"0.004", roundHalfUp, "0.00"},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := parseNumber(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if got := n.roundTo(cents(1), tt.mode).decimal(2, 2); got != tt.want {
				t.Errorf("%s rounds to %s, want %s", tt.in, got, tt.want)
			}
		})
	}
}

func TestNumbersThatAreNone(t *testing.T) {
	for _, s := range []string{"", "-", ".", "1.", ".5", "1,5", "1e3", "1 000", "+1", "--1", "0x10", "NaN", "Infinity", "1234567890123456789", "1.5.2"} {
		if n, err := parseNumber(s); err == nil {
			t.Errorf("%q reads as %v", s, n.rat())
		}
	}
}

func TestNumbersAsReadersWriteThem(t *testing.T) {
	for name, tt := range map[string]struct {
		lang Lang
		want string
	}{
		"Dutch": {NL, "−1.776,07"}, "French": {FR, "−1\u202f776,07"}, "German": {DE, "−1.776,07"}, "English": {EN, "−1,776.07"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Localize("-1776.07", tt.lang); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if got := Localize("12", NL); got != "12" {
		t.Errorf("a small whole number is written %q", got)
	}
}

func TestDecimals(t *testing.T) {
	third := integer(1).div(integer(3))
	for name, tt := range map[string]struct{ got, want string }{
		"a third has six decimals":         {third.plain(), "0.333333"},
		"a whole number has none":          {integer(12).plain(), "12"},
		"euros have two":                   {integer(12).euros(), "12.00"},
		"a price keeps what it has":        {number{n: 23767, d: 100000}.unitText("EUR/kWh"), "0.23767"},
		"cents of a debt below a euro":     {cents(-5).decimal(2, 2), "-0.05"},
		"an amount that fits no 64 bits":   {integer(math.MaxInt64).mul(integer(10)).euros(), "92233720368547758070.00"},
		"years are not written with cents": {integer(18).unitText("years"), "18"},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %s, want %s", tt.got, tt.want)
			}
		})
	}
}
