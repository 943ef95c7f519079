//go:build unix

package rules_test

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/rules"
)

// BenchmarkEvaluate looks at one family, all rights, explained, with the next
// question: for the first time, when nothing like it was seen, and again.
func BenchmarkEvaluate(b *testing.B) {
	lib := library(b)
	for name, in := range benchCases {
		c, err := lib.ParseCase([]byte(in))
		if err != nil {
			b.Fatal(err)
		}
		for _, again := range []bool{false, true} {
			run := name
			if again {
				run += " again"
			}
			b.Run(run, func(b *testing.B) {
				b.ReportAllocs()
				missing, unproven := 0, 0
				lib.Evaluate(c, rules.Options{}) // the first prepares
				before := cpuTime(b)
				for b.Loop() {
					if !again {
						lib.ForgetAll()
					}
					missing, unproven = 0, 0
					for _, f := range lib.Evaluate(c, rules.Options{}).Rights {
						missing += len(f.Missing)
						unproven += len(f.Unproven)
					}
				}
				b.ReportMetric(float64(len(lib.Rights())), "rights")
				if !again {
					b.ReportMetric(float64(lib.Looks()), "looks")
				}
				b.ReportMetric(float64(missing), "missing")
				b.ReportMetric(float64(unproven), "unproven")
				b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N)/1e6, "cpu-ms/op")
			})
		}
	}
}

// BenchmarkConversation is what a family feels: it tells of whom it consists
// and where it lives, and then answers one question after the other, until none
// is left. An op is one conversation, a step one answer, read and evaluated, in
// milliseconds of the processor, which some machines tell in ticks of four, and
// of the clock. Every family is another one; the first steps
// are those of families of whom nothing but that is known.
func BenchmarkConversation(b *testing.B) {
	lib := library(b)
	lib.Prepare()
	runtime.LockOSThread() // to know what a step takes, whoever else works
	defer runtime.UnlockOSThread()
	r := rand.New(rand.NewPCG(2026, 11))
	var first, steps, clock []float64
	for b.Loop() {
		begin := len(steps)
		talk(r, lib, 200, func(in []byte, o rules.Options) *rules.Result {
			before, began := threadTime(b), time.Now()
			c, err := lib.ParseCase(in)
			if err != nil {
				b.Fatal(err)
			}
			found := lib.Evaluate(c, o)
			clock = append(clock, float64(time.Since(began))/1e6)
			steps = append(steps, float64(threadTime(b)-before)/1e6)
			return found
		})
		first = append(first, steps[begin])
	}
	report := func(name string, list []float64) {
		slices.Sort(list)
		b.ReportMetric(list[len(list)/2], name+"-p50-ms")
		b.ReportMetric(list[len(list)*99/100], name+"-p99-ms")
	}
	report("first", first)
	report("step", steps)
	report("step-clock", clock)
	b.ReportMetric(float64(len(steps))/float64(b.N), "steps/op")
	b.ReportMetric(float64(len(lib.Rights())), "rights")
}

// threadTime is what this thread has used of the processor, in nanoseconds.
func threadTime(b *testing.B) int64 {
	const thisThread = 1
	var u syscall.Rusage
	if err := syscall.Getrusage(thisThread, &u); err != nil {
		b.Skip("this system does not tell what a thread uses:", err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// cpuTime is what this process has used of the processor, in nanoseconds, the
// garbage collector included: unlike the clock it hardly counts what else the
// machine does.
func cpuTime(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
