package db

import (
	"bufio"
	"bytes"
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
)

// Restore refuses these.
var (
	// ErrNotEmpty refuses to restore over data.
	ErrNotEmpty = errors.New("the database already holds data; restore into an empty one")
	// ErrDamaged refuses a backup that is not as it was written.
	ErrDamaged = errors.New("the backup is damaged: it is not as it was written")
	// ErrOlder refuses a file of what lies apart that is older than the data.
	ErrOlder = errors.New("what lies apart is older than the data")
	// ErrAnothers refuses a backup with another mark.
	ErrAnothers = errors.New("the backup is another's")
)

// Source is where a backup comes from.
type Source struct {
	Data   io.Reader
	Apart  io.Reader // the newest file of what lies apart; nil when no module has such tables
	Marks  []string  // of whom the backup may be; none: of whom nobody said anything
	Anyway bool      // although Apart is older than Data
}

func (from Source) ours(mark string) bool {
	return slices.Contains(from.Marks, mark) || mark == "" && len(from.Marks) == 0
}

// Restore reads a backup into an empty database. The tables are first made as
// they were when the backup was taken, filled, and then migrated onward. All
// rows arrive or none; when none does, empty tables may be left.
//
// Of what lies apart only the rows arrive that the data knows and that the file
// still holds; gone counts those that it holds no longer. A file that is older
// than the data is [ErrOlder], for it lacks what came between the two.
func (d *DB) Restore(ctx context.Context, from Source, modules ...Migrations) (gone int64, err error) {
	in, head, err := openBackup(from.Data, backupFormat)
	if err != nil {
		return 0, err
	}
	if !from.ours(head.Mark) {
		return 0, ErrAnothers
	}
	apart, err := from.openApart(head, modules)
	if err != nil {
		return 0, err
	}
	if err := d.prepare(ctx, head, modules); err != nil {
		return 0, err
	}
	begun := false
	err = d.Write(ctx, func(q Querier) error {
		if begun {
			return errors.New("somebody else works in this database; restore into one that nobody uses")
		}
		begun = true
		tables, err := d.emptyTables(ctx, q)
		if err != nil {
			return err
		}
		bind, err := d.unbind(ctx, q)
		if err != nil {
			return err
		}
		aside := awaiting(modules)
		if err := in.rows(ctx, q, tables, aside.gather); err != nil {
			return err
		}
		if apart != nil {
			if err := apart.rows(ctx, q, tables, aside.match); err != nil {
				return fmt.Errorf("what lies apart: %w", err)
			}
		}
		gone = aside.left()
		return bind()
	})
	if err != nil {
		return 0, err
	}
	return gone, d.Migrate(ctx, modules...)
}

// prepare makes the empty tables that the backup was taken from.
func (d *DB) prepare(ctx context.Context, head backupHeader, modules []Migrations) error {
	for name := range head.Versions {
		if !slices.ContainsFunc(modules, func(m Migrations) bool { return m.Module == name }) {
			return fmt.Errorf("the backup was made by a version that has a part %q", name)
		}
	}
	if err := d.Read(ctx, func(q Querier) error { _, err := d.emptyTables(ctx, q); return err }); err != nil {
		return err
	}
	for _, m := range modules {
		if err := d.migrateTo(ctx, m, head.Versions[m.Module]); err != nil {
			return err
		}
	}
	return nil
}

func (d *DB) migrateTo(ctx context.Context, m Migrations, version int64) error {
	p, err := d.provider(m)
	if err != nil {
		return err
	}
	sources := p.ListSources()
	if version > 0 && (len(sources) == 0 || sources[len(sources)-1].Version < version) {
		return fmt.Errorf("the backup was made by a newer version (%s %d)", m.Module, version)
	}
	now, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if now > version && version > 0 {
		return fmt.Errorf("the tables of this database are newer than the backup (%s %d, not %d); restore into a new database", m.Module, now, version)
	}
	if version == 0 {
		return nil // the module is younger than the backup
	}
	if err := d.up(p, func() error { _, err := p.UpTo(ctx, version); return err }); err != nil {
		return fmt.Errorf("migrate %s to %d: %w", m.Module, version, err)
	}
	return nil
}

// emptyTables lists the tables, or refuses when one of them holds a row.
func (d *DB) emptyTables(ctx context.Context, q Querier) ([]Table, error) {
	tables, err := d.tables(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, table := range tables {
		var held bool
		if err := q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+table.Name+")").Scan(&held); err != nil {
			return nil, err
		}
		if held {
			return nil, ErrNotEmpty
		}
	}
	return tables, nil
}

// unbind lets rows arrive before the rows they refer to, for the length of the
// transaction; bind then holds them against each other.
func (d *DB) unbind(ctx context.Context, q Querier) (bind func() error, err error) {
	if d.Engine == SQLite { // which looks at the commit and then binds by itself
		_, err := q.ExecContext(ctx, `PRAGMA defer_foreign_keys = ON`)
		return func() error { return nil }, err
	}
	keys, err := lines(ctx, q, `SELECT t.relname, f.conname FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid
		WHERE f.contype = 'f' AND NOT f.condeferrable AND t.relnamespace = current_schema()::regnamespace`)
	if err != nil {
		return nil, err
	}
	alter := func(how string) error {
		for _, k := range keys {
			if _, err := q.ExecContext(ctx, `ALTER TABLE `+k[0]+` ALTER CONSTRAINT `+k[1]+` `+how); err != nil {
				return err
			}
		}
		return nil
	}
	return func() error {
		if _, err := q.ExecContext(ctx, `SET CONSTRAINTS ALL IMMEDIATE`); err != nil {
			return err
		}
		return alter(`NOT DEFERRABLE`)
	}, alter(`DEFERRABLE INITIALLY DEFERRED`)
}

// backupReader reads the lines of a backup and keeps their sum.
type backupReader struct {
	from *bufio.Reader
	sum  hash.Hash
	done int64 // rows that were read
}

func openBackup(r io.Reader, format string) (*backupReader, backupHeader, error) {
	var head backupHeader
	zipped, err := gzip.NewReader(r)
	if err != nil {
		return nil, head, errors.New("this is not a backup of Bondgenoot")
	}
	in := &backupReader{from: bufio.NewReaderSize(zipped, 1<<16), sum: sha256.New()}
	line, err := in.from.ReadBytes('\n')
	if err != nil || json.Unmarshal(line, &head) != nil || head.Format != format {
		return nil, head, fmt.Errorf("this is not a backup of Bondgenoot, or one of an older or newer version%s", mistaken(head.Format))
	}
	in.sum.Write(line)
	return in, head, nil
}

// mistaken says which of the two files it is, when it is the other one.
func mistaken(format string) string {
	switch format {
	case backupFormat:
		return ": it holds the data, not what lies apart"
	case apartFormat:
		return ": it holds what lies apart, not the data"
	}
	return ""
}

// A sieve is told of each table of a file in turn, and gives what decides of
// each row whether it is written; nil: every row is.
type sieve func(t backupTable) (take func(line []byte) bool, err error)

// rows writes the rows of the file that the sieve lets through.
func (in *backupReader) rows(ctx context.Context, q Querier, known []Table, through sieve) error {
	var into batch
	var take func(line []byte) bool
	for {
		line, err := in.from.ReadBytes('\n')
		if err != nil {
			return fmt.Errorf("%w (it ends after %d rows: %v)", ErrDamaged, in.done, err)
		}
		if line[0] == '[' {
			cells, err := restoredCells(line)
			if err != nil || len(cells) != len(into.columns) {
				return fmt.Errorf("%w (row %d cannot be read)", ErrDamaged, in.done+1)
			}
			in.sum.Write(line)
			in.done++
			if take != nil && !take(line) {
				continue
			}
			if err := into.add(ctx, q, cells); err != nil {
				return fmt.Errorf("row %d of the backup, or one shortly before it: %w", in.done, err)
			}
			continue
		}
		var mark struct {
			backupTable
			backupEnd
		}
		if err := json.Unmarshal(line, &mark); err != nil {
			return fmt.Errorf("%w (after row %d)", ErrDamaged, in.done)
		}
		if err := into.flush(ctx, q); err != nil {
			return fmt.Errorf("row %d of the backup, or one shortly before it: %w", in.done, err)
		}
		if mark.Table == "" {
			return in.end(mark.backupEnd)
		}
		in.sum.Write(line)
		if into, err = batchFor(mark.backupTable, known); err != nil {
			return err
		}
		if take, err = through(mark.backupTable); err != nil {
			return err
		}
	}
}

// end holds what was read against what was written: the rows, the sum, and
// the sum that gzip keeps, which is looked at only when nothing follows.
func (in *backupReader) end(said backupEnd) error {
	if said.Rows != in.done || said.SHA256 != hex.EncodeToString(in.sum.Sum(nil)) {
		return fmt.Errorf("%w (it says %d rows and holds %d, or one was changed)", ErrDamaged, said.Rows, in.done)
	}
	if rest, err := io.ReadAll(io.LimitReader(in.from, 1)); err != nil || len(rest) > 0 {
		return fmt.Errorf("%w (at its end)", ErrDamaged)
	}
	return nil
}

// batch gathers rows of one table, so that many travel at once.
type batch struct {
	table   string
	columns []string
	cells   []any
}

// batchCells is how many cells travel at once; both engines take more.
const batchCells = 2000

func batchFor(t backupTable, known []Table) (batch, error) {
	at := slices.IndexFunc(known, func(k Table) bool { return k.Name == t.Table })
	if at < 0 {
		return batch{}, fmt.Errorf("the backup holds a table %q that this version does not know", t.Table)
	}
	for _, c := range t.Columns {
		if !slices.ContainsFunc(known[at].Columns, func(k Column) bool { return k.Name == c && !k.Generated }) {
			return batch{}, fmt.Errorf("the backup holds a column %q of %s that this version does not know", c, t.Table)
		}
	}
	return batch{table: t.Table, columns: t.Columns}, nil
}

func (b *batch) add(ctx context.Context, q Querier, cells []any) error {
	b.cells = append(b.cells, cells...)
	if len(b.cells) < batchCells {
		return nil
	}
	return b.flush(ctx, q)
}

func (b *batch) flush(ctx context.Context, q Querier) error {
	if len(b.cells) == 0 {
		return nil
	}
	var insert strings.Builder
	insert.WriteString("INSERT INTO " + b.table + " (" + strings.Join(b.columns, ", ") + ") VALUES ")
	for i := 0; i < len(b.cells); i += len(b.columns) {
		if i > 0 {
			insert.WriteString(", ")
		}
		insert.WriteString("(" + Marks(i+1, len(b.columns)) + ")")
	}
	_, err := q.ExecContext(ctx, insert.String(), b.cells...)
	b.cells = b.cells[:0]
	return err
}

func restoredCells(line []byte) ([]any, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil {
		return nil, err
	}
	cells := make([]any, len(raw))
	for i, c := range raw {
		if c[0] != '{' {
			d := json.NewDecoder(bytes.NewReader(c))
			d.UseNumber()
			if err := d.Decode(&cells[i]); err != nil {
				return nil, err
			}
			if number, ok := cells[i].(json.Number); ok {
				if cells[i] = restoredNumber(number); cells[i] == nil {
					return nil, fmt.Errorf("the number %s", number)
				}
			}
			continue
		}
		var held backupCell
		if err := json.Unmarshal(c, &held); err != nil {
			return nil, err
		}
		switch {
		case held.Bytes != nil:
			b, err := base64.StdEncoding.DecodeString(*held.Bytes)
			if err != nil {
				return nil, err
			}
			cells[i] = b
		case held.Text != nil:
			b, err := base64.StdEncoding.DecodeString(*held.Text)
			if err != nil {
				return nil, err
			}
			cells[i] = string(b)
		default:
			return nil, errors.New("a cell of an unknown kind")
		}
	}
	return cells, nil
}

// restoredNumber is a whole number where it can be, else a fraction.
func restoredNumber(n json.Number) any {
	if whole, err := n.Int64(); err == nil {
		return whole
	}
	if fraction, err := n.Float64(); err == nil {
		return fraction
	}
	return nil
}
