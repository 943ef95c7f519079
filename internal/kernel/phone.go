package kernel

import (
	"log/slog"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// Phone is a telephone number: E.164 ("+3216123456"), or one of the short
// numbers of Belgium ("1712"). Its zero value is none.
type Phone string

// shortNumber tells whether s is a short number that people are sent to.
func shortNumber(s string) bool {
	switch s {
	case "100", "101", "102", "103", "106", "107", "112", // emergency, children's lines, helplines
		"1712", "1718", "1719", "1722", "1733", "1813", "116000": // information, fire service, doctor, missing children
		return true
	}
	return false
}

// fictionalPrefix begins the numbers of fictional people, 02 123 xx xx: in the
// numbering plan no number of Brussels begins so.
const fictionalPrefix = "+322123"

// fictionalMobile begins the mobile numbers of fictional people, 0400 12 xx xx:
// in the numbering plan no mobile number begins with 040.
const fictionalMobile = "+3240012"

// ParsePhone reads a number as people write it; without a country it is
// Belgian. A number that cannot exist, one with an extension and one with
// letters are Invalid ("phone").
func ParsePhone(s string) (Phone, error) {
	if p := Phone(bare(s, ".-/")); shortNumber(string(p)) {
		return p, nil
	}
	if len(s) > 40 || strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsDigit(r) && !unicode.IsSpace(r) && !strings.ContainsRune("+./-()", r)
	}) {
		return "", NewInvalid("phone")
	}
	n, err := phonenumbers.Parse(s, "BE")
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "", NewInvalid("phone")
	}
	return Phone(phonenumbers.Format(n, phonenumbers.E164)), nil
}

// AcceptPhone reads a number where it enters the house. A house that plays
// with fictional people takes their numbers too; elsewhere they are what they
// are: Invalid ("phone").
func AcceptPhone(s string, fictional bool) (Phone, error) {
	p, err := ParsePhone(s)
	if err == nil || !fictional {
		return p, err
	}
	n, parseErr := phonenumbers.Parse(s, "BE")
	if parseErr != nil {
		return "", err
	}
	if p = Phone(phonenumbers.Format(n, phonenumbers.E164)); !p.Fictional() {
		return "", err
	}
	return p, nil
}

// FictionalPhone is a number that reaches nobody, for demonstrations and
// tests: one of ten thousand, chosen by n.
func FictionalPhone(n int) Phone {
	n = (n%10_000 + 10_000) % 10_000
	return Phone(fictionalPrefix + twoDigits(int64(n/100)) + twoDigits(int64(n%100)))
}

// FictionalMobile is a mobile number that reaches nobody, as [FictionalPhone].
func FictionalMobile(n int) Phone {
	return fictionalMobile + FictionalPhone(n)[len(fictionalPrefix):]
}

// Fictional tells whether the number reaches nobody by construction.
func (p Phone) Fictional() bool {
	return p.mobileOfNobody() || len(p) == len(fictionalPrefix)+4 && strings.HasPrefix(string(p), fictionalPrefix)
}

func (p Phone) mobileOfNobody() bool {
	return len(p) == len(fictionalMobile)+4 && strings.HasPrefix(string(p), fictionalMobile)
}

// Short tells whether this is a short number, which only Belgium reaches.
func (p Phone) Short() bool { return shortNumber(string(p)) }

// Mobile tells whether the number is a mobile one, which can get a text
// message. Where the numbering plan of a country does not tell, it is none: it
// may be the telephone of a whole house.
func (p Phone) Mobile() bool {
	n, ok := p.parsed()
	return ok && (p.mobileOfNobody() || phonenumbers.GetNumberType(n) == phonenumbers.MOBILE)
}

// String is the number as it is stored and dialled.
func (p Phone) String() string { return string(p) }

// Display is the number as people in Belgium write it: a Belgian one without
// its country, another one with it.
func (p Phone) Display() string {
	n, ok := p.parsed()
	switch {
	case !ok:
		return string(p)
	case n.GetCountryCode() == 32:
		return phonenumbers.Format(n, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}

func (p Phone) parsed() (*phonenumbers.PhoneNumber, bool) {
	if p == "" || p.Short() {
		return nil, false
	}
	n, err := phonenumbers.Parse(string(p), "BE")
	return n, err == nil
}

// LogValue keeps the number out of logs.
func (Phone) LogValue() slog.Value { return hidden }
