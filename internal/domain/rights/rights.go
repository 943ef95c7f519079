// Package rights says what a family is entitled to, by law and by what its
// alliance offers, and follows what it asks for. One evaluation answers for
// both. What was found is kept with the day, the version of the facts and of
// the rules, so that it is known what a family was told and when; the answer
// itself is always made anew. From what it was found is kept too, the facts of
// then and the packs as they were applied, so that it can be found again, to the
// letter, when the packs have long been others.
//
// Owns the tables finding, finding_round, finding_look, pack_edition, pack_text,
// claim, claim_merge and whatif_trial. Acts: rights.read,
// rights.change; the public check asks public.read and keeps nothing. Tells
// [Moved]. Hears [families.FactsChanged], [families.Merged], [families.Parted]
// and [families.Forgotten].
package rights

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"path"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
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
	return db.Migrations{Module: "rights", Files: files}
}

// Finding is what was found about one right of a family, and since when it is
// so. Amounts and Missing are JSON as the rules write it.
type Finding struct {
	Right        string
	Status       rules.Status
	Amounts      json.RawMessage
	Missing      json.RawMessage
	Received     string // who said to have it already, with spaces between: family, or persons
	Had          bool   // that is everybody who can get it
	PackVersion  string // of the rules
	FactsVersion int64  // of the family's facts
	FoundOn      kernel.Date
	FoundAt      kernel.Instant
}

// same tells whether nothing was found that y did not say.
func (x Finding) same(y Finding) bool {
	return x.Status == y.Status && string(x.Amounts) == string(y.Amounts) && string(x.Missing) == string(y.Missing) &&
		x.Received == y.Received && x.Had == y.Had
}

// round is the last look at all rights of a family.
type round struct {
	PackVersion  string
	FactsVersion int64
	LookedOn     kernel.Date // zero: nobody looked yet
	Changes      int64       // how often the facts changed, as far as was heard
	Seen         int64       // how often they had when somebody looked
}

// stale tells whether what was found may not be so any more.
func (r round) stale(edition string) bool {
	return r.LookedOn == "" || r.Changes != r.Seen || r.PackVersion != edition
}

// Found is all that is there for a family on one day.
type Found struct {
	File        families.File // zero in a public check
	Rules       *rules.Library
	Result      rules.Result
	Local       map[string]Local // the rights that a programme opens, by id
	Claims      []Claim          // of the family, the newest first
	PackVersion string
	On          kernel.Date
}

// Local is the programme behind a local right.
type Local struct {
	Programme programmes.Programme
	Offers    []programmes.Offer // those that the right opens
}

// Finding is what was found about a right; nil when it was not looked at.
func (f *Found) Finding(right string) *rules.Finding {
	for i := range f.Result.Rights {
		if f.Result.Rights[i].ID == right {
			return &f.Result.Rights[i]
		}
	}
	return nil
}

// Claimed is the newest claim of a right for a person, or for the family (zero
// person); ok is false when there was none.
func (f *Found) Claimed(right string, person kernel.ID) (c Claim, ok bool) {
	for _, c := range f.Claims {
		if c.Right == right && c.Person == person {
			return c, true
		}
	}
	return Claim{}, false
}

// Moved tells that a claim was opened or took a step, and why, if it was
// refused or let go.
type Moved struct {
	Family, Claim kernel.ID
	Right         string
	Person        kernel.ID // zero: the family
	State         State
	Reason        Reason
}

// Fingerprint tells two sets of rule packs apart: by the packs and the
// dictionary, and by nothing that lies beside them.
func Fingerprint(packs fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(packs, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(name) != ".yaml" {
			return err
		}
		b, err := fs.ReadFile(packs, name)
		one := sha256.Sum256(b)
		sum.Write([]byte(name + "\x00"))
		sum.Write(one[:])
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)[:8]), err
}
