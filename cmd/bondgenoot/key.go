package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/platform/config"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// KeyCmd is what an operator does with the installation's key.
type KeyCmd struct {
	Rotate KeyRotateCmd `cmd:"" help:"Replace the key by a new one, while everybody works on."`
	Retire KeyRetireCmd `cmd:"" help:"Destroy the key that was replaced, once a backup no longer needs it."`
	Share  KeyShareCmd  `cmd:"" help:"Spread a copy of the key over people, of whom any two together can restore."`
	Join   KeyJoinCmd   `cmd:"" help:"Make the key file again from two shares."`
}

// KeyRotateCmd replaces the key.
type KeyRotateCmd struct {
	config.Database
	config.Keys
}

// Help teaches.
func (KeyRotateCmd) Help() string {
	return `Run it on the machine of the service, with the same settings, when somebody who
could read the key file leaves, when it may have leaked, and otherwise once a
year. Nobody notices: the service follows the file. Three things happen:

  1. a new key is added to the key file, and then put in use;
  2. the key of every family is sealed anew with it, and the digests by which
     names are searched are made anew;
  3. the record says that it was done.

It may be broken off and run again. What the former key made and somebody still
has to type or open is refused from then on: sign-in codes that were on their
way, links that were mailed to partners without an account (send them again),
and the twelve digits on families' slips (the square on them still opens).

The former key stays in the file, since the newest backup still needs it:

    bondgenoot key rotate
    bondgenoot backup "/backups/$(date +%F).gz" --family-keys /keys/family-keys.gz
    bondgenoot key retire --family-keys /keys/family-keys.gz
    bondgenoot key share --of 3 --to /media/usb

Shares and copies of the former key file are worth nothing afterwards: make new
ones.`
}

// Run goes on from wherever the key file is.
func (c KeyRotateCmd) Run(ctx context.Context, out io.Writer) (err error) {
	h, err := openHouse(ctx, c.Database, c.Keys, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	key, err := openKey(c.Keys)
	if err != nil {
		return err
	}
	stage := key.Stage()
	if stage == vault.KeySettled {
		if err := vault.AddKey(c.KeyFile); err != nil {
			return err
		}
		fmt.Fprintln(out, "A new key is in the key file.")
	}
	if stage != vault.KeyFormer {
		// Until every service knows the new key, none may seal with it.
		if err := pause(ctx, 2*vault.KeyFileLag); err != nil {
			return err
		}
		if err := vault.UseKey(c.KeyFile, time.Now()); err != nil {
			return err
		}
		fmt.Fprintln(out, "It is in use.")
	}
	// Until every service seals and searches with it, none is sealed anew: also
	// when it was put in use a moment ago, by a rotation that was broken off.
	if err := pause(ctx, 2*vault.KeyFileLag); err != nil {
		return err
	}
	all := 0
	// Twice: what a service sealed with the former key while the first walk
	// went by.
	for range 2 {
		n, err := h.Families.Reseal(ctx)
		if all += n; err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, "Families sealed anew: %d. Now make a backup, and then run: bondgenoot key retire\n", all)
	return err
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// KeyRetireCmd destroys the former key.
type KeyRetireCmd struct {
	FamilyKeys string `name:"family-keys" env:"BONDGENOOT_FAMILY_KEYS" required:"" type:"path" placeholder:"FILE" help:"The newest file with the keys of the families, of a backup that was made after the rotation."`
	config.Database
	config.Keys
}

// Help teaches.
func (KeyRetireCmd) Help() string {
	return `Refused as long as anything needs the former key: a family in the database, or
the newest keys of the families in the backups. Data files of older backups do
not need it; they are restored with the newest keys.

    bondgenoot key retire --family-keys /keys/family-keys.gz`
}

// Run destroys it, or says what still needs it.
func (c KeyRetireCmd) Run(ctx context.Context, out io.Writer) (err error) {
	h, err := openHouse(ctx, c.Database, c.Keys, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	key, err := openKey(c.Keys)
	if err != nil {
		return err
	}
	switch key.Stage() {
	case vault.KeySettled:
		_, err = fmt.Fprintln(out, "There is one key, and it is in use: nothing is to be destroyed.")
		return err
	case vault.KeyComing:
		return errors.New("the new key is not in use yet: run \"bondgenoot key rotate\" to its end")
	}
	switch n, err := h.Families.Reseal(ctx); {
	case err != nil:
		return err
	case n > 0:
		return fmt.Errorf("%d families needed the former key until now: make a backup once more, and run this again", n)
	}
	if err := backedUp(c.FamilyKeys, key.Mark()); err != nil {
		return err
	}
	if err := vault.DropFormerKeys(c.KeyFile); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "The former key is destroyed. Destroy its copies and shares too, and make new ones: bondgenoot key share --help")
	return err
}

// backedUp tells whether the newest keys of the families fit the key in use.
func backedUp(path, mark string) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no keys of families are at %s: make a backup first, and name its keys with --family-keys (BONDGENOOT_FAMILY_KEYS)", path)
	}
	if err != nil {
		return err
	}
	defer file.Close()
	if _, whose, err := db.Apart(file); err != nil || whose != mark {
		return fmt.Errorf("%s was not written since the key was replaced: make a backup first, or a restore would need the former key", path)
	}
	return nil
}

// KeyShareCmd spreads a copy of the key.
type KeyShareCmd struct {
	Of int    `default:"3" placeholder:"N" help:"How many shares: 2 to 9. Any two make the key. Default: ${default}."`
	To string `default:"." type:"path" placeholder:"DIR" help:"Where to write them, a file each. Default: this folder."`
	config.Keys
}

// Help teaches.
func (KeyShareCmd) Help() string {
	return `Whoever holds a copy of the key file and a backup reads every name. Shares in
its place need four eyes: give each to another person, on paper or on a medium
of their own, of another organisation where you can. One share alone tells
nothing. With one lost, the others still do; with all but one lost, and the key
file too, every name is lost for ever.

    bondgenoot key share --of 3 --to /media/usb
    bondgenoot restore … --key-share /media/an/share-1.txt --key-share /media/bo/share-3.txt`
}

// Run writes the shares; it replaces no file.
func (c KeyShareCmd) Run(_ context.Context, out io.Writer) error {
	shares, err := vault.ShareKey(c.KeyFile, c.Of)
	if err != nil {
		return err
	}
	for i, line := range shares {
		path := filepath.Join(c.To, fmt.Sprintf("share-%d.txt", i+1))
		text := fmt.Sprintf("Share %d of %d of the key of a Bondgenoot installation.\nAny two of them together open its backups. Keep it where nobody else comes,\nand never with another share.\n\n%s\n", i+1, len(shares), line)
		if err := writeNew(path, text); err != nil {
			return err
		}
		fmt.Fprintln(out, path)
	}
	_, err = fmt.Fprintln(out, "Give each to another person, and destroy what is left here.")
	return err
}

func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: write to another folder, or take it away first", path)
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, text)
	return errors.Join(err, f.Sync(), f.Close())
}

// KeyJoinCmd makes the key file again.
type KeyJoinCmd struct {
	One   string `arg:"" type:"existingfile" placeholder:"SHARE" help:"The file with one share."`
	Other string `arg:"" type:"existingfile" placeholder:"SHARE" help:"The file with another."`
	config.Keys
}

// Help teaches.
func (KeyJoinCmd) Help() string {
	return `For when the machine of the service lost its key file. Both holders are there,
each with a share; the key file must not be there yet.

    bondgenoot key join share-1.txt share-3.txt --key-file /var/lib/bondgenoot/bondgenoot.key`
}

// Run writes the key file.
func (c KeyJoinCmd) Run(_ context.Context, out io.Writer) error {
	if err := join(c.KeyFile, c.One, c.Other); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s is there again.\n", c.KeyFile)
	return err
}

func join(keyFile, one, other string) error {
	a, err := vault.ShareIn(one)
	if err != nil {
		return err
	}
	b, err := vault.ShareIn(other)
	if err != nil {
		return err
	}
	err = vault.JoinShares(keyFile, a, b)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: nothing was written over it", keyFile)
	}
	return err
}
