package depot

import (
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Printed is what stands in a code that a maker printed: the number of the
// article, and where the code says so its last day, its lot and its serial.
type Printed struct {
	EAN    string
	Until  kernel.Date
	Lot    string
	Serial string
}

// separator ends a part of a code whose length is not fixed.
const separator = "\x1d"

// ReadGS1 reads a GS1 code, as a scanner sends it or as it stands beneath the
// bars: "]d2011234…", "(01)…(17)…". It tells false for what is none, and for
// an article number of which a figure is wrong.
func ReadGS1(code string) (p Printed, ok bool) {
	code = strings.TrimSpace(code)
	for _, prefix := range []string{"]C1", "]d2", "]Q3", "]e0"} {
		code = strings.TrimPrefix(code, prefix)
	}
	code = strings.TrimPrefix(code, separator)
	if strings.HasPrefix(code, "(") { // as it is printed for people
		var plain strings.Builder
		for _, part := range strings.Split(code[1:], "(") {
			ai, value, closed := strings.Cut(part, ")")
			if !closed {
				return Printed{}, false
			}
			plain.WriteString(ai + strings.TrimSpace(value) + separator)
		}
		code = plain.String()
	}
	for len(code) > 0 {
		if code = strings.TrimPrefix(code, separator); code == "" {
			break
		}
		if len(code) < 3 {
			return Printed{}, false
		}
		ai := code[:2]
		switch ai {
		case "01", "02":
			if len(code) < 16 || checkEAN(code[2:16]) != nil {
				return Printed{}, false
			}
			p.EAN, code = code[2:16], code[16:]
		case "11", "13", "15", "17":
			if len(code) < 8 {
				return Printed{}, false
			}
			day, good := gs1Day(code[2:8])
			if !good {
				return Printed{}, false
			}
			if ai == "17" || ai == "15" && p.Until == "" {
				p.Until = day
			}
			code = code[8:]
		case "10", "21":
			value, rest, _ := strings.Cut(code[2:], separator)
			if value == "" || len(value) > 20 {
				return Printed{}, false
			}
			if ai == "10" {
				p.Lot = value
			} else {
				p.Serial = value
			}
			code = rest
		default:
			return Printed{}, false
		}
	}
	return p, p.EAN != ""
}

// gs1Day reads YYMMDD; the day 00 is the last of its month. Years are those of
// this century.
func gs1Day(s string) (kernel.Date, bool) {
	if strings.Trim(s, "0123456789") != "" {
		return "", false
	}
	if s[4:] == "00" {
		first, err := kernel.ParseDate("20" + s[:2] + "-" + s[2:4] + "-01")
		if err != nil {
			return "", false
		}
		return first.AddMonths(1).AddDays(-1), true
	}
	d, err := kernel.ParseDate("20" + s[:2] + "-" + s[2:4] + "-" + s[4:])
	return d, err == nil
}

// sameArticle tells whether two article numbers are one: a shorter one is a
// longer one with noughts before it.
func sameArticle(a, b string) bool {
	return a != "" && b != "" && strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0")
}
