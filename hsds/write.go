package hsds

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Append writes a record with all that is nested in it, as one JSON object, in
// the edition that is asked for: what 3.0 does not know is left out there.
// What is empty is left out, save the texts that are required. The members
// stand in the order of the specification, those of Also after them by name.
func Append[T Record](b []byte, record *T, v Version) []byte {
	return appendRecord(b, shapeOf[T](), reflect.ValueOf(record).Elem(), v, true)
}

// AppendBrief writes a record as lists of the API show it: single nested
// records, themselves brief, and no lists.
func AppendBrief[T Record](b []byte, record *T, v Version) []byte {
	return appendRecord(b, shapeOf[T](), reflect.ValueOf(record).Elem(), v, false)
}

func appendRecord(b []byte, s *shape, held reflect.Value, v Version, full bool) []byte {
	b = append(b, '{')
	start := len(b)
	member := func(name string) {
		if len(b) > start {
			b = append(b, ',')
		}
		b = appendText(b, name)
		b = append(b, ':')
	}
	for i := range s.fields {
		f := &s.fields[i]
		value := held.Field(f.index)
		if f.since31 && v == V30 {
			continue
		}
		switch f.kind {
		case text:
			if value.Len() > 0 || f.required && f.mayBeEmpty() {
				member(f.name)
				b = appendText(b, value.String())
			}
		case number:
			if value.Len() > 0 {
				member(f.name)
				b = appendNumber(b, value.String())
			}
		case one:
			if !value.IsNil() {
				member(f.name)
				b = appendRecord(b, f.of, value.Elem(), v, full)
			}
		case many:
			if value.Len() > 0 && full {
				member(f.name)
				b = appendList(b, f.of, value, v)
			}
		}
	}
	also := held.Field(s.also).Interface().(Members)
	for _, name := range sorted(also) {
		if s.byName[name] == nil && json.Valid(also[name]) {
			member(name)
			b = append(b, also[name]...)
		}
	}
	return append(b, '}')
}

func appendList(b []byte, s *shape, list reflect.Value, v Version) []byte {
	b = append(b, '[')
	for i := range list.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendRecord(b, s, list.Index(i), v, true)
	}
	return append(b, ']')
}

// appendNumber writes a number; what is none is written as a text, so that the
// document stays JSON and the value is not lost.
func appendNumber(b []byte, s string) []byte {
	if numberForm.MatchString(s) {
		return append(b, s...)
	}
	return appendText(b, s)
}

// appendText writes a JSON string.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(strings.ToValidUTF8(s, unread)) // a string always is JSON
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func sorted(m Members) []string { return slices.Sorted(maps.Keys(m)) }
