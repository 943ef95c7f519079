// Package vouchers gives a child what a programme promises it: a grant of so
// many things or so many euros, for a period, once. Money and pieces are
// reserved in the ledger when it is granted, so that a budget cannot be
// promised twice, and move on when a shop takes the voucher. A voucher is the
// paper of a grant: a serial with a signed QR and a code that can be typed.
// What is lost gets a new serial over the same balance.
//
// A shop sees that a voucher is good, what it is for and how much is left, and
// nothing of the family. It needs no account: a telephone is let in with the
// link and the PIN of a till, and acts for that shop and for nothing else.
//
// Balances lie in the ledger alone: programme/ID/budget, voucher/ID,
// payable/ORG (what a shop is owed, in EUR), world/budget, world/given,
// world/refund/ORG (what a shop owes back after it was paid) and
// world/twice/ID (what a programme paid for vouchers that were spent twice and
// its budget did not hold).
//
// Owns the tables voucher_setup, voucher_grant, voucher_paper, voucher_use,
// voucher_till, voucher_key, voucher_round, voucher_merge and voucher_conflict.
//
// Acts: voucher.read, voucher.grant, voucher.redeem, voucher.till,
// voucher.figures, voucher.manage. Tells: nothing. Hears: [families.Merged],
// [families.Parted], [families.Forgotten]. Leaves the jobs "vouchers.round" and
// "vouchers.remind".
package vouchers

import (
	"embed"
	"io/fs"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
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
	return db.Migrations{Module: "vouchers", Files: files}
}

// Service is the module's use cases.
type Service struct {
	Acts       *act.Acts
	Keeper     vault.Keeper
	Members    *members.Service
	Families   *families.Service
	Programmes *programmes.Service
	Rights     *rights.Service
	Payments   *payments.Service
}

// Event is the day in a child's life at which a grant is proposed by itself.
type Event string

// The events. Without one a grant is made by decision alone.
const (
	NoEvent   Event = ""
	Birth     Event = "birth"
	Birthday  Event = "birthday"   // the one that the setup names
	SchoolAge Event = "schoolage"  // two and a half years old, and not before the first of September of that year
	EachMonth Event = "each_month" // of the child's age, for as long as the programme's rule means the child
	EachYear  Event = "each_year"  // the first of September, for a child of school age
)

// Events are the events, in the order in which they are offered.
var Events = [...]Event{NoEvent, Birth, Birthday, SchoolAge, EachMonth, EachYear}

// Period says how often a child can be given it.
type Period string

// The periods.
const (
	Once       Period = "once"
	Monthly    Period = "month"
	SchoolYear Period = "school_year"
	AgeMonth   Period = "age_month" // once in each month of its age
)

// Periods are the periods, in the order in which they are offered.
var Periods = [...]Period{Once, Monthly, SchoolYear, AgeMonth}

// Setup is how one offer of a programme is given. It begins as what the
// programme says ([Service.Setup]); its zero value gives nothing.
type Setup struct {
	Programme kernel.ID
	Offer     string
	Version   int64

	Units    int64        // how many pieces a grant is of; 0: it is of euros
	Cents    kernel.Cents // what a grant of euros is worth
	ByRule   bool         // of euros: what the programme's own rule says for the child, on the day on which the grant begins
	Worth    kernel.Cents // what the shop is paid for one piece; of euros zero
	Copay    kernel.Cents // what the family pays for one piece
	Months   int64        // how long a voucher is valid
	Event    Event
	Age      int64 // of Birthday, in years
	Period   Period
	Straight bool      // what is proposed by itself is granted, while there is budget
	Home     kernel.ID // the shop at which it is spent; zero: every shop of the programme
	Anywhere bool      // other shops of the programme take it too
	Covers   []string  // what one may choose from, in the alliance's words; none: what the offer says
	Offline  bool      // a till takes it without net, within the bounds of [Limits]
	Bears    Bearer    // who bears it when it was no good any more by then
	Form     Form
}

// State is how far a grant is.
type State string

// The states. What is spent stays granted until its last day, with nothing left.
const (
	Proposed State = "proposed"
	Granted  State = "granted"
	Declined State = "declined"
	Expired  State = "expired" // something was left of it
	Spent    State = "spent"   // nothing was, on its last day
	Revoked  State = "revoked"
)

// Cause is why a grant was proposed.
type Cause string

// The causes.
const (
	ByEvent    Cause = "event"
	ByWorker   Cause = "worker"
	ByDecision Cause = "decision" // of a committee, with reference and date
)

// Grant is what one child was given for one period.
type Grant struct {
	ID        kernel.ID
	Programme kernel.ID
	Offer     string
	Family    kernel.ID // zero once the family was forgotten
	Child     kernel.ID
	Period    string // "once", "2026-03", "2026-2027", "age-5"
	State     State
	Cause     Cause
	Decision  string // the reference of a committee's decision
	DecidedOn kernel.Date

	Units    int64
	Cents    kernel.Cents // all that was set aside for it: of pieces, what the shop is paid for them
	Worth    kernel.Cents
	Copay    kernel.Cents
	Home     kernel.ID
	Anywhere bool
	Form     Form
	Begins   kernel.Date
	LastDay  kernel.Date

	MadeAt    kernel.Instant
	MadeBy    kernel.ID
	GrantedAt kernel.Instant
	EndedAt   kernel.Instant
}

// Euros tells whether the grant is an amount that is spent in parts.
func (g Grant) Euros() bool { return g.Units == 0 }

// PaperState is what a serial is good for.
type PaperState string

// The states of a paper. Of a grant at most one is live.
const (
	Live     PaperState = "live"
	Replaced PaperState = "replaced" // lost: another serial is over the same balance
	Blocked  PaperState = "blocked"
)

// Paper is a serial, printed or shown.
type Paper struct {
	Serial Serial
	Grant  kernel.ID
	State  PaperState
	Key    int64 // that signed it
	MadeAt kernel.Instant
	MadeBy kernel.ID
	Ended  kernel.Instant
}

// Use is one time that a shop took a voucher.
type Use struct {
	ID     kernel.ID // made by who takes it, so that to send it twice is to do it once
	Grant  kernel.ID
	Serial Serial
	Org    kernel.ID
	Till   kernel.ID // zero: a worker did it
	Worker kernel.ID // zero: a till did it
	Units  int64
	Cents  kernel.Cents // what the shop is owed for it
	Copay  kernel.Cents // what the family paid
	Item   string       // which of what it covers was chosen
	At     kernel.Instant
	State  UseState
	Undone kernel.Instant
	Told   kernel.Instant // when a telephone told of what it took without net; zero: there was net
}

// UseState is what became of a use.
type UseState string

// The states.
const (
	Done     UseState = "done"
	Undone   UseState = "undone"   // before the shop was paid
	Refunded UseState = "refunded" // after it was
)
