package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/population"
	"github.com/bondgenoot/bondgenoot/rules"
)

// holes say what a register does not know.
type holes struct {
	families int    // of a hundred, how many have holes
	facts    int    // of a hundred facts of such a family, how many are missing
	only     string // the facts that the register has columns of at all; "": all
	every    int    // hold the answers of each so-manieth family beside those of evaluation; 0: of none
}

// punch takes values out of a batch, the same ones each time.
func (h holes) punch(b *rules.Batch, draw *rand.Rand) {
	if h.only != "" {
		keep := strings.Split(h.only, ",")
		for _, columns := range []map[string]*rules.Column{b.Families, b.Persons} {
			for key := range columns {
				if key != "role" && !slices.Contains(keep, key) {
					delete(columns, key)
				}
			}
		}
	}
	torn := rules.NewBits(b.Len())
	for f := range b.Len() {
		if draw.IntN(100) < h.families {
			torn.Set(f)
		}
	}
	tear := func(columns map[string]*rules.Column, rows int, family func(row int) int) {
		keys := make([]string, 0, len(columns))
		for key := range columns {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys {
			if key == "role" {
				continue
			}
			c := *columns[key]
			known := rules.NewBits(rows)
			for row := range rows {
				if c.Has(row) && !(torn.Get(family(row)) && draw.IntN(100) < h.facts) {
					known.Set(row)
				}
			}
			c.Known = known
			columns[key] = &c
		}
	}
	tear(b.Families, b.Len(), func(row int) int { return row })
	tear(b.Persons, int(b.Starts[b.Len()]), func(row int) int {
		f, _ := slices.BinarySearch(b.Starts, int32(row)+1)
		return f - 1
	})
}

// withHoles scans a population of which much is not known.
func withHoles(h holes, lib *rules.Library, scanner *rules.Scanner, day rules.Date, r *population.Reader) error {
	draw := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same holes each time
	families, torn, open, searched, undetermined, refused, different, looked := 0, 0, 0, 0, 0, 0, 0, 0
	var spent, clock time.Duration
	for {
		l, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		b := rules.Batch{Keys: l.Keys, Starts: l.Starts, Names: l.Names, Families: cloned(l.Families), Persons: cloned(l.Persons)}
		h.punch(&b, draw)
		began, before := time.Now(), processor()
		answers, err := scanner.Scan(&b)
		if err != nil {
			return err
		}
		spent, clock = spent+processor()-before, clock+time.Since(began)
		families += b.Len()
		refused += len(answers.Refused)
		searched += answers.Searched
		some := rules.NewBits(b.Len())
		for i := range answers.Rights {
			for _, o := range answers.Rights[i].Open {
				open++
				some.Set(o.Family)
				if o.Undetermined {
					undetermined++
				}
			}
		}
		for f := range b.Len() {
			if some.Get(f) {
				torn++
			}
			if h.every > 0 && f%h.every == 0 {
				looked++
				for _, w := range ofFamily(lib, &b, answers, f, day) {
					different++
					fmt.Println(w)
				}
			}
		}
		scanner.Done(answers)
		r.Done(l)
	}
	fmt.Printf("%d families, %d refused, %d with something open: %d answers open, %d undetermined, %d searched\n", families, refused, torn, open, undetermined, searched)
	fmt.Printf("processor %s, clock %s: %s a family, %s one of those with something open\n", spent.Round(time.Millisecond), clock.Round(time.Millisecond),
		(spent / time.Duration(max(1, families))).Round(time.Microsecond), (spent / time.Duration(max(1, torn))).Round(time.Microsecond))
	if h.every > 0 {
		fmt.Printf("%d families looked at one by one: %d answers different\n", looked, different)
	}
	if different > 0 {
		return errors.New("a scan does not say what evaluation says")
	}
	return nil
}

func cloned(columns map[string]*rules.Column) map[string]*rules.Column {
	out := map[string]*rules.Column{}
	for key, c := range columns {
		out[key] = c
	}
	return out
}

// processor is how long the processors have worked for this program.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
