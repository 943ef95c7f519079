// Package reach finds what families are entitled to and do not have: every
// night, and when something changed, it looks at the rights of each family for
// which an answer can be another one, and keeps a work list of what is certain
// and was not asked for, of what opens or closes soon, and how far each right
// came. It knows families by number alone; the vault stays shut.
//
// Owns the tables reach_family, reach_right, reach_step, reach_turn,
// reach_round and reach_merge. Acts: reach.list, reach.later, reach.figures, and system.work by
// the jobs [LookJob] and [RoundJob], each of which leaves a record
// "rights.round" with the family that it looked at. Tells nothing. Hears
// [families.Opened], [families.FactsChanged], [families.Closed],
// [families.Reopened], [families.Merged], [families.Parted],
// [families.Forgotten], [programmes.Changed] and [rights.Moved].
package reach

import (
	"embed"
	"io/fs"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
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
	return db.Migrations{Module: "reach", Files: files}
}

// Service is the module's use cases.
type Service struct {
	Acts     *act.Acts
	Members  *members.Service
	Families *families.Service
	Rights   *rights.Service
}

// Stage is how far a right came that is certain for a family.
type Stage string

// The stages, from the least far to the furthest. A right that has ended has
// none.
const (
	Unreached Stage = "unreached" // nobody did anything about it yet
	Later     Stage = "later"     // not now, and why
	LetGo     Stage = "let_go"    // the claim was given up
	Refused   Stage = "refused"
	Asked     Stage = "asked"
	Granted   Stage = "granted" // or the family had it already
)

// Stages lists the stages from the least far to the furthest.
var Stages = [...]Stage{Unreached, Later, LetGo, Refused, Asked, Granted}

// Reason is why a right is not asked for now.
type Reason string

// The reasons.
const (
	NotWanted  Reason = "not_wanted"
	OtherFirst Reason = "other_first" // something else is more urgent
	Papers     Reason = "papers"      // something is still to come
	Elsewhere  Reason = "elsewhere"   // somebody else asks for it
	NotSo      Reason = "not_so"      // the answer is not right
)

// Reasons lists the reasons in the order in which they are offered.
var Reasons = [...]Reason{OtherFirst, Papers, Elsewhere, NotWanted, NotSo}

// Line is a right that is certain for a family, or was.
type Line struct {
	ID     kernel.ID
	Family kernel.ID
	Right  string
	Person kernel.ID // for whom; zero: the family
	Home
	Stage    Stage
	Why      string       // the reason of a refusal, of letting go, or of not now
	Until    kernel.Date  // of not now: when it comes back
	Comes    bool         // by itself: nobody need ask
	Year     kernel.Cents // what it gives in a year, at least; 0: no sum, or one that nobody can tell
	Open     bool         // it may be more: too little is known yet
	FoundOn  kernel.Date
	EndedOn  kernel.Date // zero: still certain
	ClosesOn kernel.Date // within the days that were looked ahead; zero: it does not
}

// Home is where a line counts.
type Home struct {
	Municipality  kernel.NIS
	Neighbourhood string // a postal code; "" when nobody may know, or does
}

func homeOf(f families.Family) Home { return Home{f.Municipality, rights.Neighbourhood(f)} }

// Turn is a right that opens or closes on a day to come.
type Turn struct {
	Family kernel.ID
	Right  string
	Person kernel.ID
	On     kernel.Date
	Opens  bool
	Birth  bool // if the child that is expected is born by then
	Year   kernel.Cents
}

// Round is a walk over all families of an alliance.
type Round struct {
	ID      kernel.ID
	Edition string
	BegunAt kernel.Instant
	EndedAt kernel.Instant // zero: it goes on
	Walked  int64          // families that were passed
	Looked  int64          // of those, looked at
	Failed  int64          // of those, that could not be
}

// Days that are looked ahead, and after how many all of them are looked at
// again, so that always at least sixty days ahead are known.
const (
	Ahead = 90
	fresh = 30
)

// key is whose right it is.
type key struct {
	right  string
	person kernel.ID
}

// stageOf is how far a right came by its claim.
func stageOf(s rights.Standing) (Stage, string) {
	if s.Claim == nil || s.Claim.State == rights.Dropped && s.Has {
		if s.Has {
			return Granted, "had"
		}
		return Unreached, ""
	}
	return claimed(s.Claim.State, s.Claim.Reason)
}

func claimed(state rights.State, why rights.Reason) (Stage, string) {
	switch state {
	case rights.Granted:
		return Granted, ""
	case rights.Refused:
		return Refused, string(why)
	case rights.Dropped:
		if why == rights.Elsewhere {
			return Granted, "had"
		}
		return LetGo, string(why)
	}
	return Asked, ""
}
