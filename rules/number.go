package rules

import (
	"errors"
	"math"
	"math/big"
	"math/bits"
	"strings"
)

// number is an exact rational. Small values are n/d in 64 bits (d is 0 for
// the zero value and then means 1); what does not fit moves to big and stays
// exact, up to a size that no law needs. Beyond it a number is tooLarge, and
// whatever is computed with it cannot be told.
type number struct {
	n, d int64
	big  *big.Rat
}

var errNumber = errors.New("not a number, written as 1234 or 1234.56")

const maxDigits = 18 // digits of a literal that always fit 64 bits

// parseNumber reads a plain decimal: no exponent, no grouping.
func parseNumber(s string) (number, error) {
	digits := strings.TrimPrefix(s, "-")
	whole, part, dotted := strings.Cut(digits, ".")
	if whole == "" || dotted && part == "" || len(whole)+len(part) > maxDigits {
		return number{}, errNumber
	}
	var n int64
	d := int64(1)
	for i, r := range whole + part {
		if r < '0' || r > '9' {
			return number{}, errNumber
		}
		n = n*10 + int64(r-'0')
		if i >= len(whole) {
			d *= 10
		}
	}
	if s[0] == '-' {
		n = -n
	}
	return number{n: n, d: d}, nil
}

func integer(n int64) number { return number{n: n, d: 1} }

// cents is n hundredths.
func cents(n int64) number { return number{n: n, d: 100} }

func (a number) den() int64 {
	if a.d == 0 {
		return 1
	}
	return a.d
}

func (a number) rat() *big.Rat {
	if a.big != nil {
		return a.big
	}
	return big.NewRat(a.n, a.den())
}

// maxBits bounds what a chain of multiplications can grow to.
const maxBits = 4096

// tooLarge stands for a number past maxBits. It is only ever compared by its
// address, and its value plays no part.
var tooLarge = number{big: new(big.Rat)}

func (a number) isTooLarge() bool { return a.big == tooLarge.big }

// fromRat keeps a value small when it fits.
func fromRat(r *big.Rat) number {
	if r.Num().BitLen() > maxBits || r.Denom().BitLen() > maxBits {
		return tooLarge
	}
	if r.Num().IsInt64() && r.Denom().IsInt64() && r.Num().Int64() != math.MinInt64 {
		return number{n: r.Num().Int64(), d: r.Denom().Int64()}
	}
	return number{big: r}
}

func mul64(a, b int64) (int64, bool) {
	if a == math.MinInt64 || b == math.MinInt64 {
		return 0, false
	}
	negative := (a < 0) != (b < 0)
	hi, lo := bits.Mul64(uint64(abs64(a)), uint64(abs64(b)))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, false
	}
	if negative {
		return -int64(lo), true
	}
	return int64(lo), true
}

func add64(a, b int64) (int64, bool) {
	s := a + b
	return s, (s > a) == (b > 0) && s != math.MinInt64
}

func abs64(a int64) int64 {
	if a < 0 {
		return -a
	}
	return a
}

func (a number) add(b number) number {
	if a.big == nil && b.big == nil {
		ad, bd := a.den(), b.den()
		switch {
		case ad == bd:
			if s, ok := add64(a.n, b.n); ok {
				return number{n: s, d: ad}
			}
		case ad%bd == 0:
			if m, ok := mul64(b.n, ad/bd); ok {
				if s, ok := add64(a.n, m); ok {
					return number{n: s, d: ad}
				}
			}
		case bd%ad == 0:
			if m, ok := mul64(a.n, bd/ad); ok {
				if s, ok := add64(m, b.n); ok {
					return number{n: s, d: bd}
				}
			}
		}
	}
	return fromRat(new(big.Rat).Add(a.rat(), b.rat()))
}

func (a number) neg() number {
	if a.big != nil {
		return fromRat(new(big.Rat).Neg(a.big))
	}
	return number{n: -a.n, d: a.d} // n is never the smallest int64
}

func (a number) sub(b number) number { return a.add(b.neg()) }

func (a number) mul(b number) number {
	if a.big == nil && b.big == nil {
		n, ok1 := mul64(a.n, b.n)
		d, ok2 := mul64(a.den(), b.den())
		if ok1 && ok2 {
			return number{n: n, d: d}
		}
	}
	return fromRat(new(big.Rat).Mul(a.rat(), b.rat()))
}

// div divides by what is not zero.
func (a number) div(b number) number {
	if a.big == nil && b.big == nil {
		n, ok1 := mul64(a.n, b.den())
		d, ok2 := mul64(a.den(), b.n)
		if ok1 && ok2 {
			if d < 0 {
				n, d = -n, -d
			}
			return number{n: n, d: d}
		}
	}
	return fromRat(new(big.Rat).Quo(a.rat(), b.rat()))
}

func (a number) sign() int {
	switch {
	case a.big != nil:
		return a.big.Sign()
	case a.n > 0:
		return 1
	case a.n < 0:
		return -1
	}
	return 0
}

// cmp is exact: it compares the cross products in 128 bits.
func (a number) cmp(b number) int {
	if a.big != nil || b.big != nil {
		return a.rat().Cmp(b.rat())
	}
	ad, bd := a.den(), b.den()
	if ad == bd {
		switch {
		case a.n < b.n:
			return -1
		case a.n > b.n:
			return 1
		}
		return 0
	}
	sa, sb := a.sign(), b.sign()
	if sa != sb {
		if sa < sb {
			return -1
		}
		return 1
	}
	h1, l1 := bits.Mul64(uint64(abs64(a.n)), uint64(bd))
	h2, l2 := bits.Mul64(uint64(abs64(b.n)), uint64(ad))
	c := 0
	if h1 < h2 || h1 == h2 && l1 < l2 {
		c = -1
	} else if h1 != h2 || l1 != l2 {
		c = 1
	}
	if sa < 0 {
		return -c
	}
	return c
}

// roundTo rounds to a multiple of unit, which is positive.
func (a number) roundTo(unit number, mode roundMode) number {
	if q := a.div(unit); q.big == nil {
		return integer(q.whole(mode)).mul(unit)
	}
	q := a.div(unit).rat()
	whole := new(big.Int).Quo(q.Num(), q.Denom()) // toward zero
	rest := new(big.Rat).Sub(q, new(big.Rat).SetInt(whole))
	step := big.NewInt(int64(q.Sign()))
	switch mode {
	case roundHalfUp: // away from zero from the half on
		if rest.Abs(rest).Cmp(big.NewRat(1, 2)) >= 0 {
			whole.Add(whole, step)
		}
	case roundDown:
		if rest.Sign() < 0 {
			whole.Sub(whole, big.NewInt(1))
		}
	case roundUp:
		if rest.Sign() > 0 {
			whole.Add(whole, big.NewInt(1))
		}
	}
	return fromRat(new(big.Rat).Mul(new(big.Rat).SetInt(whole), unit.rat()))
}

// whole rounds a small number to an integer.
func (a number) whole(mode roundMode) int64 {
	d := a.den()
	w, rest := a.n/d, a.n%d
	switch {
	case mode == roundHalfUp && rest > 0 && rest >= d-rest, mode == roundUp && rest > 0:
		w++
	case mode == roundHalfUp && rest < 0 && -rest >= d+rest, mode == roundDown && rest < 0:
		w--
	}
	return w
}

type roundMode uint8

const (
	roundHalfUp roundMode = iota
	roundDown             // toward minus infinity
	roundUp               // toward plus infinity
)

// isWhole tells whether the number has no fraction.
func (a number) isWhole() bool {
	if a.big != nil {
		return a.big.IsInt()
	}
	return a.n%a.den() == 0
}

// decimal writes the number with at least min decimals, and with as many as it
// needs up to max; beyond that it is rounded half up.
func (a number) decimal(min, max int) string {
	var s string
	if a.big == nil && a.den() == 100 && min == 2 {
		s = number{}.centsText(a.n)
	} else {
		r := a.rat()
		s = r.FloatString(max) // exact decimal, half away from zero
	}
	dot := strings.IndexByte(s, '.')
	if dot < 0 {
		return s
	}
	for len(s)-dot-1 > min && s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	return strings.TrimSuffix(s, ".")
}

func (number) centsText(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	b := []byte(sign)
	b = append(b, big.NewInt(n/100).String()...)
	return string(append(b, '.', byte('0'+n%100/10), byte('0'+n%10)))
}

// euros writes an amount with two decimals.
func (a number) euros() string { return a.roundTo(cents(1), roundHalfUp).decimal(2, 2) }

// plain writes the number as short as it is exact, with at most six decimals.
func (a number) plain() string { return a.decimal(0, 6) }
