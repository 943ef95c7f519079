// Package sepa writes the file with which a bank is asked to pay, and reads the
// files with which it answers: ISO 20022 messages as the SEPA rulebooks narrow
// them. [Order.Write] writes pain.001.001.09, [ReadReport] reads pain.002 and
// [ReadStatement] camt.053.
//
// It is a pure library. Amounts are whole cents of euros, never a float. The
// same order is the same bytes, always. What a bank would refuse is refused
// here, all of it at once, each [Problem] with its place; what comes from
// outside is bounded in size and depth and may hold no document type and no
// entity of its own.
//
// Addresses are structured or absent: since November 2026 banks refuse those in
// free lines.
package sepa

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Limits of an order.
const (
	MaxPayments = 10_000         // in one order
	MaxCents    = 99_999_999_999 // of one payment: 999,999,999.99 euros
	maxID       = 35             // characters of an identification
	maxName     = 70             // characters of a name
	maxText     = 140            // characters of a free communication
)

// Order asks a bank to pay: one account, one day, one payment or more.
type Order struct {
	ID       string    // of the message, 1 to 35 characters that [IsID] takes; never used twice
	At       time.Time // when it was made; the file tells it to the second
	Day      string    // on which the bank is to pay, as 2026-11-30
	Payer    Party
	Number   string // of the payer's enterprise (KBO/BCE), ten digits; may be empty
	Payments []Payment
}

// Party is who pays or is paid.
type Party struct {
	Name    string // of the account's holder, as the bank knows it; written by [Text]
	IBAN    string // without spaces
	BIC     string // of the bank; may be empty
	Address *Address
}

// Address is where a party is. Town and Country are needed, the rest may be
// empty.
type Address struct {
	Street, Number, Postcode, Town string
	Country                        string // two capitals
}

// Payment is one amount to one party.
type Payment struct {
	ID         string // end to end: it comes back in every answer; never used twice
	To         Party
	Cents      int64  // 1 to [MaxCents]
	Structured string // a Belgian structured communication, twelve digits; or empty
	Text       string // a free communication of at most 140 characters, when Structured is empty
}

// Problem is what is wrong in an order, or in a file that was read.
type Problem struct {
	Payment int    // of the order, from 0; -1: the order itself
	Line    int    // of the file, from 1; 0 for an order
	At      string // the field or the element
	Reason  string // a code, as [Reasons] explains
}

// Reasons are the codes of problems, each with what it means.
var Reasons = map[string]string{
	"empty":         "there is nothing",
	"characters":    "holds characters that no bank takes",
	"long":          "is too long",
	"iban":          "is no account number",
	"bic":           "is no code of a bank",
	"country":       "is no country in two capitals",
	"day":           "is no day",
	"number":        "is no number",
	"amount":        "is no amount of whole cents, of one cent or more",
	"too_large":     "is larger than a bank takes",
	"communication": "is no structured communication",
	"both":          "has a structured and a free communication",
	"twice":         "is there already",
	"many":          "there are too many",
	"none":          "there are none",
	"size":          "the file is too large",
	"xml":           "is no XML, or is broken off",
	"forbidden":     "holds a document type or an entity, which no bank sends",
	"deep":          "is nested too deep",
	"message":       "is another kind of message",
	"currency":      "is not in euros",
	"direction":     "does not say whether money came or went",
	"status":        "is no status",
	"sum":           "the amounts do not add up",
	"missing":       "is missing",
}

// String is the problem in English, for logs and tests.
func (p Problem) String() string {
	where := p.At
	switch {
	case p.Line > 0:
		where = "line " + strconv.Itoa(p.Line) + ": " + where
	case p.Payment >= 0:
		where = "payment " + strconv.Itoa(p.Payment+1) + ": " + where
	}
	return where + " " + Reasons[p.Reason]
}

// Problems are everything that is wrong, as one error.
type Problems []Problem

// Error lists them.
func (ps Problems) Error() string {
	said := make([]string, 0, len(ps))
	for _, p := range ps {
		said = append(said, p.String())
	}
	return "sepa: " + strings.Join(said, "; ")
}

func (ps *Problems) say(payment int, at, reason string) {
	*ps = append(*ps, Problem{Payment: payment, At: at, Reason: reason})
}

// err is nil when there are none.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// Check tells all that a bank would refuse in an order, as [Problems]; nil when
// nothing is wrong.
func (o Order) Check() error {
	var ps Problems
	ps.id(-1, "ID", o.ID)
	if o.At.IsZero() {
		ps.say(-1, "At", "empty")
	}
	if _, err := time.Parse(time.DateOnly, o.Day); err != nil {
		ps.say(-1, "Day", "day")
	}
	if o.Number != "" && (len(o.Number) != 10 || !allDigits(o.Number)) {
		ps.say(-1, "Number", "number")
	}
	ps.party(-1, "Payer", o.Payer)
	switch n := len(o.Payments); {
	case n == 0:
		ps.say(-1, "Payments", "none")
	case n > MaxPayments:
		ps.say(-1, "Payments", "many")
		return ps
	}
	seen := make(map[string]bool, len(o.Payments))
	for i, p := range o.Payments {
		ps.payment(i, p)
		if seen[p.ID] {
			ps.say(i, "ID", "twice")
		}
		seen[p.ID] = true
	}
	return ps.err()
}

func (ps *Problems) payment(i int, p Payment) {
	ps.id(i, "ID", p.ID)
	ps.party(i, "To", p.To)
	switch {
	case p.Cents <= 0:
		ps.say(i, "Cents", "amount")
	case p.Cents > MaxCents:
		ps.say(i, "Cents", "too_large")
	}
	switch {
	case p.Structured != "" && p.Text != "":
		ps.say(i, "Text", "both")
	case p.Structured != "" && !isStructured(p.Structured):
		ps.say(i, "Structured", "communication")
	case p.Text != "":
		ps.words(i, "Text", p.Text, maxText)
	}
}

func (ps *Problems) id(i int, at, id string) {
	switch {
	case id == "":
		ps.say(i, at, "empty")
	case len(id) > maxID:
		ps.say(i, at, "long")
	case !IsID(id):
		ps.say(i, at, "characters")
	}
}

func (ps *Problems) words(i int, at, s string, most int) {
	text, ok := Text(s)
	switch {
	case text == "" && ok:
		ps.say(i, at, "empty")
	case !ok:
		ps.say(i, at, "characters")
	case len(text) > most:
		ps.say(i, at, "long")
	}
}

func (ps *Problems) party(i int, at string, p Party) {
	ps.words(i, at+".Name", p.Name, maxName)
	if !IsIBAN(p.IBAN) {
		ps.say(i, at+".IBAN", "iban")
	}
	if p.BIC != "" && !IsBIC(p.BIC) {
		ps.say(i, at+".BIC", "bic")
	}
	if p.Address == nil {
		return
	}
	if len(p.Address.Country) != 2 || !all(p.Address.Country, isCapital) {
		ps.say(i, at+".Address.Country", "country")
	}
	ps.words(i, at+".Address.Town", p.Address.Town, 35)
	for _, part := range []struct {
		name, value string
		most        int
	}{{"Street", p.Address.Street, 70}, {"Number", p.Address.Number, 16}, {"Postcode", p.Address.Postcode, 16}} {
		if part.value != "" {
			ps.words(i, at+".Address."+part.name, part.value, part.most)
		}
	}
}

// IsIBAN tells whether s has the form of an account number in capitals without
// spaces, with check digits that are right.
func IsIBAN(s string) bool {
	if len(s) < 15 || len(s) > 34 || !all(s[:2], isCapital) || !allDigits(s[2:4]) {
		return false
	}
	rest := 0
	for _, c := range []byte(s[4:] + s[:4]) {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case isCapital(c):
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// IsBIC tells whether s is the code of a bank: four letters, a country, and two
// or five letters or digits.
func IsBIC(s string) bool {
	return (len(s) == 8 || len(s) == 11) && all(s[:6], isCapital) &&
		all(s[6:], func(c byte) bool { return isCapital(c) || c >= '0' && c <= '9' })
}

// isStructured tells whether s is a Belgian structured communication: ten digits
// and their remainder by 97, with 97 for 0.
func isStructured(s string) bool {
	if len(s) != 12 || !allDigits(s) {
		return false
	}
	n, _ := strconv.ParseInt(s[:10], 10, 64)
	check := n % 97
	if check == 0 {
		check = 97
	}
	return s[10:] == fmt.Sprintf("%02d", check)
}

func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' }

func allDigits(s string) bool {
	return s != "" && all(s, func(c byte) bool { return c >= '0' && c <= '9' })
}

func all(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return true
}
