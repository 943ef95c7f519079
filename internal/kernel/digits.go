package kernel

import (
	"log/slog"
	"strings"
	"unicode"
)

// digits tells whether s is one or more of the digits 0 to 9 and nothing else.
func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// bare is s without spaces and without the marks that people write between the
// groups of a number.
func bare(s, marks string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune(marks, r) {
			return -1
		}
		return r
	}, s)
}

// number is the value of a string of at most eighteen digits.
func number(digits string) (n int64) {
	for i := range len(digits) {
		n = n*10 + int64(digits[i]-'0')
	}
	return n
}

// twoDigits writes 0 to 99 as "00" to "99".
func twoDigits(n int64) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }

// hidden stands in a log for what a log may not tell.
var hidden = slog.StringValue("[hidden]")
