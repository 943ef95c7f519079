package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/platform/config"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// BackupCmd writes everything to one file.
type BackupCmd struct {
	To string `arg:"" placeholder:"FILE" help:"The file to write; it must not be there yet. - writes to standard output."`
	config.Database
}

// Help teaches.
func (BackupCmd) Help() string {
	return `The file holds everything as it was at one moment; people may work on while it
is written. It fits both engines, so it is also the way from a SQLite file to a
PostgreSQL server. Identities in it are sealed: keep the key file too, but in
another place.

    bondgenoot backup /backups/bondgenoot-$(date +%F).gz --db sqlite:/var/lib/bondgenoot/bondgenoot.db

Try a restore now and then: docs/operations.md says how.`
}

// Run writes the file, or none.
func (c BackupCmd) Run(ctx context.Context, out io.Writer, errOut logTo) (err error) {
	d, err := openDatabase(ctx, c.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if c.To == "-" {
		return d.Backup(ctx, out, app.Modules()...)
	}
	// Under another name until it is whole, so that no half file looks like a backup.
	if _, err := os.Lstat(c.To); err == nil {
		return fmt.Errorf("%s is there already: write to another name, or take it away first", c.To)
	}
	file, err := os.OpenFile(c.To+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = d.Backup(ctx, file, app.Modules()...)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), c.To)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	_, err = fmt.Fprintf(errOut, "%s is written. Identities in it are sealed: keep the key file in another place.\n", c.To)
	return err
}

// RestoreCmd reads a backup.
type RestoreCmd struct {
	From string `arg:"" placeholder:"FILE" help:"A file that backup wrote. - reads from standard input."`
	config.Database
}

// Help teaches.
func (RestoreCmd) Help() string {
	return `The database must be empty: nothing is ever overwritten. Either all of the file
is taken, or nothing. Run "audit verify" afterwards.

    bondgenoot restore /backups/bondgenoot-2026-03-01.gz --db postgres://bondgenoot@db.example.org/bondgenoot`
}

// Run takes all of the file, or nothing.
func (c RestoreCmd) Run(ctx context.Context, in io.Reader, out io.Writer) (err error) {
	if c.From != "-" {
		file, err := os.Open(c.From)
		if err != nil {
			return err
		}
		defer file.Close()
		in = file
	}
	d, err := openDatabase(ctx, c.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.Restore(ctx, in, app.Modules()...); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "Everything is restored. Now run: bondgenoot audit verify")
	return err
}

func openDatabase(ctx context.Context, c config.Database) (*db.DB, error) {
	var ps config.Problems
	c.Check(&ps)
	if err := ps.Err(); err != nil {
		return nil, err
	}
	return db.Open(ctx, c.DB)
}
