package db_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

func TestThePlatformsTablesAreTheSameOnBothEngines(t *testing.T) {
	dbtest.CompareSchemas(t, policy.Migrations(), audit.Migrations(), vault.Migrations(), job.Migrations())
}

// rich uses all that the comparison looks at.
var rich = module("rich", `
CREATE TABLE org (
	alliance TEXT NOT NULL, id TEXT NOT NULL, parent TEXT, name TEXT NOT NULL DEFAULT 'none', open BOOLEAN NOT NULL DEFAULT FALSE,
	n BIGINT NOT NULL DEFAULT -1, twice BIGINT GENERATED ALWAYS AS (n * 2) STORED,
	PRIMARY KEY (alliance, id), UNIQUE (alliance, name),
	FOREIGN KEY (alliance, parent) REFERENCES org
);
CREATE TABLE desk (
	alliance TEXT NOT NULL, id TEXT NOT NULL, org TEXT NOT NULL, ended TEXT NOT NULL,
	PRIMARY KEY (alliance, id),
	FOREIGN KEY (alliance, org) REFERENCES org (alliance, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX desk_open ON desk (alliance, org) WHERE ended = '';
CREATE INDEX desk_month ON desk (alliance, substr(ended, 1, 7));
`)

func TestKeysIndexesAndReferencesAreCompared(t *testing.T) {
	dbtest.CompareSchemas(t, rich)
}

func TestADifferenceBetweenTheEnginesIsNamed(t *testing.T) {
	only := func(lite, pg string) db.Migrations {
		up := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte("-- +goose Up\n" + s + ";")} }
		return db.Migrations{Module: "m", Files: fstest.MapFS{"1_a.sqlite.sql": up(lite), "1_a.postgres.sql": up(pg)}}
	}
	const plain = `CREATE TABLE one (id TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL)`
	for name, tt := range map[string]struct{ lite, says string }{
		"a type":             {`CREATE TABLE one (id TEXT NOT NULL PRIMARY KEY, n TEXT NOT NULL)`, "column 2 of one"},
		"NOT NULL":           {`CREATE TABLE one (id TEXT NOT NULL PRIMARY KEY, n BIGINT)`, "column 2 of one"},
		"NOT NULL of a key":  {`CREATE TABLE one (id TEXT PRIMARY KEY, n BIGINT NOT NULL)`, "column 1 of one"},
		"a default":          {`CREATE TABLE one (id TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL DEFAULT 0)`, "column 2 of one"},
		"a name":             {`CREATE TABLE one (id TEXT NOT NULL PRIMARY KEY, m BIGINT NOT NULL)`, "column 2 of one"},
		"one column more":    {plain[:len(plain)-1] + `, m TEXT)`, "one.m is on SQLite alone"},
		"the key":            {`CREATE TABLE one (id TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (id, n))`, "key of one"},
		"a unique column":    {`CREATE TABLE one (id TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL UNIQUE)`, "indexes of one"},
		"an index":           {plain + `; CREATE INDEX one_n ON one (n)`, "indexes of one"},
		"a reference":        {`CREATE TABLE one (id TEXT NOT NULL PRIMARY KEY REFERENCES one (id), n BIGINT NOT NULL)`, "references of one"},
		"a table":            {plain + `; CREATE TABLE two (id TEXT NOT NULL PRIMARY KEY)`, "two is on SQLite alone"},
		"a table by another": {`CREATE TABLE two (id TEXT NOT NULL PRIMARY KEY)`, "one is on PostgreSQL alone"},
	} {
		t.Run(name, func(t *testing.T) {
			m := only(tt.lite, plain)
			lite, err := dbtest.Open(t, dbtest.SQLite(t), m).Schema(ctx)
			if err != nil {
				t.Fatal(err)
			}
			pg, err := dbtest.Open(t, dbtest.Postgres(t), m).Schema(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if said := strings.Join(dbtest.Differences(lite, pg), "\n"); !strings.Contains(said, tt.says) {
				t.Errorf("said %q, want %q in it", said, tt.says)
			}
		})
	}
}
