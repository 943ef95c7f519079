package main

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"time"
)

// times are the latencies of the answers, sorted.
type times struct {
	all    []time.Duration
	failed int
	cpu    time.Duration // of this process for each answer, the load generator's own share included
}

// at is the latency within which percent of the answers came.
func (t times) at(percent int) time.Duration {
	if len(t.all) == 0 {
		return 0
	}
	return t.all[min(len(t.all)-1, len(t.all)*percent/100)]
}

// measure sends requests at a fixed rate for a span, after two seconds that do
// not count, and times each from the moment at which it was due.
func measure(request func(n int) *http.Request, rate int, span time.Duration) (times, error) {
	const warming = 2 * time.Second
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 512},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()

	var t times
	var mu sync.Mutex
	var wg sync.WaitGroup
	begin, spent := time.Now(), processor()
	total := int((warming + span).Seconds() * float64(rate))
	for n := range total {
		due := begin.Add(time.Duration(n) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		wg.Go(func() {
			ok := ask(client, request(n))
			took := time.Since(due)
			if due.Sub(begin) < warming {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			t.all = append(t.all, took)
			if !ok {
				t.failed++
			}
		})
	}
	wg.Wait()
	t.cpu = (processor() - spent) / time.Duration(max(total, 1))
	slices.Sort(t.all)
	if len(t.all) == 0 || t.failed == len(t.all) {
		return t, errors.New("no answer was as it should be")
	}
	return t, nil
}

// processor is the time that this process has spent on the processors: unlike
// the clock on the wall it says the same on a busy machine.
func processor() time.Duration {
	var spent syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &spent); err != nil {
		return 0
	}
	return time.Duration(spent.Utime.Nano() + spent.Stime.Nano())
}

func ask(client *http.Client, r *http.Request) bool {
	answer, err := client.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err == nil && answer.StatusCode == http.StatusOK
}
