package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/config"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// familyKeys says where the keys of the families lie in a backup.
type familyKeys struct {
	FamilyKeys string `name:"family-keys" env:"BONDGENOOT_FAMILY_KEYS" type:"path" placeholder:"FILE" help:"The file with the keys of the families, of which only the newest is kept. Left out: family-keys.gz beside FILE."`
}

// beside is that file for a backup named data.
func (k familyKeys) beside(data string) (string, error) {
	switch {
	case k.FamilyKeys != "":
		return k.FamilyKeys, nil
	case data == "-":
		return "", config.Problem{Field: "family-keys", Reason: "No file is named for the keys of the families.",
			Remedy: "Name one: only the data goes through standard input or output."}
	}
	return filepath.Join(filepath.Dir(data), "family-keys.gz"), nil
}

// BackupCmd writes everything to two files.
type BackupCmd struct {
	To string `arg:"" placeholder:"FILE" help:"The file to write; it must not be there yet. - writes to standard output."`
	familyKeys
	config.Database
	config.Keys
}

// Help teaches.
func (BackupCmd) Help() string {
	return `FILE holds the data as it was at one moment; people may work on while it is
written. It fits both engines, so it is also the way from a SQLite file to a
PostgreSQL server.

Identities in it are sealed, each family's with a key of its own. Those keys go
into a second file, family-keys.gz, which every backup replaces. Keep as many
FILEs as you like, but only the newest keys: then a family that is forgotten
today is gone from every older FILE too. Keep the keys on another medium than
the data, and the key file in a third place. Without the keys a FILE opens
nobody.

    bondgenoot backup /backups/bondgenoot-$(date +%F).gz --family-keys /keys/family-keys.gz \
        --db sqlite:/var/lib/bondgenoot/bondgenoot.db --key-file /var/lib/bondgenoot/bondgenoot.key

Try a restore now and then: docs/operations.md says how.`
}

// Run writes both files, or neither.
func (c BackupCmd) Run(ctx context.Context, out io.Writer, errOut logTo) (err error) {
	if err := checkThere(c.Database, c.Keys); err != nil {
		return err
	}
	keysTo, err := c.beside(c.To)
	if err != nil {
		return err
	}
	key, err := openKey(c.Keys)
	if err != nil {
		return err
	}
	mark := key.Mark()
	if _, err := os.Lstat(c.To); err == nil && c.To != "-" {
		return fmt.Errorf("%s is there already: write to another name, or take it away first", c.To)
	}
	if _, err := keysAt(keysTo, key.Marks()); err != nil {
		return err
	}
	d, err := db.Open(ctx, string(c.DB))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()

	// Under another name until they are whole, so that no half file looks like a backup.
	keys, err := openPart(keysTo)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, keys.drop()) }()
	data := &part{to: "-"}
	to := db.Target{Data: out, Apart: keys, Mark: mark}
	if c.To != "-" {
		if data, err = openPart(c.To); err != nil {
			return err
		}
		to.Data = data
		defer func() { err = errors.Join(err, data.drop()) }()
	}
	at, err := d.Backup(ctx, to, app.Modules()...)
	if err != nil {
		return err
	}
	// The keys first: newer keys fit older data, older keys do not fit newer.
	// Another backup may have been faster: then its keys are the newest.
	newest, err := keysAt(keysTo, key.Marks())
	if err != nil {
		return err
	}
	if newest.Before(at) {
		if err := keys.keep(); err != nil {
			return err
		}
	}
	if err := errors.Join(data.keep(), dropOld(keysTo)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(errOut, "%s is written, and the keys of the families in %s. Keep only the newest of the keys, on another medium.\n", c.To, keysTo)
	return err
}

// keysAt is when the keys of the families that lie at path were written; zero
// when there are none. Anything else that lies there is refused: nothing is
// written over it.
func keysAt(path string, marks []string) (at kernel.Instant, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	at, whose, err := db.Apart(file)
	if err != nil || !slices.Contains(marks, whose) {
		return "", fmt.Errorf("%s is something else than the keys of this installation's families: name another file with --family-keys (BONDGENOOT_FAMILY_KEYS)", path)
	}
	return at, nil
}

// part is a file that gets its name when it is whole.
type part struct {
	*os.File
	to   string
	kept bool
}

// openPart begins a file under a name of its own, beside where it will lie.
func openPart(to string) (*part, error) {
	file, err := os.CreateTemp(filepath.Dir(to), filepath.Base(to)+".*.part")
	return &part{File: file, to: to}, err
}

// keep gives the file its name, in place of what had it, in one step.
func (p *part) keep() error {
	if p.File == nil {
		return nil
	}
	err := errors.Join(p.Sync(), p.Close())
	if err == nil {
		err = os.Rename(p.Name(), p.to)
	}
	p.kept = err == nil
	return err
}

// drop takes away what was not kept.
func (p *part) drop() error {
	if p.File == nil || p.kept {
		return nil
	}
	_ = p.Close() // it may be closed already
	return os.Remove(p.Name())
}

// dropOld takes away what backups left behind that were broken off: keys that
// have been destroyed since may be in it. What is younger than a day another
// backup may be writing.
func dropOld(keysTo string) error {
	left, err := filepath.Glob(keysTo + ".*.part")
	for _, name := range left {
		if info, statErr := os.Stat(name); statErr == nil && time.Since(info.ModTime()) > 24*time.Hour {
			err = errors.Join(err, os.Remove(name))
		}
	}
	return err
}

// RestoreCmd reads a backup.
type RestoreCmd struct {
	From string `arg:"" placeholder:"FILE" help:"A file that backup wrote. - reads from standard input."`
	familyKeys
	KeyShares []string `name:"key-share" type:"existingfile" placeholder:"FILE" help:"A share of the key, in place of a key file that is not there: given twice, by two people. The key file is made from them."`
	OlderKeys bool     `name:"older-keys" help:"Take keys of families that are older than the data, when the newest were lost: families opened between the two are forgotten for ever."`
	config.Database
	config.Keys
}

// Help teaches.
func (RestoreCmd) Help() string {
	return `It takes three things: FILE, the newest keys of the families, and the key file of
the installation. The database must be empty: nothing is ever overwritten.
Either all of it is taken, or nothing.

A family whose key is no longer among the newest keys was forgotten after FILE
was written. It stays forgotten: of it only figures come back.

    bondgenoot restore /backups/bondgenoot-2026-03-01.gz --family-keys /keys/family-keys.gz \
        --key-file /var/lib/bondgenoot/bondgenoot.key --db postgres://bondgenoot@db.example.org/bondgenoot

On a new machine the key file is not there. Where its copy was spread over people
("key share --help"), two of them come with their shares, and it is made again:

    bondgenoot restore … --key-file bondgenoot.key --key-share share-1.txt --key-share share-3.txt

Run "audit verify" afterwards.`
}

// Run takes all of the files, or nothing.
func (c RestoreCmd) Run(ctx context.Context, in io.Reader, out io.Writer) (err error) {
	if err := checkStore(c.Database, c.Keys); err != nil {
		return err
	}
	keysFrom, err := c.beside(c.From)
	if err != nil {
		return err
	}
	if err := c.joinShares(); err != nil {
		return err
	}
	key, err := openKey(c.Keys)
	if err != nil {
		return err
	}
	from := db.Source{Data: in, Marks: key.Marks(), Anyway: c.OlderKeys}
	if c.From != "-" {
		file, err := os.Open(c.From)
		if err != nil {
			return err
		}
		defer file.Close()
		from.Data = file
	}
	keys, err := os.Open(keysFrom)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the keys of the families are not at %s: name the newest of them with --family-keys (BONDGENOOT_FAMILY_KEYS)", keysFrom)
	}
	if err != nil {
		return err
	}
	defer keys.Close()
	from.Apart = keys
	if err := restoreInto(ctx, string(c.DB), from); err != nil {
		return err
	}
	return c.settle(ctx, out)
}

// joinShares makes the key file, if two people came with shares of it.
func (c RestoreCmd) joinShares() error {
	switch len(c.KeyShares) {
	case 0:
		return nil
	case 2:
		return join(c.KeyFile, c.KeyShares[0], c.KeyShares[1])
	}
	return config.Problem{Field: "key-share", Reason: "It takes two shares, of two people.", Remedy: "Give --key-share twice."}
}

func restoreInto(ctx context.Context, url string, from db.Source) (err error) {
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	_, err = d.Restore(ctx, from, app.Modules()...)
	switch {
	case errors.Is(err, db.ErrOlder):
		return errors.Join(err, errors.New("what lies apart are the keys of the families: give the newest. If those were lost, --older-keys goes on without them: families opened between the two are forgotten for ever"))
	case errors.Is(err, db.ErrAnothers):
		return fmt.Errorf("these files and this key file are not of one installation: %w", err)
	}
	return err
}

// settle forgets whole who was forgotten since the data was written.
func (c RestoreCmd) settle(ctx context.Context, out io.Writer) (err error) {
	h, err := openHouse(ctx, c.Database, c.Keys, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	forgotten, err := h.Families.ForgetKeyless(ctx)
	if err != nil {
		return err
	}
	if forgotten > 0 {
		fmt.Fprintf(out, "Families whose key is gone, and who stay forgotten: %d.\n", forgotten)
	}
	if h.replaced { // the data may be older than the key in use
		if _, err := h.Families.Findable(ctx); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(out, "Everything else is restored. Now run: bondgenoot audit verify")
	return err
}
