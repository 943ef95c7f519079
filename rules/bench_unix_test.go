//go:build unix

package rules_test

import (
	"syscall"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

func BenchmarkEvaluate(b *testing.B) {
	lib := library(b)
	for name, in := range benchCases {
		c, err := lib.ParseCase([]byte(in))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportMetric(float64(len(lib.Rights())), "rights")
			b.ReportAllocs()
			missing, unproven := 0, 0
			lib.Evaluate(c, rules.Options{}) // the first prepares
			before := cpuTime(b)
			for b.Loop() {
				missing, unproven = 0, 0
				for _, f := range lib.Evaluate(c, rules.Options{}).Rights {
					missing += len(f.Missing)
					unproven += len(f.Unproven)
				}
			}
			b.ReportMetric(float64(missing), "missing")
			b.ReportMetric(float64(unproven), "unproven")
			b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N)/1e6, "cpu-ms/op")
		})
	}
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
