package hsds

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// Write writes the tables as CSV files with a datapackage.json that describes
// them, in the edition that is asked for. A table without rows has no file.
// Members of Also become columns after those of the specification.
func (t *Tables) Write(v Version, create func(name string) (io.Writer, error)) error {
	var there []*shape
	for _, table := range tables {
		s := shapes[table.typ]
		if t.rows(s).Len() > 0 && (v != V30 || !s.since31()) {
			there = append(there, s)
		}
	}
	for _, s := range there {
		w, err := create(s.file)
		if err != nil {
			return fmt.Errorf("hsds: %s: %w", s.file, err)
		}
		if err := writeTable(w, s, t.rows(s), v); err != nil {
			return fmt.Errorf("hsds: %s: %w", s.file, err)
		}
	}
	w, err := create("datapackage.json")
	if err != nil {
		return fmt.Errorf("hsds: datapackage.json: %w", err)
	}
	described, err := json.MarshalIndent(describe(there, v), "", "  ")
	if err == nil {
		_, err = w.Write(append(described, '\n'))
	}
	return err
}

// since31 tells whether 3.0 does not know the table.
func (s *shape) since31() bool {
	return slices.Contains([]string{"service_capacity", "unit", "url"}, s.record)
}

// columns are the fields of a table in an edition.
func (s *shape) columns(v Version) (out []*field) {
	for i := range s.fields {
		if f := &s.fields[i]; f.flat() && (v != V30 || !f.since31) {
			out = append(out, f)
		}
	}
	return out
}

func writeTable(w io.Writer, s *shape, rows reflect.Value, v Version) error {
	columns := s.columns(v)
	var line []string
	for _, f := range columns {
		line = append(line, f.name)
	}
	also := alsoColumns(s, rows)
	out := csv.NewWriter(w)
	if err := out.Write(append(line, also...)); err != nil {
		return err
	}
	for i := range rows.Len() {
		row := rows.Index(i)
		line = line[:0]
		for _, f := range columns {
			line = append(line, row.Field(f.index).String())
		}
		members := row.Field(s.also).Interface().(Members)
		for _, name := range also {
			line = append(line, cell(members[name]))
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func alsoColumns(s *shape, rows reflect.Value) (names []string) {
	for i := range rows.Len() {
		for name := range rows.Index(i).Field(s.also).Interface().(Members) {
			if known := s.byName[name]; !slices.Contains(names, name) && (known == nil || !known.flat()) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// cell is a member in a table: a text as it is, anything else as JSON.
func cell(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// The description of a data package, as Frictionless reads it.
type (
	description struct {
		Profile   string     `json:"profile"`
		Name      string     `json:"name"`
		Resources []resource `json:"resources"`
	}
	resource struct {
		Name      string      `json:"name"`
		Path      string      `json:"path"`
		Profile   string      `json:"profile"`
		Format    string      `json:"format"`
		Mediatype string      `json:"mediatype"`
		Encoding  string      `json:"encoding"`
		Schema    tableSchema `json:"schema"`
	}
	tableSchema struct {
		Fields      []fieldSchema `json:"fields"`
		PrimaryKey  string        `json:"primaryKey"`
		ForeignKeys []foreignKey  `json:"foreignKeys,omitempty"`
	}
	fieldSchema struct {
		Name        string       `json:"name"`
		Type        string       `json:"type"`
		Format      string       `json:"format,omitempty"`
		Constraints *constraints `json:"constraints,omitempty"`
	}
	constraints struct {
		Required bool     `json:"required,omitempty"`
		Unique   bool     `json:"unique,omitempty"`
		Enum     []string `json:"enum,omitempty"`
	}
	foreignKey struct {
		Fields    string    `json:"fields"`
		Reference reference `json:"reference"`
	}
	reference struct {
		Resource string `json:"resource"`
		Fields   string `json:"fields"`
	}
)

func describe(there []*shape, v Version) description {
	d := description{Profile: "tabular-data-package", Name: "human_services_data", Resources: []resource{}}
	for _, s := range there {
		r := resource{
			Name: strings.TrimSuffix(s.file, ".csv"), Path: s.file, Profile: "tabular-data-resource",
			Format: "csv", Mediatype: "text/csv", Encoding: "utf-8", Schema: tableSchema{PrimaryKey: "id"},
		}
		for _, f := range s.columns(v) {
			r.Schema.Fields = append(r.Schema.Fields, describeField(f))
			if to := f.names; to != nil && slices.Contains(there, to) {
				r.Schema.ForeignKeys = append(r.Schema.ForeignKeys,
					foreignKey{f.name, reference{strings.TrimSuffix(to.file, ".csv"), "id"}})
			}
		}
		d.Resources = append(d.Resources, r)
	}
	return d
}

func describeField(f *field) fieldSchema {
	out := fieldSchema{Name: f.name, Type: "string"}
	switch f.format {
	case "uuid", "uri", "email":
		out.Format = f.format
	case "date", "time":
		out.Type = f.format
	case "date-time":
		out.Type, out.Format = "datetime", "any"
	}
	if f.kind == number {
		out.Type = "number"
	}
	c := constraints{Required: f.inTable || f.required && !f.mayBeEmpty(), Unique: f.name == "id", Enum: f.allowed}
	if c.Required || c.Unique || c.Enum != nil {
		out.Constraints = &c
	}
	return out
}
