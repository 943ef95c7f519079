package kernel

import "strings"

// KBO is the number of an enterprise in the Crossroads Bank for Enterprises:
// ten digits that begin with 0 or 1. Municipalities, schools and non-profits
// have one too. Its zero value is nobody's.
type KBO string

// Establishment is the number of one place where an enterprise works: ten
// digits that begin with 2 to 8.
type Establishment string

// ParseKBO reads an enterprise number or a Belgian VAT number, with or without
// spaces, dots and dashes; an old number of nine digits gets its zero. Another
// form is Invalid ("kbo"), wrong check digits are Invalid ("kbo.check").
func ParseKBO(s string) (KBO, error) {
	s = bare(s, ".-")
	if len(s) > 2 && strings.EqualFold(s[:2], "BE") {
		s = s[2:]
	}
	if len(s) == 9 {
		s = "0" + s
	}
	if len(s) != 10 || !digits(s) || s[0] > '1' || number(s[:8]) == 0 {
		return "", NewInvalid("kbo")
	}
	if !enterpriseCheck(s) {
		return "", NewInvalid("kbo.check")
	}
	return KBO(s), nil
}

// ParseEstablishment reads the number of an establishment unit. Another form
// is Invalid ("establishment"), wrong check digits are Invalid
// ("establishment.check").
func ParseEstablishment(s string) (Establishment, error) {
	s = bare(s, ".-")
	if len(s) != 10 || !digits(s) || s[0] < '2' || s[0] > '8' {
		return "", NewInvalid("establishment")
	}
	if !enterpriseCheck(s) {
		return "", NewInvalid("establishment.check")
	}
	return Establishment(s), nil
}

// enterpriseCheck holds the last two of ten digits against the first eight.
func enterpriseCheck(ten string) bool { return 97-number(ten[:8])%97 == number(ten[8:]) }

// String is the ten digits.
func (k KBO) String() string { return string(k) }

// Display is the number as it is printed: 0XXX.XXX.XXX.
func (k KBO) Display() string {
	if len(k) != 10 {
		return string(k)
	}
	return string(k[:4] + "." + k[4:7] + "." + k[7:])
}

// VAT is the number as a VAT number: BE0XXXXXXXXX. Whether the enterprise pays
// VAT the number does not tell.
func (k KBO) VAT() string {
	if k == "" {
		return ""
	}
	return "BE" + string(k)
}

// String is the ten digits.
func (e Establishment) String() string { return string(e) }

// Display is the number as it is printed: 2.XXX.XXX.XXX.
func (e Establishment) Display() string {
	if len(e) != 10 {
		return string(e)
	}
	return string(e[:1] + "." + e[1:4] + "." + e[4:7] + "." + e[7:])
}
