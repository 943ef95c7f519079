package db

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
)

// Migrations are the tables of one module: numbered .sql files, forward only.
// One file serves both engines; where one step cannot be shared there are two,
// NNNN_name.sqlite.sql and NNNN_name.postgres.sql.
type Migrations struct {
	Module string
	Files  fs.FS
	Apart  []string // the tables whose rows no backup holds beside the others: see [DB.Backup]
}

// Migrate brings the tables of every module, in the order given, to their
// newest form. Two that start at once do not harm each other.
func (d *DB) Migrate(ctx context.Context, modules ...Migrations) error {
	for _, m := range modules {
		p, err := d.provider(m)
		if err != nil {
			return fmt.Errorf("migrations of %s: %w", m.Module, err)
		}
		if err := d.up(p, func() error { _, err := p.Up(ctx); return err }); err != nil {
			return fmt.Errorf("migrate %s: %w", m.Module, err)
		}
	}
	return nil
}

// up runs a migration. On SQLite, where nothing locks beyond one step, a
// second program may have made the step since the list of steps was read: a
// second look then finds it done.
func (d *DB) up(p *goose.Provider, run func() error) error {
	err := run()
	for range len(p.ListSources()) {
		if err == nil || d.Engine != SQLite {
			return err
		}
		err = run()
	}
	return err
}

func (d *DB) provider(m Migrations) (*goose.Provider, error) {
	dialect, others := goose.DialectSQLite3, ".postgres.sql"
	if d.Engine == PostgreSQL {
		dialect, others = goose.DialectPostgres, ".sqlite.sql"
	}
	names, err := fs.Glob(m.Files, "*.sql")
	if err != nil {
		return nil, err
	}
	var excluded []string
	for _, name := range names {
		if strings.HasSuffix(name, others) {
			excluded = append(excluded, name)
		}
	}
	options := []goose.ProviderOption{
		goose.WithTableName(versionTable + m.Module),
		goose.WithExcludeNames(excluded),
		goose.WithDisableGlobalRegistry(true),
	}
	if d.Engine == PostgreSQL {
		options = append(options, goose.WithSessionLocker(turn(m.Module)))
	}
	return goose.NewProvider(dialect, d.write, m.Files, options...)
}

// versionTable begins the name of each table in which a module's migrations
// are counted.
const versionTable = "migrated_"

// turn lets one program at a time migrate a module in one schema.
type turn string

// SessionLock waits for the turn.
func (t turn) SessionLock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock(hashtextextended(current_schema() || $1, 0))`, "/"+string(t))
	return err
}

// SessionUnlock gives it up.
func (t turn) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, `SELECT pg_advisory_unlock(hashtextextended(current_schema() || $1, 0))`, "/"+string(t))
	return err
}
