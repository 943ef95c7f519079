package db

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A backup is gzipped JSON, one value a line: a header, then for each table a
// line with its name and columns and a line for each row, and at the end a
// line with the count of the rows and the SHA-256 of all lines before it. It
// is read in one transaction while everybody works on, and it can be restored
// into either engine.
//
// A module may set tables apart ([Migrations].Apart): of those the backup holds
// only the keys of the rows, and a second file of the same form holds the rows
// themselves. Of that file only the newest is kept. A row that is deleted is
// therefore gone from every backup once the next one is made, however many
// copies of the data there are: that is how a destroyed key stays destroyed.

const (
	backupFormat = "bondgenoot-backup-2"
	apartFormat  = "bondgenoot-apart-1"
)

type backupHeader struct {
	Format   string           `json:"format"`
	At       kernel.Instant   `json:"at"`       // the moment of the data
	Mark     string           `json:"mark"`     // of whom the data is, in the caller's words
	Versions map[string]int64 `json:"versions"` // of each module's migrations
}

type backupTable struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
	Apart   bool     `json:"apart,omitempty"` // these are the columns of the key; the rows lie apart
}

type backupEnd struct {
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// backupCell is a cell that JSON has no form for: bytes, or text that is not
// UTF-8 (which SQLite does not refuse).
type backupCell struct {
	Bytes *string `json:"b,omitempty"`
	Text  *string `json:"t,omitempty"`
}

// Target is where a backup goes.
type Target struct {
	Data  io.Writer
	Apart io.Writer // for what lies apart; nil when no module has such tables
	Mark  string    // of whom it is; [DB.Restore] refuses another's
}

// ErrNothing says that a database has none of the tables: it is another one
// than was meant.
var ErrNothing = errors.New("this database holds nothing of Bondgenoot")

// Holds is [ErrNothing] unless one of these modules was set up in the database once.
func (d *DB) Holds(ctx context.Context, modules ...Migrations) error {
	versions, err := d.versions(ctx, modules)
	if err != nil {
		return err
	}
	return something(versions)
}

func something(versions map[string]int64) error {
	for _, v := range versions {
		if v > 0 {
			return nil
		}
	}
	return ErrNothing
}

// Backup writes everything as it was at one moment, and says which. Sealed data
// stays sealed: the key file is not in it. A database with nothing in it is
// [ErrNothing]: its backup would take the place of another's.
func (d *DB) Backup(ctx context.Context, to Target, modules ...Migrations) (at kernel.Instant, err error) {
	aside := apartTables(modules)
	if len(aside) > 0 && to.Apart == nil {
		return "", fmt.Errorf("back up: the tables %s go into a file of their own, and none was named", strings.Join(aside, ", "))
	}
	versions, err := d.versions(ctx, modules)
	if err != nil {
		return "", err
	}
	if err := something(versions); err != nil {
		return "", err
	}
	at = kernel.InstantOf(time.Now())
	data, err := beginBackup(to.Data, backupHeader{backupFormat, at, to.Mark, versions})
	if err != nil {
		return "", err
	}
	var apart *backupWriter
	if len(aside) > 0 {
		if apart, err = beginBackup(to.Apart, backupHeader{apartFormat, at, to.Mark, versions}); err != nil {
			return "", err
		}
	}
	err = d.Read(ctx, func(q Querier) error {
		tables, err := d.tables(ctx, q)
		if err != nil {
			return err
		}
		for _, t := range tables {
			if slices.Contains(aside, t.Name) {
				err = errors.Join(data.table(ctx, q, t, t.Key, true), apart.table(ctx, q, t, t.written(), false))
			} else {
				err = data.table(ctx, q, t, t.written(), false)
			}
			if err != nil {
				return fmt.Errorf("back up %s: %w", t.Name, err)
			}
		}
		return nil
	})
	if err == nil && apart != nil {
		err = apart.end()
	}
	if err != nil {
		return "", err
	}
	return at, data.end()
}

// apartTables are the tables that go into a file of their own.
func apartTables(modules []Migrations) (tables []string) {
	for _, m := range modules {
		tables = append(tables, m.Apart...)
	}
	return tables
}

// written are the columns that somebody writes.
func (t Table) written() (columns []string) {
	for _, c := range t.Columns {
		if !c.Generated {
			columns = append(columns, c.Name)
		}
	}
	return columns
}

type backupWriter struct {
	*json.Encoder
	zipped *gzip.Writer
	sum    hash.Hash
	rows   int64
}

func beginBackup(w io.Writer, head backupHeader) (*backupWriter, error) {
	out := &backupWriter{zipped: gzip.NewWriter(w), sum: sha256.New()}
	out.Encoder = json.NewEncoder(io.MultiWriter(out.zipped, out.sum))
	out.SetEscapeHTML(false)
	return out, out.Encode(head)
}

func (out *backupWriter) end() error {
	end := backupEnd{out.rows, hex.EncodeToString(out.sum.Sum(nil))}
	return errors.Join(out.Encode(end), out.zipped.Close())
}

// table writes these columns of every row.
func (out *backupWriter) table(ctx context.Context, q Querier, table Table, columns []string, apart bool) error {
	types := make([]string, len(columns))
	for i, name := range columns {
		types[i] = table.Columns[slices.IndexFunc(table.Columns, func(c Column) bool { return c.Name == name })].Type
	}
	rows, err := q.QueryContext(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+table.Name)
	if err != nil {
		return err
	}
	defer rows.Close()
	if err := out.Encode(backupTable{table.Name, columns, apart}); err != nil {
		return err
	}
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, c := range cells {
			cells[i] = backupForm(c, types[i])
		}
		if err := out.Encode(cells); err != nil {
			return err
		}
		out.rows++
	}
	return rows.Err()
}

// backupForm is a cell as JSON carries it. The type of its column decides:
// SQLite keeps a bool as a number, and may keep text in a column of bytes.
func backupForm(cell any, columnType string) any {
	switch c := cell.(type) {
	case int64:
		if columnType == "boolean" {
			return c != 0
		}
	case []byte:
		if columnType == "text" {
			return backupForm(string(c), columnType)
		}
		text := base64.StdEncoding.EncodeToString(c)
		return backupCell{Bytes: &text}
	case string:
		if columnType == "bytea" {
			return backupForm([]byte(c), columnType)
		}
		if !utf8.ValidString(c) {
			text := base64.StdEncoding.EncodeToString([]byte(c))
			return backupCell{Text: &text}
		}
	}
	return cell
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
