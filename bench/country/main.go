// Command country scans a population in columns and holds every answer beside
// what evaluation says of that family alone: the status, of each person too,
// the amounts and what is missing. It takes a millisecond a family. With -sql it
// holds them beside what the same rights say in SQL, in a schema of their own in
// the PostgreSQL at an address. With -holes or -only it takes facts away first, as
// a register lacks them, and tells how much was searched and how long it took.
//
//	bondgenoot population generate --households 100000 --seed 1 --out DIR
//	go run ./bench/country DIR
//	go run ./bench/country -sql "$BONDGENOOT_TEST_POSTGRES" DIR
//	go run ./bench/country -holes 10 -every 1000 DIR
//	go run ./bench/country -only birth_date,municipality DIR
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/population"
	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

func main() {
	log.SetFlags(0)
	sql := flag.String("sql", "", "the address of a PostgreSQL, to ask every right there")
	var h holes
	flag.IntVar(&h.families, "holes", 0, "how many of a hundred families have holes")
	flag.IntVar(&h.facts, "missing", 20, "how many of a hundred facts such a family lacks")
	flag.StringVar(&h.only, "only", "", "the facts that the register has, separated by commas; all, if none is named")
	flag.IntVar(&h.every, "every", 0, "with holes, hold the answers of each so-manieth family beside evaluation")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("name the folder of a population")
	}
	if err := run(flag.Arg(0), *sql, h); err != nil {
		log.Fatal(err)
	}
}

func run(dir, sql string, h holes) error {
	lib, err := rules.Load(packs.FS)
	if err != nil {
		return err
	}
	now := time.Now()
	day := rules.DateOf(now.Year(), int(now.Month()), now.Day())
	scanner, err := lib.Scanner(rules.ScanOptions{Date: day})
	if err != nil {
		return err
	}
	families, persons, err := population.Find([]string{dir})
	if err != nil {
		return err
	}
	r, err := population.Open(lib, families, persons, func(p population.Problem) { log.Print(p) })
	if err != nil {
		return err
	}
	defer r.Close()
	if sql != "" {
		return inSQL(sql, lib, scanner, day, r)
	}
	if h.families > 0 || h.only != "" {
		return withHoles(h, lib, scanner, day, r)
	}
	count, open, different := 0, 0, 0
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
		d := compare(lib, &l.Batch, answers, day)
		count, different = count+l.Len(), different+d
		for i := range answers.Rights {
			open += len(answers.Rights[i].Open)
		}
		fmt.Fprintf(os.Stderr, "%d families, %d differences\n", count, different)
		scanner.Done(answers)
		r.Done(l)
	}
	fmt.Printf("%d families, %d rights: %d answers, %d of them open, %d different\n", count, len(lib.Rights()), count*len(lib.Rights()), open, different)
	if different > 0 {
		return errors.New("a scan does not say what evaluation says")
	}
	return nil
}

// compare counts the answers that differ, on all cores.
func compare(lib *rules.Library, b *rules.Batch, answers *rules.Answers, day rules.Date) (different int) {
	var all sync.WaitGroup
	var mu sync.Mutex
	cores := runtime.GOMAXPROCS(0)
	for core := range cores {
		all.Go(func() {
			for family := core; family < b.Len(); family += cores {
				wrong := ofFamily(lib, b, answers, family, day)
				mu.Lock()
				different += len(wrong)
				for _, w := range wrong {
					log.Print(w)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return different
}

// ofFamily says what differs for one family.
func ofFamily(lib *rules.Library, b *rules.Batch, answers *rules.Answers, family int, day rules.Date) (wrong []string) {
	c, err := b.Case(lib, family, day)
	refused := slices.ContainsFunc(answers.Refused, func(r rules.Refused) bool { return r.Family == family })
	if refused != (err != nil) {
		return []string{fmt.Sprintf("family %s: refused %v, but %v", b.Keys.Text(family), refused, err)}
	}
	if err != nil {
		return nil
	}
	result := lib.Evaluate(c, rules.Options{NoNext: true})
	for i := range result.Rights {
		a, f := &answers.Rights[i], &result.Rights[i]
		if got, want := scanned(a, b, family), evaluated(a, f); got != want {
			wrong = append(wrong, fmt.Sprintf("family %s, %s: scan %s, evaluation %s", b.Keys.Text(family), f.ID, got, want))
		}
	}
	return wrong
}

func scanned(a *rules.RightAnswers, b *rules.Batch, family int) string {
	s := string(a.Status[family].Status())
	for row := b.Starts[family]; row < b.Starts[family+1] && a.Persons != nil; row++ {
		if p := a.Persons[row]; p != rules.AnswerNone {
			s += fmt.Sprintf(" %d:%s", row-b.Starts[family]+1, p.Status())
		}
	}
	for k, per := range a.Pays {
		s += fmt.Sprintf(" %d/%s", a.Cents[k][family], per)
	}
	for _, m := range a.Missing(family) {
		s += fmt.Sprintf(" %d?%s", m.Person+1, m.Fact.Key)
	}
	return s
}

func evaluated(a *rules.RightAnswers, f *rules.Finding) string {
	s := string(f.Status)
	for _, p := range f.Persons {
		s += fmt.Sprintf(" %s:%s", p.Person, p.Status)
	}
	for _, per := range a.Pays {
		sum := int64(0)
		for _, m := range f.Amounts {
			if m.Per == per {
				sum += m.Cents
			}
		}
		s += fmt.Sprintf(" %d/%s", sum, per)
	}
	for _, m := range f.Missing {
		person, _ := strconv.Atoi(m.Person)
		s += fmt.Sprintf(" %d?%s", person, m.Fact)
	}
	return s
}
