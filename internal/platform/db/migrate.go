package db

import (
	"context"
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
}

// Migrate brings the tables of every module, in the order given, to their
// newest form.
func (d *DB) Migrate(ctx context.Context, modules ...Migrations) error {
	for _, m := range modules {
		p, err := d.provider(m)
		if err != nil {
			return fmt.Errorf("migrations of %s: %w", m.Module, err)
		}
		if _, err := p.Up(ctx); err != nil {
			return fmt.Errorf("migrate %s: %w", m.Module, err)
		}
	}
	return nil
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
	return goose.NewProvider(dialect, d.write, m.Files,
		goose.WithTableName(versionTable+m.Module),
		goose.WithExcludeNames(excluded),
		goose.WithDisableGlobalRegistry(true))
}

// versionTable begins the name of each table in which a module's migrations
// are counted.
const versionTable = "migrated_"
