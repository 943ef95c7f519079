package kernel

import "strconv"

// OGM is the structured communication of a Belgian payment (OGM, VCS): ten
// digits and two that check them. Its zero value is none.
type OGM string

// maxOGM is the largest number that ten digits hold.
const maxOGM = 9_999_999_999

// NewOGM makes the communication that carries n, 0 to 9,999,999,999; another
// number is Invalid ("ogm").
func NewOGM(n int64) (OGM, error) {
	if n < 0 || n > maxOGM {
		return "", NewInvalid("ogm")
	}
	// One digit more than ten keeps the leading zeros.
	ten := strconv.FormatInt(n+maxOGM+1, 10)[1:]
	return OGM(ten + twoDigits(checkOf97(n))), nil
}

// ParseOGM reads a communication as people copy it: "+++010/8068/17183+++",
// with asterisks, or its twelve digits. Another form is Invalid ("ogm"), wrong
// check digits are Invalid ("ogm.check").
func ParseOGM(s string) (OGM, error) {
	s = bare(s, "+*/.-")
	if len(s) != 12 || !digits(s) {
		return "", NewInvalid("ogm")
	}
	if checkOf97(number(s[:10])) != number(s[10:]) {
		return "", NewInvalid("ogm.check")
	}
	return OGM(s), nil
}

// Number is what the communication carries.
func (o OGM) Number() int64 {
	if len(o) != 12 {
		return 0
	}
	return number(string(o[:10]))
}

// String is the twelve digits.
func (o OGM) String() string { return string(o) }

// Display is the communication as a bank prints it.
func (o OGM) Display() string {
	if len(o) != 12 {
		return string(o)
	}
	return string("+++" + o[:3] + "/" + o[3:7] + "/" + o[7:] + "+++")
}
