package kernel

import (
	"log/slog"
	"strings"
)

// IBAN is a bank account, without spaces and in capitals. Its zero value is
// no account.
type IBAN string

// ibanLengths is the number of characters of an IBAN in each country that has
// them, after the registry that SWIFT keeps.
const ibanLengths = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 " +
	"DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 " +
	"IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 " +
	"MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 " +
	"SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30 "

// ParseIBAN reads an account number of any country that has IBANs, with or
// without spaces, dots and dashes. Another form is Invalid ("iban"); wrong
// check digits, for a Belgian account the national ones as well, are Invalid
// ("iban.check").
func ParseIBAN(s string) (IBAN, error) {
	s = strings.ToUpper(bare(s, ".-"))
	if len(s) < 15 || len(s) > 34 || len(s) != ibanLength(s[:2]) || !digits(s[2:4]) {
		return "", NewInvalid("iban")
	}
	check := number(s[2:4])
	if check < 2 || check > 98 { // 00, 01 and 99 would pass the sum but are never given out
		return "", NewInvalid("iban.check")
	}
	rest := int64(0) // of the whole number, letters written as 10 to 35, divided by 97
	for _, r := range s[4:] + s[:4] {
		switch {
		case r >= '0' && r <= '9':
			rest = (rest*10 + int64(r-'0')) % 97
		case r >= 'A' && r <= 'Z':
			rest = (rest*100 + int64(r-'A'+10)) % 97
		default:
			return "", NewInvalid("iban")
		}
	}
	if rest != 1 {
		return "", NewInvalid("iban.check")
	}
	if s[:2] == "BE" {
		if !digits(s[4:]) {
			return "", NewInvalid("iban")
		}
		if checkOf97(number(s[4:14])) != number(s[14:]) {
			return "", NewInvalid("iban.check")
		}
	}
	return IBAN(s), nil
}

// ibanLength is the length of the IBANs of a country, 0 where there are none.
func ibanLength(country string) int {
	for at := 0; at < len(ibanLengths); at += 5 {
		if ibanLengths[at:at+2] == country {
			return int(number(ibanLengths[at+2 : at+4]))
		}
	}
	return 0
}

// checkOf97 is what Belgian banks put behind ten digits: the remainder by 97,
// with 97 for 0.
func checkOf97(n int64) int64 {
	if rest := n % 97; rest != 0 {
		return rest
	}
	return 97
}

// Country is the country of the account, in two capitals.
func (i IBAN) Country() string {
	if len(i) < 2 {
		return ""
	}
	return string(i[:2])
}

// String is the account without spaces.
func (i IBAN) String() string { return string(i) }

// Display is the account in groups of four.
func (i IBAN) Display() string {
	var b strings.Builder
	for at := range len(i) {
		if at > 0 && at%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(i[at])
	}
	return b.String()
}

// LogValue keeps the account out of logs.
func (IBAN) LogValue() slog.Value { return hidden }
