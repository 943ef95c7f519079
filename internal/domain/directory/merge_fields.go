package directory

import (
	"reflect"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// joinedOf is the record that stays, with what comes from the other: of the
// fields those that were chosen, and those that it has alone. told says who told
// what stands there then: of a value that was chosen between two of one source,
// who chose, so that the source does not choose the other again.
func joinedOf[T any](kept, gone T, keptTold, goneTold Tellings, fields, gones []string) (after T, told Tellings) {
	after = kept
	into, from := reflect.ValueOf(&after).Elem(), reflect.ValueOf(gone)
	told = stamp(keptTold, nil, Told{})
	for i := range from.NumField() {
		name := fieldName(from.Type().Field(i).Name)
		if !slices.Contains(fields, name) || from.Field(i).IsZero() {
			continue
		}
		if !slices.Contains(gones, name) && !into.Field(i).IsZero() {
			if said, more := bothTongues(into.Field(i).Interface(), from.Field(i).Interface()); more {
				into.Field(i).Set(reflect.ValueOf(said))
				told[name] = chose(told[name])
			}
			continue
		}
		if said, more := bothTongues(from.Field(i).Interface(), into.Field(i).Interface()); more && !into.Field(i).IsZero() {
			into.Field(i).Set(reflect.ValueOf(said))
			takeTold(told, goneTold, name)
			told[name] = chose(told[name])
			continue
		}
		chosen := !into.Field(i).IsZero() && keptTold[name].Source == goneTold[name].Source
		into.Field(i).Set(from.Field(i))
		takeTold(told, goneTold, name)
		if chosen {
			told[name] = chose(told[name])
		}
	}
	return after, told
}

// bothTongues is a text with what the other says in languages in which it says
// nothing: a reader of any of them loses none. more tells whether there was any.
func bothTongues(value, other any) (said kernel.Text, more bool) {
	said, one := value.(kernel.Text)
	from, two := other.(kernel.Text)
	if !one || !two {
		return said, false
	}
	was := said
	for into, theirs := range map[*string]string{&said.NL: from.NL, &said.FR: from.FR, &said.DE: from.DE, &said.EN: from.EN} {
		if *into == "" {
			*into = theirs
		}
	}
	return said, said != was
}

// chose is what was told, by the choice of a coordinator.
func chose(t Told) Told {
	t.Source, t.SourceID = ByCoordinator, ""
	return t
}

// takeTold says of a field what the other record said of it.
func takeTold(told, from Tellings, name string) {
	if t, known := from[name]; known {
		told[name] = t
	} else {
		delete(told, name)
	}
}

// partedOf is a record as it was before a merge, with what was changed since.
// The tellings are those before, after, and now.
func partedOf[T any](before, after, now T, tellings [3]Tellings, fields []string) (back T, told Tellings, clashes []string) {
	back = now
	into, old, joined := reflect.ValueOf(&back).Elem(), reflect.ValueOf(before), reflect.ValueOf(after)
	told = stamp(tellings[2], nil, Told{})
	for i := range old.NumField() {
		name := fieldName(old.Type().Field(i).Name)
		if !slices.Contains(fields, name) {
			continue
		}
		same := func(a, b reflect.Value) bool { return reflect.DeepEqual(a.Interface(), b.Interface()) }
		switch {
		case !same(into.Field(i), joined.Field(i)): // changed since
			if !same(old.Field(i), joined.Field(i)) {
				clashes = append(clashes, name)
			}
			continue
		case reflect.DeepEqual(tellings[2][name], tellings[1][name]): // nobody said anything of it since
			takeTold(told, tellings[0], name)
		case !same(old.Field(i), joined.Field(i)): // somebody said that the value of the other is right here
			clashes = append(clashes, name)
			continue
		}
		into.Field(i).Set(old.Field(i))
	}
	if len(told) == 0 && tellings[0] == nil {
		told = nil
	}
	return back, told, clashes
}
