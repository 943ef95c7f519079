package act

import (
	"context"
	"reflect"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Table is how a module loads and saves one kind of thing.
type Table[T any] struct {
	// Load reads it; NotFound when there is none.
	Load func(ctx context.Context, q db.Querier, alliance, id kernel.ID) (T, error)
	// Save writes it over the version that was loaded.
	Save func(ctx context.Context, q db.Querier, alliance kernel.ID, t T) error
	// Detail names the states and codes that the record may show; may be nil.
	Detail func(before, after T) map[string]string
}

// Change is the common act: may the actor, load, change, save, record. The
// record names the exported fields that differ afterwards. When fn changes
// nothing, nothing is saved, and the record says so. What comes back is what
// was committed, or the zero T with an error.
func Change[T any](ctx context.Context, s *Acts, action string, id kernel.ID, table Table[T], fn func(a *Act, t *T) error) (T, error) {
	var after T
	err := s.Do(ctx, func(a *Act) error {
		if err := a.Allow(ctx, action, id); err != nil {
			return err
		}
		var err error
		after, err = ChangeIn(ctx, a, action, id, table, fn)
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return after, nil
}

// ChangeIn is [Change] within an act that has asked for permission already.
func ChangeIn[T any](ctx context.Context, a *Act, action string, id kernel.ID, table Table[T], fn func(a *Act, t *T) error) (T, error) {
	before, err := table.Load(ctx, a, a.Alliance(), id)
	if err != nil {
		return before, err
	}
	after := before
	if shares(reflect.TypeFor[T]()) { // a change within would reach the one before too
		if after, err = table.Load(ctx, a, a.Alliance(), id); err != nil {
			return before, err
		}
	}
	if err := fn(a, &after); err != nil {
		return before, err
	}
	fields := Differing(before, after)
	if !reflect.DeepEqual(before, after) {
		if err := table.Save(ctx, a, a.Alliance(), after); err != nil {
			return before, err
		}
	}
	entry := Entry{Action: action, Subject: id, Fields: fields}
	if table.Detail != nil {
		entry.Detail = table.Detail(before, after)
	}
	return after, a.Record(ctx, entry)
}

// shares tells whether two copies of a value of this type have parts in common.
func shares(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface, reflect.Chan, reflect.Func:
		return true
	case reflect.Array:
		return shares(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if shares(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// Differing names the exported fields in which two values of one struct
// differ, in lower_case, sorted.
func Differing[T any](before, after T) []string {
	b, c := reflect.ValueOf(before), reflect.ValueOf(after)
	var names []string
	for i := range b.NumField() {
		field := b.Type().Field(i)
		if field.IsExported() && !reflect.DeepEqual(b.Field(i).Interface(), c.Field(i).Interface()) {
			names = append(names, snake(field.Name))
		}
	}
	slices.Sort(names)
	return names
}

// snake writes a Go name as an API does: LastDay as last_day, URLOfSite as
// url_of_site.
func snake(name string) string {
	upper := func(i int) bool { return i >= 0 && i < len(name) && name[i] >= 'A' && name[i] <= 'Z' }
	var out []byte
	for i := range len(name) {
		c := name[i]
		if upper(i) {
			if i > 0 && (!upper(i-1) || i+1 < len(name) && !upper(i+1)) {
				out = append(out, '_')
			}
			c += 'a' - 'A'
		}
		out = append(out, c)
	}
	return string(out)
}

// Fresh refuses an edit that began from an older version than the stored one:
// Conflict "stale", with one fault for each field in which what was typed
// differs from what is stored now, so that a page can show the two side by
// side.
func Fresh(began, stored int64, differing ...string) error {
	if began == stored {
		return nil
	}
	stale := kernel.NewConflict("stale")
	for _, field := range differing {
		stale.More = append(stale.More, kernel.NewConflict("stale.field").At(field))
	}
	return stale
}
