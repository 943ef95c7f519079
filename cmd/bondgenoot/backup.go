package main

import (
	"context"
	"io"

	"github.com/bondgenoot/bondgenoot/internal/platform/config"
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
func (c BackupCmd) Run(_ context.Context, _ io.Writer) error {
	var ps config.Problems
	c.Database.Check(&ps)
	if err := ps.Err(); err != nil {
		return err
	}
	return errUnfinished
}

// RestoreCmd reads a backup.
type RestoreCmd struct {
	From string `arg:"" placeholder:"FILE" help:"A file that backup wrote. - reads from standard input."`
	config.Database
}

// Help teaches.
func (RestoreCmd) Help() string {
	return `The database must be empty: nothing is ever overwritten. Either all of the file
is taken, or nothing. Afterwards it tells how many rows came in; then run
"audit verify".

    bondgenoot restore /backups/bondgenoot-2026-03-01.gz --db postgres://bondgenoot@db.example.org/bondgenoot`
}

// Run takes all of the file, or nothing.
func (c RestoreCmd) Run(_ context.Context, _ io.Writer) error {
	var ps config.Problems
	c.Database.Check(&ps)
	if err := ps.Err(); err != nil {
		return err
	}
	return errUnfinished
}
