//go:build unix

// Command openfisca computes the households that template.py left, with our
// pack of the same country, and says how fast, beside OpenFisca, and whether
// everybody gets the same to the cent. compare.sh runs both.
package main

import (
	"embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/bondgenoot/bondgenoot/rules"
)

//go:embed pack
var pack embed.FS

// theirs is what template.py measured, in seconds and MiB.
type theirs struct {
	Households, Persons                 int
	Build, Calculate, Processor, Memory float64
	Building                            float64            // of the processor, to build
	Each                                map[string]float64 // and to compute each formula, after those before it
}

func main() {
	log.SetFlags(0)
	times := flag.Int("times", 5, "how often to compute; the fastest is told")
	size := flag.Int("batch", 65536, "households in a batch")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("name the folder that template.py wrote: bench/openfisca/compare.sh does all of it")
	}
	if err := run(flag.Arg(0), *times, *size); err != nil {
		log.Fatal(err)
	}
}

func run(dir string, times, size int) error {
	var their theirs
	b, err := os.ReadFile(filepath.Join(dir, "theirs.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &their); err != nil {
		return err
	}
	files, err := fs.Sub(pack, "pack")
	if err != nil {
		return err
	}
	lib, err := rules.Load(files)
	if err != nil {
		return err
	}
	scanner, err := lib.Scanner(rules.ScanOptions{Date: rules.DateOf(2016, 1, 1)})
	if err != nil {
		return err
	}
	batches, err := read(dir, their, size)
	if err != nil {
		return err
	}
	worst, err := compare(dir, scanner, batches)
	if err != nil {
		return err
	}
	fmt.Printf("%d households, %d persons, %d cores\n", their.Households, their.Persons, runtime.GOMAXPROCS(0))
	fmt.Printf("OpenFisca: built in %.2f s, computed in %.3f s (%.3f s of the processor), at most %.0f MiB\n", their.Build, their.Calculate, their.Processor, their.Memory)
	fmt.Printf("largest difference of a household: %.4f euros\n", worst)
	fmt.Printf("OpenFisca to build: %.3f s of the processor\n", their.Building)
	for _, name := range slices.Sorted(maps.Keys(formulas)) {
		one, err := lib.Scanner(rules.ScanOptions{Date: rules.DateOf(2016, 1, 1), Rights: formulas[name][:1]})
		if err != nil {
			return err
		}
		ours := math.MaxFloat64
		for range times {
			before := cpu()
			if err := scan(one, batches, 1, func(int, *rules.Answers) error { return nil }); err != nil {
				return err
			}
			ours = min(ours, cpu()-before)
		}
		fmt.Printf("%-20s OpenFisca %.3f s of the processor, ours alone, with its checks and all it needs, %.3f s\n", name, their.Each[name], ours)
	}
	for _, cores := range []int{1, runtime.GOMAXPROCS(0)} {
		best, processor := math.MaxFloat64, math.MaxFloat64
		for range times {
			before, used := time.Now(), cpu()
			if err := scan(scanner, batches, cores, func(int, *rules.Answers) error { return nil }); err != nil {
				return err
			}
			best, processor = min(best, time.Since(before).Seconds()), min(processor, cpu()-used)
		}
		fmt.Printf("ours on %d: %.4f s (%.3f s of the processor), %.1f times OpenFisca's computing, %.1f times with its building; by the processor %.1f and %.1f times\n",
			cores, best, processor, their.Calculate/best, (their.Build+their.Calculate)/best, their.Processor/processor, (their.Building+their.Processor)/processor)
	}
	if worst > 0.0051 {
		return errors.New("somebody does not get the same to the cent")
	}
	return nil
}

// scan computes all batches on so many cores.
func scan(s *rules.Scanner, batches []*rules.Batch, cores int, see func(i int, a *rules.Answers) error) error {
	var next atomic.Int64
	failed := make(chan error, cores)
	var all sync.WaitGroup
	for range cores {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(batches); i = int(next.Add(1)) - 1 {
				a, err := s.Scan(batches[i])
				if err == nil {
					err = see(i, a)
				}
				if err != nil {
					failed <- err
					return
				}
				s.Done(a)
			}
		})
	}
	all.Wait()
	close(failed)
	return <-failed
}

// cpu is what this process has used of the processor, in seconds.
func cpu() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// column reads a raw column.
func column[T any](dir, name string, n int) ([]T, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := make([]T, n)
	if err := binary.Read(f, binary.LittleEndian, out); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

// read cuts the columns into batches.
func read(dir string, their theirs, size int) (out []*rules.Batch, err error) {
	all := map[string][]int64{}
	codes := map[string][]int32{}
	for name, n := range map[string]int{"salary": their.Persons, "capital_returns": their.Persons, "rent": their.Households, "size": their.Households} {
		if all[name], err = column[int64](dir, name, n); err != nil {
			return nil, err
		}
	}
	for name, n := range map[string]int{"starts": their.Households + 1, "role": their.Persons, "occupancy": their.Households} {
		if codes[name], err = column[int32](dir, name, n); err != nil {
			return nil, err
		}
	}
	birth, err := column[rules.Date](dir, "birth", their.Persons)
	if err != nil {
		return nil, err
	}
	for from := 0; from < their.Households; from += size {
		to := min(from+size, their.Households)
		first, end := codes["starts"][from], codes["starts"][to]
		b := &rules.Batch{Starts: make([]int32, to-from+1)}
		for i := range b.Starts {
			b.Starts[i] = codes["starts"][from+i] - first
		}
		b.Families = map[string]*rules.Column{
			"rent": {Ints: all["rent"][from:to]}, "size": {Ints: all["size"][from:to]},
			"occupancy": {Codes: codes["occupancy"][from:to], Words: []string{"owner", "tenant", "free_lodger", "homeless"}},
		}
		b.Persons = map[string]*rules.Column{
			"salary": {Ints: all["salary"][first:end]}, "capital_returns": {Ints: all["capital_returns"][first:end]},
			"birth": {Dates: birth[first:end]}, "role": {Codes: codes["role"][first:end], Words: []string{"applicant", "adult", "child"}},
		}
		out = append(out, b)
	}
	return out, nil
}

// formulas are those of the template, and what they are called here. An amount of
// ours is never below nothing, so what is short stands by itself.
var formulas = map[string][]string{"basic_income": {"of.basic-income"}, "housing_allowance": {"of.housing-allowance"},
	"parenting_allowance": {"of.parenting-allowance"}, "pension": {"of.pension"}, "income_tax": {"of.income-tax"},
	"disposable_income": {"of.disposable-income", "of.shortfall"}}

// compare finds the largest difference of a household, over the six formulas.
func compare(dir string, s *rules.Scanner, batches []*rules.Batch) (worst float64, err error) {
	families := 0
	at := make([]int, len(batches))
	for i, b := range batches {
		at[i] = families
		families += b.Len()
	}
	for their, of := range formulas {
		want, err := column[float64](dir, "their_"+their, families)
		if err != nil {
			return 0, err
		}
		if err := scan(s, batches, 1, func(i int, a *rules.Answers) error {
			if len(a.Refused) > 0 {
				return a.Refused[0].Why
			}
			var plus, minus []int64
			for _, r := range a.Rights {
				switch {
				case r.Right.ID == of[0]:
					plus = r.Cents[0]
				case len(of) > 1 && r.Right.ID == of[1]:
					minus = r.Cents[0]
				}
			}
			for f, cents := range plus {
				if minus != nil {
					cents -= minus[f]
				}
				off := math.Abs(float64(cents)/100 - want[at[i]+f])
				worst = max(worst, off-1e-6*math.Abs(want[at[i]+f])) // theirs has 24 bits
			}
			return nil
		}); err != nil {
			return 0, err
		}
	}
	return worst, nil
}
