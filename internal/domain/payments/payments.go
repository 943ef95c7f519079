// Package payments pays out what the alliance owes: to a pharmacy for what
// families took there, to a family what was granted. What is owed lies in the
// book, in euros, at [Payable]; other rooms put it there with [Service.OweIn], or
// by a transfer of their own. A batch takes it out, a payment a payee.
//
// A batch is made by one person and approved by another. The accounts are those
// of the moment of approval, and the file for the bank is made then: once, kept
// sealed, and the same bytes for ever. What the bank answers is read back: paid,
// or back to what is owed, with the reason. On its way through the bank the
// money lies at clearing/BATCH, which ends at nothing.
//
// A name and an account are sealed under a key of their own, which is destroyed
// when the family is forgotten. The files that went to the bank are kept: the
// law asks for the papers behind a payment.
//
// Owns the tables payment_payer, payment_payee, payment_due, payment_batch,
// payment_line, payment_item and payment_answer, and in the vault, under the
// number of a payee's key, "account", and under that of a batch, "order", "file"
// and "statement/LINE/LANGUAGE". Acts: payment.arrange, payment.account, payment.family, payment.settle,
// payment.approve, payment.answer, payment.own. Tells nothing. Is told of merged,
// parted and forgotten families by the house.
package payments

import (
	"embed"
	"io/fs"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
	"github.com/bondgenoot/bondgenoot/sepa"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this module.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "payments", Files: files}
}

// Service is the module's use cases.
type Service struct {
	Acts    *act.Acts
	Vault   *vault.Vault
	Members *members.Service
}

// Payable is the account of the book at which lies what a payee is owed, in
// euros. A payee that is an organisation has the organisation's ID.
func Payable(payee kernel.ID) string { return "payable/" + string(payee) }

// The other accounts of this module. What a payee owes back lies at world/refund,
// below zero.
func refundOf(payee kernel.ID) string   { return "world/refund/" + string(payee) }
func lineOf(line kernel.ID) string      { return "payment/" + string(line) }
func clearingOf(batch kernel.ID) string { return "clearing/" + string(batch) }
func bankOf(payer kernel.ID) string     { return "world/bank/" + string(payer) }

// State is how far a batch is.
type State string

// The states.
const (
	Draft     State = "draft"     // somebody made it; another looks at it
	Approved  State = "approved"  // the file is made, and nobody has it yet
	Exported  State = "exported"  // the file was handed out, for the bank
	Settled   State = "settled"   // the bank answered for each payment
	Cancelled State = "cancelled" // before anybody had the file
)

// States lists them in the order in which a batch goes through.
var States = [...]State{Draft, Approved, Exported, Settled, Cancelled}

// Batch is what one organisation pays at once.
type Batch struct {
	ID         kernel.ID
	Number     int64 // by which people call it
	Payer      kernel.ID
	Until      kernel.Date // what was owed up to this day
	Day        kernel.Date // on which the bank is to pay
	State      State
	Payments   int64
	Cents      kernel.Cents
	SHA256     string // of the file, in hexadecimal
	MadeBy     kernel.ID
	MadeAt     kernel.Instant
	ApprovedBy kernel.ID
	ApprovedAt kernel.Instant
	ExportedBy kernel.ID
	ExportedAt kernel.Instant
	EndedBy    kernel.ID
	EndedAt    kernel.Instant
}

// Message is by what a bank calls the batch.
func (b Batch) Message() string { return strings.ReplaceAll(string(b.ID), "-", "") }

// Fate is what became of a payment.
type Fate string

// The fates.
const (
	Waiting  Fate = "waiting"
	Accepted Fate = "accepted" // the bank will pay it
	Paid     Fate = "paid"     // it left the account
	Rejected Fate = "rejected" // the bank did not pay it: it is owed again
	Returned Fate = "returned" // it was paid and came back: it is owed again
	Dropped  Fate = "dropped"  // the batch was cancelled
)

// Ended tells whether nothing more is waited for.
func (f Fate) Ended() bool { return f == Paid || f == Rejected || f == Returned || f == Dropped }

// Line is one payment.
type Line struct {
	ID       kernel.ID
	Batch    kernel.ID
	Number   int64
	Payee    kernel.ID
	Cents    kernel.Cents
	Credit   kernel.Cents // that were owed back, and were taken off
	EndToEnd string
	Fate     Fate
	Reason   string // the bank's code
	BankRef  string
	PaidOn   kernel.Date
}

// OGM is the structured communication of the payment.
func (l Line) OGM() kernel.OGM {
	o, err := kernel.NewOGM(l.Number)
	if err != nil {
		return "" // cannot happen: numbers count from 1
	}
	return o
}

// Account is where money goes, and in whose name it stands.
type Account struct {
	Name string      // of the holder, exactly as the bank knows it
	IBAN kernel.IBAN // of which the display is shown to who may see it
	BIC  string      // may be empty
}

// Check refuses an account to which no bank would pay, all that is wrong at
// once.
func (c Account) Check() (Account, error) {
	var faults kernel.Faults
	c.Name = strings.Join(strings.Fields(c.Name), " ")
	switch text, ok := sepa.Text(c.Name); {
	case c.Name == "":
		faults.Check("name", kernel.NewInvalid("payment.name.empty"))
	case !ok:
		faults.Check("name", kernel.NewInvalid("payment.name.letters"))
	case len(text) > 70:
		faults.Check("name", kernel.NewInvalid("payment.name.long"))
	}
	iban, err := kernel.ParseIBAN(string(c.IBAN))
	faults.Check("iban", err)
	c.IBAN = iban
	if c.BIC = strings.ToUpper(strings.Join(strings.Fields(c.BIC), "")); c.BIC != "" && !sepa.IsBIC(c.BIC) {
		faults.Check("bic", kernel.NewInvalid("payment.bic"))
	}
	return c, faults.Err()
}

// Payee is who is paid.
type Payee struct {
	ID      kernel.ID
	Org     kernel.ID // zero: somebody of a family
	Family  kernel.ID
	Version int64
	SetAt   kernel.Instant
	SetBy   kernel.ID

	came   kernel.ID
	sealed kernel.ID
}

// Due is something that is owed.
type Due struct {
	ID    kernel.ID
	Payer kernel.ID // zero: nobody said who pays
	Payee kernel.ID
	Cents kernel.Cents // below zero: it is owed back
	Kind  string       // a code: "allowance", "booked"
	About kernel.ID    // what it follows from; may be zero
	Day   kernel.Date

	seqTo int64
}

// Booked is the kind of what another room wrote into the book itself.
const Booked = "booked"
