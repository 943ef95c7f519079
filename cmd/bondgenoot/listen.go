package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// farewell is how long running requests may take after the program was told
// to stop.
const farewell = 20 * time.Second

// serveOn answers requests on the listener until ctx ends, and lets running
// ones finish. Beside it runs work, until the last request is answered.
func serveOn(ctx context.Context, listener net.Listener, handler http.Handler, work func(context.Context)) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	// Work outlives ctx: a request that is let finish may leave some.
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		work(working)
	}()
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
		waiting, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
		defer cancel()
		if err = server.Shutdown(waiting); err != nil {
			err = errors.Join(err, server.Close())
		}
	}
	stop()
	<-worked
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
