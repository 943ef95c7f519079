// Package vault keeps who families are: names, numbers, addresses, contacts
// and free notes, sealed with a key per family that is itself sealed with the
// installation's key. Everything else in the house knows a family by its
// pseudonymous ID alone.
//
// What is sealed can be found through keyed token hashes: whole words,
// beginnings of words from three letters, how a word sounds, telephone and
// national numbers. Forgetting a family is destroying its key, all that it
// sealed, and its tokens. Backups forget it too: the keys lie in a file apart,
// of which only the newest is kept ([db.Migrations].Apart).
//
// Owns the tables vault_key, vault_entry and vault_token.
package vault

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// KeyTable is the table with the keys of families: what is deleted of it is
// overwritten ([db.DB.Overwrite]), for with a key gone the rest is unreadable.
const KeyTable = "vault_key"

// Migrations are the tables of this package.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "vault", Files: files, Apart: []string{KeyTable}}
}

// Vault seals and opens. The zero Vault has no keeper and opens nothing.
type Vault struct {
	Keeper Keeper
}

// Family is a family's opened key, for the length of one transaction.
type Family struct {
	alliance, id kernel.ID
	aead         cipher.AEAD
}

// Check opens the keys of a few families, if there are any: [ErrSealed] when
// none of them opens, for then the key file is not that of this database. A
// start with the wrong one fails at once, and not at the first family.
func (v *Vault) Check(ctx context.Context, q db.Querier) error {
	some, err := familiesOf(ctx, q, `SELECT alliance, family FROM vault_key LIMIT 3`)
	for _, f := range some {
		if _, err = v.Open(ctx, q, f.Alliance, f.Family); !errors.Is(err, ErrSealed) {
			return err
		}
	}
	return err
}

// Known is a family as the vault knows it.
type Known struct{ Alliance, Family kernel.ID }

// Keyless lists families of which sealed data is left and whose key is gone, at
// most limit: an older backup was restored, and they were forgotten since.
func (v *Vault) Keyless(ctx context.Context, q db.Querier, limit int) ([]Known, error) {
	return familiesOf(ctx, q, fmt.Sprintf(`SELECT DISTINCT e.alliance, e.family FROM vault_entry e
		WHERE NOT EXISTS (SELECT 1 FROM vault_key k WHERE k.alliance = e.alliance AND k.family = e.family)
		ORDER BY e.alliance, e.family LIMIT %d`, limit))
}

func familiesOf(ctx context.Context, q db.Querier, query string) (all []Known, err error) {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var f Known
		if err := rows.Scan(&f.Alliance, &f.Family); err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, rows.Err()
}

// ErrForgotten says that the family's key was destroyed.
var ErrForgotten = kernel.NewNotFound("family")

// Create makes the key of a new family.
func (v *Vault) Create(ctx context.Context, q db.Querier, alliance, family kernel.ID) (Family, error) {
	key := make([]byte, keySize)
	rand.Read(key) // never fails
	sealed, err := v.Keeper.Wrap(key, aboutKey(alliance, family))
	if err != nil {
		return Family{}, err
	}
	if _, err := q.ExecContext(ctx, `INSERT INTO vault_key (alliance, family, sealed) VALUES ($1, $2, $3)`, alliance, family, sealed); err != nil {
		return Family{}, err
	}
	return familyWith(alliance, family, key)
}

// Open opens a family's key; [ErrForgotten] when there is none.
func (v *Vault) Open(ctx context.Context, q db.Querier, alliance, family kernel.ID) (Family, error) {
	key, err := v.keyOf(ctx, q, alliance, family)
	if err != nil {
		return Family{}, err
	}
	return familyWith(alliance, family, key)
}

func (v *Vault) unwrap(alliance, family kernel.ID, sealed []byte) (Family, error) {
	key, err := v.Keeper.Unwrap(sealed, aboutKey(alliance, family))
	if err != nil {
		return Family{}, err
	}
	return familyWith(alliance, family, key)
}

func familyWith(alliance, family kernel.ID, key []byte) (Family, error) {
	aead, err := sealer(key)
	return Family{alliance, family, aead}, err
}

func (v *Vault) keyOf(ctx context.Context, q db.Querier, alliance, family kernel.ID) ([]byte, error) {
	var sealed []byte
	err := q.QueryRowContext(ctx, `SELECT sealed FROM vault_key WHERE alliance = $1 AND family = $2`, alliance, family).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrForgotten
	}
	if err != nil {
		return nil, err
	}
	return v.Keeper.Unwrap(sealed, aboutKey(alliance, family))
}

// Put seals value, as JSON, under a name of the module's choosing
// ("person/ID"), in place of what was there.
func (f Family) Put(ctx context.Context, q db.Querier, name string, value any) error {
	plain, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO vault_entry (alliance, family, name, sealed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (alliance, family, name) DO UPDATE SET sealed = excluded.sealed`,
		f.alliance, f.id, name, seal(f.aead, plain, f.about(name)))
	return err
}

// about binds sealed data to its place: moved to another row it does not open.
func (f Family) about(name string) []byte {
	return []byte(string(f.alliance) + "/" + string(f.id) + "/" + name)
}

// Get opens what lies under name into value; found is false when nothing does.
func (f Family) Get(ctx context.Context, q db.Querier, name string, value any) (found bool, err error) {
	var sealed []byte
	err = q.QueryRowContext(ctx, `SELECT sealed FROM vault_entry WHERE alliance = $1 AND family = $2 AND name = $3`,
		f.alliance, f.id, name).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, f.unseal(name, sealed, value)
}

func (f Family) unseal(name string, sealed []byte, value any) error {
	plain, err := open(f.aead, sealed, f.about(name))
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, value)
}

// Each opens everything whose name begins with prefix, in order of name, and
// hands it to fn, which decodes what it needs. fn may use q.
func (f Family) Each(ctx context.Context, q db.Querier, prefix string, fn func(name string, decode func(value any) error) error) error {
	entries, err := f.entries(ctx, q, prefix)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := fn(e.name, func(value any) error { return f.unseal(e.name, e.sealed, value) }); err != nil {
			return err
		}
	}
	return nil
}

type entry struct {
	name   string
	sealed []byte
}

// entries does not lean on how the database sorts text.
func (f Family) entries(ctx context.Context, q db.Querier, prefix string) ([]entry, error) {
	rows, err := q.QueryContext(ctx, `SELECT name, sealed FROM vault_entry
		WHERE alliance = $1 AND family = $2 AND substr(name, 1, $3) = $4`,
		f.alliance, f.id, utf8.RuneCountInString(prefix), prefix)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var entries []entry
	for rows.Next() {
		var e entry
		if err := rows.Scan(&e.name, &e.sealed); err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return entries, rows.Err()
}

// Drop forgets what lies under name.
func (f Family) Drop(ctx context.Context, q db.Querier, name string) error {
	_, err := q.ExecContext(ctx, `DELETE FROM vault_entry WHERE alliance = $1 AND family = $2 AND name = $3`, f.alliance, f.id, name)
	return err
}

// Forget destroys a family's key, with all that it sealed and all by which it
// could be found.
func (v *Vault) Forget(ctx context.Context, q db.Querier, alliance, family kernel.ID) error {
	for _, table := range []string{"vault_token", "vault_entry", "vault_key"} {
		if _, err := q.ExecContext(ctx, `DELETE FROM `+table+` WHERE alliance = $1 AND family = $2`, alliance, family); err != nil {
			return err
		}
	}
	return nil
}

// Index replaces all by which the family can be found.
func (v *Vault) Index(ctx context.Context, q db.Querier, alliance, family kernel.ID, terms Terms) error {
	if _, err := q.ExecContext(ctx, `DELETE FROM vault_token WHERE alliance = $1 AND family = $2`, alliance, family); err != nil {
		return err
	}
	tokens := v.tokens(alliance, terms.all())
	const batch = 64
	for len(tokens) > 0 {
		n := min(batch, len(tokens))
		var values strings.Builder
		args := []any{alliance, family}
		for i, token := range tokens[:n] {
			if i > 0 {
				values.WriteString(", ")
			}
			fmt.Fprintf(&values, "($1, $%d, $2)", i+3)
			args = append(args, token)
		}
		if _, err := q.ExecContext(ctx, `INSERT INTO vault_token (alliance, token, family) VALUES `+values.String(), args...); err != nil {
			return err
		}
		tokens = tokens[n:]
	}
	return nil
}

// FamiliesBy lists the families of the alliance that carry any of the terms,
// whoever may know them: for a check that must see all, such as that for
// duplicates, and must say nothing of what it saw.
func (v *Vault) FamiliesBy(ctx context.Context, q db.Querier, alliance kernel.ID, terms Terms, limit int) ([]kernel.ID, error) {
	tokens := v.sought(alliance, terms.exact())
	if len(tokens) == 0 {
		return nil, nil
	}
	args := []any{alliance}
	for _, token := range tokens {
		args = append(args, token)
	}
	// Neither DISTINCT nor an order in SQL: for either the engine would walk
	// every family of the alliance to find a few.
	rows, err := q.QueryContext(ctx, fmt.Sprintf(`SELECT family FROM vault_token
		WHERE alliance = $1 AND token IN (%s) LIMIT %d`, db.Marks(2, len(tokens)), limit*len(tokens)), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []kernel.ID
	for rows.Next() {
		var id kernel.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		found = append(found, id)
	}
	slices.Sort(found)
	found = slices.Compact(found)
	return found[:min(limit, len(found))], rows.Err()
}
