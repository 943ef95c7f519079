// Package homes knows that one child has two homes, each with a file of its
// own: parents who live apart. Neither file tells anything of the other. What
// one home's care team may know of the other is that there is another, and what
// the other's team chose to give: where the child is registered, and who to
// call. A home whose address is secret is asked nothing, gives nothing, and is
// not seen from the other, whatever was chosen before.
//
// Nothing of it stands on a family's own page: that the other parent is helped
// too is the other parent's to tell. Therefore no record of one file names the
// other or who works with it, there is no event of it on a timeline, and the
// family reads of these records no more than that something was changed.
//
// Owns the tables home_link, home_side and home_merge.
//
// Acts: family.homes. Tells: nothing. Hears: [families.Merged],
// [families.Parted], [families.Forgotten].
package homes

import (
	"embed"
	"io/fs"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this module.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "homes", Files: files}
}

// Service is the module's use cases.
type Service struct {
	Acts     *act.Acts
	Families *families.Service
}

// State is how far two homes are known to be of one child.
type State string

// The states. What ended is not kept.
const (
	Asked  State = "asked"  // one home's team asked; nobody answered, or there is nobody to answer
	Linked State = "linked" // both teams know that there is another home
)

// Lives is where a child is registered, as one home knows it.
type Lives string

// Where. Zero: nobody said.
const (
	Here      Lives = "here"
	Elsewhere Lives = "elsewhere"
)

// Share is one thing that a home's team gives the team of the other.
type Share string

// The shares. Without any, the other team knows that there is a home.
const (
	GivesLives Share = "lives" // whether the child is registered here
	GivesTeam  Share = "team"  // who works with this home, so that the two can call each other
)

// Shares lists the shares in the order in which they are offered.
var Shares = [...]Share{GivesLives, GivesTeam}

// askFor is how long a question waits for an answer.
const askFor = 30 * 24 * time.Hour

// Home is the other home of a child, as the care team of this one sees it.
type Home struct {
	Link   kernel.ID
	Child  kernel.ID // the person in this file
	State  State
	Mine   bool           // of what is asked: this file's team asked
	Until  kernel.Instant // of what is asked: until when it can be answered
	Since  kernel.Instant // of what is linked
	Lives  Lives          // as this home knows it
	Gives  []Share        // what this home gives
	Theirs Theirs
}

// Theirs is what the other home gives.
type Theirs struct {
	Family kernel.ID // zero, unless the reader is in its care team too
	Lives  Lives
	Team   []families.Carer
}

// Awaiting is a family in whose file a question waits for an answer.
type Awaiting struct {
	Family kernel.ID
	Since  kernel.Instant
}

// side is a child in one family's file.
type side struct {
	link   kernel.ID
	family kernel.ID
	person kernel.ID
	asked  bool // this side began
	lives  Lives
	gives  []Share
}

// link is one child's two homes; other has no family when a question reached
// nobody.
type link struct {
	id       kernel.ID
	state    State
	askedAt  kernel.Instant
	until    kernel.Instant
	linkedAt kernel.Instant
	own      side
	other    side
}

func (l link) live(now kernel.Instant) bool { return l.state == Linked || now.Before(l.until) }
