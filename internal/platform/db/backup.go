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
	"strings"
	"unicode/utf8"
)

// A backup is gzipped JSON, one value a line: a header, then for each table a
// line with its name and columns and a line for each row, and at the end a
// line with the count of the rows and the SHA-256 of all lines before it. It
// is read in one transaction while everybody works on, and it can be restored
// into either engine.

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
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// backupCell is a cell that JSON has no form for: bytes, or text that is not
// UTF-8 (which SQLite does not refuse).
type backupCell struct {
	Bytes *string `json:"b,omitempty"`
	Text  *string `json:"t,omitempty"`
}

// Backup writes everything to w, as it was at one moment. Sealed data stays
// sealed: the key file is not in it.
func (d *DB) Backup(ctx context.Context, w io.Writer, modules ...Migrations) error {
	versions, err := d.versions(ctx, modules)
	if err != nil {
		return err
	}
	zipped := gzip.NewWriter(w)
	out := &backupWriter{sum: sha256.New()}
	out.Encoder = json.NewEncoder(io.MultiWriter(zipped, out.sum))
	out.SetEscapeHTML(false)
	if err := out.Encode(backupHeader{backupFormat, versions}); err != nil {
		return err
	}
	err = d.Read(ctx, func(q Querier) error {
		tables, err := d.tables(ctx, q)
		if err != nil {
			return err
		}
		for _, table := range tables {
			if err := out.table(ctx, q, table); err != nil {
				return fmt.Errorf("back up %s: %w", table.Name, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	end := backupEnd{out.rows, hex.EncodeToString(out.sum.Sum(nil))}
	return errors.Join(out.Encode(end), zipped.Close())
}

type backupWriter struct {
	*json.Encoder
	sum  hash.Hash
	rows int64
}

func (out *backupWriter) table(ctx context.Context, q Querier, table Table) error {
	var columns, types []string
	for _, c := range table.Columns {
		if !c.Generated {
			columns, types = append(columns, c.Name), append(types, c.Type)
		}
	}
	rows, err := q.QueryContext(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+table.Name)
	if err != nil {
		return err
	}
	defer rows.Close()
	if err := out.Encode(backupTable{table.Name, columns}); err != nil {
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
