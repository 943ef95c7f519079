package kernel

import (
	"log/slog"
	"time"
)

// INSZ is the number by which Belgium's social security knows a person: the
// national register number, or the BIS number of somebody who is not in that
// register. It is eleven digits, YYMMDD SSS CC. Its zero value is nobody's.
//
// It is a secret of the person's: it belongs in the vault and nowhere else.
type INSZ string

// inszKind says who gave out a number; it is written into the month.
type inszKind int64

const (
	inszRegister   inszKind = iota // months 1 to 12: the national register
	inszBIS                        // months 21 to 32: BIS, sex not known at issue
	inszBISWithSex                 // months 41 to 52: BIS, sex known at issue
	inszSynthetic                  // months 61 to 72: of the test registers, nobody's
)

// ParseINSZ reads a number as people write it, with or without spaces, dots
// and dashes. What is not eleven digits is Invalid ("insz"); wrong check
// digits are Invalid ("insz.check"); a birth date that does not exist or lies
// after today is Invalid ("insz.date"). It takes fictional numbers and real
// ones alike: what comes from outside goes through [AcceptINSZ].
func ParseINSZ(s string, today Date) (INSZ, error) {
	n := INSZ(bare(s, ".-/"))
	if len(n) != 11 || !digits(string(n)) {
		return "", NewInvalid("insz")
	}
	if n.century() == 0 {
		return "", NewInvalid("insz.check")
	}
	year, month, day, kind := n.parts()
	serial := number(string(n[6:9]))
	born := DateOf(year, time.Month(month), day)
	switch {
	case kind > inszSynthetic || month > 12 || serial == 0:
		return "", NewInvalid("insz.date")
	case serial == 999 && kind != inszSynthetic: // the test registers go one further
		return "", NewInvalid("insz.date")
	case month > 0 && day > 0 && born.Time().Day() != day: // 31 April runs into May
		return "", NewInvalid("insz.date")
	case year > today.Time().Year(), month > 0 && day > 0 && born > today:
		return "", NewInvalid("insz.date")
	}
	return n, nil
}

// AcceptINSZ reads a number where it enters the house. A house that plays with
// fictional people takes fictional numbers alone, so that nobody's real number
// ends up in a demonstration: any other is Invalid ("insz.fictional_only"). A
// house at work refuses the fictional ones: Invalid ("insz.fictional").
func AcceptINSZ(s string, today Date, fictional bool) (INSZ, error) {
	n, err := ParseINSZ(s, today)
	switch {
	case err != nil:
		return "", err
	case fictional && !n.Synthetic():
		return "", NewInvalid("insz.fictional_only")
	case !fictional && n.Synthetic():
		return "", NewInvalid("insz.fictional")
	}
	return n, nil
}

// NewSyntheticINSZ makes a number that nobody can have, for demonstrations and
// tests: its month is sixty too high. The serial runs from 1 to 998, odd for a
// man and even for a woman. Another serial, or a birth outside 1900 to 2099,
// is Invalid ("insz.date").
func NewSyntheticINSZ(birth Date, serial int) (INSZ, error) {
	t := birth.Time()
	if t.Year() < 1900 || t.Year() > 2099 || serial < 1 || serial > 998 {
		return "", NewInvalid("insz.date")
	}
	nine := twoDigits(int64(t.Year()%100)) + twoDigits(int64(t.Month())+60) + twoDigits(int64(t.Day())) +
		twoDigits(int64(serial/10)) + twoDigits(int64(serial % 10))[1:]
	return INSZ(nine + twoDigits(inszCheck(nine, t.Year()/100*100))), nil
}

// inszCheck is the pair of check digits, 1 to 97, of the first nine for
// somebody born in the century that starts at 1900 or 2000.
func inszCheck(nine string, century int) int64 {
	n := number(nine)
	if century == 2000 {
		n += 2_000_000_000
	}
	return 97 - n%97
}

// century is 1900 or 2000 by the check digits, 0 when they fit neither. They
// never fit both: 2,000,000,000 is no multiple of 97.
func (n INSZ) century() int {
	if len(n) != 11 {
		return 0
	}
	for _, century := range []int{1900, 2000} {
		if inszCheck(string(n[:9]), century) == number(string(n[9:])) {
			return century
		}
	}
	return 0
}

// parts are the birth date as the number tells it, with 0 for what it leaves
// open, and the kind of the number.
func (n INSZ) parts() (year, month, day int, kind inszKind) {
	mm := number(string(n[2:4]))
	return n.century() + int(number(string(n[:2]))), int(mm % 20), int(number(string(n[4:6]))), inszKind(mm / 20)
}

// BirthDate is the day of birth; known is false when the number leaves the
// month or the day open.
func (n INSZ) BirthDate() (born Date, known bool) {
	if n.century() == 0 {
		return "", false
	}
	year, month, day, _ := n.parts()
	if month == 0 || day == 0 {
		return "", false
	}
	return DateOf(year, time.Month(month), day), true
}

// BirthYear is the year of birth, which a number without month or day may
// still tell; known is false when nothing of the birth date was known.
func (n INSZ) BirthYear() (year int, known bool) {
	if n.century() == 0 {
		return 0, false
	}
	year, month, day, _ := n.parts()
	if n[:2] == "00" && month == 0 && day == 1 { // 000001, 002001, 004001: wholly unknown
		return 0, false
	}
	return year, true
}

// Sex is "m" or "f" as the number tells it, "" where it does not: a BIS number
// may be given out before the sex is known.
func (n INSZ) Sex() string {
	if n.century() == 0 {
		return ""
	}
	if _, _, _, kind := n.parts(); kind == inszBIS {
		return ""
	}
	if number(string(n[6:9]))%2 == 1 {
		return "m"
	}
	return "f"
}

// Synthetic tells whether this is the number of a fictional person.
func (n INSZ) Synthetic() bool { return n.is(inszSynthetic) }

// BIS tells whether the number was given to somebody outside the national
// register.
func (n INSZ) BIS() bool { return n.is(inszBIS) || n.is(inszBISWithSex) }

func (n INSZ) is(want inszKind) bool {
	if n.century() == 0 {
		return false
	}
	_, _, _, kind := n.parts()
	return kind == want
}

// String is the eleven digits.
func (n INSZ) String() string { return string(n) }

// Display is the number as cards print it: YY.MM.DD-SSS.CC.
func (n INSZ) Display() string {
	if len(n) != 11 {
		return string(n)
	}
	return string(n[:2] + "." + n[2:4] + "." + n[4:6] + "-" + n[6:9] + "." + n[9:])
}

// LogValue keeps the number out of logs.
func (INSZ) LogValue() slog.Value { return hidden }
