package hsds

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// Tables are the records of a tabular data package as they stand in its files:
// nothing is nested, and records name each other by their identifiers.
type Tables struct {
	Organizations           []Organization
	Programs                []Program
	Services                []Service
	Attributes              []Attribute
	ServiceAtLocations      []ServiceAtLocation
	Locations               []Location
	Phones                  []Phone
	Contacts                []Contact
	Addresses               []Address
	Schedules               []Schedule
	Funding                 []Funding
	ServiceAreas            []ServiceArea
	RequiredDocuments       []RequiredDocument
	Languages               []Language
	Accessibility           []Accessibility
	TaxonomyTerms           []TaxonomyTerm
	Metadata                []Metadata
	MetaTableDescriptions   []MetaTableDescription
	CostOptions             []CostOption
	OrganizationIdentifiers []OrganizationIdentifier
	Taxonomies              []Taxonomy
	ServiceCapacities       []ServiceCapacity
	Units                   []Unit
	URLs                    []URL
}

// rows is the table of a shape, which can be set.
func (t *Tables) rows(s *shape) reflect.Value {
	v := reflect.ValueOf(t).Elem()
	for i := range v.NumField() {
		if v.Field(i).Type().Elem() == s.typ {
			return v.Field(i)
		}
	}
	panic("hsds: no table of " + s.record) // cannot happen: a test holds that each record has one
}

// ReadTables reads the CSV files of a data package; a zip archive is a file
// system too. A file that is not there is an empty table. What does not hold
// to the specification is an error of type [Problems], which says in which
// line of which table; the tables are read as far as they go. Any other error
// means that nothing could be read.
func ReadTables(fsys fs.FS) (Tables, error) {
	var t Tables
	var found Problems
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return t, fmt.Errorf("hsds: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() || path.Ext(e.Name()) != ".csv" {
			continue
		}
		s := shapeOfFile(e.Name())
		if s == nil {
			found = append(found, Problem{Record: e.Name(), Reason: Unknown, Detail: "a file of the specification, such as services.csv"})
			continue
		}
		f, err := fsys.Open(e.Name())
		if err != nil {
			return t, fmt.Errorf("hsds: %w", err)
		}
		problems, err := readTable(f, s, t.rows(s))
		_ = f.Close() // was only read
		if err != nil {
			return t, fmt.Errorf("hsds: %s: %w", e.Name(), err)
		}
		found = append(found, problems...)
	}
	if len(found) > 0 {
		return t, found
	}
	return t, nil
}

func shapeOfFile(name string) *shape {
	for _, s := range shapes {
		if s.file == name {
			return s
		}
	}
	return nil
}

// readTable reads one CSV file into rows.
func readTable(r io.Reader, s *shape, rows reflect.Value) (Problems, error) {
	in := csv.NewReader(&withoutMark{r: r})
	in.FieldsPerRecord = -1
	in.ReuseRecord = true
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return csvProblem(s, err)
	}
	columns, found := readHeader(s, header)
	ids := map[string]bool{}
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			problems, err := csvProblem(s, err)
			return append(found, problems...), err
		}
		line, _ := in.FieldPos(0)
		row := reflect.New(s.typ).Elem()
		problems := readRow(s, columns, cells, row)
		id := row.Field(s.id).String()
		if ids[id] && id != "" {
			problems = append(problems, Problem{Field: "id", Reason: Twice})
		}
		ids[id] = true
		for _, p := range problems {
			p.Record, p.ID, p.Line = s.record, id, line
			found = append(found, p)
		}
		rows.Set(reflect.Append(rows, row))
	}
}

// csvProblem tells where a file is no CSV any more. The rest of it is not
// read.
func csvProblem(s *shape, err error) (Problems, error) {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return nil, err
	}
	return Problems{{Record: s.record, Line: parse.Line, Reason: Malformed, Detail: "CSV; nothing is read from here on"}}, nil
}

// unread stands for bytes that are no letter.
const unread = "\ufffd"

// column is a column of a file: a field of the table, or a name that the
// specification does not know.
type column struct {
	name  string
	field *field
}

func readHeader(s *shape, header []string) ([]column, Problems) {
	var columns []column
	var found Problems
	tell := func(name string, why Reason) {
		found = append(found, Problem{Record: s.record, Line: 1, Field: name, Reason: why})
	}
	seen := map[string]bool{}
	for _, name := range header {
		name = strings.Clone(strings.TrimSpace(strings.ToValidUTF8(name, unread)))
		c := column{name: name, field: s.byName[name]}
		if c.field != nil && !c.field.flat() {
			c.field = nil
		}
		switch {
		case seen[name]:
			tell(name, Twice)
		case c.field == nil:
			tell(name, Unknown)
		}
		seen[name] = true
		columns = append(columns, c)
	}
	for _, f := range s.fields {
		if f.flat() && (f.required || f.inTable) && !seen[f.name] {
			tell(f.name, Missing)
		}
	}
	return columns, found
}

func readRow(s *shape, columns []column, cells []string, row reflect.Value) (found Problems) {
	if len(cells) != len(columns) {
		found = append(found, Problem{Reason: Malformed, Detail: "as many values as there are columns"})
	}
	filled := make([]bool, len(s.fields))
	for i, c := range columns[:min(len(columns), len(cells))] {
		value := strings.Clone(cells[i])
		if !utf8.ValidString(value) { // another way of writing letters: what cannot be read says so
			value = strings.ToValidUTF8(value, unread)
			found = append(found, Problem{Field: c.name, Reason: Malformed, Detail: "UTF-8"})
		}
		switch {
		case value == "":
			continue
		case c.field == nil:
			also := row.Field(s.also)
			if also.IsNil() {
				also.Set(reflect.ValueOf(Members{}))
			}
			also.SetMapIndex(reflect.ValueOf(c.name), reflect.ValueOf(json.RawMessage(appendText(nil, value))))
			continue
		}
		filled[c.field.at] = true
		row.Field(c.field.index).SetString(value)
		if why, detail := c.field.check(value); why != "" {
			found = append(found, Problem{Field: c.field.name, Reason: why, Detail: detail})
		}
	}
	for i := range s.fields {
		f := &s.fields[i]
		if f.flat() && !filled[i] && (f.inTable || f.required && !f.mayBeEmpty()) && hasColumn(columns, f) {
			found = append(found, Problem{Field: f.name, Reason: Missing})
		}
	}
	return found
}

// hasColumn keeps what the whole file lacks from being told of each line.
func hasColumn(columns []column, f *field) bool {
	return slices.ContainsFunc(columns, func(c column) bool { return c.field == f })
}

// withoutMark passes over the mark with which some programs begin UTF-8.
type withoutMark struct {
	r     io.Reader
	begun bool
}

func (w *withoutMark) Read(p []byte) (int, error) {
	if w.begun || len(p) < 3 {
		return w.r.Read(p)
	}
	w.begun = true
	n, err := io.ReadFull(w.r, p[:3])
	if string(p[:n]) == "\ufeff" {
		return 0, nil
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
