package dbtest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// columnTypes are the types that a table may use: those that both engines
// share.
var columnTypes = []string{"text", "bigint", "boolean", "double precision", "bytea"}

// CompareSchemas migrates the modules on both engines and holds the tables
// side by side: columns with type, NOT NULL and default, keys, indexes and
// references. What a CHECK or a trigger says is not compared.
func CompareSchemas(t *testing.T, modules ...db.Migrations) {
	t.Helper()
	lite, err := Open(t, SQLite(t), modules...).Schema(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	pg, err := Open(t, Postgres(t), modules...).Schema(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(lite) == 0 {
		t.Error("no tables to compare")
	}
	for _, line := range Differences(lite, pg) {
		t.Error(line)
	}
	for _, table := range lite {
		for _, c := range table.Columns {
			if !slices.Contains(columnTypes, c.Type) {
				t.Errorf("%s.%s has type %q; both engines share %q", table.Name, c.Name, c.Type, columnTypes)
			}
		}
	}
}

// Differences says in which the tables of SQLite and of PostgreSQL differ.
func Differences(lite, pg []db.Table) []string {
	var said []string
	say := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
	for _, l := range lite {
		at := slices.IndexFunc(pg, func(p db.Table) bool { return p.Name == l.Name })
		if at < 0 {
			say("%s is on SQLite alone", l.Name)
			continue
		}
		p := pg[at]
		for i := range max(len(l.Columns), len(p.Columns)) {
			switch {
			case i >= len(l.Columns):
				say("%s.%s is on PostgreSQL alone", l.Name, p.Columns[i].Name)
			case i >= len(p.Columns):
				say("%s.%s is on SQLite alone", l.Name, l.Columns[i].Name)
			case l.Columns[i] != p.Columns[i]:
				say("column %d of %s: SQLite has %+v, PostgreSQL %+v", i+1, l.Name, l.Columns[i], p.Columns[i])
			}
		}
		for _, part := range []struct {
			name    string
			lite, p any
		}{{"key", l.Key, p.Key}, {"indexes", l.Indexes, p.Indexes}, {"references", l.References, p.References}} {
			if !reflect.DeepEqual(part.lite, part.p) {
				say("%s of %s: SQLite has %+v, PostgreSQL %+v", part.name, l.Name, part.lite, part.p)
			}
		}
	}
	for _, p := range pg {
		if !slices.ContainsFunc(lite, func(l db.Table) bool { return l.Name == p.Name }) {
			say("%s is on PostgreSQL alone", p.Name)
		}
	}
	return said
}
