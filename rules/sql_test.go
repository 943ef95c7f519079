package rules_test

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/rules"
)

// tables puts a batch into the two tables that the queries read.
func tables(lib *rules.Library, b *rules.Batch, skip map[int]bool) string {
	var out strings.Builder
	insert := func(table string, keys []string, columns map[string]*rules.Column, entity string, row int) {
		names, values := []string{"family"}, keys
		if len(keys) == 2 {
			names = append(names, "person")
		}
		for key, c := range columns {
			if !c.Has(row) {
				continue
			}
			names = append(names, key)
			switch lib.Facts().Fact(entity, key).Type {
			case rules.TypeBool:
				values = append(values, fmt.Sprint(c.Bools.Get(row)))
			case rules.TypeMoney:
				values = append(values, fmt.Sprintf("%d * 0.01", c.Ints[row]))
			case rules.TypeInt:
				values = append(values, fmt.Sprint(c.Ints[row]))
			case rules.TypeDate:
				values = append(values, "'"+c.Dates[row].String()+"'")
			default:
				values = append(values, "'"+c.Words[c.Codes[row]]+"'")
			}
		}
		fmt.Fprintf(&out, "INSERT INTO %s (%s) VALUES (%s);\n", table, strings.Join(names, ", "), strings.Join(values, ", "))
	}
	for f := range b.Len() {
		if skip[f] {
			continue
		}
		insert("families", []string{fmt.Sprint(f)}, b.Families, rules.OfFamily, f)
		for p := b.Starts[f]; p < b.Starts[f+1]; p++ {
			insert("persons", []string{fmt.Sprint(f), fmt.Sprint(p - b.Starts[f] + 1)}, b.Persons, rules.OfPerson, int(p))
		}
	}
	return out.String()
}

// agreement counts how the answers in SQL stand to those of evaluation.
type agreement struct {
	same, unknown, amounts int
	which                  map[string]int // what evaluation says where SQL says unknown
}

// asked is a database that the test asks.
type asked interface {
	exec(t testing.TB, statements string)
	rows(t testing.TB, query string) [][]*string
}

// postgres is the test's own schema.
type postgres struct{ *sql.DB }

func newPostgres(t *testing.T) postgres {
	d, err := sql.Open("pgx", dbtest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return postgres{d}
}

func (d postgres) exec(t testing.TB, statements string) {
	t.Helper()
	if _, err := d.Exec(statements); err != nil {
		t.Fatal(err)
	}
}

func (d postgres) rows(t testing.TB, query string) (out [][]*string) {
	t.Helper()
	rows, err := d.Query(query)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]*string, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	return out
}

// asks lays what SQL says of a batch beside what evaluation says.
func asks(t testing.TB, d asked, dialect rules.Dialect, lib *rules.Library, b *rules.Batch, day rules.Date, sum *agreement) {
	t.Helper()
	answers, err := lib.Scan(b, rules.ScanOptions{Date: day})
	if err != nil {
		t.Fatal(err)
	}
	skip := map[int]bool{}
	for _, r := range answers.Refused {
		skip[r.Family] = true
	}
	d.exec(t, "DELETE FROM families; DELETE FROM persons;"+tables(lib, b, skip))
	for i := range answers.Rights {
		a := &answers.Rights[i]
		query, err := lib.SQL(a.Right.ID, rules.SQLOptions{Date: day, Dialect: dialect})
		if err != nil {
			t.Fatal(err)
		}
		rows := d.rows(t, query)
		for _, row := range rows {
			family, err := strconv.Atoi(*row[0])
			if err != nil {
				t.Fatal(err)
			}
			status, amounts := *row[1], row[2:]
			want := string(a.Status[family].Status())
			switch {
			case status == want:
				sum.same++
			case status == string(rules.Unknown):
				sum.unknown++
				if sum.which == nil {
					sum.which = map[string]int{}
				}
				sum.which[a.Right.ID+" "+want]++
			default:
				c, _ := b.Case(lib, family, day)
				t.Errorf("%s: SQL says %s of family %d, evaluation says %s\n%v\n%s", a.Right.ID, status, family, want, c, inJSON(t, lib, b, family, day))
			}
			for k, amount := range amounts {
				if amount == nil {
					continue
				}
				sum.amounts++
				whole, part, _ := strings.Cut(*amount, ".")
				if got := whole + (part + "00")[:2]; got != fmt.Sprintf("%d%02d", a.Cents[k][family]/100, a.Cents[k][family]%100) {
					t.Errorf("%s: SQL gives family %d %s a %s, evaluation %d cents\n%s", a.Right.ID, family, *amount, a.Pays[k], a.Cents[k][family], inJSON(t, lib, b, family, day))
				}
			}
		}
		if len(rows) != b.Len()-len(skip) {
			t.Errorf("%s: %d families of %d", a.Right.ID, len(rows), b.Len()-len(skip))
		}
		if t.Failed() {
			t.Log(query)
			t.FailNow()
		}
	}
}

// What SQL says of every right of random families is what evaluation says, or
// unknown where a search told more.
func TestSQLSaysWhatEvaluateSaysOrUnknown(t *testing.T) {
	lib := library(t)
	d := newPostgres(t)
	d.exec(t, lib.SQLTables(rules.Postgres))
	for _, known := range []int{10, 9, 6, 2} {
		var sum agreement
		day := rules.DateOf(2026, 3, 1) + rules.Date(40*(10-known))
		asks(t, d, rules.Postgres, lib, lib.DrawBatch(uint64(known), 40, known, day), day, &sum)
		t.Logf("%d of ten facts known: %d answers the same, %d left unknown in SQL, %d amounts equal; unknown in SQL: %v", known, sum.same, sum.unknown, sum.amounts, sum.which)
		if sum.same == 0 || known == 10 && sum.amounts == 0 {
			t.Error("nothing is shown")
		}
	}
}
