// Package loans lends things that grow along with a child: a bicycle, a car
// seat, a cot. A lending library has sizes, things with a number on them, and a
// tariff that is a table: what a year costs and what is held as a deposit, by
// the rank of the child, where it lives, how it gets by and whether its family
// gave a thing. An outgrown thing is exchanged for the next size at once, and
// the deposit goes along.
//
// The stock is kept here and not in the depot: what the depot hands out is gone,
// and what is lent comes back, is looked at and mended, and has somebody waiting
// for it. In which state a thing is, the book says, by where it lies:
//
//	lending/LIBRARY/ready        can be lent
//	lending/LIBRARY/held/WISH    kept for somebody who waited
//	lending/LIBRARY/out/LOAN     lent
//	lending/LIBRARY/inspect      came back, and is still to be looked at
//	lending/LIBRARY/repair       is being mended
//	world/retired/LIBRARY        is not lent any more
//	world/lost/LIBRARY           did not come back
//
// Of money, deposit/LOAN is what must be given back, lending/LIBRARY/fees what
// was paid, lending/LIBRARY/kept what was kept of deposits; it comes from
// world/lending/LIBRARY, and goes back there or, by transfer, to what is owed.
// A coupon for who gave a thing lies at lending/LIBRARY/coupon/CODE.
//
// A borrower is a child by number. Of a family with a file its care team makes
// the borrower; who has no file is written down by the lender, with a first name
// and no more than is needed. The lender sees the number and the first name, and
// of a family whose address is secret the number alone. Names and photographs
// are sealed under a key of the borrower's own, which is destroyed when the
// family is forgotten.
//
// Owns the tables loan_library, loan_thing, loan_borrower, loan_loan, loan_wish,
// loan_step and loan_merge.
//
// Acts: loan.read, loan.work, loan.manage, loan.family, loan.own. Tells: nothing.
// Hears: [families.Merged], [families.Parted], [families.Forgotten]. Leaves the
// job "loans.remind".
package loans

import (
	"embed"
	"io/fs"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this module.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "loans", Files: files}
}

// Service is the module's use cases.
type Service struct {
	Acts     *act.Acts
	Vault    *vault.Vault
	Families *families.Service
	Payments *payments.Service
}

// State is where a thing is.
type State string

// The states.
const (
	Ready   State = "ready"
	Held    State = "held" // for somebody who waited
	Out     State = "out"
	Inspect State = "inspect"
	Repair  State = "repair"
	Retired State = "retired"
	Lost    State = "lost"
)

// States lists the states in the order in which they are shown.
var States = [...]State{Ready, Held, Out, Inspect, Repair, Retired, Lost}

// Thing is one thing that is lent.
type Thing struct {
	ID      kernel.ID
	Library kernel.ID
	Mark    string // the number that stands on it
	Size    string // the key of its size
	Name    string // what one recognises it by; may be empty
	AddedOn kernel.Date

	Made     kernel.Date // when it was made; zero: not known
	Recalled bool        // its maker asks it back, or it is not safe

	State State     // by the book
	By    kernel.ID // the wish that holds it, or the loan by which it is out
}

// Borrower is a child who borrows of a library.
type Borrower struct {
	ID        kernel.ID
	Number    int64
	Library   kernel.ID
	Family    kernel.ID // zero: no file, or forgotten
	Child     kernel.ID
	Household kernel.ID // of who has no file: the first of its brothers and sisters here
	Outside   bool      // lives elsewhere than where the library is
	Social    bool      // pays what those pay who have little
	MadeAt    kernel.Instant

	ForgottenOn kernel.Date // zero: not forgotten

	Card   // from the vault, where it may be shown
	sealed kernel.ID
}

// Card is what the vault holds of a borrower.
type Card struct {
	First    string       `json:"first,omitempty"`
	Birth    kernel.Date  `json:"birth,omitempty"`
	Height   int64        `json:"height,omitempty"` // in centimetres, when somebody told
	HeightOn kernel.Date  `json:"height_on,omitempty"`
	Mail     kernel.Email `json:"mail,omitempty"` // of who has no file
	Lang     kernel.Lang  `json:"lang,omitempty"`
}

// Phase is how far a loan is.
type Phase string

// The phases.
const (
	Running  Phase = "out"
	Returned Phase = "returned" // the thing is still to be looked at
	Done     Phase = "done"
	Gone     Phase = "lost" // the thing did not come back
)

// Loan is that a borrower has a thing.
type Loan struct {
	ID         kernel.ID
	Number     int64
	Library    kernel.ID
	Thing      kernel.ID
	Borrower   kernel.ID
	Phase      Phase
	Fee        kernel.Cents // in all that was paid for it
	Deposit    kernel.Cents // as it was asked
	OutOn      kernel.Date
	Due        kernel.Date // the last day
	PaidUntil  kernel.Date // the last day of the year that was paid
	AskedAt    kernel.Instant
	ReturnedOn kernel.Date // zero: it is out
	Next       kernel.ID   // the loan for which it was exchanged
	Missing    []string    // what was not in order when it came back
	Verdict    State
	Kept       kernel.Cents // of the deposit
	Reason     Reason
	Photo      bool
	GrownOn    kernel.Date // when it was seen that the child outgrows it
}

// Late is how many days a loan is past its last day; 0 when it is not.
func (l Loan) Late(today kernel.Date) int {
	if l.ReturnedOn != "" || l.Due >= today {
		return 0
	}
	return l.Due.DaysUntil(today)
}

// Takes tells whether the loan has the thing on a day, as far as one knows
// today. What is late is out until it is back: nobody knows when.
func (l Loan) Takes(day, today kernel.Date) bool {
	switch {
	case day < l.OutOn:
		return false
	case l.ReturnedOn != "":
		return day <= l.ReturnedOn
	case l.Late(today) > 0:
		return true
	}
	return day <= l.Due
}

// Reason is why a part of a deposit was kept. What wears out by itself is the
// library's to mend: it is no reason.
type Reason string

// The reasons.
const (
	NoReason Reason = ""
	Damage   Reason = "damage"
	Parts    Reason = "parts" // something is missing
	NotBack  Reason = "not_back"
	Agreed   Reason = "agreed" // the family leaves it to the library
)

// Reasons lists the reasons as they are offered.
var Reasons = [...]Reason{Damage, Parts, NotBack, Agreed}

// Wish is that somebody wants a size, or one thing.
type Wish struct {
	ID       kernel.ID
	Number   int64
	Library  kernel.ID
	Borrower kernel.ID
	Size     string
	Thing    kernel.ID // zero: whichever of the size
	State    WishState
	Holds    kernel.ID   // the thing that is kept for it
	Until    kernel.Date // the last day on which it is kept
	MadeAt   kernel.Instant

	Place int64 // how many come first, and itself: 1 is next; 0 when it does not wait
}

// WishState is how far a wish is.
type WishState string

// The states of a wish.
const (
	Waiting   WishState = "waiting"
	Kept      WishState = "held"  // a thing is kept for it
	Taken     WishState = "taken" // it became a loan
	Cancelled WishState = "cancelled"
	Passed    WishState = "passed" // nobody came for it in time
)
