// Package drafts keeps what somebody was typing in a form and has not sent: the
// tab was closed, the net dropped, the session ended. A draft is its writer's
// alone, at the organisation for which they wrote it, one for each form; it is
// nobody's data until it is sent.
//
// What was typed lies in the vault, never in a table: in a form about a family,
// under that family's key, so that it is forgotten with it; in any other, under
// a key that the draft has for itself and that is destroyed with it. Drafts end
// when the form is sent, when they are thrown away, and after [Life].
//
// Owns the table draft. Acts: draft.keep (the first time; what is typed after
// that belongs to the same draft), draft.drop. Tells: nothing. Hears:
// families.Forgotten, families.Merged, referrals.Moved.
package drafts

import (
	"embed"
	"io/fs"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
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
	return db.Migrations{Module: "drafts", Files: files}
}

// Life is how long a draft is kept after the last letter that was typed.
const Life = 14 * 24 * time.Hour

// Bounds of what is kept.
const (
	most     = 40       // drafts of one worker at one organisation; the oldest makes place
	longest  = 64 << 10 // bytes of what was typed in one form
	farthest = 300      // letters of an address
)

// Draft is what somebody was typing in a form.
type Draft struct {
	ID     kernel.ID
	Form   string    // the path to which the form is sent
	Page   string    // the path of the page on which it stands
	Family kernel.ID // zero: the form is not about a family
	About  kernel.ID // what else the form is about, as a referral; may be zero
	Saved  kernel.Instant
	Typed  url.Values // empty unless the draft was opened
}

// Check tells what is wrong with a draft that is to be kept.
func (d Draft) Check() error {
	for _, path := range []string{d.Form, d.Page} {
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?#") || utf8.RuneCountInString(path) > farthest {
			return kernel.NewInvalid("draft.form").At("form")
		}
	}
	if len(d.Typed.Encode()) > longest {
		return kernel.NewTooMany("draft.long").At("typed")
	}
	return nil
}
