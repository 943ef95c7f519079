package kernel

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// Cents is an amount of euros, exact to the cent. It may be negative.
type Cents int64

// ParseCents reads an amount as people and files write it: "12", "12,5",
// "12.50", "1 234,56", "€ 1.234,56", "-3 EUR". One or two digits after the
// last point or comma are cents; spaces, points or commas before that may
// only stand between groups of three. A single point or comma before three
// digits ("1.234") could mean either and is Invalid ("amount"), as is more
// than two decimals.
func ParseCents(s string) (Cents, error) {
	bad := NewInvalid("amount")
	s, negative := bareAmount(s)

	whole, part := s, ""
	if at := strings.LastIndexAny(s, ".,"); at >= 0 && len(s)-at-1 <= 2 {
		whole, part = s[:at], s[at+1:]
		if part == "" || !digits(part) || strings.Contains(whole, s[at:at+1]) {
			return 0, bad
		}
	}
	if at := strings.IndexAny(whole, " .,"); at >= 0 {
		groups := strings.Split(whole, whole[at:at+1])
		if len(groups) == 2 && part == "" && whole[at] != ' ' || len(groups[0]) > 3 {
			return 0, bad
		}
		for _, g := range groups[1:] {
			if len(g) != 3 {
				return 0, bad
			}
		}
		whole = strings.Join(groups, "")
	}
	if !digits(whole) {
		return 0, bad
	}
	euros, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || euros > math.MaxInt64/100-1 {
		return 0, bad
	}
	cents, _ := strconv.ParseInt((part + "00")[:2], 10, 64)
	if negative {
		return Cents(-euros*100 - cents), nil
	}
	return Cents(euros*100 + cents), nil
}

// bareAmount takes the sign and one currency mark from an amount and writes
// every kind of space as the plain one.
func bareAmount(s string) (bare string, negative bool) {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, s))
	sign := func() {
		for _, minus := range []string{"-", "\u2212"} {
			if rest, ok := strings.CutPrefix(s, minus); ok && !negative {
				s, negative = strings.TrimSpace(rest), true
			}
		}
	}
	sign()
	for _, mark := range []string{"€", "EUR"} {
		if rest, ok := strings.CutPrefix(s, mark); ok {
			s = strings.TrimSpace(rest)
			break
		}
		if rest, ok := strings.CutSuffix(s, mark); ok {
			s = strings.TrimSpace(rest)
			break
		}
	}
	sign()
	return s, negative
}

// String is the amount with a point and two decimals, as JSON and CSV carry
// it: "1234.56". How a reader sees it is i18n's work.
func (c Cents) String() string {
	sign, n := "", uint64(c)
	if c < 0 {
		sign, n = "-", -n
	}
	cents := strconv.FormatUint(n%100, 10)
	if len(cents) == 1 {
		cents = "0" + cents
	}
	return sign + strconv.FormatUint(n/100, 10) + "." + cents
}
