// Package population makes up a Belgium, and carries populations through files.
//
// A made-up population matches what is published about the real one: how many
// households of which kind live in which municipality, how old people are, what
// they earn, how they are housed, how many have increased reimbursement or a
// living wage. Nobody in it has a name, a number or an address, and nobody was
// looked at to make it: it is drawn from the tables beside this file alone
// (gen writes them from the open data). What no source tells (which school
// keeps boarders, how many parents pay maintenance) is drawn from plain
// assumptions, so that most rights can be decided for most families.
//
// In files a population is two tables: families, with the key and a column for
// each fact of a family, and persons, with family, person and role and a column
// for each fact of a person, in the order of the families. An empty cell is not
// known. Both are Parquet or CSV.
package population

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"

	"github.com/bondgenoot/bondgenoot/rules"
)

//go:generate go run ./gen -from $BONDGENOOT_FACTS -to .

// Options say which population to make up.
type Options struct {
	Households int
	Seed       uint64
	Date       rules.Date  // the day for which the facts hold
	Progress   func(n int) // hears how many households are done; may be nil

	together int // how many households are written together
}

// most is more households than a continent has.
const most = 1_000_000_000

// Generate makes up a population and hands it to a writer. The same households,
// seed and day give the same files, on any number of cores. It compares what
// came out with what it was drawn from.
func Generate(ctx context.Context, o Options, to *Writer) ([]Deviation, error) {
	if o.Households < 1 || o.Households > most {
		return nil, errors.New("the number of households must be from 1 to 1000000000")
	}
	m, err := newModel(o.Date)
	if err != nil {
		return nil, err
	}
	if o.together == 0 {
		o.together = groupSize
	}
	// A file is the same whenever its groups are.
	groups := (o.Households + o.together - 1) / o.together
	type result struct {
		group *Group
		count *tally
		err   error
	}
	// A group is made by whoever is free and kept in order; no more are under
	// way than are held in memory.
	cores := runtime.GOMAXPROCS(0)
	ctx, stop := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer stop()
	queue := make(chan chan result, cores)
	workers.Go(func() {
		defer close(queue)
		slots := make(chan struct{}, cores)
		for g := range groups {
			out := make(chan result, 1)
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
				return
			}
			select {
			case queue <- out:
			case <-ctx.Done():
				return
			}
			workers.Go(func() {
				defer func() { <-slots }()
				group, count, err := m.group(ctx, o, to, g)
				out <- result{group, count, err}
			})
		}
	})
	total := newTally(m)
	made := 0
	for out := range queue {
		r := <-out
		if r.err == nil {
			r.err = to.Commit(r.group)
		}
		if r.err != nil {
			return nil, r.err
		}
		total.add(r.count)
		if made = min(o.Households, made+o.together); o.Progress != nil {
			o.Progress(made)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return m.compare(total), nil
}

// groupSize is how many households are written together, and batchSize how
// many of them are in columns at a time.
const (
	groupSize = 8 * batchSize
	batchSize = 8192
)

// group makes the households of one group.
func (m *model) group(ctx context.Context, o Options, to *Writer, g int) (*Group, *tally, error) {
	out, count := to.Begin(), newTally(m)
	s := m.sheets.Get().(*sheet)
	defer m.sheets.Put(s)
	for first := g * o.together; first < min(o.Households, (g+1)*o.together); first += batchSize {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		s.clear()
		r := rand.New(rand.NewPCG(o.Seed, uint64(first)))
		for n := first; n < min(o.Households, (g+1)*o.together, first+batchSize); n++ {
			h := m.draw(r)
			m.live(&h, r)
			s.write(m, &h, int64(n+1), r)
			count.household(m, &h)
		}
		if err := out.Write(s.batch()); err != nil {
			return nil, nil, err
		}
	}
	return out, count, nil
}
