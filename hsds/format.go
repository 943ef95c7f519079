package hsds

import (
	"encoding/json"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	uuidForm   = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
	numberForm = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
	timeForm   = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-][01][0-9]:[0-5][0-9])?$`)
	emailForm  = regexp.MustCompile(`^[^\s@<>]+@[^\s@<>]+$`)
)

// expected says of each format, for a reader, what would have been right, and
// whether a value is.
var expected = map[string]struct {
	words string
	holds func(string) bool
}{
	"uuid":  {"an identifier such as 3a19ff88-4620-4d17-9830-ac1d859eb5d5", uuidForm.MatchString},
	"email": {"a mail address", emailForm.MatchString},
	"uri":   {"an address such as https://example.org", isURI},
	"date":  {"a date such as 2026-03-01", func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil }},
	"time":  {"a time of day such as 09:00", timeForm.MatchString},
	"date-time": {"a moment such as 2026-03-01T09:00:00Z", func(s string) bool {
		_, err := time.Parse(time.RFC3339, s)
		return err == nil
	}},
}

func isURI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && !strings.ContainsAny(s, " \t\n\"<>")
}

// check tells what is wrong with a value that is there.
func (f *field) check(value string) (Reason, string) {
	if f.kind == number {
		if !numberForm.MatchString(value) {
			return Malformed, "a number"
		}
		return "", ""
	}
	if f.allowed != nil && !slices.Contains(f.allowed, value) {
		return Unlisted, "one of " + strings.Join(f.allowed, ", ")
	}
	if e, ok := expected[f.format]; ok && !e.holds(value) {
		return Malformed, e.words
	}
	return "", ""
}

// mayBeEmpty tells whether the empty text satisfies "required": of words it
// does, of an identifier, a number, a date or a choice it does not.
func (f *field) mayBeEmpty() bool {
	return f.kind == text && f.format == "" && f.allowed == nil
}

// Check is what does not hold to the specification in a record that was made
// rather than read, and in all that is nested in it; nil when all is well.
func Check[T Record](record *T) Problems {
	return checkRecord(shapeOf[T](), reflect.ValueOf(record).Elem(), 0, nil)
}

func checkRecord(s *shape, v reflect.Value, depth int, found Problems) Problems {
	id := v.Field(s.id).String()
	tell := func(f *field, why Reason, detail string) {
		found = append(found, Problem{Record: s.record, ID: id, Field: f.name, Reason: why, Detail: detail})
	}
	for i := range s.fields {
		f := &s.fields[i]
		held := v.Field(f.index)
		switch f.kind {
		case text, number:
			if held.Len() == 0 {
				if f.required && !f.mayBeEmpty() {
					tell(f, Missing, "")
				}
			} else if why, detail := f.check(held.String()); why != "" {
				tell(f, why, detail)
			}
		case one:
			if held.IsNil() {
				if f.required {
					tell(f, Missing, "")
				}
			} else if depth < deepest {
				found = checkRecord(f.of, held.Elem(), depth+1, found)
			}
		case many:
			for j := range held.Len() {
				if depth < deepest {
					found = checkRecord(f.of, held.Index(j), depth+1, found)
				}
			}
		}
	}
	also := v.Field(s.also).Interface().(Members)
	for _, name := range sorted(also) {
		if !json.Valid(also[name]) {
			found = append(found, Problem{Record: s.record, ID: id, Field: name, Reason: Malformed, Detail: "JSON"})
		}
	}
	return found
}
