// Package retention knows how long files are kept after the work with a family
// ended, and forgets those whose time is over. No period comes with the house:
// no law that we know of names one for this work, so each alliance decides, from
// a day on, and says where that stands. A kind without a rule is kept, and the
// page says so.
//
// What is due is listed by number for the privacy officer, who never sees the
// file, and who keeps longer what is still needed, for a reason and until a day,
// or has the rest erased. The queue erases, one act a family, and looks again
// before each: who was worked with again meanwhile stays.
//
// Owns the tables retention_rule and retention_hold.
//
// Acts: retention.manage; its work erases as family.erase. Tells: nothing
// itself. Hears: [families.Forgotten], [families.Merged], [families.Reopened].
package retention

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	return db.Migrations{Module: "retention", Files: files}
}

// Service is the module's use cases.
type Service struct {
	Acts     *act.Acts
	Families *families.Service
}

// Kind is a kind of closed file: why the work ended.
type Kind = string

// Kinds lists the kinds: the reasons for which a file closes.
var Kinds = families.CloseReasons

// Bounds of a rule.
const (
	mostMonths = 30 * 12
	maxSource  = 200 // letters
)

// Rule is for how long files of a kind are kept after they closed, for those
// that are due from a day on. Its zero value is none.
type Rule struct {
	ID     kernel.ID
	Kind   Kind
	Begins kernel.Date // the first day on which it holds
	Months int64       // after the file closed; 0: as soon as it closed
	Source string      // where the alliance decided it, or the law that asks it
	SetAt  kernel.Instant
	SetBy  kernel.ID
}

func (r Rule) check(today kernel.Date) error {
	var faults kernel.Faults
	if !slices.Contains(Kinds[:], r.Kind) {
		faults.Check("kind", kernel.NewInvalid("retention.kind"))
	}
	if _, err := kernel.ParseDate(string(r.Begins)); err != nil {
		faults.Check("begins", err)
	} else if r.Begins < today {
		faults.Check("begins", kernel.NewInvalid("retention.begins"))
	}
	if r.Months < 0 || r.Months > mostMonths {
		faults.Check("months", kernel.NewInvalid("retention.months"))
	}
	if n := utf8.RuneCountInString(r.Source); n < 5 || n > maxSource || !utf8.ValidString(r.Source) ||
		strings.ContainsFunc(r.Source, func(x rune) bool { return unicode.IsControl(x) || unicode.Is(unicode.Bidi_Control, x) }) {
		faults.Check("source", kernel.NewInvalid("retention.source"))
	}
	return faults.Err()
}

// ruleOn is the rule that holds for a kind on a day: the last that began, and of
// those the last that was set.
func ruleOn(rules []Rule, kind Kind, day kernel.Date) (found Rule, ok bool) {
	for _, r := range rules { // in the order in which they were set
		if r.Kind == kind && r.Begins <= day && (!ok || r.Begins >= found.Begins) {
			found, ok = r, true
		}
	}
	return found, ok
}

// HoldReason is why a file is kept longer.
type HoldReason string

// The reasons.
const (
	ClaimRuns HoldReason = "claim"    // an application or an appeal still runs
	Dispute   HoldReason = "dispute"  // a complaint or a case in court
	Returning HoldReason = "back"     // the family is expected back
	LawAsks   HoldReason = "law"      // a law asks to keep it longer
	Looking   HoldReason = "question" // it is being looked into
)

// HoldReasons lists the reasons in the order in which they are offered.
var HoldReasons = [...]HoldReason{ClaimRuns, Dispute, Returning, LawAsks, Looking}

// longestHold is in how many days a hold is looked at again at the latest.
const longestHold = 366

// Hold keeps a file longer.
type Hold struct {
	ID       kernel.ID
	Family   kernel.ID
	Reason   HoldReason
	ReviewOn kernel.Date // the last day on which it keeps the file
	MadeAt   kernel.Instant
	MadeBy   kernel.ID
	EndedAt  kernel.Instant // zero: it stands
}

func (h Hold) keeps(today kernel.Date) bool { return h.EndedAt == "" && today <= h.ReviewOn }

// Due is a closed file and until when it is kept.
type Due struct {
	families.ClosedFile
	Rule Rule        // zero: the alliance decided nothing for this kind
	On   kernel.Date // the first day on which it may go; zero without a rule
	Hold Hold        // zero: nothing keeps it longer
}

// Over tells whether the file may be erased on a day.
func (d Due) Over(today kernel.Date) bool {
	return d.On != "" && d.On <= today && !d.Hold.keeps(today)
}

// dueOf puts a closed file beside the rules and holds.
func dueOf(f families.ClosedFile, rules []Rule, holds []Hold, today kernel.Date) Due {
	d := Due{ClosedFile: f}
	if r, ok := ruleOn(rules, f.Reason, today); ok {
		d.Rule, d.On = r, f.ClosedAt.Date().AddMonths(int(r.Months))
	}
	for _, h := range holds {
		if h.Family == f.ID && h.keeps(today) && h.ReviewOn >= d.Hold.ReviewOn {
			d.Hold = h
		}
	}
	return d
}
