package act_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// box is a thing with a number, a label that only the package itself knows,
// and a list.
type box struct {
	ID       kernel.ID
	N        int64
	OpenTags []string

	label string
}

var boxes = act.Table[box]{
	Load: func(ctx context.Context, q db.Querier, alliance, id kernel.ID) (b box, err error) {
		var tags string
		err = q.QueryRowContext(ctx, `SELECT id, n, label, tags FROM box WHERE alliance = $1 AND id = $2`, alliance, id).Scan(&b.ID, &b.N, &b.label, &tags)
		if errors.Is(err, sql.ErrNoRows) {
			return b, kernel.NewNotFound("box")
		}
		if tags != "" {
			b.OpenTags = strings.Split(tags, ",")
		}
		return b, err
	},
	Save: func(ctx context.Context, q db.Querier, alliance kernel.ID, b box) error {
		_, err := q.ExecContext(ctx, `UPDATE box SET n = $3, label = $4, tags = $5 WHERE alliance = $1 AND id = $2`,
			alliance, b.ID, b.N, b.label, strings.Join(b.OpenTags, ","))
		return err
	},
	Detail: func(before, after box) map[string]string {
		return map[string]string{"by": fmt.Sprint(after.N - before.N)}
	},
}

func stored(t testing.TB, s *act.Acts, id kernel.ID) (b box) {
	t.Helper()
	err := s.DB.Read(ctx, func(q db.Querier) (err error) {
		b, err = boxes.Load(ctx, q, "north", id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAChangeIsSavedAndRecordedByTheFieldsThatDiffer(t *testing.T) {
	each(t, func(t *testing.T, s *act.Acts) {
		if err := s.Do(ctx, func(a *act.Act) error { return fill(ctx, a, "1", 1) }); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name   string
			fn     func(b *box)
			want   box
			fields []string
			by     string
		}{
			{"a number", func(b *box) { b.N += 4 }, box{"1", 5, nil, ""}, []string{"n"}, "4"},
			{"nothing", func(b *box) {}, box{"1", 5, nil, ""}, nil, "0"},
			{"a list", func(b *box) { b.OpenTags = []string{"a", "b"} }, box{"1", 5, []string{"a", "b"}, ""}, []string{"open_tags"}, "0"},
			{"within a list", func(b *box) { b.OpenTags[1] = "c" }, box{"1", 5, []string{"a", "c"}, ""}, []string{"open_tags"}, "0"},
			{"what is not exported", func(b *box) { b.label = "x" }, box{"1", 5, []string{"a", "c"}, "x"}, nil, "0"},
			{"all at once", func(b *box) { b.N, b.OpenTags, b.label = 0, nil, "" }, box{"1", 0, nil, ""}, []string{"n", "open_tags"}, "-5"},
		} {
			got, err := act.Change(ctx, s, manage, "1", boxes, func(_ *act.Act, b *box) error { tt.fn(b); return nil })
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%s: %+v, %v; want %+v", tt.name, got, err, tt.want)
			}
			if got := stored(t, s, "1"); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%s: stored %+v, want %+v", tt.name, got, tt.want)
			}
			last := records(t, s)[0]
			if !slices.Equal(last.Fields, tt.fields) || last.Detail["by"] != tt.by || last.Subject != "1" || last.Action != manage || last.Rule != manage {
				t.Errorf("%s: recorded %+v, want fields %v by %s", tt.name, last, tt.fields, tt.by)
			}
		}
	})
}

func TestAChangeThatMayNotBeLeavesAllAsItWas(t *testing.T) {
	each(t, func(t *testing.T, s *act.Acts) {
		if err := s.Do(ctx, func(a *act.Act) error { return fill(ctx, a, "1", 1) }); err != nil {
			t.Fatal(err)
		}
		add := func(_ *act.Act, b *box) error { b.N++; return nil }
		elsewhere := aicha
		elsewhere.Alliance = "south"
		for name, tt := range map[string]struct {
			ctx    context.Context
			action string
			id     kernel.ID
			fn     func(a *act.Act, b *box) error
			want   kernel.Code
		}{
			"refused by the policy":      {ctx, "job.manage", "1", add, kernel.Forbidden},
			"not signed in":              {context.Background(), manage, "1", add, kernel.Unauthenticated},
			"of nothing":                 {ctx, manage, "2", add, kernel.NotFound},
			"of another alliance":        {act.As(ctx, elsewhere), manage, "1", add, kernel.NotFound},
			"refused by the thing":       {ctx, manage, "1", func(_ *act.Act, b *box) error { b.N++; return kernel.NewConflict("box.full") }, kernel.Conflict},
			"that the database refuses":  {ctx, manage, "1", func(a *act.Act, b *box) error { b.N++; return errors.Join(fill(ctx, a, "1", 1)) }, kernel.Internal},
			"that hides what it refuses": {ctx, manage, "1", func(a *act.Act, b *box) error { b.N++; fill(ctx, a, "1", 1); return nil }, kernel.Internal},
		} {
			got, err := act.Change(tt.ctx, s, tt.action, tt.id, boxes, tt.fn)
			if kernel.CodeOf(err) != tt.want || !reflect.DeepEqual(got, box{}) {
				t.Errorf("%s: %+v, %v; want %q and nothing", name, got, err, tt.want)
			}
		}
		if b, kept := stored(t, s, "1"), count(t, s, "audit_record"); b.N != 1 || kept != 1 {
			t.Errorf("%+v and %d records", b, kept)
		}
	})
}

func TestSeveralChangesMayBeOneAct(t *testing.T) {
	each(t, func(t *testing.T, s *act.Acts) {
		move := func(n int64) error {
			return s.Do(ctx, func(a *act.Act) error {
				if err := a.Allow(ctx, manage, ""); err != nil {
					return err
				}
				for id, by := range map[kernel.ID]int64{"1": -n, "2": n} {
					_, err := act.ChangeIn(ctx, a, "box.move", id, boxes, func(_ *act.Act, b *box) error {
						if b.N += by; b.N < 0 {
							return kernel.NewConflict("box.empty")
						}
						return nil
					})
					if err != nil {
						return err
					}
				}
				return nil
			})
		}
		for _, id := range []kernel.ID{"1", "2"} {
			if err := s.Do(ctx, func(a *act.Act) error { return fill(ctx, a, id, 10) }); err != nil {
				t.Fatal(err)
			}
		}
		if err := move(4); err != nil {
			t.Fatal(err)
		}
		if err := move(7); kernel.CodeOf(err) != kernel.Conflict {
			t.Errorf("more than there is: %v", err)
		}
		if one, two, kept := stored(t, s, "1"), stored(t, s, "2"), count(t, s, "audit_record"); one.N != 6 || two.N != 14 || kept != 4 {
			t.Errorf("%d and %d with %d records; want 6, 14 and 4", one.N, two.N, kept)
		}
		undecided := s.Do(ctx, func(a *act.Act) error {
			_, err := act.ChangeIn(ctx, a, "box.move", "1", boxes, func(_ *act.Act, b *box) error { b.N++; return nil })
			return err
		})
		if !errors.Is(undecided, act.ErrUndecided) || stored(t, s, "1").N != 6 {
			t.Errorf("without leave: %v", undecided)
		}
	})
}

func TestAHundredChangesOfOneThingAllCount(t *testing.T) {
	each(t, func(t *testing.T, s *act.Acts) {
		if err := s.Do(ctx, func(a *act.Act) error { return fill(ctx, a, "1", 0) }); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				_, err := act.Change(ctx, s, manage, "1", boxes, func(_ *act.Act, b *box) error { b.N++; return nil })
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if b, kept := stored(t, s, "1"), count(t, s, "audit_record"); b.N != 100 || kept != 101 {
			t.Errorf("%d with %d records, want 100 and 101", b.N, kept)
		}
	})
}

func TestAStaleEditNamesTheFieldsThatDiffer(t *testing.T) {
	if err := act.Fresh(3, 3, "name"); err != nil {
		t.Errorf("a fresh edit: %v", err)
	}
	err := act.Fresh(3, 4, "name", "phone")
	var f *kernel.Fault
	if !errors.As(err, &f) || f.Code != kernel.Conflict || f.Key != "stale" {
		t.Fatalf("%v", err)
	}
	var fields []string
	for _, m := range f.More {
		fields = append(fields, m.Key+" "+m.Field)
	}
	if want := []string{"stale.field name", "stale.field phone"}; !slices.Equal(fields, want) {
		t.Errorf("%q, want %q", fields, want)
	}
	if err := act.Fresh(4, 3); kernel.CodeOf(err) != kernel.Conflict {
		t.Errorf("from a version to come: %v", err)
	}
}

func TestDifferingNamesExportedFieldsAsAnAPIWould(t *testing.T) {
	type thing struct {
		LastDay   kernel.Date
		HomeID    kernel.ID
		N         int
		Some      map[string]int
		unspoken  int
		URLOfSite string
	}
	a := thing{LastDay: "2026-03-01", Some: map[string]int{"x": 1}}
	for name, tt := range map[string]struct {
		b    thing
		want []string
	}{
		"the same":   {thing{LastDay: "2026-03-01", Some: map[string]int{"x": 1}}, nil},
		"unexported": {thing{LastDay: "2026-03-01", Some: map[string]int{"x": 1}, unspoken: 1}, nil},
		"all":        {thing{HomeID: "1", N: 1, URLOfSite: "x"}, []string{"home_id", "last_day", "n", "some", "url_of_site"}},
	} {
		if got := act.Differing(a, tt.b); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
