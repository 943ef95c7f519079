package db_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

func TestToMigrateTwiceIsToMigrateOnce(t *testing.T) {
	first := module("m", `CREATE TABLE one (id TEXT NOT NULL PRIMARY KEY);`)
	second := module("m", `CREATE TABLE one (id TEXT NOT NULL PRIMARY KEY);`, `ALTER TABLE one ADD COLUMN n BIGINT NOT NULL DEFAULT 7;`)
	dbtest.Each(t, []db.Migrations{first}, func(t *testing.T, d *db.DB) {
		write(t, d, func(q db.Querier) error {
			_, err := q.ExecContext(ctx, `INSERT INTO one (id) VALUES ('x')`)
			return err
		})
		for range 3 {
			if err := d.Migrate(ctx, second); err != nil {
				t.Fatal(err)
			}
		}
		var n int
		err := d.Read(ctx, func(q db.Querier) error { return q.QueryRowContext(ctx, `SELECT sum(n) FROM one`).Scan(&n) })
		if err != nil || n != 7 {
			t.Errorf("n = %d, %v; want 7 from the one row", n, err)
		}
	})
}

func TestAStepOfOneEngineIsLeftToIt(t *testing.T) {
	m := db.Migrations{Module: "m", Files: fstest.MapFS{
		"0001_a.sql":          {Data: []byte("-- +goose Up\nCREATE TABLE one (id TEXT NOT NULL PRIMARY KEY);")},
		"0002_b.sqlite.sql":   {Data: []byte("-- +goose Up\nCREATE TABLE lite (id TEXT NOT NULL PRIMARY KEY);")},
		"0002_b.postgres.sql": {Data: []byte("-- +goose Up\nCREATE TABLE pg (id TEXT NOT NULL PRIMARY KEY);")},
	}}
	want := map[db.Engine][]string{db.SQLite: {"one", "lite"}, db.PostgreSQL: {"one", "pg"}}
	dbtest.Each(t, []db.Migrations{m}, func(t *testing.T, d *db.DB) {
		tables, err := d.Schema(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, table := range tables {
			names = append(names, table.Name)
		}
		if !slices.Equal(names, want[d.Engine]) {
			t.Errorf("tables %q, want %q", names, want[d.Engine])
		}
	})
}

func TestAStepThatFailsLeavesNothingOfItself(t *testing.T) {
	bad := module("m", `CREATE TABLE one (id TEXT NOT NULL PRIMARY KEY);`, "CREATE TABLE two (id TEXT NOT NULL PRIMARY KEY);\nCREATE TABLE one (id TEXT);")
	dbtest.EachURL(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address)
		if err := d.Migrate(ctx, bad); err == nil || !strings.Contains(err.Error(), "migrate m:") {
			t.Errorf("Migrate = %v", err)
		}
		tables, err := d.Schema(ctx)
		if err != nil || len(tables) != 1 || tables[0].Name != "one" {
			t.Errorf("tables %+v, %v; want the one of the first step", tables, err)
		}
	})
}

func TestProgramsMayOpenANewFileAtOnce(t *testing.T) {
	for range 40 {
		address := dbtest.SQLite(t)
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				d, err := db.Open(ctx, address)
				if err != nil {
					t.Error(err)
					return
				}
				d.Close()
			})
		}
		wg.Wait()
	}
}

func TestProgramsThatStartAtOnceMigrateOnce(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, address string) {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				d, err := db.Open(context.Background(), address)
				if err != nil {
					t.Error(err)
					return
				}
				defer d.Close()
				if err := d.Migrate(ctx, things, places); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}
