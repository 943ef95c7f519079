//go:build unix

package rules_test

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

// 643 benefits for five million households that lie in columns, on all cores.
func BenchmarkScanCatalogue(b *testing.B) {
	const families, size = 5_000_000, 32_768
	cat, _, documents, day := scanCatalogue(b)
	s, err := cat.Scanner(rules.ScanOptions{Date: day})
	if err != nil {
		b.Fatal(err)
	}
	var batches []*rules.Batch
	draw := rand.New(rand.NewPCG(1, 2))
	for n := families; n > 0; n -= size { // each fact from another of the households
		batches = append(batches, batchOf(b, cat.Library, documents, min(n, size), func(int) int { return draw.IntN(len(documents)) }))
	}
	runtime.GC()
	b.ResetTimer()
	before := cpuTime(b)
	var entitled atomic.Int64
	for b.Loop() {
		inParallel(len(batches), func(i int) {
			answers, err := s.Scan(batches[i])
			if err != nil {
				b.Error(err)
				return
			}
			for k := range answers.Rights {
				if answers.Rights[k].Status[i] == rules.AnswerEntitled { // of one family of each batch
					entitled.Add(1)
				}
			}
			s.Done(answers)
		})
	}
	b.ReportMetric(float64(families)*float64(b.N)/b.Elapsed().Seconds(), "families/s")
	b.ReportMetric(float64(cpuTime(b)-before)/1e9/float64(b.N), "cpu-s/op")
	b.ReportMetric(float64(entitled.Load())/float64(len(batches)*b.N), "benefits/family")
}

// The formulas of OpenFisca's country template, on one core.
// bench/openfisca holds them beside OpenFisca.
func BenchmarkScanTemplate(b *testing.B) {
	const families = 65_536
	lib, day := template(b), rules.DateOf(2016, 1, 1)
	benchmarkScan(b, lib, lib.DrawBatch(1, families, 11, day), day)
}

// All Belgian rights for families of whom all is known, on one core.
func BenchmarkScanBelgium(b *testing.B) {
	const families = 8_192
	lib, day := library(b), rules.DateOf(2026, 3, 1)
	benchmarkScan(b, lib, lib.DrawBatch(1, families, 11, day), day)
}

// The same for families of whom one fact in fifty is not known: evaluation
// answers where that leaves something open.
func BenchmarkScanBelgiumWithHoles(b *testing.B) {
	const families = 1_024
	lib, day := library(b), rules.DateOf(2026, 3, 1)
	batch := lib.DrawBatch(1, families, 11, day)
	draw := rand.New(rand.NewPCG(3, 4))
	for _, columns := range []map[string]*rules.Column{batch.Families, batch.Persons} {
		for key, c := range columns {
			for i := range c.Known {
				if key != "role" {
					c.Known[i] &^= 1 << draw.IntN(64)
				}
			}
		}
	}
	benchmarkScan(b, lib, batch, day)
}

func benchmarkScan(b *testing.B, lib *rules.Library, batch *rules.Batch, day rules.Date) {
	s, err := lib.Scanner(rules.ScanOptions{Date: day})
	if err != nil {
		b.Fatal(err)
	}
	before, open := cpuTime(b), 0
	for b.Loop() {
		answers, err := s.Scan(batch)
		if err != nil {
			b.Fatal(err)
		}
		open = 0
		for i := range answers.Rights {
			open += len(answers.Rights[i].Open)
		}
		s.Done(answers)
	}
	b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N)/float64(batch.Len()), "cpu-ns/family")
	b.ReportMetric(float64(open)/float64(batch.Len()), "open/family")
}

// inParallel does n things, as many at once as there are cores.
func inParallel(n int, do func(i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	all.Wait()
}
