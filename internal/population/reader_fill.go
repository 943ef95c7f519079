package population

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/parquet-go/parquet-go"

	"github.com/bondgenoot/bondgenoot/rules"
)

// fill reads the columns of both tables, as many at a time as there are cores.
func (r *Reader) fill(l *Loaded, families, persons int) ([]fault, error) {
	type task struct {
		side   *side
		column int
		rows   int
		person bool
		into   *filled
	}
	var tasks []task
	clear(l.Families)
	clear(l.Persons)
	l.Batch = rules.Batch{Families: map[string]*rules.Column{}, Persons: map[string]*rules.Column{}, Starts: l.Starts[:0]}
	for i, s := range []*side{r.families, r.persons} {
		rows, held, columns := families, l.familyColumns, l.Families
		if i == 1 {
			rows, held, columns = persons, l.ofPerson, l.Persons
		}
		for j, x := range s.facts {
			var into *filled
			if x != nil {
				if into = held[x.Key]; into == nil {
					into = &filled{}
					held[x.Key] = into
				}
				into.fit(x, rows)
				columns[x.Key] = &into.Column
			}
			tasks = append(tasks, task{s, j, rows, i == 1, into})
		}
	}
	var mu sync.Mutex
	var faults []fault
	var failed error
	var workers sync.WaitGroup
	next := 0
	for range min(runtime.GOMAXPROCS(0), len(tasks)) {
		workers.Go(func() {
			for {
				mu.Lock()
				if next == len(tasks) {
					mu.Unlock()
					return
				}
				t := tasks[next]
				next++
				mu.Unlock()
				x := t.side.facts[t.column]
				err := t.side.take(t.column, x, t.rows, t.into, func(row int, reason, remedy string) {
					mu.Lock()
					faults = append(faults, fault{t.person, row, x.Key, reason, remedy})
					mu.Unlock()
				})
				if err != nil {
					mu.Lock()
					failed = errors.Join(failed, fmt.Errorf("%s, %s: %w", t.side.name(), t.side.header()[t.column], err))
					mu.Unlock()
				}
			}
		})
	}
	workers.Wait()
	slices.SortFunc(faults, func(a, b fault) int {
		if a.person != b.person {
			if a.person {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column))
	})
	return faults, failed
}

// fit empties a column and makes room.
func (f *filled) fit(x *rules.Fact, rows int) {
	words := (rows + 63) / 64
	bits := func(b rules.Bits) rules.Bits {
		if cap(b) < words {
			return rules.NewBits(max(64, rows*5/4))[:words]
		}
		b = b[:words]
		clear(b)
		return b
	}
	f.Known = bits(f.Known)
	switch x.Type {
	case rules.TypeBool:
		f.Bools = bits(f.Bools)
	case rules.TypeInt, rules.TypeMoney:
		f.Ints = slices.Grow(f.Ints[:0], rows)[:rows]
	case rules.TypeDate:
		f.Dates = slices.Grow(f.Dates[:0], rows)[:rows]
	default:
		f.Codes = slices.Grow(f.Codes[:0], rows)[:rows]
		clear(f.Codes)
		if len(f.Words) == 0 || len(f.Words) > 1<<16 { // or a column of all different texts
			f.Words, f.word = []string{""}, map[string]int32{} // what is not known has a place too
		}
	}
}

// Numbered tells whether the file keeps the keys of families as numbers.
func (r *Reader) Numbered() bool {
	p, ok := r.families.source.(*parquetSource)
	return ok && (p.cursors[p.key].kind == parquet.Int64 || p.cursors[p.key].kind == parquet.Int32)
}
