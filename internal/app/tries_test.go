package app_test

import (
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Somebody who tries numbers is seen by the privacy officer: who and how often,
// not which. Whoever follows an old link now and then is not.
func TestWhoTriesNumbersIsSeen(t *testing.T) {
	onEachEngine(t, func(w *world) {
		bram, nele := w.as("leuven", "bram"), w.as("leuven", "nele")
		last := ""
		tries := func(n int) {
			var all sync.WaitGroup
			for range n {
				last = string(kernel.NewID())
				path := "GET /families/" + last
				all.Go(func() { bram.sees(path, nil, 404) })
			}
			all.Wait()
		}
		tries(19)
		w.later(2 * time.Hour)
		tries(19)
		nele.misses("GET /today", "probeerde iemand")
		nele.misses("GET /administration/record", "Probeert iemand nummers?")
		tries(81) // at once, and counted each
		nele.sees("GET /today", nil, 200, "keer probeerde iemand misschien nummers")
		nele.sees("GET /administration/record", nil, 200, "Probeert iemand nummers?", "Bram Claes", "20 keer in een uur", "100 keer in een uur", "vroeg vaak naar wat er niet is")
		nele.misses("GET /administration/record", last)
		w.later(31 * 24 * time.Hour)
		w.as("leuven", "nele").misses("GET /administration/record", "Probeert iemand nummers?")
		w.as("leuven", "nele").sees("POST /administration/record/verify", nil, 200)
	})
}
