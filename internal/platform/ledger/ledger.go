// Package ledger keeps the one book of an alliance: goods, entitlements and
// euros, by double entry. What leaves one account comes into another, so that
// nothing appears and nothing is lost; what lies within the alliance is never
// less than nothing; and nothing that was written is changed: a mistake is
// corrected by a transfer that goes the other way.
//
// Reserving is a transfer too, from what is free to what is reserved, so that
// two can never reserve the same. A balance is kept beside the entries that
// made it, and [Verify] holds the one against the other.
//
// The asker makes the ID of a transfer and keeps it before asking: the same ID
// with the same content is posted once, however often it is sent, and the same
// ID with another content is refused.
//
// The book holds no person: accounts are named by the kind of place and the
// random ID of what they belong to, reasons are codes.
//
// Owns the tables ledger_account, ledger_transfer and ledger_entry. The last
// two are append-only, and the engine holds it so.
package ledger

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this package.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "ledger", Files: files}
}

// Euro is the asset of money. It is counted in cents.
const Euro = "EUR"

// Outside and Single are how a path and an asset begin that stand apart.
const (
	// Outside begins the path of what lies outside the alliance: givers,
	// wholesalers, families who took something home. It alone may be under zero,
	// by as much as came from there.
	Outside = "world/"
	// Single begins an asset of which there is one: this pram, this bicycle. It
	// lies in one place at a time.
	Single = "one/"
)

const (
	maxAmount = 1_000_000_000_000 // of one move: ten thousand million euros, or as many pieces
	maxMoves  = 1000              // of one transfer
)

// Account is where an amount of one asset lies. A path has two parts or more
// between slashes, from what is wide to what is narrow: "depot/ID/free".
type Account struct{ Path, Asset string }

// Move is an amount, above zero, that goes from one account to another.
type Move struct {
	From, To, Asset string
	Amount          int64
}

// Transfer is what moves at once, whole or not at all.
type Transfer struct {
	ID     kernel.ID   // made by who asks, before asking
	Kind   string      // what happened, as a code: "gift", "redeem"
	Day    kernel.Date // on which it happened; zero: the day on which it is written down
	Reason string      // why, as a code; may be empty
	Moves  []Move
}

// Writer is who writes a transfer down, and when.
type Writer struct {
	Alliance, Person, Org kernel.ID
	At                    kernel.Instant
}

// Short says that accounts hold less than was asked of them: all of them that
// do. It is a Conflict ("ledger.short") to who knows nothing better.
type Short struct{ Lines []Shortage }

// Shortage is one account that holds less than was asked of it.
type Shortage struct {
	Account
	Asked, There int64
}

// Error names the accounts, for logs and tests.
func (s *Short) Error() string {
	parts := make([]string, len(s.Lines))
	for i, l := range s.Lines {
		parts[i] = l.Path + " " + l.Asset + ": asked " + strconv.FormatInt(l.Asked, 10) + ", there " + strconv.FormatInt(l.There, 10)
	}
	return "ledger: short: " + strings.Join(parts, "; ")
}

// Unwrap is the fault that people read when nobody says it better.
func (s *Short) Unwrap() error { return kernel.NewConflict("ledger.short") }

// entry is what a transfer does to one account.
type entry struct {
	Account
	amount int64
}

var (
	pathForm  = regexp.MustCompile(`^[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)+$`)
	assetForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*$`)
	codeForm  = regexp.MustCompile(`^[a-z][a-z0-9_.]*$`)
)

const longestName = 200

// check refuses a transfer that nobody could post, wherever things lie.
func (t Transfer) check() error {
	switch {
	case t.ID == "":
		return kernel.NewInvalid("ledger.id")
	case !codeForm.MatchString(t.Kind) || len(t.Kind) > longestName:
		return kernel.NewInvalid("ledger.kind")
	case t.Reason != "" && (!codeForm.MatchString(t.Reason) || len(t.Reason) > longestName):
		return kernel.NewInvalid("ledger.reason")
	case len(t.Moves) == 0 || len(t.Moves) > maxMoves:
		return kernel.NewInvalid("ledger.moves")
	}
	for _, m := range t.Moves {
		switch {
		case m.Amount <= 0 || m.Amount > maxAmount:
			return kernel.NewInvalid("ledger.amount")
		case m.From == m.To || !validPath(m.From) || !validPath(m.To):
			return kernel.NewInvalid("ledger.account")
		case !assetForm.MatchString(m.Asset) || len(m.Asset) > longestName:
			return kernel.NewInvalid("ledger.asset")
		}
	}
	return nil
}

func validPath(path string) bool { return len(path) <= longestName && pathForm.MatchString(path) }

// entries are what the moves come to, an account each, in the one order in
// which accounts are taken.
func (t Transfer) entries() []entry {
	sums := map[Account]int64{}
	for _, m := range t.Moves {
		sums[Account{m.From, m.Asset}] -= m.Amount
		sums[Account{m.To, m.Asset}] += m.Amount
	}
	entries := make([]entry, 0, len(sums))
	for account, sum := range sums {
		if sum != 0 {
			entries = append(entries, entry{account, sum})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Asset, b.Asset))
	})
	return entries
}

// digest stands for all that makes a transfer this one and no other: what it
// is, which one it corrects and what it does to each account. Each part goes in
// with its length, so that nothing moves from one part into the next.
func digest(t Transfer, day kernel.Date, corrects kernel.ID, entries []entry) string {
	parts := []string{string(t.ID), t.Kind, string(day), t.Reason, string(corrects)}
	for _, e := range entries {
		parts = append(parts, e.Path, e.Asset, strconv.FormatInt(e.amount, 10))
	}
	var all []byte
	for _, part := range parts {
		all = append(append(append(strconv.AppendInt(all, int64(len(part)), 10), ':'), part...), ',')
	}
	sum := sha256.Sum256(all)
	return hex.EncodeToString(sum[:])
}

// root and branch are the first part of a path, and its first two.
func root(path string) string { return path[:strings.IndexByte(path, '/')] }

func branch(path string) string {
	first := strings.IndexByte(path, '/') + 1
	if next := strings.IndexByte(path[first:], '/'); next >= 0 {
		return path[:first+next]
	}
	return path
}
