package kernel

import (
	"math"
	"strconv"
	"strings"
)

// Cents is an amount of euros, exact to the cent. It may be negative.
type Cents int64

// ParseCents reads an amount as people and files write it: "12", "12,5",
// "12.50", "1 234,56", "€ 1.234,56", "-3". Of two different separators the
// last marks the cents; a single point or comma before exactly three digits
// at the end ("1.234") could mean either and is Invalid ("amount"), as is
// more than two decimals.
func ParseCents(s string) (Cents, error) {
	bad := NewInvalid("amount")
	s = strings.NewReplacer("€", "", " ", "", "\u00a0", "", "\u202f", "", "EUR", "").Replace(s)
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")

	whole, part := s, ""
	if at := strings.LastIndexAny(s, ".,"); at >= 0 {
		whole, part = s[:at], s[at+1:]
		group := ","
		if s[at] == ',' {
			group = "."
		}
		if strings.ContainsRune(whole, rune(s[at])) || len(part) == 0 || len(part) > 2 {
			return 0, bad
		}
		for i, g := range strings.Split(whole, group) {
			if i > 0 && len(g) != 3 || g == "" || len(g) > 3 && strings.Contains(whole, group) {
				return 0, bad
			}
		}
		whole = strings.ReplaceAll(whole, group, "")
	}
	for _, r := range whole + part {
		if r < '0' || r > '9' {
			return 0, bad
		}
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
