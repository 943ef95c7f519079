package vault

import (
	"context"
	"database/sql"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// EachOf opens everything of several families whose name begins with prefix, in
// no order, and hands it to fn, which decodes what it needs: for a page of a
// list, in two queries however long the page is. A family whose key was
// destroyed is passed over.
func (v *Vault) EachOf(ctx context.Context, q db.Querier, alliance kernel.ID, families []kernel.ID, prefix string,
	fn func(family kernel.ID, name string, decode func(value any) error) error) error {
	if len(families) == 0 {
		return nil
	}
	args := []any{alliance}
	for _, id := range families {
		args = append(args, id)
	}
	among := `alliance = $1 AND family IN (` + db.Marks(2, len(families)) + `)`
	keys := map[kernel.ID]Family{}
	err := db.Each(ctx, q, func(rows *sql.Rows) (err error) {
		var id kernel.ID
		var sealed []byte
		if err := rows.Scan(&id, &sealed); err != nil {
			return err
		}
		keys[id], err = v.unwrap(alliance, id, sealed)
		return err
	}, `SELECT family, sealed FROM vault_key WHERE `+among, args...)
	if err != nil {
		return err
	}
	type sealedEntry struct {
		family kernel.ID
		entry
	}
	var entries []sealedEntry
	err = db.Each(ctx, q, func(rows *sql.Rows) error {
		var e sealedEntry
		err := rows.Scan(&e.family, &e.name, &e.sealed)
		entries = append(entries, e)
		return err
	}, `SELECT family, name, sealed FROM vault_entry WHERE `+among+
		` AND substr(name, 1, `+db.Marks(len(args)+1, 1)+`) = `+db.Marks(len(args)+2, 1),
		append(args, utf8.RuneCountInString(prefix), prefix)...)
	if err != nil {
		return err
	}
	for _, e := range entries {
		key, ok := keys[e.family]
		if !ok {
			continue
		}
		err := fn(e.family, e.name, func(value any) error { return key.unseal(e.name, e.sealed, value) })
		if err != nil {
			return err
		}
	}
	return nil
}
