package directory

import (
	"reflect"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Sources that are people, not registers.
const (
	ByPartner     = "partner"     // somebody who works for the organisation itself
	ByCoordinator = "coordinator" // the coordinator of the alliance
	ByLink        = "link"        // the organisation, by a link that was mailed
	ByProgramme   = "programme"   // a programme of the alliance that is on
)

// ours are the fields that say nothing of the thing itself.
var ours = []string{"id", "version", "told", "merged_in", "changed_at", "room", "organisation", "programme"}

// Terms are after how many days without anybody saying that it is still right
// a field is too old, by the name of the field. What has no term ages after
// [LongTerm]. A name, an enterprise number and a state do not age.
var terms = map[string]int{
	"numbers": 180, "mail": 180, "website": 365, "hours": 120, "at": 180, "how": 180, "costs": 365,
	"name": 0, "also": 0, "kbo": 0, "member": 0, "state": 0, "words": 0, "levers": 0, "phases": 0, "sheltered": 0,
	"municipality": 0, "lat": 0, "lon": 0,
}

// LongTerm is the term in days of fields that have none of their own.
const LongTerm = 365

// Term is after how many days a field is too old; 0: it does not age.
func Term(field string) int {
	if days, known := terms[field]; known {
		return days
	}
	return LongTerm
}

// On is the last day on which somebody knew that the value was right.
func (t Told) On() kernel.Date { return max(t.Verified, t.Retrieved) }

// stamp writes who told the fields that differ. The map is a new one.
func stamp(told Tellings, fields []string, t Told) Tellings {
	out := Tellings{}
	for field, was := range told {
		out[field] = was
	}
	for _, field := range fields {
		if !slices.Contains(ours, field) {
			out[field] = t
		}
	}
	return out
}

// confirmed writes that somebody said on a day that all of it is still right.
// Where each value came from stays.
func confirmed(told Tellings, fields []string, day kernel.Date, by kernel.ID) Tellings {
	out := Tellings{}
	for _, field := range fields {
		if slices.Contains(ours, field) {
			continue
		}
		t := told[field]
		t.Verified, t.By = day, by
		out[field] = t
	}
	return out
}

// staleOn is the first day on which a field that has a value is too old; ""
// when nothing of it ages. What nobody told of is too old from the first day.
func staleOn(told Tellings, filled []string) kernel.Date {
	var first kernel.Date
	for _, field := range filled {
		if slices.Contains(ours, field) || Term(field) == 0 {
			continue
		}
		day := kernel.Date("0001-01-01")
		if on := told[field].On(); on != "" {
			day = on.AddDays(Term(field) + 1)
		}
		if first == "" || day < first {
			first = day
		}
	}
	return first
}

// filled names the fields that have a value.
func filled[T any](v T) []string {
	var none T
	return act.Differing(none, v)
}

// Stale names the fields with a value that are too old on a day.
func stale[T any](v T, told Tellings, day kernel.Date) []string {
	var old []string
	for _, field := range filled(v) {
		if at := staleOn(told, []string{field}); at != "" && at <= day {
			old = append(old, field)
		}
	}
	return old
}

// Stale names the fields that are too old on a day.
func (o Organisation) Stale(day kernel.Date) []string { return stale(o, o.Told, day) }

// Stale names the fields that are too old on a day.
func (v Service) Stale(day kernel.Date) []string { return stale(v, v.Told, day) }

// Stale names the fields that are too old on a day.
func (l Location) Stale(day kernel.Date) []string { return stale(l, l.Told, day) }

// overlay takes over from a source what it tells: where nobody told anything,
// and where what stands there came from the same source and nobody has said
// since that it is right. What people wrote, stays; kept are those fields, with
// both values.
func overlay[T any](stored *T, told Tellings, incoming T, t Told) (out Tellings, kept []Kept) {
	into, from := reflect.ValueOf(stored).Elem(), reflect.ValueOf(incoming)
	out = told
	for i := range from.NumField() {
		field := from.Type().Field(i)
		name := fieldName(field.Name)
		if !field.IsExported() || slices.Contains(ours, name) || reflect.DeepEqual(into.Field(i).Interface(), from.Field(i).Interface()) {
			continue
		}
		was, known := told[name]
		confirmed := was.Verified != "" && was.Verified >= t.Retrieved
		switch {
		case known && (was.Source != t.Source || confirmed) && !into.Field(i).IsZero():
			if !from.Field(i).IsZero() {
				kept = append(kept, Kept{Field: name, Here: Plainly(into.Field(i).Interface()), There: Plainly(from.Field(i).Interface())})
			}
			continue
		case from.Field(i).IsZero() && !known:
			continue
		}
		into.Field(i).Set(from.Field(i))
		out = stamp(out, []string{name}, t)
	}
	return out, kept
}

// fieldName is the name of a field as [act.Differing] writes it; the fields of
// this module are plain words or two.
func fieldName(name string) string {
	switch name {
	case "KBO":
		return "kbo"
	case "ID":
		return "id"
	}
	var out []byte
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			if i > 0 {
				out = append(out, '_')
			}
			c += 'a' - 'A'
		}
		out = append(out, c)
	}
	return string(out)
}
