package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bondgenoot/bondgenoot/internal/population"
	"github.com/bondgenoot/bondgenoot/rules"
)

// register is a population in PostgreSQL, with what a scan said of it.
type register struct {
	db      *pgx.Conn
	lib     *rules.Library
	day     rules.Date
	count   int
	refused map[int]bool
	status  [][]rules.Answer // by right, of each family
	cents   [][][]int64      // and by period
	pays    [][]string
}

// inSQL loads a population into a schema of its own, which goes away again,
// asks each right in SQL and holds every answer beside what the scan says.
func inSQL(url string, lib *rules.Library, scanner *rules.Scanner, day rules.Date, r *population.Reader) error {
	ctx := context.Background()
	db, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer db.Close(ctx)
	schema := fmt.Sprintf("country_%d", os.Getpid())
	if _, err := db.Exec(ctx, "CREATE SCHEMA "+schema+"; SET search_path TO "+schema+";"+lib.SQLTables(rules.Postgres)); err != nil {
		return err
	}
	defer func() {
		if _, err := db.Exec(ctx, "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			log.Print(err)
		}
	}()
	g := &register{db: db, lib: lib, day: day, refused: map[int]bool{}}
	before := time.Now()
	for {
		l, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		answers, err := scanner.Scan(&l.Batch)
		if err != nil {
			return err
		}
		if err := g.take(ctx, &l.Batch, answers); err != nil {
			return err
		}
		scanner.Done(answers)
		r.Done(l)
	}
	if _, err := db.Exec(ctx, "ANALYZE families; ANALYZE persons"); err != nil {
		return err
	}
	fmt.Printf("%d families in PostgreSQL after %.1f s\n", g.count, time.Since(before).Seconds())
	before = time.Now()
	var sum tally
	for i, right := range lib.Rights() {
		if err := g.ask(ctx, i, right.ID, &sum); err != nil {
			return fmt.Errorf("%s: %w", right.ID, err)
		}
	}
	fmt.Printf("%d rights in SQL in %.1f s: %d answers the same, %d left unknown in SQL, %d amounts the same, %d different\n",
		len(lib.Rights()), time.Since(before).Seconds(), sum.same, sum.unknown, sum.amounts, sum.different)
	if sum.different > 0 {
		return errors.New("SQL does not say what a scan says")
	}
	return nil
}

// take loads a batch and keeps what the scan says of it.
func (g *register) take(ctx context.Context, b *rules.Batch, answers *rules.Answers) error {
	if g.status == nil {
		g.status, g.cents, g.pays = make([][]rules.Answer, len(answers.Rights)), make([][][]int64, len(answers.Rights)), make([][]string, len(answers.Rights))
	}
	for i := range answers.Rights {
		a := &answers.Rights[i]
		g.status[i] = append(g.status[i], a.Status...)
		g.pays[i] = a.Pays
		if g.cents[i] == nil {
			g.cents[i] = make([][]int64, len(a.Pays))
		}
		for k := range a.Cents {
			g.cents[i][k] = append(g.cents[i][k], a.Cents[k]...)
		}
	}
	skip := map[int]bool{}
	for _, r := range answers.Refused {
		skip[r.Family], g.refused[g.count+r.Family] = true, true
	}
	err := g.copy(ctx, "families", b.Families, rules.OfFamily, func(line func(row int, keys ...string) error) error {
		for f := range b.Len() {
			if skip[f] {
				continue
			}
			if err := line(f, strconv.Itoa(g.count+f)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = g.copy(ctx, "persons", b.Persons, rules.OfPerson, func(line func(row int, keys ...string) error) error {
		for f := range b.Len() {
			for p := b.Starts[f]; p < b.Starts[f+1] && !skip[f]; p++ {
				if err := line(int(p), strconv.Itoa(g.count+f), strconv.Itoa(int(p-b.Starts[f])+1)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	g.count += b.Len()
	return err
}

// copy writes lines into one of the two tables.
func (g *register) copy(ctx context.Context, table string, columns map[string]*rules.Column, entity string, lines func(line func(row int, keys ...string) error) error) error {
	var facts []*rules.Fact
	names := []string{"family"}
	if entity == rules.OfPerson {
		names = append(names, "person")
	}
	for _, x := range g.lib.Facts().Facts {
		if x.Entity == entity && columns[x.Key] != nil {
			facts, names = append(facts, x), append(names, x.Key)
		}
	}
	read, write := io.Pipe()
	go func() {
		w := csv.NewWriter(write)
		record := make([]string, 0, len(names))
		err := lines(func(row int, keys ...string) error {
			record = append(record[:0], keys...)
			for _, x := range facts {
				record = append(record, text(x, columns[x.Key], row))
			}
			return w.Write(record)
		})
		w.Flush()
		write.CloseWithError(errors.Join(err, w.Error()))
	}()
	_, err := g.db.PgConn().CopyFrom(ctx, read, fmt.Sprintf("COPY %s (%s) FROM STDIN WITH (FORMAT csv)", table, strings.Join(names, ", ")))
	return err
}

// text writes one value; "" where it is not known.
func text(x *rules.Fact, c *rules.Column, row int) string {
	if !c.Has(row) {
		return ""
	}
	switch x.Type {
	case rules.TypeBool:
		return strconv.FormatBool(c.Bools.Get(row))
	case rules.TypeMoney:
		n, sign := c.Ints[row], ""
		if n < 0 {
			n, sign = -n, "-"
		}
		return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
	case rules.TypeInt:
		return strconv.FormatInt(c.Ints[row], 10)
	case rules.TypeDate:
		return c.Dates[row].String()
	}
	return c.Words[c.Codes[row]]
}

// tally counts how the answers in SQL stand to those of the scan.
type tally struct{ same, unknown, amounts, different int }

// ask asks one right of all families.
func (g *register) ask(ctx context.Context, i int, id string, sum *tally) error {
	query, err := g.lib.SQL(id, rules.SQLOptions{Date: g.day, Dialect: rules.Postgres})
	if err != nil {
		return err
	}
	before := time.Now()
	rows, err := g.db.Query(ctx, query, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return err
	}
	defer rows.Close()
	wrong := func(family int, what, got, want string) {
		if sum.different++; sum.different < 20 {
			log.Printf("%s: family %d: %s is %s in SQL, %s in a scan", id, family, what, got, want)
		}
	}
	seen := 0
	for rows.Next() {
		raw := rows.RawValues()
		family, err := strconv.Atoi(string(raw[0]))
		if err != nil {
			return err
		}
		seen++
		got, want := string(raw[1]), string(g.status[i][family].Status())
		switch got {
		case want:
			sum.same++
		case string(rules.Unknown):
			sum.unknown++
		default:
			wrong(family, "the status", got, want)
		}
		for k, amount := range raw[2:] {
			if amount == nil {
				continue
			}
			whole, part, _ := strings.Cut(string(amount), ".")
			got, want := whole+(part + "00")[:2], fmt.Sprintf("%d%02d", g.cents[i][k][family]/100, g.cents[i][k][family]%100)
			if got != want {
				wrong(family, "the amount a "+g.pays[i][k], got, want)
				continue
			}
			sum.amounts++
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if seen != g.count-len(g.refused) {
		return fmt.Errorf("%d families of %d", seen, g.count-len(g.refused))
	}
	fmt.Fprintf(os.Stderr, "%s: %.2f s\n", id, time.Since(before).Seconds())
	return nil
}
