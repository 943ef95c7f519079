package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// Told to stop, the program answers who is still waiting, and only then ends
// the work beside it.
func TestStoppingLetsARunningRequestFinish(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	asked, answer := make(chan struct{}), make(chan struct{})
	worked := make(chan bool, 1)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-answer
		if r.Context().Err() != nil {
			http.Error(w, "called off", http.StatusServiceUnavailable)
		}
		_, _ = io.WriteString(w, "done")
	})
	ended := make(chan error, 1)
	go func() {
		ended <- serveOn(ctx, listener, handler, func(working context.Context) {
			<-working.Done()
			select {
			case <-answer:
				worked <- true
			default:
				worked <- false
			}
		})
	}()
	got := make(chan string, 1)
	go func() {
		r, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			got <- err.Error()
			return
		}
		defer r.Body.Close()
		body, _ := io.ReadAll(r.Body)
		got <- string(body)
	}()
	<-asked
	stop()
	time.Sleep(20 * time.Millisecond) // long enough for a hasty stop to cut the request off
	close(answer)
	if body := <-got; body != "done" {
		t.Errorf("the running request got %q", body)
	}
	if err := <-ended; err != nil {
		t.Errorf("serveOn = %v", err)
	}
	if !<-worked {
		t.Error("the work ended before the last request was answered")
	}
}
