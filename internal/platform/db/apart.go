package db

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// openApart opens the file of what lies apart, if any module has such tables.
func (from Source) openApart(data backupHeader, modules []Migrations) (*backupReader, error) {
	if len(apartTables(modules)) == 0 {
		return nil, nil
	}
	if from.Apart == nil {
		return nil, errors.New("restore: the file of what lies apart is missing")
	}
	in, head, err := openBackup(from.Apart, apartFormat)
	switch {
	case err != nil:
		return nil, fmt.Errorf("what lies apart: %w", err)
	case !from.ours(head.Mark):
		return nil, fmt.Errorf("what lies apart: %w", ErrAnothers)
	case head.At.Before(data.At) && !from.Anyway:
		return nil, fmt.Errorf("%w: it was written at %s, the data at %s", ErrOlder, head.At, data.At)
	}
	return in, nil
}

// Apart says what a file is in which a backup put what lies apart: when it was
// written, and whose it is. Any other file is an error. It is not read to the
// end.
func Apart(r io.Reader) (at kernel.Instant, mark string, err error) {
	_, head, err := openBackup(r, apartFormat)
	return head.At, head.Mark, err
}

// awaited are, for each table apart, the rows that the data knows.
type awaited map[string]*awaitedRows

type awaitedRows struct {
	columns []string
	keys    map[string]bool // each as its line is written
}

func awaiting(modules []Migrations) awaited {
	all := awaited{}
	for _, table := range apartTables(modules) {
		all[table] = &awaitedRows{}
	}
	return all
}

// gather is the sieve of the data: of a table apart it keeps the keys and
// writes nothing.
func (all awaited) gather(t backupTable) (take func(line []byte) bool, err error) {
	rows := all[t.Table]
	if (rows != nil) != t.Apart {
		return nil, fmt.Errorf("the backup was made by a version that keeps %s elsewhere", t.Table)
	}
	if rows == nil {
		return nil, nil
	}
	rows.columns, rows.keys = t.Columns, map[string]bool{}
	return func(line []byte) bool {
		rows.keys[string(bytes.TrimSpace(line))] = true
		return false
	}, nil
}

// match is the sieve of what lies apart: it lets each row through that the data
// knows, once. What came later, and what the data never knew, stays behind.
func (all awaited) match(t backupTable) (take func(line []byte) bool, err error) {
	rows := all[t.Table]
	if rows == nil || t.Apart {
		return nil, fmt.Errorf("it was written by a version that keeps %s elsewhere", t.Table)
	}
	at := make([]int, len(rows.columns))
	for i, column := range rows.columns {
		if at[i] = slices.Index(t.Columns, column); at[i] < 0 {
			return nil, fmt.Errorf("it has no %s for %s", column, t.Table)
		}
	}
	return func(line []byte) bool {
		key := keyLine(line, at)
		known := rows.keys[key]
		delete(rows.keys, key)
		return known
	}, nil
}

// left counts the rows that the data knows and that nobody brought.
func (all awaited) left() (n int64) {
	for _, rows := range all {
		n += int64(len(rows.keys))
	}
	return n
}

// keyLine is the key of a row as the data writes it. The line has been read
// before: it has as many cells as its table has columns.
func keyLine(line []byte, at []int) string {
	var cells []json.RawMessage
	if json.Unmarshal(line, &cells) != nil {
		return ""
	}
	key := make([][]byte, len(at))
	for i, n := range at {
		key[i] = cells[n]
	}
	return "[" + string(bytes.Join(key, []byte(","))) + "]"
}
