// Package registers reads lists. A welfare office reads a list of its own
// clients, on a legal ground that it names: what the list says of them becomes
// facts with the source "register". Two partners compare lists that neither may
// show the other, by keyed codes, and get counts.
//
// A list lies in the vault, under a key of its own that is destroyed when it was
// read, when somebody stops it, and after [Life]. No table, job, record or error
// holds anything that stood in it.
//
// Owns the tables register_mapping, register_run, register_fault,
// register_opening, register_entry, register_comparison and register_match, and
// in the vault, under the number of a run, "rows/N", and under that of a
// comparison, "key". Acts: register.ground, register.import, register.enter,
// register.compare, and system.work by the job [WalkJob]. Tells nothing. Hears
// [families.Forgotten], [families.Merged] and [families.Parted].
package registers

import (
	"embed"
	"io/fs"
	"slices"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
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
	return db.Migrations{Module: "registers", Files: files}
}

// Service is the module's use cases.
type Service struct {
	Acts      *act.Acts
	Vault     *vault.Vault
	Members   *members.Service
	Families  *families.Service
	Rights    *rights.Service
	Reach     *reach.Service
	Law       *rules.Library // its dictionary says which facts there are
	Fictional bool           // this house plays with fictional people
}

// Life is how long a list that nobody goes on with is kept.
const Life = 7 * 24 * time.Hour

// State is how far the reading of a list is.
type State string

// The states.
const (
	Uploaded State = "uploaded" // it waits to be told what its columns are
	Trying   State = "trying"   // a dry run: nothing is written
	Tried    State = "tried"
	Running  State = "running"
	Done     State = "done"    // and the list is destroyed
	Stopped  State = "stopped" // and the list is destroyed
)

// Held tells whether the list is kept still.
func (s State) Held() bool { return s != Done && s != Stopped }

// Busy tells whether the house works on it.
func (s State) Busy() bool { return s == Trying || s == Running }

// Ground is why the law lets a list be read.
type Ground string

// Grounds lists the legal grounds: a duty or a task that the law gives (GDPR,
// article 6(1)(c) and (e)), or that each of the people agreed (article 6(1)(a)).
var Grounds = [...]Ground{"public_task", "legal_duty", "consent"}

// Purpose is for what a list is read.
type Purpose string

// Purposes lists the purposes.
var Purposes = [...]Purpose{"find_rights", "keep_right"}

// Found is how a list was written, as far as that was found out.
type Found struct {
	Form      string   `json:"form"`
	Encoding  string   `json:"encoding,omitempty"`
	Separator string   `json:"separator,omitempty"`
	Sheet     string   `json:"sheet,omitempty"`
	Sheets    int      `json:"sheets,omitempty"`
	Head      []string `json:"head"`
}

// Run is a list that is read.
type Run struct {
	ID       kernel.ID
	Org      kernel.ID
	Worker   kernel.ID
	Name     string
	Ground   Ground
	Purpose  Purpose
	AsOf     kernel.Date // of which day the list speaks
	Make     bool        // files of who has none
	State    State
	Why      string // a code, when it was stopped
	Found    Found
	Mapping  Mapping
	Rows     int64
	At       int64 // rows that were looked at
	Met      int64 // families with which the organisation works
	Made     int64 // files that were made, or would be
	Unmade   int64 // families of which no file was made
	Altered  int64 // files in which something is new
	Facts    int64 // that are new
	Wrong    int64 // rows that could not be taken
	Uploaded kernel.Instant
	Ended    kernel.Instant
}

// Share is how much of the list was looked at, in a hundred.
func (r Run) Share() int {
	if r.Rows == 0 {
		return 100
	}
	return int(r.At * 100 / r.Rows)
}

// Fault is why a row could not be taken, without what stands in it.
type Fault struct {
	Line   int64
	Column int // from 0; -1: the row
	Reason string
	Bound  string // of a limit
}

// Opening is a right that would open, and for how many families of the list.
type Opening struct {
	Right    string
	Name     kernel.Text
	Families int64
}

// Upload is a list that somebody brings.
type Upload struct {
	Name    string // of the list: "leefloon"
	Ground  Ground
	Purpose Purpose
	AsOf    kernel.Date
	Make    bool
	Data    []byte
}

// check refuses what an upload cannot be, apart from the list itself.
func (u Upload) check(today kernel.Date) (name string, err error) {
	var faults kernel.Faults
	name, err = listName(u.Name)
	faults.Check("name", err)
	if !slices.Contains(Grounds[:], u.Ground) {
		faults.Check("ground", kernel.NewInvalid("register.ground"))
	}
	if !slices.Contains(Purposes[:], u.Purpose) {
		faults.Check("purpose", kernel.NewInvalid("register.purpose"))
	}
	if _, err := kernel.ParseDate(string(u.AsOf)); err != nil {
		faults.Check("as_of", err)
	} else if u.AsOf > today || u.AsOf < today.AddDays(-366) {
		faults.Check("as_of", kernel.NewInvalid("register.as_of"))
	}
	if len(u.Data) == 0 {
		faults.Check("list", kernel.NewInvalid("list.empty"))
	}
	return name, faults.Err()
}
