package hsds

import (
	"reflect"
	"strings"
)

// kind is what a field holds.
type kind int

const (
	text kind = iota
	number
	one  // one nested record
	many // a list of nested records
)

// field is a member of a record, read from the tag of its struct: its name,
// then, in any order, its format or its allowed values, "required", "table" for
// what is required in a table alone, "3.1" for what 3.0 does not have, and
// "beside" for what stands in the nested documents
// of the API and in no table.
type field struct {
	name     string
	at       int // place among the fields of the shape
	index    int // of the field of the struct
	kind     kind
	format   string
	allowed  []string
	required bool
	inTable  bool // required in a table, where nothing stands around it
	since31  bool
	beside   bool
	of       *shape // of what is nested
	names    *shape // the table that a column names a record of; nil: none, or one of several
}

// shape is a table: its name, its file and its fields in the order of the
// specification.
type shape struct {
	record string // "service_at_location"
	file   string // "service_at_location.csv"
	typ    reflect.Type
	fields []field
	byName map[string]*field
	also   int // index of the field Also
	id     int // index of the field ID
}

// tables lists every record with its file, in the order in which the files
// are written.
var tables = []struct {
	record, file string
	typ          reflect.Type
}{
	{"organization", "organizations.csv", reflect.TypeFor[Organization]()},
	{"program", "programs.csv", reflect.TypeFor[Program]()},
	{"service", "services.csv", reflect.TypeFor[Service]()},
	{"attribute", "attributes.csv", reflect.TypeFor[Attribute]()},
	{"service_at_location", "service_at_location.csv", reflect.TypeFor[ServiceAtLocation]()},
	{"location", "locations.csv", reflect.TypeFor[Location]()},
	{"phone", "phones.csv", reflect.TypeFor[Phone]()},
	{"contact", "contacts.csv", reflect.TypeFor[Contact]()},
	{"address", "addresses.csv", reflect.TypeFor[Address]()},
	{"schedule", "schedules.csv", reflect.TypeFor[Schedule]()},
	{"funding", "funding.csv", reflect.TypeFor[Funding]()},
	{"service_area", "service_areas.csv", reflect.TypeFor[ServiceArea]()},
	{"required_document", "required_documents.csv", reflect.TypeFor[RequiredDocument]()},
	{"language", "languages.csv", reflect.TypeFor[Language]()},
	{"accessibility", "accessibility.csv", reflect.TypeFor[Accessibility]()},
	{"taxonomy_term", "taxonomy_terms.csv", reflect.TypeFor[TaxonomyTerm]()},
	{"metadata", "metadata.csv", reflect.TypeFor[Metadata]()},
	{"meta_table_description", "meta_table_descriptions.csv", reflect.TypeFor[MetaTableDescription]()},
	{"cost_option", "cost_options.csv", reflect.TypeFor[CostOption]()},
	{"organization_identifier", "organization_identifiers.csv", reflect.TypeFor[OrganizationIdentifier]()},
	{"taxonomy", "taxonomies.csv", reflect.TypeFor[Taxonomy]()},
	{"service_capacity", "service_capacity.csv", reflect.TypeFor[ServiceCapacity]()},
	{"unit", "units.csv", reflect.TypeFor[Unit]()},
	{"url", "url.csv", reflect.TypeFor[URL]()},
}

// shapes are the tables by their Go types. It is filled once, before anything
// else runs, and never changes.
var shapes = func() map[reflect.Type]*shape {
	all := map[reflect.Type]*shape{}
	for _, t := range tables {
		all[t.typ] = &shape{record: t.record, file: t.file, typ: t.typ, byName: map[string]*field{}}
	}
	for _, s := range all {
		s.fill(all)
	}
	for _, s := range all {
		for i := range s.fields {
			if s.fields[i].flat() {
				s.fields[i].names = namedBy(s, s.fields[i].name, all)
			}
		}
	}
	return all
}()

func shapeOf[T Record]() *shape { return shapes[reflect.TypeFor[T]()] }

func (s *shape) fill(all map[reflect.Type]*shape) {
	for i := range s.typ.NumField() {
		f := s.typ.Field(i)
		if f.Name == "Also" {
			s.also = i
			continue
		}
		if f.Name == "ID" {
			s.id = i
		}
		s.fields = append(s.fields, readField(f, i, all))
	}
	for i := range s.fields {
		s.fields[i].at = i
		s.byName[s.fields[i].name] = &s.fields[i]
	}
}

func readField(f reflect.StructField, index int, all map[reflect.Type]*shape) field {
	name, rest, _ := strings.Cut(f.Tag.Get("hsds"), ",")
	out := field{name: name, index: index}
	switch {
	case f.Type == reflect.TypeFor[Number]():
		out.kind = number
	case f.Type.Kind() == reflect.Pointer:
		out.kind, out.of = one, all[f.Type.Elem()]
	case f.Type.Kind() == reflect.Slice:
		out.kind, out.of = many, all[f.Type.Elem()]
	}
	for _, word := range strings.Split(rest, ",") {
		switch {
		case word == "required":
			out.required = true
		case word == "table":
			out.inTable = true
		case word == "3.1":
			out.since31 = true
		case word == "beside":
			out.beside = true
		case strings.Contains(word, "|"):
			out.allowed = strings.Split(word, "|")
		default:
			out.format = word
		}
	}
	return out
}

// namedBy is the table that a column names a record of.
func namedBy(s *shape, column string, all map[reflect.Type]*shape) *shape {
	record, ok := strings.CutSuffix(column, "_id")
	switch {
	case !ok:
		return nil
	case record == "parent":
		return s
	case record == "parent_organization":
		record = "organization"
	}
	for _, other := range all {
		if other.record == record {
			return other
		}
	}
	return nil
}

// flat tells whether the field is a column of the table.
func (f *field) flat() bool { return f.kind == text || f.kind == number }

// link is the column of a nested record that names the record around it, or
// "" where that is told by two columns (attributes and metadata).
func (f *field) link(around *shape) string {
	switch f.of.record {
	case "attribute", "metadata":
		return ""
	}
	return around.record + "_id"
}

// linkOfOne is the column beside a single nested record that names it.
func (f *field) linkOfOne() string {
	if f.name == "taxonomy_detail" {
		return "taxonomy_id"
	}
	return f.name + "_id"
}
