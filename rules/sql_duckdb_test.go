package rules_test

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

// duckdb is DuckDB in a process of its own: Python with the package duckdb, the
// one in .cache or another that BONDGENOOT_TEST_DUCKDB names. A line asks, and a
// line answers.
type duckdb struct {
	in  io.Writer
	out *bufio.Reader
}

const duckdbAnswers = `
import sys, json, duckdb
d = duckdb.connect()
for line in sys.stdin:
    try:
        d.execute(json.loads(line))
        rows = [[None if v is None else str(v) for v in r] for r in d.fetchall()] if d.description else []
        print(json.dumps({"rows": rows}), flush=True)
    except Exception as e:
        print(json.dumps({"error": str(e)}), flush=True)
`

func newDuckDB(t *testing.T) duckdb {
	python := os.Getenv("BONDGENOOT_TEST_DUCKDB")
	if python == "" {
		python = filepath.Join("..", ".cache", "duckdb", "bin", "python")
	}
	if _, err := os.Stat(python); err != nil {
		if testing.Short() {
			t.Skipf("this is a short run, and DuckDB is not there (%v): `make test` fetches it", err)
		}
		t.Fatalf("DuckDB is not there (%v): run `make test`, which fetches it, or leave it out with -short", err)
	}
	c := exec.CommandContext(t.Context(), python, "-c", duckdbAnswers)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); _ = c.Wait() })
	return duckdb{in, bufio.NewReaderSize(out, 1<<20)}
}

func (d duckdb) exec(t testing.TB, statements string) { d.rows(t, statements) }

func (d duckdb) rows(t testing.TB, query string) [][]*string {
	t.Helper()
	if err := json.NewEncoder(d.in).Encode(query); err != nil {
		t.Fatal(err)
	}
	line, err := d.out.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Rows  [][]*string
		Error string
	}
	if err := json.Unmarshal(line, &answer); err != nil || answer.Error != "" {
		t.Fatalf("%v %s\n%s", err, answer.Error, query)
	}
	return answer.Rows
}

// DuckDB says the same as PostgreSQL.
func TestDuckDBSaysWhatEvaluateSaysOrUnknown(t *testing.T) {
	lib, d := library(t), newDuckDB(t)
	d.exec(t, lib.SQLTables(rules.DuckDB))
	for _, known := range []int{10, 9, 6} {
		var sum agreement
		day := rules.DateOf(2026, 3, 1) + rules.Date(40*(10-known))
		asks(t, d, rules.DuckDB, lib, lib.DrawBatch(uint64(known), 25, known, day), day, &sum)
		t.Logf("%d of ten facts known: %d answers the same, %d left unknown in SQL, %d amounts equal", known, sum.same, sum.unknown, sum.amounts)
	}
}
