package db

import (
	"context"
	"errors"
)

var errRead = errors.New("db: the log is still being read")

// Overwrite takes what was deleted out of the database's own log too. On SQLite
// the log keeps pages as they were until it begins anew: it is written back and
// cut to nothing, which waits for who still reads it, and fails when they read
// for too long. PostgreSQL does so by itself, in its own time.
func (d *DB) Overwrite(ctx context.Context) error {
	if d.Engine != SQLite {
		return nil
	}
	var busy, pages, moved int64
	if err := d.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return errRead
	}
	return nil
}
