package hsds

import (
	"maps"
	"reflect"
)

// Flatten lays nested records out as tables. A record that stands in several
// places becomes one row that names them all; where it is told in two ways, or
// stands in two records of one table, which a row cannot say, the first counts
// and a [Problem] tells of the other.
func Flatten(d Dataset) (Tables, Problems) {
	f := &flattening{out: &Tables{}, at: map[*shape]map[string]int{}}
	in := reflect.ValueOf(&d).Elem()
	for i := range in.NumField() {
		list := in.Field(i)
		if list.Kind() != reflect.Slice {
			continue
		}
		for j := range list.Len() {
			f.record(shapes[list.Type().Elem()], list.Index(j), nil)
		}
	}
	for _, table := range tables {
		s := shapes[table.typ]
		rows := d.Rest.rows(s)
		for j := range rows.Len() {
			f.record(s, rows.Index(j), nil)
		}
	}
	return *f.out, f.found
}

// flattening is the work of laying records out.
type flattening struct {
	out   *Tables
	at    map[*shape]map[string]int // rows by their identifiers
	found Problems
}

// record lays one record out, and all that is nested in it. Links are columns
// that its place tells.
func (f *flattening) record(s *shape, v reflect.Value, links map[string]string) {
	id := v.Field(s.id).String()
	row := reflect.New(s.typ).Elem()
	for i := range s.fields {
		if c := &s.fields[i]; c.flat() {
			row.Field(c.index).Set(v.Field(c.index))
		}
	}
	also := v.Field(s.also).Interface().(Members)
	row.Field(s.also).Set(reflect.ValueOf(maps.Clone(also)))
	for name, value := range links {
		row.Field(s.byName[name].index).SetString(value)
	}
	for i := range s.fields {
		if c := &s.fields[i]; c.kind == one && !c.beside && !v.Field(c.index).IsNil() {
			held := v.Field(c.index).Elem()
			row.Field(s.byName[c.linkOfOne()].index).SetString(held.Field(c.of.id).String())
		}
	}
	f.merge(s, id, row)
	for i := range s.fields {
		c := &s.fields[i]
		switch {
		case c.kind == one && !v.Field(c.index).IsNil():
			f.record(c.of, v.Field(c.index).Elem(), nil)
			if c.beside { // the service of a service_at_location
				f.merge(s, id, withLink(s, id, c.linkOfOne(), v.Field(c.index).Elem().Field(c.of.id).String()))
			}
		case c.kind == many:
			links := map[string]string{c.link(s): id}
			if columns, ok := polymorphicColumns[c.of.record]; ok {
				links = map[string]string{columns[0]: s.record, columns[1]: id}
			}
			for j := range v.Field(c.index).Len() {
				f.record(c.of, v.Field(c.index).Index(j), links)
			}
		}
	}
}

func withLink(s *shape, id, column, value string) reflect.Value {
	row := reflect.New(s.typ).Elem()
	row.Field(s.id).SetString(id)
	row.Field(s.byName[column].index).SetString(value)
	return row
}

// merge adds a row, or fills in what the row of that identifier did not say
// yet.
func (f *flattening) merge(s *shape, id string, row reflect.Value) {
	if f.at[s] == nil {
		f.at[s] = map[string]int{}
	}
	rows := f.out.rows(s)
	at, there := f.at[s][id]
	if !there || id == "" {
		f.at[s][id] = rows.Len()
		rows.Set(reflect.Append(rows, row))
		return
	}
	known := rows.Index(at)
	for i := range s.fields {
		c := &s.fields[i]
		if !c.flat() {
			continue
		}
		have, more := known.Field(c.index), row.Field(c.index)
		switch {
		case more.Len() == 0 || have.String() == more.String():
		case have.Len() == 0:
			have.SetString(more.String())
		default:
			f.found = append(f.found, Problem{Record: s.record, ID: id, Field: c.name, Reason: Differs})
		}
	}
	if also := known.Field(s.also); also.Len() == 0 {
		also.Set(row.Field(s.also))
	}
}
