package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

var (
	errRead  = errors.New("db: the log is still being read")
	errSeen  = errors.New("db: somebody still works with what was there before; what was deleted is overwritten later")
	errOwner = errors.New("db: what was deleted cannot be overwritten: the database's user does not own the table. Run as its owner: VACUUM (FULL)")
)

// overwriteWait is for how long others are waited for on PostgreSQL: whoever
// comes after waits behind, so it is short, and tried again later.
const overwriteWait = 2 * time.Second

// Overwrite takes out of the database's own files what was deleted from tables.
//
// On SQLite what is deleted is overwritten as it goes, in every table; but the
// log keeps pages as they were until it begins anew: it is written back and cut
// to nothing, which waits for who still reads it, and fails when they read for
// too long. On PostgreSQL a deleted row stays in the file of its table, even
// after it was vacuumed, until something else takes its place: the tables are
// written anew, without it. That locks each for as long as it takes to copy it,
// so give it small ones; it fails when others hold them for longer than some
// seconds, and when the database's user does not own them. What PostgreSQL's own
// log holds goes in its own time.
func (d *DB) Overwrite(ctx context.Context, tables ...string) error {
	if d.Engine != SQLite {
		return d.rewrite(ctx, tables)
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

// rewrite writes tables of PostgreSQL anew, on a connection of its own: it cannot
// be done within a transaction.
func (d *DB) rewrite(ctx context.Context, tables []string) (err error) {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() {
		_, reset := conn.ExecContext(context.WithoutCancel(ctx), "RESET lock_timeout")
		err = errors.Join(err, reset, conn.Close())
	}()
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("SET lock_timeout = %d", overwriteWait.Milliseconds())); err != nil {
		return err
	}
	if err := unseen(ctx, conn); err != nil {
		return err
	}
	for _, table := range tables {
		var owns bool
		err := conn.QueryRowContext(ctx, `SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = to_regclass($1)`, table).Scan(&owns)
		if err != nil {
			return fmt.Errorf("db: table %s: %w", table, err)
		}
		if !owns { // PostgreSQL would warn, and do nothing
			return fmt.Errorf("%w %s", errOwner, table)
		}
		if _, err := conn.ExecContext(ctx, `VACUUM (FULL) `+table); err != nil {
			return err
		}
	}
	return nil
}

// unseen waits until nobody looks at the data as it was before now: what they may
// still see would be copied along.
func unseen(ctx context.Context, conn *sql.Conn) error {
	var now string
	if err := conn.QueryRowContext(ctx, `SELECT pg_current_xact_id()::xid::text`).Scan(&now); err != nil {
		return err
	}
	for began := time.Now(); ; {
		var looking int64
		err := conn.QueryRowContext(ctx, `SELECT count(*) FROM pg_stat_activity a
			WHERE a.pid <> pg_backend_pid() AND a.datname = current_database() AND a.backend_xmin IS NOT NULL AND age(a.backend_xmin) >= age($1::text::xid)`, now).Scan(&looking)
		switch {
		case err != nil || looking == 0:
			return err
		case time.Since(began) > overwriteWait:
			return errSeen
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
