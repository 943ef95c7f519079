package vault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Replacing an installation's key takes four steps, and the service runs on
// through all of them:
//
//  1. [AddKey]: a new key is known, and seals nothing yet. After [KeyFileLag]
//     every service that reads the file opens what it seals.
//  2. [UseKey]: the new key is in use; the former still opens and finds.
//  3. What the former sealed is sealed anew ([Vault.Keys], [Vault.Reseal]).
//  4. [DropFormerKeys]: the former key is destroyed.

// KeyStage says how far a key file is in those steps.
type KeyStage string

// The stages of a key file.
const (
	KeySettled KeyStage = "settled" // one key, and no other
	KeyComing  KeyStage = "coming"  // step 1 is done
	KeyFormer  KeyStage = "former"  // step 2 is done
)

// Stage reads how far the key file is.
func (k *KeyFile) Stage() KeyStage {
	switch r := k.keys(); {
	case len(r.coming) > 0:
		return KeyComing
	case len(r.keys) > 1:
		return KeyFormer
	}
	return KeySettled
}

// AddKey adds a new key to the key file, to be used later.
func AddKey(path string) error {
	return rewrite(path, func(r *ring) error {
		if len(r.coming) > 0 || len(r.keys) > 1 {
			return errors.New("the key is being replaced already")
		}
		r.coming = []key{newKey()}
		return nil
	})
}

// UseKey puts the key that was added in use. What the former key signs until
// the last service knows of it counts as signed in time.
func UseKey(path string, now time.Time) error {
	return rewrite(path, func(r *ring) error {
		if len(r.coming) == 0 {
			return errors.New("no key was added")
		}
		former := r.keys[0]
		r.was = append(r.was, past{former.mark(), former.public(), kernel.InstantOf(now.Add(2 * KeyFileLag))})
		r.keys = append(r.coming, r.keys...)
		r.coming = nil
		return nil
	})
}

// DropFormerKeys destroys the keys that are no longer in use. What they sealed
// and nobody sealed anew is lost.
func DropFormerKeys(path string) error {
	return rewrite(path, func(r *ring) error {
		r.keys = r.keys[:1]
		return nil
	})
}

// rewrite changes a key file in one step: whoever reads it finds the old
// content or the new. Two who change it at once are refused but one.
func rewrite(path string, change func(*ring) error) (err error) {
	r, _, err := readRing(path)
	if err != nil {
		return err
	}
	next := path + ".next"
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there: somebody else is changing the key, or was broken off; if nobody is, take it away", next)
	}
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(next))
		}
	}()
	if r, _, err = readRing(path); err == nil { // nobody else changes it now
		err = change(r)
	}
	if err == nil {
		_, err = io.WriteString(f, r.String())
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Rename(next, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a new name in a folder outlast a loss of power.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = folder.Sync() // not every system can
	return folder.Close()
}

// KeyOf is a family's key as it lies sealed: with the one in use, or stale.
type KeyOf struct {
	Known
	Stale bool
}

// Keys lists at most limit families that have a key, beginning after the given
// one.
func (v *Vault) Keys(ctx context.Context, q db.Querier, after Known, limit int) (keys []KeyOf, err error) {
	rows, err := q.QueryContext(ctx, fmt.Sprintf(`SELECT alliance, family, sealed FROM vault_key
		WHERE alliance > $1 OR alliance = $1 AND family > $2 ORDER BY alliance, family LIMIT %d`, limit), after.Alliance, after.Family)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k KeyOf
		var sealed []byte
		if err := rows.Scan(&k.Alliance, &k.Family, &sealed); err != nil {
			return nil, err
		}
		k.Stale = !v.Keeper.Fresh(sealed, aboutKey(k.Alliance, k.Family))
		keys = append(keys, k)
	}
	return keys, rows.Err()
}

// Reseal seals a family's key with the key in use; what the family's key
// itself sealed stays as it is. It does nothing to a family that was forgotten
// meanwhile.
func (v *Vault) Reseal(ctx context.Context, q db.Querier, alliance, family kernel.ID) error {
	plain, err := v.keyOf(ctx, q, alliance, family)
	if errors.Is(err, ErrForgotten) {
		return nil
	}
	if err != nil {
		return err
	}
	sealed, err := v.Keeper.Wrap(plain, aboutKey(alliance, family))
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `UPDATE vault_key SET sealed = $1 WHERE alliance = $2 AND family = $3`, sealed, alliance, family)
	return err
}

// aboutKey binds a sealed key to its family.
func aboutKey(alliance, family kernel.ID) []byte { return []byte(alliance + "/" + family) }
