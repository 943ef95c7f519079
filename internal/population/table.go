package population

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/bondgenoot/bondgenoot/rules"
)

// Format is how tables lie in files.
type Format string

// The formats.
const (
	Parquet Format = "parquet"
	CSV     Format = "csv"
)

// Field is a column of a table in a file.
type Field struct {
	Name string
	Type string // as a fact's: rules.TypeBool …; what is no yes-or-no, number or day is a text
	Must bool   // every row has it
}

// Table is a table on its way into a file. Sections of it are written by
// anybody and kept in the order in which they are committed. Its file has
// another name until it is whole.
type Table struct {
	path   string
	fields []Field
	format Format
	file   *os.File
	out    *bufio.Writer
	rows   *parquet.Writer
}

// unfinished ends the name of a file that is not whole yet.
const unfinished = ".part"

// CreateTable begins a file; one of that name that is there is replaced when
// the new one is whole.
func CreateTable(path string, format Format, fields []Field) (*Table, error) {
	f, err := os.Create(path + unfinished)
	if err != nil {
		return nil, err
	}
	t := &Table{path: path, fields: fields, format: format, file: f, out: bufio.NewWriterSize(f, 1<<20)}
	if format == CSV {
		for i, x := range fields {
			if i > 0 {
				t.out.WriteByte(',')
			}
			t.out.WriteString(x.Name)
		}
		t.out.WriteByte('\n')
		return t, nil
	}
	t.rows = parquet.NewWriter(t.out, schemaOf(fields), parquet.CreatedBy("bondgenoot", "", ""), parquet.MaxRowsPerRowGroup(1<<40))
	return t, nil
}

// schemaOf keeps the columns in the order in which they are given.
func schemaOf(fields []Field) *parquet.Schema {
	var parts []reflect.StructField
	for i, x := range fields {
		kind, tag := reflect.TypeFor[string](), ",dict"
		switch x.Type {
		case rules.TypeBool:
			kind, tag = reflect.TypeFor[bool](), ""
		case rules.TypeInt:
			kind, tag = reflect.TypeFor[int64](), ""
		case rules.TypeMoney:
			kind, tag = reflect.TypeFor[int64](), ",decimal(2:18)"
		case rules.TypeDate:
			kind, tag = reflect.TypeFor[int32](), ",date"
		}
		if !x.Must {
			tag += ",optional"
		}
		parts = append(parts, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: kind,
			Tag: reflect.StructTag(`parquet:"` + x.Name + tag + `,snappy"`)})
	}
	return parquet.SchemaOf(reflect.New(reflect.StructOf(parts)).Interface())
}

// Section is a part of a table that is being written.
type Section struct {
	fields []Field
	group  *parquet.ConcurrentRowGroupWriter
	text   []byte
	values []parquet.Value
	some   bool
}

// Begin starts a section.
func (t *Table) Begin() *Section {
	s := &Section{fields: t.fields}
	if t.rows != nil {
		s.group = t.rows.BeginRowGroup()
	}
	return s
}

// Write adds rows: a column for each field, nil where nothing is known.
func (s *Section) Write(columns []*rules.Column, rows int) error {
	s.some = s.some || rows > 0
	if s.group == nil {
		for row := range rows {
			for i, c := range columns {
				if i > 0 {
					s.text = append(s.text, ',')
				}
				if c != nil && c.Has(row) {
					s.text = appendCell(s.text, s.fields[i].Type, c, row)
				}
			}
			s.text = append(s.text, '\n')
		}
		return nil
	}
	writers := s.group.ColumnWriters()
	for i, c := range columns {
		s.values = values(s.values[:0], s.fields[i], c, rows)
		if _, err := writers[i].WriteRowValues(s.values); err != nil {
			return err
		}
	}
	return nil
}

// values are a column as Parquet takes it.
func values(out []parquet.Value, x Field, c *rules.Column, rows int) []parquet.Value {
	null, level := parquet.NullValue().Level(0, 0, 0), 1
	if x.Must {
		level = 0
	}
	var words []parquet.Value
	if c != nil && c.Codes != nil {
		for _, w := range c.Words {
			words = append(words, parquet.ByteArrayValue([]byte(w)).Level(0, level, 0))
		}
	}
	for row := range rows {
		switch {
		case c == nil || !c.Has(row):
			out = append(out, null)
		case x.Type == rules.TypeBool:
			out = append(out, parquet.BooleanValue(c.Bools.Get(row)).Level(0, level, 0))
		case x.Type == rules.TypeDate:
			out = append(out, parquet.Int32Value(int32(c.Dates[row])).Level(0, level, 0))
		case x.Type == rules.TypeInt || x.Type == rules.TypeMoney:
			out = append(out, parquet.Int64Value(c.Ints[row]).Level(0, level, 0))
		default:
			out = append(out, words[c.Codes[row]])
		}
	}
	return out
}

// Commit puts a section into the file, after those that were committed before.
func (t *Table) Commit(s *Section) (err error) {
	switch {
	case !s.some:
	case s.group != nil:
		_, err = s.group.Commit()
	default:
		_, err = t.out.Write(s.text)
	}
	return err
}

// Close gives a file that is whole its name.
func (t *Table) Close() error {
	var err error
	if t.rows != nil {
		err = t.rows.Close()
	}
	err = errors.Join(err, t.out.Flush(), t.file.Close())
	t.file = nil
	if err != nil {
		return errors.Join(err, os.Remove(t.path+unfinished))
	}
	return os.Rename(t.path+unfinished, t.path)
}

// Abandon leaves no file. After Close it does nothing.
func (t *Table) Abandon() error {
	if t.file == nil {
		return nil
	}
	err := errors.Join(t.file.Close(), os.Remove(t.path+unfinished))
	t.file = nil
	return err
}

// appendCell writes a value as CSV has it: days as 2026-03-01, amounts as
// 1234.56.
func appendCell(b []byte, kind string, c *rules.Column, row int) []byte {
	switch kind {
	case rules.TypeBool:
		if c.Bools.Get(row) {
			return append(b, "true"...)
		}
		return append(b, "false"...)
	case rules.TypeDate:
		return append(b, c.Dates[row].String()...)
	case rules.TypeInt:
		return fmt.Append(b, c.Ints[row])
	case rules.TypeMoney:
		n := c.Ints[row]
		if n < 0 {
			b, n = append(b, '-'), -n
		}
		return fmt.Appendf(b, "%d.%02d", n/100, n%100)
	}
	text := c.Words[c.Codes[row]]
	if strings.ContainsAny(text, ",;\"\n\r") {
		text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return append(b, text...)
}
