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
// nothing, nothing is saved, and the record says so.
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
	return after, err
}

// ChangeIn is [Change] within an act that has asked for permission already.
func ChangeIn[T any](ctx context.Context, a *Act, action string, id kernel.ID, table Table[T], fn func(a *Act, t *T) error) (T, error) {
	before, err := table.Load(ctx, a, a.Alliance(), id)
	if err != nil {
		return before, err
	}
	after := before
	if err := fn(a, &after); err != nil {
		return before, err
	}
	fields := Differing(before, after)
	if len(fields) > 0 {
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

func snake(name string) string {
	var out []rune
	for i, r := range name {
		if r >= 'A' && r <= 'Z' {
			if i > 0 && (name[i-1] < 'A' || name[i-1] > 'Z') {
				out = append(out, '_')
			}
			r += 'a' - 'A'
		}
		out = append(out, r)
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
