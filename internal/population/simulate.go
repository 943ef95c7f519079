package population

import (
	"cmp"
	"context"
	"io"
	"runtime"
	"sync"

	"github.com/bondgenoot/bondgenoot/rules"
)

// Simulation says what a population is compared by: the rights as they are, and
// as they would be.
type Simulation struct {
	Comparison *rules.Comparison
	Area       func(l *Loaded, family int) string // where a family counts; nil: nowhere apart
	Report     func(Problem)                      // hears what cannot be; one at a time
	Progress   func(share float64, families int64)
}

// Run looks at every family of a population, as many batches at a time as there
// are cores. What was found is in the comparison.
func (s *Simulation) Run(ctx context.Context, r *Reader) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var mu sync.Mutex
	var failed error
	refused := int64(0)
	loaded := make(chan *Loaded)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for l := range loaded {
				var area func(int) string
				if s.Area != nil {
					area = func(family int) string { return s.Area(l, family) }
				}
				cannot, err := s.Comparison.Add(&l.Batch, area)
				mu.Lock()
				if err != nil {
					failed = cmp.Or(failed, err)
					stop()
				}
				for _, x := range cannot {
					s.Report(l.refused(x))
				}
				refused += int64(len(cannot))
				mu.Unlock()
				r.Done(l)
			}
		})
	}
	ended := s.feed(ctx, r, loaded)
	close(loaded)
	workers.Wait()
	r.LeftOut += refused
	r.Read -= refused
	return cmp.Or(failed, ended)
}

func (s *Simulation) feed(ctx context.Context, r *Reader, loaded chan<- *Loaded) error {
	for {
		l, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case loaded <- l:
			if s.Progress != nil {
				s.Progress(r.Share(), r.Read)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
