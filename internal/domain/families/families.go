// Package families keeps the file of a family: who belongs to it, what is
// known of it and since when, how it may safely be reached, who works with it,
// and what happened. A family is known by a pseudonymous ID; who its people
// are lies in the vault.
//
// Owns the tables family, family_person, family_fact, family_carer,
// family_event, family_twin, family_merge and family_quiet, and in the vault "person/ID",
// "contact", "note/ID", "sketch" and "merge/ID".
//
// Acts: family.open, family.list, family.read, family.change, family.erase,
// family.merge, family.twins, quiet.arrange. Tells: [Opened], [FactsChanged], [Born],
// [Closed], [Reopened], [Merged], [Parted], [Forgotten]. Hears: [members.Left],
// [members.Stopping]. Writes the relation care_team. Leaves the jobs "families.settle" and
// "families.wipe".
package families

import (
	"embed"
	"io/fs"
	"regexp"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/rules"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this module.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "families", Files: files}
}

// State is whether a file is worked with.
type State string

// The states. Of an erased file only figures are left, of a merged one its
// number.
const (
	StateOpen   State = "open"
	StateClosed State = "closed"
	StateErased State = "erased"
	StateMerged State = "merged" // went into another file, to which its number leads
)

// Family is what is known of a family without knowing who it is.
type Family struct {
	ID             kernel.ID
	Version        int64 // one more with every change of the file
	FactsVersion   int64 // one more with every change of what rules may see
	ContactVersion int64 // one more with every change of contact or home
	State          State
	Municipality   kernel.NIS        // where it lives; zero: not known
	PostalCode     kernel.PostalCode // zero: not known
	Confidential   bool              // the address leaves the care team for nobody
	OpenedAt       kernel.Instant
	OpenedBy       kernel.ID // worker
	OpenedOrg      kernel.ID
	ChangedAt      kernel.Instant
}

// open refuses to change a file that nobody works with.
func (f Family) open() error {
	if f.State == StateMerged {
		return kernel.NewConflict("family.moved_on")
	}
	if f.State != StateOpen {
		return kernel.NewConflict("family.closed")
	}
	return nil
}

// File is all that a reader may see of a family, at one moment.
type File struct {
	Family
	Persons []Person // who belongs to it now, in order
	Gone    []Person // who left
	Facts   []Fact   // what holds today, by person and key
	Contact Contact
	Team    []Carer
	Notes   []Note  // newest first
	Events  []Event // newest first; [Service.Timeline] goes further back
	Partial bool    // the reader is not in the care team, and sees some groups alone
	Sight   policy.Sight

	live []Fact         // all that is not superseded, oldest first
	law  *rules.Library // whose dictionary says what a case can hold
}

// Person finds somebody who belongs to the family, or who left it.
func (f File) Person(id kernel.ID) (Person, bool) {
	for _, list := range [][]Person{f.Persons, f.Gone} {
		for _, p := range list {
			if p.ID == id {
				return p, true
			}
		}
	}
	return Person{}, false
}

// Fact is what is known under a key of a person, or of the family (zero
// person), today.
func (f File) Fact(person kernel.ID, key string) (Fact, bool) {
	for _, x := range f.Facts {
		if x.Person == person && x.Key == key {
			return x, true
		}
	}
	return Fact{}, false
}

// Note is something a worker wrote down for the care team.
type Note struct {
	ID     kernel.ID      `json:"-"`
	At     kernel.Instant `json:"at"`
	Worker kernel.ID      `json:"worker"`
	Org    kernel.ID      `json:"org"`
	Text   string         `json:"text"`
}

// Carer is a worker or an organisation in the care team.
type Carer struct {
	Holder kernel.ID
	Kind   CarerKind
	Since  kernel.Instant
	Until  kernel.Instant // zero: still

	id kernel.ID
}

// CarerKind says who carries: one worker, or an organisation with all its
// caseworkers.
type CarerKind string

// The kinds of carers.
const (
	CarerWorker       CarerKind = "worker"
	CarerOrganisation CarerKind = "organisation"
)

// Event is something that happened with a family, in codes: what may be said
// of it lies with whoever marked it.
type Event struct {
	ID      kernel.ID
	At      kernel.Instant
	Kind    string // a code, "referral.arrived"
	Worker  kernel.ID
	Org     kernel.ID
	Subject kernel.ID // the person, referral, claim … that it concerns
	Detail  string    // a code, "moved"
}

// code is the form of every word that stands outside the vault in clear: too
// narrow for a name or a sentence to slip through unnoticed.
var code = regexp.MustCompile(`^[a-z][a-z0-9_.\-]{0,59}$`)

// Opened tells that a file was made.
type Opened struct{ Family kernel.ID }

// FactsChanged tells that something became known that rules may see. Keys are
// the keys of the facts, sorted.
type FactsChanged struct {
	Family kernel.ID
	Keys   []string
}

// Born tells that an expected child was born.
type Born struct{ Family, Person kernel.ID }

// Closed tells that nobody works with the family any more.
type Closed struct{ Family kernel.ID }

// Reopened tells that somebody works with the family again.
type Reopened struct{ Family kernel.ID }

// Forgotten tells that a family was erased: whatever else is kept about it
// goes now.
type Forgotten struct{ Family kernel.ID }
