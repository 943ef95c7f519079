package db

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A backup is gzipped JSON, one value a line: a header, then for each table a
// line with its name and columns and a line for each row, and at the end a
// line that counts the rows. It is read in one transaction while everybody
// works on, and it can be restored into either engine.

const backupFormat = "bondgenoot-backup-1"

type backupHeader struct {
	Format   string           `json:"format"`
	Versions map[string]int64 `json:"versions"` // of each module's migrations
}

type backupTable struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

type backupEnd struct {
	Rows int64 `json:"rows"`
}

// ErrNotEmpty refuses to restore over data.
var ErrNotEmpty = errors.New("the database already holds data; restore into an empty one")

// Backup writes everything to w, as it was at one moment. Sealed data stays
// sealed: the key file is not in it.
func (d *DB) Backup(ctx context.Context, w io.Writer, modules ...Migrations) error {
	zipped := gzip.NewWriter(w)
	out := json.NewEncoder(zipped)
	versions, err := d.versions(ctx, modules)
	if err != nil {
		return err
	}
	if err := out.Encode(backupHeader{backupFormat, versions}); err != nil {
		return err
	}
	var total int64
	err = d.Read(ctx, func(q Querier) error {
		tables, err := d.tables(ctx, q)
		if err != nil {
			return err
		}
		total = 0
		for _, table := range tables {
			n, err := backupRows(ctx, q, table, out)
			if err != nil {
				return fmt.Errorf("back up %s: %w", table, err)
			}
			total += n
		}
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(out.Encode(backupEnd{total}), zipped.Close())
}

func backupRows(ctx context.Context, q Querier, table string, out *json.Encoder) (n int64, err error) {
	rows, err := q.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	if err := out.Encode(backupTable{table, columns}); err != nil {
		return 0, err
	}
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		for i, c := range cells {
			if b, ok := c.([]byte); ok {
				cells[i] = map[string]string{"b": base64.StdEncoding.EncodeToString(b)}
			}
		}
		if err := out.Encode(cells); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

// Restore reads a backup into an empty database. The tables are first made as
// they were when the backup was taken, filled, and then migrated onward; all
// rows arrive or none.
func (d *DB) Restore(ctx context.Context, r io.Reader, modules ...Migrations) error {
	zipped, err := gzip.NewReader(r)
	if err != nil {
		return fmt.Errorf("this is not a backup of Bondgenoot: %w", err)
	}
	in := json.NewDecoder(bufio.NewReaderSize(zipped, 1<<16))
	in.UseNumber()
	var head backupHeader
	if err := in.Decode(&head); err != nil || head.Format != backupFormat {
		return errors.New("this is not a backup of Bondgenoot, or one of a newer version")
	}
	for _, m := range modules {
		if err := d.migrateTo(ctx, m, head.Versions[m.Module]); err != nil {
			return err
		}
	}
	err = d.Write(ctx, func(q Querier) error {
		tables, err := d.tables(ctx, q)
		if err != nil {
			return err
		}
		for _, table := range tables {
			var n int64
			if err := q.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n); err != nil {
				return err
			}
			if n > 0 {
				return ErrNotEmpty
			}
		}
		return restoreRows(ctx, q, in, tables)
	})
	if err != nil {
		return err
	}
	return d.Migrate(ctx, modules...)
}

func restoreRows(ctx context.Context, q Querier, in *json.Decoder, known []string) error {
	var insert string
	var total int64
	for {
		var line json.RawMessage
		if err := in.Decode(&line); err != nil {
			return fmt.Errorf("the backup ends too early, after %d rows: %w", total, err)
		}
		if line[0] == '[' {
			cells, err := restoredCells(line)
			if err != nil {
				return err
			}
			if _, err := q.ExecContext(ctx, insert, cells...); err != nil {
				return fmt.Errorf("row %d: %w", total+1, err)
			}
			total++
			continue
		}
		var mark struct {
			backupTable
			Rows *int64 `json:"rows"`
		}
		if err := json.Unmarshal(line, &mark); err != nil {
			return err
		}
		if mark.Rows != nil {
			if *mark.Rows != total {
				return fmt.Errorf("the backup says %d rows and holds %d", *mark.Rows, total)
			}
			return nil
		}
		if !slices.Contains(known, mark.Table) {
			return fmt.Errorf("the backup holds a table %q that this version does not know", mark.Table)
		}
		for _, c := range mark.Columns {
			if strings.Trim(c, "abcdefghijklmnopqrstuvwxyz_0123456789") != "" {
				return fmt.Errorf("the backup names a column %q", c)
			}
		}
		insert = "INSERT INTO " + mark.Table + " (" + strings.Join(mark.Columns, ", ") + ") VALUES (" + Marks(1, len(mark.Columns)) + ")"
	}
}

func restoredCells(line json.RawMessage) ([]any, error) {
	var raw []any
	d := json.NewDecoder(strings.NewReader(string(line)))
	d.UseNumber()
	if err := d.Decode(&raw); err != nil {
		return nil, err
	}
	for i, c := range raw {
		switch c := c.(type) {
		case json.Number:
			if n, err := c.Int64(); err == nil {
				raw[i] = n
			} else if f, err := c.Float64(); err == nil {
				raw[i] = f
			}
		case map[string]any:
			text, _ := c["b"].(string)
			b, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return nil, err
			}
			raw[i] = b
		}
	}
	return raw, nil
}

func (d *DB) versions(ctx context.Context, modules []Migrations) (map[string]int64, error) {
	versions := map[string]int64{}
	for _, m := range modules {
		p, err := d.provider(m)
		if err != nil {
			return nil, err
		}
		if versions[m.Module], err = p.GetDBVersion(ctx); err != nil {
			return nil, err
		}
	}
	return versions, nil
}

func (d *DB) migrateTo(ctx context.Context, m Migrations, version int64) error {
	p, err := d.provider(m)
	if err != nil {
		return err
	}
	if version == 0 {
		return nil // the module is younger than the backup
	}
	sources := p.ListSources()
	if len(sources) == 0 || sources[len(sources)-1].Version < version {
		return fmt.Errorf("the backup was made by a newer version (%s %d)", m.Module, version)
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return fmt.Errorf("migrate %s to %d: %w", m.Module, version, err)
	}
	return nil
}

// tables lists the tables of the house in the order in which they were made,
// so that a row comes after the row it refers to.
func (d *DB) tables(ctx context.Context, q Querier) ([]string, error) {
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid`
	if d.Engine == PostgreSQL {
		query = `SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.oid`
	}
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		if !strings.HasPrefix(name, versionTable) {
			tables = append(tables, name)
		}
	}
	return tables, rows.Err()
}
